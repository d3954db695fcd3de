"""Python's builtin classes, and the conversions that calling them does."""

from __future__ import annotations

import builtins as python
from collections.abc import Callable
from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.dictionary_methods import given_entries
from schemalint.frontends.python_interpreter.objects import ClassObject, Instance, NativeClass
from schemalint.frontends.python_interpreter.showing import shown
from schemalint.frontends.python_interpreter.signals import Raised
from schemalint.frontends.python_interpreter.values import (
    MISSING,
    Arguments,
    External,
    Native,
    PythonObject,
    Rest,
    Unknown,
    Value,
    first_unknown,
    is_known,
    rest_of,
)
from schemalint.frontends.python_source.limits import is_large
from schemalint.frontends.python_source.operator_tables import FAULTS

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

_MAXIMUM_RANGE = 20_000


class BuiltinClass(NativeClass):
    """`int`, `str`, `list`, an exception, …: a class of which plain values are instances."""

    __slots__ = ("make",)

    def __init__(self, name: str, make: Callable[[Interpreter, Arguments], Value] | None = None) -> None:
        super().__init__(f"builtins.{name}")
        self.make = make

    def construct(self, interpreter: Interpreter, arguments: Arguments, cls: ClassObject | None) -> Value:
        """The conversion; a subclass of the program gets an instance of its own."""
        if cls is not None or self.make is None:
            return Unknown(f"an instance of {self.name}")
        return self.make(interpreter, arguments)

    def inherited(self, interpreter: Interpreter, cls: ClassObject, name: str) -> Value:
        """What the program's subclass inherits is unknown, where there is such an attribute."""
        kind = getattr(python, self.name[9:])
        return Unknown(f"the attribute {name}") if hasattr(kind, name) else MISSING

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """A class attribute; `dict.fromkeys` is the one that is used."""
        if name == "fromkeys":
            return Native("dict.fromkeys", _from_keys)
        found = super().attribute(interpreter, name)
        return found if found is not MISSING else Unknown(f"{self.name}.{name}")

    def holds(self, value: Value) -> bool | None:
        """Whether a value is an instance; None if that is not known."""
        if isinstance(value, Unknown | External | Instance):
            return None if isinstance(value, Unknown | External) else value.cls.is_subclass(self)
        kind = getattr(python, self.name[9:])
        if kind is object:
            return True
        if kind is type:
            return isinstance(value, ClassObject | NativeClass)
        return False if isinstance(value, PythonObject) else isinstance(value, kind)


class ExceptionInstance(PythonObject):
    """An instance of one of Python's exceptions."""

    __slots__ = ("exception_name", "given")

    def __init__(self, name: str, given: list[Value]) -> None:
        self.exception_name = name
        self.given = given


def _from_keys(interpreter: Interpreter, arguments: Arguments) -> Value:
    items = interpreter.items(arguments.get(0, "iterable"))
    if isinstance(items, Unknown):
        return {Rest(items): items}
    return dict.fromkeys(items, arguments.get(1, "value"))


def list_of(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`list(…)`: what a value gives one by one; of an unknown value a list with an unknown rest."""
    if not arguments.positional:
        return []
    value = arguments.positional[0]
    if isinstance(value, list | tuple | set | frozenset | dict) and rest_of(value):
        return list(value)
    items = interpreter.items(value)
    return [Rest(items)] if isinstance(items, Unknown) else items


def _tuple(interpreter: Interpreter, arguments: Arguments) -> Value:
    return tuple(list_of(interpreter, arguments))


def _set(interpreter: Interpreter, arguments: Arguments) -> Value:
    try:
        return set(list_of(interpreter, arguments))
    except TypeError:
        return Unknown("a set of what is not hashable")


def _range(interpreter: Interpreter, arguments: Arguments) -> Value:
    numbers = [value for value in arguments.positional if isinstance(value, int)]
    if len(numbers) != len(arguments.positional) or not numbers:
        return first_unknown(arguments.positional) or Unknown("a range")
    try:
        found = range(*numbers)
    except (TypeError, ValueError):
        return Unknown("a range")
    return list(found) if len(found) <= _MAXIMUM_RANGE else Unknown("a long range")


def _boolean(interpreter: Interpreter, arguments: Arguments) -> Value:
    return interpreter.truth(arguments.get(0, "object", False))


def calculated(name: str) -> Callable[[Interpreter, Arguments], Value]:
    """A builtin that Python itself may calculate, of known plain values alone.

    What it raises is raised in the program.
    """
    function = getattr(python, name)

    def calculate(interpreter: Interpreter, arguments: Arguments) -> Value:
        given = list(arguments.positional)
        if len(given) == 1 and name in ("min", "max", "sum"):
            items = interpreter.items(given[0])
            if isinstance(items, Unknown):
                return items
            given = [items]
        if name == "str" and len(given) == 1 and isinstance(given[0], PythonObject):
            return shown(interpreter, given[0])
        if not is_known(given) or arguments.keywords.keys() - {"default", "base", "start"}:
            return first_unknown(given) or Unknown(f"what {name} gives")
        if any(isinstance(value, str) and len(value) > 4000 for value in given) and name in ("int", "float"):
            return Unknown("a number")
        try:
            value = function(*given, **arguments.keywords)
            return Unknown("a large number") if is_large(value) else value
        except (*FAULTS, RecursionError) as error:
            raise Raised(f"builtins.{type(error).__name__}", str(error)) from None

    return calculate


_MAKERS: dict[str, Callable[[Interpreter, Arguments], Value]] = {
    "list": list_of,
    "tuple": _tuple,
    "set": _set,
    "frozenset": _set,
    "dict": given_entries,
    "range": _range,
    "bool": _boolean,
    **{name: calculated(name) for name in ("str", "int", "float")},
}
_WITHOUT_MAKER = ("object", "bytes", "bytearray", "complex", "memoryview")


def _exception(name: str) -> BuiltinClass:
    full = f"builtins.{name}"
    return BuiltinClass(name, lambda interpreter, arguments: ExceptionInstance(full, arguments.positional))


def _type(interpreter: Interpreter, arguments: Arguments) -> Value:
    if len(arguments.positional) == 3:
        return interpreter.class_from(arguments)
    value = arguments.get(0, "object")
    if isinstance(value, Instance):
        return value.cls
    if isinstance(value, PythonObject):
        return Unknown("a class")
    return BUILTIN_CLASSES.get(type(value).__name__, Unknown("a class"))


BUILTIN_CLASSES: dict[str, Value] = {
    **{name: BuiltinClass(name, make) for name, make in _MAKERS.items()},
    "type": BuiltinClass("type", _type),
    **{name: BuiltinClass(name) for name in _WITHOUT_MAKER},
    **{
        name: _exception(name)
        for name, value in vars(python).items()
        if isinstance(value, type) and issubclass(value, BaseException)
    },
}
"""By the name that a program calls each by."""
