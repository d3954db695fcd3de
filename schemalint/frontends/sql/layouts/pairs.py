"""Up and down scripts as two files of one name: what golang-migrate, sqlx, popx and others have in common."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from schemalint.frontends.sql.dialect_names import dialect_named
from schemalint.frontends.sql.layouts.versions import by_number
from schemalint.frontends.sql.plan import Part, Script
from schemalint.frontends.sql.tree import join

# golang-migrate takes anything behind `.up.`: a real project has `30_x.up..sql`
_DOTTED = re.compile(
    r"(?i)(?P<stem>.+?)(?:\.(?P<infix>(?!autocommit\.)[a-z]+\d?))?(?P<autocommit>\.autocommit)?\.(?P<side>up|down)\.(?:[^.].*\.|\.*)?sql"
)
_DASHED = re.compile(r"(?i)(?P<stem>.+?)[-_](?P<side>up|down)\.sql")
_COMMON = frozenset({"all"})


class Half(Struct, frozen=True, kw_only=True):
    """One of the two files; `database` is the one that its name speaks of, None for all of them."""

    stem: str
    side: str
    name: str
    infix: str | None = None
    database: str | None = None
    autocommit: bool = False


def half(name: str) -> Half | None:
    """What a file's name says: `1_x.up.sql`, `1_x.mysql.down.sql`; None for another name."""
    found = _DOTTED.fullmatch(name)
    if found is None:
        return None
    infix = found["infix"]
    stem = found["stem"]
    database = None
    if infix is not None:
        database = dialect_named(infix)
        if database is None and infix.lower() not in _COMMON:
            stem = f"{stem}.{infix}"
    return Half(
        stem=stem,
        side=found["side"].lower(),
        name=name,
        infix=infix,
        database=database,
        autocommit=found["autocommit"] is not None,
    )


def dashed_halves(names: Iterable[str]) -> list[Half]:
    """Files called `1_x_up.sql` and `1_x-down.sql`, if both are there: `3_sign_up.sql` alone is none."""
    halves = [
        Half(stem=found["stem"], side=found["side"].lower(), name=name)
        for name in names
        if (found := _DASHED.fullmatch(name)) is not None
    ]
    ups = {found.stem for found in halves if found.side == "up"}
    return halves if any(found.side == "down" and found.stem in ups for found in halves) else []


def paired(folder: str, halves: Iterable[Half], *, transactional: bool) -> tuple[Script, ...]:
    """The migrations of one folder, by number; a down file without its up file is none.

    The tools pair by number, so the names behind it may differ.
    """
    halves = list(halves)
    by_stem = {found.stem: found for found in halves if found.side == "down"}
    by_key = {_key(found.stem): found for found in halves if found.side == "down"}
    ups = sorted((found for found in halves if found.side == "up"), key=lambda found: by_number(found.stem))
    count = Counter(_key(found.stem) for found in ups)
    scripts = []
    for up in ups:
        down = by_stem.get(up.stem)
        if down is None and count[_key(up.stem)] == 1:
            down = by_key.get(_key(up.stem))
        scripts.append(
            Script(
                name=up.stem,
                up=(Part(join(folder, up.name)),),
                down=None if down is None else (Part(join(folder, down.name)),),
                transactional=transactional and not up.autocommit,
            )
        )
    return tuple(scripts)


def _key(stem: str) -> str:
    found = re.match(r"[vV]?0*(\d+)", stem)
    return found[1] if found else stem
