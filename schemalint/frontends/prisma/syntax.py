"""What a Prisma schema says, before anything in it means something: the nodes that the parser makes.

`start` and `end` are offsets into the text of the file. Nodes make no circles, so the garbage collector need
not look at them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

Arity = Literal["required", "optional", "list"]


class Word(Struct, frozen=True, gc=False):
    """A name, a path (`address.street`) or one of the words true, false and null."""

    text: str
    start: int
    end: int


class Text(Struct, frozen=True, gc=False):
    """A string literal, its escapes resolved."""

    text: str
    start: int
    end: int


class Number(Struct, frozen=True, gc=False):
    """A number, as written."""

    text: str
    start: int
    end: int


class Array(Struct, frozen=True, gc=False):
    """Values in square brackets."""

    items: tuple[Value, ...]
    start: int
    end: int


class Call(Struct, frozen=True, gc=False):
    """A function with its arguments (`now()`), or a field with options (`email(sort: Desc)`)."""

    name: str
    arguments: tuple[Argument, ...]
    start: int
    end: int

    def argument(self, name: str) -> Value | None:
        """The argument of that name."""
        for argument in self.arguments:
            if argument.name == name:
                return argument.value
        return None


class Object(Struct, frozen=True, gc=False):
    """Values by name in braces."""

    pairs: tuple[tuple[str, Value], ...]
    start: int
    end: int


Value = Word | Text | Number | Array | Call | Object


class Argument(Struct, frozen=True, gc=False):
    """An argument, named or (`name` is None) known by its place."""

    name: str | None
    value: Value


class Attribute(Struct, frozen=True, gc=False):
    """An attribute; its name is without the @ signs."""

    name: str
    arguments: tuple[Argument, ...]
    start: int
    end: int

    def argument(self, name: str, *, unnamed: bool = False) -> Value | None:
        """The argument of that name, or, with `unnamed`, else the first one that has no name."""
        for argument in self.arguments:
            if argument.name == name:
                return argument.value
        if unnamed:
            for argument in self.arguments:
                if argument.name is None:
                    return argument.value
        return None

    def text(self, name: str, *, unnamed: bool = False) -> str | None:
        """The same, if it is a string."""
        value = self.argument(name, unnamed=unnamed)
        return value.text if isinstance(value, Text) else None


class Field(Struct, frozen=True, gc=False):
    """A field of a model, view or composite type. `type` of an `Unsupported("…")` is what is in quotes."""

    name: str
    type: str
    arity: Arity
    unsupported: bool
    attributes: tuple[Attribute, ...]
    start: int
    end: int

    def attribute(self, name: str) -> Attribute | None:
        """The attribute of that name."""
        for attribute in self.attributes:
            if attribute.name == name:
                return attribute
        return None


class EnumValue(Struct, frozen=True, gc=False):
    """A value of an enum."""

    name: str
    attributes: tuple[Attribute, ...]
    start: int
    end: int


class Setting(Struct, frozen=True, gc=False):
    """A line `name = value` of a datasource or generator."""

    name: str
    value: Value
    start: int
    end: int


Line = Field | EnumValue | Setting | Attribute


class Block(Struct, frozen=True, gc=False):
    """A block. It runs from its keyword to behind its closing brace, its header to behind the opening one.

    `complete` is False where a line of it could not be read.
    """

    keyword: str
    name: str
    lines: tuple[Line, ...]
    start: int
    header_end: int
    end: int
    complete: bool = True

    @property
    def fields(self) -> Iterator[Field]:
        """The fields, in order."""
        return (line for line in self.lines if type(line) is Field)

    @property
    def attributes(self) -> Iterator[Attribute]:
        """The block attributes, in order."""
        return (line for line in self.lines if type(line) is Attribute)

    def attribute(self, name: str) -> Attribute | None:
        """The first block attribute of that name."""
        for line in self.lines:
            if type(line) is Attribute and line.name == name:
                return line
        return None

    def setting(self, name: str) -> Value | None:
        """The value of the setting of that name."""
        for line in self.lines:
            if type(line) is Setting and line.name == name:
                return line.value
        return None


class Problem(Struct, frozen=True, gc=False):
    """A syntax error: where, and what; `message` is a sentence without a full stop."""

    start: int
    end: int
    message: str


class Parsed(Struct, frozen=True, gc=False):
    """The blocks that could be read, and the first error of each piece that could not."""

    blocks: tuple[Block, ...]
    problems: tuple[Problem, ...] = ()
