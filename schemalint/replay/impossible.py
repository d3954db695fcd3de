"""What an up side can't have done on this database: it has been run, so the database came to it otherwise."""

from __future__ import annotations

from msgspec.structs import replace

from schemalint import operations as op
from schemalint.catalog import Column
from schemalint.knowledge.dialects import MYSQL_FAMILY, Dialect
from schemalint.knowledge.types import lacks_length


def as_far_as_possible(operation: op.Operation, dialect: Dialect) -> op.Operation:
    """An operation of an up side with what is certain of it.

    A VARCHAR without a length is none on MySQL: a history that makes one began later there. The table or the
    column is there by now, as something else; under a condition, what the condition asks for was so already.
    """
    if dialect not in MYSQL_FAMILY:
        return operation
    match operation:
        case op.CreateTable(table=table) if any(lacks_length(column.type) for column in table.columns):
            if operation.guard is not None:
                return _refused(operation)
            columns = tuple(_of_some_type(column) for column in table.columns)
            return replace(operation, table=replace(table, columns=columns, complete=False))
        case op.AddColumn(column=column) if lacks_length(column.type):
            if operation.guard is not None:
                return _refused(operation)
            return replace(operation, column=_of_some_type(column))
    return operation


def _refused(operation: op.Operation) -> op.Operation:
    return op.Failure(reason="a VARCHAR needs a length", guard=operation.guard, span=operation.span)


def _of_some_type(column: Column) -> Column:
    return replace(column, type="") if lacks_length(column.type) else column
