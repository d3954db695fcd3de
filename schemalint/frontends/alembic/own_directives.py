"""Directives that a project registers with `Operations.register_operation`, and what they invoke."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from schemalint.frontends.alembic.operation_objects import OperationObject
from schemalint.frontends.python_interpreter.objects import ClassObject, Instance, NativeClass
from schemalint.frontends.python_interpreter.values import (
    MISSING,
    Arguments,
    Native,
    PythonObject,
    Unknown,
    Value,
)
from schemalint.frontends.sqlalchemy_constructs.connection import account_of
from schemalint.operations import Opaque

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


class OwnDirectives:
    """What a project registers: the methods that are called, and what they invoke, by classes."""

    def __init__(self) -> None:
        self._methods: dict[str, tuple[Value, str]] = {}
        self._implementations: list[tuple[Value, Value]] = []

    def adopt(self, other: OwnDirectives) -> None:
        """Take over what is registered with another."""
        self._methods |= other._methods
        self._implementations += other._implementations

    def register(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        """`@Operations.register_operation("name", "method")` upon a class."""
        name = arguments.get(0, "name")
        method = arguments.get(1, "sourcename")

        def decorate(machine: Interpreter, given: Arguments) -> Value:
            cls = given.get(0, "op_cls")
            if isinstance(name, str):
                self._methods[name] = cls, method if isinstance(method, str) else name
            return cls

        return Native("register_operation", decorate)

    def implement(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        """`@Operations.implementation_for(Class)` upon a function."""
        cls = arguments.get(0, "op_cls")

        def decorate(machine: Interpreter, given: Arguments) -> Value:
            function = given.get(0, "fn")
            self._implementations.append((cls, function))
            return function

        return Native("implementation_for", decorate)

    def method(self, interpreter: Interpreter, name: str) -> Value:
        """What is called for a directive; MISSING if none of that name is registered."""
        if name not in self._methods:
            return MISSING
        cls, method = self._methods[name]
        return interpreter.attribute(cls, method)

    def implementation(self, operation: Value) -> Value:
        """The function that does an operation, by the nearest of its classes; MISSING if there is none."""
        order = operation.cls.order if isinstance(operation, Instance) else []
        for cls in order:
            for implemented, function in reversed(self._implementations):
                if implemented is cls:
                    return function
        return MISSING


def invoked(
    interpreter: Interpreter, own: OwnDirectives, operations: PythonObject, arguments: Arguments
) -> Value:
    """`op.invoke(operation)`: a directive as an object, or an operation of the project."""
    operation = arguments.get(0, "operation")
    if isinstance(operation, OperationObject):
        directive = interpreter.attribute(operations, operation.directive)
        return interpreter.called(directive, operation.arguments)
    function = own.implementation(operation)
    if function is MISSING:
        account_of(interpreter).emit(Opaque(reason="op.invoke", span=arguments.site.span))
        return Unknown("what op.invoke gives")
    given = Arguments(positional=[operations, operation], site=arguments.site)
    return interpreter.called(function, given)


def called(interpreter: Interpreter, method: Value, operations: PythonObject, arguments: Arguments) -> Value:
    """A directive of the project: its method is given the operations first."""
    given = replace(arguments, positional=[operations, *arguments.positional])
    return interpreter.called(method, given)


class OperationsClass(NativeClass):
    """`Operations(context)`, and `Operations.context(…)`."""

    __slots__ = ("operations", "own")

    def __init__(self, operations: PythonObject, own: OwnDirectives) -> None:
        super().__init__("alembic.operations.Operations")
        self.operations = operations
        self.own = own

    def construct(self, interpreter: Interpreter, arguments: Arguments, cls: ClassObject | None) -> Value:
        """The same `op`."""
        return self.operations

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """What registers directives."""
        if name == "register_operation":
            return Native(name, self.own.register)
        if name == "implementation_for":
            return Native(name, self.own.implement)
        return Unknown(f"Operations.{name}")
