"""The names that Prisma gives to keys, indexes and constraints whose schema gives them none.

After `ConstraintNames` in prisma-engines (`psl/psl-core/src/datamodel_connector/constraint_names.rs`): the
table and the columns are joined by underscores, the whole is cut to make room for what the name ends in, and
lengths are bytes for every provider. Names of implicit many-to-many tables follow rules of their own, in
characters (`sql_schema_calculator.rs`).
"""

from __future__ import annotations

from collections.abc import Iterable

from schemalint.knowledge.dialects import Dialect
from schemalint.knowledge.names import stored

_LONGEST: dict[Dialect, int] = {
    "postgresql": 63,
    "cockroachdb": 63,
    "mysql": 64,
    "mariadb": 64,
    "sqlserver": 128,
    "sqlite": 10_000,
    "mongodb": 127,
}


def primary_key_name(table: str, dialect: Dialect) -> str:
    """`{table}_pkey`."""
    return _ended(table, "_pkey", dialect)


def unique_index_name(table: str, columns: Iterable[str], dialect: Dialect) -> str:
    """`{table}_{columns}_key`."""
    return _ended(f"{table}_{'_'.join(columns)}", "_key", dialect)


def index_name(table: str, columns: Iterable[str], dialect: Dialect) -> str:
    """`{table}_{columns}_idx`."""
    return _ended(f"{table}_{'_'.join(columns)}", "_idx", dialect)


def foreign_key_name(table: str, columns: Iterable[str], dialect: Dialect) -> str:
    """`{table}_{columns}_fkey`."""
    return _ended(f"{table}_{'_'.join(columns)}", "_fkey", dialect)


def join_table_name(relation: str, dialect: Dialect) -> str:
    """The table of an implicit many-to-many relation."""
    return f"_{relation}"[: _LONGEST[dialect]]


def join_table_key_name(table: str, ending: str, dialect: Dialect) -> str:
    """A key or index of such a table."""
    return table[: _LONGEST[dialect] - len(ending)] + ending


def join_table_foreign_key_name(table: str, column: str, dialect: Dialect) -> str:
    """A foreign key of such a table; `column` is A or B."""
    return _ended(table, f"_{column}_fkey", dialect)


def _ended(stem: str, ending: str, dialect: Dialect) -> str:
    longest = _LONGEST[dialect] - len(ending)
    data = stored(stem)
    if len(data) <= longest:
        return stem + ending
    return data[:longest].decode("utf-8", "ignore") + ending
