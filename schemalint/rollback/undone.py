"""One step of a migration undone: by the statement that takes it back, or by what ends the difference."""

from __future__ import annotations

from collections.abc import Iterator

from schemalint import operations as op
from schemalint.catalog import Catalog
from schemalint.conversion import operations_between
from schemalint.conversion.columns import stated_anew
from schemalint.conversion.inconvertible import Inconvertible
from schemalint.knowledge.collations import character_set_of
from schemalint.knowledge.dialects import MYSQL_FAMILY
from schemalint.operations import inheritance as ties
from schemalint.replay import Run, Step
from schemalint.rollback.proof import do
from schemalint.rollback.renamed_back import renamed_back


def undone(step: Step) -> list[op.Operation]:
    """What takes the step back, nothing if it changed nothing. Inconvertible where no statement does."""
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
