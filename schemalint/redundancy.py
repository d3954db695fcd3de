"""When one index makes another unnecessary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct

from schemalint.catalog import Index, Key
from schemalint.knowledge.dialects import Dialect, folded
from schemalint.knowledge.expressions import normal

Likeness = Literal["duplicate", "prefix"]


class Redundancy(Struct, frozen=True, kw_only=True):
    """`index` can go because `kept` stays: the same index twice, or `index` the beginning of `kept`."""

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


def _standing(index: Index) -> int:
    if index.origin == "primary key":
        return 0
    if index.origin == "unique constraint":
        return 1
    if index.origin == "exclusion constraint":
        return 2
    if index.unique:
        return 3
    return 4 if index.origin == "implicit" else 5


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
