"""Differences that may be none in the database, for what a history does not show."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from schemalint.catalog import Catalog, Column, Name, Table
from schemalint.comparison import Difference

_UUIDS = {"uuid", "char(32)"}
"""As what MariaDB keeps a UUID of SQLAlchemy's, by the versions of both."""


def is_guess(difference: Difference, before: Catalog, after: Catalog, made: AbstractSet[Name]) -> bool:
    """Whether the difference may come of not having seen how a table was made; `made` are those seen.

    What such a table loses on the way up, unseen, is back after the way down: it looks left over.
    """
    if difference.aspect == "type" and before.dialect == "mariadb":
        sides = difference.left, difference.right
        if {column.type for column in sides if isinstance(column, Column)} == _UUIDS:
            return True
    if difference.table is None and difference.left is None and isinstance(difference.right, Table):
        return before.get(difference.right.name) is not None  # seen, and never seen being made
    if difference.table is None and isinstance(difference.left, Table) and difference.left.kind == "table":
        seen = difference.left.complete or difference.left.columns or difference.left.name in made
        return not seen  # asked for, and never shown
    if difference.table is None or difference.left is not None:
        return False
    tables = [before.get(difference.table), after.get(difference.table)]
    if all(table is None or table.complete for table in tables):
        return False
    table = tables[1]
    return table is None or not _holds(table, difference.right)


def _holds(table: Table, element: object) -> bool:
    members = (*table.columns, *table.indexes, *table.foreign_keys, *table.checks)
    return any(member is element for member in members)
