"""`@compiles(SomeType, "sqlite")`: the program says itself what a type is called in a database.

Source: `sqlalchemy/ext/compiler.py`: what is said of a class holds for those that are made of it, and what is
said without the name of a dialect for all dialects of which nothing is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.objects import ClassObject
from schemalint.frontends.python_interpreter.signals import Signal
from schemalint.frontends.python_interpreter.values import (
    Arguments,
    Native,
    PythonObject,
    Site,
    Unknown,
    Value,
)
from schemalint.frontends.sqlalchemy_constructs.dialect_objects import DialectObject
from schemalint.frontends.sqlalchemy_constructs.effects import SQLALCHEMY_NAMES, effects_of
from schemalint.frontends.sqlalchemy_constructs.types import TypeClass, TypeObject, as_type
from schemalint.knowledge.dialects import Dialect

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

COMPILED = "compiled"
"""The package of a type whose name is what a function of the program made of it."""


def compiles(interpreter: Interpreter, arguments: Arguments) -> Value:
    """The decorator, which leaves its function as it is."""

    def decorate(machine: Interpreter, given: Arguments) -> Value:
        function = given.get(0, "fn")
        cls = arguments.get(0, "class_")
        if isinstance(cls, ClassObject | TypeClass):
            names = [name for name in arguments.positional[1:] if isinstance(name, str)]
            for name in names or [""]:
                effects_of(machine).compilers.append((cls, name, function, given.site))
        return function

    return Native("sqlalchemy.ext.compiler.compiles", decorate)


COMPILES: dict[str, Value] = {
    "sqlalchemy.ext.compiler.compiles": Native("sqlalchemy.ext.compiler.compiles", compiles)
}


def compiled(interpreter: Interpreter, value: TypeObject, dialect: Dialect) -> TypeObject | None:
    """The type as the program's function names it; None where there is no function for it."""
    said = _said(interpreter, value, SQLALCHEMY_NAMES[dialect])
    if said is None:
        return None
    function, site = said
    arguments = Arguments(positional=[value, _Compiler(value, dialect)], site=site)
    try:
        found = interpreter.called(function, arguments)
    except Signal:
        return None
    if isinstance(found, str):
        return TypeObject(found, [], {}, package=COMPILED, site=site)
    return found if isinstance(found, TypeObject) else TypeObject("NullType", [], {}, site=site)


def _said(interpreter: Interpreter, value: TypeObject, dialect: str) -> tuple[Value, Site] | None:
    """What was said last for the dialect, or else for all of them, of the nearest class that has any."""
    said = effects_of(interpreter).compilers
    order: list[Value] = [TypeClass(value.name, value.package)] if value.cls is None else value.cls.order
    for cls in order if said else ():
        found = {name: (function, site) for other, name, function, site in said if _is_same(cls, other)}
        if found:
            return found.get(dialect, found.get(""))
    return None


def _is_same(one: Value, other: Value) -> bool:
    if isinstance(one, TypeClass) and isinstance(other, TypeClass):
        return (one.short, one.package) == (other.short, other.package)
    return one is other


class _Compiler(PythonObject):
    """The compiler of types that a function is given: what it would write is passed on as a type."""

    __slots__ = ("dialect", "value")

    def __init__(self, value: TypeObject, dialect: Dialect) -> None:
        self.value = value
        self.dialect = dialect

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """`visit_…`, by the name that SQLAlchemy has for a type, `process` and `dialect`."""
        if name == "dialect":
            return DialectObject(self.dialect)
        if name.startswith("visit_"):
            short = name.removeprefix("visit_")
            return Native(f"compiler.{name}", lambda machine, given: self._visited(machine, given, short))
        if name == "process":
            return Native("compiler.process", lambda machine, given: as_type(machine, given.get(0, "type_")))
        return Unknown(f"{name} of a compiler of types")

    def _visited(self, interpreter: Interpreter, arguments: Arguments, short: str) -> Value:
        given = as_type(interpreter, arguments.get(0, "type_"))
        if given is None:
            return Unknown("what a compiler is given")
        return TypeObject(short, given.arguments, given.keywords, site=given.site)
