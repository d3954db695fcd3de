"""The down side of a SQL migration: a part of its file, or a file beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from schemalint.down_side import DownSide, Edit, Refusal
from schemalint.frontends.sql.script import statements, view_statements
from schemalint.frontends.sql.split import statements as split
from schemalint.knowledge.dialects import Dialect
from schemalint.migration import Migration
from schemalint.reading import Reading
from schemalint.replay import Replay
from schemalint.rollback.reversal import WayBack, way_back
from schemalint.source import Sources

_MARKERS = {
    "goose": "-- +goose Down",
    "dbmate": "-- migrate:down",
    "sql-migrate": "-- +migrate Down",
    "tern": "---- create above / drop below ----",
}
_NOTHING_IN_GOOSE = re.compile(
    r"\s*-- \+goose StatementBegin\s*(?:SELECT 'down SQL query';\s*)?"
    r"-- \+goose StatementEnd[ \t]*(?:\r?\n|\Z)"
)
"""What `goose create` puts into a section, and what is left when that is taken out."""
_COMMIT = re.compile(r"(?im)^[ \t]*COMMIT[ \t]*;\s*\Z")
_COMMENT = re.compile(r"--[^\n]*|/\*(?!M?!).*?\*/", re.DOTALL)
_BEYOND_CATALOGS = re.compile(
    r"(?i)\b(?:(?:create(?:\s+or\s+replace)?|drop|alter)\s+(?:constraint\s+)?"
    r"(?:function|procedure|trigger|aggregate|operator|policy|rule|extension|event|publication|subscription"
    r"|server|collation|conversion|cast|language|statistics|access\s+method|foreign\s+data|user\s+mapping"
    r"|text\s+search)"
    r"|alter\s+domain(?=\s)(?![^;]*\s(?:rename\s+to|set\s+schema)\s)"
    r"|drop\s+sequence|alter\s+sequence\s+[^;]*?\b(?:rename|set\s+schema)"
    r"|alter\s+index\s+[^;]*?\b(?:re)?set(?=\s*\()"
    r"|alter\s+table\s+[^;]*?\b(?:(?:add|drop|reorganize|truncate|coalesce|exchange|analyze|remove|rebuild)\s+partition(?:ing)?"
    r"|partition\s+by))\b"
)
_SEQUENCE = re.compile(r"(?i)\bcreate\s+(?:temp\w*\s+|unlogged\s+)?sequence\b")


def down_side(migration: Migration, reading: Reading, replay: Replay, sources: Sources) -> DownSide:
    """The SQL that takes a migration back. Refusal, Inconvertible or Unwritable if there is none."""
    own = _COMMENT.sub(" ", _up_side(migration, sources))
    check_is_in_catalog(migration, own, sequences_follow=True)
    sql = script(way_back(migration, replay)) + "".join(_sequences_dropped(own, reading.dialect))
    present = migration.rollback in ("present", "irreversible")
    marker = _MARKERS.get(reading.layout or "")
    if marker is None:
        path = _own_file(migration.path, reading.layout or "")
        edits = (_at_its_end(sources.read(path).text, sql),) if path in sources else ()
        return DownSide(text=sql, path=path, edits=edits, present=present)
    text = sources.read(migration.path).text
    if migration.rollback_span is None:
        at, written = len(text), f"\n{marker}\n{sql}"
    else:  # the line that begins the part
        at, written = min(migration.rollback_span.end + 1, len(text)), sql
    if at and text[at - 1] != "\n":
        written = f"\n{written}"
    nothing = _NOTHING_IN_GOOSE.match(text, at) if reading.layout == "goose" else None
    end = at if nothing is None else nothing.end()
    return DownSide(text=sql, path=migration.path, edits=(Edit(at, end, written),), present=present)


def _up_side(migration: Migration, sources: Sources) -> str:
    """The text of a migration without the part of its file that takes it back."""
    text, span = sources.read(migration.path).text, migration.rollback_span
    return text if span is None or span.path != migration.path else text[: span.start]


def _at_its_end(text: str, sql: str) -> Edit:
    """The SQL in a file that says nothing but words, within its transaction if it has one."""
    committed = _COMMIT.search(text)
    end = len(text) if committed is None else committed.start()
    return Edit(end, end, sql if not end or text[end - 1] == "\n" else f"\n{sql}")


def check_is_in_catalog(migration: Migration, sql: str, *, sequences_follow: bool = False) -> None:
    """Refusal where the SQL of a migration is about what is in no catalog here, and what rests on that.

    `sequences_follow` says that those which it makes will be dropped in the end.
    """
    found = _BEYOND_CATALOGS.search(sql)
    if found is None and not sequences_follow:
        found = _SEQUENCE.search(sql)
    if found is not None:
        what = " ".join(found[0].upper().split())
        raise Refusal(f"{migration.name} has no way back that is known: {what} is not followed here")


def _sequences_dropped(sql: str, dialect: Dialect) -> Iterator[str]:
    """DROP SEQUENCE for those that a migration makes: one that a column owns went with the column."""
    if _SEQUENCE.search(sql) is None:
        return
    for statement in reversed(list(split(sql, "", dialect))):
        if statement.accept("CREATE"):
            statement.accept_any(frozenset({"TEMP", "TEMPORARY", "UNLOGGED"}))
            if statement.accept("SEQUENCE"):
                statement.if_not_exists()
                first = statement.at
                statement.name()
                yield f"DROP SEQUENCE IF EXISTS {''.join(statement.texts[first : statement.at])};\n"


def script(way: WayBack) -> str:
    """The statements of a way back, behind comments that say what does not come back with it."""
    warnings = "".join(f"-- {words}\n" for words in way.remarks())
    found = (
        *view_statements(way.views_dropped, way.after),
        *statements(way.operations, way.after, way.before),
        *view_statements(way.views_made, way.before),
    )
    return warnings + "".join(f"{one};\n" for one in found)


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
