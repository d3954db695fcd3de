"""Repairs in Alembic's words: what a new revision would do, since a past one is not to be edited."""

from __future__ import annotations

from schemalint.diagnostic import Fix
from schemalint.finding import Repair
from schemalint.frontends.python_source.wording import listed, quoted
from schemalint.operations import AddIndex, DropConstraint, DropIndex, Operation
from schemalint.source import Sources


def fix(repair: Repair, sources: Sources) -> Fix | None:
    """The directives that a new revision needs; None where a repair can't be said in them."""
    written = [_directive(operation) for operation in repair.operations]
    if not written or None in written:
        return None
    return Fix(title=f"in a new revision, `{'; '.join(filter(None, written))}`", safe=repair.safe)


def _directive(operation: Operation) -> str | None:
    if isinstance(operation, AddIndex):
        table, columns = operation.table, operation.index.columns
        name = "_".join(["ix", table.name, *columns])
        schema = _schema(table.schema)
        return f"op.create_index({quoted(name)}, {quoted(table.name)}, {listed(columns)}{schema})"
    if isinstance(operation, DropIndex) and operation.index.name and operation.table is not None:
        table = operation.table
        words = f"{quoted(operation.index.name)}, table_name={quoted(table.name)}"
        return f"op.drop_index({words}{_schema(table.schema)})"
    if isinstance(operation, DropConstraint) and operation.name is not None:
        table = operation.table
        words = f"{quoted(operation.name)}, {quoted(table.name)}"
        return f'op.drop_constraint({words}, type_="unique"{_schema(table.schema)})'
    return None


def _schema(schema: str | None) -> str:
    return f", schema={quoted(schema)}" if schema is not None else ""
