"""MySQL's columns as Prisma's engine compares them.

After `sql_schema_describer::mysql`, `flavour::mysql::schema_differ` and `defaults_match` of Prisma's engine.
"""

from __future__ import annotations

import re
from decimal import Decimal

from msgspec.structs import replace

from schemalint.catalog import Column
from schemalint.comparison.defaults import default_differs, defaults_are_known
from schemalint.knowledge.dialects import Dialect
from schemalint.knowledge.numbers import finite_number
from schemalint.knowledge.types import canonical_type

_NATIVE = frozenset(
    "bigint int mediumint smallint tinyint decimal float double bit char varchar tinytext text mediumtext"
    " longtext binary varbinary tinyblob blob mediumblob longblob date time datetime timestamp year"
    " json".split()
)
"""The types of MySQL that Prisma has a name for (its reference of native types)."""

_MOMENTS = ("date", "time")
_STRINGS = ("char", "varchar", "enum", "tinytext", "text", "mediumtext", "longtext")
_NOW = re.compile(r"(?:current_timestamp|now|localtime|localtimestamp)(?:\(\d?\))?")
_LITERAL = re.compile(r"'(?:[^'\\]|''|\\.)*'|\"(?:[^\"\\]|\"\"|\\.)*\"", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "0": "\0", "Z": "\x1a", "%": "\\%", "_": "\\_"}
_TRUTHS = {"true": Decimal(1), "false": Decimal(0)}


def beside(made: Column, declared: Column) -> Column:
    """A migrated column as the engine sees it beside the declared one: without what it cannot tell apart.

    To a type that it does not know, or from one, it knows no way, and says nothing; but for enums.
    """
    names = [_name(column.type) for column in (declared, made)]
    if "enum" not in names and not _NATIVE.issuperset(names):
        return replace(made, type=declared.type)
    return made


def differ(declared: Column, made: Column, dialect: Dialect) -> bool:
    """Whether the engine takes the defaults of two columns for two, and the database shows two."""
    if not defaults_are_known(declared, made):
        return False
    kind = _name(declared.type)
    if "json" in (kind, _name(made.type)):
        return False  # whose defaults the engine does not compare
    one, other = _plain(declared.default), _plain(made.default)
    if one is None or other is None:
        return one is not other
    if kind.startswith(_MOMENTS):
        if one[:1] == "'":
            return False  # one moment is not told from another
        if _is_now(one) and _is_now(other):
            return False
    first, second = _value(one, kind, escaped=False), _value(other, kind, escaped=True)
    if first is None or second is None:
        return default_differs(declared, made, dialect)
    return first != second


def _name(type_: str) -> str:
    """A type's name without what stands in brackets, and without its sign."""
    return re.split(r"[\s(]", canonical_type(type_, "mysql"), maxsplit=1)[0]


def _plain(default: str | None) -> str | None:
    """A default without brackets around it; None where it is null."""
    text = (default or "null").strip()
    while text[:1] == "(" and text[-1:] == ")" and not set("()") & set(text[1:-1]):
        text = text[1:-1].strip()
    return None if text.lower() == "null" else text


def _is_now(text: str) -> bool:
    return _NOW.fullmatch("".join(text.lower().split())) is not None


def _value(text: str, kind: str, *, escaped: bool) -> str | Decimal | None:
    """The value that a literal says; None of others. What is `escaped` stands behind a backslash."""
    said = None
    if not escaped and text[:1] == "'":
        said = text[1:-1].replace("''", "'")
    elif _LITERAL.fullmatch(text):
        said = _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), text[1:-1])
        said = said.replace(text[0] * 2, text[0])
    if kind in _STRINGS:
        return said
    if text.lower() in _TRUTHS:
        return _TRUTHS[text.lower()]
    number = finite_number("".join((said if said is not None else text).split()))
    return said if number is None else number
