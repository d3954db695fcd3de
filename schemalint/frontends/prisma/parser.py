"""From the text of a schema to its blocks: what becomes of each rule of the grammar."""

from __future__ import annotations

import re
from functools import cache
from typing import TypeVar

from schemalint.frontends.prisma.automaton import Automaton, Token, one_more, shipped_tables
from schemalint.frontends.prisma.syntax import (
    Argument,
    Arity,
    Array,
    Attribute,
    Block,
    Call,
    EnumValue,
    Field,
    Line,
    Number,
    Object,
    Setting,
    Text,
    Value,
    Word,
)

_T = TypeVar("_T")

_ESCAPE = r"(?s)\\(?:u([0-9a-fA-F]{4})|(.))"
_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


def parse(text: str) -> list[Block]:
    """The blocks of a schema. Unexpected at the first token that is not of the language."""
    automaton = schema_automaton()
    blocks: list[Block] = automaton.run(automaton.tokens(text, 0, len(text)))
    return blocks


@cache
def schema_automaton() -> Automaton:
    """The automaton of the language, which makes blocks."""
    return Automaton(
        shipped_tables(),
        {
            "start": _first,
            "nothing": list,
            "one_more": one_more,
            "first": _list,
            "next": _next,
            "some_arguments": _first,
            "arguments": _first,
            "some_pairs": _first,
            "pairs": _first,
            "line": _first,
            "model": _block,
            "enum": _block,
            "configuration": _block,
            "unknown": _block,
            "field": _field,
            "enum_value": _enum_value,
            "setting": _setting,
            "attribute": _attribute,
            "attribute_with_arguments": _attribute_with_arguments,
            "positional": _positional,
            "named": _named,
            "word": _word,
            "number": _number,
            "string": _string,
            "names": _names,
            "empty_array": _empty_array,
            "array": _array,
            "call": _call,
            "object": _object,
            "pair": _pair,
        },
    )


def _place(token: Token) -> int:
    """The number of the group in which a token's text proper stands, within that of its terminal."""
    assert token.lastindex is not None
    return token.lastindex + 1


def _span(token: Token) -> tuple[int, int]:
    """Where a token is, less the spaces before it."""
    assert token.lastindex is not None
    return token.span(token.lastindex)


def _first(value: _T, *_: object) -> _T:
    return value


def _list(value: _T) -> list[_T]:
    return [value]


def _next(many: list[_T], _: Token, one: _T) -> list[_T]:
    many.append(one)
    return many


def _block(header: Token, lines: list[Line], closing: Token) -> Block:
    place = _place(header)
    start, keyword_end = header.span(place)
    opening = header.string.index("{", keyword_end, header.end())
    return Block(
        header[place],
        header.string[keyword_end:opening].strip(),
        tuple(lines),
        start,
        opening + 1,
        closing.end(),
    )


def _field(token: Token, attributes: list[Attribute]) -> Field:
    start, name_end = token.span(_place(token))
    end = token.end()
    text = token.string
    type_ = text[name_end:end].lstrip()
    arity: Arity = "required"
    if type_[-1] == "?":
        arity, type_ = "optional", type_[:-1].rstrip()
    elif type_[-1] == "]":
        arity, type_ = "list", type_[:-2].rstrip()
    unsupported = type_[-1] == ")"
    if unsupported:
        type_ = _resolved(type_[type_.index('"') + 1 : type_.rindex('"')])
    if attributes:
        end = attributes[-1].end
    return Field(text[start:name_end], type_, arity, unsupported, tuple(attributes), start, end)


def _enum_value(token: Token, attributes: list[Attribute]) -> EnumValue:
    start, end = token.span(_place(token))
    name = token.string[start:end]
    return EnumValue(name, tuple(attributes), start, attributes[-1].end if attributes else end)


def _setting(token: Token, value: Value) -> Setting:
    place = _place(token)
    return Setting(token[place], value, token.start(place), value.end)


def _attribute(token: Token) -> Attribute:
    name, start, end = _attribute_name(token)
    return Attribute(name, (), start, end)


def _attribute_with_arguments(token: Token, _: Token, arguments: list[Argument], closing: Token) -> Attribute:
    name, start, _end = _attribute_name(token)
    return Attribute(name, tuple(arguments), start, closing.end())


def _attribute_name(token: Token) -> tuple[str, int, int]:
    """The name, and where the attribute starts and the name ends."""
    text, end = token.string, token.end()
    assert token.lastindex is not None
    start = token.start(token.lastindex)
    if text[start] == "@":
        return text[start + 1 : end].lstrip(), start, end
    start = token.start(token.lastindex + 1)
    return text[start + 2 : end].lstrip(), start, end


def _positional(value: Value) -> Argument:
    return Argument(None, value)


def _named(key: Token, value: Value) -> Argument:
    return Argument(_key(key), value)


def _pair(key: Token, value: Value) -> tuple[str, Value]:
    return _key(key), value


def _key(token: Token) -> str:
    assert token.lastindex is not None
    return token[token.lastindex][:-1].rstrip()


def _word(token: Token) -> Word:
    start, end = _span(token)
    return Word(token.string[start:end], start, end)


def _number(token: Token) -> Number:
    start, end = _span(token)
    return Number(token.string[start:end], start, end)


def _string(token: Token) -> Text:
    start, end = _span(token)
    return Text(_resolved(token.string[start + 1 : end - 1]), start, end)


def _resolved(text: str) -> str:
    """A string literal without its escapes."""
    if "\\" not in text:
        return text
    text = re.sub(_ESCAPE, _meant, text)
    if _SURROGATE.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _meant(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else _ESCAPED.get(match[2], match[2])


def _names(token: Token) -> Array:
    start, end = _span(token)
    names = token.string[start + 1 : end - 1].split(",")
    return Array(tuple(Word(name.strip(), start, end) for name in names), start, end)


def _empty_array(opening: Token, closing: Token) -> Array:
    return Array((), _span(opening)[0], closing.end())


def _array(opening: Token, items: list[Value], closing: Token) -> Array:
    return Array(tuple(items), _span(opening)[0], closing.end())


def _call(opening: Token, arguments: list[Argument], closing: Token) -> Call:
    start = _span(opening)[0]
    name = opening.string[start : opening.end() - 1].rstrip()
    return Call(name, tuple(arguments), start, closing.end())


def _object(opening: Token, pairs: list[tuple[str, Value]], closing: Token) -> Object:
    return Object(tuple(pairs), _span(opening)[0], closing.end())
