"""Operations that may have happened: under a condition, in a loop, or put together of unknown parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from schemalint.catalog import Name
from schemalint.frontends.sql.dynamic import UNKNOWN
from schemalint.operations import CreateTable, Opaque, Operation, spares_columns
from schemalint.operations.rows import CreateTrigger, DropFunction, Rows
from schemalint.source import Span


def guarded(operations: Iterable[Operation], condition: int, branch: int) -> list[Operation]:
    """The operations of a branch of a condition that asks the catalog; an inner condition stays."""
    return [
        operation if operation.guard is not None else replace(operation, guard=(condition, branch))
        for operation in operations
    ]


def uncertain(operations: Iterable[Operation], reason: str) -> list[Operation]:
    """What may have happened or not: each operation that shapes the catalog becomes an opaque one."""
    found: list[Operation] = []
    for operation in operations:
        if isinstance(operation, CreateTrigger | DropFunction):
            continue
        if isinstance(operation, Rows):
            found.append(replace(operation, certain=False))
        elif isinstance(operation, Opaque):
            found.append(replace(operation, ungrammatical=False))
        else:
            found.append(
                Opaque(
                    reason=reason,
                    tables=touched_tables(operation),
                    spares_columns=spares_columns(operation),
                    span=operation.span,
                )
            )
    return found


def touched_tables(operation: Operation) -> tuple[Name, ...] | None:
    """The tables that an operation touches; None where it doesn't say."""
    if isinstance(operation, CreateTable):
        return (operation.table.name,)
    table = getattr(operation, "table", None)
    return (table,) if isinstance(table, Name) else None


def with_known_names(operations: Iterable[Operation], place: Span) -> Iterator[Operation]:
    """The operations whose names are all known; the others as opaque ones.

    A table in a schema of unknown name is a copy of some table in a schema of its own: it is none of
    those that are known here.
    """
    for operation in operations:
        if isinstance(operation, Rows) or UNKNOWN not in repr(operation):
            yield operation
            continue
        tables = operation.tables if isinstance(operation, Opaque) else touched_tables(operation)
        if _is_elsewhere(operation):
            tables = ()
        elif tables is not None and any(UNKNOWN in table.name for table in tables):
            tables = None
        yield Opaque(
            reason="SQL put together of unknown parts",
            tables=tables,
            spares_columns=spares_columns(operation),
            span=place,
        )


def _is_elsewhere(operation: Operation) -> bool:
    """Whether the operation is about something in a schema of unknown name."""
    tables = operation.tables if isinstance(operation, Opaque) else touched_tables(operation)
    names = [*(tables or ()), getattr(operation, "index", None), getattr(operation, "name", None)]
    return any(isinstance(name, Name) and UNKNOWN in (name.schema or "") for name in names)
