"""What a down side is to be: its text, and where it goes."""

from __future__ import annotations

from msgspec import Struct


class Refusal(Exception):
    """No down side can be given, or none be written; the text says why."""


class Edit(Struct, frozen=True):
    """What stands in a file instead of its characters from `start` to `end`."""

    start: int
    end: int
    text: str


class DownSide(Struct, frozen=True, kw_only=True):
    """The down side of a migration.

    `text` is what is shown. It goes into the file `path` by `edits`; without any it is the text of a new
    file. `present` says that the migration has a down side already.
    """

    text: str
    path: str
    edits: tuple[Edit, ...] = ()
    present: bool = False
