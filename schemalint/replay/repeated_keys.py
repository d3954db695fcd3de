"""SQLite: unique constraints on the columns of another key."""

from __future__ import annotations

from msgspec.structs import replace

from schemalint.catalog import Catalog, Index, Table


def repeated_key(table: Table, index: Index) -> Index | None:
    """The key whose columns a unique constraint has as well: of a table made anew SQLite makes one index.

    An INTEGER PRIMARY KEY has none.
    """
    if index.origin != "unique constraint":
        return None
    integers = {column.name for column in table.columns if column.type == "integer"}
    for other in table.indexes:
        if not other.is_constraint or other.columns != index.columns:
            continue
        if other.origin != "primary key" or len(other.keys) > 1 or not integers.issuperset(other.columns):
            return other
    return None


def with_name_of_repetition(catalog: Catalog, table: Table, known: Index, index: Index) -> Catalog:
    """The catalog with a key by the name of one that repeats it: a batch writes the one with a name first."""
    if known.origin == "primary key" or known.name is not None or index.name is None:
        return catalog
    named = replace(known, name=index.name)
    indexes = tuple(named if one is known else one for one in table.indexes)
    return catalog.with_table(replace(table, indexes=indexes), instead_of=table)
