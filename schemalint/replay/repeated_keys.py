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
    named = repeated(known, index)
    if named is known:
        return catalog
    indexes = tuple(named if one is known else one for one in table.indexes)
    return catalog.with_table(replace(table, indexes=indexes), instead_of=table)


def repeated(known: Index, index: Index) -> Index:
    """A key that another one repeats: of the two there is one name, but a primary key keeps both in mind."""
    if known.origin == "primary key":
        return known if known.repeated_by is not None else replace(known, repeated_by=index.name)
    return known if known.name is not None else replace(known, name=index.name)


def without_repetition(table: Table, name: str) -> Table | None:
    """The table without the unique constraint of that name that repeats its primary key; None without one."""
    for index in table.indexes:
        if index.repeated_by is not None and index.repeated_by.lower() == name.lower():
            alone = replace(index, repeated_by=None)
            kept = tuple(alone if one is index else one for one in table.indexes)
            return replace(table, indexes=kept)
    return None
