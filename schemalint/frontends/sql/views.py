"""What views give, for tables that are made from all columns of one."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from schemalint.frontends.sql.cursor import Cursor
from schemalint.frontends.sql.queries import Result, result_of
from schemalint.knowledge.dialects import folded
from schemalint.operations import CreateTable, CreateView, Like, Opaque, Operation

_DEEPEST = 20


class Views:
    """The queries of the views that a connection has made, by name."""

    def __init__(self) -> None:
        self._queries: dict[str, str] = {}

    def copy(self) -> Views:
        """The same, to go on from here in another way."""
        other = Views()
        other._queries = dict(self._queries)
        return other

    def followed(self, operations: Iterable[Operation], statement: Cursor) -> list[Operation]:
        """The operations of a CREATE statement, with a table made from a view made from what the view gives.

        A view that the statement makes is remembered.
        """
        found: list[Operation] = []
        for operation in operations:
            if isinstance(operation, CreateView):
                query = _query(statement)
                if query is not None:
                    self._queries[folded(operation.name.name, statement.dialect)] = query
            if isinstance(operation, CreateTable) and any(map(self._is_from_view, operation.likes)):
                found += self._from_view(operation, statement)
            else:
                found.append(operation)
        return found

    def _is_from_view(self, like: Like) -> bool:
        return like.is_query and not like.selected and like.source.name in self._queries

    def _from_view(self, operation: CreateTable, statement: Cursor) -> list[Operation]:
        (like,) = operation.likes
        result = self._result(like.source.name, statement)
        if result is None:
            unknown = replace(operation, likes=(), table=replace(operation.table, complete=False))
            reason = f"the columns of the view {like.source}"
            return [unknown, Opaque(reason=reason, tables=(operation.table.name,), span=operation.span)]
        if (copied := result.like()) is not None:
            return [replace(operation, likes=(copied,))]
        columns = tuple(result.made(statement.dialect, statement.span(statement.first, statement.end)))
        return [replace(operation, likes=(), table=replace(operation.table, columns=columns))]

    def _result(self, view: str, statement: Cursor, depth: int = 0) -> Result | None:
        """The columns of a view, through other views that it takes everything from."""
        query = self._queries.get(view)
        if query is None or depth > _DEEPEST:
            return None
        words = query.split()
        if words[:3] and [word.upper() for word in words[:3]] == ["SELECT", "*", "FROM"] and len(words) == 4:
            return self._result(folded(words[3].strip('"`'), statement.dialect), statement, depth + 1)
        return result_of(query, statement.dialect)


def _query(statement: Cursor) -> str | None:
    """What stands behind AS in a CREATE VIEW without a list of columns."""
    for at in range(statement.first, statement.end):
        if statement.words[at] == "(":
            return None
        if statement.words[at] == "AS":
            return statement.source(at + 1, statement.end)
    return None
