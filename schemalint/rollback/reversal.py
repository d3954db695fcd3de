"""The way back from a migration: its operations undone, the last one first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from schemalint import operations as op
from schemalint.catalog import Catalog, Index, Name, Table, TableKey
from schemalint.comparison import column_of_unknown_type
from schemalint.conversion import operations_between
from schemalint.conversion.columns import stated_anew
from schemalint.conversion.inconvertible import Inconvertible
from schemalint.knowledge.collations import character_set_of
from schemalint.knowledge.dialects import MYSQL_FAMILY
from schemalint.migration import Migration
from schemalint.operations import inheritance as ties
from schemalint.replay import Replay, Run, Step
from schemalint.rollback import former_views
from schemalint.rollback.former_names import FormerNames
from schemalint.rollback.losses import labels_needed, losses, needs, rows_with_new_labels
from schemalint.rollback.obstacles import check_checks, check_indexes, check_tables, check_triggers
from schemalint.rollback.proof import do, prove
from schemalint.rollback.renamed_back import renamed_back
from schemalint.rollback.seen_tables import SeenTables, unmade


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
    steps = _as_seen(steps)
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
        for operation in _undone(step)
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


def _as_seen(steps: Sequence[Step]) -> Sequence[Step]:
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


def _undone(step: Step) -> list[op.Operation]:
    if step.before is step.after:
        return []
    if isinstance(step.operation, op.ConvertTable):
        return _converted_back(step)
    if isinstance(step.operation, ties.AttachPartition | ties.DetachPartition):
        return _partitions_back(step.operation, step)
    if isinstance(step.operation, op.AlterIndex) and step.operation.valid is True:
        raise Inconvertible(f"the index of a partition that {step.operation.index} took up stays")
    if isinstance(step.operation, ties.Inherit):
        return [ties.Disinherit(table=step.operation.table, parent=step.operation.parent)]
    if isinstance(step.operation, ties.Disinherit):
        return [ties.Inherit(table=step.operation.table, parent=step.operation.parent)]
    if isinstance(step.operation, op.AlterConstraint) and step.operation.validated is True:
        return list(_not_valid_again(step.operation, step.before))
    renamed = renamed_back(step)
    if renamed is None:
        return operations_between(step.after, step.before) or list(_with_own_collation(step))
    return [renamed, *_with_own_check(renamed, step.before)]


def _partitions_back(
    operation: ties.AttachPartition | ties.DetachPartition, step: Step
) -> list[op.Operation]:
    """A partition that was attached is a table again, without what its table has brought; or the reverse."""
    table, partition = operation.table, operation.partition
    if isinstance(operation, ties.AttachPartition):
        back: op.Operation = ties.DetachPartition(table=table, partition=partition)
        run = Run(step.after)
        do(run, back)
        return [back, *operations_between(run.catalog, step.before)]
    if operation.concurrently:
        raise Inconvertible(f"DETACH … CONCURRENTLY leaves a check on {partition} that is not known")
    known = step.before.find(partition)
    if known is None or known.bounds is None:
        raise Inconvertible(f"the bounds of the partition {partition} are not known")
    return [ties.AttachPartition(table=table, partition=partition, bounds=known.bounds)]


def _converted_back(step: Step) -> list[op.Operation]:
    """The table in its former character set, then the texts that had become wider."""
    assert isinstance(step.operation, op.ConvertTable)
    name = step.operation.table
    table = step.before.find(name)
    if table is None or any(
        column.collation is not None or character_set_of(column.type) is not None for column in table.columns
    ):
        raise Inconvertible(f"the collations of {name} are not followed here")
    back = op.ConvertTable(table=name, character_set=table.character_set)
    run = Run(step.after)
    do(run, back)
    return [back, *operations_between(run.catalog, step.before)]


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


def _not_valid_again(operation: op.AlterConstraint, before: Catalog) -> Iterator[op.Operation]:
    """A constraint that was not validated is made anew: no statement takes that back."""
    table = before.find(operation.table)
    for key in table.foreign_keys if table is not None else ():
        if key.name == operation.name and not key.validated:
            yield op.DropConstraint(table=operation.table, name=key.name, kind="foreign key")
            yield op.AddForeignKey(table=operation.table, foreign_key=key)
    for check in table.checks if table is not None else ():
        if check.name == operation.name and not check.validated:
            yield op.DropConstraint(table=operation.table, name=check.name, kind="check")
            yield op.AddCheck(table=operation.table, check=check)


def _with_own_collation(step: Step) -> Iterator[op.Operation]:
    """MySQL's column with the collation that it had, which makes no difference otherwise."""
    operation = step.operation
    if not isinstance(operation, op.AlterColumn) or step.before.dialect not in MYSQL_FAMILY:
        return
    tables = step.before.find(operation.table), step.after.find(operation.table)
    was, now = (table.column(operation.column, "mysql") if table is not None else None for table in tables)
    if was is not None and now is not None and was.collation != now.collation:
        yield stated_anew(operation.table, was)


def _with_own_check(renamed: op.Operation, before: Catalog) -> Iterator[op.Operation]:
    """MariaDB has a check for a column of JSON, which keeps its name until the column is stated anew."""
    if before.dialect != "mariadb" or not isinstance(renamed, op.RenameColumn):
        return
    table = before.find(renamed.table)
    column = table.column(renamed.new_name, before.dialect) if table is not None else None
    if column is not None and column.type.lower() == "json":
        yield stated_anew(renamed.table, column)
