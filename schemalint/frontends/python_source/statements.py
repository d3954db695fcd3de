"""Single statements of a function that is followed: what they do to its names."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING

from schemalint.frontends.python_source import container_changes, containers
from schemalint.frontends.python_source.operator_tables import BINARY
from schemalint.frontends.python_source.operators import combined
from schemalint.frontends.python_source.values import Call, Member, Scope, Value

if TYPE_CHECKING:
    from schemalint.frontends.python_source.evaluate import Evaluator


def done(evaluator: Evaluator, statement: ast.stmt, scope: Scope) -> bool:
    """Do what an assignment, a deletion or an expression does to the names; False where that is not known."""
    match statement:
        case ast.Pass() | ast.Assert() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Assign():
            value = evaluator.value(statement.value, scope)
            return all(_assigned(evaluator, target, value, scope) for target in statement.targets)
        case ast.AnnAssign(value=None):
            return True
        case ast.AnnAssign(value=ast.expr() as expression):
            value = evaluator.value(expression, scope)
            return _assigned(evaluator, statement.target, value, scope)
        case ast.AugAssign(target=ast.Name(id=name)) if name in scope.names:
            _combined(evaluator, name, statement, scope)
            return True
        case ast.Delete():
            return all(
                container_changes.delete_item(evaluator, target, scope) for target in statement.targets
            )
        case ast.Expr(value=ast.Call() as call):
            changed = container_changes.by_method(evaluator, call, scope)
            return changed is not ... or not _may_change(evaluator.call(call, scope))
    return False


def _assigned(evaluator: Evaluator, target: ast.expr, value: Value, scope: Scope) -> bool:
    if isinstance(target, ast.Subscript):
        return container_changes.set_item(target, evaluator.value(target.slice, scope), value, scope)
    return containers.bind(target, value, names_of(scope))


def _combined(evaluator: Evaluator, name: str, statement: ast.AugAssign, scope: Scope) -> None:
    """`name += value`, which changes a container itself."""
    before = scope.names[name]
    symbol, function = BINARY.get(type(statement.op), ("@", operator.matmul))
    other = evaluator.value(statement.value, scope)
    if isinstance(before, list) and isinstance(other, tuple):
        other = list(other)
    value = combined(evaluator, symbol, function, before, other)
    if isinstance(before, list | dict):
        container_changes.rebind(scope, before, value)
    else:
        names_of(scope)[name] = value


def names_of(scope: Scope) -> dict[str, Value]:
    """The names of a function that is followed."""
    assert isinstance(scope.names, dict)
    return scope.names


def _may_change(call: Call) -> bool:
    """Whether a call whose value nobody wants may change something that the function goes on to use."""
    owner = call.function.owner if isinstance(call.function, Member) else None
    given = (owner, *call.arguments, *call.keywords.values())
    return not call.complete or any(isinstance(one, Call | list | dict) for one in given)
