"""Fields that are put onto a model behind its class: `add_to_class` and `contribute_to_class`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from schemalint.frontends.python_source.definitions import ClassDefinition
from schemalint.frontends.python_source.parse import Module
from schemalint.frontends.python_source.project import Project


class Addition(NamedTuple):
    """An attribute of a class that a statement of a module adds."""

    definition: ClassDefinition
    name: str
    module: Module
    value: ast.expr


def additions(project: Project, module: Module) -> Iterator[Addition]:
    """What the statements of a module add to classes of the project."""
    for statement in module.tree.body:
        match statement:
            case ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(value=target, attr="add_to_class"),
                    args=[ast.Constant(value=str(name)), value],
                )
            ):
                pass
            case ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(value=value, attr="contribute_to_class"),
                    args=[target, ast.Constant(value=str(name)), *_],
                )
            ):
                pass
            case _:
                continue
        definition = project.definition(module, target)
        if isinstance(definition, ClassDefinition):
            yield Addition(definition, name, module, value)


def adding_metaclass(project: Project, definition: ClassDefinition) -> str | None:
    """The name of a class's metaclass, if it is the project's and adds attributes to the classes it makes."""
    for node in _metaclasses(definition.node):
        metaclass = project.definition(definition.module, node)
        if isinstance(metaclass, ClassDefinition) and any(
            isinstance(inner, ast.Attribute) and inner.attr in ("add_to_class", "contribute_to_class")
            for inner in ast.walk(metaclass.node)
        ):
            return metaclass.name
    return None


def _metaclasses(node: ast.ClassDef) -> Iterator[ast.expr]:
    yield from (keyword.value for keyword in node.keywords if keyword.arg == "metaclass")
    for base in node.bases:
        match base:
            case ast.Call(func=ast.Name(id="with_metaclass") | ast.Attribute(attr="with_metaclass")):
                yield from base.args[:1]
