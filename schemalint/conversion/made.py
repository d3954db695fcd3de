"""What one catalog has and another has not, made in an order in which everything that it needs is there."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from schemalint import operations as op
from schemalint.catalog import VIEWS, Catalog, Check, ForeignKey, Index, Name, Table
from schemalint.comparison import Difference
from schemalint.comparison.defaults import default_differs
from schemalint.conversion.columns import columns_made, numbered
from schemalint.conversion.inconvertible import Inconvertible
from schemalint.knowledge.dialects import MYSQL_FAMILY

_DEEPEST = 20
"""So many tables may be parts of each other, or inherit from each other."""


def made(found: list[Difference], wanted: Catalog) -> Iterator[op.Operation]:
    """What these differences say is missing: tables first, and foreign keys last."""
    tables = [one.right for one in found if isinstance(one.right, Table) and one.left is None]
    tables.sort(key=lambda table: _depth(table.name, wanted))
    for table in tables:
        yield from _table_made(table, wanted)
    keys_first, columns, done = numbered(found) if wanted.dialect in MYSQL_FAMILY else ([], [], set())
    found = [one for one in found if id(one) not in done]
    yield from keys_first
    yield from columns_made(found, wanted.dialect)
    yield from columns
    for one in sorted(found, key=lambda one: -_depth(one.table, wanted)):
        if one.table is not None and isinstance(one.right, Index):
            yield op.AddIndex(table=one.table, index=_written(one.right))
        elif one.table is not None and isinstance(one.right, Check):
            yield op.AddCheck(table=one.table, check=one.right)
    for table in tables if wanted.dialect != "sqlite" else ():
        yield from (op.AddForeignKey(table=table.name, foreign_key=key) for key in table.foreign_keys)
    for one in found:
        if one.table is not None and isinstance(one.right, ForeignKey):
            yield op.AddForeignKey(table=one.table, foreign_key=one.right)


def _table_made(table: Table, wanted: Catalog) -> Iterator[op.Operation]:
    """The table with what stands in its statement, then its other indexes."""
    if table.kind == "partition" and table.parent is not None and table.complete:
        bare = replace(table, columns=(), checks=(), indexes=(), foreign_keys=())
        yield op.CreateTable(table=bare, partition_of=table.parent)
        yield from _own_of_partition(table, wanted)
        yield from (op.AddIndex(table=table.name, index=index) for index in table.indexes)
        return
    if table.kind != "table" or not table.complete:
        raise Inconvertible(f"the definition of {_called(table)} is not known")
    within = _within(table, wanted)
    bare = replace(
        table,
        foreign_keys=table.foreign_keys if wanted.dialect == "sqlite" else (),
        indexes=within,
        inherits=(),
        columns=tuple(column for column in table.columns if not column.inherited),
        checks=tuple(check for check in table.checks if not check.inherited),
    )
    yield op.CreateTable(table=bare, inherits=table.inherits)
    for index in table.indexes:
        if index not in within:
            yield op.AddIndex(table=table.name, index=_written(index))


def _called(table: Table) -> str:
    return f"{'view' if table.kind in VIEWS else 'table'} {table.name}"


def _written(index: Index) -> Index:
    """The index as a statement makes it: also one in place of that which InnoDB makes for a foreign key."""
    return replace(index, origin="explicit", implied_by=None) if index.origin == "implicit" else index


def _own_of_partition(table: Table, wanted: Catalog) -> Iterator[op.Operation]:
    """What a partition has otherwise than its table: NOT NULL, defaults and checks of its own."""
    parent = wanted.get(table.parent) if table.parent is not None else None
    for column in table.columns:
        common = parent.column(column.name, wanted.dialect) if parent is not None else None
        if common is not None and common.nullable and not column.nullable:
            yield op.AlterColumn(table=table.name, column=column.name, nullable=False)
        if common is not None and default_differs(common, column, wanted.dialect):
            yield op.AlterColumn(table=table.name, column=column.name, default=column.default)
    yield from (op.AddCheck(table=table.name, check=check) for check in table.checks if not check.inherited)


def _depth(name: Name | None, catalog: Catalog) -> int:
    """How many tables stand above one, as parents of parents.

    A table is made after them, an index of a partition before one of theirs takes it up.
    """
    depth, table = 0, None if name is None else catalog.get(name)
    while table is not None and table.parents and depth < _DEEPEST:
        depth, table = depth + 1, catalog.get(table.parents[0])
    return depth


def _within(table: Table, catalog: Catalog) -> tuple[Index, ...]:
    """The indexes that stand in CREATE TABLE itself."""
    if catalog.dialect in MYSQL_FAMILY:
        return tuple(index for index in table.indexes if index.origin == "primary key")
    return tuple(index for index in table.indexes if index.is_constraint)
