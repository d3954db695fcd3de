"""Which readings are two sides of one database."""

from __future__ import annotations

from collections.abc import Iterable
from posixpath import dirname

from schemalint.config import Settings
from schemalint.reading import Reading
from schemalint.replay import build, replay
from schemalint.rule import Database

_PARTNERS = {
    "prisma-schema": "prisma-migrations",
    "sql-schema": "sql-migrations",
    "django-models": "django-migrations",
    "sqlalchemy-models": "alembic",
    "drizzle-schema": "drizzle-migrations",
}
_NEAR = 2
"""So many folders may lie between two sides that need only one table in common."""

_ENOUGH_IN_COMMON = 0.5
"""Farther apart, this share of the smaller side's tables must be on both."""


def databases(readings: Iterable[Reading], settings: Settings) -> list[Database]:
    """The databases that the readings tell of, each with its catalogs, in the order of their sources.

    A declared side goes with the nearest migrated side of its framework that has tables in common with it.
    """
    listed = sorted(readings, key=lambda reading: (reading.source, reading.side, reading.kind))
    halves = [_half(reading, settings) for reading in listed]
    pairs: list[tuple[int, int, int]] = []
    for one, declared in enumerate(halves):
        for other, migrated in enumerate(halves):
            if _belong(declared, migrated):
                distance = _distance(declared.source, migrated.source)
                in_common = _in_common(declared.database, migrated.database)
                if in_common >= _ENOUGH_IN_COMMON or (distance <= _NEAR and in_common > 0):
                    pairs.append((distance, one, other))
    partner: dict[int, int] = {}
    for _, one, other in sorted(pairs):
        if one not in partner and other not in partner:
            partner[one], partner[other] = other, one
    found = []
    for position, half in enumerate(halves):
        if position not in partner:
            found.append(half.database)
        elif half.database.declared is not None:
            found.append(_joined(half.database, halves[partner[position]].database))
    return found


class _Half:
    """A database of which one side is known so far."""

    def __init__(self, reading: Reading, database: Database) -> None:
        self.reading = reading
        self.database = database
        self.source = reading.source


def _half(reading: Reading, settings: Settings) -> _Half:
    policy = settings.rollback_of(reading.source)
    if reading.side == "declared":
        catalog, _ = build(reading.operations, reading.dialect)
        database = Database(
            name=reading.database,
            dialect=reading.dialect,
            declared=reading,
            declared_catalog=catalog,
            rollback_policy=policy,
        )
    else:
        database = Database(
            name=reading.database,
            dialect=reading.dialect,
            migrated=reading,
            replay=replay(reading.migrations, reading.dialect),
            rollback_policy=policy,
        )
    return _Half(reading, database)


def _belong(declared: _Half, migrated: _Half) -> bool:
    return (
        declared.reading.side == "declared"
        and _PARTNERS.get(declared.reading.kind) == migrated.reading.kind
        and declared.reading.dialect == migrated.reading.dialect
    )


def _distance(one: str, other: str) -> int:
    """The folders to go up and down from one source to the other."""
    steps_one, steps_other = _folders(one), _folders(other)
    shared = 0
    for left, right in zip(steps_one, steps_other, strict=False):
        if left != right:
            break
        shared += 1
    return len(steps_one) + len(steps_other) - 2 * shared


def _folders(source: str) -> list[str]:
    folder = dirname(source) if "." in source.rpartition("/")[2] else source
    return [part for part in folder.split("/") if part not in ("", ".")]


def _in_common(declared: Database, migrated: Database) -> float:
    assert declared.declared_catalog is not None
    assert migrated.migrated_catalog is not None
    one = set(declared.declared_catalog.tables)
    other = set(migrated.migrated_catalog.tables)
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 1.0


def _joined(declared: Database, migrated: Database) -> Database:
    return Database(
        name=declared.name,
        dialect=declared.dialect,
        declared=declared.declared,
        declared_catalog=declared.declared_catalog,
        migrated=migrated.migrated,
        replay=migrated.replay,
        rollback_policy=migrated.rollback_policy,
    )
