"""Tables that no migration makes, as far as the migrations show them: catalogs with them are compared fairly.

Something changes such a table, so it was there all along; it does not come with the first migration that
shows it, and is not left over by the last. Types and views that no migration makes are not in a catalog: what
is done to them shows that they were there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec.structs import replace

from schemalint.catalog import Catalog, Name, Table, TableKey
from schemalint.migration import Migration
from schemalint.operations import (
    AddColumn,
    AddIndex,
    AlterType,
    CreateTable,
    CreateType,
    CreateView,
    DropTable,
    DropType,
)


def unmade(catalogs: Iterable[Catalog]) -> dict[TableKey, Table]:
    """The tables of the catalogs that no migration made, each as it is known before anything shows of it."""
    found: dict[TableKey, Table] = {}
    for catalog in catalogs:
        for key, table in catalog.tables.items():
            if table.assumed and key not in found:
                found[key] = Table(name=table.name, complete=False)
    return found


def shown(migration: Migration, before: Catalog, after: Catalog) -> frozenset[str]:
    """The types, views and tables that a migration changes or drops first, and the catalog before has not.

    What is dropped if it exists shows something where the way down makes it again, or the history begins with
    tables that it does not make.
    """
    begins_later = any(table.assumed for table in after.tables.values())
    again = {one.name for one in migration.down if isinstance(one, CreateType | CreateView)}
    again |= {one.table.name for one in migration.down if isinstance(one, CreateTable)}
    found: set[str] = set()
    made: set[Name] = set()
    for operation in migration.up:
        known: Collection[TableKey] = before.types
        match operation:
            case CreateType(name=name) | CreateView(name=name) | CreateTable(table=Table(name=name)):
                made.add(name)
                continue
            case AlterType(name=name):
                is_sure = True
            case DropType(name=name):
                is_sure = not operation.if_exists
            case DropTable(table=name):
                is_sure, known = not operation.if_exists, before.tables
            case _:
                continue
        is_shown = name not in made and (is_sure or begins_later or name in again)
        if is_shown and not any(key in known for key in before.keys(name)):
            found.add(str(before.placed(name)))
    return frozenset(found)


def perhaps_there(migration: Migration, before: Catalog) -> frozenset[tuple[TableKey, str | None]]:
    """The columns and indexes that the up side makes only if they are not there, which nobody knows.

    Each is its table and its name.
    """
    found: set[tuple[TableKey, str | None]] = set()
    for operation in migration.up:
        if not isinstance(operation, AddIndex | AddColumn) or not operation.if_not_exists:
            continue
        table = before.find(operation.table)
        if table is not None and not table.complete:
            made = operation.index if isinstance(operation, AddIndex) else operation.column
            found.add((before.key(table.name), made.name))
    return frozenset(found)


class SeenTables:
    """What makes tables that no migration made tables like the others.

    The same table of several catalogs stays the same object: catalogs are compared by that first.
    """

    def __init__(self) -> None:
        self._seen: dict[int, tuple[Table, Table]] = {}

    def catalog(self, catalog: Catalog, missing: dict[TableKey, Table]) -> Catalog:
        """The catalog with its own tables, and in front of them those `missing` that it does not show."""
        return replace(
            catalog,
            tables={**missing, **{key: self._table(table) for key, table in catalog.tables.items()}},
        )

    def _table(self, table: Table) -> Table:
        if not table.assumed:
            return table
        _, seen = self._seen.setdefault(id(table), (table, replace(table, assumed=False)))
        return seen
