"""Calls whose result is certain: builtins, methods of constants, a few functions of the standard library."""

from __future__ import annotations

import textwrap
from datetime import timedelta
from decimal import Decimal
from typing import Any

from msgspec import Struct

from schemalint.frontends.python_source import environment, formatting
from schemalint.frontends.python_source.definitions import ClassDefinition, FunctionDefinition
from schemalint.frontends.python_source.limits import MAXIMUM_LENGTH, is_large
from schemalint.frontends.python_source.values import (
    BoundFunction,
    Call,
    Lambda,
    Reference,
    Unknown,
    Value,
    is_known,
)

NAMES = frozenset(
    {
        "len",
        "range",
        "list",
        "tuple",
        "dict",
        "set",
        "frozenset",
        "str",
        "int",
        "float",
        "bool",
        "sorted",
        "enumerate",
        "zip",
        "reversed",
        "min",
        "max",
        "sum",
        "any",
        "all",
        "abs",
        "round",
        "repr",
        "type",
        "object",
        "super",
        "property",
        "classmethod",
        "staticmethod",
        "print",
        "isinstance",
        "getattr",
        "hasattr",
        "map",
        "filter",
        "iter",
        "next",
        "callable",
        "open",
        "id",
        "vars",
        "globals",
        "locals",
    }
)
_CALCULATED = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "len": len,
    "min": min,
    "max": max,
    "sum": sum,
    "any": any,
    "all": all,
    "abs": abs,
    "repr": repr,
    "frozenset": frozenset,
    "set": frozenset,
}
_STRING_METHODS = frozenset(
    {
        "lower",
        "upper",
        "strip",
        "lstrip",
        "rstrip",
        "title",
        "capitalize",
        "casefold",
        "swapcase",
        "replace",
        "split",
        "rsplit",
        "splitlines",
        "startswith",
        "endswith",
        "removeprefix",
        "removesuffix",
        "join",
        "format",
        "count",
        "find",
        "index",
        "isdigit",
        "isalpha",
        "partition",
        "rpartition",
        "encode",
        "decode",
    }
)
_CONTAINER_METHODS = frozenset({"keys", "values", "items", "get", "copy", "index", "count", "union"})
METHODS = _STRING_METHODS | _CONTAINER_METHODS
_TRANSLATIONS = frozenset(
    {"gettext", "gettext_lazy", "gettext_noop", "ugettext", "ugettext_lazy", "pgettext", "pgettext_lazy", "_"}
)
_COPIES = frozenset({"copy.copy", "copy.deepcopy"})
_MAXIMUM_RANGE = 100_000


class Builtin(Struct, frozen=True):
    """A builtin function or class, by name."""

    name: str


class BoundMethod(Struct, frozen=True, eq=False):
    """A method of a constant or container."""

    owner: Value
    name: str


def items(value: Value) -> list[Value] | None:
    """What iterating over a value gives; None where that is not known."""
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, dict):
        return list(value)
    if isinstance(value, frozenset):
        return sorted(value, key=repr)
    if isinstance(value, str):
        return list(value)
    return None


def called(call: Call) -> Value:
    """The value of a call where it is certain; otherwise the call itself."""
    function = call.function
    if not call.complete:
        return call
    try:
        found = environment.default(call)
        if found is not ...:
            return found
        if isinstance(function, Builtin):
            return _builtin(function.name, call)
        if isinstance(function, BoundMethod):
            return _method(function, call)
        if isinstance(function, Reference):
            return _library(function.name, call)
    except (TypeError, ValueError, LookupError, ArithmeticError, AttributeError, MemoryError):
        return Unknown("a call that fails")
    return call


def _builtin(name: str, call: Call) -> Value:
    arguments = call.arguments
    if name in ("list", "tuple"):
        if not arguments:
            return [] if name == "list" else ()
        found = items(arguments[0])
        if found is None:
            return Unknown(f"a {name} of unknown values")
        return found if name == "list" else tuple(found)
    if name == "dict":
        return _dict(call)
    if name == "range":
        numbers = [value for value in arguments if isinstance(value, int)]
        if len(numbers) != len(arguments) or call.keywords:
            return Unknown("a range")
        found_range = range(*numbers)
        return list(found_range) if len(found_range) <= _MAXIMUM_RANGE else Unknown("a long range")
    if name in ("enumerate", "zip", "reversed"):
        lists = [items(value) for value in arguments]
        if any(found is None for found in lists) or call.keywords:
            return Unknown(f"{name} of unknown values")
        known = [found for found in lists if found is not None]
        if name == "zip":
            return list(zip(*known, strict=False))
        return list(enumerate(known[0])) if name == "enumerate" else known[0][::-1]
    if name == "map" and len(arguments) == 2 and isinstance(arguments[0], Builtin):
        return _mapped(arguments[0].name, arguments[1])
    if name in ("callable", "hasattr"):
        return _answered(name, call)
    if name == "sorted" and len(arguments) == 1 and is_known(arguments[0]) and not call.keywords:
        return sorted(items(arguments[0]) or [])
    if name in _CALCULATED and is_known(arguments) and not call.keywords:
        value = _CALCULATED[name](*arguments)  # type: ignore[operator]
        return Unknown("a large number") if is_large(value) else value
    return call


def _mapped(function: str, value: Value) -> Value:
    """`map(len, value)`, and the like."""
    found = items(value)
    if found is None or function not in _CALCULATED or not is_known(found):
        return Unknown("map of unknown values")
    calculated = [_CALCULATED[function](item) for item in found]  # type: ignore[operator]
    return Unknown("a large number") if any(map(is_large, calculated)) else calculated


def _answered(name: str, call: Call) -> Value:
    """Whether something can be called."""
    asks = name == "callable" or call.arguments[1:] == ("__call__",)
    owner = call.arguments[0] if call.arguments else Unknown()
    if asks and isinstance(owner, Lambda | BoundFunction | Builtin):
        return True
    if asks and isinstance(owner, Reference):
        is_own = isinstance(owner.definition, ClassDefinition | FunctionDefinition)
        return True if is_own else Unknown("a question about what is not read")
    return False if asks and is_known(owner) else Unknown("a question about an object")


def _dict(call: Call) -> Value:
    found: dict[Any, Value] = {}
    if call.arguments:
        first = call.arguments[0]
        if isinstance(first, dict):
            found.update(first)
        else:
            pairs = items(first)
            if pairs is None or not all(isinstance(pair, tuple | list) and len(pair) == 2 for pair in pairs):
                return Unknown("a dictionary of unknown entries")
            found.update(pairs)
    return {**found, **call.keywords}


def _method(function: BoundMethod, call: Call) -> Value:
    owner, name, arguments = function.owner, function.name, call.arguments
    if isinstance(owner, str):
        if name == "format":
            text = formatting.braces(owner, arguments, call.keywords)
            return text if text is not None else Unknown("a string with unknown parts")
        if name in _STRING_METHODS and is_known(arguments) and not call.keywords:
            too_long = _result_length(owner, name, arguments) > MAXIMUM_LENGTH
            return Unknown("a long string") if too_long else getattr(owner, name)(*arguments)
    elif isinstance(owner, bytes) and name == "decode" and is_known(arguments):
        return owner.decode(*arguments)
    elif isinstance(owner, dict):
        if name == "keys":
            return list(owner)
        if name == "values":
            return list(owner.values())
        if name == "items":
            return list(owner.items())
        if name == "copy":
            return dict(owner)
        if name == "get" and is_known(arguments[:1]):
            return owner.get(*arguments)
    elif isinstance(owner, list | tuple | frozenset):
        if name == "copy":
            return _copied(owner)
        if name in ("index", "count", "union") and is_known(owner) and is_known(arguments):
            return getattr(owner, name)(*arguments)
    return Unknown(f"a call of {name}")


def _result_length(owner: str, name: str, arguments: tuple[Value, ...]) -> int:
    """How long the strings that come of a call can be."""
    if name == "replace" and len(arguments) > 1:
        return (len(owner) + 1) * max(len(arguments[1]), 1)
    if name == "join":
        return sum(map(len, arguments[0])) + len(owner) * len(arguments[0])
    return len(owner)


def _library(name: str, call: Call) -> Value:
    last = name.rpartition(".")[2]
    if name == "datetime.timedelta" and is_known([*call.arguments, call.keywords]):
        return timedelta(*call.arguments, **call.keywords)
    if name == "decimal.Decimal" and is_known(call.arguments) and len(call.arguments) == 1:
        return Decimal(*call.arguments)
    if name == "textwrap.dedent" and len(call.arguments) == 1 and isinstance(call.arguments[0], str):
        return textwrap.dedent(call.arguments[0])
    if name in _COPIES and len(call.arguments) == 1 and not call.keywords:
        return _copied(call.arguments[0])
    if last in _TRANSLATIONS and call.arguments and isinstance(call.arguments[-1], str):
        return call.arguments[-1]
    return call


def _copied(value: Value) -> Value:
    """Another object that is the same; changes of what is in it are not followed anyway."""
    if isinstance(value, dict):
        return dict(value)
    return list(value) if isinstance(value, list) else value
