"""Refusals that are certain although not every table is known: what they rest on, the history has shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from schemalint.catalog import Catalog, Name, Table
from schemalint.knowledge.dialects import MYSQL_FAMILY
from schemalint.migration import Migration
from schemalint.operations import AddIndex, DropColumn, DropIndex, Opaque, Operation
from schemalint.replay.indexes import find


def understood_everywhere(migrations: Sequence[Migration]) -> bool:
    """Whether none of the up sides does something that may concern a table which it does not name."""
    return not any(
        isinstance(one, Opaque) and one.tables is None for migration in migrations for one in migration.up
    )


def touched_in_doubt(migrations: Sequence[Migration]) -> frozenset[str]:
    """The tables, in small letters, that up sides may do something to which was not understood."""
    return frozenset(
        name.name.lower()
        for migration in migrations
        for one in migration.up
        if isinstance(one, Opaque)
        for name in one.tables or ()
    )


def refused_owner(operation: Operation, begun: Catalog, now: Catalog) -> Table | None:
    """The table of what a refused operation is to drop, if that was there when all `begun`.

    An index that was there, and that went with its column before its turn came, is nowhere else: no two have
    one name, but for MySQL's, and those say which table is meant. A column that something rests on which the
    history has made is refused whatever else its table holds.
    """
    if isinstance(operation, DropIndex):
        owner = _owner(begun, operation.index, operation.table)
        return owner if owner is not None and _owner(now, operation.index, operation.table) is None else None
    if isinstance(operation, DropColumn) and now.dialect == "sqlite":
        table = now.find(operation.table)
        return table if table is not None and table.column(operation.column, now.dialect) else None
    return None


def says_too_little(operation: Operation, dialect: str) -> bool:
    """MySQL's DROP INDEX without the table: no database has to be asked for that."""
    return isinstance(operation, DropIndex) and operation.table is None and dialect in MYSQL_FAMILY


def _owner(catalog: Catalog, index: Name, on: Name | None) -> Table | None:
    if catalog.dialect not in MYSQL_FAMILY:
        return catalog.owner(index)
    table = catalog.find(on) if on is not None else None
    return table if table is not None and find(table, index.name, catalog.dialect) is not None else None


def may_be_others(operations: Iterable[Operation]) -> frozenset[tuple[str, str | None]]:
    """The indexes that are made only if there is none so called, which may be another one.

    Each is the name of its table, in small letters, and its own.
    """
    return frozenset(
        (one.table.name.lower(), one.index.name)
        for one in operations
        if isinstance(one, AddIndex) and (one.guard is not None or one.if_not_exists)
    )
