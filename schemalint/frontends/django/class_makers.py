"""Code that takes part in the making of a model's class, and may add fields that its body does not say.

Source: `type.__new__`, which calls `__init_subclass__`; `ModelBase.__new__` in `django/db/models/base.py`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from schemalint.frontends.python_source.definitions import ClassDefinition, FunctionDefinition
from schemalint.frontends.python_source.project import Project

_ADDING = frozenset({"add_to_class", "contribute_to_class"})
_NAMESPACE = frozenset({"locals", "vars", "exec"})
_OWN_SCOPE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def makers(project: Project, definition: ClassDefinition, model: ClassDefinition) -> Iterator[str]:
    """What may add fields to a model by way of one of its classes, in words that "of the model" can follow.

    `definition` is the model's own class or one above it.
    """
    for node in _metaclasses(definition.node):
        metaclass = project.definition(definition.module, node)
        if isinstance(metaclass, ClassDefinition) and _adds(metaclass.node):
            yield f"the metaclass {metaclass.name}"
    if _writes_names(definition.node):
        yield "names that are computed in the body"
    if definition.node is model.node:
        for node in definition.node.decorator_list:
            called = node.func if isinstance(node, ast.Call) else node
            decorator = project.definition(definition.module, called)
            if isinstance(decorator, ClassDefinition | FunctionDefinition) and _adds(decorator.node):
                yield f"the decorator {decorator.name}"
    else:
        for statement in definition.node.body:
            match statement:
                case ast.FunctionDef(name="__init_subclass__") if _adds(statement):
                    yield f"{definition.name}.__init_subclass__"


def _metaclasses(node: ast.ClassDef) -> Iterator[ast.expr]:
    yield from (keyword.value for keyword in node.keywords if keyword.arg == "metaclass")
    for base in node.bases:
        match base:
            case ast.Call(func=ast.Name(id="with_metaclass") | ast.Attribute(attr="with_metaclass")):
                yield from base.args[:1]


def _adds(node: ast.AST) -> bool:
    """Whether code puts fields onto classes, to all appearances."""
    return any(isinstance(inner, ast.Attribute) and inner.attr in _ADDING for inner in ast.walk(node))


def _writes_names(node: ast.ClassDef) -> bool:
    """Whether the body of a class makes attributes whose names it does not say: `locals()[name] = …`."""
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        current = waiting.pop()
        if isinstance(current, _OWN_SCOPE):
            continue
        if isinstance(current, ast.Call) and getattr(current.func, "id", None) in _NAMESPACE:
            return True
        waiting += ast.iter_child_nodes(current)
    return False
