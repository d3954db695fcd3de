"""Differences that are in the database for certain, and do not come of what a history fails to show."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from schemalint.catalog import Catalog, Column, Name, Table
from schemalint.comparison import Difference
from schemalint.knowledge.types import UUIDS_OF_MARIADB
from schemalint.migration import Migration
from schemalint.rollback.seen_tables import perhaps_there, shown
from schemalint.rollback.shown_history import ShownHistory


def certain_differences(
    found: list[Difference], migration: Migration, before: Catalog, after: Catalog, history: ShownHistory
) -> list[Difference]:
    """The differences less those that may be none. `after` is the catalog once the migration is undone."""
    there = shown(migration, before, after)
    perhaps = perhaps_there(migration, before)
    return [
        difference
        for difference in found
        if not _may_be_one_type(difference, before)
        and not _is_of_unseen(difference, before, after, history.made)
        and _table_name(difference) not in history.doubtful
        and not (difference.subject in ("type", "view", "table") and difference.name in there)
        and not _is_of_another(difference, before, history)
        and not (difference.table and (before.key(difference.table), difference.name) in perhaps)
    ]


def _may_be_one_type(difference: Difference, catalog: Catalog) -> bool:
    """Whether it is between the two types of which the versions at work choose one."""
    if difference.aspect != "type" or catalog.dialect != "mariadb":
        return False
    sides = difference.left, difference.right
    return {column.type for column in sides if isinstance(column, Column)} == set(UUIDS_OF_MARIADB)


def _is_of_unseen(difference: Difference, before: Catalog, after: Catalog, made: AbstractSet[Name]) -> bool:
    """Whether it may come of not having seen how a table was made; `made` are those that were seen.

    What such a table loses on the way up, unseen, is back after the way down: it looks left over.
    """
    left, right = difference.left, difference.right
    if difference.table is None:
        if left is None and isinstance(right, Table):
            return before.get(right.name) is not None  # seen, and never seen being made
        if isinstance(left, Table) and left.kind == "table":
            return not (left.complete or left.columns or left.name in made)  # asked for, and never shown
        return False
    if left is not None:
        return False
    table, now = before.get(difference.table), after.get(difference.table)
    if all(one is None or one.complete for one in (table, now)):
        return False
    return now is None or not _holds(now, right)


def _holds(table: Table, element: object) -> bool:
    members = (*table.columns, *table.indexes, *table.foreign_keys, *table.checks)
    return any(member is element for member in members)


def _table_name(difference: Difference) -> str:
    """The table that a difference is about. What becomes of one that is presumed rests on what it holds."""
    return difference.name if difference.table is None else str(difference.table)


def _is_of_another(difference: Difference, before: Catalog, history: ShownHistory) -> bool:
    """Whether an index differs that may have been there before the history would have made it."""
    if difference.subject != "index" or difference.aspect is None or difference.table is None:
        return False
    table = before.find(difference.table)
    name = (difference.table.name.lower(), difference.name)
    return name in history.may_be_others and table is not None and not table.complete
