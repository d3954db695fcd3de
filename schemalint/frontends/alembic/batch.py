"""`batch_alter_table`: plain ALTERs where the database has them, or a table made anew, as on SQLite."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from schemalint.frontends.alembic import constraint_directives, table_directives
from schemalint.frontends.alembic.batch_steps import Make, Step
from schemalint.frontends.alembic.directive_arguments import Directive, positional, text_or_opaque
from schemalint.frontends.alembic.foreign_types import ends_at_foreign_type
from schemalint.frontends.alembic.operation_objects import OperationObject
from schemalint.frontends.alembic.recreate import Recreation
from schemalint.frontends.python_interpreter.values import (
    Arguments,
    Native,
    PythonObject,
    Value,
)
from schemalint.frontends.sqlalchemy_constructs import natives
from schemalint.frontends.sqlalchemy_constructs.connection import ConnectionObject, account_of
from schemalint.operations import Operation

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


class BatchObject(PythonObject):
    """`batch_op`. What it is told happens when the `with` block ends.

    `is_made_anew` says, from then on, whether the table is.
    """

    __slots__ = ("arguments", "depth", "is_made_anew", "options", "schema", "steps", "table")

    def __init__(self, table: str, schema: str | None, arguments: Arguments, depth: int) -> None:
        self.depth = depth
        self.table = table
        self.schema = schema
        self.arguments = arguments
        self.options = arguments.keywords
        self.steps: list[Step] = []
        self.is_made_anew = False

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """A directive; what is not about the table happens at once."""
        if name in _OWN:
            own = _OWN[name]
            return Native(f"batch_op.{name}", lambda machine, given: own(self, machine, given))
        if name in constraint_directives.CONSTRAINTS:
            return Native(f"batch_op.{name}", lambda machine, given: _constraint(self, machine, given, name))
        if name == "f":
            return Native("batch_op.f", natives.conventional)
        if name == "get_bind":
            return Native("batch_op.get_bind", lambda machine, given: ConnectionObject())
        if name in ("create_table_comment", "drop_table_comment"):
            return Native(f"batch_op.{name}", lambda machine, given: None)
        if name == "invoke":
            return Native("batch_op.invoke", lambda machine, given: _invoked(self, machine, given))
        return interpreter.attribute(interpreter.external("alembic.op"), name)

    def enter(self, interpreter: Interpreter, body: Callable[[Value], None]) -> None:
        """Run the block, then do what it said."""
        body(self)
        self.flush(interpreter)

    def flush(self, interpreter: Interpreter) -> None:
        """Everything that was said, in order."""
        account = account_of(interpreter)
        recreation = Recreation(interpreter, self.table, self.schema, self.arguments)
        self.is_made_anew = recreation.is_wanted(self.steps)
        if self.is_made_anew:
            recreation.run(self.steps)
            return
        for step in self.steps:
            for operation in step.make():
                account.emit(account.under(operation, step.branches))

    def add(self, interpreter: Interpreter, name: str, arguments: Arguments, make: Make) -> None:
        """Remember a directive."""
        inside = tuple(interpreter.branches[self.depth :])
        self.steps.append(Step(name, arguments, make, inside))


def batch_alter_table(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`op.batch_alter_table(…)`."""
    table = text_or_opaque(interpreter, arguments, arguments.get(0, "table_name"), "a table")
    schema = arguments.get(1, "schema")
    depth = len(interpreter.branches)
    return BatchObject(table or "", schema if isinstance(schema, str) else None, arguments, depth)


def _add_column(batch: BatchObject, interpreter: Interpreter, arguments: Arguments) -> Value:
    if ends_at_foreign_type(interpreter, arguments):
        return None
    column = arguments.get(0, "column")
    batch.add(
        interpreter,
        "add_column",
        arguments,
        lambda: table_directives.added_column(interpreter, batch.table, batch.schema, column, arguments),
    )
    return None


def _drop_column(batch: BatchObject, interpreter: Interpreter, arguments: Arguments) -> Value:
    given = _with_table(batch, arguments, "column_name")
    batch.add(
        interpreter,
        "drop_column",
        arguments,
        lambda: _emitted(interpreter, table_directives.drop_column, given),
    )
    return None


def _alter_column(batch: BatchObject, interpreter: Interpreter, arguments: Arguments) -> Value:
    if ends_at_foreign_type(interpreter, arguments):
        return None
    given = _with_table(batch, arguments, "column_name")
    batch.add(
        interpreter,
        "alter_column",
        arguments,
        lambda: _emitted(interpreter, partial(table_directives.alter_column, anew=batch.is_made_anew), given),
    )
    return None


def _with_table(batch: BatchObject, arguments: Arguments, first: str) -> Arguments:
    """The arguments of the directive outside a batch, which begins with the table."""
    keywords = dict(arguments.keywords)
    given = [keywords.pop(first)] if first in keywords else arguments.positional[:1]
    if batch.schema is not None:
        keywords["schema"] = batch.schema
    return Arguments(
        positional=[batch.table, *given, *arguments.positional[1:]],
        keywords=keywords,
        site=arguments.site,
        complete=arguments.complete,
    )


def _emitted(interpreter: Interpreter, directive: Directive, arguments: Arguments) -> list[Operation]:
    """What a directive would emit, as a list."""
    account = account_of(interpreter)
    mark = account.mark()
    try:
        directive(interpreter, arguments)
    finally:
        produced: list[Operation] = account.taken_back(mark)
    return produced


def _create_index(batch: BatchObject, interpreter: Interpreter, arguments: Arguments) -> Value:
    name, columns = arguments.get(0, "index_name"), arguments.get(1, "columns")
    batch.add(
        interpreter,
        "create_index",
        arguments,
        lambda: [
            constraint_directives.created_index(
                interpreter, name, batch.table, batch.schema, columns, arguments
            )
        ],
    )
    return None


def _drop_index(batch: BatchObject, interpreter: Interpreter, arguments: Arguments) -> Value:
    name = arguments.get(0, "index_name")
    batch.add(
        interpreter,
        "drop_index",
        arguments,
        lambda: [
            constraint_directives.dropped_index(interpreter, name, batch.table, batch.schema, arguments)
        ],
    )
    return None


def _constraint(batch: BatchObject, interpreter: Interpreter, arguments: Arguments, directive: str) -> Value:
    kind, names = constraint_directives.CONSTRAINTS[directive]
    shorter = (names[0], *names[2:])
    given = positional(arguments, *shorter)
    given["table_name"] = batch.table
    batch.add(
        interpreter,
        directive,
        arguments,
        lambda: [
            constraint_directives.created_constraint(
                interpreter, kind, batch.table, batch.schema, given, arguments
            )
        ],
    )
    return None


def _drop_constraint(batch: BatchObject, interpreter: Interpreter, arguments: Arguments) -> Value:
    given = positional(arguments, "constraint_name|name", "type_|type")
    batch.add(
        interpreter,
        "drop_constraint",
        arguments,
        lambda: [
            constraint_directives.dropped_constraint(
                interpreter,
                given.get("constraint_name"),
                batch.table,
                batch.schema,
                given.get("type_"),
                arguments,
            )
        ],
    )
    return None


def _invoked(batch: BatchObject, interpreter: Interpreter, arguments: Arguments) -> Value:
    """`batch_op.invoke(operation)`: a directive as an object is one of the batch."""
    operation = arguments.get(0, "operation")
    if isinstance(operation, OperationObject):
        directive = batch.attribute(interpreter, operation.directive)
        return interpreter.called(directive, operation.arguments_in_batch())
    invoke = interpreter.attribute(interpreter.external("alembic.op"), "invoke")
    return interpreter.called(invoke, arguments)


_OWN: dict[str, Callable[[BatchObject, Interpreter, Arguments], Value]] = {
    "add_column": _add_column,
    "drop_column": _drop_column,
    "alter_column": _alter_column,
    "create_index": _create_index,
    "drop_index": _drop_index,
    "drop_constraint": _drop_constraint,
}
