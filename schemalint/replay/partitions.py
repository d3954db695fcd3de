"""What partitions have in common with their table: indexes that are one with an index of it."""

from __future__ import annotations

from collections.abc import Iterator

from schemalint.catalog import Catalog, ForeignKey, Index, Name, Table


def partitions(catalog: Catalog, table: Table) -> Iterator[Table]:
    """The partitions of a table, without those of their own."""
    here = catalog.key(table.name)
    for other in catalog.tables.values():
        if other.parent is not None and catalog.key(other.parent) == here:
            yield other


def attached_indexes(catalog: Catalog, table: Table, index: Index) -> list[tuple[Table, Index]]:
    """The indexes of partitions that were one with an index which the table has no more.

    An index of a partitioned table takes the one that a partition has in its shape, whichever was first
    (PostgreSQL, "CREATE INDEX" and "ALTER TABLE … ATTACH PARTITION").
    """
    if any(are_one(other, index) for other in table.indexes):
        return []
    found: list[tuple[Table, Index]] = []
    for partition in partitions(catalog, table):
        attached = next((other for other in partition.indexes if are_one(other, index)), None)
        if attached is not None:
            found.append((partition, attached))
        else:  # without the table: a text may say of two tables that they are parts of each other
            found += attached_indexes(catalog.without_table(table), partition, index)
    return found


def are_one(one: Index, other: Index) -> bool:
    """Whether an index of a partition is one with an index of its table."""
    return (
        one.keys == other.keys
        and one.unique == other.unique
        and one.method == other.method
        and one.predicate == other.predicate
        and one.include == other.include
        and one.is_constraint == other.is_constraint
        and one.valid
        and other.valid
    )


def is_taken_up(catalog: Catalog, table: Name, element: Index | ForeignKey) -> bool:
    """Whether an index or a foreign key of a partition is one with that of a table that it is a part of."""
    partition = catalog.get(table)
    parent = None if partition is None or partition.parent is None else catalog.get(partition.parent)
    if parent is None:
        return False
    if isinstance(element, Index):
        return any(are_one(element, other) for other in parent.indexes)
    return any((element.columns, element.target) == (key.columns, key.target) for key in parent.foreign_keys)
