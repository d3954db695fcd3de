"""What a Python value is while a program is run on paper.

Constants, lists, tuples, dictionaries and sets stand for themselves. Everything else is a `PythonObject`:
what the program defines (functions, classes, instances, modules: `objects`), what a front end supplies
(schema items, a connection, …), names from packages that are not read (`External`), and `Unknown`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from schemalint.frontends.python_source.parse import Module
from schemalint.source import Span

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

Value = Any
"""See the module's docstring."""

CONSTANTS = (type(None), bool, int, float, complex, str, bytes, timedelta, Decimal, type(...))
CONTAINERS = (list, tuple, dict, set, frozenset)


class Searched(list[Any]):
    """A list that notes in `missed` what was looked for in it and is not there."""

    def __init__(self, elements: Iterable[Value], missed: dict[str, None]) -> None:
        super().__init__(elements)
        self.missed = missed


class Missing:
    """The answer where there is no such attribute."""


MISSING = Missing()


class Site(Struct, frozen=True, eq=False):
    """A place in the sources: the node of a call, mostly.

    `caller` is the call, in another module, of the function that the node is in: what a function does that
    others share is the doing of who calls it.
    """

    module: Module
    node: ast.AST
    caller: Site | None = None

    @property
    def span(self) -> Span:
        """The place, in characters of its file; of a class or function, as far as its name."""
        if self.caller is not None:
            return self.caller.span
        if isinstance(self.node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            return self.module.header_span(self.node)
        return self.module.span(self.node)


class Arguments(Struct, frozen=True, eq=False, kw_only=True):
    """What a call passes. `complete` is False where `*` or `**` passes on what is unknown."""

    positional: list[Value]
    keywords: dict[str, Value] = {}
    site: Site
    complete: bool = True

    def get(self, position: int, keyword: str, default: Value = None) -> Value:
        """An argument that may be given by position or by keyword; a position below 0 is none."""
        if keyword in self.keywords:
            return self.keywords[keyword]
        return self.positional[position] if 0 <= position < len(self.positional) else default

    def without_first(self) -> Arguments:
        """The same without the first positional argument."""
        return Arguments(
            positional=self.positional[1:], keywords=self.keywords, site=self.site, complete=self.complete
        )


class PythonObject:
    """An object that is no plain constant or container. What is not overridden is unknown."""

    __slots__ = ()

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """`self.name`; MISSING where there is certainly none."""
        return Unknown(f"the attribute {name}")

    def set_attribute(self, interpreter: Interpreter, name: str, value: Value) -> None:
        """`self.name = value`."""

    def call(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        """`self(…)`."""
        return Unknown("a call of what is unknown")

    def item(self, interpreter: Interpreter, key: Value) -> Value:
        """`self[key]`."""
        return Unknown("an element of what is unknown")

    def set_item(self, interpreter: Interpreter, key: Value, value: Value) -> None:
        """`self[key] = value`."""

    def items(self, interpreter: Interpreter) -> list[Value] | Unknown:
        """What iterating gives, all of it."""
        return Unknown("a loop over what is unknown")

    def truth(self, interpreter: Interpreter) -> bool | Unknown:
        """`bool(self)`."""
        return True

    def binary(self, interpreter: Interpreter, operator: str, other: Value, *, reflected: bool) -> Value:
        """`self operator other`, or `other operator self`; NotImplemented where it says nothing."""
        return NotImplemented

    def unary(self, interpreter: Interpreter, operator: str) -> Value:
        """`not self` is asked of `truth`; this is `-`, `+` and `~`."""
        return Unknown(f"the operator {operator}")

    def contains(self, interpreter: Interpreter, value: Value) -> Value:
        """`value in self`."""
        found = self.items(interpreter)
        if isinstance(found, Unknown):
            return found
        return any(value is item or (is_known(value) and is_known(item) and value == item) for item in found)

    def enter(self, interpreter: Interpreter, body: Callable[[Value], None]) -> None:
        """`with self as value: body`."""
        body(self)

    def merged(self, other: Value) -> Value:
        """The one value for what is either this or the other; None where there is none."""
        return None


class Unknown(PythonObject):
    """Nothing is known of it; `reason` finishes the sentence "not understood: …".

    `about_catalog` marks what only the state of the database decides, such as whether a column exists.
    """

    __slots__ = ("about_catalog", "reason")

    def __init__(
        self, reason: str = "a value that is computed at run time", *, about_catalog: bool = False
    ) -> None:
        self.reason = reason
        self.about_catalog = about_catalog

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """Unknown for the same reason."""
        return self

    def call(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        """Unknown for the same reason; functions that are passed may be called."""
        interpreter.passed_to_unknown(self, arguments)
        return self

    def item(self, interpreter: Interpreter, key: Value) -> Value:
        """Unknown for the same reason."""
        return self

    def items(self, interpreter: Interpreter) -> list[Value] | Unknown:
        """Unknown for the same reason."""
        return self

    def truth(self, interpreter: Interpreter) -> bool | Unknown:
        """Unknown for the same reason."""
        return self

    def binary(self, interpreter: Interpreter, operator: str, other: Value, *, reflected: bool) -> Value:
        """Unknown for the same reason; text with it is known in part."""
        if operator == "+" and isinstance(other, str):
            return PartialText(other + HOLE if reflected else HOLE + other, self)
        return self

    def unary(self, interpreter: Interpreter, operator: str) -> Value:
        """Unknown for the same reason."""
        return self

    def contains(self, interpreter: Interpreter, value: Value) -> Value:
        """Unknown for the same reason."""
        return self


HOLE = "\ufffc"
"""Stands in text for a part that is unknown."""

_LEAVES_TEXT = frozenset(
    {"strip", "lstrip", "rstrip", "lower", "upper", "format", "replace", "encode", "expandtabs"}
)


class PartialText(Unknown):
    """A string of which only parts are known; `text` has a HOLE for each of the others."""

    __slots__ = ("text",)

    def __init__(self, text: str, unknown: Unknown) -> None:
        super().__init__(unknown.reason, about_catalog=unknown.about_catalog)
        self.text = text

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """Methods that change little give the same text."""
        if name in _LEAVES_TEXT:
            return Native(f"str.{name}", lambda machine, arguments: self)
        return Unknown(self.reason, about_catalog=self.about_catalog)

    def binary(self, interpreter: Interpreter, operator: str, other: Value, *, reflected: bool) -> Value:
        """More text before or behind it."""
        if operator == "+" and isinstance(other, str | Unknown):
            piece = text_of(other)
            if len(piece) + len(self.text) > _MOST_CHARACTERS:
                return Unknown(self.reason, about_catalog=self.about_catalog)
            return PartialText(piece + self.text if reflected else self.text + piece, self)
        if operator == "%":
            return self
        return Unknown(self.reason, about_catalog=self.about_catalog)


def text_of(value: Value) -> str:
    """A piece of text, with a HOLE for what is unknown."""
    if isinstance(value, str):
        return value
    return value.text if isinstance(value, PartialText) else HOLE


class Rest(PythonObject):
    """Within a list, dictionary or set: that more elements than those written may be there."""

    __slots__ = ("unknown",)

    def __init__(self, unknown: Unknown) -> None:
        self.unknown = unknown


class External(PythonObject):
    """A name of a package that is not among the project's files, by the name under which it was imported."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """What is known of `package.name`, or that name."""
        return interpreter.external(f"{self.name}.{name}")

    def call(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        """The result is unknown; functions that are passed may be called."""
        unknown = Unknown(f"what {self.name} gives")
        interpreter.passed_to_unknown(unknown, arguments, callee=self.name)
        return unknown

    def item(self, interpreter: Interpreter, key: Value) -> Value:
        """A type with arguments."""
        return Alias(self, key if isinstance(key, tuple) else (key,))

    def items(self, interpreter: Interpreter) -> list[Value] | Unknown:
        """Unknown."""
        return Unknown(f"the elements of {self.name}")

    def truth(self, interpreter: Interpreter) -> bool | Unknown:
        """Modules, classes and functions are true, flags may not be."""
        return Unknown(f"whether {self.name} is true")

    def binary(self, interpreter: Interpreter, operator: str, other: Value, *, reflected: bool) -> Value:
        """`A | B` of types is a union."""
        if operator == "|":
            return Alias(External("typing.Union"), (other, self) if reflected else (self, other))
        return Unknown(f"what {self.name} is worth")


class Alias(PythonObject):
    """A type with arguments: `Mapped[int]`, `dict[str, int]`, `int | None`."""

    __slots__ = ("arguments", "origin")

    def __init__(self, origin: Value, arguments: tuple[Value, ...]) -> None:
        self.origin = origin
        self.arguments = arguments

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """Attributes are those of the origin."""
        return interpreter.attribute(self.origin, name)

    def call(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        """The call of the origin: `list[int]()`."""
        return interpreter.called(self.origin, arguments)

    def binary(self, interpreter: Interpreter, operator: str, other: Value, *, reflected: bool) -> Value:
        """`A[B] | C` is a union."""
        if operator == "|":
            return Alias(External("typing.Union"), (other, self) if reflected else (self, other))
        return NotImplemented


NativeCall = Callable[["Interpreter", Arguments], Value]


class Native(PythonObject):
    """A function whose behaviour is known and not read from source."""

    __slots__ = ("function", "name")

    def __init__(self, name: str, function: NativeCall) -> None:
        self.name = name
        self.function = function

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """Functions have a name; the rest is unknown."""
        return self.name.rpartition(".")[2] if name == "__name__" else Unknown(f"the attribute {name}")

    def call(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        """The known behaviour."""
        return self.function(interpreter, arguments)


_MOST_CHARACTERS = 2_000_000
"""In what is known through and through; more is not worth to be shown, compared or looked at."""

_CHARACTERS_OF_ELEMENT = 20


def is_known(value: Value) -> bool:
    """Whether a value is a constant through and through, and not too large for Python to work with.

    What a container holds twice counts twice, since it is shown and compared twice: sixty lists of which each
    holds the one before twice are few objects, and more elements than any machine can count.
    """
    if isinstance(value, CONSTANTS):
        return True
    if not isinstance(value, CONTAINERS):
        return False
    waiting: list[Value] = [value]
    room = _MOST_CHARACTERS
    while waiting and room >= 0:
        current = waiting.pop()
        if isinstance(current, str | bytes):
            room -= len(current)
        elif isinstance(current, CONTAINERS):
            room -= (len(current) + 1) * _CHARACTERS_OF_ELEMENT
            waiting += current
            if isinstance(current, dict):
                waiting += current.values()
        elif not isinstance(current, CONSTANTS):
            return False
    return room >= 0


def elements_within(value: tuple[Value, ...], most: int) -> int:
    """The elements of a tuple and of the tuples in it, each time that they occur; counted up to `most`."""
    waiting, found = [value], 0
    while waiting and found <= most:
        current = waiting.pop()
        found += len(current)
        waiting += [element for element in current if type(element) is tuple]
    return found


def first_unknown(value: Value) -> Unknown | None:
    """Something unknown in a value, if there is."""
    waiting: list[Value] = [value]
    seen: set[int] = set()
    while waiting:
        current = waiting.pop()
        if isinstance(current, Unknown):
            return current
        if isinstance(current, Rest):
            return current.unknown
        if isinstance(current, CONTAINERS) and id(current) not in seen:
            seen.add(id(current))
            waiting += current
            if isinstance(current, dict):
                waiting += current.values()
    return None


def rest_of(container: Value) -> Unknown | None:
    """What makes the number of elements of a container uncertain, if anything does."""
    for element in container if isinstance(container, CONTAINERS) else ():
        if isinstance(element, Rest):
            return element.unknown
    return None
