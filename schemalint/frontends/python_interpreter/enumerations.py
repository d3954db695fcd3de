"""Enumerations: their members, which name the labels of enum columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.functions import BoundMethod, Function, Wrapped
from schemalint.frontends.python_interpreter.objects import ClassObject, NativeClass
from schemalint.frontends.python_interpreter.signals import Raised
from schemalint.frontends.python_interpreter.values import (
    MISSING,
    Arguments,
    Native,
    PythonObject,
    Site,
    Unknown,
    Value,
    is_known,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


_SHOWN_AS_VALUES = frozenset({"enum.StrEnum", "enum.IntEnum", "enum.IntFlag", "enum.ReprEnum"})


class Automatic(PythonObject):
    """`enum.auto()`, before it is given a value."""

    __slots__ = ()

    def call(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        """Itself."""
        return self


AUTO = Automatic()


class EnumMember(PythonObject):
    """A member of an enumeration of the program."""

    __slots__ = ("attributes", "cls", "name", "value")

    def __init__(self, cls: ClassObject, name: str, value: Value) -> None:
        self.cls = cls
        self.name = name
        self.value = value
        self.attributes: dict[str, Value] = {}

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """Its name, its value, and what its class defines."""
        if name in self.attributes:
            return self.attributes[name]
        if name in ("name", "_name_"):
            return self.name
        if name in ("value", "_value_"):
            return self.value
        if name == "__class__":
            return self.cls
        if name == "__str__":
            return self._shown()
        value, _ = self.cls.find(name)
        if isinstance(value, Function):
            return BoundMethod(value, self)
        if isinstance(value, Wrapped) and value.kind == "property":
            return interpreter.called(value.function, Arguments(positional=[self], site=self.cls.site))
        if value is not MISSING:
            return value
        return interpreter.attribute(self.value, name) if self._is_mixed() else MISSING

    def set_attribute(self, interpreter: Interpreter, name: str, value: Value) -> None:
        """What `__init__` of the enumeration keeps on its members."""
        interpreter.record(self.attributes, name)
        self.attributes[name] = value

    def plain(self) -> Value:
        """The value that a member is besides being a member, or the member itself."""
        return self.value if self._is_mixed() else self

    def _is_mixed(self) -> bool:
        """Whether members are also plain values: `class X(str, Enum)`."""
        return any(
            native.name in ("builtins.str", "builtins.int", "enum.StrEnum", "enum.IntEnum", "enum.IntFlag")
            for native in self.cls.natives()
        )

    def _shown(self) -> Value:
        """`str(member)` since Python 3.11, where members of some classes look like plain values."""
        kinds = {native.name for native in self.cls.natives()}
        if kinds & _SHOWN_AS_VALUES and isinstance(self.value, str | int):
            return str(self.value)
        return f"{self.cls.name}.{self.name}"

    def binary(self, interpreter: Interpreter, operator: str, other: Value, *, reflected: bool) -> Value:
        """Members are equal to themselves, and to their value where they are plain values too."""
        if isinstance(other, EnumMember) and operator in ("==", "!="):
            same = other is self or (other.cls is self.cls and other.name == self.name)
            return same if operator == "==" else not same
        if operator in ("==", "!=") and is_known(other):
            same = self._is_mixed() and self.value == other
            return same if operator == "==" else not same
        return NotImplemented


class Enumeration(NativeClass):
    """`enum.Enum` and its kin."""

    __slots__ = ()

    def subclassed(self, interpreter: Interpreter, cls: ClassObject, keywords: dict[str, Value]) -> None:
        """Plain values of the class body become members; those of the bases are there already."""
        if "__members__" in cls.variables:
            return
        members: dict[Value, EnumMember] = {}
        number = 0
        of_strings = any(base.name == "enum.StrEnum" for base in cls.natives())
        for name, given in list(cls.variables.items()):
            if name.startswith("_") or isinstance(given, Function | Wrapped | Native | ClassObject):
                continue
            value = given
            if isinstance(given, Automatic):
                value = name.lower() if of_strings else number + 1
            if isinstance(value, int) and not isinstance(value, bool):
                number = value
            alias = next(
                (
                    member
                    for member in members.values()
                    if is_known(value) and is_known(member.value) and member.value == value
                ),
                None,
            )
            member = alias or EnumMember(cls, name, value)
            cls.variables[name] = member
            if alias is None:
                members[name] = member
        cls.variables["__members__"] = members
        initialize, _ = cls.find("__init__")
        if isinstance(initialize, Function):
            for member in members.values():
                given = member.value if isinstance(member.value, tuple) else (member.value,)
                interpreter.called(initialize, Arguments(positional=[member, *given], site=cls.site))

    def construct(self, interpreter: Interpreter, arguments: Arguments, cls: ClassObject | None) -> Value:
        """The member of a value; or a new enumeration from names."""
        if cls is None:
            return _functional(interpreter, arguments)
        members = cls.variables.get("__members__")
        wanted = arguments.get(0, "value")
        if isinstance(wanted, Unknown) or not isinstance(members, dict):
            return Unknown(f"a member of {cls.name}")
        for member in members.values():
            if isinstance(member, EnumMember) and (
                member is wanted or (is_known(wanted) and member.value == wanted)
            ):
                return member
        raise Raised("builtins.ValueError", wanted)


def _functional(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`Enum("Name", "a b c")`."""
    name, names = arguments.get(0, "value"), arguments.get(1, "names")
    if isinstance(names, str):
        names = names.replace(",", " ").split()
    pairs: list[tuple[Value, Value]]
    if isinstance(names, dict):
        pairs = list(names.items())
    else:
        items = interpreter.items(names)
        if isinstance(items, Unknown):
            return items
        pairs = [
            (item[0], item[1]) if isinstance(item, tuple | list) and len(item) == 2 else (item, place)
            for place, item in enumerate(items, 1)
        ]
    if not isinstance(name, str) or not all(isinstance(key, str) for key, _ in pairs):
        return Unknown("an enumeration")
    frame = interpreter.frame_of(arguments.site)
    cls = ClassObject(
        name,
        [ENUMERATIONS["enum.Enum"]],
        dict(pairs),
        frame,
        Site(arguments.site.module, arguments.site.node),
    )
    ENUMERATIONS["enum.Enum"].subclassed(interpreter, cls, {})
    return cls


_STRINGS = Enumeration("enum.StrEnum")

ENUMERATIONS: dict[str, NativeClass] = {
    **{
        f"enum.{name}": Enumeration(f"enum.{name}")
        for name in ("Enum", "IntEnum", "Flag", "IntFlag", "ReprEnum")
    },
    "enum.StrEnum": _STRINGS,
    "strenum.StrEnum": _STRINGS,
    "backports.strenum.StrEnum": _STRINGS,
}
