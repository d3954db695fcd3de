"""What PostgreSQL's defaults mean to Prisma's engine, which reads them as the database shows them.

After `sql_schema_describer::postgres::default` and `defaults_match` in `sql_schema_differ::column` of
Prisma's engine. To it a default is a value, a list of values, the present moment, a sequence, or an
expression. How the database shows what somebody wrote is known of literals and of calls; what it may show in
other words is `unclear`, and differs where nobody could take one for the other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from schemalint.catalog import Column
from schemalint.comparison.defaults import default_differs, defaults_are_known
from schemalint.drift import default_tokens as tokens
from schemalint.drift.default_tokens import Tokens
from schemalint.knowledge.dialects import Dialect
from schemalint.knowledge.numbers import finite_number
from schemalint.knowledge.types import canonical_type, is_serial

Kind = Literal["value", "list", "moment", "now", "sequence", "expression", "unclear"]

_TRUE = frozenset({"t", "true", "on", "yes", "y", "1"})
_FALSE = frozenset({"f", "false", "off", "no", "n", "0"})
_INTEGERS = ("smallint", "integer", "bigint", "oid")
_NUMBERS = ("numeric", "real", "double precision", "money")
_MOMENTS = ("timestamp", "date", "time")
_OF_PRISMA = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? ?[+-]\d\d:\d\d")
"""A moment as Prisma's engine writes it."""


class Default(Struct, frozen=True):
    """A default: what kind of one, for a value or a list which one, and how an expression is written."""

    kind: Kind
    value: Hashable = None
    written: Tokens = ()


_NOT_COMPARED = ({"expression", "list"}, {"moment", "list"})
_UNCLEAR = Default("unclear")
_NOW = Default("now")
_SEQUENCE = Default("sequence")


def differ(declared: Column, made: Column, dialect: Dialect) -> bool:
    """Whether the engine takes the defaults of two columns for two, and the database shows two."""
    if not defaults_are_known(declared, made):
        return False
    one, other = default_of(declared.default, declared.type), default_of(made.default, made.type)
    if one is None or other is None:
        return one is not other
    if "sequence" in (one.kind, other.kind):
        return one.kind != other.kind
    if one.kind == "moment":
        return False  # not told from whatever else the database has
    if one.kind == "list" and _holds_moments(declared.type) and other.kind not in ("now", "value"):
        are_moments = other.kind != "list" or _holds_moments(made.type)
        return other.value == () != one.value if are_moments else one.value != other.value  # nor are several
    if {one.kind, other.kind} in _NOT_COMPARED and any(map(_holds_moments, (declared.type, made.type))):
        return False
    if "unclear" in (one.kind, other.kind) or (one.kind == "expression" and other.kind == "moment"):
        return default_differs(declared, made, dialect)
    if one.kind == other.kind == "expression":
        return _expressions_differ(one, other) or default_differs(declared, made, dialect)
    if one.kind != other.kind or type(one.value) is not type(other.value):
        return True
    return one.value != other.value


def _expressions_differ(one: Default, other: Default) -> bool:
    """Whether two expressions are not even of one shape, or have other literals."""
    if tokens.are_apart_by_literals(one.written, other.written):
        return True
    first, second = (tokens.shape(default.written) for default in (one, other))
    return None not in (first, second) and first != second


@lru_cache(maxsize=4096)
def default_of(text: str | None, type_: str) -> Default | None:
    """What a default of a column of a type is to the engine; None where there is none."""
    if text is None:
        return _SEQUENCE if is_serial(type_) else None
    found = tokens.split(text)
    if not found:
        return _UNCLEAR
    core, types = tokens.casts(found)
    if len(core) == 1 and core[0].lower() == "null":
        return None
    if core[0].lower() == "nextval":
        return _SEQUENCE
    known = canonical_type(type_, "postgresql")
    is_list = known.endswith("[]")
    read = _list(core, known.removesuffix("[]")) if is_list else _one(core, types, known)
    if read is not None:
        return read
    is_made = tokens.called(core) is not None or tokens.is_operation(core)
    return Default("expression", written=found) if is_made else _UNCLEAR


def _one(core: Tokens, types: tuple[str, ...], type_: str) -> Default | None:
    """A value, or the present moment; None if it is neither."""
    if _holds_moments(type_):
        return _moment(core, types)
    said = tokens.string(core)
    if len(types) > 1:
        return None
    if type_ == "boolean":
        word = (said if said is not None else core[0] if len(core) == 1 else "").strip().lower()
        return Default("value", word in _TRUE) if word in _TRUE | _FALSE else None
    if type_.startswith((*_INTEGERS, *_NUMBERS)):
        return _number(core, types, type_, said)
    if said is None:
        is_number = tokens.number(core) is not None
        return (
            Default("expression", written=core) if is_number or core[0].lower() in ("true", "false") else None
        )
    if type_ in ("json", "jsonb"):
        return Default("value", _json(said))
    return Default("value", _bytes(said) if type_ == "bytea" else said)


def _number(core: Tokens, types: tuple[str, ...], type_: str, said: str | None) -> Default | None:
    """A number. One that is cast to another type is shown with the cast, and is no integer to the engine."""
    text = said.strip() if said is not None else tokens.number(core)
    if text is None:
        return None
    if said is not None and "money" in (type_, *types):
        return Default("expression", written=core)  # shown as '$1.00'::money
    value = finite_number(text)
    if value is None:
        return Default("expression", written=core) if type_.startswith(_NUMBERS) else None
    if type_.startswith(_INTEGERS):
        if value != value.to_integral_value() or (said is None and "." in text):
            return None
        if said is None and types and canonical_type(types[0], "postgresql") != _own_type(value):
            return Default("expression", written=core)
    return Default("value", value)


def _own_type(value: Decimal) -> str:
    """The type of a whole number that is written without a cast (PostgreSQL, "Numeric Constants")."""
    return "integer" if abs(value) < 2**31 else "bigint"


def _moment(core: Tokens, types: tuple[str, ...]) -> Default | None:
    """The present moment, or a literal, which is an expression where Prisma has not written it."""
    words = "".join(core).lower()
    if words in ("now()", "current_timestamp"):
        unchanged = all(canonical_type(type_, "postgresql") == "timestamp with time zone" for type_ in types)
        return _NOW if unchanged else Default("expression", written=(*core, "::", *types))
    said = tokens.string(core)
    if said is None:
        return None
    return Default("moment") if _OF_PRISMA.fullmatch(said) else Default("expression", written=core)


def _list(core: Tokens, type_: str) -> Default | None:
    """A list of values; None if it is none."""
    parts = tokens.items(core)
    if parts is not None:
        return _of_members([_one(*tokens.casts(part), type_) for part in parts], core)
    said = tokens.string(core)
    if said is None or not (said.startswith("{") and said.endswith("}")):
        return None
    values = _members(said[1:-1])
    return _of_members(
        [None if value is None else _one((_quoted(value),), (), type_) for value in values], core
    )


def _of_members(members: list[Default | None], core: Tokens) -> Default | None:
    known = [member for member in members if member is not None]
    if len(known) < len(members):
        return None
    if all(member.kind in ("value", "moment") for member in known):
        return Default("list", tuple(member.value for member in known))
    return Default("expression", written=core)


_MEMBER = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^,{}"\s\\]+))\s*(?:,|$)')
_ESCAPED = re.compile(r"\\(.)")


def _members(text: str) -> Iterator[str | None]:
    """The members of a list that is written `{a, "b"}`; None for one that is no literal."""
    at = 0
    while at < len(text.rstrip()):
        found = _MEMBER.match(text, at)
        if found is None:
            yield None
            return
        quoted, bare = found.groups()
        yield _ESCAPED.sub(r"\1", quoted) if quoted is not None else None if bare.lower() == "null" else bare
        at = found.end()


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _json(text: str) -> str:
    """JSON in one spelling; what is none as it is."""
    try:
        return json.dumps(json.loads(text), sort_keys=True)
    except (ValueError, RecursionError):
        return text


def _bytes(text: str) -> bytes | str:
    """What a literal of bytes says, in hexadecimal digits or with octal escapes."""
    if text.startswith("\\x"):
        try:
            return bytes.fromhex(text[2:])
        except ValueError:
            return text
    data = text.encode("utf-8", "surrogatepass")
    return re.sub(rb"\\(\\|[0-3][0-7]{2})", lambda found: _byte(found[1]), data)


def _byte(escaped: bytes) -> bytes:
    return escaped if escaped == b"\\" else bytes([int(escaped, 8)])


def _holds_moments(type_: str) -> bool:
    return canonical_type(type_, "postgresql").startswith(_MOMENTS)
