"""The operations that make one catalog of another one: what is dropped first, then what is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from msgspec.structs import replace

from schemalint import operations as op
from schemalint.catalog import Catalog, Check, Column, ForeignKey, Index, Name, Table
from schemalint.comparison import Difference, differences
from schemalint.comparison.defaults import default_differs, default_may_differ
from schemalint.conversion import enum_labels
from schemalint.knowledge import names
from schemalint.knowledge.dialects import MYSQL_FAMILY, Dialect
from schemalint.knowledge.types import canonical_type, is_serial


class Inconvertible(Exception):
    """There are no operations for a difference; the text finishes the sentence "refused: …"."""


def operations_between(now: Catalog, wanted: Catalog) -> list[op.Operation]:
    """What has to be done to `now` to have `wanted`. Inconvertible where that can't be said.

    A default that may be another one is set anew.
    """
    return operations_for(list(differences(now, wanted, default_may_differ)), now, wanted)


def operations_for(found: list[Difference], now: Catalog, wanted: Catalog) -> list[op.Operation]:
    """What ends these differences of `now` to the catalog that is `wanted`, which is their right side."""
    found = [one for one in found if not _comes_by_a_parent(one, found, now, wanted)]
    kept = [one for one in found if _serves_a_key(one, now)]
    found = [one for one in found if not any(one is other for other in kept)]
    return [
        *_made(kept, wanted),
        *_dropped(found, wanted.dialect),
        *_types_made(found, now, wanted),
        *_made(found, wanted),
        *_types_dropped(found),
    ]


def _comes_by_a_parent(
    difference: Difference, found: list[Difference], now: Catalog, wanted: Catalog
) -> bool:
    """Whether a table gets or loses a column or a check along with one that it inherits from."""
    one, other = difference.left, difference.right
    if difference.table is None or not any(
        isinstance(element, Column | Check) and element.inherited for element in (one, other)
    ):
        return False
    parents = {
        catalog.key(parent)
        for catalog in (now, wanted)
        for parent in getattr(catalog.get(difference.table), "parents", ())
    }
    return any(
        same.table is not None
        and now.key(same.table) in parents
        and (same.subject, same.name, same.aspect) == (difference.subject, difference.name, difference.aspect)
        and (same.left is None, same.right is None) == (one is None, other is None)
        for same in found
    )


def _serves_a_key(difference: Difference, now: Catalog) -> bool:
    """Whether it is an index of InnoDB's own for a foreign key, which another one stood in for meanwhile."""
    index = difference.right
    if difference.left is not None or not isinstance(index, Index) or index.origin != "implicit":
        return False
    table = now.get(difference.table) if difference.table is not None else None
    if table is None or any(
        (one.origin == "implicit" and one.keys == index.keys) or one.name == index.name
        for one in table.indexes
    ):
        return False
    return any(key.columns == index.columns for key in table.foreign_keys)


def _dropped(found: Iterable[Difference], dialect: Dialect) -> Iterator[op.Operation]:
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


def _made(found: list[Difference], wanted: Catalog) -> Iterator[op.Operation]:
    """Tables first, and foreign keys last: then everything that they need is there."""
    keys: list[op.Operation] = []
    tables = [one for one in found if isinstance(one.right, Table) and one.left is None]
    for difference in sorted(tables, key=lambda one: _depth(getattr(one.right, "name", None), wanted)):
        if isinstance(difference.right, Table):
            table = difference.right
            if table.kind == "partition" and table.parent is not None and table.complete:
                yield op.CreateTable(
                    table=replace(table, columns=(), checks=(), indexes=(), foreign_keys=()),
                    partition_of=table.parent,
                )
                yield from _own_of_partition(table, wanted)
                yield from (op.AddIndex(table=table.name, index=index) for index in table.indexes)
                keys += [op.AddForeignKey(table=table.name, foreign_key=key) for key in table.foreign_keys]
                continue
            if table.kind != "table" or not table.complete:
                raise Inconvertible(f"the definition of {difference} is not known")
            own = table.foreign_keys if wanted.dialect == "sqlite" else ()
            bare = replace(
                table,
                foreign_keys=own,
                indexes=_within(table, wanted),
                inherits=(),
                columns=tuple(column for column in table.columns if not column.inherited),
                checks=tuple(check for check in table.checks if not check.inherited),
            )
            yield op.CreateTable(table=bare, inherits=table.inherits)
            for index in table.indexes:
                if index not in _within(table, wanted):
                    plain = replace(index, origin="explicit") if index.origin == "implicit" else index
                    yield op.AddIndex(table=table.name, index=plain)
            if wanted.dialect != "sqlite":
                keys += [op.AddForeignKey(table=table.name, foreign_key=key) for key in table.foreign_keys]
    keys_first, numbered, done = _numbered(found) if wanted.dialect in MYSQL_FAMILY else ([], [], set())
    yield from keys_first
    yield from _columns_made([one for one in found if id(one) not in done], wanted.dialect)
    yield from numbered
    for difference in sorted(found, key=lambda one: -_depth(one.table, wanted)):
        table_name, element = difference.table, difference.right
        if table_name is None or element is None or id(difference) in done:
            continue
        if isinstance(element, Index):
            written = element.origin != "implicit"  # or made in place of the one that InnoDB makes
            index = element if written else replace(element, origin="explicit", implied_by=None)
            yield op.AddIndex(table=table_name, index=index)
        elif isinstance(element, Check):
            yield op.AddCheck(table=table_name, check=element)
        elif isinstance(element, ForeignKey):
            keys.append(op.AddForeignKey(table=table_name, foreign_key=element))
    yield from keys


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


_DEEPEST = 20
"""So many tables may be parts of each other, or inherit from each other."""


def _numbered(found: list[Difference]) -> tuple[list[op.Operation], list[op.Operation], set[int]]:
    """The keys of columns that become numbered, what adds new ones, and the differences that both end.

    MySQL takes such a column only together with a key that begins with it, or behind that.
    """
    keys: dict[tuple[Name | None, str], tuple[int, Index]] = {}
    for one in found:
        if isinstance(one.right, Index):
            keys.setdefault((one.table, one.right.columns[0]), (id(one), one.right))
    keys_first: list[op.Operation] = []
    made: list[op.Operation] = []
    done: set[int] = set()
    for one in found:
        column = one.right
        if not isinstance(column, Column) or not column.identity or one.table is None:
            continue
        key = keys.get((one.table, column.name))
        if key is not None and one.left is None and key[1].is_constraint:
            made.append(op.AddColumn(table=one.table, column=column, indexes=(key[1],)))
            done |= {id(one), key[0]}
        elif key is not None and one.aspect == "generation":
            keys_first.append(op.AddIndex(table=one.table, index=key[1]))
            done.add(key[0])
    return keys_first, made, done


def _within(table: Table, catalog: Catalog) -> tuple[Index, ...]:
    """The indexes that stand in CREATE TABLE itself."""
    if catalog.dialect in MYSQL_FAMILY:
        return tuple(index for index in table.indexes if index.origin == "primary key")
    return tuple(index for index in table.indexes if index.is_constraint)


def _columns_made(found: list[Difference], dialect: Dialect) -> Iterator[op.Operation]:
    """Columns added and changed; MySQL's MODIFY states the whole column, SQLite makes the table anew."""
    whole = dialect in MYSQL_FAMILY
    changes: dict[tuple[Name, str], op.AlterColumn] = {}
    for difference in found:
        column = difference.right
        if not isinstance(column, Column) or difference.table is None:
            continue
        if difference.left is None:
            yield op.AddColumn(table=difference.table, column=column)
            continue
        if _is_fixed(difference, dialect):
            raise Inconvertible(f"{difference} is not changed by a statement")
        key = (difference.table, column.name)
        if whole:
            changes[key] = stated_anew(difference.table, column)
            continue
        change = changes.get(key, op.AlterColumn(table=difference.table, column=column.name, converts=True))
        changes[key] = _with_aspect(change, difference.aspect or "", column)
    yield from changes.values()


def _is_fixed(difference: Difference, dialect: Dialect) -> bool:
    """Whether no statement changes that a column is generated, or of what: MySQL's may, if it is stored."""
    one, other = difference.left, difference.right
    if difference.aspect not in ("generation", "expression") or dialect == "sqlite":
        return False
    if dialect not in MYSQL_FAMILY:
        return True
    states = [column.stored for column in (one, other) if isinstance(column, Column) and column.generated]
    return states not in ([], [True], [True, True], [False, False])


def stated_anew(table: Name, column: Column) -> op.AlterColumn:
    """MySQL's MODIFY, which states a whole column."""
    return op.AlterColumn(
        table=table,
        column=column.name,
        type=column.type,
        nullable=column.nullable,
        default=column.default,
        generated=column.generated,
        stored=column.stored,
        identity=column.identity,
        collation=column.collation,
        replaces=True,
    )


def _with_aspect(change: op.AlterColumn, aspect: str, column: Column) -> op.AlterColumn:
    if aspect == "type" and is_serial(column.type):
        own = names.postgresql_serial_default(change.table.name, column.name)
        return replace(change, type=canonical_type(column.type, "postgresql"), default=own)
    if aspect == "type":
        return replace(change, type=column.type)
    if aspect == "nullability":
        return replace(change, nullable=column.nullable)
    if aspect == "generation":
        return replace(change, generated=column.generated, identity=column.identity)
    if is_serial(column.type):
        return replace(change, default=names.postgresql_serial_default(change.table.name, column.name))
    return replace(change, default=column.default)


def _types_made(found: list[Difference], now: Catalog, wanted: Catalog) -> Iterator[op.Operation]:
    gone = {
        id(difference.left)
        for difference in found
        if difference.right is None or not isinstance(difference.left, Column | Table)
    }
    for difference in found:
        if difference.subject != "type" or not isinstance(difference.right, tuple):
            continue
        name = _type_name(difference)
        if difference.aspect == "labels" and isinstance(difference.left, tuple):
            changes = enum_labels.added(name, difference.left, difference.right)
            if changes is None:
                try:
                    yield from enum_labels.made_anew(name, difference.right, now, wanted, gone)
                except ValueError as reason:
                    raise Inconvertible(f"no statement takes labels out of a type, and {reason}") from reason
            else:
                yield from changes
            continue
        if not difference.right:
            raise Inconvertible(f"the definition of the type {difference.name} is not known")
        yield op.CreateType(name=name, labels=difference.right)


def _types_dropped(found: Iterable[Difference]) -> Iterator[op.Operation]:
    for difference in found:
        if difference.subject == "type" and difference.right is None:
            yield op.DropType(name=_type_name(difference))


def _type_name(difference: Difference) -> Name:
    schema, dot, name = difference.name.rpartition(".")
    return Name(name, schema if dot else None)
