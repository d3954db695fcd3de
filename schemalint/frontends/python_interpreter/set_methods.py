"""The methods of sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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


_OPERATIONS = (
    *("union", "intersection", "difference", "symmetric_difference"),
    *("issubset", "issuperset", "isdisjoint"),
)


def _add(interpreter: Interpreter, owner: set[Value], arguments: Arguments) -> Value:
    interpreter.record(owner)
    try:
        owner.add(arguments.get(0, "element"))
    except TypeError:
        owner.add(Rest(Unknown("an element")))
    return None


def _add_all(interpreter: Interpreter, owner: set[Value], arguments: Arguments) -> Value:
    interpreter.record(owner)
    for value in arguments.positional:
        items = interpreter.items(value)
        try:
            owner.update([Rest(items)] if isinstance(items, Unknown) else items)
        except TypeError:
            owner.add(Rest(Unknown("an element")))
    return None


def _discard(interpreter: Interpreter, owner: set[Value], arguments: Arguments) -> Value:
    value = arguments.get(0, "element")
    if is_known(value):
        interpreter.record(owner)
        owner.discard(value)
    return None


def _set_operation(name: str) -> Method:
    def method(interpreter: Interpreter, owner: Any, arguments: Arguments) -> Value:
        others = [interpreter.items(value) for value in arguments.positional]
        for other in (owner, *others):
            if isinstance(other, Unknown):
                return other
            if rest := rest_of(other):
                return rest
        try:
            return getattr(owner, name)(*others)
        except TypeError:
            return Unknown(f"what {name} gives")

    return method


SET_METHODS: dict[str, Method] = {
    "add": _add,
    "update": _add_all,
    "discard": _discard,
    "remove": _discard,
    "clear": cleared,
    "copy": copied,
    **{name: _set_operation(name) for name in _OPERATIONS},
}
"""The methods of a set; those that change it record that first."""
