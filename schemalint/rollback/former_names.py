"""What tables and columns were called before the steps of a migration, by which rows find their way back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from schemalint import operations as op
from schemalint.catalog import Catalog, Name, TableKey
from schemalint.knowledge.dialects import folded
from schemalint.replay import Step


class _Former(Struct, kw_only=True):
    """A table's former key, None if it was not there, and its columns' former names by those they have."""

    key: TableKey | None
    columns: dict[str, str]


class FormerNames:
    """The names before the steps, of the tables and columns that are the same ones after them.

    A table that takes the name of one that is dropped is that table made anew, and so are its columns.
    """

    def __init__(self, steps: Sequence[Step]) -> None:
        self._before, self._after = steps[0].before, steps[-1].after
        self._tables = {
            key: _Former(key=key, columns={self._folded(one.name): one.name for one in table.columns})
            for key, table in self._before.tables.items()
        }
        self._dropped: dict[TableKey, _Former] = {}
        for step in steps:
            if step.before is not step.after:
                self._follow(step.operation, step.before)

    def _folded(self, name: str) -> str:
        return folded(name, self._before.dialect)

    def _follow(self, operation: op.Operation, catalog: Catalog) -> None:
        match operation:
            case op.RenameTable(table=table, new_name=new_name):
                old = self._table(table, catalog)
                if old is not None:
                    self._come(catalog.key(Name(new_name.name, new_name.schema or table.schema)), old)
            case op.CreateTable(table=made):
                self._come(catalog.key(made.name), _Former(key=None, columns={}))
            case op.DropTable(table=table):
                key = self._key(table, catalog)
                if (old := self._table(table, catalog)) is not None and key is not None:
                    self._dropped[key] = old
            case op.RenameColumn(table=table, column=column, new_name=new_column):
                columns = self._columns(table, catalog)
                if self._folded(column) in columns:
                    columns[self._folded(new_column)] = columns.pop(self._folded(column))
            case op.DropColumn(table=table, column=column):
                self._columns(table, catalog).pop(self._folded(column), None)

    def _key(self, name: Name, catalog: Catalog) -> TableKey | None:
        return next((key for key in catalog.keys(name) if key in catalog.tables), None)

    def _table(self, name: Name, catalog: Catalog) -> _Former | None:
        """The table that has a name until now."""
        key = self._key(name, catalog)
        return self._tables.pop(key, None) if key is not None else None

    def _columns(self, name: Name, catalog: Catalog) -> dict[str, str]:
        key = self._key(name, catalog)
        table = self._tables.get(key) if key is not None else None
        return table.columns if table is not None else {}

    def _come(self, key: TableKey, table: _Former) -> None:
        """The table has this name from now on."""
        if table.key is None and key in self._dropped:
            table = self._dropped.pop(key)
        self._tables[key] = table

    def renamings_back(self) -> Iterator[op.Operation]:
        """What gives the former names to what is there after the steps.

        What has such a name meanwhile is dropped before.
        """
        former = {
            table.key: key
            for key, table in self._tables.items()
            if table.key is not None and table.key != key and key in self._after.tables
        }
        for key, table in self._tables.items():
            there = self._after.tables.get(key)
            if there is not None and table.key is None and key in former:
                yield op.DropTable(table=there.name, kind=there.kind)
        for key, table in self._tables.items():
            there, before = self._after.tables.get(key), self._before.tables.get(table.key or key)
            if there is None or before is None:
                continue
            for column, name in table.columns.items():
                now = there.column(column, self._after.dialect)
                was = before.column(name, self._before.dialect)
                if now is not None and was is not None and self._folded(name) != column:
                    instead = there.column(name, self._after.dialect)
                    if instead is not None and self._folded(name) not in table.columns:
                        yield op.DropColumn(table=there.name, column=instead.name)
                    yield op.RenameColumn(table=there.name, column=now.name, new_name=was.name)
        for was_key, key in former.items():
            new_name = self._before.tables[was_key].name
            yield op.RenameTable(table=self._after.tables[key].name, new_name=new_name)
