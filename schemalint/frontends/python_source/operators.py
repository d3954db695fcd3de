"""Operators, conditions and subscripts as values."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from schemalint.frontends.python_source import formatting
from schemalint.frontends.python_source.bindings import Unbound
from schemalint.frontends.python_source.limits import MAXIMUM_LENGTH, Exhausted, is_large
from schemalint.frontends.python_source.operator_tables import BINARY, COMPARISON, FAULTS
from schemalint.frontends.python_source.values import (
    CONSTANTS,
    NOT_BOUND,
    Call,
    Combination,
    Reference,
    Scope,
    Unknown,
    Value,
    is_known,
    truth,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_source.evaluate import Evaluator

_COMPARISON: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    **{kind: function for kind, (_, function) in COMPARISON.items()},
    ast.In: lambda one, other: one in other,
    ast.NotIn: lambda one, other: one not in other,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}


def binary(evaluator: Evaluator, node: ast.BinOp, scope: Scope) -> Value:
    """A chain of binary operators, of any length."""
    chain = [node]
    while isinstance(chain[-1].left, ast.BinOp):
        chain.append(chain[-1].left)
    value = evaluator.value(chain[-1].left, scope)
    for step in reversed(chain):
        evaluator.steps += 1
        symbol, function = BINARY.get(type(step.op), ("@", operator.matmul))
        value = combined(evaluator, symbol, function, value, evaluator.value(step.right, scope))
    return value


def combined(
    evaluator: Evaluator, symbol: str, function: Callable[[Any, Any], Any], one: Value, other: Value
) -> Value:
    """Two values with an operator between them."""
    if isinstance(one, Unknown):
        return one
    if isinstance(other, Unknown) and not (symbol == "%" and isinstance(one, str)):
        return other
    if symbol == "+" and isinstance(one, list | tuple) and type(one) is type(other):
        if len(one) + len(other) > MAXIMUM_LENGTH:
            raise Exhausted
        evaluator.steps += len(one) // 100
        return [*one, *other] if isinstance(one, list) else (*one, *other)
    if symbol == "|" and isinstance(one, dict) and isinstance(other, dict):
        return {**one, **other}
    if symbol == "%" and isinstance(one, str):
        text = formatting.percent(one, other)
        return text if text is not None else Unknown("a string with unknown parts")
    if symbol == "*" and isinstance(one, list | tuple | str) and isinstance(other, int):
        return one * other if len(one) * max(other, 0) <= MAXIMUM_LENGTH else Unknown()
    if not isinstance(one, (*CONSTANTS, frozenset)) or not isinstance(other, (*CONSTANTS, frozenset)):
        return Combination(symbol, (one, other))
    return _calculated(symbol, function, one, other)


def unary(evaluator: Evaluator, node: ast.UnaryOp, scope: Scope) -> Value:
    """A unary operator."""
    value = evaluator.value(node.operand, scope)
    match node.op:
        case ast.Not():
            answer = truth(value)
            return not answer if answer is not None else _symbolic("not", value)
        case ast.USub():
            return -value if isinstance(value, int | float | complex) else _symbolic("-", value)
        case ast.UAdd():
            return value
    return ~value if isinstance(value, int) else _symbolic("~", value)


def boolean(evaluator: Evaluator, node: ast.BoolOp, scope: Scope) -> Value:
    """`and`, `or`."""
    wanted = isinstance(node.op, ast.Or)
    value: Value = None
    for position, operand in enumerate(node.values):
        value = evaluator.value(operand, scope)
        if position == len(node.values) - 1:
            return value
        answer = truth(value)
        if answer is None:
            return Unknown("a condition")
        if answer is wanted:
            return value
    return value


def compare(evaluator: Evaluator, node: ast.Compare, scope: Scope) -> Value:
    """A comparison."""
    left = evaluator.value(node.left, scope)
    for operation, right_node in zip(node.ops, node.comparators, strict=True):
        right = evaluator.value(right_node, scope)
        if not is_known(left) or not is_known(right):
            return Unknown("a condition")
        try:
            if not _COMPARISON[type(operation)](left, right):
                return False
        except FAULTS:
            return Unknown("a comparison")
        left = right
    return True


def conditional(evaluator: Evaluator, node: ast.IfExp, scope: Scope) -> Value:
    """`a if b else c`; without an answer, what both branches agree on."""
    answer = truth(evaluator.value(node.test, scope))
    if answer is not None:
        chosen = node.body if answer else node.orelse
        return NOT_BOUND if isinstance(chosen, Unbound) else evaluator.value(chosen, scope)
    if isinstance(node.body, Unbound) or isinstance(node.orelse, Unbound):
        return evaluator.value(node.orelse if isinstance(node.body, Unbound) else node.body, scope)
    one, other = evaluator.value(node.body, scope), evaluator.value(node.orelse, scope)
    if is_known(one) and is_known(other) and one == other:
        return one
    for shorter, longer in ((one, other), (other, one)):
        if isinstance(shorter, list) and isinstance(longer, list) and _begins(longer, shorter):
            return longer  # what is added under a condition is taken to be added
    return Unknown("a choice made at run time")


def _begins(longer: list[Value], shorter: list[Value]) -> bool:
    return len(shorter) <= len(longer) and all(map(_is_same, shorter, longer))


def _is_same(one: Value, other: Value) -> bool:
    if isinstance(one, Call) and isinstance(other, Call):
        return one.node is other.node
    return one is other or (is_known(one) and is_known(other) and one == other)


def subscript(evaluator: Evaluator, node: ast.Subscript, scope: Scope) -> Value:
    """An element or a slice."""
    value = evaluator.value(node.value, scope)
    if isinstance(value, Unknown):
        return value
    key: Any
    if isinstance(node.slice, ast.Slice):
        edges = [
            evaluator.value(edge, scope) if edge is not None else None
            for edge in (node.slice.lower, node.slice.upper, node.slice.step)
        ]
        if not is_known(edges):
            return Unknown("an element")
        key = slice(*edges)
    else:
        key = evaluator.value(node.slice, scope)
        if not is_known(key):
            is_generic = isinstance(value, Reference) and _is_class(value) and _is_type(node.slice)
            return value if is_generic else Unknown("an element")
    try:
        if isinstance(value, list | tuple | str | bytes | dict):
            return value[key]
    except FAULTS:
        pass
    if isinstance(value, Reference) and _is_class(value):
        if isinstance(key, str) and key.isupper() and key.isidentifier():
            return evaluator.attribute(value, key)  # a member of an enumeration, as migrations write it
        return value  # Model[T], Manager["User"]; but not os.environ["MODEL"]
    return Unknown("an element")


def _is_class(value: Reference) -> bool:
    return value.name.rpartition(".")[2][:1].isupper()


def _is_type(node: ast.expr) -> bool:
    """Whether an expression is written as types are, and as keys are not: `list[str]`, `str | None`."""
    return isinstance(node, ast.Subscript | ast.Tuple) or (
        isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr)
    )


def _symbolic(symbol: str, value: Value) -> Value:
    return value if isinstance(value, Unknown) else Combination(symbol, (value,))


def _calculated(symbol: str, function: Callable[[Any, Any], Any], one: Value, other: Value) -> Value:
    numbers = isinstance(one, int) and isinstance(other, int)
    if symbol in ("**", "<<") and not (numbers and abs(one) < 1 << 32 and 0 <= other <= 128):
        return Unknown("a large number")
    try:
        value = function(one, other)
    except FAULTS:
        return Unknown("an expression that fails")
    if is_large(value):
        return Unknown("a large number")
    return value if not isinstance(value, str | bytes) or len(value) <= MAXIMUM_LENGTH else Unknown()
