"""Operators on values that are known, and what is sure of those that are not."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from schemalint.frontends.python_interpreter.showing import all_shown
from schemalint.frontends.python_interpreter.signals import Raised
from schemalint.frontends.python_interpreter.values import (
    CONTAINERS,
    HOLE,
    Missing,
    PartialText,
    PythonObject,
    Rest,
    Searched,
    Unknown,
    Value,
    first_unknown,
    is_known,
    rest_of,
)
from schemalint.frontends.python_source import formatting
from schemalint.frontends.python_source.limits import is_large
from schemalint.frontends.python_source.operator_tables import BINARY, COMPARISON, FAULTS

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

MAXIMUM_LENGTH = 200_000
_PERCENT = re.compile(r"%(?:\([^()]*\))?[-+ #0-9.]*[a-zA-Z]")


def binary(interpreter: Interpreter, node_type: type[ast.operator], one: Value, other: Value) -> Value:
    """`one operator other`."""
    symbol, function = BINARY[node_type]
    if symbol == "%" and isinstance(one, str) and not isinstance(one, PythonObject):
        text = formatting.percent(one, all_shown(interpreter, other))
        if text is not None:
            return text
        unknown = _unknown_part(other, "a string with unknown parts")
        return PartialText(_PERCENT.sub(HOLE, one), unknown)
    for value, against, reflected in ((one, other, False), (other, one, True)):
        if isinstance(value, PythonObject):
            found = value.binary(interpreter, symbol, against, reflected=reflected)
            if found is not NotImplemented:
                return found
    if isinstance(one, PythonObject | Missing) or isinstance(other, PythonObject | Missing):
        return Unknown(f"the operator {symbol}")
    return _calculated(symbol, function, one, other)


def _unknown_part(value: Value, reason: str) -> Unknown:
    return first_unknown(value) or Unknown(reason)


def _calculated(symbol: str, function: Callable[[Any, Any], Any], one: Value, other: Value) -> Value:
    if symbol == "*" and isinstance(one, int) and isinstance(other, list | tuple | str):
        one, other = other, one
    if symbol == "*" and isinstance(one, list | tuple | str | bytes) and isinstance(other, int):
        return one * other if len(one) * max(other, 0) <= MAXIMUM_LENGTH else Unknown("a long sequence")
    sequences = isinstance(one, list | tuple | str | bytes) and type(one) is type(other)
    if symbol == "+" and sequences and len(one) + len(other) > MAXIMUM_LENGTH:
        return Unknown("a long sequence")
    numbers = isinstance(one, int) and isinstance(other, int)
    if symbol in ("**", "<<") and not (numbers and abs(one) < 1 << 32 and 0 <= other <= 128):
        return Unknown("a large number")
    if isinstance(one, set | frozenset | dict) and (rest := rest_of(one) or rest_of(other)):
        return rest
    try:
        value = function(one, other)
    except FAULTS as error:
        raise Raised(f"builtins.{type(error).__name__}", str(error)) from None
    if is_large(value):
        return Unknown("a large number")
    return value


def equal(interpreter: Interpreter, one: Value, other: Value) -> Value:
    """`one == other`: True, False, or something else where a known object or nothing certain answers."""
    for value, against, reflected in ((one, other, False), (other, one, True)):
        if isinstance(value, PythonObject):
            found = value.binary(interpreter, "==", against, reflected=reflected)
            if found is not NotImplemented:
                return found
    if one is other:
        return True
    if isinstance(one, PythonObject | Missing) or isinstance(other, PythonObject | Missing):
        return False
    for value in (one, other):
        if isinstance(value, CONTAINERS):
            interpreter.steps += len(value) >> 3  # elements are looked at several times
            interpreter.tick()
    if is_known(one) and is_known(other):
        return bool(one == other)
    if type(one) is not type(other):
        return False
    if isinstance(one, list | tuple):
        rest = rest_of(one) or rest_of(other)
        if rest is None and len(one) != len(other):
            return False
        for left, right in zip(one, other, strict=False):
            if isinstance(left, Rest) or isinstance(right, Rest):
                break
            answer = equal(interpreter, left, right)
            if answer is not True:
                return answer if isinstance(answer, bool) else _unknown_part(answer, "a comparison")
        return rest if rest is not None else True
    return _unknown_part([one, other], "a comparison")


def compare(interpreter: Interpreter, node: ast.cmpop, one: Value, other: Value) -> Value:
    """One comparison."""
    if isinstance(node, ast.Is | ast.IsNot):
        return _identical(one, other, wanted=isinstance(node, ast.Is))
    if isinstance(node, ast.In | ast.NotIn):
        return negated_if(contains(interpreter, other, one), isinstance(node, ast.NotIn))
    symbol, function = COMPARISON[type(node)]
    for value, against, reflected in ((one, other, False), (other, one, True)):
        if isinstance(value, PythonObject):
            found = value.binary(interpreter, symbol, against, reflected=reflected)
            if found is not NotImplemented:
                return found
    if symbol in ("==", "!="):
        return negated_if(equal(interpreter, one, other), symbol == "!=")
    if not is_known(one) or not is_known(other):
        return _unknown_part([one, other], "a comparison")
    try:
        return function(one, other)
    except FAULTS as error:
        raise Raised(f"builtins.{type(error).__name__}", str(error)) from None


def negated_if(value: Value, condition: bool) -> Value:
    """The opposite of a truth value, if so asked."""
    return not value if condition and isinstance(value, bool) else value


def _identical(one: Value, other: Value, *, wanted: bool) -> Value:
    if isinstance(one, Unknown):
        return one
    if isinstance(other, Unknown):
        return other
    constants = one is None or other is None or isinstance(one, bool) or isinstance(other, bool)
    same = one is other or (not constants and is_known(one) and is_known(other) and one == other)
    return same is wanted


def contains(interpreter: Interpreter, container: Value, value: Value) -> Value:
    """`value in container`."""
    if isinstance(container, PythonObject):
        return container.contains(interpreter, value)
    if isinstance(value, Unknown):
        return value if not isinstance(container, CONTAINERS) or len(container) else False
    if isinstance(container, str):
        if not isinstance(value, str):
            return Unknown("what a string holds")
        return value in container
    if not isinstance(container, CONTAINERS):
        return Unknown("what something that is no collection holds")
    doubt: Unknown | None = None
    if isinstance(container, dict | set | frozenset) and is_known(value):
        try:
            if value in container:
                return True
        except TypeError:
            return Unknown("what is not hashable")
    for element in container:
        if isinstance(element, Rest):
            doubt = doubt or element.unknown
        else:
            answer = equal(interpreter, element, value)
            if answer is True:
                return True
            if answer is not False:
                doubt = doubt or _unknown_part(answer, "a comparison")
    if isinstance(container, Searched) and isinstance(value, str):
        container.missed[value] = None
    return doubt if doubt is not None else False
