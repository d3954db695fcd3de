"""SQLite's columns as Prisma's engine compares them: by the families into which it puts types by their names.

After `sql_schema_describer::sqlite` of Prisma's engine.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from msgspec.structs import replace

from schemalint.catalog import Column

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
_STRING = re.compile(r"'((?:[^']|'')*)'|\"([^\"]*)\"")
_NUMBERS = frozenset({"int", "bigint", "float", "decimal"})
_DIGITS, _BRACKETS = 100, 3


def canonical(default: str, type_: str) -> str:
    """A default in one spelling."""
    text = default.strip()
    for _ in range(_BRACKETS):
        if text[:1] == "(" and text[-1:] == ")":
            text = text[1:-1].strip()
    family = _family(type_)
    if family == "moment" and re.sub(r"\s+", "", text).lower() in _NOW:
        return "CURRENT_TIMESTAMP"
    found = _STRING.fullmatch(text)
    if family == "string" and found is not None and found[2] is not None:
        return "'" + found[2].replace("'", "''") + "'"
    return plain_number(text) if family in _NUMBERS else default


def beside(made: Column, declared: Column) -> Column:
    """A migrated column as the engine sees it beside the declared one: without what it cannot tell apart."""
    family = _family(declared.type)
    if made.type != declared.type and _family(made.type) == family:
        made = replace(made, type=declared.type)
    if made.default is None or declared.default is None:
        return made
    if family == "json" or (family == "moment" and _STRING.fullmatch(declared.default)):
        return replace(made, default=declared.default)
    return made


def _family(type_: str) -> str:
    name = " ".join(type_.lower().split()).removesuffix("[]")
    if name in _FAMILIES:
        return _FAMILIES[name]
    if "char" in name:
        return "string"
    return "decimal" if "numeric" in name or "decimal" in name else name


def plain_number(text: str) -> str:
    """A number without zeros that mean nothing; what is none as it is."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return text if not number.is_finite() or abs(number.adjusted()) > _DIGITS else f"{number.normalize():f}"
