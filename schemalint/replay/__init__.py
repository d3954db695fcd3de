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
from schemalint.migration import Migration
from schemalint.operations import inheritance as ties
from schemalint.operations import session
from schemalint.operations.rows import DropFunction
from schemalint.replay import (
    columns,
    constraints,
    functions,
    indexes,
    inheritance,
    schemas,
    sequences,
    tables,
    views,
)
from schemalint.replay.impossible import as_far_as_possible
from schemalint.replay.refusal import Refused, UnknownTable, failed


class Step(Struct, frozen=True, kw_only=True):
    """One operation of a history, with the catalog before and after it."""

    migration: Migration
    operation: op.Operation
    before: Catalog
    after: Catalog


class Trouble(Struct, frozen=True, kw_only=True):
    """An operation that the database would have refused, as far as the catalog is known."""

    migration: Migration | None
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
    op.PresumeTable: tables.presume,
    op.RenameTable: tables.rename,
    op.MoveTable: tables.move,
    op.ConvertTable: tables.convert,
    op.CreateView: views.create,
    ties.AttachPartition: tables.attach_partition,
    ties.DetachPartition: tables.detach_partition,
    ties.Inherit: inheritance.inherit,
    ties.Disinherit: inheritance.disinherit,
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
    op.DropSequence: sequences.drop,
    op.CreateSchema: schemas.create_schema,
    op.DropSchema: schemas.drop_schema,
    op.RenameSchema: schemas.rename_schema,
    session.SetSearchPath: schemas.set_search_path,
    session.SetForeignKeyChecks: schemas.set_foreign_key_checks,
    session.SetLegacyAlterTable: schemas.set_legacy_alter_table,
    DropFunction: functions.drop,
    op.Failure: failed,
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
        changed_catalog = function(catalog, operation)
    except UnknownTable as unknown:
        if unknown.optional:
            return catalog
        if operation.guard is not None:
            raise
        name = catalog.placed(unknown.name)
        assumed = Table(name=name, complete=False, holds=True, assumed=True, span=operation.span)
        return function(catalog.with_table(assumed), operation)
    if changed_catalog.heirs and changed_catalog is not catalog:
        return inheritance.pass_on(changed_catalog, operation, function)
    return changed_catalog


def _without_certainty(catalog: Catalog, operation: op.Opaque) -> Catalog:
    """The catalog with the tables that an opaque operation may touch marked as incomplete.

    The columns of those that it knew are known still where it spares columns.
    """
    if operation.tables is None:
        touched: Iterable[Table | None] = list(catalog.tables.values())
    else:
        touched = [catalog.find(name) for name in operation.tables]
    for table in touched:
        if table is None:
            continue
        columns_hold = operation.spares_columns and table.has_all_columns
        is_doubted = not table.complete and not (table.assumed and table.holds) and table.definition is None
        if not is_doubted or table.columns_hold != columns_hold:
            less = changed(table, complete=False, holds=False, columns_hold=columns_hold, definition=None)
            catalog = catalog.with_table(less, instead_of=table)
    return catalog


def _in_doubt(catalog: Catalog, operation: op.Operation) -> Catalog:
    """The catalog after an operation that may have found done what it does, on a table that is not known."""
    name = getattr(operation, "table", None)
    table = catalog.find(name) if isinstance(name, Name) else None
    if table is None or not (table.assumed and table.holds):
        return catalog
    return catalog.with_table(changed(table, holds=False), instead_of=table)


class Run:
    """A catalog on its way through operations, with the conditions met on it."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._condition: tuple[int, int] | None = None
        self._before_branch = catalog
        self._refused: set[tuple[int, int]] = set()
        self._taken: dict[int, int] = {}
        self._made_temporary_tables = False

    def copy(self) -> Run:
        """The same, to go on from here in another way."""
        other = Run(self.catalog)
        other._condition = self._condition
        other._before_branch = self._before_branch
        other._refused = set(self._refused)
        other._taken = dict(self._taken)
        other._made_temporary_tables = self._made_temporary_tables
        return other

    def do(self, operation: op.Operation) -> None:
        """Apply an operation; Refused where it could not happen and no condition explains that."""
        guard = operation.guard
        if isinstance(operation, op.CreateTable) and operation.table.temporary:
            self._made_temporary_tables = True
        if guard is None:
            self.catalog = apply(self.catalog, operation)
            if getattr(operation, "if_not_exists", False):
                self.catalog = _in_doubt(self.catalog, operation)
            return
        condition, branch = guard
        if guard in self._refused or self._taken.get(condition, branch) != branch:
            return
        if guard != self._condition:
            self._condition, self._before_branch = guard, self.catalog
        try:
            self.catalog = _in_doubt(apply(self.catalog, operation), operation)
            self._taken[condition] = branch
        except Refused:
            self.catalog = self._before_branch
            self._refused.add(guard)
            self._taken.pop(condition, None)

    def end_migration(self, search_path: tuple[str | None, ...]) -> None:
        """Each migration starts with the settings of its connection, and conditions of its own.

        Temporary tables end with the connection, and tools that keep one for all migrations are no reason
        to make the same temporary table in two of them.
        """
        if self._made_temporary_tables:
            self._made_temporary_tables = False
            for table in list(self.catalog.tables.values()):
                if table.temporary:
                    self.catalog = self.catalog.without_table(table)
        self._condition = None
        self._refused.clear()
        self._taken.clear()
        catalog = self.catalog
        settings = (search_path, True, False)
        if (catalog.search_path, catalog.foreign_key_checks, catalog.legacy_alter_table) != settings:
            self.catalog = changed(
                catalog, search_path=search_path, foreign_key_checks=True, legacy_alter_table=False
            )


def replay(migrations: Iterable[Migration], dialect: Dialect, start: Catalog | None = None) -> Replay:
    """Run the up sides one after the other, from an empty database if no other is given."""
    run = Run(Catalog(dialect=dialect) if start is None else start)
    search_path = run.catalog.search_path
    steps: list[Step] = []
    troubles: list[Trouble] = []
    for migration in migrations:
        for operation in migration.up:
            before = run.catalog
            try:
                run.do(as_far_as_possible(operation, dialect))
            except Refused as refusal:
                troubles.append(Trouble(migration=migration, operation=operation, reason=str(refusal)))
            steps.append(Step(migration=migration, operation=operation, before=before, after=run.catalog))
        run.end_migration(search_path)
    return Replay(catalog=tables.settled(run.catalog), steps=tuple(steps), troubles=tuple(troubles))


def build(operations: Iterable[op.Operation], dialect: Dialect) -> tuple[Catalog, tuple[Trouble, ...]]:
    """The catalog that operations make of an empty database, and those that could not be done."""
    run = Run(Catalog(dialect=dialect))
    troubles: list[Trouble] = []
    for operation in operations:
        try:
            run.do(operation)
        except Refused as refusal:
            troubles.append(Trouble(migration=None, operation=operation, reason=str(refusal)))
    return tables.settled(run.catalog), tuple(troubles)


__all__ = ["Refused", "Replay", "Run", "Step", "Trouble", "apply", "build", "replay"]
