"""Server defaults as SQL text."""

from __future__ import annotations

from schemalint.frontends.python_interpreter.enumerations import EnumMember
from schemalint.frontends.python_interpreter.values import PythonObject, Value
from schemalint.frontends.sqlalchemy_constructs.sql_text import expression_text, literal
from schemalint.knowledge.dialects import Dialect
from schemalint.knowledge.expressions import NOT_KNOWN


def default_text(value: Value, dialect: Dialect) -> str | None:
    """A server default: strings are quoted, expressions are written as they are; None where there is none."""
    if value is None or value is False:
        return None
    if isinstance(value, EnumMember):
        value = value.value
    if not isinstance(value, PythonObject):
        return literal(str(value)) if isinstance(value, str | int | float) else None
    if isinstance(value, Fetched):
        return None
    text = expression_text(value, dialect)
    return text if text is not None else NOT_KNOWN


class Fetched(PythonObject):
    """`FetchedValue()`: the database fills the column, and no DDL says how."""

    __slots__ = ()
