"""`schemalint rollback MIGRATION`: the down side of a migration, printed or put where it belongs."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from msgspec import Struct

from schemalint.conversion import Inconvertible
from schemalint.frontends.sql.script import statements
from schemalint.frontends.sql.statements import Unwritable
from schemalint.operations import Migration
from schemalint.reading import Reading
from schemalint.reversal import way_back
from schemalint.rule import Database
from schemalint.source import Sources


class Refusal(Exception):
    """No down side can be given; the text says why."""


class DownSide(Struct, frozen=True, kw_only=True):
    """The SQL of a down side, and where it goes: a file of its own, or into the migration's file at `at`.

    `path` is None where migrations are in Python: `language` is then the framework. `marker` is the line that
    has to stand before it, `present` says that there is a down side already.
    """

    sql: str
    path: str | None
    at: int | None = None
    marker: str | None = None
    language: str = "sql"
    present: bool = False


_MARKERS = {
    "goose": "-- +goose Down",
    "dbmate": "-- migrate:down",
    "sql-migrate": "-- +migrate Down",
    "tern": "---- create above / drop below ----",
}
_BEYOND_CATALOGS = re.compile(
    r"(?i)\b(?:create(?:\s+or\s+replace)?|drop|alter)\s+(?:constraint\s+)?"
    r"(?:function|procedure|trigger|aggregate|operator|policy|rule|extension|event)\b"
)
_IN_THEIR_OWN_LANGUAGE = frozenset({"alembic", "django"})


def down_side(databases: Iterable[Database], sources: Sources, path: str) -> DownSide:
    """The down side of the migration that is kept in `path`, a file or a folder. Refusal with the reason."""
    for database in databases:
        reading = database.migrated
        if reading is None or database.replay is None:
            continue
        for migration in reading.migrations:
            if _is_kept_in(migration, path):
                _check_is_in_catalog(migration, sources)
                try:
                    way = way_back(migration, database.replay)
                    written = statements(way.operations, way.after, way.before)
                except (Inconvertible, Unwritable) as reason:
                    raise Refusal(f"{migration.name} has no way back that is known: {reason}") from reason
                sql = "".join(f"-- {' '.join(words.split())}\n" for words in (*way.loses, *way.needs))
                sql += "".join(f"{statement};\n" for statement in written)
                return _placed(migration, reading, sources, sql)
    raise Refusal(f"{path}: there is no migration")


def _check_is_in_catalog(migration: Migration, sources: Sources) -> None:
    """Refusal where the migration is about things that are in no catalog here, and what rests on them."""
    found = _BEYOND_CATALOGS.search(sources.read(migration.path).text)
    if found is not None:
        what = " ".join(found[0].upper().split())
        raise Refusal(f"{migration.name} has no way back that is known: {what} is not followed here")


def _is_kept_in(migration: Migration, path: str) -> bool:
    own = PurePosixPath(migration.path)
    return migration.path == path or str(own.parent) == path


def _placed(migration: Migration, reading: Reading, sources: Sources, sql: str) -> DownSide:
    present = migration.rollback in ("present", "irreversible")
    if reading.layout in _IN_THEIR_OWN_LANGUAGE:
        return DownSide(sql=sql, path=None, language=reading.layout or "", present=present)
    marker = _MARKERS.get(reading.layout or "")
    if marker is None:
        place = _own_file(migration.path, reading.layout or "")
        return DownSide(sql=sql, path=place, present=present)
    text = sources.read(migration.path).text
    at = text.lower().find(marker.lower())
    if at < 0:
        return DownSide(sql=sql, path=migration.path, at=len(text), marker=marker, present=present)
    line_end = text.find("\n", at)
    return DownSide(
        sql=sql, path=migration.path, at=len(text) if line_end < 0 else line_end + 1, present=present
    )


def _own_file(path: str, layout: str) -> str:
    """Where the tool, or else the convention, has the down script of a migration."""
    own = PurePosixPath(path)
    if own.name in ("up.sql", "migration.sql"):
        return str(own.with_name("down.sql"))
    if layout == "sqitch" and "deploy" in own.parts:
        parts = ["revert" if part == "deploy" else part for part in own.parts]
        return str(PurePosixPath(*parts))
    if layout == "flyway" and own.name[:1] in "Vv":
        return str(own.with_name(f"U{own.name[1:]}"))
    if ".up." in own.name:
        return str(own.with_name(own.name.replace(".up.", ".down.", 1)))
    return str(own.with_name(f"{own.name[:-4]}.down.sql"))


def write_down_side(down: DownSide, sources: Sources, place: Path) -> None:
    """Put the down side where it goes, at `place`; Refusal if a file is there that must not be touched."""
    assert down.path is not None
    if down.at is None:
        try:
            with place.open("x", encoding="utf-8", newline="\n") as file:
                file.write(down.sql)
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
    text = mark + _with_down_side(written.text, down).encode()
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


def _with_down_side(text: str, down: DownSide) -> str:
    """The migration's file with the down side in it, with the line endings that it has."""
    before, after = text[: down.at], text[down.at :]
    written = down.sql
    if down.marker is not None:
        written = f"\n{down.marker}\n{written}"
    if before and not before.endswith("\n"):
        written = f"\n{written}"
    return before + (written.replace("\n", "\r\n") if "\r\n" in text else written) + after


def in_python(sql: str, language: str) -> str:
    """The SQL as it stands in an Alembic revision or a Django migration."""
    if language == "django":
        return f'reverse_sql="""\n{_within_quotes(sql.rstrip())}\n"""\n'
    lines = sql.splitlines()
    remarks = "".join(f"    # {line.removeprefix('-- ')}\n" for line in lines if line.startswith("-- "))
    body = _within_quotes("\n".join(line for line in lines if not line.startswith("-- ")))
    parts = [part.strip().rstrip(";") for part in body.split(";\n")]
    written = "".join(f'    op.execute("""{part}""")\n' for part in parts if part)
    return f"def downgrade():\n{remarks}" + (written or "    pass\n")


def _within_quotes(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
