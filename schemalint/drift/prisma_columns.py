"""Columns as Prisma's engine compares them: by native types that it knows, and by what a default means."""

from __future__ import annotations

import json
import re

from msgspec.structs import replace

from schemalint.catalog import Catalog, Column, TableKey
from schemalint.drift import prisma_sqlite
from schemalint.knowledge.types import canonical_type

_NATIVE = frozenset(
    "smallint integer bigint oid numeric money inet citext real character text bytea date boolean bit uuid"
    " xml json jsonb".split()
) | {
    "double precision",
    "character varying",
    "timestamp with time zone",
    "timestamp without time zone",
    "time with time zone",
    "time without time zone",
    "bit varying",
}
"""The types of PostgreSQL that Prisma has a name for (its reference of native types)."""

_CAST = r"(?:\s*::[\w\s.\"]+(?:\([\d,\s]*\)[\w\s]*)?(?:\[\s*\]\s*)*)?"
_LITERAL = re.compile(rf"(e?)'((?:[^'\\]|''|\\.)*)'{_CAST}|([-+]?\s*[\d.]+|true|false){_CAST}", re.IGNORECASE)
_LIST = re.compile(rf"array\s*\[(.*?)\]{_CAST}", re.IGNORECASE)
_BARE = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^,{}"\s\\]+))\s*(?:,|$)')
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_TRUE, _FALSE = (
    frozenset({"t", "true", "on", "yes", "y", "1"}),
    frozenset({"f", "false", "off", "no", "n", "0"}),
)
_NUMBERS = ("smallint", "integer", "bigint", "numeric", "real", "double precision", "money", "oid")
_MOMENTS = ("timestamp", "date", "time")


def canonical(column: Column, catalog: Catalog) -> Column:
    """A column as the engine sees it.

    All that counts up is alike, a generated column has its expression for a default, and a default that is a
    literal is in one spelling.
    """
    if catalog.dialect == "sqlite" and column.default is not None:
        return replace(column, identity=False, default=prisma_sqlite.canonical(column.default, column.type))
    if catalog.dialect != "postgresql":
        return replace(column, identity=False)
    if column.identity:
        return replace(column, identity=False, default="nextval")
    if column.generated is not None:
        return replace(column, generated=None, default=f"({column.generated})")
    if column.default is None:
        return column
    type_ = canonical_type(column.type, "postgresql")
    return replace(column, default=_canonical(" ".join(column.default.splitlines()), type_))


def beside(made: Column, declared: Column, migrated: Catalog) -> Column:
    """A migrated column as the engine sees it beside the declared one: without what it cannot tell apart."""
    if migrated.dialect == "sqlite":
        return prisma_sqlite.beside(made, declared)
    if migrated.dialect != "postgresql":
        return made
    one, other = (canonical_type(type_, "postgresql") for type_ in (declared.type, made.type))
    if one != other and _look_alike(one, other, migrated):
        made = replace(made, type=declared.type)
    if one.startswith(_MOMENTS) and made.default is not None and _literal(declared.default or ""):
        made = replace(made, default=declared.default)  # one moment is not told from another
    return made


def _look_alike(declared: str, made: str, migrated: Catalog) -> bool:
    """Whether two types are one written in two ways, or types of which the engine knows nothing."""
    if declared.endswith("[]") != made.endswith("[]"):
        return False
    if _without_precision(declared) == _without_precision(made):
        return True
    if _is_domain(made, migrated):
        return True
    return not (_is_known(declared, migrated) or _is_known(made, migrated))


def _without_precision(type_: str) -> str:
    """A moment's type, of whose precisions 6 is the one that goes without saying."""
    return type_.replace("(6)", "") if type_.startswith(_MOMENTS) else type_


def _is_known(type_: str, migrated: Catalog) -> bool:
    plain = re.sub(r"\(.*?\)", "", type_.removesuffix("[]"))
    return plain in _NATIVE or any(migrated.types[key] is not None for key in _named(type_, migrated))


def _is_domain(type_: str, migrated: Catalog) -> bool:
    """Whether it may be a domain, for which the engine takes the type below."""
    return any(migrated.types[key] is None for key in _named(type_, migrated))


def _named(type_: str, migrated: Catalog) -> list[TableKey]:
    name = type_.removesuffix("[]").rpartition(".")[2]
    return [key for key in migrated.types if key[1].lower() == name]


def _canonical(default: str, type_: str) -> str:
    text = default.strip()
    while text[:1] == "(" and text[-1:] == ")" and "(" not in text[1:-1]:
        text = text[1:-1].strip()
    if type_.endswith("[]"):
        items = _items(text)
        if items is None:
            return default
        values = (_value(item, type_.removesuffix("[]")) for item in items)
        return _quoted("{" + ",".join(json.dumps(value, ensure_ascii=False) for value in values) + "}")
    literal = _literal(text)
    if literal is None:
        return default
    value = _value(literal, type_)
    return value if type_ == "boolean" or type_.startswith(_NUMBERS) else _quoted(value)


def _literal(text: str) -> str | None:
    """What a literal says; None if the text is more than one."""
    found = _LITERAL.fullmatch(text)
    return None if found is None else _said(found)


def _said(found: re.Match[str]) -> str:
    if found[3] is not None:
        return "".join(found[3].split())
    said = found[2].replace("''", "'")
    return _unescaped(said) if found[1] else said


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda escape: _ESCAPED.get(escape[1], escape[1]), text)


def _items(text: str) -> list[str] | None:
    """The items of a list of literals, written `ARRAY['a']` or `'{a}'`; None if it is something else."""
    found = _LIST.fullmatch(text)
    items: list[str] = []
    if found is not None:
        return _each(found[1], _LITERAL, items)
    said = _literal(text)
    if said is None or not (said.startswith("{") and said.endswith("}")):
        return None
    return _each(said[1:-1], _BARE, items)


def _each(text: str, pattern: re.Pattern[str], items: list[str]) -> list[str] | None:
    at = 0
    while at < len(text):
        if text[at] in " ,":
            at += 1
            continue
        found = pattern.match(text, at)
        if found is None:
            return None
        items.append(_said(found) if pattern is _LITERAL else found[2] or _unescaped(found[1]))
        at = found.end()
    return items


def _value(said: str, type_: str) -> str:
    """A literal in the one spelling for its type."""
    if type_ == "boolean":
        return "true" if said.lower() in _TRUE else "false" if said.lower() in _FALSE else said
    if type_ in ("json", "jsonb"):
        try:
            return json.dumps(json.loads(said), sort_keys=True, ensure_ascii=False)
        except (ValueError, RecursionError):
            return said
    return prisma_sqlite.plain_number(said) if type_.startswith(_NUMBERS) else said


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
