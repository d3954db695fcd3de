"""What a history shows of its tables, types and views: it may begin in the middle, or be one of several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from schemalint.catalog import Catalog, Name
from schemalint.knowledge.types import base_type, is_foreign_to_postgresql, is_of_postgresql
from schemalint.migration import Migration
from schemalint.operations import (
    AddColumn,
    AlterColumn,
    CreateTable,
    CreateView,
    Operation,
    PresumeTable,
    RenameTable,
)
from schemalint.replay import Replay, Trouble
from schemalint.rollback.certain_refusals import may_be_others, touched_in_doubt, understood_everywhere


class ShownHistory(Struct, frozen=True, kw_only=True):
    """What the migrations together tell of their tables.

    `made` are the names that tables of this history have, on the way up or down, `names` the same without
    schemas and in small letters, `presumed` what migrations take to be made by somebody else, `doubtful`
    those of it that are not declared either, `refused` the operations of the up sides that could not be
    replayed, by their identity. `types` are the names of types that the up sides use, `views` the views
    that they make. `follows_all` says that all that the up sides do was understood but for what they do to
    tables that they name: those are `touched`, in small letters. `may_be_others` are the indexes, each its
    table and its name, that are made only if there are none of these names: those that there were may be
    something else.
    """

    made: frozenset[Name]
    names: frozenset[str]
    presumed: frozenset[str]
    doubtful: frozenset[str]
    refused: dict[int, Trouble]
    types: frozenset[str]
    views: frozenset[Name]
    follows_all: bool
    touched: frozenset[str]
    may_be_others: frozenset[tuple[str, str | None]]

    def shows(self, table: Name, *catalogs: Catalog) -> bool:
        """Whether the history makes such a table, or one of its catalogs has it."""
        return table.name.lower() in self.names or any(
            catalog.find(table) is not None for catalog in catalogs
        )

    def is_followed(self, table: Name) -> bool:
        """Whether the table is there, and all that the up sides do to it was understood."""
        known = str(table) not in self.doubtful and table.name.lower() not in self.touched
        return self.follows_all and known

    def unheard_type(self, catalog: Catalog, operation: Operation) -> str | None:
        """A type that a column is given, which PostgreSQL has not of its own, and nothing makes or uses."""
        if catalog.dialect != "postgresql" or not isinstance(operation, AddColumn | AlterColumn):
            return None
        for type_ in _stated_types(operation):
            name = _type_name(type_)
            if not name or name in self.types or is_of_postgresql(type_) or is_foreign_to_postgresql(type_):
                continue
            if all(name != made.lower() for _, made in (*catalog.types, *catalog.tables)):
                return type_
        return None


def shown_history(
    migrations: Sequence[Migration], replay: Replay, declared: Catalog | None = None
) -> ShownHistory:
    """What these migrations show, of which `replay` is what came of their up sides.

    `declared` are the tables that the application says it has.
    """
    made: set[Name] = set()
    presumed: set[str] = set()
    there = {table.name.name.lower() for table in declared.tables.values()} if declared is not None else ()
    doubtful: set[str] = set()
    types: set[str] = set()
    for migration in migrations:
        types.update(
            base_type(type_).strip('"').lower() for one in migration.up for type_ in _stated_types(one)
        )
        for operation in (*migration.up, *migration.down):
            if isinstance(operation, CreateTable):
                made.add(operation.table.name)
            elif isinstance(operation, RenameTable):
                made.update((operation.table, operation.new_name))
            elif isinstance(operation, PresumeTable):
                presumed.add(str(operation.table))
                if operation.table.name.lower() not in there:
                    doubtful.add(str(operation.table))
    return ShownHistory(
        made=frozenset(made),
        names=frozenset(name.name.lower() for name in made),
        presumed=frozenset(presumed),
        doubtful=frozenset(doubtful),
        refused={id(trouble.operation): trouble for trouble in replay.troubles},
        types=frozenset(types),
        follows_all=understood_everywhere(migrations),
        touched=touched_in_doubt(migrations),
        may_be_others=may_be_others(one for migration in migrations for one in migration.up),
        views=frozenset(one.name for each in migrations for one in each.up if isinstance(one, CreateView)),
    )


def _stated_types(operation: Operation) -> Iterator[str]:
    """The types of columns that an operation states."""
    if isinstance(operation, CreateTable):
        yield from (column.type for column in operation.table.columns)
    elif isinstance(operation, AddColumn):
        yield operation.column.type
    elif isinstance(operation, AlterColumn) and isinstance(operation.type, str):
        yield operation.type


def _type_name(type_: str) -> str:
    return base_type(type_).strip('"').lower()
