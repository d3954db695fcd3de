"""SQLite's columns as Prisma's engine compares them: by the families into which it puts types by their names.

After `sql_schema_describer::sqlite` of Prisma's engine. SQLite keeps a default as it is written, and the
engine reads it by the family of its column.
"""

from __future__ import annotations

import re
from decimal import Decimal

from msgspec.structs import replace

from schemalint.catalog import Column
from schemalint.comparison.defaults import defaults_are_known
from schemalint.drift import default_tokens as tokens
from schemalint.knowledge.dialects import Dialect
from schemalint.knowledge.numbers import finite_number

_FAMILIES = {
    "int": "int",
    "integer": "int",
    "serial": "int",
    "bigint": "bigint",
    "real": "float",
    "float": "float",
    "double": "float",
    "boolean": "boolean",
    "text": "string",
    "date": "moment",
    "datetime": "moment",
    "timestamp": "moment",
    "binary": "bytes",
    "blob": "bytes",
    "jsonb": "json",
}
_NOW = frozenset({"current_timestamp", "datetime('now')", "datetime('now','localtime')"})
_INTEGER = re.compile(r"'?(-?\d+)'?")
_NUMBERS = ("int", "bigint", "float", "decimal")
_TRUTHS = {"1": True, "'1'": True, "true": True, "0": False, "'0'": False, "false": False}


def differ(declared: Column, made: Column, dialect: Dialect) -> bool:
    """Whether the engine takes the defaults of two columns for two, and they are not of one text."""
    if not defaults_are_known(declared, made):
        return False
    one, other = _text(declared.default), _text(made.default)
    if one is None or other is None:
        return one is not other
    family = _family(declared.type)
    is_literal = one[:1] in "'\""
    if one == other or (is_literal and family == "json") or (is_literal and family == "moment"):
        return False  # a moment or a document is not told from whatever else the database has
    first, second = _value(one, family), _value(other, family)
    return first is None or type(first) is not type(second) or first != second


def _text(default: str | None) -> str | None:
    """A default without brackets around it and spaces in it, in small letters but for what is quoted."""
    if default is None:
        return None
    words = tokens.split(default)
    text = "".join(word if word[-1] in "'\"" else word.lower() for word in words)
    return None if text == "null" else text


def _value(text: str, family: str) -> Decimal | bool | str | None:
    """The value that a default is to the engine, "now" for the present moment; None for an expression."""
    if family == "string":
        quote = text[:1]
        return text[1:-1].replace(quote * 2, quote) if quote in ("'", '"') else text
    if family == "boolean":
        return _TRUTHS.get(text)
    if family == "moment":
        return "now" if text in _NOW else None
    if family not in _NUMBERS or (family in ("int", "bigint") and not _INTEGER.fullmatch(text)):
        return None
    return finite_number(text.strip("'"))


def beside(made: Column, declared: Column) -> Column:
    """A migrated column as the engine sees it beside the declared one: without what it cannot tell apart."""
    if made.type != declared.type and _family(made.type) == _family(declared.type):
        return replace(made, type=declared.type)
    return made


def _family(type_: str) -> str:
    """The family of a type; one that is in none stands for itself."""
    name = " ".join(type_.lower().split()).removesuffix("[]")
    if name in _FAMILIES:
        return _FAMILIES[name]
    if "char" in name:
        return "string"
    return "decimal" if "numeric" in name or "decimal" in name else f"type {name}"
