"""The columns that a query gives, for CREATE TABLE … AS: the one place that needs a whole SQL grammar."""

from __future__ import annotations

from schemalint.knowledge.dialects import Dialect

_SQLGLOT_DIALECTS: dict[Dialect, str] = {
    "postgresql": "postgres",
    "cockroachdb": "postgres",
    "mysql": "mysql",
    "mariadb": "mysql",
    "sqlite": "sqlite",
    "sqlserver": "tsql",
}


def result_columns(query: str, dialect: Dialect) -> list[str] | None:
    """The names of the columns of a SELECT; None where they can't be known (`*`, no SELECT, no names)."""
    import sqlglot  # costs more than reading a whole history, and is rarely needed
    from sqlglot.errors import SqlglotError

    try:
        parsed = sqlglot.parse_one(query, dialect=_SQLGLOT_DIALECTS.get(dialect, "postgres"))
    except (SqlglotError, RecursionError):
        return None
    select = parsed.find(sqlglot.exp.Select)
    if select is None or not isinstance(parsed, sqlglot.exp.Query):
        return None
    names = parsed.named_selects
    if not names or any(name in ("", "*") for name in names):
        return None
    return list(names)
