"""Whether a revision can be taken back: what its `downgrade` is, by its text alone."""

from __future__ import annotations

import ast

from msgspec import Struct

from schemalint.frontends.python_source.parse import Module
from schemalint.migration import RollbackState
from schemalint.source import Span


class Rollback(Struct, frozen=True):
    """The state of a down side, the reason for it in words, and where it stands."""

    state: RollbackState
    reason: str | None
    span: Span | None


def function_named(module: Module, name: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """The function of that name in the body of a module; the last one counts."""
    found = None
    for statement in module.tree.body:
        for inner in (statement, *_alternatives(statement)):
            if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef) and inner.name == name:
                found = inner
    return found


def _alternatives(statement: ast.stmt) -> list[ast.stmt]:
    if isinstance(statement, ast.If):
        return [*statement.body, *statement.orelse]
    return list(statement.body) if isinstance(statement, ast.Try) else []


def rollback_of(module: Module, name: str) -> Rollback:
    """The state of the down side that the function `name` is."""
    function = function_named(module, name)
    if function is None:
        if any(_binds(statement, name) for statement in module.tree.body):
            return Rollback("present", None, None)
        return Rollback("absent", f"it has no `{name}()`", None)
    span = module.header_span(function)
    body = [statement for statement in function.body if not does_nothing(statement)]
    if not body:
        declared, reason = _declared(module, function)
        if declared:
            return Rollback("irreversible", reason, span)
        return Rollback("empty", f"its `{name}()` does nothing", span)
    if isinstance(body[0], ast.Raise):
        return Rollback("irreversible", _message(body[0]), module.span(body[0]))
    return Rollback("present", None, span)


def _declared(module: Module, function: ast.stmt) -> tuple[bool, str | None]:
    """Whether a comment in an empty function says that there is no way back, and why."""
    text = module.file.text
    if "irreversible" not in text:
        return False, None
    from schemalint.frontends.sql.rollback import declared_irreversible

    start = module.span(function).start
    later = [at for statement in module.tree.body if (at := module.span(statement).start) > start]
    return declared_irreversible(text, start, min(later, default=len(text)))


def _binds(statement: ast.stmt, name: str) -> bool:
    match statement:
        case ast.Assign(targets=targets):
            return any(isinstance(target, ast.Name) and target.id == name for target in targets)
        case ast.ImportFrom(names=aliases):
            return any((alias.asname or alias.name) in (name, "*") for alias in aliases)
    return False


def does_nothing(statement: ast.stmt) -> bool:
    """`pass`, `...`, a docstring, `return`."""
    match statement:
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Return(value=None | ast.Constant(value=None)):
            return True
    return False


def _message(node: ast.Raise) -> str | None:
    if isinstance(node.exc, ast.Call):
        for argument in node.exc.args:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                return argument.value
    return None
