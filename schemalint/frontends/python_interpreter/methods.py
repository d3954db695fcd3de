"""The methods of plain values, and other attributes that they have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.dictionary_methods import DICTIONARY_METHODS
from schemalint.frontends.python_interpreter.named_tuples import NamedTuple
from schemalint.frontends.python_interpreter.sequence_methods import LIST_METHODS, TUPLE_METHODS
from schemalint.frontends.python_interpreter.set_methods import SET_METHODS
from schemalint.frontends.python_interpreter.text_methods import text_method
from schemalint.frontends.python_interpreter.values import (
    MISSING,
    Native,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

_METHODS = {
    "list": LIST_METHODS,
    "tuple": TUPLE_METHODS,
    "dict": DICTIONARY_METHODS,
    "set": SET_METHODS,
}


def container_attribute(interpreter: Interpreter, owner: Value, name: str) -> Value:
    """An attribute of a plain value; MISSING where there is none."""
    if isinstance(owner, NamedTuple):
        named = owner.attribute(interpreter, name)
        if named is not MISSING:
            return named
    kind = _kind(owner)
    found = text_method(owner, name) if kind in ("str", "bytes") else _METHODS.get(kind, {}).get(name)
    if found is not None:
        chosen = found
        return Native(f"{kind}.{name}", lambda machine, arguments: chosen(machine, owner, arguments))
    if name == "__class__":
        return interpreter.external(f"builtins.{type(owner).__name__}")
    if isinstance(owner, str | bytes | list | tuple | dict | set | frozenset | int | float | type(None)):
        return MISSING if not hasattr(type(owner), name) else Unknown(f"the method {name}")
    return Unknown(f"the attribute {name}")


def _kind(owner: Value) -> str:
    for kind in (list, tuple, dict, str, bytes):
        if isinstance(owner, kind):
            return kind.__name__
    return "set" if isinstance(owner, set | frozenset) else "object"
