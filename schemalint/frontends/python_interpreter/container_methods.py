"""What a method of a plain value is, and those that all containers have."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from schemalint.frontends.python_interpreter.values import (
    Arguments,
    Value,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


Method = Callable[["Interpreter", Any, Arguments], Value]
"""Is given the interpreter, the value that the method is of, and the arguments of the call."""


def cleared(interpreter: Interpreter, owner: Any, arguments: Arguments) -> Value:
    """`clear()`."""
    if isinstance(owner, dict):
        for key in list(owner):
            interpreter.record(owner, key)
    else:
        interpreter.record(owner)
    owner.clear()
    return None


def copied(interpreter: Interpreter, owner: Any, arguments: Arguments) -> Value:
    """`copy()`."""
    return owner.copy()
