"""Sequences, which are in no catalog but for the defaults that take their values from them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from schemalint import operations as op
from schemalint.catalog import Catalog, Column, Name, Table
from schemalint.knowledge import names
from schemalint.knowledge.types import canonical_type, is_serial

_WORD = r'\w+|"[^"]+"'
_NEXT = re.compile(rf"nextval\s*\(\s*'(?:(?P<schema>{_WORD})\.)?(?P<name>{_WORD})'", re.IGNORECASE)


def drop(catalog: Catalog, operation: op.DropSequence) -> Catalog:
    """DROP SEQUENCE; with CASCADE, the columns that it counts have no default any more."""
    if not operation.cascade:
        return catalog
    counted = list(columns_of(catalog, operation.name))
    for table, column in counted:
        current = catalog.get(table.name)
        assert current is not None
        type_ = canonical_type(column.type, catalog.dialect) if is_serial(column.type) else column.type
        plain = replace(column, default=None, type=type_)
        kept = tuple(plain if known.name == column.name else known for known in current.columns)
        catalog = catalog.with_table(replace(current, columns=kept), instead_of=current)
    return catalog


def columns_of(catalog: Catalog, sequence: Name) -> Iterator[tuple[Table, Column]]:
    """The columns whose defaults take their values from a sequence."""
    keys = set(catalog.keys(sequence))
    for table in catalog.tables.values():
        for column in table.columns:
            name = _sequence(table, column)
            if name is not None and not keys.isdisjoint(catalog.keys(name)):
                yield table, column


def _sequence(table: Table, column: Column) -> Name | None:
    default, schema = column.default, None
    if default is None and is_serial(column.type):
        default = names.postgresql_serial_default(table.name.name, column.name)
        schema = table.name.schema
    found = _NEXT.match(default) if default is not None else None
    if found is None:
        return None
    said = found["schema"]
    return Name(_plain(found["name"]), schema if said is None else _plain(said))


def _plain(word: str) -> str:
    return word[1:-1] if word[0] == '"' else word.lower()
