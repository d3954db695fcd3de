"""Columns that a history changes and never shows being made: the types that it gave them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import UNSET

from schemalint import operations as op
from schemalint.catalog import Catalog, Column, Name, TableKey
from schemalint.comparison import Difference, difference_of, types_differ
from schemalint.knowledge.dialects import folded
from schemalint.replay import Step

_Place = tuple[TableKey, str]


class UnseenColumns:
    """The types of columns of tables that the catalog does not show whole, as far as they were set."""

    def __init__(self) -> None:
        self._types: dict[_Place, tuple[Name, str, str]] = {}

    def copy(self) -> UnseenColumns:
        """The same, to go on from here in another way."""
        other = UnseenColumns()
        other._types = dict(self._types)
        return other

    def follow(self, before: Catalog, operation: op.Operation) -> None:
        """What an operation makes of them."""
        match operation:
            case op.AlterColumn():
                place = unseen_place(before, operation)
                if place is not None and isinstance(operation.type, str):
                    self._types[place] = (operation.table, operation.column, operation.type)
            case op.AddColumn(column=Column(name=column)) | op.DropColumn(column=column):
                self._forget(before, operation.table, column)
            case op.RenameColumn():
                self._forget(before, operation.table, operation.column)
                self._forget(before, operation.table, operation.new_name)
            case op.DropTable() | op.RenameTable() | op.MoveTable():
                keys = set(before.keys(operation.table))
                self._types = {place: known for place, known in self._types.items() if place[0] not in keys}

    def _forget(self, catalog: Catalog, table: Name, column: str) -> None:
        for key in catalog.keys(table):
            self._types.pop((key, folded(column, catalog.dialect)), None)

    def type_of(self, place: _Place) -> str | None:
        """The type that a column was given last; None if it was given none."""
        known = self._types.get(place)
        return None if known is None else known[2]

    def differences(self, later: UnseenColumns, catalog: Catalog) -> Iterator[Difference]:
        """The columns that have another type later."""
        for place, (table, column, type_) in self._types.items():
            now = later.type_of(place)
            if now is not None and types_differ(type_, now, catalog.dialect):
                left, right = (Column(name=column, type=one) for one in (type_, now))
                yield difference_of(catalog.placed(table), left, right, "type")


def unseen_columns(steps: Iterable[Step]) -> UnseenColumns:
    """Those of a whole history, once all of it is done."""
    found = UnseenColumns()
    for step in steps:
        found.follow(step.before, step.operation)
    return found


def unseen_place(catalog: Catalog, operation: op.AlterColumn) -> _Place | None:
    """What tells the column that is altered from others, if the catalog does not show it."""
    table = catalog.find(operation.table)
    if table is not None and (table.complete or table.column(operation.column, catalog.dialect) is not None):
        return None
    return catalog.key(catalog.placed(operation.table)), folded(operation.column, catalog.dialect)


def sets_type_alone(operation: op.AlterColumn) -> bool:
    """Whether nothing else of the column is changed."""
    others = (operation.nullable, operation.default, operation.generated, operation.identity)
    return all(value is UNSET for value in others)
