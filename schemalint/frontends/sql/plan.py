"""What a layout makes of files before a statement is read: which parts of which files are which migration."""

from __future__ import annotations

from msgspec import Struct

from schemalint.knowledge.dialects import Dialect
from schemalint.migration import RollbackState
from schemalint.reading import Fault, Kind, Unreadable
from schemalint.source import Span


class Decision(Struct, frozen=True):
    """Which database the SQL is for; `reason` finishes the sentence "postgresql, because …".

    `dialect` is None for a database that is known by name only, which `reason` tells.
    """

    dialect: Dialect | None
    reason: str


class Part(Struct, frozen=True):
    """A stretch of a file that is SQL: all of it unless `start` and `end` say otherwise.

    `text` stands in for the file's own, at the same offsets, where a layout keeps SQL in comments.
    """

    path: str
    start: int = 0
    end: int | None = None
    text: str | None = None


class Script(Struct, frozen=True, kw_only=True):
    """One migration, before its statements are read.

    `down` is None where nothing is written for it, and `marker` where its part of the file begins.
    `transactional` is None where the tool goes by the statements. `rollback` and `rollback_reason` are
    set where the layout itself tells them. `program` says what it is where it is not SQL at all.
    `only_for` are the databases to which it is limited.
    """

    name: str
    up: tuple[Part, ...]
    down: tuple[Part, ...] | None = None
    marker: Span | None = None
    transactional: bool | None = True
    rollback: RollbackState | None = None
    rollback_reason: str | None = None
    program: str | None = None
    only_for: frozenset[Dialect] | None = None
    parents: tuple[str, ...] | None = None


class Plan(Struct, frozen=True, kw_only=True):
    """One history, or one declared schema, as its layout has it.

    `source` is the folder or file that it is read from. `has_down_parts` says that the layout has a place
    for down sides, `forward_only` that its tool never runs one. `decision` is what the layout's own files
    say about the database. `unreadable` and `faults` are its own troubles; with them, something may be
    missing.
    """

    layout: str
    source: str
    scripts: tuple[Script, ...]
    kind: Kind = "sql-migrations"
    has_down_parts: bool = True
    forward_only: bool = False
    decision: Decision | None = None
    unreadable: tuple[Unreadable, ...] = ()
    faults: tuple[Fault, ...] = ()
