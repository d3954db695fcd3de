"""What makes a way back doubtful although each of its operations can be done."""

from __future__ import annotations

from collections.abc import Sequence

from schemalint.catalog import Catalog
from schemalint.certain_refusals import may_be_others
from schemalint.conversion import Inconvertible
from schemalint.knowledge.dialects import POSTGRESQL_FAMILY
from schemalint.operations import AddIndex, AlterColumn, Operation
from schemalint.replay import Step
from schemalint.replay.triggers import Triggers


def check_indexes(way: Sequence[Operation], before: Catalog, history: Sequence[Step]) -> None:
    """Inconvertible if an index comes back that may have been another one, there when it was to be made."""
    perhaps = may_be_others(step.operation for step in history)
    for operation in way if perhaps else ():
        if not isinstance(operation, AddIndex):
            continue
        table = before.find(operation.table)
        is_known = table is None or table.complete
        if not is_known and (operation.table.name.lower(), operation.index.name) in perhaps:
            raise Inconvertible(f"the definition of {operation.index.name} is not known")


def check_triggers(way: Sequence[Operation], after: Catalog, history: Sequence[Step]) -> None:
    """Inconvertible if a column of a table with triggers gets another type, which a trigger may forbid."""
    altered = {
        after.key(one.table): f"{one.table}.{one.column}"
        for one in way
        if isinstance(one, AlterColumn) and isinstance(one.type, str)
    }
    if not altered or after.dialect not in POSTGRESQL_FAMILY:
        return
    triggers = Triggers()
    for step in history:
        triggers.follow(step.before, step.operation)
    for key, column in altered.items():
        if triggers.on(key):
            raise Inconvertible(f"a trigger may rest on the type of {column}")
