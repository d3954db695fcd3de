"""The columns that a query gives, for CREATE TABLE … AS: the one place that needs a whole SQL grammar."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from schemalint.catalog import Column, Name
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, Dialect
from schemalint.operations import Like
from schemalint.source import Span

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

    `source` is the one table that it reads, None if there are several or none; `never_null` names those
    columns that are no null whatever the rows are.
    """

    source: Name | None
    columns: tuple[tuple[str | None, str], ...]
    never_null: frozenset[str] = frozenset()

    def like(self) -> Like | None:
        """What CREATE TABLE … AS takes from the table that is read, if it is one."""
        if self.source is None:
            return None
        return Like(source=self.source, is_query=True, selected=self.columns, never_null=self.never_null)

    def made(self, dialect: Dialect, span: Span) -> Iterator[Column]:
        """The columns that CREATE TABLE … AS makes where no one table is read."""
        for _, name in self.columns:
            nullable = dialect not in MYSQL_FAMILY or name not in self.never_null
            yield Column(name=name, type="", nullable=nullable, span=span)


def result_of(query: str, dialect: Dialect) -> Result | None:
    """The columns of a SELECT; None where they can't be known (`*`, no SELECT, a column without a name).

    MySQL's become NOT NULL where no null can come of them ("CREATE TABLE … SELECT" in its manual): there they
    are known of plain values, counts, and the columns of one table.
    """
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
    keeps_nulls_out = dialect in MYSQL_FAMILY
    if keeps_nulls_out and (parsed is not select or parsed.find(exp.Join, exp.Subquery, exp.With)):
        return None
    columns = []
    never_null: set[str] = set()
    for selected in select.selects:
        column = selected.unalias()
        name = selected.alias or _own_name(column, query, dialect)
        if not name or name == "*":
            return None
        if isinstance(column, exp.Literal | exp.Boolean | exp.Count):
            never_null.add(name)
        elif keeps_nulls_out and not isinstance(column, exp.Column | exp.Null):
            return None
        columns.append((column.name if isinstance(column, exp.Column) else None, name))
    tables = list(parsed.find_all(exp.Table))
    source = Name(tables[0].name, tables[0].db or None) if len(tables) == 1 else None
    return Result(source, tuple(columns), frozenset(never_null)) if columns else None


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
