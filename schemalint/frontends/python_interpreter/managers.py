"""Context managers: those that the program writes as generators, and those that do nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter import calls
from schemalint.frontends.python_interpreter.functions import Function
from schemalint.frontends.python_interpreter.signals import Raised
from schemalint.frontends.python_interpreter.values import Arguments, PythonObject, Unknown, Value

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


class ContextManagerFunction(PythonObject):
    """What `contextlib.contextmanager` makes of a generator function."""

    __slots__ = ("function",)

    def __init__(self, function: Function) -> None:
        self.function = function

    def call(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        """The context manager of one call; the body of the function runs when it is entered."""
        return GeneratorContext(self.function, arguments)


class GeneratorContext(PythonObject):
    """A generator as a context manager."""

    __slots__ = ("arguments", "function")

    def __init__(self, function: Function, arguments: Arguments) -> None:
        self.function = function
        self.arguments = arguments

    def enter(self, interpreter: Interpreter, body: Callable[[Value], None]) -> None:
        """The body takes the place of the `yield`."""
        calls.run_around(interpreter, self.function, self.arguments, body)

    def call(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        """As a decorator it leaves what it decorates as it is."""
        return arguments.get(0, "func", Unknown("a context manager"))


class NullContext(PythonObject):
    """A context manager that does nothing, or hides exceptions."""

    __slots__ = ("suppresses", "value")

    def __init__(self, value: Value, *, suppresses: bool = False) -> None:
        self.value = value
        self.suppresses = suppresses

    def enter(self, interpreter: Interpreter, body: Callable[[Value], None]) -> None:
        """Run the body."""
        if not self.suppresses:
            body(self.value)
            return
        interpreter.attempts += 1
        try:
            body(self.value)
        except Raised:
            pass
        finally:
            interpreter.attempts -= 1
