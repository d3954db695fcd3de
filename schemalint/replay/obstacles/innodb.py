"""What InnoDB keeps for the sake of foreign keys, and refuses to drop or to change.

Measured on MariaDB 10.11; MySQL's manual: "FOREIGN KEY Constraints". What takes a column or changes its type
is refused whatever `foreign_key_checks` says, what takes a table or an index only while they are on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from schemalint import operations as op
from schemalint.catalog import Catalog, Column, ForeignKey, Index, Table, TableKey
from schemalint.knowledge.dialects import folded
from schemalint.knowledge.types import canonical_type
from schemalint.replay.columns import of_generated
from schemalint.replay.expressions import mentions
from schemalint.replay.indexes import begins_with, find
from schemalint.replay.refusal import rests


def obstacle(
    catalog: Catalog,
    operation: op.Operation,
    together: Collection[TableKey] = (),
    statement: Sequence[op.Operation] = (),
) -> str | None:
    """Why it would refuse an operation; `together` and `statement` as for all databases."""
    if isinstance(operation, op.DropTable):
        table = catalog.find(operation.table)
        checks = catalog.foreign_key_checks is True
        return _of_table(catalog, table, together) if table is not None and checks else None
    if isinstance(operation, op.DropIndex):
        if operation.table is None:
            return "DROP INDEX has to say ON which table"
        table = catalog.find(operation.table)
        index = find(table, operation.index.name, catalog.dialect) if table is not None else None
        return _of_dropped(catalog, table, index, statement)
    if isinstance(operation, op.DropConstraint):
        table = catalog.find(operation.table)
        return _of_dropped(catalog, table, _key(catalog, table, operation), statement)
    if isinstance(operation, op.DropColumn | op.AlterColumn):
        table = catalog.find(operation.table)
        column = table.column(operation.column, catalog.dialect) if table is not None else None
        if table is None or column is None:
            return None
        if isinstance(operation, op.DropColumn):
            return _of_column(catalog, table, column, statement)
        return _of_number(table, operation, statement) or _of_alteration(catalog, table, column, operation)
    return None


def _of_table(catalog: Catalog, table: Table, together: Collection[TableKey]) -> str | None:
    """MariaDB drops the tables of a statement one after the other, MySQL takes them as a whole."""
    here = catalog.key(table.name)
    for other, key in _pointing(catalog, table):
        there = catalog.key(other.name)
        if there != here and not (catalog.dialect == "mysql" and there in together):
            return rests(key, other, str(table.name))
    return None


def _pointing(catalog: Catalog, table: Table) -> Iterator[tuple[Table, ForeignKey]]:
    """The foreign keys that point to a table, with the tables that they are on."""
    here = catalog.key(table.name)
    for other in catalog.tables.values():
        for key in other.foreign_keys:
            if key.enforced and catalog.key(key.target) == here:
                yield other, key


def _key(catalog: Catalog, table: Table | None, operation: op.DropConstraint) -> Index | None:
    """The index that DROP PRIMARY KEY, DROP CONSTRAINT drops, if it is one of a key."""
    if table is None or operation.kind in ("foreign key", "check"):
        return None
    if operation.name is None:
        return table.primary_key if operation.kind == "primary key" else None
    wanted = folded(operation.name, catalog.dialect)
    taken = (*(key.name for key in table.foreign_keys), *(check.name for check in table.checks))
    if operation.kind == "any" and any(name and folded(name, catalog.dialect) == wanted for name in taken):
        return None
    index = find(table, operation.name, catalog.dialect)
    return index if index is not None and index.is_constraint else None


def _of_dropped(
    catalog: Catalog, table: Table | None, index: Index | None, statement: Sequence[op.Operation]
) -> str | None:
    """What an index is needed for, whether foreign keys are checked or not."""
    reason = _of_index(catalog, table, index, statement) if catalog.foreign_key_checks is True else None
    return reason or _of_numbers(catalog, table, index, statement)


def _of_numbers(
    catalog: Catalog, table: Table | None, index: Index | None, statement: Sequence[op.Operation]
) -> str | None:
    """The last index that begins with a column which numbers itself stays as long as that does."""
    if table is None or index is None or not index.columns:
        return None
    column = table.column(index.columns[0], catalog.dialect)
    if column is None or not column.identity:
        return None
    wanted = folded(column.name, catalog.dialect)
    for one in statement:
        if isinstance(one, op.DropColumn | op.AlterColumn) and folded(one.column, catalog.dialect) == wanted:
            return None
    kept = [other for other in table.indexes if other is not index]
    kept += [one.index for one in statement if isinstance(one, op.AddIndex)]
    if any(begins_with(other, (column.name,), catalog.dialect) for other in kept):
        return None
    return f"{table.name}.{column.name} is numbered, and no other key begins with it"


def _of_index(
    catalog: Catalog, table: Table | None, index: Index | None, statement: Sequence[op.Operation]
) -> str | None:
    """The last index that serves a foreign key stays, on either end of the key."""
    if table is None or index is None:
        return None
    kept = [other for other in table.indexes if other is not index]
    kept += [one.index for one in statement if isinstance(one, op.AddIndex)]
    needs = [(table, key, key.columns) for key in table.foreign_keys if key.enforced]
    needs += [(other, key, key.target_columns) for other, key in _pointing(catalog, table)]
    for owner, key, columns in needs:
        if not columns or not begins_with(index, columns, catalog.dialect):
            continue
        if not any(begins_with(other, columns, catalog.dialect) for other in kept):
            what = index.name or f"the primary key of {table.name}"
            return rests(key, owner, what)
    return None


def _of_column(
    catalog: Catalog, table: Table, column: Column, statement: Sequence[op.Operation]
) -> str | None:
    """A column of a foreign key or a check of several, one that another is generated from.

    On MariaDB, one of several in a key that is unique.
    """
    what = f"{table.name}.{column.name}"
    gone = [one.column for one in statement if isinstance(one, op.DropColumn)]
    if (reason := of_generated(table, column, gone)) is not None:
        return reason
    dropped = [one.name for one in statement if isinstance(one, op.DropConstraint)]
    for check in table.checks:
        if check.name in dropped or not mentions(check.expression, column.name):
            continue
        others = (one.name for one in table.columns if one is not column and one.name not in gone)
        if check.part_of != column.name and any(mentions(check.expression, name) for name in others):
            return f"{what} is in the check {check.name}"
    for owner, key in _using(catalog, table, column):
        return rests(key, owner, what)
    if catalog.dialect != "mariadb":
        return None
    wanted = folded(column.name, catalog.dialect)
    for index in table.indexes:
        columns = [folded(name, catalog.dialect) for name in index.columns]
        if index.unique and len(columns) > 1 and wanted in columns:
            return f"{what} is in {index.name or 'the primary key'}"
    return None


def _using(catalog: Catalog, table: Table, column: Column) -> Iterator[tuple[Table, ForeignKey]]:
    """The foreign keys that a column is part of, or that point to it."""
    wanted = folded(column.name, catalog.dialect)
    for key in table.foreign_keys:
        if key.enforced and wanted in (folded(name, catalog.dialect) for name in key.columns):
            yield table, key
    for other, key in _pointing(catalog, table):
        if wanted in (folded(name, catalog.dialect) for name in key.target_columns):
            yield other, key


def _of_number(table: Table, operation: op.AlterColumn, statement: Sequence[op.Operation]) -> str | None:
    """A column that becomes numbered without a key that begins with it."""
    made = [one.index for one in statement if isinstance(one, op.AddIndex)]
    if operation.identity is not True or not table.complete:
        return None
    if any(operation.column in index.columns[:1] for index in (*table.indexes, *made)):
        return None
    return f"{operation.column} is numbered, and no key begins with it"


def _of_alteration(catalog: Catalog, table: Table, column: Column, operation: op.AlterColumn) -> str | None:
    what = f"{table.name}.{column.name}"
    for key in table.foreign_keys if operation.nullable is False else ():
        if operation.column in key.columns and "set null" in (key.on_delete, key.on_update):
            return f"the foreign key {key.name} sets {operation.table}.{operation.column} to null"
    if not isinstance(operation.type, str) or not operation.type or not column.type:
        return None
    if canonical_type(operation.type, catalog.dialect) == canonical_type(column.type, catalog.dialect):
        return None
    if catalog.dialect == "mysql":  # lets some strings grow, and changes any type without the checks
        return None
    for owner, key in _using(catalog, table, column):
        return rests(key, owner, what)
    return None
