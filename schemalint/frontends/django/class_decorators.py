"""The fields that decorators put onto classes, with `cls.add_to_class(…)` in their code."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from schemalint.frontends.python_source.definitions import ClassDefinition, FunctionDefinition
from schemalint.frontends.python_source.parse import Module
from schemalint.frontends.python_source.project import Project


def decorators(
    definition: ClassDefinition, project: Project
) -> Iterator[ClassDefinition | FunctionDefinition]:
    """The project's own decorators of a class, called or not."""
    for node in definition.node.decorator_list:
        called = node.func if isinstance(node, ast.Call) else node
        decorator = project.definition(definition.module, called)
        if isinstance(decorator, ClassDefinition | FunctionDefinition):
            yield decorator


def added(definition: ClassDefinition, project: Project) -> Iterator[tuple[str, Module, ast.expr]]:
    """The fields that decorators of a class put onto it, with the modules in which they are said."""
    for decorator in decorators(definition, project):
        for name, value in (fields_of(decorator) or {}).items():
            yield name, decorator.module, value


def fields_of(decorator: ClassDefinition | FunctionDefinition) -> dict[str, ast.expr] | None:
    """The fields that a decorator puts onto any class; None where it does more than that, or may do."""
    function = decorator.node
    if not isinstance(function, ast.FunctionDef) or len(function.args.args) != 1 or function.decorator_list:
        return None
    cls = function.args.args[0].arg
    found: dict[str, ast.expr] = {}
    for statement in function.body:
        match statement:
            case ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(value=ast.Name(id=owner), attr="add_to_class"),
                    args=[ast.Constant(value=str() as name), value],
                )
            ) if owner == cls:
                found[name] = value
            case ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(value=value, attr="contribute_to_class"),
                    args=[ast.Name(id=owner), ast.Constant(value=str() as name)],
                )
            ) if owner == cls:
                found[name] = value
            case ast.Expr(value=ast.Constant()) | ast.Return(value=ast.Name()):
                pass
            case _:
                return None
    if any(isinstance(node, ast.Name) and node.id == cls for one in found.values() for node in ast.walk(one)):
        return None
    return found
