"""Statements that Django puts off until the end of a migration; their names are made when they run.

So a table or a column that is renamed in the same migration is renamed in them, too
(`django/db/backends/ddl_references.py`).
"""

from __future__ import annotations

from msgspec.structs import replace

from schemalint.catalog import ForeignKey, Index, Key, Name
from schemalint.frontends.django.names import foreign_key_suffix, index_name, table_name
from schemalint.knowledge.dialects import Dialect
from schemalint.operations import AddForeignKey, AddIndex, Operation
from schemalint.source import Span


class Deferred:
    """An index, a unique key or a foreign key to be made later. `suffix` ends a name that nobody wrote."""

    __slots__ = ("foreign_key", "index", "span", "suffix", "table", "target")

    def __init__(
        self,
        table: str,
        *,
        index: Index | None = None,
        foreign_key: ForeignKey | None = None,
        target: str = "",
        suffix: str = "",
        span: Span | None = None,
    ) -> None:
        self.table = table
        self.index = index
        self.foreign_key = foreign_key
        self.target = target
        self.suffix = suffix
        self.span = span

    def operation(self, dialect: Dialect) -> Operation:
        """The statement, named."""
        if self.foreign_key is not None:
            return AddForeignKey(
                table=table_name(self.table),
                foreign_key=replace(
                    self.foreign_key, name=self.name(dialect), target=table_name(self.target)
                ),
                span=self.span,
            )
        assert self.index is not None
        index = replace(self.index, name=self.name(dialect))
        return AddIndex(table=table_name(self.table), index=index, span=self.span)

    def name(self, dialect: Dialect) -> str | None:
        """The name as it would be made now."""
        if self.foreign_key is not None:
            if self.foreign_key.name is not None:
                return self.foreign_key.name
            suffix = self.suffix or foreign_key_suffix(self.target, self.foreign_key.target_columns[0])
            return index_name(self.table, self.foreign_key.columns, suffix, dialect)
        assert self.index is not None
        if self.index.name is not None:
            return self.index.name
        return index_name(self.table, self.index.columns, self.suffix, dialect)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it is about."""
        if self.foreign_key is not None:
            return self.foreign_key.columns
        assert self.index is not None
        return self.index.columns

    def is_about_table(self, table: str) -> bool:
        """Whether it is on the table or refers to it."""
        return table in (self.table, self.target)

    def is_about_column(self, table: str, column: str) -> bool:
        """Whether it uses a column of the table."""
        if self.table == table:
            index = self.index
            used = {*self.columns, *(index.include if index is not None else ())}
            if column in used:
                return True
        return (
            self.target == table
            and self.foreign_key is not None
            and column in self.foreign_key.target_columns
        )

    def rename_table(self, old: str, new: str) -> None:
        """Follow a renamed table."""
        if self.table == old:
            self.table = new
        if self.target == old:
            self.target = new

    def rename_column(self, table: str, old: str, new: str) -> None:
        """Follow a renamed column."""

        def renamed(columns: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(new if column == old else column for column in columns)

        if self.table == table:
            if self.index is not None:
                keys = tuple(_renamed(key, old, new) for key in self.index.keys)
                self.index = replace(self.index, keys=keys, include=renamed(self.index.include))
            if self.foreign_key is not None:
                self.foreign_key = replace(self.foreign_key, columns=renamed(self.foreign_key.columns))
        if self.target == table and self.foreign_key is not None:
            columns = renamed(self.foreign_key.target_columns)
            self.foreign_key = replace(self.foreign_key, target_columns=columns)

    def is_index(self, table: Name, name: str, dialect: Dialect) -> bool:
        """Whether it makes the index of that name. Being asked settles the names of the table's indexes."""
        if self.index is None or table_name(self.table) != table:
            return False
        own = self.name(dialect)
        if self.index.name is None and self.index.origin == "explicit" and not self.index.unique:
            self.index = replace(self.index, name=own)
        return own == name


def _renamed(key: Key, old: str, new: str) -> Key:
    if key.expression is not None:
        return replace(key, expression=key.expression.replace(f'"{old}"', f'"{new}"'))
    return replace(key, column=new) if key.column == old else key
