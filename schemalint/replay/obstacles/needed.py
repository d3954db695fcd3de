"""What an operation needs and the database has not: a column, a key, a type, the table that is meant."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from schemalint import operations as op
from schemalint.catalog import Catalog, ForeignKey, Table, TableKey
from schemalint.knowledge.collations import is_of_mysql
from schemalint.knowledge.dialects import MYSQL_FAMILY, folded
from schemalint.replay.obstacles.column_types import obstacle_of_type


def obstacle(
    catalog: Catalog,
    operation: op.AddIndex | op.AddForeignKey | op.AddColumn | op.CreateTable,
    outside: Collection[TableKey],
    statement: Sequence[op.Operation],
    begun: Catalog | None,
) -> str | None:
    """Why the database would not make a table, a column, an index or a foreign key."""
    if isinstance(operation, op.CreateTable):
        if operation.likes or operation.inherits or operation.partition_of is not None:
            return None
        table: Table | None = operation.table
        keys = operation.table.foreign_keys
    else:
        table = catalog.find(operation.table)
        keys = ()
    if table is None:
        return None
    columns: list[str] = []
    if isinstance(operation, op.AddIndex):
        columns += [key.column for key in operation.index.keys if key.column is not None]
        columns += operation.index.include
    elif isinstance(operation, op.AddForeignKey):
        keys = (operation.foreign_key,)
        columns += operation.foreign_key.columns
    elif isinstance(operation, op.AddColumn):
        keys = operation.foreign_keys
        if _makes_second_primary_key(catalog, table, operation, statement):
            return f"{table.name} has a primary key already"
        if catalog.dialect == "sqlite" and (reason := _of_new_sqlite_column(operation)) is not None:
            return reason
        if catalog.dialect in MYSQL_FAMILY and _counts_without_key(operation, statement):
            return f"{operation.column.name} is numbered, and no key begins with it"
    made = operation.table.columns if isinstance(operation, op.CreateTable) else ()
    for column in (operation.column,) if isinstance(operation, op.AddColumn) else made:
        if (reason := obstacle_of_type(catalog, column.type)) is not None:
            return reason
        if catalog.dialect in ("postgresql", "sqlite") and is_of_mysql(column.collation or ""):
            return f"there is no collation {column.collation}"
    earlier = begun.get(table.name) if begun is not None else None
    for name in columns:
        if table.kind != "table" or table.column(name, catalog.dialect) is not None:
            continue
        is_gone = earlier is not None and earlier.column(name, catalog.dialect) is not None
        if table.has_all_columns or is_gone:
            return f"there is no column {table.name}.{name}"
    for key in keys:
        if catalog.dialect != "sqlite" and (reason := _of_target(catalog, table, key, outside)):
            return reason
    return None


def _makes_second_primary_key(
    catalog: Catalog, table: Table, operation: op.AddColumn, statement: Sequence[op.Operation]
) -> bool:
    return (
        table.primary_key is not None
        and table.column(operation.column.name, catalog.dialect) is None
        and any(index.origin == "primary key" for index in operation.indexes)
        and not any(isinstance(one, op.DropConstraint) and one.kind == "primary key" for one in statement)
    )


def _counts_without_key(operation: op.AddColumn, statement: Sequence[op.Operation]) -> bool:
    """MySQL: "there can be only one auto column and it must be defined as a key"."""
    made = [one.index for one in statement if isinstance(one, op.AddIndex)]
    keys = [*operation.indexes, *made]
    return operation.column.identity and not any(operation.column.name in index.columns[:1] for index in keys)


def _of_new_sqlite_column(operation: op.AddColumn) -> str | None:
    if any(index.is_constraint for index in operation.indexes):
        return f"SQLite adds no column with a key of its own ({operation.column.name})"
    return None


def _of_target(catalog: Catalog, table: Table, key: ForeignKey, outside: Collection[TableKey]) -> str | None:
    """The table, or the key of it, that a foreign key points to and that is not there."""
    if not key.enforced or catalog.placed(key.target) == catalog.placed(table.name):
        return None
    if catalog.foreign_key_checks is not True:
        return None
    target = catalog.find(key.target)
    if target is None:
        known = catalog.key(catalog.placed(key.target)) in outside
        return None if known else f"there is no table {key.target}"
    if not target.complete or target.kind != "table":
        return None
    wanted = [folded(column, catalog.dialect) for column in key.target_columns]
    for index in target.indexes:
        columns = [folded(column, catalog.dialect) for column in index.columns]
        if catalog.dialect in MYSQL_FAMILY and columns[: len(wanted)] == wanted:
            return None
        if not wanted and index.origin == "primary key":
            return None
        if index.unique and index.immediate and index.predicate is None and set(columns) == set(wanted):
            return None
    return f"{key.target} has no key ({', '.join(key.target_columns)})"
