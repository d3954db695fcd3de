"""Functions of the program, and what decorators make of them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.frames import Frame
from schemalint.frontends.python_interpreter.values import (
    Arguments,
    PythonObject,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter
    from schemalint.frontends.python_interpreter.objects import ClassObject
    from schemalint.frontends.python_source.parse import Module

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class Function(PythonObject):
    """A function of the program. `defaults` were worked out where it is defined."""

    __slots__ = ("attributes", "defaults", "frame", "keyword_defaults", "kind", "name", "node", "owner")

    def __init__(
        self, node: FunctionNode, frame: Frame, defaults: list[Value], keyword_defaults: dict[str, Value]
    ) -> None:
        self.node = node
        self.frame = frame
        self.name = "<lambda>" if isinstance(node, ast.Lambda) else node.name
        self.defaults = defaults
        self.keyword_defaults = keyword_defaults
        self.kind = "function"
        self.owner: ClassObject | None = None
        self.attributes: dict[str, Value] = {}

    @property
    def module(self) -> Module:
        """The parsed file that it stands in."""
        return self.frame.module.source

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """What was set on it, its name, its docstring."""
        if name in self.attributes:
            return self.attributes[name]
        if name in ("__name__", "__qualname__"):
            return self.name
        if name == "__wrapped__":
            return self
        if name == "__get__":
            return Binder(self)
        if name == "__doc__" and not isinstance(self.node, ast.Lambda):
            return ast.get_docstring(self.node)
        return Unknown(f"the attribute {name} of a function")

    def set_attribute(self, interpreter: Interpreter, name: str, value: Value) -> None:
        """Functions take any attribute."""
        interpreter.record(self.attributes, name)
        self.attributes[name] = value

    def call(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        """Run the body."""
        return interpreter.run(self, arguments)


class BoundMethod(PythonObject):
    """A function together with what it is called on."""

    __slots__ = ("function", "receiver")

    def __init__(self, function: Value, receiver: Value) -> None:
        self.function = function
        self.receiver = receiver

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """That of the function."""
        if name == "__func__":
            return self.function
        return self.receiver if name == "__self__" else interpreter.attribute(self.function, name)

    def call(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        """The function's, with the receiver first."""
        given = [self.receiver, *arguments.positional]
        return interpreter.called(
            self.function,
            Arguments(
                positional=given,
                keywords=arguments.keywords,
                site=arguments.site,
                complete=arguments.complete,
            ),
        )


class Wrapped(PythonObject):
    """What `staticmethod`, `classmethod`, `property` and the like make of a function: `kind` says which."""

    __slots__ = ("function", "kind")

    def __init__(self, kind: str, function: Value) -> None:
        self.kind = kind
        self.function = function

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """`@x.setter` and its likes leave the property as it is."""
        if name == "__get__":
            return Binder(self)
        if name in ("fget", "__func__", "__wrapped__"):
            return self.function
        if name in (
            "setter",
            "getter",
            "deleter",
            "expression",
            "comparator",
            "inplace",
            "update_expression",
        ):
            return Wrapper("same", self)
        return interpreter.attribute(self.function, name)

    def call(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        """A decorator with arguments is given its function now; otherwise the function is called."""
        return interpreter.called(self.function, arguments)


class Binder(PythonObject):
    """`function.__get__`: binds a function or a class method by hand."""

    __slots__ = ("function",)

    def __init__(self, function: Value) -> None:
        self.function = function

    def call(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        """`__get__(receiver, owner)`."""
        receiver, owner = arguments.get(0, "instance"), arguments.get(1, "owner")
        if isinstance(self.function, Wrapped):
            if self.function.kind == "static":
                return self.function.function
            return BoundMethod(self.function.function, owner if self.function.kind == "class" else receiver)
        return BoundMethod(self.function, receiver) if receiver is not None else self.function


class Wrapper(PythonObject):
    """A decorator whose result is `Wrapped`, or (kind "same") a value that is there already."""

    __slots__ = ("kind", "value")

    def __init__(self, kind: str, value: Value = None) -> None:
        self.kind = kind
        self.value = value

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """`declared_attr.directive`, `declared_attr.cascading`."""
        return self if name in ("directive", "cascading") else Unknown(f"the attribute {name}")

    def call(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        """The decorated function."""
        if self.kind == "same":
            return self.value
        if not arguments.positional:
            return self
        return Wrapped(self.kind, arguments.positional[0])
