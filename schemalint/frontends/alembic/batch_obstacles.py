"""What SQLite says to a batch that makes a table anew, copies the rows, drops the old one and renames it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from schemalint.catalog import Catalog, Table
from schemalint.frontends.python_interpreter.values import Value
from schemalint.operations import AddCheck, AddForeignKey, AddIndex, Operation
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


def constraint_name(operation: Operation) -> str | None:
    """The name of a constraint that is added: one of the same name is replaced."""
    if isinstance(operation, AddForeignKey):
        return operation.foreign_key.name
    if isinstance(operation, AddCheck):
        return operation.check.name
    if isinstance(operation, AddIndex) and operation.index.is_constraint:
        return operation.index.name
    return None


def is_nameless(operation: Operation) -> bool:
    """Whether a constraint is made that no name is given to, by a naming convention either."""
    made = isinstance(operation, AddForeignKey | AddCheck)
    made = made or (isinstance(operation, AddIndex) and operation.index.is_constraint)
    return made and constraint_name(operation) is None
