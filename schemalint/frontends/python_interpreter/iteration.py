"""Python's builtin functions that go through values: `zip`, `map`, `any`, `next`, …."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.builtin_classes import list_of
from schemalint.frontends.python_interpreter.sequence_methods import sorted_items
from schemalint.frontends.python_interpreter.signals import Raised
from schemalint.frontends.python_interpreter.values import (
    Arguments,
    PythonObject,
    Rest,
    Unknown,
    Value,
    first_unknown,
    rest_of,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


def _length(interpreter: Interpreter, arguments: Arguments) -> Value:
    value = arguments.get(0, "obj")
    if isinstance(value, PythonObject):
        items = value.items(interpreter)
        return items if isinstance(items, Unknown) else len(items)
    if isinstance(value, list | tuple | dict | set | frozenset):
        return rest_of(value) or len(value)
    return len(value) if isinstance(value, str | bytes) else Unknown("a length")


def _enumerate(interpreter: Interpreter, arguments: Arguments) -> Value:
    value, start = arguments.get(0, "iterable"), arguments.get(1, "start", 0)
    if not isinstance(start, int):
        return Unknown("numbers")
    if isinstance(value, list | tuple) and rest_of(value):
        return [item if isinstance(item, Rest) else (place, item) for place, item in enumerate(value, start)]
    items = interpreter.items(value)
    return items if isinstance(items, Unknown) else list(enumerate(items, start))


def _zip(interpreter: Interpreter, arguments: Arguments) -> Value:
    lists = [interpreter.items(value) for value in arguments.positional]
    known = [found for found in lists if not isinstance(found, Unknown)]
    if len(known) != len(lists):
        return first_unknown(lists) or Unknown("pairs")
    return list(zip(*known, strict=False))


def _reversed(interpreter: Interpreter, arguments: Arguments) -> Value:
    items = interpreter.items(arguments.get(0, "sequence"))
    return items if isinstance(items, Unknown) else items[::-1]


def _map(interpreter: Interpreter, arguments: Arguments) -> Value:
    lists = [interpreter.items(value) for value in arguments.positional[1:]]
    known = [found for found in lists if not isinstance(found, Unknown)]
    if len(known) != len(lists) or not arguments.positional:
        return first_unknown(lists) or Unknown("values")
    function, site = arguments.positional[0], arguments.site
    return [
        interpreter.called(function, Arguments(positional=list(given), site=site))
        for given in zip(*known, strict=False)
    ]


def _filter(interpreter: Interpreter, arguments: Arguments) -> Value:
    items = interpreter.items(arguments.get(1, "iterable"))
    if isinstance(items, Unknown):
        return items
    function = arguments.get(0, "function")
    found: list[Value] = []
    for item in items:
        given = Arguments(positional=[item], site=arguments.site)
        truth = interpreter.truth(item if function is None else interpreter.called(function, given))
        if isinstance(truth, Unknown):
            return [*found, Rest(truth)]
        if truth:
            found.append(item)
    return found


def _any(interpreter: Interpreter, arguments: Arguments, *, wanted: bool = True) -> Value:
    value = arguments.get(0, "iterable")
    doubt: Unknown | None = None
    items = value if isinstance(value, list | tuple) else interpreter.items(value)
    if isinstance(items, Unknown):
        return items
    for item in items:
        truth = item.unknown if isinstance(item, Rest) else interpreter.truth(item)
        if truth is wanted:
            return wanted
        if isinstance(truth, Unknown):
            doubt = doubt or truth
    return doubt if doubt is not None else not wanted


def _all(interpreter: Interpreter, arguments: Arguments) -> Value:
    return _any(interpreter, arguments, wanted=False)


def _next(interpreter: Interpreter, arguments: Arguments) -> Value:
    value = arguments.get(0, "iterator")
    if isinstance(value, list) and value and not isinstance(value[0], Rest):
        interpreter.record(value)
        return value.pop(0)
    items = value if isinstance(value, list) else interpreter.items(value)
    if isinstance(items, Unknown):
        return items
    if rest := rest_of(items):
        return rest
    if len(arguments.positional) > 1:
        return arguments.positional[1]
    if items:
        return items[0]
    raise Raised("builtins.StopIteration")


ITERATING: dict[str, Callable[[Interpreter, Arguments], Value]] = {
    "len": _length,
    "enumerate": _enumerate,
    "zip": _zip,
    "reversed": _reversed,
    "map": _map,
    "filter": _filter,
    "any": _any,
    "all": _all,
    "sorted": sorted_items,
    "iter": list_of,
    "next": _next,
}
"""By the name that a program calls each by."""
