"""Modules and packages as objects, and what else only holds names."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.frames import Frame
from schemalint.frontends.python_interpreter.signals import Raised
from schemalint.frontends.python_interpreter.values import (
    PythonObject,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter
    from schemalint.frontends.python_source.parse import Module


class ModuleObject(PythonObject):
    """A module of the project, run when it is first needed.

    `begun` are the statements that have been run, `unfinished` those of them that are running; `ahead` counts
    those that are run before their turn. `passed_over` are the statements of the body that could not be run
    to their end, each with the reason, which finishes the sentence "not understood: …". `set_by_others` are
    variables that are set from outside, None until somebody asks.
    """

    __slots__ = (
        "ahead",
        "begun",
        "frame",
        "name",
        "passed_over",
        "path",
        "set_by_others",
        "source",
        "stars",
        "state",
        "unfinished",
    )

    def __init__(self, source: Module, name: str) -> None:
        self.source = source
        self.path = source.path
        self.name = name
        self.frame = Frame(self, None)
        self.stars: list[Value] = []
        self.state = "new"
        self.ahead = 0
        self.begun: set[ast.stmt] = set()
        self.unfinished: list[ast.stmt] = []
        self.passed_over: dict[ast.stmt, str] = {}
        self.set_by_others: frozenset[str] | None = None

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """A name of the module, or a module within the package."""
        return interpreter.module_attribute(self, name)

    def set_attribute(self, interpreter: Interpreter, name: str, value: Value) -> None:
        """Set in the module's names."""
        interpreter.record(self.frame.variables, name)
        self.frame.variables[name] = value


class NamespacePackage(PythonObject):
    """A folder of modules without an `__init__.py`, or the part of an import path that has no file."""

    __slots__ = ("name", "near")

    def __init__(self, name: str, near: str) -> None:
        self.name = name
        self.near = near

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """A module within."""
        return interpreter.imported_module(f"{self.name}.{name}", self.near)


class Namespace(PythonObject):
    """`globals()`: the names of a module as a dictionary."""

    __slots__ = ("variables",)

    def __init__(self, variables: dict[str, Value]) -> None:
        self.variables = variables

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """The methods of a dictionary."""
        return interpreter.attribute(self.variables, name)

    def item(self, interpreter: Interpreter, key: Value) -> Value:
        """A name of the module."""
        if not isinstance(key, str):
            return key if isinstance(key, Unknown) else Unknown("a name of a module")
        if key not in self.variables:
            raise Raised("builtins.KeyError", key)
        return interpreter.settled(self.variables[key], self.variables, key)

    def set_item(self, interpreter: Interpreter, key: Value, value: Value) -> None:
        """Set a name of the module."""
        if isinstance(key, str):
            interpreter.record(self.variables, key)
            self.variables[key] = value

    def contains(self, interpreter: Interpreter, value: Value) -> Value:
        """Whether the module has such a name."""
        return value in self.variables if isinstance(value, str) else Unknown("a name of a module")
