"""Which readings are sides of one database, and which databases are copies of another one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from posixpath import dirname

from msgspec.structs import replace

from schemalint.catalog import Catalog, TableKey
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
_KEPT_BESIDE = frozenset({"prisma-migrations"})
"""Histories that their tool keeps in a folder beside the schema that it compares them with."""

_NEAR = 2
"""So many folders may lie between two sides that need only one table in common."""

_ENOUGH_IN_COMMON = 0.5
"""Farther apart, this share of the smaller side's tables must be on both."""

_NEARLY_ALL = 0.8
"""This share of a copy's tables is in what it is a copy of."""


def databases(readings: Iterable[Reading], settings: Settings) -> list[Database]:
    """The databases that the readings tell of, each with its catalogs, in the order of their sources.

    A declared side goes with the nearest migrated side of its framework that has tables in common with it,
    or is kept beside it by the tool; of equally near ones with the one with fewest other columns. One without
    a table in common is its only where there is no other. Those that the tool of a history compares come
    first.
    Where one history makes the tables of several declared sides that don't disagree, it is that of all.
    """
    listed = sorted(readings, key=lambda reading: (reading.source, reading.side, reading.kind))
    halves = [_half(reading, settings) for reading in listed]
    pairs: list[tuple[bool, bool, bool, int, int, int, int]] = []
    for one, declared in enumerate(halves):
        for other, migrated in enumerate(halves):
            if _belong(declared, migrated):
                distance = _distance(declared.source, migrated.source)
                in_common = _in_common(declared.tables, migrated.tables)
                near = distance <= _NEAR and (in_common > 0 or _are_one_project(declared, migrated, distance))
                if in_common >= _ENOUGH_IN_COMMON or near:
                    another_name = declared.reading.database != migrated.reading.database
                    strange = declared.tables.isdisjoint(migrated.tables)
                    preference = (not _is_compared(declared, migrated), another_name, strange)
                    pairs.append((*preference, distance, _differing(declared, migrated), one, other))
    declared_sides: dict[int, list[int]] = {}
    paired: set[int] = set()
    for *_, one, other in sorted(pairs):
        if one not in paired and _may_join(halves[one], halves[other], declared_sides.get(other, ()), halves):
            declared_sides.setdefault(other, []).append(one)
            paired |= {one, other}
    found: dict[int, Database] = {}
    for position, half in enumerate(halves):
        if position not in paired:
            found[position] = half.database
    for migrated_side, positions in declared_sides.items():
        found[min(positions)] = _joined([halves[one] for one in sorted(positions)], halves[migrated_side])
    return [found[position] for position in sorted(found)]


class _Half:
    """A database of which one side is known so far."""

    def __init__(self, reading: Reading, database: Database) -> None:
        self.reading = reading
        self.database = database
        self.source = reading.source
        self.tables = _tables(database.declared_catalog or database.migrated_catalog)


def _half(reading: Reading, settings: Settings) -> _Half:
    policy = settings.rollback_of(reading.source)
    catalog, _ = build(reading.operations, reading.dialect)
    if reading.side == "declared":
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
            replay=replay(reading.migrations, reading.dialect, catalog),
            rollback_policy=policy,
        )
    return _Half(reading, database)


def _belong(declared: _Half, migrated: _Half) -> bool:
    return (
        declared.reading.side == "declared"
        and _PARTNERS.get(declared.reading.kind) == migrated.reading.kind
        and declared.reading.dialect == migrated.reading.dialect
    )


def _is_compared(declared: _Half, migrated: _Half) -> bool:
    """Whether the tool of a history compares with what a side declares, or does not say with what."""
    scope = migrated.reading.scope
    if scope is None or not scope.declarations:
        return True
    return not set(scope.declarations).isdisjoint(declared.reading.declares)


def _are_one_project(declared: _Half, migrated: _Half, distance: int) -> bool:
    """Whether both are of the same apps, or where their tool keeps them, whatever their tables are called."""
    knows_models = migrated.reading.record is not None and declared.source == migrated.source
    return knows_models or (migrated.reading.kind in _KEPT_BESIDE and distance == 1)


def _may_join(declared: _Half, migrated: _Half, others: Sequence[int], halves: list[_Half]) -> bool:
    """Whether a history is that of a declared side too: it makes most of the tables, no other has others.

    What declares tables again that the history's tool compares as others declare them is something else.
    """
    if not others:
        return True
    if not _is_compared(declared, migrated) and any(declared.tables & halves[one].tables for one in others):
        return False
    shared = len(declared.tables & migrated.tables)
    return shared >= _ENOUGH_IN_COMMON * len(declared.tables) and all(
        _agree(declared.database.declared_catalog, halves[other].database.declared_catalog)
        for other in others
    )


def _agree(one: Catalog | None, other: Catalog | None) -> bool:
    """Whether the tables that two catalogs have in common have the same columns."""
    return not any(True for _ in _tables_that_differ(one, other))


def _differing(declared: _Half, migrated: _Half) -> int:
    return sum(
        1 for _ in _tables_that_differ(declared.database.declared_catalog, migrated.database.migrated_catalog)
    )


def _tables_that_differ(one: Catalog | None, other: Catalog | None) -> Iterator[TableKey]:
    """The tables that two catalogs have in common, with other columns in each."""
    assert one is not None
    assert other is not None
    for key, table in one.tables.items():
        if key in other.tables:
            columns = {column.name for column in other.tables[key].columns}
            if {column.name for column in table.columns} != columns:
                yield key


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


def _tables(catalog: Catalog | None) -> frozenset[TableKey]:
    return frozenset() if catalog is None else frozenset(catalog.tables)


def _in_common(one: frozenset[TableKey], other: frozenset[TableKey]) -> float:
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 1.0


def _joined(declared: list[_Half], migrated: _Half) -> Database:
    """The database of a history and of what declares its tables."""
    first = declared[0].reading
    reading, catalog = first, declared[0].database.declared_catalog
    if len(declared) > 1:
        sides = [half.reading for half in declared]
        reading = replace(
            first,
            operations=tuple(operation for side in sides for operation in side.operations),
            unreadable=tuple(place for side in sides for place in side.unreadable),
            complete=all(side.complete for side in sides),
            statements=sum(side.statements for side in sides),
            paths=tuple(dict.fromkeys(path for side in sides for path in side.paths)),
            elsewhere=frozenset(name for side in sides for name in side.elsewhere),
            besides=frozenset(name for side in sides for name in side.besides),
            textual=frozenset(name for side in sides for name in side.textual),
            declares=tuple(dict.fromkeys(name for side in sides for name in side.declares)),
        )
        catalog, _ = build(reading.operations, reading.dialect)
    return Database(
        name=first.database,
        dialect=first.dialect,
        declared=reading,
        declared_catalog=catalog,
        migrated=migrated.database.migrated,
        replay=migrated.database.replay,
        rollback_policy=migrated.database.rollback_policy,
    )


def originals(found: Sequence[Database]) -> dict[int, int]:
    """For each database that is a copy, by position, the one that it is a copy of.

    That is a dump beside the models, a second history of them for another kind of database, or models as
    they were when a history began: one side alone, and nearly all of its tables are in the original. Or both
    sides, of the same models.
    """
    names = [
        {name for _, name in _tables(one.declared_catalog) | _tables(one.migrated_catalog)} for one in found
    ]
    copies: dict[int, int] = {}
    for position, copy in enumerate(found):
        for other, original in enumerate(found):
            if other == position or not names[position] or not _may_be_copy(copy, original):
                continue
            if len(names[position] & names[other]) >= _NEARLY_ALL * len(names[position]):
                copies[position] = other
                break
    return copies


def _may_be_copy(copy: Database, original: Database) -> bool:
    if original.declared is None:
        return False
    if copy.declared is not None and copy.migrated is not None:
        # models that were read for several kinds of database: the first by name is the original
        models = original.declared.declares
        return bool(models) and copy.declared.declares == models and copy.dialect > original.dialect
    if original.migrated is not None or copy.declared is None:
        return True
    return copy.declared.kind == "sql-schema" and original.declared.kind != "sql-schema"
