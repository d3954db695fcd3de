"""Functions that a query calls and no migration makes: those of PostGIS and SpatiaLite that alter tables.

Sources: "Table Management Functions" of PostGIS 3.3, asked of it; "AddGeometryColumn" of SpatiaLite. What
another function does is not known; what it is given says which tables it may be about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from schemalint.catalog import Column, Name
from schemalint.frontends.sql.cursor import Cursor, NotUnderstood
from schemalint.frontends.sql.dynamic import UNKNOWN, Value
from schemalint.knowledge.dialects import POSTGRESQL_FAMILY, folded
from schemalint.operations import AddColumn, DropColumn, DropTable, Opaque, Operation
from schemalint.source import Span

Evaluate = Callable[[Cursor], Value]
"""What gives the texts that an expression may give."""

_HARMLESS = re.compile(
    r"(?:pg|has|to|lo|txid|json|jsonb|xml|array|string|regexp|ts|inet|row|current|quote|table|query|schema|obj|col"
    r"|shobj|uuid)_|(?:setval|nextval|currval|lastval|format|concat|lower|upper|length|coalesce|exists|max|min"
    r"|count|sum|avg|md5|now|nullif|greatest|least|replace|substr|trim|set_config|cast|not|case|distinct)$"
)
"""Functions that are given the names of tables, or other words, and alter none."""

_WITH_DIMENSIONS = {3: "z", 4: "zm"}


def effects(
    name: Name, arguments: list[Cursor], query: Cursor, evaluate: Evaluate, tables: Collection[str]
) -> list[Operation]:
    """What a function does that a query calls. `tables` are the names of those that have been made so far."""
    span = query.span(query.first, query.end)
    reader = _READERS.get(name.name.lower())
    if reader is not None:
        return reader(query, [_text(argument, evaluate) for argument in arguments], span)
    if _HARMLESS.match(name.name.lower()) or name.schema == "pg_catalog":
        return []
    about = _named(arguments, query, tables)
    return [Opaque(reason=f"what {name}() does", tables=about, span=span)] if about else []


def calls(cursor: Cursor) -> Iterator[tuple[Name, list[Cursor]]]:
    """The calls in SELECT f(…), g(…) and SELECT * FROM f(…), up to anything else."""
    probe = cursor.inside(cursor.first + 1, cursor.end)
    probe.accept("*", "FROM")
    while probe.is_identifier():
        try:
            name = probe.name()
            first, last = probe.skip_parentheses()
        except NotUnderstood:
            return
        yield name, probe.items(first, last)
        if not probe.accept(","):
            return


def _text(argument: Cursor, evaluate: Evaluate) -> str | None:
    """What an argument says; None where that can't be told."""
    sign = "-" if argument.accept("-") else ""
    value = evaluate(argument)
    return f"{sign}{value[0]}" if len(value) == 1 and UNKNOWN not in value[0] else None


def _named(arguments: list[Cursor], cursor: Cursor, tables: Collection[str]) -> tuple[Name, ...]:
    """The tables whose names are given to a function as strings."""
    found = []
    for argument in arguments:
        word = argument.texts[argument.at] if not argument.at_end() else ""
        if word[:1] != "'":
            continue
        schema, _, name = folded(word[1:-1].replace('"', ""), cursor.dialect).rpartition(".")
        if name in tables:
            found.append(Name(name, schema or None))
    return tuple(found)


def _add_geometry(cursor: Cursor, texts: list[str | None], span: Span) -> list[Operation]:
    """AddGeometryColumn([[catalog,] schema,] table, column, srid, type, dimension [, use_typmod])."""
    at = next((at for at, text in enumerate(texts) if text is not None and _NUMBER.fullmatch(text)), 0)
    table = _table(texts, at - 2)
    column = texts[at - 1] if at > 1 else None
    shape = texts[at + 1] if len(texts) > at + 1 else None
    if table is None or column is None or shape is None or texts[at + 3 : at + 4] == ["false"]:
        return [_not_told("AddGeometryColumn", table, span)]
    added = Column(name=column, type=_type(texts, at, shape.lower(), cursor), span=span)
    return [AddColumn(table=table, column=added, span=span)]


_NUMBER = re.compile(r"-?\d{1,9}")


def _type(texts: list[str | None], at: int, shape: str, cursor: Cursor) -> str:
    if cursor.dialect not in POSTGRESQL_FAMILY:
        return shape.upper()
    dimensions = texts[at + 2] if len(texts) > at + 2 else None
    suffix = _WITH_DIMENSIONS.get(int(dimensions), "") if dimensions in ("2", "3", "4") else ""
    if not shape.endswith(("z", "m")):
        shape += suffix
    system = int(texts[at] or 0)
    if system > 0:
        return f"geometry({shape},{system})"
    return "geometry" if shape == "geometry" else f"geometry({shape})"


def _drop_geometry(cursor: Cursor, texts: list[str | None], span: Span) -> list[Operation]:
    """DropGeometryColumn([[catalog,] schema,] table, column)."""
    table = _table(texts, len(texts) - 2)
    column = texts[-1] if texts else None
    if table is None or column is None:
        return [_not_told("DropGeometryColumn", table, span)]
    return [DropColumn(table=table, column=column, span=span)]


def _drop_table(cursor: Cursor, texts: list[str | None], span: Span) -> list[Operation]:
    """DropGeometryTable([[catalog,] schema,] table)."""
    table = _table(texts, len(texts) - 1)
    if table is None:
        return [_not_told("DropGeometryTable", table, span)]
    return [DropTable(table=table, if_exists=True, span=span)]


def _change_system(cursor: Cursor, texts: list[str | None], span: Span) -> list[Operation]:
    """UpdateGeometrySRID([[catalog,] schema,] table, column, srid): the type gets another number."""
    return [_not_told("UpdateGeometrySRID", _table(texts, len(texts) - 3), span)]


def _table(texts: list[str | None], at: int) -> Name | None:
    """The table at that place, with the schema before it, if there is one; None where it can't be told."""
    name = texts[at] if 0 <= at < len(texts) else None
    schema = texts[at - 1] if at > 0 else None
    return None if name is None else Name(name, schema or None)


def _not_told(function: str, table: Name | None, span: Span) -> Opaque:
    return Opaque(reason=f"what {function}() does", tables=None if table is None else (table,), span=span)


_READERS: dict[str, Callable[[Cursor, list[str | None], Span], list[Operation]]] = {
    "addgeometrycolumn": _add_geometry,
    "dropgeometrycolumn": _drop_geometry,
    "dropgeometrytable": _drop_table,
    "updategeometrysrid": _change_system,
}
