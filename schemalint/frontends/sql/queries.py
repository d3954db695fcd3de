"""The columns that a query gives, for CREATE TABLE … AS: the one place that needs a whole SQL grammar."""

from __future__ import annotations

from msgspec import Struct

from schemalint.catalog import Name
from schemalint.knowledge.dialects import Dialect

_SQLGLOT_DIALECTS: dict[Dialect, str] = {
    "postgresql": "postgres",
    "cockroachdb": "postgres",
    "mysql": "mysql",
    "mariadb": "mysql",
    "sqlite": "sqlite",
    "sqlserver": "tsql",
}


class Result(Struct, frozen=True):
    """What a query gives: per column the source column that it is, if it is one, and its name.

    `source` is the one table that it reads, None if there are several or none.
    """

    source: Name | None
    columns: tuple[tuple[str | None, str], ...]


def result_of(query: str, dialect: Dialect) -> Result | None:
    """The columns of a SELECT; None where they can't be known (`*`, no SELECT, a column without a name)."""
    import sqlglot  # costs more than reading a whole history, and is rarely needed
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        parsed = sqlglot.parse_one(query, dialect=_SQLGLOT_DIALECTS.get(dialect, "postgres"))
    except (SqlglotError, RecursionError):
        return None
    select = parsed.find(exp.Select)
    if select is None or not isinstance(parsed, exp.Query):
        return None
    names = parsed.named_selects
    if not names or any(name in ("", "*") for name in names):
        return None
    tables = list(parsed.find_all(exp.Table))
    source = Name(tables[0].name, tables[0].db or None) if len(tables) == 1 else None
    columns = []
    for selected, name in zip(select.selects, names, strict=True):
        column = selected.unalias()
        columns.append((column.name if isinstance(column, exp.Column) else None, name))
    return Result(source, tuple(columns))
