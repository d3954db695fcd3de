"""The steps of a migration as if migrations had made all tables that it touches, as far as these are seen."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from schemalint import operations as op
from schemalint.catalog import Catalog, Name, Table, TableKey
from schemalint.conversion.inconvertible import Inconvertible
from schemalint.replay import Step
from schemalint.rollback.seen_tables import SeenTables, unmade


def steps_as_seen(steps: Sequence[Step]) -> Sequence[Step]:
    """The steps with the tables that no migration made, as far as they are seen, as tables like the others.

    Inconvertible where something of them is dropped or changed that was never seen.
    """
    former: dict[TableKey, tuple[int, Name]] = {}
    for at, step in enumerate(steps):
        _check_was_seen(step)
        if isinstance(step.operation, op.RenameTable):
            for key in step.after.tables.keys() - step.before.tables.keys():
                former.setdefault(key, (at, step.operation.table))
    tables = unmade(step.after for step in steps)
    if not tables:
        return steps
    seen = SeenTables()

    def whole(catalog: Catalog, done: int) -> Catalog:
        missing: dict[TableKey, Table] = {}
        for key, table in tables.items():
            if key in catalog.tables:
                continue
            at, name = former.get(key, (-1, table.name))
            if done > at:
                missing[key] = table
            else:
                missing[catalog.key(name)] = replace(table, name=name)
        return seen.catalog(catalog, missing)

    return [
        replace(step, before=whole(step.before, at), after=whole(step.after, at + 1))
        for at, step in enumerate(steps)
    ]


def _check_was_seen(step: Step) -> None:
    """Inconvertible if the operation changes what is in the database and not in the catalog."""
    operation, before = step.operation, step.before
    for key, table in before.tables.items():
        if table.assumed and key not in step.after.tables:
            raise Inconvertible(f"the definition of table {table.name} is not known")
    if isinstance(operation, op.AlterType | op.DropType) and operation.guard is None:
        optional = isinstance(operation, op.DropType) and operation.if_exists
        if not optional and not any(key in before.types for key in before.keys(operation.name)):
            raise Inconvertible(f"the definition of the type {operation.name} is not known")
    if isinstance(operation, op.DropConstraint | op.DropIndex) and operation.guard is None:
        owner = operation.table
        unseen = step.before is step.after or (owner is not None and before.find(owner) is None)
        if unseen and not operation.if_exists:
            name = operation.index.name if isinstance(operation, op.DropIndex) else operation.name
            raise Inconvertible(f"the definition of {name or 'a constraint without a name'} is not known")
    if not isinstance(operation, op.DropColumn | op.AlterColumn) or operation.guard is not None:
        return
    known = before.find(operation.table)
    if known is not None and (
        known.has_all_columns or known.column(operation.column, before.dialect) is not None
    ):
        return
    if known is not None and known.kind != "table":
        return
    if not operation.if_table_exists and not getattr(operation, "if_exists", False):
        raise Inconvertible(f"the definition of column {operation.table}.{operation.column} is not known")
