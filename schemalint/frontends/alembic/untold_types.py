"""Columns in a way back whose types revisions do not tell."""

from __future__ import annotations

from collections.abc import Iterator

from schemalint.catalog import Table
from schemalint.operations import (
    AddCheck,
    AddColumn,
    AddForeignKey,
    AddIndex,
    AlterColumn,
    CreateTable,
    DropColumn,
    DropConstraint,
    Operation,
)
from schemalint.rollback.reversal import WayBack


def untold_type(way: WayBack) -> str | None:
    """Why the type of one of the columns is not known that a way back makes, or copies; None if all are."""
    if way.before.dialect == "mariadb":  # where `sa.Uuid` makes one or the other
        uuid = (column for column, type_ in _types_made(way) if type_ == "uuid")
        return next((f"{column} is uuid or char(32), by the version of MariaDB" for column in uuid), None)
    if way.before.dialect == "sqlite":
        tables = (table for operation in way.operations if (table := _copied(way, operation)) is not None)
        untyped = (f"{table.name}.{one.name}" for table in tables for one in table.columns if not one.type)
        return next((f"the type of column {column} is not known" for column in untyped), None)
    return None


def _types_made(way: WayBack) -> Iterator[tuple[str, object]]:
    """The columns that come back or change, each with the type that it gets if it gets one."""
    for operation in way.operations:
        match operation:
            case AddColumn(table=table, column=column):
                yield f"{table}.{column.name}", column.type
            case AlterColumn(table=table, column=name, type=type_):
                yield f"{table}.{name}", type_
            case CreateTable(table=made):
                yield from ((f"{made.name}.{column.name}", column.type) for column in made.columns)


def _copied(way: WayBack, operation: Operation) -> Table | None:
    """The table that SQLite has to make anew for an operation, which is written with its columns."""
    match operation:
        case AddIndex(index=index) if not index.is_constraint:
            return None
        case AlterColumn() | DropColumn() | DropConstraint() | AddForeignKey() | AddCheck() | AddIndex():
            return way.before.find(operation.table)
    return None
