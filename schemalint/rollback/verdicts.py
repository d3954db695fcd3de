"""What each migration leaves behind when it is rolled back, and what it does not bring back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Literal

from msgspec import Struct

from schemalint.catalog import Catalog, Name, TableKey
from schemalint.comparison import column_of_unknown_type, differences
from schemalint.migration import Migration
from schemalint.operations import AddIndex, AlterColumn, DropTable, Failure, Opaque, Operation, PresumeTable
from schemalint.replay import Refused, Replay, Run, Step, Trouble
from schemalint.replay.obstacles import obstacle
from schemalint.replay.rows import check_rows
from schemalint.replay.triggers import Triggers
from schemalint.replay.views import check_view
from schemalint.rollback.certain_differences import certain_differences
from schemalint.rollback.certain_refusals import refused_owner, says_too_little
from schemalint.rollback.new_names import without_renamed
from schemalint.rollback.origins import Remnant, traced
from schemalint.rollback.seen_tables import SeenTables, unmade
from schemalint.rollback.shown_history import ShownHistory, shown_history
from schemalint.rollback.unseen_columns import UnseenColumns, sets_type_alone, unseen_place

Verdict = Literal["complete", "incomplete", "refused", "unknown"]


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


def rollbacks(
    migrations: tuple[Migration, ...],
    replay: Replay,
    *,
    by_name: bool = True,
    declared: Catalog | None = None,
) -> Iterator[Rollback]:
    """The rollback of every migration that has a down side which does something.

    A table that migrations ask for, and that none makes, is there in truth where it is `declared`.
    Without `by_name`, an index, key or check that comes back under another name is back: there are tools that
    name them after a table's history, and find them by their columns.
    """
    history = shown_history(migrations, replay, declared)
    steps = {
        id(migration): list(group)
        for migration, group in groupby(replay.steps, key=lambda step: step.migration)
    }
    before = replay.steps[0].before if replay.steps else replay.catalog
    triggers, unseen = Triggers(), UnseenColumns()
    for migration in migrations:
        up = steps.get(id(migration), [])
        earlier = unseen.copy()
        for step in up:
            triggers.follow(step.before, step.operation)
            unseen.follow(step.before, step.operation)
        if migration.rollback == "present":
            start = before if not up else up[0].before
            yield _rolled_back(
                migration, up, start, history, triggers.copy(), (earlier, unseen.copy()), by_name=by_name
            )
        if up:
            before = up[-1].after


def _rolled_back(
    migration: Migration,
    up: list[Step],
    before: Catalog,
    history: ShownHistory,
    triggers: Triggers,
    unseen: tuple[UnseenColumns, UnseenColumns],
    *,
    by_name: bool,
) -> Rollback:
    """What comes of running a migration's down side right after its up side.

    `unseen` are the columns that the history never shows, before the up side and after it.
    """
    run = Run(up[-1].after if up else before)
    run.end_migration(before.search_path)
    after = run.catalog
    ended = _ended_beforehand(migration, before, after, history)
    if ended is not None:
        return ended
    steps = _way_down(migration, run, before, history, triggers)
    if isinstance(steps, Rollback):
        return steps
    start, end = _as_seen(before, run.catalog)
    earlier, later = unseen
    for operation in migration.down:
        later.follow(after, operation)
    found = [*differences(start, end), *earlier.differences(later, after)]
    if not by_name:
        found = without_renamed(found)
    certain = certain_differences(found, migration, start, after, history)
    if certain:
        remnants = tuple(traced(certain, up, steps))
        return Rollback(migration=migration, verdict="incomplete", remnants=remnants)
    if found:
        return _unknown(migration, f"{found[0]} is not known well")
    column = column_of_unknown_type(start, end)
    if column is not None:
        return _unknown(migration, f"the type of column {column} is not known")
    column = _altered_unseen(up, earlier, later)
    if column is not None:
        return _unknown(migration, f"what column {column} was is not known")
    return Rollback(migration=migration, verdict="complete")


def _ended_beforehand(
    migration: Migration, before: Catalog, after: Catalog, history: ShownHistory
) -> Rollback | None:
    """The verdict on a migration that can't be run on paper, or that the database's parser refuses."""
    for operation in migration.down:
        if isinstance(operation, Opaque) and operation.ungrammatical and operation.guard is None:
            trouble = Trouble(migration=migration, operation=operation, reason=operation.reason)
            return Rollback(migration=migration, verdict="refused", refusal=trouble)
    for operation in (*migration.up, *migration.down):
        if isinstance(operation, Opaque):
            return _unknown(migration, operation.reason)
        if id(operation) in history.refused:
            return _unknown(migration, history.refused[id(operation)].reason)
        table = _conditional(operation)
        forgets = isinstance(operation, DropTable) and str(operation.table) in history.presumed
        if forgets or (table is not None and not history.shows(table, before, after)):
            asked = getattr(operation, "table", table)
            return _unknown(migration, f"whether there is a table {asked} is not known")
    return None


def _way_down(
    migration: Migration, run: Run, before: Catalog, history: ShownHistory, triggers: Triggers
) -> list[Step] | Rollback:
    """What of the down side changes something, done one by one; the verdict where one of it ends all.

    `before` is the catalog before the up side, which `run` has behind it.
    """
    after = begun = run.catalog
    steps: list[Step] = []
    outside = _outside(before)
    together: frozenset[TableKey] = frozenset()
    for operation, statement in _with_statements(migration.down):
        now = run.catalog
        if operation is statement[0]:
            begun, together = now, _dropped_together(statement, now)
        if isinstance(operation, DropTable) and begun.find(operation.table) and not now.find(operation.table):
            continue  # it went with another that the statement drops
        if (type_ := history.unheard_type(now, operation)) is not None:
            return _unknown(migration, f"whether there is a type {type_} is not known")
        try:
            if operation.guard is None:  # its own condition may see to that
                rests = obstacle(now, operation, together, outside, statement, after)
                if rests is not None:
                    raise Refused(rests)
            check_rows(now, operation, history.made)
            check_view(now, operation, history.views)
            triggers.check(now, operation)
            triggers.follow(now, operation)
            run.do(operation)
            _check_assumed(now, run.catalog, operation)
        except Refused as refusal:
            trouble = Trouble(migration=migration, operation=operation, reason=str(refusal))
            return _refused(migration, trouble, now, after, history)
        if run.catalog is not now:
            steps.append(Step(migration=migration, operation=operation, before=now, after=run.catalog))
    run.end_migration(before.search_path)
    return steps


def _with_statements(side: Sequence[Operation]) -> Iterator[tuple[Operation, Sequence[Operation]]]:
    """Each operation with all that are actions of the same statement."""
    first = 0
    for position, operation in enumerate(side):
        if not operation.goes_on:
            statement = side[first : position + 1]
            yield from ((one, statement) for one in statement)
            first = position + 1
    yield from ((one, side[first:]) for one in side[first:])


def _dropped_together(statement: Sequence[Operation], catalog: Catalog) -> frozenset[TableKey]:
    dropped = (one.table for one in statement if isinstance(one, DropTable))
    return frozenset(key for name in dropped for key in catalog.keys(name))


def _check_assumed(before: Catalog, after: Catalog, operation: Operation) -> None:
    """An operation on a table that was never seen is none that the database would do for certain."""
    if isinstance(operation, PresumeTable) or len(after.tables) <= len(before.tables):
        return
    unseen = [table for key, table in after.tables.items() if key not in before.tables]
    if any(table.assumed for table in unseen):
        raise Refused(f"there is no table {unseen[0].name}")


def _unknown(migration: Migration, reason: str) -> Rollback:
    return Rollback(migration=migration, verdict="unknown", reason=reason)


def _altered_unseen(up: list[Step], earlier: UnseenColumns, later: UnseenColumns) -> str | None:
    """A column that the up side changes and the history never shows, if more than a type that is known."""
    for step in up:
        if isinstance(step.operation, AlterColumn):
            asked = step.operation
            place = unseen_place(step.before, asked)
            if place is None:
                continue
            types = (earlier.type_of(place), later.type_of(place))
            if not sets_type_alone(asked) or None in types:
                return f"{asked.table}.{asked.column}"
    return None


def _as_seen(*catalogs: Catalog) -> tuple[Catalog, ...]:
    missing = unmade(catalogs)
    if not missing:
        return catalogs
    seen = SeenTables()
    return tuple(seen.catalog(catalog, missing) for catalog in catalogs)


def _outside(catalog: Catalog) -> frozenset[TableKey]:
    """The tables that foreign keys point to and that the history has not made: those of other packages."""
    targets = {key.target for table in catalog.tables.values() for key in table.foreign_keys if key.enforced}
    return frozenset(
        catalog.key(catalog.placed(target)) for target in targets if catalog.find(target) is None
    )


def _conditional(operation: Operation) -> Name | None:
    """The table that an operation is about which only happens if it can."""
    table = getattr(operation, "table", None)
    return table if operation.guard is not None and isinstance(table, Name) else None


def _refused(
    migration: Migration, trouble: Trouble, catalog: Catalog, begun: Catalog, history: ShownHistory
) -> Rollback:
    """The verdict on a down side that the database would stop at, if all that it rests on is known.

    What does not come as far as the database rests on nothing there. `begun` is what it began with.

    SQLite takes a quoted name in an index that is no column of its table for a string, an unquoted one not.
    """
    if isinstance(trouble.operation, Failure) or says_too_little(trouble.operation, catalog.dialect):
        return Rollback(migration=migration, verdict="refused", refusal=trouble)
    owner = refused_owner(trouble.operation, begun, catalog)
    if owner is not None and history.is_followed(owner.name):
        return Rollback(migration=migration, verdict="refused", refusal=trouble)
    if not _may_be_string(trouble.operation, catalog) and all(
        table.complete or table.kind != "table" for table in catalog.tables.values()
    ):
        return Rollback(migration=migration, verdict="refused", refusal=trouble)
    return _unknown(migration, trouble.reason)


def _may_be_string(operation: Operation, catalog: Catalog) -> bool:
    if catalog.dialect != "sqlite" or not isinstance(operation, AddIndex):
        return False
    table = catalog.find(operation.table)
    return table is not None and any(
        table.column(column, catalog.dialect) is None for column in operation.index.columns
    )
