"""What SQLite says to a batch that makes a table anew, copies the rows, drops the old one and renames it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from schemalint.catalog import Catalog, Table
from schemalint.frontends.python_interpreter.values import Value
from schemalint.replay.expressions import mentions
from schemalint.replay.views import reading


def obstacles(
    table: Table, catalog: Catalog, dropped: Collection[Value], lost: Collection[Value]
) -> Iterator[str]:
    """Why a table can't be made anew without what is `dropped`, and without columns of the names `lost`."""
    for column in table.columns:
        if column.generated is not None and column.name not in dropped:
            yield f"SQLite takes no values for {table.name}.{column.name}, which is computed"
    for check in table.checks:
        if check.name is None or check.name in dropped:
            continue
        for name in lost:
            if isinstance(name, str) and mentions(check.expression, name):
                yield f"the batch keeps {check.name} as it is, which needs the column {name}"
    if not catalog.legacy_alter_table:  # it looks at all views when the new table gets its name
        for view, _ in reading(catalog, table):
            yield f"the view {view.name} reads {table.name}, which is gone for a moment"
