"""What a table's children have by it: those that inherit from it (PostgreSQL), and its partitions.

Columns and checks are passed on; keys and indexes are not, but for those of partitioned tables
(https://www.postgresql.org/docs/current/ddl-inherit.html, `ATExecDropColumn` and its like in `tablecmds.c`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable
from typing import Any

from msgspec import UNSET
from msgspec.structs import replace

from schemalint import operations as op
from schemalint.catalog import Catalog, Check, Column, Name, Table, TableKey
from schemalint.knowledge import names
from schemalint.knowledge.dialects import folded
from schemalint.knowledge.types import canonical_type, is_serial
from schemalint.operations import inheritance as ties
from schemalint.reachable import reachable
from schemalint.replay.refusal import Refused, known_table

Function = Callable[[Catalog, Any], Catalog]


def columns_with(parents: Iterable[Table], own: Iterable[Column], catalog: Catalog) -> tuple[Column, ...]:
    """The columns of a new table: its parents' first, one that several have once, then those of its own.

    A column that is declared again keeps its own default, and no null where a parent keeps none; a partition
    declares it without a type.
    """
    found: dict[str, Column] = {}
    for parent in parents:
        for column in parent.columns:
            passed = _passed(column, parent, catalog)
            name = folded(column.name, catalog.dialect)
            found[name] = _merged(found[name], passed) if name in found else passed
    for column in own:
        name = folded(column.name, catalog.dialect)
        found[name] = _declared_again(column, found[name]) if name in found else column
    return tuple(found.values())


def _declared_again(column: Column, inherited: Column) -> Column:
    merged = _merged(column, inherited)
    return merged if column.type else replace(merged, type=inherited.type, inherited=True)


def _merged(column: Column, inherited: Column) -> Column:
    default = inherited.default if column.default is None else column.default
    return replace(column, nullable=column.nullable and inherited.nullable, default=default)


def _passed(column: Column, parent: Table, catalog: Catalog) -> Column:
    """A column as a child gets it, which has numbers of its own only in a partition."""
    numbered = column.identity and parent.partitioned_by is not None
    return replace(with_shared_sequence(column, parent, catalog), inherited=True, identity=numbered)


def with_shared_sequence(column: Column, table: Table, catalog: Catalog) -> Column:
    """A column that takes its numbers from the sequence of another table's column, where that is serial."""
    if not is_serial(column.type):
        return column
    default = names.postgresql_serial_default(table.name.name, column.name)
    type_ = canonical_type(column.type, catalog.dialect)
    return replace(column, type=type_, nullable=False, default=default)


def checks_with(parents: Iterable[Table], own: Iterable[Check]) -> list[Check]:
    """The checks of a new table: its parents', less those that it declares again, then those of its own."""
    declared = list(own)
    known = {check.name for check in declared if check.name is not None}
    passed: dict[str | None, Check] = {}
    for parent in parents:
        for check in parent.checks:
            if check.inheritable and check.name not in known:
                passed.setdefault(check.name, replace(check, inherited=True))
    return [*passed.values(), *declared]


def inherit(catalog: Catalog, operation: ties.Inherit) -> Catalog:
    """INHERIT: the columns stay the table's own. Refused for what inherits from the table itself."""
    table, parent = known_table(catalog, operation.table), known_table(catalog, operation.parent)
    if catalog.key(parent.name) in descendants(catalog, table):
        raise Refused(f"{parent.name} inherits from {table.name}")
    return catalog.with_table(replace(table, inherits=(*table.inherits, parent.name)), instead_of=table)


def disinherit(catalog: Catalog, operation: ties.Disinherit) -> Catalog:
    """NO INHERIT: the table keeps what it had by the parent."""
    table, parent = known_table(catalog, operation.table), known_table(catalog, operation.parent)
    kept = _without_parent(catalog, table, parent)
    if kept == table.inherits and table.complete:
        raise Refused(f"{table.name} does not inherit from {parent.name}")
    return settled(catalog, replace(table, inherits=kept), table)


def _without_parent(catalog: Catalog, table: Table, parent: Table) -> tuple[Name, ...]:
    here = catalog.key(parent.name)
    return tuple(name for name in table.inherits if catalog.key(name) != here)


def released(catalog: Catalog, parent: Table) -> Catalog:
    """The catalog in which no table inherits from the parent any more."""
    for key in catalog.heirs:
        table = catalog.tables[key]
        kept = _without_parent(catalog, table, parent)
        if kept != table.inherits:
            catalog = settled(catalog, replace(table, inherits=kept), table)
    return catalog


def settled(catalog: Catalog, table: Table, before: Table) -> Catalog:
    """The catalog with a table that has lost a parent: what no parent of it has any more is its own."""
    return catalog.with_table(_owned(catalog, table), instead_of=before)


def _owned(catalog: Catalog, table: Table) -> Table:
    """The table, to which belongs what no parent of it has."""
    parents = [known for parent in table.parents if (known := catalog.get(parent)) is not None]
    inherited = {folded(column.name, catalog.dialect) for parent in parents for column in parent.columns}
    checked = {check.name for parent in parents for check in parent.checks if check.inheritable}
    return replace(
        table,
        columns=tuple(
            replace(column, inherited=False)
            if column.inherited and folded(column.name, catalog.dialect) not in inherited
            else column
            for column in table.columns
        ),
        checks=tuple(
            replace(check, inherited=False) if check.inherited and check.name not in checked else check
            for check in table.checks
        ),
    )


def descendants(catalog: Catalog, table: Table) -> set[TableKey]:
    """The keys of a table, its children, theirs, and so on."""
    families = _families(catalog)
    return reachable([catalog.key(table.name)], lambda key: families.get(key, ()))


def _families(catalog: Catalog) -> dict[TableKey, list[TableKey]]:
    """The children of each table that has any."""
    found: dict[TableKey, list[TableKey]] = {}
    for heir in catalog.heirs:
        for parent in catalog.tables[heir].parents:
            found.setdefault(catalog.key(parent), []).append(heir)
    return found


def pass_on(catalog: Catalog, operation: op.Operation, function: Function) -> Catalog:
    """The catalog after an operation has been passed on to the children of its table, and to theirs.

    `function` does it to one table. ONLY leaves the children as they are.
    """
    asked = getattr(operation, "table", None)
    table = catalog.find(asked) if isinstance(asked, Name) else None
    if table is None:
        return catalog
    if isinstance(operation, op.AddIndex) and operation.index.origin == "primary key":
        return _without_nulls(catalog, table, operation.index.columns)
    if not isinstance(operation, _PASSED):
        return catalog
    families, referring = _families(catalog), _referring(catalog)
    waiting = deque([catalog.key(table.name)])
    met = set(waiting)
    tables = dict(catalog.tables)
    now = replace(catalog, tables=tables)  # which is as far as `tables` is
    while waiting:
        parent_key = waiting.popleft()
        for key in families.get(parent_key, ()):
            if key in met:
                continue
            parent, child = tables[parent_key], tables[key]
            if getattr(operation, "only", False):
                tables[key] = _owned(now, child)
                continue
            own = _for_child(now, operation, parent, child)
            if own is None:
                continue
            met.add(key)
            waiting.append(key)
            near = reachable([key], lambda one: referring.get(one, ()))
            around = {one: tables[one] for one in near if one in tables}
            try:
                after = function(_alone(now, around, child), own)
            except Refused:  # it has the like of its own
                continue
            tables.update(after.tables)
            for gone in around.keys() - after.tables.keys():
                del tables[gone]
    return _with_indexes_filed(catalog, tables)


def _referring(catalog: Catalog) -> dict[TableKey, list[TableKey]]:
    """The tables and views that refer to each, by foreign keys or in their queries."""
    found: dict[TableKey, list[TableKey]] = {}
    for key, table in catalog.tables.items():
        targets = (
            *(foreign_key.target for foreign_key in table.foreign_keys),
            *(use.table for use in table.reads),
        )
        for target in targets:
            found.setdefault(catalog.key(target), []).append(key)
    return found


def _alone(catalog: Catalog, tables: dict[TableKey, Table], child: Table) -> Catalog:
    """A catalog of no other tables, in which the name of the child stands for it."""
    return replace(catalog, tables=tables, index_owners={}, heirs=(), search_path=(child.name.schema,))


def _with_indexes_filed(before: Catalog, tables: dict[TableKey, Table]) -> Catalog:
    """The catalog with what its tables have become, and their indexes under the names they have now."""
    catalog = replace(before.without_tables(before.tables.keys() - tables.keys()), tables=tables)
    for key, table in tables.items():
        if table.indexes is not before.tables[key].indexes:
            catalog = catalog.with_table(table, instead_of=before.tables[key])
    return catalog


def _without_nulls(catalog: Catalog, table: Table, names: Collection[str]) -> Catalog:
    """The catalog in which these columns keep no null in a table's descendants, as a primary key asks for."""
    for key in descendants(catalog, table) - {catalog.key(table.name)}:
        child = catalog.tables[key]
        columns = (
            replace(column, nullable=False) if column.name in names else column for column in child.columns
        )
        catalog = catalog.with_table(replace(child, columns=tuple(columns)), instead_of=child)
    return catalog


_PASSED = (
    op.AddColumn,
    op.DropColumn,
    op.RenameColumn,
    op.AlterColumn,
    op.AddCheck,
    op.DropConstraint,
    op.RenameConstraint,
    op.AlterConstraint,
)


def _for_child(catalog: Catalog, operation: op.Operation, parent: Table, child: Table) -> op.Operation | None:
    """What is done to a child, None for nothing."""
    match operation:
        case op.AddColumn(column=column):
            made = parent.checks[len(parent.checks) - len(operation.checks) :]
            checks = tuple(replace(check, inherited=True) for check in made if check.inheritable)
            return replace(
                operation,
                table=child.name,
                column=_passed(column, parent, catalog),
                indexes=(),
                foreign_keys=(),
                checks=checks,
            )
        case op.DropColumn(column=name):
            own = child.column(name, catalog.dialect)
            if own is None or not own.inherited or _by_another(catalog, child, name):
                return None
        case op.AlterColumn(column=name):
            if child.column(name, catalog.dialect) is None:
                return None
            if operation.identity is not UNSET:
                return replace(operation, table=child.name, identity=UNSET)
        case op.AddCheck(check=check):
            named = parent.checks[-1] if parent.checks else check
            if not named.inheritable or any(known.name == named.name for known in child.checks):
                return None
            return replace(operation, table=child.name, check=replace(named, inherited=True))
        case op.DropConstraint() | op.RenameConstraint() | op.AlterConstraint():
            if not any(check.inherited and check.name == operation.name for check in child.checks):
                return None
    return replace(operation, table=child.name)


def _by_another(catalog: Catalog, child: Table, column: str) -> bool:
    """Whether a parent of the table still has the column."""
    known = (catalog.get(parent) for parent in child.parents)
    return any(parent is not None and parent.column(column, catalog.dialect) is not None for parent in known)
