"""What goes along with a function that is dropped with CASCADE (PostgreSQL): all that calls it."""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec.structs import replace

from schemalint.catalog import Catalog, Index, Table
from schemalint.operations.rows import DropFunction
from schemalint.replay import columns


def drop(catalog: Catalog, operation: DropFunction) -> Catalog:
    """DROP FUNCTION. Which of several of one name is meant is not asked."""
    if not operation.cascade:
        return catalog
    name = re.escape(operation.function.name)
    call = re.compile(rf'(?<![\w$"]){name}\s*\(|"{name}"\s*\(', re.IGNORECASE)

    def calls(text: str | None) -> bool:
        return text is not None and call.search(text) is not None

    for table in list(catalog.tables.values()):
        catalog = _without_calls(catalog, table, calls)
    return catalog


def _without_calls(catalog: Catalog, table: Table, calls: Callable[[str | None], bool]) -> Catalog:
    def stays(index: Index) -> bool:
        return not any(map(calls, (index.predicate, *(key.expression for key in index.keys))))

    kept = replace(
        table,
        columns=tuple(
            replace(column, default=None) if calls(column.default) else column for column in table.columns
        ),
        indexes=tuple(filter(stays, table.indexes)),
        checks=tuple(check for check in table.checks if not calls(check.expression)),
    )
    if kept == table:
        return catalog
    catalog = catalog.with_table(kept, instead_of=table)
    for column in kept.columns:
        current = catalog.get(table.name)
        if calls(column.generated) and current is not None:
            catalog = columns.without(catalog, current, column)
    return catalog
