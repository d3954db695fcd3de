"""Variables of a module that are set by functions which other parts of the program call."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from schemalint.frontends.python_interpreter.namespaces import ModuleObject


def set_by_others(module: ModuleObject) -> frozenset[str]:
    """The names that functions of the module declare `global` and bind, none of which it calls itself.

    `_current = None` says nothing of such a name: whoever runs the program has called the function by then.
    """
    if module.set_by_others is None:
        module.set_by_others = frozenset(_found(module.source.tree))
    return module.set_by_others


def _found(tree: ast.Module) -> Iterator[str]:
    setters: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for name in bound_globals(node):
                setters.setdefault(name, set()).add(node.name)
    if not setters:
        return
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    used |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    yield from (name for name, functions in setters.items() if not functions & used)


def bound_globals(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """The names of the module that a function binds."""
    declared: set[str] = set()
    bound: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Global):
            declared.update(node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
    return declared & bound
