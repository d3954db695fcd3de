"""Python's builtin functions that ask a value what it is and has: `isinstance`, `getattr`, `dir`, …."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.builtin_classes import BuiltinClass
from schemalint.frontends.python_interpreter.functions import BoundMethod, Function
from schemalint.frontends.python_interpreter.namespaces import ModuleObject
from schemalint.frontends.python_interpreter.objects import ClassObject, Instance, NativeClass
from schemalint.frontends.python_interpreter.signals import Raised
from schemalint.frontends.python_interpreter.values import (
    CONSTANTS,
    MISSING,
    Alias,
    Arguments,
    External,
    Native,
    PythonObject,
    Unknown,
    Value,
    first_unknown,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


def _is_instance(interpreter: Interpreter, arguments: Arguments) -> Value:
    value, kinds = arguments.get(0, "obj"), arguments.get(1, "class_or_tuple")
    if isinstance(value, Unknown):
        return value
    answers = [_holds(value, kind) for kind in _classes(kinds)]
    if True in answers:
        return True
    return Unknown("the class of a value") if None in answers else False


def _classes(kinds: Value) -> list[Value]:
    if isinstance(kinds, tuple | list):
        return [inner for kind in kinds for inner in _classes(kind)]
    if isinstance(kinds, Alias):
        return [inner for kind in kinds.arguments for inner in _classes(kind)]
    return [kinds]


def _holds(value: Value, kind: Value) -> bool | None:
    if isinstance(kind, BuiltinClass):
        return kind.holds(value)
    if isinstance(value, Instance) and isinstance(kind, ClassObject | External | NativeClass):
        return value.cls.is_subclass(kind)
    if isinstance(kind, NativeClass):
        holds = getattr(kind, "holds", None)
        return holds(value) if holds is not None else None
    if isinstance(value, CONSTANTS) or not isinstance(value, PythonObject):
        return None if isinstance(kind, Unknown) else False
    if isinstance(value, Function | BoundMethod | ModuleObject | ClassObject):
        return False if isinstance(kind, ClassObject) else None
    return None


def _is_subclass(interpreter: Interpreter, arguments: Arguments) -> Value:
    cls, kinds = arguments.get(0, "cls"), arguments.get(1, "class_or_tuple")
    if not isinstance(cls, ClassObject):
        return cls is kinds or Unknown("the bases of a class")
    answers = [cls.is_subclass(kind) for kind in _classes(kinds)]
    if True in answers:
        return True
    return Unknown("the bases of a class") if None in answers else False


def _get_attribute(interpreter: Interpreter, arguments: Arguments) -> Value:
    owner, name = arguments.get(0, "object"), arguments.get(1, "name")
    if not isinstance(name, str):
        return first_unknown(name) or Unknown("an attribute")
    value = interpreter.attribute(owner, name)
    if value is MISSING:
        if len(arguments.positional) > 2:
            return arguments.positional[2]
        raise Raised("builtins.AttributeError", name)
    return value


def _has_attribute(interpreter: Interpreter, arguments: Arguments) -> Value:
    owner, name = arguments.get(0, "obj"), arguments.get(1, "name")
    if not isinstance(name, str):
        return first_unknown(name) or Unknown("an attribute")
    value = interpreter.attribute(owner, name)
    return value if isinstance(value, Unknown) else value is not MISSING


def _set_attribute(interpreter: Interpreter, arguments: Arguments) -> Value:
    owner, name = arguments.get(0, "obj"), arguments.get(1, "name")
    if isinstance(owner, PythonObject) and isinstance(name, str):
        owner.set_attribute(interpreter, name, arguments.get(2, "value"))
    return None


def _callable(interpreter: Interpreter, arguments: Arguments) -> Value:
    value = arguments.get(0, "obj")
    if isinstance(value, Function | BoundMethod | Native | ClassObject | NativeClass):
        return True
    return Unknown("whether it can be called") if isinstance(value, PythonObject) else False


def _directory(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`dir(…)`: what the program itself gives a class or an instance."""
    value = arguments.get(0, "object")
    names: set[str] = set()
    if isinstance(value, Instance):
        names.update(value.attributes)
        value = value.cls
    if not isinstance(value, ClassObject):
        return Unknown("what dir gives")
    for cls in value.order:
        if isinstance(cls, ClassObject):
            names.update(cls.variables)
    return sorted(names)


def _variables(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`vars(…)`: what the program itself gives a class or an instance, with values."""
    value = arguments.get(0, "object")
    if not isinstance(value, ClassObject | Instance | NativeClass):
        return Unknown("what vars gives")
    found = interpreter.attribute(value, "__dict__")
    return found if isinstance(found, dict) else Unknown("what vars gives")


ASKING: dict[str, Callable[[Interpreter, Arguments], Value]] = {
    "isinstance": _is_instance,
    "issubclass": _is_subclass,
    "getattr": _get_attribute,
    "hasattr": _has_attribute,
    "setattr": _set_attribute,
    "callable": _callable,
    "dir": _directory,
    "vars": _variables,
}
"""By the name that a program calls each by."""
