"""Strings put together from known parts: `%`, `str.format` and f-strings, without running project code."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable
from typing import Any

from schemalint.frontends.python_source.limits import MAXIMUM_LENGTH
from schemalint.frontends.python_source.values import Value

_PLAIN = (str, int, float, bool, type(None))
_PERCENT = re.compile(
    r"%(?:\((?P<name>[^()]*)\))?(?P<flags>[-+ #0]*\d{0,3}(?:\.\d{1,3})?)(?P<kind>[a-zA-Z%])"
)
_SPECIFICATION = re.compile(r"(?:.?[<>=^])?[-+ ]?#?0?\d{0,3}[,_]?(?:\.\d{1,3})?[a-zA-Z%]?", re.DOTALL)


def formatted(value: Value, conversion: int, specification: Value) -> str | None:
    """One replacement field of an f-string; None where it is not certain."""
    if not isinstance(value, _PLAIN) or not isinstance(specification, str):
        return None
    if not _SPECIFICATION.fullmatch(specification):
        return None
    if conversion in (ord("r"), ord("a")):
        value = repr(value)
    elif conversion == ord("s"):
        value = str(value)
    try:
        return format(value, specification)
    except (ValueError, TypeError, OverflowError):
        return None


class _Pieces:
    """The pieces of a text, as long as they are not more than any text that a person wants."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._room = MAXIMUM_LENGTH

    def add(self, piece: str) -> bool:
        """Add a piece; False where it does not fit."""
        self._room -= len(piece)
        if self._room < 0:
            return False
        self._pieces.append(piece)
        return True

    def text(self) -> str:
        return "".join(self._pieces)


def joined(pieces: Iterable[str]) -> str | None:
    """Pieces as one text; None where that is too long."""
    found = _Pieces()
    return found.text() if all(map(found.add, pieces)) else None


def percent(text: str, values: Value) -> str | None:
    """`text % values`; None where it is not certain, or too long."""
    pieces = _Pieces()
    at = used = 0
    given: Any = values if isinstance(values, tuple | dict) else (values,)
    while (found := text.find("%", at)) >= 0:
        match = _PERCENT.match(text, found)
        if match is None:
            return None
        pieces.add(text[at:found])
        at = match.end()
        if match["kind"] == "%":
            pieces.add("%")
            continue
        if match["name"] is not None:
            value = given.get(match["name"], ...) if isinstance(given, dict) else ...
        elif isinstance(given, tuple) and used < len(given):
            value = given[used]
            used += 1
        else:
            value = ...
        if not isinstance(value, _PLAIN):
            return None
        try:
            piece = f"%{match['flags']}{match['kind']}" % (value,)
        except (ValueError, TypeError, OverflowError):
            return None
        if not pieces.add(piece):
            return None
    return pieces.text() if pieces.add(text[at:]) else None


def braces(text: str, arguments: tuple[Value, ...], keywords: dict[str, Value]) -> str | None:
    """`text.format(*arguments, **keywords)`; None where it is not certain, or too long."""
    pieces = _Pieces()
    automatic = 0
    try:
        fields = list(string.Formatter().parse(text))
    except ValueError:
        return None
    for literal, name, specification, conversion in fields:
        pieces.add(literal)
        if name is None:
            continue
        value: Value = ...
        if name == "":
            value = arguments[automatic] if automatic < len(arguments) else ...
            automatic += 1
        elif name.isdecimal() and len(name) < 4:
            value = arguments[int(name)] if int(name) < len(arguments) else ...
        else:
            value = keywords.get(name, ...)
        if not isinstance(value, _PLAIN):
            return None
        piece = formatted(value, ord(conversion) if conversion else -1, specification or "")
        if piece is None or not pieces.add(piece):
            return None
    return pieces.text()
