"""What a database will not do because of what rests on a thing, or because what it needs is not there.

PostgreSQL: `src/backend/catalog/dependency.c`, which stops at anything but the object's own parts unless the
statement says CASCADE. SQLite: "ALTER TABLE DROP COLUMN" of its documentation. Triggers and functions are
in no catalog here, so what hangs on them is not known.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from msgspec import UNSET

from schemalint import operations as op
from schemalint.catalog import Catalog, Column, ForeignKey, Index, Name, Table, TableKey
from schemalint.knowledge.collations import is_of_mysql
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, folded
from schemalint.knowledge.numbers import whole_number
from schemalint.knowledge.types import (
    base_type,
    is_foreign_to_postgresql,
    is_serial,
    lacks_length,
    postgresql_converts,
)
from schemalint.replay import innodb, views
from schemalint.replay.columns import of_generated
from schemalint.replay.expressions import mentions
from schemalint.replay.indexes import find, first_key
from schemalint.replay.refusal import rests
from schemalint.replay.sequences import columns_of

_A_STRING = re.compile(r'"[^"]*"')
"""What SQLite takes for a string in an index, and for a column that is missing when it looks again."""


_ROW = 65_535
"""The bytes in a row of MySQL's ("Limits on Table Column Count and Row Size" in its manual)."""


def obstacle(
    catalog: Catalog,
    operation: op.Operation,
    together: Collection[TableKey] = (),
    outside: Collection[TableKey] = (),
    statement: Sequence[op.Operation] = (),
    begun: Catalog | None = None,
) -> str | None:
    """Why the database would refuse an operation, None if nothing is in its way that the catalog knows of.

    `together` are the tables that the same statement drops, `outside` those that are in the database, though
    not in the catalog, `statement` is all that the statement does. What the catalog had when all `begun`, and
    has no more, is gone for certain.
    """
    if isinstance(operation, op.AddIndex | op.AddForeignKey | op.AddColumn | op.CreateTable):
        return _of_what_is_needed(catalog, operation, outside, statement, begun)
    if catalog.dialect in POSTGRESQL_FAMILY:
        return _on_postgresql(catalog, operation, together)
    if catalog.dialect in MYSQL_FAMILY:
        if isinstance(operation, op.AlterColumn) and isinstance(operation.type, str):
            reason = _of_column_type(catalog, operation.type)
            if reason is not None:
                return reason
        return innodb.obstacle(catalog, operation, together, statement)
    if catalog.dialect == "sqlite" and isinstance(operation, op.DropColumn):
        return _of_sqlite_column(catalog, operation)
    if catalog.dialect == "sqlite" and isinstance(operation, op.RenameTable | op.RenameColumn):
        return views.obstacle_of_renaming(catalog)
    return None


def _of_what_is_needed(
    catalog: Catalog,
    operation: op.AddIndex | op.AddForeignKey | op.AddColumn | op.CreateTable,
    outside: Collection[TableKey],
    statement: Sequence[op.Operation],
    begun: Catalog | None,
) -> str | None:
    """A column or a key that is not there."""
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
        if (reason := _of_column_type(catalog, column.type)) is not None:
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


def _of_column_type(catalog: Catalog, type_: str) -> str | None:
    """A type that only other databases have and nobody made, or one that MySQL wants a length of."""
    if catalog.dialect in MYSQL_FAMILY:
        if lacks_length(type_):
            return f"{type_} needs a length"
        name, _, length = type_.lower().partition("(")
        if not lacks_length(name):
            return None
        given = whole_number(length.rstrip(")"))
        return f"{type_} is longer than a row may be" if given is not None and given > _ROW else None
    if catalog.dialect != "postgresql" or not is_foreign_to_postgresql(type_):
        return None
    made = any(name == base_type(type_) for _, name in catalog.types)
    return None if made else f"there is no type {type_}"


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


def _on_postgresql(catalog: Catalog, operation: op.Operation, together: Collection[TableKey]) -> str | None:
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
    if (reason := _of_column_type(catalog, new)) is not None:
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


def _of_sqlite_column(catalog: Catalog, operation: op.DropColumn) -> str | None:
    table = catalog.find(operation.table)
    column = table.column(operation.column, "sqlite") if table is not None else None
    if table is None or column is None:
        return None
    for other in catalog.tables.values():
        for index in other.indexes:
            if any(key.expression is not None and _A_STRING.fullmatch(key.expression) for key in index.keys):
                return f"{index.name} names what is no column of {other.name}"
    if (reason := of_generated(table, column)) is not None:
        return reason
    what = f"{table.name}.{column.name}"
    for key in table.foreign_keys:
        if key.part_of is None and column.name in key.columns:
            return f"{what} is in a foreign key that stands beside it"
    for check in table.checks:
        own = check.part_of is not None and folded(check.part_of, "sqlite") == folded(column.name, "sqlite")
        if not own and mentions(check.expression, column.name):
            return f"{what} is in a check that stands beside it"
    wanted = folded(column.name, "sqlite")
    for index in table.indexes:
        expressions = (index.predicate, *(key.expression for key in index.keys))
        if wanted in {folded(name, "sqlite") for name in index.columns} or any(
            mentions(expression, column.name) for expression in expressions
        ):
            holder = index.name or ("the primary key" if index.origin == "primary key" else "a constraint")
            return f"{what} is in {holder}"
    return views.obstacle_of_column(catalog, table, column.name) or views.obstacle_of_renaming(catalog)
