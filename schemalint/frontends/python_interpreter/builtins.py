"""What a program finds under names that it didn't bind itself: Python's builtin functions and classes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.builtin_classes import BUILTIN_CLASSES, calculated
from schemalint.frontends.python_interpreter.functions import Wrapper
from schemalint.frontends.python_interpreter.introspection import ASKING
from schemalint.frontends.python_interpreter.iteration import ITERATING
from schemalint.frontends.python_interpreter.values import (
    Arguments,
    Native,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

_CALCULATED = ("min", "max", "sum", "abs", "round", "repr", "ord", "chr", "divmod")
_NOT_FOLLOWED = (
    *("open", "id", "hash", "globals", "locals", "input", "format"),
    *("eval", "exec", "compile", "__import__", "slice", "super"),
)


def _nothing(interpreter: Interpreter, arguments: Arguments) -> Value:
    return None


def _unknown(name: str) -> Native:
    return Native(f"builtins.{name}", lambda interpreter, arguments: Unknown(f"what {name} gives"))


_FUNCTIONS: dict[str, Callable[[Interpreter, Arguments], Value]] = {
    **ITERATING,
    **ASKING,
    **{name: calculated(name) for name in _CALCULATED},
    "print": _nothing,
}

BUILTINS: dict[str, Value] = {
    **BUILTIN_CLASSES,
    **{name: Native(f"builtins.{name}", function) for name, function in _FUNCTIONS.items()},
    **{name: _unknown(name) for name in _NOT_FOLLOWED},
    "staticmethod": Wrapper("static"),
    "classmethod": Wrapper("class"),
    "property": Wrapper("property"),
    "NotImplemented": Unknown("NotImplemented"),
    "__debug__": True,
}
