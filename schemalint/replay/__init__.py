"""Running migrations on paper: what each operation makes of the catalog before it.

`replay` goes through a history and keeps every step; `build` gives the catalog that a list of operations
makes of nothing. What a database would refuse is kept as trouble and leaves the catalog as it was: real
histories have been run, so a refusal says that something before it was not understood.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace as changed

from schemalint import operations as op
from schemalint.catalog import Catalog, Name, Table
from schemalint.knowledge.dialects import Dialect
from schemalint.replay import columns, constraints, indexes, schemas, tables
from schemalint.replay.refusal import Refused, UnknownTable


class Step(Struct, frozen=True, kw_only=True):
    """One operation of a history, with the catalog before and after it."""

    migration: op.Migration
    operation: op.Operation
    before: Catalog
    after: Catalog


class Trouble(Struct, frozen=True, kw_only=True):
    """An operation that the database would have refused, as far as the catalog is known."""

    migration: op.Migration | None
    operation: op.Operation
    reason: str


class Replay(Struct, frozen=True, kw_only=True):
    """What came of a history: the catalog after it, its steps, and what could not be done."""

    catalog: Catalog
    steps: tuple[Step, ...]
    troubles: tuple[Trouble, ...]


_APPLY: dict[type[op.Operation], Callable[[Catalog, Any], Catalog]] = {
    op.CreateTable: tables.create,
    op.DropTable: tables.drop,
    op.RenameTable: tables.rename,
    op.MoveTable: tables.move,
    op.CreateView: tables.create_view,
    op.AttachPartition: tables.attach_partition,
    op.DetachPartition: tables.detach_partition,
    op.AddColumn: columns.add,
    op.DropColumn: columns.drop,
    op.RenameColumn: columns.rename,
    op.AlterColumn: columns.alter,
    op.AddIndex: indexes.add,
    op.DropIndex: indexes.drop,
    op.RenameIndex: indexes.rename,
    op.AlterIndex: indexes.alter,
    op.AddForeignKey: constraints.add_foreign_key,
    op.AddCheck: constraints.add_check,
    op.DropConstraint: constraints.drop,
    op.RenameConstraint: constraints.rename,
    op.AlterConstraint: constraints.alter,
    op.CreateType: schemas.create_type,
    op.AlterType: schemas.alter_type,
    op.DropType: schemas.drop_type,
    op.CreateSchema: schemas.create_schema,
    op.DropSchema: schemas.drop_schema,
    op.RenameSchema: schemas.rename_schema,
    op.SetSearchPath: schemas.set_search_path,
}


def apply(catalog: Catalog, operation: op.Operation) -> Catalog:
    """The catalog after one operation. Refused where the database would not have done it.

    A table that is altered but was never seen being made is taken to exist, incomplete: a third of all
    real histories don't start from nothing.
    """
    if isinstance(operation, op.Opaque):
        return _without_certainty(catalog, operation)
    function = _APPLY.get(type(operation))
    if function is None:  # rows
        return catalog
    try:
        return function(catalog, operation)
    except UnknownTable as unknown:
        if unknown.optional or operation.guarded:
            return catalog
        assumed = Table(name=catalog.placed(unknown.name), complete=False, assumed=True, span=operation.span)
        return function(catalog.with_table(assumed), operation)
    except Refused:
        if operation.guarded:
            return catalog
        raise


def _without_certainty(catalog: Catalog, operation: op.Opaque) -> Catalog:
    """The catalog with the tables that an opaque operation may touch marked as incomplete."""
    if operation.tables is None:
        touched: Iterable[Table | None] = list(catalog.tables.values())
    else:
        touched = [catalog.find(name) for name in operation.tables]
    for table in touched:
        if table is not None and table.complete:
            catalog = catalog.with_table(changed(table, complete=False), instead_of=table)
    return catalog


def replay(migrations: Iterable[op.Migration], dialect: Dialect, start: Catalog | None = None) -> Replay:
    """Run the up sides one after the other, from an empty database if no other is given."""
    catalog = Catalog(dialect=dialect) if start is None else start
    steps: list[Step] = []
    troubles: list[Trouble] = []
    for migration in migrations:
        search_path = catalog.search_path
        for operation in migration.up:
            before = catalog
            try:
                catalog = apply(catalog, operation)
            except Refused as refusal:
                troubles.append(Trouble(migration=migration, operation=operation, reason=str(refusal)))
            steps.append(Step(migration=migration, operation=operation, before=before, after=catalog))
        if catalog.search_path != search_path:
            catalog = changed(catalog, search_path=search_path)
    return Replay(catalog=tables.settled(catalog), steps=tuple(steps), troubles=tuple(troubles))


def build(operations: Iterable[op.Operation], dialect: Dialect) -> tuple[Catalog, tuple[Trouble, ...]]:
    """The catalog that operations make of an empty database, and those that could not be done."""
    catalog = Catalog(dialect=dialect)
    troubles: list[Trouble] = []
    for operation in operations:
        try:
            catalog = apply(catalog, operation)
        except Refused as refusal:
            troubles.append(Trouble(migration=None, operation=operation, reason=str(refusal)))
    return tables.settled(catalog), tuple(troubles)


__all__ = ["Name", "Refused", "Replay", "Step", "Trouble", "apply", "build", "replay"]
