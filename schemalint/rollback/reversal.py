"""The way back from a migration: its operations undone, the last one first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from schemalint import operations as op
from schemalint.catalog import Catalog, Index, Table, TableKey
from schemalint.comparison import column_of_unknown_type
from schemalint.conversion import operations_between
from schemalint.conversion.inconvertible import Inconvertible
from schemalint.migration import Migration
from schemalint.replay import Replay, Run, Step
from schemalint.rollback import former_views
from schemalint.rollback.doubts import (
    check_checks,
    check_indexes,
    check_repeated_keys,
    check_tables,
    check_triggers,
)
from schemalint.rollback.former_names import FormerNames
from schemalint.rollback.losses import labels_needed, losses, needs, rows_with_new_labels
from schemalint.rollback.proof import do, prove
from schemalint.rollback.seen_steps import steps_as_seen
from schemalint.rollback.undone import undone


class WayBack(Struct, frozen=True, kw_only=True):
    """What undoes a migration.

    `loses` are the things whose rows or values do not come back with it, `needs` says where it can't be run.
    Views are apart: those that the migration has touched go before anything else and come back in the end,
    and are in neither of the catalogs.
    """

    operations: tuple[op.Operation, ...]
    before: Catalog
    after: Catalog
    views_dropped: tuple[op.Operation, ...] = ()
    views_made: tuple[op.Operation, ...] = ()
    loses: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def does_something(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.operations or self.views_dropped or self.views_made)

    def remarks(self) -> list[str]:
        """What to know before it is taken, a line each."""
        return [" ".join(words.split()) for words in (*self.loses, *self.needs)]


def way_back(migration: Migration, replay: Replay, *, typed: bool = False) -> WayBack:
    """What undoes a migration, held against the catalog before it. Inconvertible if nothing is known to.

    Where the language of the migration gives a type to every column (`typed`), or the database does, a column
    without one is of a type that is not known.
    """
    steps = [step for step in replay.steps if step.migration is migration]
    for trouble in replay.troubles:
        if trouble.migration is migration:
            raise Inconvertible(trouble.reason)
    if not steps:
        return WayBack(operations=(), before=replay.catalog, after=replay.catalog)
    last = next(at for at, step in enumerate(replay.steps) if step is steps[-1])
    check_tables(migration, replay.steps[: last + 1])
    check_checks(steps)
    way = way_back_of(steps, typed=typed)
    check_triggers(way.operations, way.after, replay.steps[: last + 1])
    check_indexes(way.operations, way.before, replay.steps)
    check_repeated_keys(way.before, way.after)
    return way


def way_back_of(steps: Sequence[Step], *, typed: bool = False) -> WayBack:
    """What undoes steps that follow each other, at least one; `typed` and Inconvertible as for `way_back`."""
    for step in steps:
        if isinstance(step.operation, op.Opaque):
            raise Inconvertible(f"something in it was not understood: {step.operation.reason}")
    views = former_views.remade(steps)
    if not views:
        return _way_back_of(steps, typed=typed)
    return replace(
        _way_back_of(former_views.without_views(steps, views), typed=typed),
        views_dropped=tuple(former_views.dropped(steps[-1].after, views)),
        views_made=tuple(former_views.made(steps[0].before, views)),
    )


def _way_back_of(steps: Sequence[Step], *, typed: bool) -> WayBack:
    steps = steps_as_seen(steps)
    run = Run(steps[-1].after)
    run.end_migration(steps[0].before.search_path)
    before, after = steps[0].before, run.catalog
    if (column := column_of_unknown_type(before, after)) is not None:
        raise Inconvertible(f"the type of column {column} is not known")
    if (column := rows_with_new_labels(steps, before, after)) is not None:
        raise Inconvertible(f"rows that it makes may have a new label in {column}")
    loses = tuple(losses(steps))
    if before.dialect == "sqlite":
        found = _renamed_and_made(steps, before, after)
        _check_types(found, typed=typed)
        return _back(found, before, after, loses)
    found = [
        _if_it_may_be_empty(operation, before)
        for step in reversed(_together(steps))
        for operation in undone(step)
    ]
    found = list(_with_partitions(found, after))
    try:
        prove(found, before, after)
    except Inconvertible:
        if _renames(steps, before, after):
            raise
        found = operations_between(after, before)
        prove(found, before, after)
    found = _with_schemas(found, steps)
    _check_types(found, typed=True)
    return _back(found, before, after, loses)


def _renamed_and_made(steps: Sequence[Step], before: Catalog, after: Catalog) -> list[op.Operation]:
    """What gives the former names back and then makes what still differs: on SQLite, as the table is now.

    Step by step it is not to be had: tables are renamed while they are made anew.
    """
    renamings = list(FormerNames(steps).renamings_back())
    run = Run(after)
    for operation in renamings:
        do(run, operation)
    return [*renamings, *operations_between(run.catalog, before)]


def _with_schemas(found: Sequence[op.Operation], steps: Sequence[Step]) -> list[op.Operation]:
    """The operations between schemas made again, and those dropped that the steps made.

    One that is made if it isn't there may have been there before.
    """
    operations = [step.operation for step in reversed(steps)]
    again = [
        op.CreateSchema(name=one.name)
        for one in operations
        if isinstance(one, op.DropSchema) and not one.if_exists
    ]
    dropped = [
        op.DropSchema(name=one.name)
        for one in operations
        if isinstance(one, op.CreateSchema) and not one.if_not_exists
    ]
    return [*again, *found, *dropped]


def _together(steps: Sequence[Step]) -> list[Step]:
    """The steps with those in one that follow each other and add labels: a type is made anew once for all."""
    found: list[Step] = []
    for step in steps:
        if found and _adds_label(step) and _adds_label(found[-1]):
            found[-1] = replace(found[-1], after=step.after)
        else:
            found.append(step)
    return found


def _adds_label(step: Step) -> bool:
    return isinstance(step.operation, op.AlterType) and step.operation.add_label is not None


def _back(found: Sequence[op.Operation], before: Catalog, after: Catalog, loses: tuple[str, ...]) -> WayBack:
    obstacles = (*needs(found, before.dialect), *labels_needed(before, after))
    return WayBack(operations=tuple(found), before=before, after=after, loses=loses, needs=obstacles)


def _renames(steps: Sequence[Step], before: Catalog, after: Catalog) -> bool:
    """Whether something has another name after the steps, which a difference of catalogs does not tell."""
    if any(isinstance(step.operation, op.RenameColumn) for step in steps):
        return True
    moved = before.tables.keys() != after.tables.keys()
    return moved and any(isinstance(step.operation, op.RenameTable | op.MoveTable) for step in steps)


def _check_types(found: Sequence[op.Operation], *, typed: bool) -> None:
    """Inconvertible if a column would come back without its type."""
    for operation in found if typed else ():
        columns = operation.table.columns if isinstance(operation, op.CreateTable) else ()
        for column in (operation.column,) if isinstance(operation, op.AddColumn) else columns:
            if not column.type:
                raise Inconvertible(f"the type of column {column.name} is not known")


def _if_it_may_be_empty(operation: op.Operation, before: Catalog) -> op.Operation:
    """A column that had no NOT NULL before the migration comes back without it: the table may have rows."""
    if not isinstance(operation, op.AddColumn) or operation.column.nullable:
        return operation
    table = before.find(operation.table)
    known = table.column(operation.column.name, before.dialect) if table is not None else None
    if known is None or not known.nullable or known.type != operation.column.type:
        return operation
    return replace(operation, column=replace(operation.column, nullable=True))


def _with_partitions(found: Sequence[op.Operation], after: Catalog) -> Iterator[op.Operation]:
    """Those of partitions, where they are like one of their table, may be gone along with that."""
    gone: list[tuple[TableKey, Index]] = []
    for operation in found:
        if isinstance(operation, op.DropIndex) and operation.table is not None:
            table = after.find(operation.table)
            index = _index(table, operation.index.name) if table is not None else None
            if table is not None and index is not None:
                gone.append((after.key(table.name), _unnamed(index)))
                if table.parent is not None and (after.key(table.parent), _unnamed(index)) in gone:
                    yield replace(operation, if_exists=True)
                    continue
        yield operation


def _index(table: Table, name: str) -> Index | None:
    return next((index for index in table.indexes if index.name == name), None)


def _unnamed(index: Index) -> Index:
    return replace(index, name=None, span=None)
