"""What PostgreSQL will not drop or change because of what rests on it.

It stops at anything but the object's own parts unless the statement says CASCADE
(`src/backend/catalog/dependency.c`).
"""

from __future__ import annotations

from collections.abc import Collection

from msgspec import UNSET

from schemalint import operations as op
from schemalint.catalog import Catalog, Column, Index, Name, Table, TableKey
from schemalint.knowledge.types import (
    base_type,
    is_serial,
    postgresql_converts,
)
from schemalint.replay import views
from schemalint.replay.columns import of_generated
from schemalint.replay.indexes import find, first_key
from schemalint.replay.obstacles.column_types import obstacle_of_type
from schemalint.replay.refusal import rests
from schemalint.replay.sequences import columns_of


def obstacle(catalog: Catalog, operation: op.Operation, together: Collection[TableKey]) -> str | None:
    """Why it would refuse an operation; `together` as for all databases."""
    if getattr(operation, "cascade", False):
        return None
    if isinstance(operation, op.DropTable):
        table = catalog.find(operation.table)
        return None if table is None else _of_table(catalog, table, together)
    if isinstance(operation, op.DropType):
        return _of_type(catalog, operation)
    if isinstance(operation, op.DropSequence):
        counted = next(columns_of(catalog, operation.name), None)
        return counted and f"the default of {counted[0].name}.{counted[1].name} rests on {operation.name}"
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
    if isinstance(operation, op.DropColumn | op.AlterColumn):
        table = catalog.find(operation.table)
        column = table.column(operation.column, catalog.dialect) if table is not None else None
        if table is not None and column is not None and isinstance(operation, op.DropColumn):
            return (
                _of_postgresql_column(catalog, table, column)
                or of_generated(table, column)
                or views.obstacle_of_column(catalog, table, column.name)
            )
        if table is not None and column is not None and isinstance(operation, op.AlterColumn):
            return _of_alteration(catalog, table, column, operation)
    return None


def _of_alteration(catalog: Catalog, table: Table, column: Column, operation: op.AlterColumn) -> str | None:
    what = f"{table.name}.{column.name}"
    primary = table.primary_key
    if operation.nullable is True and primary is not None and column.name in primary.columns:
        return f"{what} is in the primary key"
    new = operation.type
    if isinstance(new, str) and (reason := views.obstacle_of_column(catalog, table, column.name)) is not None:
        return reason
    if not isinstance(new, str) or not column.type:
        return None
    if (reason := obstacle_of_type(catalog, new)) is not None:
        return reason
    if is_serial(new):
        return f"{new} is no type that a column can be changed to"
    key = next((key for key in catalog.keys(Name(base_type(new))) if key in catalog.types), None)
    labelled = key is not None and catalog.types[key] is not None
    was = next((key for key in catalog.keys(Name(base_type(column.type))) if key in catalog.types), None)
    was_labelled = was is not None and catalog.types[was] is not None
    if postgresql_converts(column.type, new, labelled, was_labelled=was_labelled):
        return None
    if column.default is not None and operation.default is UNSET:
        return f"the default of {what} does not become {new} by itself"
    return f"{what} does not become {new} without USING" if operation.converts is False else None


def _of_table(catalog: Catalog, table: Table, together: Collection[TableKey]) -> str | None:
    here = catalog.key(table.name)
    for key, other in catalog.tables.items():
        if key == here or key in together:
            continue
        if any(catalog.key(parent) == here for parent in other.inherits):
            return f"{other.name} inherits from {table.name}"
        for foreign_key in other.foreign_keys:
            if catalog.key(foreign_key.target) == here and foreign_key.enforced:
                return rests(foreign_key, other, str(table.name))
    return views.obstacle_of_table(catalog, table, together)


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
                return rests(foreign_key, other, str(index.name))
    return None


def _of_postgresql_column(catalog: Catalog, table: Table, column: Column) -> str | None:
    here = catalog.key(table.name)
    for key, other in catalog.tables.items():
        for foreign_key in other.foreign_keys:
            if key == here or catalog.key(foreign_key.target) != here:
                continue
            if column.name in foreign_key.target_columns:
                return rests(foreign_key, other, f"{table.name}.{column.name}")
    return None
