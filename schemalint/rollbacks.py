"""What each migration leaves behind when it is rolled back, and what it does not bring back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Literal

from msgspec import Struct

from schemalint.catalog import Catalog, Table, TableKey
from schemalint.comparison import Difference, differences
from schemalint.operations import AddIndex, DropTable, Migration, Opaque, Operation
from schemalint.replay import Refused, Replay, Run, Step, Trouble
from schemalint.replay.dependencies import obstacle
from schemalint.source import Span

Verdict = Literal["complete", "incomplete", "refused", "unknown"]


Side = Literal["up", "down"]


class Remnant(Struct, frozen=True, kw_only=True):
    """One fact that is not as it was: left of the difference is the catalog before, right the one after.

    `operation` is where it comes from, `side` the side of the migration that this stands on.
    """

    difference: Difference
    side: Side | None = None
    operation: Operation | None = None


class Rollback(Struct, frozen=True, kw_only=True):
    """A migration run up and down again on paper.

    `verdict` is "complete" where the catalog is as it was before, "incomplete" where it is not, "refused"
    where the database would not run the down side (`refusal`), and "unknown" where something on the way was
    not understood (`reason`).
    """

    migration: Migration
    verdict: Verdict
    remnants: tuple[Remnant, ...] = ()
    refusal: Trouble | None = None
    reason: str | None = None


def rollbacks(migrations: tuple[Migration, ...], replay: Replay) -> Iterator[Rollback]:
    """The rollback of every migration that has a down side which does something."""
    refused = {id(trouble.operation): trouble for trouble in replay.troubles}
    steps = {
        id(migration): list(group)
        for migration, group in groupby(replay.steps, key=lambda step: step.migration)
    }
    before = replay.steps[0].before if replay.steps else replay.catalog
    for migration in migrations:
        up = steps.get(id(migration), [])
        if migration.rollback == "present":
            yield _rolled_back(migration, up, before if not up else up[0].before, refused)
        if up:
            before = up[-1].after


def _rolled_back(
    migration: Migration, up: list[Step], before: Catalog, refused: dict[int, Trouble]
) -> Rollback:
    """What comes of running a migration's down side right after its up side."""
    for operation in (*migration.up, *migration.down):
        if isinstance(operation, Opaque):
            return Rollback(migration=migration, verdict="unknown", reason=operation.reason)
        if id(operation) in refused:
            return Rollback(migration=migration, verdict="unknown", reason=refused[id(operation)].reason)
    run = Run(up[-1].after if up else before)
    run.end_migration(before.search_path)
    after = run.catalog
    back: list[Step] = []
    for operation in migration.down:
        now = run.catalog
        try:
            _check_possible(now, operation, migration.down)
            run.do(operation)
        except Refused as refusal:
            trouble = Trouble(migration=migration, operation=operation, reason=str(refusal))
            return _refused(migration, trouble, now)
        if run.catalog is not now:
            if len(run.catalog.tables) > len(now.tables):
                unknown = [table for key, table in run.catalog.tables.items() if key not in now.tables]
                if any(table.assumed for table in unknown):
                    reason = f"there is no table {unknown[0].name}"
                    trouble = Trouble(migration=migration, operation=operation, reason=reason)
                    return _refused(migration, trouble, now)
            back.append(Step(migration=migration, operation=operation, before=now, after=run.catalog))
    run.end_migration(before.search_path)
    found = list(differences(before, run.catalog))
    certain = [difference for difference in found if not _is_guess(difference, before, after)]
    if not certain:
        if found:
            return Rollback(migration=migration, verdict="unknown", reason=f"{found[0]} is not known well")
        return Rollback(migration=migration, verdict="complete")
    return Rollback(
        migration=migration,
        verdict="incomplete",
        remnants=tuple(_traced(difference, up, back) for difference in certain),
    )


def _check_possible(catalog: Catalog, operation: Operation, side: Iterable[Operation]) -> None:
    """Refused if something rests on what the operation drops; its own condition may see to that."""
    if operation.guard is not None:
        return
    together: set[TableKey] = set()
    if isinstance(operation, DropTable):
        for other in side:
            if isinstance(other, DropTable) and _same_place(other.span, operation.span):
                together.update(catalog.keys(other.table))
    reason = obstacle(catalog, operation, together)
    if reason is not None:
        raise Refused(reason)


def _same_place(one: Span | None, other: Span | None) -> bool:
    return one is not None and other is not None and (one.path, one.start) == (other.path, other.start)


def _refused(migration: Migration, trouble: Trouble, catalog: Catalog) -> Rollback:
    """The verdict on a down side that the database would stop at, if all that it rests on is known.

    SQLite takes a quoted name in an index that is no column for a string, and not an unquoted one.
    """
    quoted = catalog.dialect == "sqlite" and isinstance(trouble.operation, AddIndex)
    if not quoted and all(table.complete or table.kind != "table" for table in catalog.tables.values()):
        return Rollback(migration=migration, verdict="refused", refusal=trouble)
    return Rollback(migration=migration, verdict="unknown", reason=trouble.reason)


def _is_guess(difference: Difference, before: Catalog, after: Catalog) -> bool:
    """Whether the difference may come of not having seen how a table was made.

    What such a table loses on the way up, unseen, is back after the way down: it looks left over.
    """
    if difference.table is None or difference.left is not None:
        return False
    tables = [before.get(difference.table), after.get(difference.table)]
    if all(table is None or table.complete for table in tables):
        return False
    made = tables[1]
    return made is None or not _holds(made, difference.right)


def _holds(table: Table, element: object) -> bool:
    members = (*table.columns, *table.indexes, *table.foreign_keys, *table.checks)
    return any(member is element for member in members)


def _traced(difference: Difference, up: list[Step], down: list[Step]) -> Remnant:
    """The difference with the operation that it comes from: one of the up side, or else of the down side."""
    sides: tuple[tuple[Side, list[Step]], ...] = (("up", up), ("down", down))
    for side, steps in sides:
        for step in steps:
            for found in differences(step.before, step.after):
                if (found.subject, found.table, found.name) == (
                    difference.subject,
                    difference.table,
                    difference.name,
                ):
                    return Remnant(difference=difference, side=side, operation=step.operation)
    return Remnant(difference=difference)
