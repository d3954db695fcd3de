"""What a dotted name can turn out to be: a class, function or module of the project, or something outside."""

from __future__ import annotations

import ast

from msgspec import Struct

from schemalint.frontends.python_source.parse import Module


class ClassDefinition(Struct, frozen=True, eq=False):
    """A class of the project; `name` is its module's dotted name and its own, `a.b.Outer.Inner`."""

    name: str
    module: Module
    node: ast.ClassDef


class FunctionDefinition(Struct, frozen=True, eq=False):
    """A function or method of the project."""

    name: str
    module: Module
    node: ast.FunctionDef | ast.AsyncFunctionDef


class ModuleDefinition(Struct, frozen=True):
    """A module or package; `path` is None for a package without `__init__.py`."""

    name: str
    path: str | None
    root: str


class External(Struct, frozen=True):
    """Something that is not among the project's files, by the name under which it was imported."""

    name: str


class Assigned(Struct, frozen=True, eq=False):
    """A name of a module or class body bound to a value."""

    name: str
    module: Module
    value: ast.expr
    within: ClassDefinition | None = None


Definition = ClassDefinition | FunctionDefinition | ModuleDefinition | External | Assigned
