"""Statements about rows, and SQL text, as the program builds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.values import Arguments, Native, PythonObject, Unknown, Value
from schemalint.frontends.sqlalchemy_constructs.sql_text import SqlExpression

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


class RowStatement(PythonObject):
    """`select`, `insert`, `update` or `delete`, however it is refined: it touches rows and no table."""

    __slots__ = ("table", "verb")

    def __init__(self, verb: str, table: Value = None) -> None:
        self.verb = verb
        self.table = table

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """Refinements give a statement of the same kind; its columns are unknown."""
        if name in ("c", "columns", "exported_columns", "selected_columns", "excluded"):
            return Unknown("the columns of a statement")
        return Native(f"sqlalchemy.{self.verb}.{name}", lambda machine, given: self)

    def binary(self, interpreter: Interpreter, operator: str, other: Value, *, reflected: bool) -> Value:
        """A scalar subquery in an expression."""
        return SqlExpression(Unknown("a subquery"))

    def call(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        """Itself."""
        return self


class TextStatement(SqlExpression):
    """`text(…)`: SQL as written, a statement or a part of one; `statement` is None where it can't be told."""

    __slots__ = ("site", "statement", "unknown")

    def __init__(self, sql: str | None, unknown: Unknown | None, arguments: Arguments) -> None:
        from schemalint.frontends.sqlalchemy_constructs.sql_text import UNTOLD, raw

        super().__init__(raw(sql) if sql is not None else UNTOLD)
        self.statement = sql
        self.unknown = unknown
        self.site = arguments.site

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """Parameters and result columns leave the text as it is."""
        if name in ("bindparams", "columns", "execution_options", "params", "scalar_subquery", "subquery"):
            return Native(f"sqlalchemy.text.{name}", lambda machine, given: self)
        return super().attribute(interpreter, name)


def text(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`sqlalchemy.text(…)`."""
    value = arguments.get(0, "text")
    if isinstance(value, TextStatement):
        return value
    if isinstance(value, str):
        return TextStatement(str(value), None, arguments)
    unknown = value if isinstance(value, Unknown) else Unknown("SQL text")
    return TextStatement(None, unknown, arguments)


class DdlStatement(PythonObject):
    """`DDL("…")`: SQL run when an event happens, or when it is executed."""

    __slots__ = ("site", "sql")

    def __init__(self, sql: Value, arguments: Arguments) -> None:
        self.sql = sql
        self.site = arguments.site

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """`execute_if` leaves it as it is."""
        return Native(f"sqlalchemy.DDL.{name}", lambda machine, given: self)


def ddl(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`sqlalchemy.DDL(…)`: `%%` stands for one `%`."""
    value = arguments.get(0, "statement")
    return DdlStatement(value.replace("%%", "%") if isinstance(value, str) else value, arguments)
