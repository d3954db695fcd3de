"""Repairs in Alembic's words: what a new revision would do, since a past one is not to be edited."""

from __future__ import annotations

from msgspec.structs import replace

from schemalint.diagnostic import Fix
from schemalint.finding import Repair
from schemalint.frontends.alembic.directive_text import directive
from schemalint.operations import AddIndex, DropConstraint, Operation
from schemalint.source import Sources


def fix(repair: Repair, sources: Sources) -> Fix | None:
    """The directives that a new revision needs; None where a repair can't be said in them."""
    written = [_directive(operation) for operation in repair.operations]
    if not written or None in written:
        return None
    return Fix(title=f"in a new revision, `{'; '.join(filter(None, written))}`", safe=repair.safe)


def _directive(operation: Operation) -> str | None:
    if isinstance(operation, AddIndex):
        table, index = operation.table, operation.index
        name = "_".join(["ix", table.name, *index.columns])
        operation = AddIndex(table=table, index=replace(index, name=name))
    elif isinstance(operation, DropConstraint):
        operation = replace(operation, kind="unique constraint")
    written = directive(operation, "postgresql")
    return None if written is None else f"op.{written}"
