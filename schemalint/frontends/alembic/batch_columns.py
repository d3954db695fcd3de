"""Under which names a batch on SQLite knows the columns of its table, and what it makes of other names.

A renamed column keeps its old name until the batch ends (`alter_column` in `alembic/operations/batch.py`: "we
don't change '.key'"). A constraint on a column of another name is not made, and nothing is said about it
(`_transfer_elements_to_new_table`); an index on one is a KeyError, and so is altering or dropping it.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from schemalint.catalog import Check, ForeignKey, Index, Table
from schemalint.operations import (
    AddCheck,
    AddColumn,
    AddForeignKey,
    AddIndex,
    AlterColumn,
    DropColumn,
    Operation,
    RenameColumn,
)


class UnknownColumn(Exception):
    """The batch knows no column of that name, and ends with a KeyError."""


class BatchColumns:
    """The columns of a batch, from what it calls them to what they are called by now.

    Where the table is not known as a whole, any name may be one of its columns, but for those that columns
    are renamed to.
    """

    def __init__(self, table: Table | None) -> None:
        self._whole = table is not None and table.has_all_columns
        self._names = {column.name: column.name for column in table.columns} if table is not None else {}

    def told(self, operation: Operation) -> Operation | None:
        """What comes of an operation, in names of the database; None if nothing does. UnknownColumn."""
        match operation:
            case AddColumn():
                self._names[operation.column.name] = operation.column.name
            case RenameColumn():
                now = self._certain(operation.column)
                self._names[operation.column] = operation.new_name
                return replace(operation, column=now)
            case AlterColumn():
                return replace(operation, column=self._certain(operation.column))
            case DropColumn():
                now = self._certain(operation.column)
                self._names.pop(operation.column, None)
                return replace(operation, column=now)
            case AddForeignKey(foreign_key=key):
                return self._constraint(operation, key.columns, foreign_key=key)
            case AddCheck(check=check) if check.columns:
                return self._constraint(operation, check.columns, check=check)
            case AddIndex(index=index):
                return self._index(operation, index)
        return operation

    def _now(self, name: str) -> str | None:
        """What a column is called by now; None if the batch knows none of that name."""
        if name in self._names:
            return self._names[name]
        wanted = name.lower()
        same = next((key for key in self._names if key.lower() == wanted), None)
        if same is not None:
            return self._names[same]
        renamed = any(key != now and now.lower() == wanted for key, now in self._names.items())
        return None if self._whole or renamed else name

    def _certain(self, name: str) -> str:
        now = self._now(name)
        if now is None:
            raise UnknownColumn(name)
        return now

    def _all(self, names: Iterable[str]) -> tuple[str, ...] | None:
        found = [self._now(name) for name in names]
        return None if None in found else tuple(name for name in found if name is not None)

    def _constraint(
        self,
        operation: AddForeignKey | AddCheck,
        columns: tuple[str, ...],
        **element: ForeignKey | Check,
    ) -> Operation | None:
        now = self._all(columns)
        if now is None or now == columns:
            return None if now is None else operation
        return replace(operation, **{name: replace(one, columns=now) for name, one in element.items()})

    def _index(self, operation: AddIndex, index: Index) -> Operation | None:
        keys = []
        for key in index.keys:
            now = self._now(key.column) if key.column is not None else None
            if key.column is not None and now is None:
                if index.is_constraint:
                    return None
                raise UnknownColumn(key.column)
            keys.append(key if now == key.column else replace(key, column=now))
        return replace(operation, index=replace(index, keys=tuple(keys)))
