"""The methods of strings and bytes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from schemalint.frontends.python_interpreter import operators
from schemalint.frontends.python_interpreter.container_methods import Method
from schemalint.frontends.python_interpreter.enumerations import EnumMember
from schemalint.frontends.python_interpreter.showing import all_shown
from schemalint.frontends.python_interpreter.signals import Raised
from schemalint.frontends.python_interpreter.values import (
    HOLE,
    Arguments,
    PartialText,
    Unknown,
    Value,
    first_unknown,
    is_known,
    text_of,
)
from schemalint.frontends.python_source import formatting
from schemalint.frontends.python_source.operator_tables import FAULTS

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

_STRING = frozenset(
    "lower upper strip lstrip rstrip title capitalize casefold swapcase replace split rsplit splitlines"
    " startswith endswith removeprefix removesuffix count find rfind index isdigit isalpha isalnum isupper"
    " islower isspace isidentifier partition rpartition encode zfill ljust rjust center expandtabs"
    " translate".split()
)
_LONGEST = 1_000_000
_LENGTHEN = frozenset({"replace", "ljust", "rjust", "center", "zfill", "expandtabs", "translate"})
"""What gives more than it was given."""
_FIELD = re.compile(r"\{[^{}]*\}")
_BYTES = frozenset({"decode", "hex", "startswith", "endswith", "strip"})


def text_method(owner: str | bytes, name: str) -> Method | None:
    """The method of a string or of bytes under a name; None where it is none that is followed."""
    if isinstance(owner, bytes):
        return _plain_method(name) if name in _BYTES else None
    if name in ("join", "format"):
        return _join if name == "join" else _format
    return _plain_method(name) if name in _STRING else None


def _plain_method(name: str) -> Method:
    def method(interpreter: Interpreter, owner: Any, arguments: Arguments) -> Value:
        given = [*arguments.positional, *arguments.keywords.values()]
        if not arguments.complete or not is_known(given):
            return first_unknown(given) or Unknown(f"what {name} gives")
        if name in _LENGTHEN and (len(owner) + 1) * _longest(given) > _LONGEST:
            return Unknown("a long string")
        try:
            return getattr(owner, name)(*arguments.positional, **arguments.keywords)
        except FAULTS as error:
            raise Raised(f"builtins.{type(error).__name__}", str(error)) from None

    return method


def _longest(given: list[Value]) -> int:
    """The most that one character may become by what a method is given: a string's length, or a width."""
    within = [value for table in given if isinstance(table, dict) for value in table.values()]
    within += [value for table in given if isinstance(table, list | tuple) for value in table]
    texts = (len(value) for value in (*given, *within) if isinstance(value, str))
    return max([1, *texts, *(value for value in given if isinstance(value, int))])


def _join(interpreter: Interpreter, owner: str, arguments: Arguments) -> Value:
    items = interpreter.items(arguments.get(0, "iterable"))
    if isinstance(items, Unknown):
        return items
    items = [item.plain() if isinstance(item, EnumMember) else item for item in items]
    parts = [text_of(item) for item in items]
    unknown = next((item for item in items if isinstance(item, Unknown)), None)
    if unknown is None and not all(isinstance(item, str) for item in items):
        unknown = Unknown("a string with unknown parts")
    if sum(map(len, parts)) + len(owner) * len(parts) > operators.MAXIMUM_LENGTH:
        return Unknown("a long string")
    return owner.join(parts) if unknown is None else PartialText(owner.join(parts), unknown)


def _format(interpreter: Interpreter, owner: str, arguments: Arguments) -> Value:
    if not arguments.complete:
        return Unknown("a string with unknown parts")
    text = formatting.braces(
        owner,
        all_shown(interpreter, tuple(arguments.positional)),
        all_shown(interpreter, arguments.keywords),
    )
    if text is not None:
        return text
    given = [*arguments.positional, *arguments.keywords.values()]
    unknown = first_unknown(given) or Unknown("a string with unknown parts")
    return PartialText(_FIELD.sub(HOLE, owner), unknown)
