"""Enumerations of the modules that the protocol buffer compiler writes, whose labels columns may have.

Such a module builds its names out of a serialized descriptor, so they are read from there, and nothing of it
is run (`descriptor.proto` and "Encoding" of the documentation of protocol buffers; `enum_type_wrapper.py` of
its Python package).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.values import Arguments, Native, PythonObject, Unknown, Value

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

GENERATED = "_pb2.py"
"""How the names of these modules end."""

_ENUMERATION, _NAME, _MEMBER, _NUMBER = 5, 1, 2, 2
"""Fields of `FileDescriptorProto`, of any descriptor, of `EnumDescriptorProto`, and of one of its values."""
_VARINT, _FIXED_64, _DELIMITED, _FIXED_32 = 0, 1, 2, 5
_NEGATIVE = 1 << 63


class WrappedEnumeration(PythonObject):
    """An enumeration of protocol buffers: it gives names and numbers for each other."""

    __slots__ = ("numbers",)

    def __init__(self, numbers: dict[str, int]) -> None:
        self.numbers = numbers

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """A number by its name, and what is asked of the enumeration."""
        if name in self.numbers:
            return self.numbers[name]
        lists: dict[str, Value] = {
            "keys": list(self.numbers),
            "values": list(self.numbers.values()),
            "items": [tuple(item) for item in self.numbers.items()],
        }
        if name in lists:
            return Native(name, lambda machine, arguments: lists[name])
        if name == "Value":
            return Native(name, self._number)
        if name == "Name":
            return Native(name, self._name)
        return Unknown(f"{name} of an enumeration of protocol buffers")

    def _number(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        name = arguments.get(0, "name")
        found = self.numbers.get(name) if isinstance(name, str) else None
        return Unknown("a member of an enumeration of protocol buffers") if found is None else found

    def _name(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        number = arguments.get(0, "number")
        found = next(
            (name for name, value in self.numbers.items() if value is number or value == number), None
        )
        return Unknown("a member of an enumeration of protocol buffers") if found is None else found


def names_of_generated(tree: ast.Module) -> dict[str, Value] | None:
    """The enumerations of a module and all their members, by name; None where it holds no descriptor."""
    descriptor = next(_descriptors(tree), None)
    if descriptor is None:
        return None
    found: dict[str, Value] = {}
    for field, enumeration in _fields(descriptor):
        if field != _ENUMERATION or not isinstance(enumeration, bytes):
            continue
        name, numbers = "", {}
        for part, value in _fields(enumeration):
            if part == _NAME:
                name = _text(value)
            elif part == _MEMBER and isinstance(value, bytes):
                member = dict(_fields(value))
                number = member.get(_NUMBER, 0)
                numbers[_text(member.get(_NAME))] = number if isinstance(number, int) else 0
        found |= {**numbers, name: WrappedEnumeration(numbers)}
    return found


def _descriptors(tree: ast.Module) -> Iterator[bytes]:
    """What is serialized in a module, as newer compilers write it or as older ones did."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="AddSerializedFile"), args=[ast.Constant(value=bytes(text))]
            ):
                yield text
            case ast.keyword(arg="serialized_pb", value=ast.Constant(value=bytes(text))):
                yield text


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of a message with their values, up to where it is none."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        kind = key & 7
        if kind == _VARINT:
            number, at = _varint(message, at)
            yield key >> 3, number - 2 * _NEGATIVE if number >= _NEGATIVE else number
            continue
        if kind == _DELIMITED:
            length, at = _varint(message, at)
        elif kind in (_FIXED_32, _FIXED_64):
            length = 4 if kind == _FIXED_32 else 8
        else:
            return
        yield key >> 3, message[at : at + length]
        at += length


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """The number that begins there, of at most 64 bits, and where it ends."""
    number = shift = 0
    while at < len(message) and shift < 64:
        byte = message[at]
        number |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            break
    return number, at


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""
