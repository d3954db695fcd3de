"""Indexes made, dropped and renamed; the names and the columns that databases add by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import UNSET
from msgspec.structs import replace

from schemalint import operations as op
from schemalint.catalog import Catalog, Column, ForeignKey, Index, Key, Name, Table
from schemalint.knowledge import names
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, Dialect, folded
from schemalint.replay.partitions import attached_indexes, partitions
from schemalint.replay.refusal import Refused, known_table
from schemalint.replay.repeated_keys import repeated, repeated_key, with_name_of_repetition


def add(catalog: Catalog, operation: op.AddIndex) -> Catalog:
    """CREATE INDEX, or a key added to a table."""
    table = known_table(catalog, operation.table, operation.if_table_exists)
    if operation.using_index is not None:
        return _turned_into_constraint(catalog, table, operation)
    index = operation.index
    if catalog.dialect == "sqlite" and (same := repeated_key(table, index)) is not None:
        return with_name_of_repetition(catalog, table, same, index)
    if index.name is not None and _taken(catalog, table, index):
        if operation.if_not_exists:
            return catalog
        raise Refused(f"the index {index.name} exists already")
    if index.origin == "primary key" and table.primary_key is not None:
        raise Refused(f"{table.name} has a primary key already")
    if operation.only and any(partitions(catalog, table)):
        index = replace(index, valid=False)
    return attach_all(catalog, table, [index])


def _taken(catalog: Catalog, table: Table, index: Index) -> bool:
    assert index.name is not None
    if catalog.dialect in MYSQL_FAMILY:
        others = replace(table, indexes=_without_served(table, index, catalog.dialect))
        same = find(others, index.name, catalog.dialect)
        return index.origin != "primary key" and same is not None
    wanted = names.postgresql_cut(index.name) if catalog.dialect in POSTGRESQL_FAMILY else index.name
    key = (table.name.schema, folded(wanted, catalog.dialect))
    return key in catalog.index_owners or key in catalog.tables


def find(table: Table, name: str, dialect: Dialect) -> Index | None:
    """The table's index of that name; the name of a SQLite constraint is none of its index."""
    wanted = folded(name, dialect)
    for index in table.indexes:
        if dialect == "sqlite" and index.is_constraint:
            continue
        if index.name is not None and folded(index.name, dialect) == wanted:
            return index
    return None


def merged_within_statement(
    indexes: Iterable[Index], dialect: Dialect, columns: Iterable[Column] = ()
) -> list[Index]:
    """The keys of one statement in the order in which they are made, without those that make no index.

    PostgreSQL makes the primary key first, and one index of `UNIQUE PRIMARY KEY` and of a unique constraint
    written twice (`transformIndexConstraints`), with the name of the first that has one. SQLite makes one
    index of a unique constraint written twice, too (`sqlite3CreateIndex`), by the name of the first
    (`get_unique_constraints` of SQLAlchemy), but none for an INTEGER PRIMARY KEY, which is the rowid.
    """
    if dialect not in POSTGRESQL_FAMILY and dialect != "sqlite":
        return sorted(indexes, key=_after_primary_key)
    kept: list[Index] = []
    integers = {folded(column.name, dialect) for column in columns if column.type == "integer"}
    for index in indexes if dialect == "sqlite" else sorted(indexes, key=_after_primary_key):
        same = next((place for place, other in enumerate(kept) if _same_key(index, other, dialect)), None)
        if dialect == "sqlite" and same is not None and set(_folded_columns(index, dialect)) <= integers:
            pair = (index, kept[same])
            if len(index.keys) == 1 and any(one.origin == "primary key" for one in pair):
                same = None
        if same is None:
            kept.append(index)
        elif dialect == "sqlite" and index.origin == "primary key":
            kept[same] = repeated(index, kept[same])
        elif dialect == "sqlite" and kept[same].origin == "primary key":
            kept[same] = repeated(kept[same], index)
        elif kept[same].name is None and index.name is not None and dialect != "sqlite":
            kept[same] = replace(kept[same], name=index.name)
    return kept


def _folded_columns(index: Index, dialect: Dialect) -> list[str]:
    return [folded(column, dialect) for column in index.columns]


def _after_primary_key(index: Index) -> bool:
    return index.origin != "primary key"


def _same_key(one: Index, other: Index, dialect: Dialect) -> bool:
    if dialect == "sqlite":
        return [(folded(key.column or "", dialect), key.collation) for key in one.keys] == [
            (folded(key.column or "", dialect), key.collation) for key in other.keys
        ]
    return (
        one.is_constraint
        and other.is_constraint
        and one.unique == other.unique
        and one.keys == other.keys
        and one.include == other.include
        and one.immediate == other.immediate
        and one.method == other.method
        and one.predicate == other.predicate
        and one.nulls_distinct == other.nulls_distinct
    )


def attach_all(catalog: Catalog, table: Table, indexes: Iterable[Index]) -> Catalog:
    """The catalog with indexes on the table of that name, each named, the primary key's columns NOT NULL."""
    current = catalog.get(table.name)
    assert current is not None
    for index in indexes:
        if not index.keys:
            raise Refused(f"{index.name or 'an index'} has no columns")
        known = _with_known_columns(current, index, catalog.dialect)
        if catalog.dialect in MYSQL_FAMILY:
            known = without_whole_prefixes(current, known, catalog.dialect)
            known = replace(known, method="btree") if known.method == "hash" else known  # InnoDB has no other
        remaining = replace(current, indexes=_without_served(current, known, catalog.dialect))
        named = replace(known, name=_name(catalog, remaining, known))
        changed = replace(remaining, indexes=(*remaining.indexes, named))
        if named.origin == "primary key" and catalog.dialect != "sqlite":
            changed = _with_not_null(changed, named, catalog.dialect)
        catalog = catalog.with_table(changed, instead_of=current)
        current = changed
    return catalog


def _with_known_columns(table: Table, index: Index, dialect: Dialect) -> Index:
    """Keys spelled as the table spells its columns, where the dialect does not tell case apart."""
    if dialect in POSTGRESQL_FAMILY or all(
        key.column is None or any(key.column == column.name for column in table.columns) for key in index.keys
    ):
        return index
    keys: list[Key] = []
    for key in index.keys:
        column = table.column(key.column, dialect) if key.column is not None else None
        if column is not None:
            keys.append(replace(key, column=column.name))
        elif key.column is not None and dialect == "sqlite" and table.has_all_columns:
            # SQLite takes a quoted name that is no column for a string
            keys.append(replace(key, column=None, expression=f'"{key.column}"'))
        else:
            keys.append(key)
    return replace(index, keys=tuple(keys))


_STRING_TYPE = re.compile(
    r"(?:national )?(n?(?:var)?char|(?:var)?binary)\b(?:acter)?(?: varying)?\((\d{1,18})\)"
)
_UNBOUNDED_TYPE = re.compile(r"\w*(?:text|blob|char|binary|json|long|set|enum)|geometry|$")


def without_whole_prefixes(table: Table, index: Index, dialect: Dialect) -> Index:
    """A prefix as long as its column is the column: MySQL forgets the length.

    Where a column is no string it takes no other length than its own, so there it always goes.
    """
    if all(key.length is None for key in index.keys):
        return index
    keys: list[Key] = []
    for key in index.keys:
        column = table.column(key.column, dialect) if key.column is not None else None
        if key.length is not None and column is not None:
            sized = _STRING_TYPE.match(column.type)
            if key.length >= int(sized[2]) if sized else not _UNBOUNDED_TYPE.match(column.type):
                keys.append(replace(key, length=None))
                continue
        keys.append(key)
    return replace(index, keys=tuple(keys))


def _without_served(table: Table, index: Index, dialect: Dialect) -> tuple[Index, ...]:
    """The table's indexes without those of InnoDB's own that the new one serves for."""
    if dialect not in MYSQL_FAMILY or index.origin == "implicit":
        return table.indexes
    return tuple(
        other
        for other in table.indexes
        if other.origin != "implicit" or not begins_with(index, other.columns, dialect)
    )


def begins_with(index: Index, columns: tuple[str, ...], dialect: Dialect) -> bool:
    """Whether the index's first keys are the columns in their order: what InnoDB asks of one that serves."""
    if len(index.keys) < len(columns) or index.method not in ("btree", "hash"):
        return False
    return all(
        key.column is not None
        and key.length is None
        and folded(key.column, dialect) == folded(column, dialect)
        for key, column in zip(index.keys, columns, strict=False)
    )


def _with_not_null(table: Table, index: Index, dialect: Dialect) -> Table:
    wanted = {folded(name, dialect) for name in index.columns}
    columns = tuple(
        replace(column, nullable=False)
        if column.nullable and folded(column.name, dialect) in wanted
        else column
        for column in table.columns
    )
    return replace(table, columns=columns)


def _name(catalog: Catalog, table: Table, index: Index) -> str | None:
    """The index's name: the written one, cut as the database cuts it, or the one it invents."""
    dialect = catalog.dialect
    if dialect in POSTGRESQL_FAMILY:
        if index.name is not None:
            return names.postgresql_cut(index.name)
        return _postgresql_name(catalog, table, index)
    if dialect in MYSQL_FAMILY:
        if index.origin == "primary key":
            return None
        if index.name is not None:
            return index.name
        stem = index.columns[0] if index.keys[0].column is not None else "functional_index"
        if stem.lower() == "primary":
            return names.numbered(f"{stem}_2", lambda name: find(table, name, dialect) is not None, first=3)
        return names.numbered(stem, lambda name: find(table, name, dialect) is not None)
    return index.name


def _postgresql_name(catalog: Catalog, table: Table, index: Index) -> str:
    schema = table.name.schema

    def taken(name: str) -> bool:
        return (schema, name) in catalog.index_owners or (schema, name) in catalog.tables

    if index.origin == "primary key":
        return names.postgresql_chosen_name(table.name.name, None, "pkey", taken)
    label = {"unique constraint": "key", "exclusion constraint": "excl"}.get(index.origin, "idx")
    labels = [
        key.column if key.column is not None else names.postgresql_expression_label(key.expression or "")
        for key in index.keys
    ]
    columns = names.postgresql_index_column_names([*labels, *index.include])
    return names.postgresql_chosen_name(table.name.name, names.postgresql_addition(columns), label, taken)


def _turned_into_constraint(catalog: Catalog, table: Table, operation: op.AddIndex) -> Catalog:
    """ADD CONSTRAINT … USING INDEX: the index becomes the constraint, and takes its name if one is given."""
    assert operation.using_index is not None
    index = find(table, operation.using_index, catalog.dialect)
    if index is None:
        raise Refused(f"there is no index {operation.using_index}")
    new = replace(index, name=operation.index.name or index.name, origin=operation.index.origin)
    changed = replace(table, indexes=tuple(new if other is index else other for other in table.indexes))
    if new.origin == "primary key":
        changed = _with_not_null(changed, new, catalog.dialect)
    return catalog.with_table(changed, instead_of=table)


def drop(catalog: Catalog, operation: op.DropIndex) -> Catalog:
    """DROP INDEX."""
    table, index = _located(catalog, operation.index, operation.table)
    if table is None or index is None:
        if operation.if_exists or (table is not None and not table.complete):
            return catalog
        raise Refused(f"there is no index {operation.index}")
    return without(catalog, table, index, cascade=operation.cascade)


def without(catalog: Catalog, table: Table, index: Index, *, cascade: bool = False) -> Catalog:
    """The catalog without an index; with `cascade`, without the foreign keys that rest on it too."""
    kept = tuple(other for other in table.indexes if other is not index)
    remaining = replace(table, indexes=kept)
    catalog = catalog.with_table(remaining, instead_of=table)
    if catalog.dialect in POSTGRESQL_FAMILY:
        for partition, attached in attached_indexes(catalog, remaining, index):
            catalog = without(catalog, partition, attached)
    if cascade and first_key(table, index) is index:
        catalog = _without_foreign_keys_to(catalog, table.name, frozenset(index.columns))
    return catalog


def first_key(table: Table, like: Index) -> Index | None:
    """The unique index that foreign keys to these columns rest on: the oldest that can serve."""
    columns = frozenset(like.columns)
    for index in table.indexes:
        if (
            index.unique
            and index.immediate
            and index.predicate is None
            and frozenset(index.columns) == columns
        ):
            return index
    return None


def _without_foreign_keys_to(catalog: Catalog, target: Name, columns: frozenset[str]) -> Catalog:
    here = catalog.key(target)
    for other in list(catalog.tables.values()):
        kept = tuple(key for key in other.foreign_keys if not _rests_on(key, here, columns, catalog))
        if len(kept) != len(other.foreign_keys):
            catalog = catalog.with_table(replace(other, foreign_keys=kept), instead_of=other)
    return catalog


def _rests_on(
    key: ForeignKey, target: tuple[str | None, str], columns: frozenset[str], catalog: Catalog
) -> bool:
    return catalog.key(key.target) == target and frozenset(key.target_columns) == columns


def _located(catalog: Catalog, name: Name, table_name: Name | None) -> tuple[Table | None, Index | None]:
    table = catalog.find(table_name) if table_name is not None else catalog.owner(name)
    if table is None:
        return None, None
    return table, find(table, name.name, catalog.dialect)


def rename(catalog: Catalog, operation: op.RenameIndex) -> Catalog:
    """RENAME INDEX, ALTER INDEX … RENAME TO; a constraint is renamed with its index."""
    table, index = _located(catalog, operation.index, operation.table)
    if table is None or index is None:
        renamed_table = catalog.find(operation.index) if operation.table is None else None
        if renamed_table is not None and catalog.dialect in POSTGRESQL_FAMILY:
            return catalog  # ALTER INDEX on a table: refused by newer servers, rare
        if operation.if_exists or (table is not None and not table.complete):
            return catalog
        raise Refused(f"there is no index {operation.index}")
    new_name = operation.new_name
    if catalog.dialect in POSTGRESQL_FAMILY:
        new_name = names.postgresql_cut(new_name)
    new = replace(index, name=new_name)
    if new.origin == "implicit":
        new = replace(new, origin="explicit", implied_by=None)
    changed = replace(table, indexes=tuple(new if other is index else other for other in table.indexes))
    return catalog.with_table(changed, instead_of=table)


def alter(catalog: Catalog, operation: op.AlterIndex) -> Catalog:
    """Visibility, validity, replica identity."""
    table, index = _located(catalog, operation.index, operation.table)
    if table is None or index is None:
        return catalog
    new = index
    if operation.visible is not UNSET:
        new = replace(new, visible=operation.visible)
    if operation.valid is not UNSET:
        new = replace(new, valid=operation.valid)
    if operation.replica_identity is not UNSET:
        new = replace(new, replica_identity=operation.replica_identity)
    changed = replace(table, indexes=tuple(new if other is index else other for other in table.indexes))
    return catalog.with_table(changed, instead_of=table)


def attach_foreign_key_index(
    catalog: Catalog, table: Table, key: ForeignKey, index_name: str | None
) -> Catalog:
    """InnoDB's own index for a foreign key, where no index begins with its columns in the same order.

    Of two of its own for the same columns the later one stays, of two of which one begins with the other
    the longer (`mysql_prepare_create_table`).
    """
    dialect = catalog.dialect
    for index in table.indexes:
        longer = index.origin != "implicit" or len(index.keys) > len(key.columns)
        if longer and begins_with(index, key.columns, dialect):
            return catalog
    new = Index(
        name=index_name,
        keys=tuple(Key(column=column) for column in key.columns),
        origin="implicit",
        implied_by=key.name,
        span=key.span,
    )
    kept = tuple(
        index
        for index in table.indexes
        if index.origin != "implicit" or not begins_with(new, index.columns, dialect)
    )
    remaining = replace(table, indexes=kept)
    catalog = catalog.with_table(remaining, instead_of=table)
    return attach_all(catalog, remaining, [new])
