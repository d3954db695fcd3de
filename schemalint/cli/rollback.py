"""`schemalint rollback MIGRATION`: the down side of a migration, printed or put where it belongs."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from schemalint.conversion.inconvertible import Inconvertible
from schemalint.down_side import DownSide, Refusal
from schemalint.frontends.sql.statement_parts import Unwritable
from schemalint.migration import Migration
from schemalint.reading import Kind
from schemalint.registry import down_side_writer
from schemalint.rule import Database
from schemalint.source import Sources, UnreadableFile

_IN_PYTHON: dict[Kind, str] = {"alembic": "alembic", "django-migrations": "django"}
"""The front ends of histories that are not in SQL."""


def down_side(databases: Iterable[Database], sources: Sources, path: str) -> DownSide:
    """The down side of the migration that is kept in `path`, a file or a folder. Refusal with the reason.

    A revision of Alembic's may be one of several databases, with a function for each of them.
    """
    found: list[DownSide] = []
    for database in databases:
        reading = database.migrated
        if reading is None or database.replay is None:
            continue
        kept = [migration for migration in reading.migrations if _is_kept_in(migration, path)]
        if len(kept) > 1:
            raise Refusal(f"{path} holds {len(kept):,} migrations: it is not clear which one is meant")
        for migration in kept:
            writer = down_side_writer(_IN_PYTHON.get(reading.kind, "sql"))
            try:
                found.append(writer(migration, reading, database.replay, sources))
            except UnreadableFile as unreadable:
                raise Refusal(f"{unreadable.path} can't be read: {unreadable.reason}") from unreadable
            except (Inconvertible, Unwritable) as reason:
                raise Refusal(f"{migration.name} has no way back that is known: {reason}") from reason
            if reading.kind != "alembic":
                return found[0]
    if not found:
        raise Refusal(f"{path}: there is no migration")
    return found[0] if len(found) == 1 else _together(found)


def _together(found: list[DownSide]) -> DownSide:
    """The functions of several databases in one file, of which those are written that do nothing."""
    functions = {down.text.partition("(")[0]: down for down in reversed(found)}
    missing = [down for down in functions.values() if not down.present]
    return DownSide(
        text="\n\n".join(down.text for down in reversed(functions.values())),
        path=found[0].path,
        edits=tuple(edit for down in missing for edit in down.edits),
        present=not missing,
    )


def _is_kept_in(migration: Migration, path: str) -> bool:
    own = PurePosixPath(migration.path)
    return migration.path == path or str(own.parent) == path


def write_down_side(down: DownSide, sources: Sources, place: Path) -> None:
    """Put the down side where it goes, at `place`; Refusal if a file is there that must not be touched."""
    if not down.edits:
        try:
            with place.open("x", encoding="utf-8", newline="\n") as file:
                file.write(down.text)
        except FileExistsError as error:
            raise Refusal(f"{down.path} is there already") from error
        except OSError as error:
            raise Refusal(f"{down.path}: {error.strerror}") from error
        return
    written = sources.read(down.path)
    if written.undecodable is not None:
        raise Refusal(f"{down.path} is not UTF-8, and is left as it is")
    before = sources.bytes(down.path)
    mark = codecs.BOM_UTF8 if before.startswith(codecs.BOM_UTF8) else b""
    text = mark + _edited(written.text, down).encode()
    beside = place.with_name(f".{place.name}.schemalint")
    try:
        if place.read_bytes() != before:
            raise Refusal(f"{down.path} has changed since it was read")
        beside.write_bytes(text)
        beside.chmod(place.stat().st_mode)
        beside.replace(place)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise Refusal(f"{down.path}: {error.strerror}") from error


def _edited(text: str, down: DownSide) -> str:
    """The migration's file with the down side in it, with the line endings that it has."""
    line_end = "\r\n" if "\r\n" in text else "\n"
    for edit in sorted(down.edits, key=lambda one: one.start, reverse=True):
        text = text[: edit.start] + edit.text.replace("\n", line_end) + text[edit.end :]
    return text
