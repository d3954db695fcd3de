"""What SQLite will not drop because of what rests on it ("ALTER TABLE DROP COLUMN" of its documentation)."""

from __future__ import annotations

import re

from schemalint import operations as op
from schemalint.catalog import Catalog
from schemalint.knowledge.dialects import folded
from schemalint.replay import views
from schemalint.replay.columns import of_generated
from schemalint.replay.expressions import mentions

_A_STRING = re.compile(r'"[^"]*"')
"""What SQLite takes for a string in an index, and for a column that is missing when it looks again."""


def obstacle(catalog: Catalog, operation: op.DropColumn) -> str | None:
    """Why it would not drop a column."""
    table = catalog.find(operation.table)
    column = table.column(operation.column, "sqlite") if table is not None else None
    if table is None or column is None:
        return None
    for other in catalog.tables.values():
        for index in other.indexes:
            if any(key.expression is not None and _A_STRING.fullmatch(key.expression) for key in index.keys):
                return f"{index.name} names what is no column of {other.name}"
    if (reason := of_generated(table, column)) is not None:
        return reason
    what = f"{table.name}.{column.name}"
    for key in table.foreign_keys:
        if key.part_of is None and column.name in key.columns:
            return f"{what} is in a foreign key that stands beside it"
    for check in table.checks:
        own = check.part_of is not None and folded(check.part_of, "sqlite") == folded(column.name, "sqlite")
        if not own and mentions(check.expression, column.name):
            return f"{what} is in a check that stands beside it"
    wanted = folded(column.name, "sqlite")
    for index in table.indexes:
        expressions = (index.predicate, *(key.expression for key in index.keys))
        if wanted in {folded(name, "sqlite") for name in index.columns} or any(
            mentions(expression, column.name) for expression in expressions
        ):
            holder = index.name or ("the primary key" if index.origin == "primary key" else "a constraint")
            return f"{what} is in {holder}"
    return views.obstacle_of_column(catalog, table, column.name) or views.obstacle_of_renaming(catalog)
