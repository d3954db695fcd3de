"""The methods of dictionaries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.container_methods import Method, cleared, copied
from schemalint.frontends.python_interpreter.values import (
    Arguments,
    Rest,
    Unknown,
    Value,
    is_known,
    rest_of,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


def _keys(interpreter: Interpreter, owner: dict[Value, Value], arguments: Arguments) -> Value:
    return list(owner)


def _values(interpreter: Interpreter, owner: dict[Value, Value], arguments: Arguments) -> Value:
    return [key if isinstance(key, Rest) else value for key, value in owner.items()]


def _pairs(interpreter: Interpreter, owner: dict[Value, Value], arguments: Arguments) -> Value:
    return [key if isinstance(key, Rest) else (key, value) for key, value in owner.items()]


def _get(interpreter: Interpreter, owner: dict[Value, Value], arguments: Arguments) -> Value:
    key = arguments.get(0, "key")
    if isinstance(key, Unknown):
        return key
    try:
        if key in owner:
            return owner[key]
    except TypeError:
        return Unknown("an entry")
    return rest_of(owner) or arguments.get(1, "default")


def _pop_entry(interpreter: Interpreter, owner: dict[Value, Value], arguments: Arguments) -> Value:
    value = _get(interpreter, owner, arguments)
    key = arguments.get(0, "key")
    if is_known(key) and key in owner:
        interpreter.record(owner, key)
        del owner[key]
    return value


def _set_default(interpreter: Interpreter, owner: dict[Value, Value], arguments: Arguments) -> Value:
    key = arguments.get(0, "key")
    if isinstance(key, Unknown):
        return key
    if key not in owner:
        interpreter.record(owner, key)
        owner[key] = arguments.get(1, "default")
    return owner[key]


def _update(interpreter: Interpreter, owner: dict[Value, Value], arguments: Arguments) -> Value:
    for key, value in given_entries(interpreter, arguments).items():
        interpreter.record(owner, key)
        owner[key] = value
    return None


def given_entries(interpreter: Interpreter, arguments: Arguments) -> dict[Value, Value]:
    """The entries that `dict(…)` and `update(…)` are given: a mapping or pairs, and keywords."""
    found: dict[Value, Value] = {}
    first = arguments.get(0, "", {})
    if isinstance(first, dict):
        found.update(first)
    else:
        items = interpreter.items(first)
        if isinstance(items, Unknown):
            found[Rest(items)] = items
        else:
            for item in items:
                if isinstance(item, tuple | list) and len(item) == 2 and is_known(item[0]):
                    found[item[0]] = item[1]
                else:
                    found[Rest(Unknown("an entry"))] = Unknown("an entry")
    found.update(arguments.keywords)
    if not arguments.complete:
        found[Rest(Unknown("an entry"))] = Unknown("an entry")
    return found


DICTIONARY_METHODS: dict[str, Method] = {
    "keys": _keys,
    "values": _values,
    "items": _pairs,
    "get": _get,
    "pop": _pop_entry,
    "setdefault": _set_default,
    "update": _update,
    "clear": cleared,
    "copy": copied,
}
"""The methods of a dictionary; those that change it record that first."""
