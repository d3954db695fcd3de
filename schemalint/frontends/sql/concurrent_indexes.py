"""CREATE and DROP INDEX CONCURRENTLY within a transaction, where PostgreSQL refuses them."""

from __future__ import annotations

from collections.abc import Iterable

from schemalint.operations import AddIndex, DropIndex, Failure, Operation


def refused_in_transaction(operations: Iterable[Operation]) -> tuple[Operation, ...]:
    """The operations of a transaction, with the error in front of each that can be in none.

    Source: "CREATE INDEX", https://www.postgresql.org/docs/current/sql-createindex.html
    """
    found: list[Operation] = []
    for operation in operations:
        if isinstance(operation, AddIndex | DropIndex) and operation.concurrently:
            found.append(Failure(reason="CONCURRENTLY can be in no transaction", span=operation.span))
        found.append(operation)
    return tuple(found)
