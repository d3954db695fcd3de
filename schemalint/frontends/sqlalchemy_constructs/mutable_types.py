"""`sqlalchemy.ext.mutable`: types whose values tell of changes; to the database they are what they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.objects import ClassObject, NativeClass
from schemalint.frontends.python_interpreter.values import MISSING, Arguments, Native, Unknown, Value
from schemalint.frontends.sqlalchemy_constructs.types import as_type

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


class _MutableClass(NativeClass):
    """`MutableDict` and the like, of which a program may derive its own."""

    __slots__ = ()

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """`MutableDict.as_mutable(type)`."""
        own = _OWN.get(name, MISSING)
        return super().attribute(interpreter, name) if own is MISSING else own

    def inherited(self, interpreter: Interpreter, cls: ClassObject, name: str) -> Value:
        """The same by a class of the program."""
        return _OWN.get(name, MISSING)


def _as_mutable(interpreter: Interpreter, arguments: Arguments) -> Value:
    made = as_type(interpreter, arguments.get(0, "sqltype"))
    return made if made is not None else Unknown("a type that is mutable")


_OWN: dict[str, Value] = {
    "as_mutable": Native("Mutable.as_mutable", _as_mutable),
    "associate_with": Native("Mutable.associate_with", lambda interpreter, arguments: None),
}

MUTABLE_TYPES: dict[str, Value] = {
    f"sqlalchemy.ext.mutable.{name}": _MutableClass(f"sqlalchemy.ext.mutable.{name}")
    for name in ("Mutable", "MutableDict", "MutableList", "MutableSet")
}
"""The classes, by the paths that they are imported from."""
