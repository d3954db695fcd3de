"""`re`, for the one thing that decides what a table is called: names made from names of classes.

A pattern comes from the program that is read, so it is run only where it can't take long: on short text,
and without repeats within repeats or references back.
"""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any

from schemalint.frontends.python_interpreter.values import (
    Arguments,
    Native,
    PythonObject,
    Unknown,
    Value,
    first_unknown,
    is_known,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

_MOST_CHARACTERS = 100
_MOST_REPEATS = 3
_NESTING = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()*+{|]", re.DOTALL)


def is_harmless(pattern: str) -> bool:
    """Whether a pattern takes at most a cubic number of steps: no repeat holds a repeat or alternatives."""
    if len(pattern) > _MOST_CHARACTERS or re.search(r"\\[1-9]|\(\?P=|\(\?\(", pattern):
        return False
    repeats = 0
    groups: list[bool] = []
    dangerous_group = False
    for match in _NESTING.finditer(pattern):
        token = match[0]
        if token == "(":
            groups.append(False)
        elif token == ")":
            inner = groups.pop() if groups else False
            dangerous_group = inner
            if groups:
                groups[-1] = groups[-1] or inner
            follows = pattern[match.end() : match.end() + 1]
            if follows in ("*", "+", "{") and dangerous_group:
                return False
        elif token in ("*", "+", "{", "|"):
            repeats += token != "|"
            if groups:
                groups[-1] = True
    return repeats <= _MOST_REPEATS


def _compiled(pattern: Value, flags: Value = 0) -> re.Pattern[str] | None:
    if not isinstance(pattern, str) or not isinstance(flags, int) or not is_harmless(pattern):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return re.compile(pattern, flags)
    except (re.error, OverflowError, RecursionError):
        return None


class PatternObject(PythonObject):
    """`re.compile(…)`."""

    __slots__ = ("pattern",)

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """The methods that change or split text."""
        if name == "pattern":
            return self.pattern.pattern
        if name in ("sub", "split", "findall"):
            return Native(f"re.Pattern.{name}", lambda machine, given: _run(self.pattern, name, given))
        if name in ("match", "search", "fullmatch"):
            return Native(f"re.Pattern.{name}", lambda machine, given: _matches(self.pattern, name, given))
        return Unknown(f"{name} of a regular expression")


def _run(pattern: re.Pattern[str], name: str, arguments: Arguments) -> Value:
    given: list[Any] = list(arguments.positional)
    subject = given[-1] if name != "sub" else given[1] if len(given) > 1 else None
    if not is_known([*given, arguments.keywords]):
        return first_unknown(given) or Unknown(f"what re.{name} gives")
    if not isinstance(subject, str) or len(subject) > _MOST_CHARACTERS:
        return Unknown(f"what re.{name} gives")
    try:
        return getattr(pattern, name)(*given, **arguments.keywords)
    except (TypeError, ValueError, IndexError, re.error):
        return Unknown(f"what re.{name} gives")


class MatchObject(PythonObject):
    """A match."""

    __slots__ = ("match",)

    def __init__(self, match: re.Match[str]) -> None:
        self.match = match

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """Its groups."""
        if name in ("group", "groups", "groupdict", "start", "end"):
            return Native(f"re.Match.{name}", lambda machine, given: self._call(name, given))
        return Unknown(f"{name} of a match")

    def item(self, interpreter: Interpreter, key: Value) -> Value:
        """A group."""
        try:
            return self.match[key] if isinstance(key, str | int) else Unknown("a group")
        except IndexError:
            return Unknown("a group")

    def _call(self, name: str, arguments: Arguments) -> Value:
        if not is_known(arguments.positional):
            return Unknown("a group")
        try:
            return getattr(self.match, name)(*arguments.positional)
        except (TypeError, IndexError):
            return Unknown("a group")


def _matches(pattern: re.Pattern[str], name: str, arguments: Arguments) -> Value:
    subject = arguments.get(0, "string")
    if not isinstance(subject, str) or len(subject) > _MOST_CHARACTERS:
        return first_unknown(subject) or Unknown("a match")
    match = getattr(pattern, name)(subject)
    return MatchObject(match) if match is not None else None


def _compile(interpreter: Interpreter, arguments: Arguments) -> Value:
    pattern = _compiled(arguments.get(0, "pattern"), arguments.get(1, "flags", 0))
    return PatternObject(pattern) if pattern is not None else Unknown("a regular expression")


def _function(name: str) -> Native:
    def call(interpreter: Interpreter, arguments: Arguments) -> Value:
        pattern = _compiled(arguments.get(0, "pattern"))
        if pattern is None:
            return first_unknown(arguments.positional) or Unknown(f"what re.{name} gives")
        if name in ("sub", "split", "findall"):
            return _run(pattern, name, arguments.without_first())
        return _matches(pattern, name, arguments.without_first())

    return Native(f"re.{name}", call)


REGULAR_EXPRESSIONS: dict[str, Value] = {
    "re.compile": Native("re.compile", _compile),
    **{f"re.{name}": _function(name) for name in ("sub", "split", "findall", "match", "search", "fullmatch")},
    "re.IGNORECASE": re.IGNORECASE.value,
    "re.MULTILINE": re.MULTILINE.value,
    "re.DOTALL": re.DOTALL.value,
    "re.VERBOSE": re.VERBOSE.value,
}
