"""Which indexes and unique constraints autogenerate takes for added, removed or changed: it goes by names.

`_compare_indexes_and_uniques` of Alembic, and what its dialects leave out before it
(`correct_for_autogen_constraints`): PostgreSQL the indexes behind constraints, MySQL those of foreign keys,
SQLite those with expressions. A unique constraint without a name is known by its columns.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from schemalint.catalog import Index, Key, Table
from schemalint.comparison import Difference, difference_of
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, Dialect
from schemalint.knowledge.expressions import normal

_Signature = tuple[str, ...]


class _Known(Struct, frozen=True):
    """The unique constraints and the indexes of a table on one side, as two kinds of things."""

    uniques: list[Index]
    indexes: list[Index]


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
    one, other = _in_kinds(declared), _in_kinds(there)
    if dialect in MYSQL_FAMILY:
        other = _as_either(there, one, written)
        one, other = _without_those_of_keys(one, other, made)
    yield from _compared(table, one, other, dialect, written, textual)


def _counts(index: Index) -> bool:
    return index.origin not in ("primary key", "exclusion constraint")


def _is_unique_constraint(index: Index) -> bool:
    return index.origin == "unique constraint"


def _in_kinds(indexes: list[Index]) -> _Known:
    return _Known(
        [index for index in indexes if _is_unique_constraint(index)],
        [index for index in indexes if not _is_unique_constraint(index)],
    )


def _has_expressions(index: Index) -> bool:
    return any(key.column is None for key in index.keys)


def _signature(index: Index) -> _Signature:
    return tuple(sorted(index.columns))


def _as_either(there: list[Index], declared: _Known, written: frozenset[str]) -> _Known:
    """MySQL's indexes, of which a unique one is a constraint too: whichever the models have of its name.

    It stays both where they have a constraint without a name that has its columns
    (`_correct_for_uq_duplicates_uix`).
    """
    names = {index.name for index in declared.uniques if index.name in written}
    unnamed = {_signature(index) for index in declared.uniques if index.name not in written}
    of_indexes = {index.name for index in declared.indexes if index.unique}
    uniques, indexes = [], []
    for index in there:
        is_named = index.name in names
        if index.unique and (is_named or _signature(index) in unnamed):
            uniques.append(replace(index, origin="unique constraint"))
        if not index.unique or not is_named or index.name in of_indexes:
            indexes.append(replace(index, origin="explicit"))
    return _Known(uniques, indexes)


def _without_those_of_keys(declared: _Known, there: _Known, made: Table) -> tuple[_Known, _Known]:
    """Both sides without what MySQL may have made for foreign keys: it goes by the name alone."""
    gone: set[str | None] = set()
    for index in there.indexes:
        if index.unique:
            continue
        keys = {key.name for key in made.foreign_keys if set(key.columns) & set(index.columns)}
        if index.name in index.columns or index.name in keys:
            gone.add(index.name)
    left = [index for index in declared.indexes if index.name not in gone]
    right = [index for index in there.indexes if index.unique or index.name not in gone]
    return _Known(declared.uniques, left), _Known(there.uniques, right)


def _compared(
    table: Table,
    declared: _Known,
    there: _Known,
    dialect: Dialect,
    written: frozenset[str],
    textual: frozenset[str],
) -> Iterator[Difference]:
    named = {index.name or "": index for index in declared.uniques if index.name in written}
    named |= {index.name or "": index for index in declared.indexes}
    unnamed = {_signature(index): index for index in declared.uniques if index.name not in written}
    uniques = {index.name: index for index in there.uniques if index.name is not None}
    indexes = {index.name: index for index in there.indexes if index.name is not None}
    signatures = {_signature(index) for index in there.uniques}
    for name, there_is in {**indexes, **uniques}.items():
        if name not in named and not (_is_unique_constraint(there_is) and _signature(there_is) in unnamed):
            yield difference_of(table.name, None, there_is)
    for name, index in named.items():
        kinds = (uniques, indexes) if _is_unique_constraint(index) else (indexes, uniques)
        partner = next((kind[name] for kind in kinds if name in kind), None)
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
