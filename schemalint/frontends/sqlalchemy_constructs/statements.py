"""Statements about rows, and SQL text, as the program builds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.values import (
    Arguments,
    Native,
    PythonObject,
    Site,
    Unknown,
    Value,
)
from schemalint.frontends.sqlalchemy_constructs.effects import SQLALCHEMY_NAMES, effects_of
from schemalint.frontends.sqlalchemy_constructs.sql_text import SqlExpression

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter
    from schemalint.knowledge.dialects import Dialect


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


class Conditional(PythonObject):
    """DDL that may be for some dialects only (`execute_if`)."""

    __slots__ = ("wanted",)

    def __init__(self) -> None:
        self.wanted: Value = None

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """`execute_if(dialect=…)`; whatever else refines it leaves it as it is."""
        if name == "execute_if":
            return Native("sqlalchemy.DDL.execute_if", self._execute_if)
        return Native(f"sqlalchemy.DDL.{name}", lambda machine, given: self)

    def _execute_if(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        self.wanted = arguments.get(0, "dialect")
        return self

    def is_for(self, dialect: Dialect) -> bool:
        """Whether it is for a dialect; what can't be told is."""
        wanted = [self.wanted] if isinstance(self.wanted, str) else self.wanted
        return not isinstance(wanted, list | tuple | set) or SQLALCHEMY_NAMES[dialect] in wanted


class DdlStatement(Conditional):
    """`DDL("…")`: SQL run when an event happens, or when it is executed; `context` fills its `%(…)s`."""

    __slots__ = ("context", "site", "sql")

    def __init__(self, sql: Value, arguments: Arguments) -> None:
        super().__init__()
        self.sql = sql
        self.context = arguments.get(1, "context")
        self.site = arguments.site

    def statement(self, target: Value = None) -> Value:
        """The SQL, about the table that an event happened to if that is so."""
        values = dict(self.context) if isinstance(self.context, dict) else {}
        name, schema = getattr(target, "name", None), getattr(target, "schema", None)
        if isinstance(name, str):
            full_name = f"{schema}.{name}" if schema else name
            values = {"table": name, "schema": schema or "", "fullname": full_name, **values}
        if not isinstance(self.sql, str):
            return self.sql
        try:
            return self.sql % values
        except (KeyError, TypeError, ValueError):
            return Unknown("SQL of DDL()")

    def for_target(self, interpreter: Interpreter, target: Value, site: Site) -> None:
        """Run because an event happened to a target."""
        from schemalint.frontends.sqlalchemy_constructs.connection import executed

        if self.is_for(effects_of(interpreter).dialect):
            executed(interpreter, self.statement(target), Arguments(positional=[], site=self.site))


def ddl(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`sqlalchemy.DDL(…)`."""
    return DdlStatement(arguments.get(0, "statement"), arguments)
