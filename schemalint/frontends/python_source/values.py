"""What an expression of Python source is worth: plain constants where that is certain, symbols where not.

A value is a Python constant (None, bool, int, float, str, bytes, timedelta, Decimal), a tuple, list, dict or
frozenset of values, or one of the symbols below.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from msgspec import Struct

from schemalint.frontends.python_source.definitions import ClassDefinition, Definition, FunctionDefinition
from schemalint.frontends.python_source.parse import Module

Value = Any
"""See the module's docstring; values are never changed in place."""

CONSTANTS = (type(None), bool, int, float, complex, str, bytes, timedelta, Decimal)
_MAXIMUM_ELEMENTS = 100_000


class Unknown(Struct, frozen=True, eq=False):
    """Nothing is known of it; `reason` finishes the sentence "not understood: …"."""

    reason: str = "a value that is computed at run time"


NOT_BOUND = Unknown("a name that is not bound")
"""The value of a name that the branch which is taken does not bind."""


class Reference(Struct, frozen=True, eq=False):
    """A class, function, module or something external, by definition."""

    definition: Definition

    @property
    def name(self) -> str:
        """The dotted name of the definition."""
        return self.definition.name


class Call(Struct, frozen=True, eq=False, kw_only=True):
    """A call that is not evaluated. `complete` is False where `*` or `**` passes on what is unknown."""

    function: Value
    arguments: tuple[Value, ...] = ()
    keywords: dict[str, Value] = {}
    node: ast.Call
    module: Module
    complete: bool = True

    @property
    def name(self) -> str:
        """The dotted name of what is called; "" where that is unknown."""
        return self.function.name if isinstance(self.function, Reference) else ""

    def argument(self, position: int, keyword: str, default: Value = None) -> Value:
        """An argument that may be given by position or by keyword."""
        if keyword in self.keywords:
            return self.keywords[keyword]
        return self.arguments[position] if position < len(self.arguments) else default


class Combination(Struct, frozen=True, eq=False):
    """Operands with an operator (`|`, `+`, `-`, `not`, …), one of them a symbol: `Q(a=1) | Q(b=2)`."""

    operator: str
    operands: tuple[Value, ...]


class Member(Struct, frozen=True, eq=False):
    """An attribute of a symbol that is no definition: `Value("x").expression`, `make().name`."""

    owner: Value
    name: str


class BoundFunction(Struct, frozen=True, eq=False):
    """A method of the project's own, with the object that it belongs to."""

    owner: Value
    function: FunctionDefinition


class Lambda(Struct, frozen=True, eq=False):
    """A function without a name."""

    node: ast.Lambda
    module: Module


class Scope(Struct, frozen=True, eq=False, kw_only=True):
    """Where an expression stands: a module, within a class body perhaps, with local names perhaps.

    `followed` says that the names are those of a function that is gone through step by step: what changes a
    container changes what they stand for, unless its caller has it, too: those are `lent`.
    """

    module: Module
    within: ClassDefinition | None = None
    names: Mapping[str, Value] = {}
    followed: bool = False
    lent: tuple[Value, ...] = ()


def truth(value: Value) -> bool | None:
    """Whether a value is true; None where that is not certain."""
    if is_known(value):
        return bool(value)
    if isinstance(value, Reference) and isinstance(value.definition, ClassDefinition | FunctionDefinition):
        return True
    if isinstance(value, list | tuple | dict):
        return bool(value)
    return True if isinstance(value, Lambda | BoundFunction) else None


def is_known(value: Value) -> bool:
    """Whether a value is a constant through and through, and not too large for Python to work with.

    What a container holds twice counts twice, since it is shown and compared twice.
    """
    waiting, seen = [value], 0
    while waiting:
        current = waiting.pop()
        seen += 1 + (len(current) >> 5 if isinstance(current, str | bytes) else 0)
        if seen > _MAXIMUM_ELEMENTS:
            return False
        if isinstance(current, tuple | list | frozenset):
            waiting += current
        elif isinstance(current, dict):
            waiting += current.keys()
            waiting += current.values()
        elif not isinstance(current, CONSTANTS):
            return False
    return True
