"""What directives are given, and what of it can be told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from schemalint.catalog import Name
from schemalint.frontends.python_interpreter.values import (
    Arguments,
    Value,
    first_unknown,
)
from schemalint.frontends.sqlalchemy_constructs import rendering
from schemalint.frontends.sqlalchemy_constructs.connection import (
    account_of,
)
from schemalint.operations import (
    Opaque,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


Directive = Callable[["Interpreter", Arguments], Value]
"""What `op.…` does when it is called."""


def text_or_opaque(
    interpreter: Interpreter, arguments: Arguments, value: Value, what: str, *tables: Name
) -> str | None:
    """A name that has to be known; where it is not, what happens is opaque."""
    if isinstance(value, str):
        return str(value)
    unknown = first_unknown(value)
    reason = unknown.reason if unknown is not None else f"the name of {what}"
    account_of(interpreter).emit(
        Opaque(reason=f"{what}: {reason}", tables=tables or None, span=arguments.site.span)
    )
    return None


def ends_downgrade(interpreter: Interpreter) -> bool:
    """Whether what fails here ends the way down for certain.

    Not under a condition, nor where the program handles it. On the way up nothing does: it has been gone.
    """
    return account_of(interpreter).undoes and not interpreter.branches and not interpreter.attempts


def schema_of(arguments: Arguments, keyword: str = "schema") -> str | None:
    """The schema that a directive names."""
    schema = arguments.keywords.get(keyword)
    return str(schema) if isinstance(schema, str) and schema else None


def table_named(interpreter: Interpreter, name: str, schema: str | None) -> Name:
    """The name of a table as a catalog of the dialect has it."""
    return rendering.written_schema(Name(name, schema), account_of(interpreter).dialect)


def flag(arguments: Arguments, keyword: str) -> bool:
    """Whether a keyword is given as True."""
    return arguments.keywords.get(keyword) is True


def positional(arguments: Arguments, *names: str) -> dict[str, Value]:
    """Arguments by name; each may have older names, apart by `|`."""
    found: dict[str, Value] = {}
    for place, spelled in enumerate(names):
        for name in spelled.split("|"):
            if name in arguments.keywords:
                found[spelled.partition("|")[0]] = arguments.keywords[name]
                break
        else:
            if place < len(arguments.positional):
                found[spelled.partition("|")[0]] = arguments.positional[place]
    return found
