"""The functions of a project that a module calls when it is run."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from schemalint.frontends.python_source.definitions import FunctionDefinition
from schemalint.frontends.python_source.parse import Module
from schemalint.frontends.python_source.project import Project

_MOST_CALLS = 100
_LONGEST_CHAIN = 4
"""So many functions may call one another."""


def called_functions(project: Project, module: Module) -> list[FunctionDefinition]:
    """Each of them once, by the statements at the top that are nothing but a call."""
    found: dict[ast.AST, FunctionDefinition] = {}
    waiting = [(function, module, 0) for function in _called(module.tree.body)]
    while waiting and len(found) < _MOST_CALLS:
        function, near, depth = waiting.pop(0)
        one = project.definition(near, function)
        if not isinstance(one, FunctionDefinition) or one.node in found:
            continue
        found[one.node] = one
        if depth < _LONGEST_CHAIN:
            waiting += [(inner, one.module, depth + 1) for inner in _called(one.node.body)]
    return list(found.values())


def _called(body: list[ast.stmt]) -> Iterator[ast.expr]:
    for statement in body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            yield statement.value.func
