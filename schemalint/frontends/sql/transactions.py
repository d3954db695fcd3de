"""What a script takes back itself: ROLLBACK, to where its transaction began or to a savepoint."""

from __future__ import annotations

from schemalint.frontends.sql.cursor import Cursor
from schemalint.frontends.sql.dynamic import variable_name
from schemalint.knowledge.dialects import MYSQL_FAMILY
from schemalint.operations import Opaque, Operation


class Transactions:
    """Where the transaction of a script began, and its savepoints: how many operations there were by then."""

    def __init__(self) -> None:
        self._start: int | None = None
        self._savepoints: dict[str, int] = {}

    def follow(self, statement: Cursor, operations: list[Operation]) -> None:
        """Note the beginning and the end of a transaction, and take back what is rolled back.

        MySQL ends a transaction before it changes a table: there is nothing to take back.
        """
        word = statement.word
        if statement.dialect in MYSQL_FAMILY:
            return
        if word in ("BEGIN", "START"):
            self._start, self._savepoints = len(operations), {}
        elif word in ("COMMIT", "END"):
            self._start, self._savepoints = None, {}
        elif word == "SAVEPOINT":
            self._savepoints[_last_name(statement)] = len(operations)
        elif word in ("ROLLBACK", "ABORT"):
            to_savepoint = "TO" in statement.words[statement.at : statement.end]
            kept = self._savepoints.get(_last_name(statement)) if to_savepoint else self._start
            if kept is not None:
                del operations[kept:]
            elif operations:
                span = statement.span(statement.first, statement.end)
                operations.append(Opaque(reason="what a ROLLBACK takes back", span=span))
            if not to_savepoint:
                self._start, self._savepoints = None, {}


def _last_name(statement: Cursor) -> str:
    return variable_name(statement.texts[statement.end - 1])
