"""What a database will not drop because something else rests on it.

PostgreSQL: `src/backend/catalog/dependency.c`, which stops at anything but the object's own parts unless the
statement says CASCADE. SQLite: "ALTER TABLE DROP COLUMN" of its documentation. Views, triggers and functions
are in no catalog here, so what hangs on them is not known.
"""

from __future__ import annotations

from collections.abc import Collection

from schemalint import operations as op
from schemalint.catalog import Catalog, Column, ForeignKey, Index, Table, TableKey
from schemalint.knowledge.dialects import POSTGRESQL_FAMILY, folded
from schemalint.replay.expressions import mentions
from schemalint.replay.indexes import find, first_key
from schemalint.replay.schemas import base_type


def obstacle(catalog: Catalog, operation: op.Operation, together: Collection[TableKey] = ()) -> str | None:
    """Why the database would not drop what the operation drops, None if nothing is in its way.

    `together` are the tables that the same statement drops.
    """
    if catalog.dialect in POSTGRESQL_FAMILY:
        return _on_postgresql(catalog, operation, together)
    if catalog.dialect == "sqlite" and isinstance(operation, op.DropColumn):
        return _of_sqlite_column(catalog, operation)
    return None


def _on_postgresql(catalog: Catalog, operation: op.Operation, together: Collection[TableKey]) -> str | None:
    if getattr(operation, "cascade", False):
        return None
    if isinstance(operation, op.DropTable):
        table = catalog.find(operation.table)
        return None if table is None else _of_table(catalog, table, together)
    if isinstance(operation, op.DropType):
        return _of_type(catalog, operation)
    if isinstance(operation, op.DropIndex):
        owner = catalog.owner(operation.index)
        index = find(owner, operation.index.name, catalog.dialect) if owner is not None else None
        if owner is not None and index is not None:
            if index.is_constraint:
                return f"{index.name} is the index of a constraint of {owner.name}"
            return _of_key(catalog, owner, index)
    if isinstance(operation, op.DropConstraint):
        table = catalog.find(operation.table)
        for key in table.indexes if table is not None else ():
            if table is not None and key.is_constraint and key.name == operation.name:
                return _of_key(catalog, table, key)
    if isinstance(operation, op.DropColumn):
        table = catalog.find(operation.table)
        column = table.column(operation.column, catalog.dialect) if table is not None else None
        if table is not None and column is not None:
            return _of_postgresql_column(catalog, table, column)
    return None


def _of_table(catalog: Catalog, table: Table, together: Collection[TableKey]) -> str | None:
    here = catalog.key(table.name)
    for key, other in catalog.tables.items():
        if key == here or key in together:
            continue
        for foreign_key in other.foreign_keys:
            if catalog.key(foreign_key.target) == here and foreign_key.enforced:
                return _rests(foreign_key, other, str(table.name))
    return None


def _rests(foreign_key: ForeignKey, table: Table, what: str) -> str:
    return f"the foreign key {foreign_key.name} of {table.name} rests on {what}"


def _of_type(catalog: Catalog, operation: op.DropType) -> str | None:
    name = operation.name.name
    if not any(key in catalog.types for key in catalog.keys(operation.name)):
        return None
    for table in catalog.tables.values():
        for column in table.columns:
            if base_type(column.type) == name:
                return f"the column {table.name}.{column.name} is of the type {operation.name}"
    return None


def _of_key(catalog: Catalog, table: Table, index: Index) -> str | None:
    if first_key(table, index) is not index:
        return None
    here, columns = catalog.key(table.name), frozenset(index.columns)
    for other in catalog.tables.values():
        for foreign_key in other.foreign_keys:
            if catalog.key(foreign_key.target) == here and frozenset(foreign_key.target_columns) == columns:
                return _rests(foreign_key, other, str(index.name))
    return None


def _of_postgresql_column(catalog: Catalog, table: Table, column: Column) -> str | None:
    here = catalog.key(table.name)
    for key, other in catalog.tables.items():
        for foreign_key in other.foreign_keys:
            if key == here or catalog.key(foreign_key.target) != here:
                continue
            if column.name in foreign_key.target_columns:
                return _rests(foreign_key, other, f"{table.name}.{column.name}")
    return None


def _of_sqlite_column(catalog: Catalog, operation: op.DropColumn) -> str | None:
    table = catalog.find(operation.table)
    column = table.column(operation.column, "sqlite") if table is not None else None
    if table is None or column is None:
        return None
    wanted = folded(column.name, "sqlite")
    for index in table.indexes:
        expressions = (index.predicate, *(key.expression for key in index.keys))
        if wanted in {folded(name, "sqlite") for name in index.columns} or any(
            mentions(expression, column.name) for expression in expressions
        ):
            what = index.name or ("the primary key" if index.origin == "primary key" else "a constraint")
            return f"{table.name}.{column.name} is in {what}"
    return None
