"""What goes along with a column that a batch drops, and what is there again with one of its name."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from msgspec.structs import replace

from schemalint.catalog import Name, Table
from schemalint.frontends.alembic.batch_constraints import without_constraint
from schemalint.operations import AddForeignKey, AddIndex, DropColumn, DropIndex, Failure, Operation
from schemalint.source import Span


def lost_with(column: DropColumn, table: Table) -> Iterator[Operation]:
    """What is not made anew without a column: a primary key keeps the columns that stay."""
    primary = table.primary_key
    if primary is not None and column.column in primary.columns:
        keys = tuple(key for key in primary.keys if key.column != column.column)
        yield without_constraint(column.table, primary, column.span)
        if keys:
            shorter = replace(primary, keys=keys, repeated_by=None)
            yield AddIndex(table=column.table, index=shorter, span=column.span)
    for foreign_key in table.foreign_keys:
        if column.column in foreign_key.columns:
            yield without_constraint(column.table, foreign_key, column.span)
    for index in table.indexes:
        if column.column not in index.columns or index.origin == "primary key":
            continue
        if index.is_constraint:
            yield without_constraint(column.table, index, column.span)
        elif index.name is not None:
            yield DropIndex(index=Name(index.name, column.table.schema), span=column.span)


def survivors(
    before: Table, after: Table, dropped: Collection[str], span: Span, *, undoes: bool
) -> Iterator[Operation]:
    """What is on a column that was dropped and added again is there again, but for what is `dropped` by name.

    An index whose column is gone is not left out: on the way down the batch fails.
    """
    columns = {column.name for column in after.columns}
    there = {index.name for index in after.indexes}
    for index in before.indexes:
        names = {key.column for key in index.keys if key.column is not None}
        gone = index.name is not None and index.name not in there and index.name not in dropped
        whole = index.origin != "primary key" and len(names) == len(index.keys)
        if gone and whole and names <= columns:
            yield AddIndex(table=before.name, index=index, span=span)
        elif gone and whole and undoes and not index.is_constraint:
            yield Failure(reason=f"the batch makes {index.name} without its column", span=span)
    kept = {key.name for key in after.foreign_keys}
    for foreign_key in before.foreign_keys:
        gone = foreign_key.name is not None and foreign_key.name not in kept
        if gone and foreign_key.name not in dropped and set(foreign_key.columns) <= columns:
            yield AddForeignKey(table=before.name, foreign_key=foreign_key, span=span)
