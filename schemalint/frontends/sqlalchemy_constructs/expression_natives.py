"""SQLAlchemy's functions that make expressions, and what they make of their arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.values import (
    Arguments,
    Rest,
    Unknown,
    Value,
    rest_of,
)
from schemalint.frontends.sqlalchemy_constructs.effects import effects_of
from schemalint.frontends.sqlalchemy_constructs.sql_text import (
    UNTOLD,
    SqlExpression,
    expression_text,
    filled,
    plain,
    raw,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemalint.frontends.python_interpreter.interpreter import Interpreter


def template(template: str) -> Callable[[Interpreter, Arguments], Value]:
    """What makes an expression from a template, its arguments for operands; `ORDER` marks names as such."""

    def make(interpreter: Interpreter, arguments: Arguments) -> Value:
        given = [
            plain(value) if isinstance(value, str) and place == 0 and "ORDER" in template else value
            for place, value in enumerate(arguments.positional)
        ]
        return filled(template.replace("ORDER", ""), [_as_column(value) for value in given])

    return make


def _as_column(value: Value) -> Value:
    return value


def joined(word: str) -> Callable[[Interpreter, Arguments], Value]:
    """`and_`, `or_`: the arguments with a word between them."""

    def make(interpreter: Interpreter, arguments: Arguments) -> Value:
        parts: list[Value] = []
        for place, value in enumerate(arguments.positional):
            parts += [raw(f" {word} "), value] if place else [value]
        if not arguments.complete:
            parts.append(UNTOLD)
        return SqlExpression(*parts, operators=True)

    return make


def literal_column(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`literal_column("…")`: SQL as written."""
    value = arguments.get(0, "text")
    return plain(value if isinstance(value, str) else None)


def literal(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`literal(value)`."""
    return SqlExpression(arguments.get(0, "value"))


def constant(text: str) -> Callable[[Interpreter, Arguments], Value]:
    """What gives the same SQL whatever it is given."""
    return lambda interpreter, arguments: plain(text)


def case(interpreter: Interpreter, arguments: Arguments) -> Value:
    """An expression of which only the columns are known."""
    return SqlExpression(*arguments.positional, UNTOLD)


def default_clause(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`DefaultClause(value)`."""
    return arguments.get(0, "arg", plain(None))


def array_literal(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`array([…])` of PostgreSQL."""
    items = interpreter.items(arguments.get(0, "clauses"))
    if isinstance(items, Unknown) or rest_of(items):
        return plain(None)
    texts = [
        expression_text(item, effects_of(interpreter).dialect) for item in items if not isinstance(item, Rest)
    ]
    known = [text for text in texts if text is not None]
    return plain(f"ARRAY[{', '.join(known)}]" if len(known) == len(texts) else None)
