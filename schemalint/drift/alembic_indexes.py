"""Which indexes and unique constraints autogenerate takes for added, removed or changed: it goes by names.

`_compare_indexes_and_uniques` of Alembic, and what its dialects leave out before it
(`correct_for_autogen_constraints`): PostgreSQL the indexes behind constraints, MySQL those of foreign keys,
SQLite those with expressions. A unique constraint without a name is known by its columns.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from schemalint.catalog import Index, Key, Table
from schemalint.comparison import Difference, difference_of
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, Dialect
from schemalint.knowledge.expressions import normal

_Signature = tuple[str, ...]


def index_differences(
    table: Table, made: Table, dialect: Dialect, written: frozenset[str], textual: frozenset[str]
) -> Iterator[Difference]:
    """Every difference in the indexes and unique constraints of a table.

    `written` are the names that the models give, `textual` those of indexes with a key that is SQL text: of
    such a key SQLAlchemy knows no column.
    """
    declared = [index for index in table.indexes if _counts(index) and index.implied_by != "autoincrement"]
    declared = [index for index in declared if index.origin != "implicit"]
    there = [index for index in made.indexes if _counts(index)]
    if dialect == "sqlite":
        there = [index for index in there if not _has_expressions(index)]
        names = {index.name for index in there}
        declared = [
            index
            for index in declared
            if index.name in names or not (_has_expressions(index) or index.name in textual)
        ]
    if dialect in MYSQL_FAMILY:
        declared, there = _without_those_of_keys(declared, there, made)
        there = [_as_declared(index, declared, written) for index in there]
    yield from _compared(table, declared, there, dialect, written, textual)


def _counts(index: Index) -> bool:
    return index.origin not in ("primary key", "exclusion constraint")


def _is_unique_constraint(index: Index) -> bool:
    return index.origin == "unique constraint"


def _has_expressions(index: Index) -> bool:
    return any(key.column is None for key in index.keys)


def _signature(index: Index) -> _Signature:
    return tuple(sorted(index.columns))


def _without_those_of_keys(
    declared: list[Index], there: list[Index], made: Table
) -> tuple[list[Index], list[Index]]:
    """Both sides without what MySQL may have made for foreign keys: it goes by the name alone."""
    gone: set[str | None] = set()
    for index in there:
        if index.unique:
            continue
        keys = {key.name for key in made.foreign_keys if set(key.columns) & set(index.columns)}
        if index.name in index.columns or index.name in keys:
            gone.add(index.name)
    left = [index for index in declared if index.name not in gone]
    return left, [index for index in there if index.unique or index.name not in gone]


def _as_declared(index: Index, declared: list[Index], written: frozenset[str]) -> Index:
    """MySQL: a unique index is a constraint where the models have one of that name, or of those columns."""
    if not index.unique:
        return index
    uniques = [one for one in declared if _is_unique_constraint(one)]
    names = {one.name for one in uniques if one.name in written}
    unnamed = {_signature(one) for one in uniques if one.name not in written}
    is_constraint = index.name in names or _signature(index) in unnamed
    return replace(index, origin="unique constraint" if is_constraint else "explicit")


def _compared(
    table: Table,
    declared: list[Index],
    there: list[Index],
    dialect: Dialect,
    written: frozenset[str],
    textual: frozenset[str],
) -> Iterator[Difference]:
    named = {
        index.name or "": index
        for index in declared
        if not _is_unique_constraint(index) or index.name in written
    }
    unnamed = {
        _signature(index): index
        for index in declared
        if _is_unique_constraint(index) and index.name not in written
    }
    made = {index.name: index for index in there if index.name is not None}
    signatures = {_signature(index) for index in there if _is_unique_constraint(index)}
    for name, there_is in made.items():
        if name not in named and not (_is_unique_constraint(there_is) and _signature(there_is) in unnamed):
            yield difference_of(table.name, None, there_is)
    for name, index in named.items():
        partner = made.get(name)
        if partner is None or _differ(index, partner, dialect, textual):
            yield difference_of(table.name, index, partner)
    for signature, index in unnamed.items():
        if signature not in signatures:
            yield difference_of(table.name, index, None)


def _differ(one: Index, other: Index, dialect: Dialect, textual: frozenset[str]) -> bool:
    """Whether a declared index and the one of its name in the database are different ones, for certain."""
    if _is_unique_constraint(one) != _is_unique_constraint(other):
        return True
    if dialect in POSTGRESQL_FAMILY and one.nulls_distinct != other.nulls_distinct:
        return True
    if _is_unique_constraint(one):
        return _signature(one) != _signature(other)
    if one.unique != other.unique:
        return True
    if dialect not in POSTGRESQL_FAMILY:
        if _has_expressions(other):
            return False
        return one.name in textual or (not _has_expressions(one) and one.columns != other.columns)
    return len(one.keys) != len(other.keys) or any(
        _keys_differ(*pair) for pair in zip(one.keys, other.keys, strict=True)
    )


def _keys_differ(one: Key, other: Key) -> bool:
    """Two expressions are alike in doubt: PostgreSQL writes them in its own way."""
    if one.column is None and other.column is None:
        return False
    if one.column is None or other.column is None:
        texts = {(key.column or normal(key.expression)).lower() for key in (one, other)}
        return len(texts) > 1
    return (one.column.lower(), one.order, _nulls_first(one)) != (
        other.column.lower(),
        other.order,
        _nulls_first(other),
    )


def _nulls_first(key: Key) -> bool:
    return key.nulls == "first" if key.nulls is not None else key.order == "desc"
