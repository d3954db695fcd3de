"""What a program defines: functions, methods, classes, instances, modules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.frames import Frame
from schemalint.frontends.python_interpreter.functions import BoundMethod, Function, Wrapped, Wrapper
from schemalint.frontends.python_interpreter.signals import Raised
from schemalint.frontends.python_interpreter.values import (
    MISSING,
    Alias,
    Arguments,
    External,
    Missing,
    Native,
    PythonObject,
    Site,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


class NativeClass(PythonObject):
    """A class whose behaviour is known and not read from source; its instances are made by `construct`."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """A class attribute."""
        if name in ("__name__", "__qualname__"):
            return self.name.rpartition(".")[2]
        return MISSING

    def call(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        """A new instance."""
        return self.construct(interpreter, arguments, None)

    def construct(self, interpreter: Interpreter, arguments: Arguments, cls: ClassObject | None) -> Value:
        """A new instance of this class, or of the program's class `cls` that has it as a base."""
        return Unknown(f"an instance of {self.name}")

    def subclassed(self, interpreter: Interpreter, cls: ClassObject, keywords: dict[str, Value]) -> None:
        """The program has defined `cls` with this among its bases, the nearest or not."""

    def inherited(self, interpreter: Interpreter, cls: ClassObject, name: str) -> Value:
        """An attribute of the program's class `cls` that neither it nor its other bases have."""
        return MISSING

    def item(self, interpreter: Interpreter, key: Value) -> Value:
        """A type with arguments."""
        return Alias(self, key if isinstance(key, tuple) else (key,))

    def binary(self, interpreter: Interpreter, operator: str, other: Value, *, reflected: bool) -> Value:
        """`A | B` of types is a union."""
        if operator == "|":
            return Alias(External("typing.Union"), (other, self) if reflected else (self, other))
        return NotImplemented


class ClassObject(PythonObject):
    """A class of the program. `order` is its method resolution order, itself first.

    `annotation_places` tells how many names the body had bound where each annotation stands; `mapping` is
    what a front end that maps classes to tables keeps.
    """

    __slots__ = (
        "annotation_places",
        "annotations",
        "bases",
        "frame",
        "mapping",
        "metaclass",
        "name",
        "node",
        "order",
        "site",
        "variables",
    )

    def __init__(
        self, name: str, bases: list[Value], variables: dict[str, Value], frame: Frame, site: Site
    ) -> None:
        self.name = name
        self.bases = bases
        self.variables = variables
        self.frame = frame
        self.site = site
        self.node = site.node if isinstance(site.node, ast.ClassDef) else None
        self.annotations: dict[str, ast.expr] = {}
        self.annotation_places: dict[str, int] = {}
        self.mapping: Value = None
        self.metaclass: Value = None
        self.order: list[Value] = [self, *_linearized(bases)]

    def find(self, name: str) -> tuple[Value, Value]:
        """The value of an attribute as written, and the class that holds it; MISSING if none does."""
        for cls in self.order:
            if isinstance(cls, ClassObject) and name in cls.variables:
                return cls.variables[name], cls
        return MISSING, None

    def is_whole(self) -> bool:
        """Whether all bases are known, so that what is not found is not there."""
        return all(isinstance(base, ClassObject | NativeClass) for base in self.order)

    def natives(self) -> Iterator[NativeClass]:
        """The bases whose behaviour is known."""
        return (base for base in self.order if isinstance(base, NativeClass))

    def is_subclass(self, other: Value) -> bool | None:
        """Whether `other` is among the bases; None if some of them are unknown."""
        if any(base is other or _same_external(base, other) for base in self.order):
            return True
        return False if self.is_whole() else None

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """A class attribute, bound as Python binds it."""
        if name in ("__name__", "__qualname__"):
            return self.name
        if name == "__dict__":
            names = list(self.variables)
            return {one: interpreter.settled(self.variables[one], self.variables, one) for one in names}
        if name == "__annotations__":
            return Unknown("annotations")
        if name == "__class__":
            return External("builtins.type")
        if name == "__mro__":
            return tuple(self.order)
        if name == "mro":
            return Native(f"{self.name}.mro", lambda machine, given: list(self.order))
        if name == "__bases__":
            return tuple(self.bases)
        if name == "__module__":
            return self.frame.module.name
        value, holder = self.find(name)
        if value is not MISSING:
            value = interpreter.settled(value, holder.variables, name)
            return self._bound(interpreter, value, name)
        for native in self.natives():
            value = native.inherited(interpreter, self, name)
            if value is not MISSING:
                return value
        if self.is_whole():
            return MISSING
        return Unknown(f"the attribute {name} of {self.name}")

    def _bound(self, interpreter: Interpreter, value: Value, name: str) -> Value:
        if isinstance(value, Instance) and value.is_descriptor():
            return value.get(interpreter, None, self)
        if isinstance(value, Wrapped):
            if value.kind == "static":
                return value.function
            if value.kind == "class":
                return BoundMethod(value.function, self)
            if value.kind == "declared":
                return interpreter.declared(self, name, value)
            return Unknown(f"the attribute {name} of a class")
        return value

    def set_attribute(self, interpreter: Interpreter, name: str, value: Value) -> None:
        """Set on the class itself."""
        interpreter.record(self.variables, name)
        self.variables[name] = value
        for native in self.natives():
            hook = getattr(native, "attribute_set", None)
            if hook is not None:
                hook(interpreter, self, name, value)

    def call(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        """A new instance."""
        for native in self.natives():
            made = native.construct(interpreter, arguments, self)
            if not isinstance(made, Unknown):
                return made
        instance = Instance(self)
        if any(isinstance(base, Wrapper) and base.kind == "property" for base in self.order):
            instance.attributes["fget"] = arguments.get(0, "fget")
        initialize, holder = self.find("__init__")
        if initialize is not MISSING:
            initialize = interpreter.settled(initialize, holder.variables, "__init__")
            interpreter.called(BoundMethod(initialize, instance), arguments)
        elif self.is_whole():
            self._set_fields(interpreter, instance, arguments)
        return instance

    def _set_fields(self, interpreter: Interpreter, instance: Instance, arguments: Arguments) -> None:
        """What a dataclass does without being told."""
        fields = [
            name for cls in reversed(self.order) if isinstance(cls, ClassObject) for name in cls.annotations
        ]
        for name, value in zip(fields, arguments.positional, strict=False):
            instance.attributes[name] = value
        instance.attributes.update(arguments.keywords)

    def items(self, interpreter: Interpreter) -> list[Value] | Unknown:
        """The members of an enumeration."""
        members = self.variables.get("__members__")
        if isinstance(members, dict):
            return list(members.values())
        return Unknown(f"the elements of {self.name}")

    def item(self, interpreter: Interpreter, key: Value) -> Value:
        """A member of an enumeration by name; otherwise a class with type arguments."""
        members = self.variables.get("__members__")
        if isinstance(members, dict):
            if isinstance(key, str) and key in members:
                return members[key]
            if isinstance(key, Unknown):
                return key
            raise Raised("builtins.KeyError", key)
        return Alias(self, key if isinstance(key, tuple) else (key,))

    def binary(self, interpreter: Interpreter, operator: str, other: Value, *, reflected: bool) -> Value:
        """`A | B` of types is a union."""
        if operator == "|":
            return Alias(External("typing.Union"), (other, self) if reflected else (self, other))
        return NotImplemented


def _same_external(one: Value, other: Value) -> bool:
    return isinstance(one, External) and isinstance(other, External) and one.name == other.name


def _linearized(bases: list[Value]) -> list[Value]:
    """Python's order (C3) of everything inherited from; where there is none, some order."""
    plain = [base.origin if isinstance(base, Alias) else base for base in bases]
    sequences = [list(base.order) if isinstance(base, ClassObject) else [base] for base in plain]
    sequences.append(list(plain))
    merged: list[Value] = []
    while sequences := [sequence for sequence in sequences if sequence]:
        tails = [other for sequence in sequences for other in sequence[1:]]
        candidate = next(
            (sequence[0] for sequence in sequences if not any(sequence[0] is other for other in tails)),
            sequences[0][0],
        )
        merged.append(candidate)
        for sequence in sequences:
            sequence[:] = [other for other in sequence if other is not candidate]
    return merged


class Instance(PythonObject):
    """An instance of a class of the program."""

    __slots__ = ("attributes", "cls")

    def __init__(self, cls: ClassObject) -> None:
        self.cls = cls
        self.attributes: dict[str, Value] = {}

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """Its own attribute, or the class's, bound to it."""
        if name in self.attributes:
            return self.attributes[name]
        if name == "__class__":
            return self.cls
        if name == "__dict__":
            return self.attributes
        value, holder = self.cls.find(name)
        if value is MISSING:
            found = self.cls.attribute(interpreter, name)
            if found is MISSING and name[:2] != "__" and self.cls.find("__getattr__")[0] is not MISSING:
                return self._special(interpreter, "__getattr__", name)
            return BoundMethod(found, self) if isinstance(found, Function) else found
        value = interpreter.settled(value, holder.variables, name)
        if isinstance(value, Function):
            return BoundMethod(value, self)
        if isinstance(value, Instance) and value.is_descriptor():
            return value.get(interpreter, self, self.cls)
        if isinstance(value, Wrapped):
            if value.kind == "static":
                return value.function
            if value.kind == "class":
                return BoundMethod(value.function, self.cls)
            if value.kind in ("property", "hybrid"):
                site = Site(self.cls.site.module, self.cls.site.node)
                return interpreter.called(value.function, Arguments(positional=[self], site=site))
            return Unknown(f"the attribute {name}")
        return value

    def set_attribute(self, interpreter: Interpreter, name: str, value: Value) -> None:
        """Its own attribute."""
        interpreter.record(self.attributes, name)
        self.attributes[name] = value

    def is_descriptor(self) -> bool:
        """Whether its class says what an attribute of this value gives."""
        return self.cls.find("__get__")[0] is not MISSING

    def get(self, interpreter: Interpreter, receiver: Value, owner: ClassObject) -> Value:
        """`__get__`."""
        return self._special(interpreter, "__get__", receiver, owner)

    def _special(self, interpreter: Interpreter, name: str, *given: Value) -> Value:
        method = self.attribute(interpreter, name)
        if isinstance(method, Missing | Unknown):
            return Unknown(f"what {self.cls.name}.{name} gives")
        site = Site(self.cls.site.module, self.cls.site.node)
        return interpreter.called(method, Arguments(positional=list(given), site=site))

    def call(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        """`__call__`."""
        method = self.attribute(interpreter, "__call__")
        if isinstance(method, Missing):
            return Unknown(f"a call of an instance of {self.cls.name}")
        return interpreter.called(method, arguments)

    def item(self, interpreter: Interpreter, key: Value) -> Value:
        """`__getitem__`."""
        return self._special(interpreter, "__getitem__", key)

    def items(self, interpreter: Interpreter) -> list[Value] | Unknown:
        """`__iter__`."""
        found = self._special(interpreter, "__iter__")
        return found if isinstance(found, Unknown) else interpreter.items(found)

    def contains(self, interpreter: Interpreter, value: Value) -> Value:
        """`__contains__`."""
        return self._special(interpreter, "__contains__", value)


class SuperObject(PythonObject):
    """`super()`: attributes from the classes after `owner` in the order of the receiver's class."""

    __slots__ = ("owner", "receiver")

    def __init__(self, owner: ClassObject, receiver: Value) -> None:
        self.owner = owner
        self.receiver = receiver

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """The inherited attribute, bound to the receiver."""
        cls = getattr(self.receiver, "cls", self.receiver)
        if not isinstance(cls, ClassObject):
            return Unknown("super()")
        after = False
        for base in cls.order:
            if after and isinstance(base, ClassObject) and name in base.variables:
                value = interpreter.settled(base.variables[name], base.variables, name)
                if isinstance(value, Wrapped):
                    if value.kind == "declared":
                        return interpreter.declared(cls, name, value)
                    value = value.function
                return BoundMethod(value, self.receiver)
            after = after or base is self.owner
        for native in cls.natives():
            value = native.inherited(interpreter, cls, name)
            if value is not MISSING:
                if isinstance(value, Native) and not isinstance(self.receiver, Instance | ClassObject):
                    return BoundMethod(value, self.receiver)
                return value
        return Unknown(f"the inherited {name}")
