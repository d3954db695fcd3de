"""What one catalog has and another has not, dropped in an order in which nothing rests on it any more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from schemalint import operations as op
from schemalint.catalog import Check, Column, ForeignKey, Index, Name, Table
from schemalint.comparison import Difference
from schemalint.knowledge.dialects import MYSQL_FAMILY, Dialect


def dropped(found: Iterable[Difference], dialect: Dialect) -> Iterator[op.Operation]:
    """Foreign keys first: keys, columns and tables may be dropped only when none rests on them."""
    gone = [difference for difference in found if difference.left is not None]
    if dialect in MYSQL_FAMILY:
        gone = _without_keys_of_numbers(gone)
    for kind in (ForeignKey, Check, Index, Column):
        for difference in gone:
            element = difference.left
            if not isinstance(element, kind) or (
                difference.aspect is not None and isinstance(element, Column)
            ):
                continue
            if difference.table is not None:
                yield _drop(difference.table, element)
    yield from _tables_dropped(
        [one.left for one in reversed(gone) if isinstance(one.left, Table) and one.right is None], dialect
    )


def _without_keys_of_numbers(gone: list[Difference]) -> list[Difference]:
    """Without the keys of numbered columns that go: such a column is never without one, which goes along."""
    numbered = {
        (one.table, one.left.name)
        for one in gone
        if one.right is None and isinstance(one.left, Column) and one.left.identity
    }
    return [
        one
        for one in gone
        if not isinstance(one.left, Index)
        or one.right is not None
        or len(one.left.keys) != 1
        or (one.table, one.left.keys[0].column) not in numbered
    ]


def _tables_dropped(tables: list[Table], dialect: Dialect) -> Iterator[op.Operation]:
    """The tables that others point to behind those others; without their keys where they go in a circle."""
    named = {table.name: table for table in tables}
    pointing: TopologicalSorter[Name] = TopologicalSorter()
    for table in tables:
        pointing.add(table.name)
        for parent in table.inherits:
            if parent in named:
                pointing.add(parent, table.name)
        for key in table.foreign_keys:
            if key.target in named and key.target != table.name:
                pointing.add(key.target, table.name)
    try:
        ordered = [named[name] for name in pointing.static_order()]
    except CycleError:
        ordered = tables
        for table in tables if dialect != "sqlite" else ():
            for key in table.foreign_keys:
                if key.target in named and key.target != table.name:
                    yield _drop(table.name, key)
    for table in ordered:
        yield op.DropTable(table=table.name, kind=table.kind)


def _drop(table: Name, element: object) -> op.Operation:
    if isinstance(element, Column):
        return op.DropColumn(table=table, column=element.name)
    if isinstance(element, Index):
        if element.is_constraint:
            kind: op.ConstraintKind = "any"
            if element.origin in ("primary key", "unique constraint"):
                kind = "primary key" if element.origin == "primary key" else "unique constraint"
            return op.DropConstraint(table=table, name=element.name, kind=kind, columns=element.columns)
        return op.DropIndex(index=Name(element.name or "", table.schema), table=table)
    if isinstance(element, ForeignKey):
        return op.DropConstraint(table=table, name=element.name, kind="foreign key", columns=element.columns)
    assert isinstance(element, Check)
    return op.DropConstraint(table=table, name=element.name, kind="check")
