"""When one index makes another unnecessary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct

from schemalint.catalog import Index, Key, Table
from schemalint.indexes.coverage import coverage
from schemalint.knowledge.dialects import Dialect, folded
from schemalint.knowledge.expressions import normal

Likeness = Literal["duplicate", "prefix", "implied"]


class Redundancy(Struct, frozen=True, kw_only=True):
    """`index` can go because `kept` stays.

    They are the same index twice, or `index` is the beginning of `kept`, or what the unique `index` enforces
    is implied by `kept`, which is unique on fewer columns.
    """

    index: Index
    kept: Index
    likeness: Likeness


def redundancies(
    indexes: Iterable[Index], referenced: frozenset[frozenset[str]], dialect: Dialect
) -> Iterator[Redundancy]:
    """Each index of one table that another one makes unnecessary, once.

    `referenced` are the column sets that foreign keys of any table point to here: the unique key under
    one never goes. Of equals the primary key stays before a unique constraint, that before a unique
    index, that before what a framework makes by itself, and that before the earlier one.
    """
    ordered = sorted(indexes, key=_standing)
    gone: set[int] = set()
    for position in range(len(ordered) - 1, -1, -1):
        index = ordered[position]
        if index.framework_made or (
            index.unique and frozenset(_folded_columns(index, dialect)) in referenced
        ):
            continue
        for other, kept in enumerate(ordered):
            if other == position or other in gone:
                continue
            likeness = made_unnecessary(index, kept, dialect)
            if likeness is not None:
                gone.add(position)
                yield Redundancy(index=index, kept=kept, likeness=likeness)
                break


def implied_uniques(
    table: Table, referenced: frozenset[frozenset[str]], dialect: Dialect
) -> Iterator[Redundancy]:
    """Each unique index of which fewer columns are unique already, once.

    Left alone are those that foreign keys point to (`referenced`), and those whose columns some foreign key
    of the table is looked up by and no other index serves: they are of use for what they are besides.
    """
    for index in table.indexes:
        columns = frozenset(_folded_columns(index, dialect))
        if index.framework_made or columns in referenced or index.replica_identity or not index.unique:
            continue
        if index.origin == "primary key" or len(columns) < 2:
            continue
        for kept in table.indexes:
            if _implies(kept, index, table, dialect):
                if not _serves_alone(index, table, dialect):
                    yield Redundancy(index=index, kept=kept, likeness="implied")
                break


def _implies(kept: Index, index: Index, table: Table, dialect: Dialect) -> bool:
    """Whether no two rows can be alike in the columns of `index`, because none are in those of `kept`."""
    if not kept.unique or not kept.valid or len(kept.keys) >= len(index.keys):
        return False
    if not kept.immediate and index.immediate:
        return False
    if kept.predicate is not None and normal(kept.predicate) != normal(index.predicate):
        return False
    wanted = [_equality(key, dialect) for key in index.keys]
    return all(
        key.column is not None
        and _equality(key, dialect) in wanted
        and (not kept.nulls_distinct or _never_null(key.column, table, dialect))
        for key in kept.keys
    )


def _equality(key: Key, dialect: Dialect) -> tuple[object, ...]:
    """What two rows must have in common to be equal in a key."""
    column = None if key.column is None else folded(key.column, dialect)
    return column, normal(key.expression), key.collation, key.operator_class, key.length


def _never_null(name: str, table: Table, dialect: Dialect) -> bool:
    column = table.column(name, dialect)
    return column is not None and not column.nullable


def _serves_alone(index: Index, table: Table, dialect: Dialect) -> bool:
    """Whether a foreign key of the table is served by `index`, and by no other one."""
    others = [other for other in table.indexes if other is not index]
    return any(
        coverage(key, [index], dialect)[0] == "covered" and coverage(key, others, dialect)[0] != "covered"
        for key in table.foreign_keys
    )


def _standing(index: Index) -> int:
    if index.origin == "primary key":
        return 0
    if index.origin == "unique constraint":
        return 1
    if index.origin == "exclusion constraint":
        return 2
    if index.unique:
        return 3
    return 4 if index.origin == "implicit" or index.implied_by is not None else 5


def _folded_columns(index: Index, dialect: Dialect) -> Iterator[str]:
    for column in index.columns:
        yield folded(column, dialect)


def made_unnecessary(index: Index, kept: Index, dialect: Dialect) -> Likeness | None:
    """Whether `index` can go because `kept` stays, and in which way they are alike."""
    if index.origin in ("primary key", "exclusion constraint") or kept.origin == "exclusion constraint":
        return None
    if not _same_subject(index.keys[0], kept.keys[0], dialect):
        return None
    if not index.immediate or index.replica_identity or not (kept.valid and kept.visible):
        return None
    if index.method != kept.method or normal(index.predicate) != normal(kept.predicate):
        return None
    if not _begins(kept.keys, index.keys, dialect):
        return None
    included = {folded(name, dialect) for name in index.include}
    kept_included = {folded(name, dialect) for name in kept.include}
    if not included <= kept_included | set(_folded_columns(kept, dialect)):
        return None
    same = (
        len(index.keys) == len(kept.keys)
        and included == kept_included
        and _begins(index.keys, kept.keys, dialect)
    )
    if index.method != "btree" and not same:
        return None
    if index.unique and not _enforces_the_same(index, kept, dialect):
        return None
    return "duplicate" if same else "prefix"


def _same_subject(one: Key, other: Key, dialect: Dialect) -> bool:
    """Whether two keys may be on the same column or expression; quick, and said first."""
    if one.column is None or other.column is None:
        return one.column is other.column
    return folded(one.column, dialect) == folded(other.column, dialect)


def _enforces_the_same(index: Index, kept: Index, dialect: Dialect) -> bool:
    """Whether the unique index `kept` refuses every row that the unique index `index` refuses."""
    if not kept.unique or not kept.immediate:
        return False
    if set(_folded_columns(index, dialect)) != set(_folded_columns(kept, dialect)):
        return False
    return index.nulls_distinct or not kept.nulls_distinct or kept.origin == "primary key"


def _begins(long: tuple[Key, ...], short: tuple[Key, ...], dialect: Dialect) -> bool:
    """Whether `long` begins with the keys `short`, all in the same or all in the other direction."""
    if len(short) > len(long):
        return False
    last = len(short) - 1
    for position, (one, other) in enumerate(zip(short, long, strict=False)):
        if one.length != other.length:
            shorter = one.length is not None and (other.length is None or one.length < other.length)
            if position != last or not shorter:
                return False
    wanted = [_part(key, dialect, flipped=False) for key in short]
    return any(
        wanted == [_part(key, dialect, flipped=flipped) for key in long[: len(short)]]
        for flipped in (False, True)
    )


def _part(key: Key, dialect: Dialect, *, flipped: bool) -> tuple[object, ...]:
    descending = (key.order == "desc") != flipped
    nulls_first = (key.nulls == "first" if key.nulls is not None else key.order == "desc") != flipped
    subject = f"<{normal(key.expression)}>" if key.column is None else folded(key.column, dialect)
    return subject, key.operator_class, (key.collation or "").lower(), descending, nulls_first
