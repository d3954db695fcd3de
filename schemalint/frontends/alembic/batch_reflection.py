"""What SQLAlchemy does not read back of a table of SQLite's, and a batch therefore does not make again.

Sources: `dialects/sqlite/base.py` of SQLAlchemy, `_grab_table_elements` of Alembic.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from msgspec.structs import replace

from schemalint.catalog import Check, ForeignKey, Index, Name, Table
from schemalint.frontends.alembic.sqlite_types import read_back
from schemalint.frontends.sqlalchemy_constructs import reflection
from schemalint.operations import AddIndex, AlterColumn, DropIndex, Operation
from schemalint.source import Span


def unread_constraints(table: Table) -> Iterator[ForeignKey | Check]:
    """The constraints that are not read back: foreign keys that are like another, checks without a name."""
    kept = reflection.foreign_keys(table, "sqlite")
    yield from (key for key in table.foreign_keys if not any(key is one for one in kept))
    yield from (check for check in table.checks if check.name is None)


def reread_columns(
    table: Table,
    copied: Collection[str],
    numbered: str | None,
    registered: Callable[[], frozenset[str]],
    span: Span,
) -> Iterator[Operation]:
    """How the columns that are `copied` come back: with types of SQLAlchemy's, without AUTOINCREMENT.

    `numbered` is the column that the batch says it of, `registered` gives the types that the program adds.
    """
    for column in table.columns:
        if column.name not in copied:
            continue
        counts = column.name == numbered
        if column.identity != counts:
            yield AlterColumn(table=table.name, column=column.name, identity=counts, span=span)
        type_ = read_back(column.type, registered)
        if type_ != column.type:
            yield AlterColumn(table=table.name, column=column.name, type=type_, span=span)


def reread_indexes(table: Table, copied: Collection[str | None], span: Span) -> Iterator[Operation]:
    """How the indexes that are `copied` come back: without directions of keys, and not if on expressions."""
    for index in table.indexes:
        if index.name is None or index.name not in copied or index.is_constraint:
            continue
        has_expressions = any(key.column is None for key in index.keys)
        if not has_expressions and index == _ascending(index):
            continue
        yield DropIndex(index=Name(index.name, table.name.schema), if_exists=True, span=span)
        if not has_expressions:
            yield AddIndex(table=table.name, index=_ascending(index), span=span)


def _ascending(index: Index) -> Index:
    keys = tuple(replace(key, order="asc", nulls=None, collation=None) for key in index.keys)
    return replace(index, keys=keys)
