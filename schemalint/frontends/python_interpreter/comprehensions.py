"""Comprehensions, and what of them is uncertain."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from schemalint.frontends.python_interpreter import forks
from schemalint.frontends.python_interpreter.binding import bind, sure_items
from schemalint.frontends.python_interpreter.frames import Frame
from schemalint.frontends.python_interpreter.values import (
    Rest,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


_MAXIMUM_ELEMENTS = 100_000


def comprehension(interpreter: Interpreter, node: Any, frame: Frame) -> Value:
    """The list, set or generator of a comprehension."""
    found: list[Value] = []
    doubt: Unknown | None = None
    for inner in _rounds(interpreter, node.generators, frame):
        if isinstance(inner, _Doubtful):
            doubt = inner.unknown
            _perhaps(interpreter, node.elt, inner)
            continue
        found.append(interpreter.evaluate(node.elt, inner))
        if len(found) > _MAXIMUM_ELEMENTS:
            return Unknown("a long list")
    if doubt is not None:
        found.append(Rest(doubt))
    if isinstance(node, ast.SetComp):
        try:
            return set(found)
        except TypeError:
            return Unknown("a set of what is not hashable")
    return found


def dict_comprehension(interpreter: Interpreter, node: ast.DictComp, frame: Frame) -> Value:
    """The dictionary of a comprehension."""
    found: dict[Value, Value] = {}
    for inner in _rounds(interpreter, node.generators, frame):
        if isinstance(inner, _Doubtful):
            found[Rest(inner.unknown)] = inner.unknown
            _perhaps(interpreter, node.value, inner)
            continue
        key = interpreter.evaluate(node.key, inner)
        try:
            found[key] = interpreter.evaluate(node.value, inner)
        except TypeError:
            return Unknown("a dictionary with keys that are not hashable")
    return found


class _Doubtful(Frame):
    """The frame of a round that may happen any number of times, because of what is `unknown`."""

    __slots__ = ("unknown",)

    def __init__(self, frame: Frame, unknown: Unknown) -> None:
        super().__init__(frame.module, frame)
        self.caller = frame.caller
        self.unknown = unknown


def _perhaps(interpreter: Interpreter, node: ast.expr, frame: _Doubtful) -> None:
    """Work out an element that may be there, for what its calls do."""
    if any(isinstance(inner, ast.Call) for inner in ast.walk(node)):
        forks.perhaps(interpreter, frame, frame.unknown, lambda: interpreter.evaluate(node, frame))


def _rounds(
    interpreter: Interpreter, generators: list[ast.comprehension], frame: Frame
) -> Iterator[Frame | _Doubtful]:
    """A frame for each round of nested loops, and one for those of which it is unknown whether they are."""
    first, rest = generators[0], generators[1:]
    value = interpreter.evaluate(first.iter, frame)
    sure, doubt = sure_items(interpreter, value)
    for item in sure:
        interpreter.tick()
        inner = Frame(frame.module, frame)
        inner.caller = frame.caller
        bind(interpreter, first.target, item, inner)
        included: bool | Unknown = True
        for condition in first.ifs:
            included = interpreter.truth(interpreter.evaluate(condition, inner))
            if included is not True:
                break
        if isinstance(included, Unknown):
            yield _Doubtful(inner, included)
        elif included:
            if rest:
                yield from _rounds(interpreter, rest, inner)
            else:
                yield inner
    if doubt is not None:
        unknown_round = _Doubtful(frame, doubt)
        for generator in generators:
            unknown = Unknown(doubt.reason, about_catalog=doubt.about_catalog)
            bind(interpreter, generator.target, unknown, unknown_round)
        yield unknown_round
