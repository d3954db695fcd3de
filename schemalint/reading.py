"""What a front end makes of its sources: one side of one database, in operations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from schemalint.knowledge.dialects import Dialect
from schemalint.migration import Migration
from schemalint.operations import Opaque, Operation, RenameColumn, RenameTable
from schemalint.scope import Scope
from schemalint.source import Span

Side = Literal["declared", "migrated"]
Kind = Literal[
    "prisma-schema",
    "prisma-migrations",
    "sql-migrations",
    "sql-schema",
    "django-models",
    "django-migrations",
    "sqlalchemy-models",
    "alembic",
    "drizzle-schema",
    "drizzle-migrations",
]


class Unreadable(Struct, frozen=True):
    """A place where a source could not be read; the `unreadable` rule reports it."""

    span: Span
    message: str


class Fault(Struct, frozen=True, kw_only=True):
    """A place where a history does not hold together, as its own tool would say.

    `kind` is "heads" where two migrations stand for one place in the history: two newest revisions, two
    files of one version; "broken" where what a migration needs is not there or can't be told. `message` is
    one sentence, `name` the migration that it is about, `others` are places that take part, with words.
    """

    kind: Literal["heads", "broken"]
    name: str
    span: Span
    message: str
    others: tuple[tuple[Span, str], ...] = ()


class Record(Struct, frozen=True, kw_only=True):
    """What a history itself says the schema is: the operations that would make it of nothing.

    Its tables and columns have the names that they have where they are declared; `renames` are what must
    still be done for that.
    """

    operations: tuple[Operation, ...]
    renames: tuple[RenameTable | RenameColumn, ...] = ()

    def is_whole(self) -> bool:
        """Whether nothing that was not understood may have added a table to it."""
        return all(not isinstance(one, Opaque) or one.tables is not None for one in self.operations)


class Reading(Struct, frozen=True, kw_only=True):
    """One side of one database as its sources tell it.

    A declared side is `operations` that make the schema out of nothing, in the order in which its
    framework would do it; a migrated side is `migrations` in the order in which its tool would run them,
    after `operations` that the program does before the first of them, mostly none.
    `source` is the file or folder that it was read from (relative to the root), `database` a name to show.
    `dialect_reason` finishes the sentence "postgresql, because …". `layout` is the tool of a history
    ("prisma", "goose", "alembic", …); `forward_only` says that this tool never runs a down side.
    `complete` is False where part of the sources could not be read: what is missing may be there.
    `statements` counts what was read, `paths` are the files, `faults` what is wrong with a history as such.
    `record` is there for histories whose tool keeps the schema beside the database that it migrates, and
    compares that with what is declared (Django's project state).
    `declares` identifies the collections of tables (a MetaData) that a declared side is, `scope` says which
    of them the tool of a history compares with the database, and how. `elsewhere` are the names of indexes
    and constraints that are declared too, and made in databases of other kinds only; `besides` those of
    tables and indexes that are made without being declared, by listeners to events, and `textual` those of
    indexes with a key that is written as SQL text.
    """

    kind: Kind
    side: Side
    source: str
    database: str
    dialect: Dialect
    dialect_reason: str
    operations: tuple[Operation, ...] = ()
    migrations: tuple[Migration, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    faults: tuple[Fault, ...] = ()
    layout: str | None = None
    forward_only: bool = False
    complete: bool = True
    statements: int = 0
    paths: tuple[str, ...] = ()
    record: Record | None = None
    declares: tuple[str, ...] = ()
    elsewhere: frozenset[str] = frozenset()
    besides: frozenset[str] = frozenset()
    textual: frozenset[str] = frozenset()
    scope: Scope | None = None

    def way_up(self) -> Iterator[Operation]:
        """All that makes the schema of nothing, in order."""
        yield from self.operations
        for migration in self.migrations:
            yield from migration.up

    def not_understood(self) -> list[Opaque]:
        """What may shape the catalog on the way up and could not be read."""
        return [operation for operation in self.way_up() if isinstance(operation, Opaque)]


def under_different_names(readings: list[Reading]) -> list[Reading]:
    """The readings of one front end, databases of one name numbered."""
    names: dict[str, int] = {}
    found = []
    for reading in readings:
        count = names[reading.database] = names.get(reading.database, 0) + 1
        found.append(replace(reading, database=f"{reading.database} ({count})") if count > 1 else reading)
    return found
