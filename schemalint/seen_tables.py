"""Tables that no migration makes, as far as the migrations show them: catalogs with them are compared fairly.

Something changes such a table, so it was there all along; it does not come with the first migration that
shows it, and is not left over by the last.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from schemalint.catalog import Catalog, Table, TableKey


def unmade(catalogs: Iterable[Catalog]) -> dict[TableKey, Table]:
    """The tables of the catalogs that no migration made, each as it is known before anything shows of it."""
    found: dict[TableKey, Table] = {}
    for catalog in catalogs:
        for key, table in catalog.tables.items():
            if table.assumed and key not in found:
                found[key] = Table(name=table.name, complete=False)
    return found


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
