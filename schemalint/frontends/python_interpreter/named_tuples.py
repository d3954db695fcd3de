"""`typing.NamedTuple` and `collections.namedtuple`: tuples whose elements have names."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.objects import ClassObject, Instance, NativeClass
from schemalint.frontends.python_interpreter.values import (
    MISSING,
    Arguments,
    Native,
    Unknown,
    Value,
    first_unknown,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


class NamedTuple(tuple[Value, ...]):  # noqa: SLOT001 - a tuple takes none
    """An instance: a tuple that knows its class."""

    cls: ClassObject

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """An element by its name, or what the class has; MISSING where there is neither."""
        named = dict(zip(_fields(self.cls), self, strict=True))
        if name in named:
            return named[name]
        if name == "_asdict":
            return Native(name, lambda machine, given: named)
        if name == "_replace":
            return Native(
                name, lambda machine, given: _made(self.cls, list((named | given.keywords).values()))
            )
        own = Instance(self.cls)
        own.attributes = named
        return own.attribute(interpreter, name)


class NamedTupleClass(NativeClass):
    """`typing.NamedTuple`, the base of all such classes."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__("typing.NamedTuple")

    def construct(self, interpreter: Interpreter, arguments: Arguments, cls: ClassObject | None) -> Value:
        """An instance of a class; without one, `NamedTuple("Name", [("field", type)])`."""
        if cls is not None:
            return _instance(interpreter, arguments, cls)
        items = interpreter.items(arguments.get(1, "fields", []))
        if isinstance(items, Unknown):
            return items
        pairs = [interpreter.items(item) for item in items]
        return _class(
            interpreter, arguments, [pair[0] for pair in pairs if isinstance(pair, list) and pair], []
        )

    def inherited(self, interpreter: Interpreter, cls: ClassObject, name: str) -> Value:
        """The names of the elements, and another way to make one."""
        if name == "_fields":
            return tuple(_fields(cls))
        if name == "_make":
            return Native(name, lambda machine, given: _remade(machine, given, cls))
        return Unknown(f"{cls.name}.{name}") if hasattr(tuple, name) else MISSING


_BASE = NamedTupleClass()


def _fields(cls: ClassObject) -> list[str]:
    return [
        name
        for one in reversed(cls.order)
        if isinstance(one, ClassObject) and _BASE in one.bases
        for name in one.annotations
    ]


def _made(cls: ClassObject, values: list[Value]) -> NamedTuple:
    made = NamedTuple(values)
    made.cls = cls
    return made


def _instance(interpreter: Interpreter, arguments: Arguments, cls: ClassObject) -> Value:
    values = []
    for place, name in enumerate(_fields(cls)):
        value = arguments.get(place, name, MISSING)
        if value is MISSING and arguments.complete:
            default, holder = cls.find(name)
            value = default if default is MISSING else interpreter.settled(default, holder.variables, name)
        values.append(Unknown(f"{cls.name}.{name}") if value is MISSING else value)
    return _made(cls, values)


def _remade(interpreter: Interpreter, arguments: Arguments, cls: ClassObject) -> Value:
    items = interpreter.items(arguments.get(0, "iterable"))
    return (
        items
        if isinstance(items, Unknown)
        else _instance(interpreter, Arguments(positional=items, site=arguments.site), cls)
    )


def _class(
    interpreter: Interpreter, arguments: Arguments, fields: list[Value], defaults: list[Value]
) -> Value:
    """A class of named tuples with defaults for the last of its fields."""
    name = arguments.get(0, "typename")
    names = [field for field in fields if isinstance(field, str)]
    if not isinstance(name, str) or len(names) < len(fields):
        return first_unknown([name, fields]) or Unknown("a named tuple")
    variables = dict(zip(names[len(names) - len(defaults) :], defaults, strict=False))
    cls = ClassObject(name, [_BASE], variables, interpreter.frame_of(arguments.site), arguments.site)
    cls.annotations = {field: ast.Constant(None) for field in names}
    return cls


def _named_tuple(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`collections.namedtuple("Name", "field field", defaults=…)`."""
    given = arguments.get(1, "field_names")
    fields = given.replace(",", " ").split() if isinstance(given, str) else interpreter.items(given)
    defaults = interpreter.items(arguments.keywords.get("defaults") or [])
    if isinstance(fields, Unknown) or isinstance(defaults, Unknown):
        return first_unknown([fields, defaults]) or Unknown("a named tuple")
    return _class(interpreter, arguments, list(fields), defaults)


NAMED_TUPLES: dict[str, Value] = {
    "typing.NamedTuple": _BASE,
    "typing_extensions.NamedTuple": _BASE,
    "collections.namedtuple": Native("collections.namedtuple", _named_tuple),
}
