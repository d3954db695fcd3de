"""The columns that a query gives, for CREATE TABLE … AS: the one place that needs a whole SQL grammar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from schemalint.catalog import Name
from schemalint.knowledge.dialects import POSTGRESQL_FAMILY, Dialect

if TYPE_CHECKING:
    from sqlglot import exp

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
    columns = []
    for selected in select.selects:
        column = selected.unalias()
        name = selected.alias or _own_name(column, query, dialect)
        if not name or name == "*":
            return None
        columns.append((column.name if isinstance(column, exp.Column) else None, name))
    tables = list(parsed.find_all(exp.Table))
    source = Name(tables[0].name, tables[0].db or None) if len(tables) == 1 else None
    return Result(source, tuple(columns)) if columns else None


def _own_name(expression: exp.Expr, query: str, dialect: Dialect) -> str:
    """What a column of a result is called that was given no name; "" where that can't be known.

    A column keeps its name. In PostgreSQL, a function gives its own name and a cast that of what it casts.
    """
    from sqlglot import exp

    if isinstance(expression, exp.Column | exp.Star):
        return expression.name
    if dialect not in POSTGRESQL_FAMILY:
        return ""
    if isinstance(expression, exp.Cast):
        return _own_name(expression.this, query, dialect)
    if isinstance(expression, exp.Window):
        return _own_name(expression.this, query, dialect)
    if isinstance(expression, exp.Anonymous):
        return expression.name.lower()
    if isinstance(expression, exp.Func):
        name = expression.sql_name().lower()
        return name if f"{name} (" in query.lower() or f"{name}(" in query.lower() else ""
    return ""
