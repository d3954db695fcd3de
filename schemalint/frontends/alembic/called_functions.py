"""The functions of a project that a module calls when it is run."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from schemalint.frontends.alembic.import_facts import module_facts
from schemalint.frontends.python_source.parse import Module
from schemalint.frontends.python_source.project import Project

_Function = tuple[str, list[ast.stmt]]
_MOST_CALLS = 100
_LONGEST_CHAIN = 4
"""So many functions may call one another, and so many modules pass a name on."""


def called_functions(project: Project, module: Module) -> list[_Function]:
    """The file and the body of each, by the statements at the top that are nothing but a call."""
    found: list[_Function] = []
    waiting = [(call, module, 0) for call in _calls(module.tree.body)]
    while waiting and len(found) < _MOST_CALLS:
        call, near, depth = waiting.pop(0)
        one = _function(project, call, near)
        if one is None or one in found:
            continue
        found.append(one)
        within = project.parse(one[0])
        if within is not None and depth < _LONGEST_CHAIN:
            waiting += [(inner, within, depth + 1) for inner in _calls(one[1])]
    return found


def _calls(body: list[ast.stmt]) -> Iterator[str]:
    """What is called, as it is written: a name, or attributes of one."""
    for statement in body:
        if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
            continue
        inner = function = statement.value.func
        while isinstance(inner, ast.Attribute):
            inner = inner.value
        if isinstance(inner, ast.Name):
            yield ast.unparse(function)


def _function(project: Project, written: str, module: Module) -> _Function | None:
    """The function of the project that a name means in a module, or what it imports under it."""
    for _ in range(_LONGEST_CHAIN):
        name = project.folders.module_name(module.path)
        first, _, rest = written.partition(".")
        if not rest:
            for statement in module.tree.body:
                if isinstance(statement, ast.FunctionDef) and statement.name == first:
                    return module.path, statement.body
        absolute = module_facts(module, name).aliases.get(first)
        located = _module(project, f"{absolute}.{rest}".rstrip("."), module.path) if absolute else None
        if located is None:
            return None
        module, written = located
    return None


def _module(project: Project, dotted: str, near: str) -> tuple[Module, str] | None:
    """The module of the project that a dotted name begins with, and what of it is left."""
    words = dotted.split(".")
    found: tuple[Module, str] | None = None
    for length in range(1, len(words)):
        located = project.locate(".".join(words[:length]), near)
        if located is None:
            break
        module = project.parse(located.path) if located.path is not None else None
        if module is not None:
            found = module, ".".join(words[length:])
    return found
