"""What `prisma migrate diff` compares: everything that a Prisma schema has words for.

After Prisma's engine (`sql_schema_differ`), which finds indexes and foreign keys by what they are, and looks
at names only afterwards.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable

from msgspec.structs import replace

from schemalint.catalog import Catalog, Column, ForeignKey, Index, Name, Table
from schemalint.comparison import Difference, differences, same_foreign_key
from schemalint.comparison.defaults import DefaultsDiffer
from schemalint.drift import prisma_columns, prisma_defaults, prisma_mysql, prisma_sqlite
from schemalint.drift.tool import Tool, key_by_name, label_sets_differ, only_numbered
from schemalint.knowledge.dialects import Dialect, default_schema, folded
from schemalint.knowledge.expressions import significant
from schemalint.knowledge.types import canonical_type
from schemalint.operations import CreateSchema
from schemalint.rule import Database

_POSTGIS = frozenset(
    "spatial_ref_sys geometry_columns geography_columns raster_columns raster_overviews".split()
)
_OF_D1 = re.compile(r"_cf_[A-Z]+")


def _index(index: Index, catalog: Catalog) -> Index | None:
    """Prisma's engine passes over indexes with expressions, and takes included columns for more keys."""
    if any(key.column is None for key in index.keys) or index.origin == "exclusion constraint":
        return None
    if catalog.dialect == "sqlite" and index.origin == "primary key":
        index = replace(index, keys=tuple(replace(key, order="asc") for key in index.keys))
    included = (replace(index.keys[-1], column=name, order="asc") for name in index.include)
    keys = tuple(replace(key, nulls=None, collation=None) for key in (*index.keys, *included))
    primary = index.origin == "primary key"
    unnamed = catalog.dialect == "sqlite" and index.is_constraint
    return replace(
        index,
        name=None if unnamed else index.name,
        keys=keys,
        include=(),
        nulls_distinct=True,
        origin="primary key" if primary else "explicit",
        immediate=True,
        deferred=False,
        valid=True,
        replica_identity=False,
    )


def _sides(declared: Catalog, migrated: Catalog) -> tuple[Catalog, Catalog]:
    """Without what the engine passes over, and what it takes for alike."""
    partial = any(index.predicate for table in declared.tables.values() for index in table.indexes)
    left, right = dict(declared.tables), {}
    for key, table in migrated.tables.items():
        other = left.get(key)
        if other is not None:
            keys, keys_now = _keys_that_differ(other, table, declared, migrated)
            indexes, indexes_now = _indexes_that_differ(other, table, declared.dialect, partial=partial)
            left[key] = replace(other, indexes=indexes, foreign_keys=keys)
            columns = _columns_beside(table, other, migrated)
            right[key] = replace(table, columns=columns, indexes=indexes_now, foreign_keys=keys_now)
        elif not _is_passed_over(table, declared.dialect):
            right[key] = table
    return _with_labels(declared.to_compare(left)), _with_labels(migrated.to_compare(right))


def _with_labels(catalog: Catalog) -> Catalog:
    """The catalog with those of its types that are enums."""
    types = {key: labels for key, labels in catalog.types.items() if labels is not None}
    return replace(catalog, types=types)


def _is_passed_over(table: Table, dialect: Dialect) -> bool:
    """Whether the engine takes a table for one of PostGIS or of Cloudflare's D1."""
    if dialect == "sqlite":
        return _OF_D1.match(table.name.name) is not None
    return table.name.name.lower() in _POSTGIS


def _columns_beside(table: Table, declared: Table, migrated: Catalog) -> tuple[Column, ...]:
    told = {folded(column.name, migrated.dialect): column for column in declared.columns}
    found = []
    for made in table.columns:
        if made.generated is not None and migrated.dialect == "sqlite":
            continue  # the pragma that the engine asks does not list it
        column = replace(made, nullable=False) if _is_row_number(made, table, migrated.dialect) else made
        one = told.get(folded(column.name, migrated.dialect))
        found.append(column if one is None else prisma_columns.beside(column, one, migrated))
    return tuple(found)


def _is_row_number(column: Column, table: Table, dialect: Dialect) -> bool:
    """SQLite: whether the column is another name for the row's number, which is never null."""
    primary = table.primary_key
    if dialect != "sqlite" or primary is None or column.type.lower() != "integer":
        return False
    return _folded(primary.columns, dialect) == (folded(column.name, dialect),)


def _keys_that_differ(
    one: Table, other: Table, declared: Catalog, migrated: Catalog
) -> tuple[tuple[ForeignKey, ...], tuple[ForeignKey, ...]]:
    """The foreign keys of either table that the other one does not have, or has under another name."""
    told: dict[tuple[str, ...], list[ForeignKey]] = {}
    for key in one.foreign_keys:
        told.setdefault(_folded(key.columns, declared.dialect), []).append(key)
    alike: set[int] = set()
    renamed: set[int] = set()
    names = {key.name for key in one.foreign_keys}
    for key in sorted(other.foreign_keys, key=lambda key: key.name not in names):
        like = [
            known
            for known in told.get(_folded(key.columns, declared.dialect), ())
            if same_foreign_key(known, key, declared, migrated)
        ]
        free = [known for known in like if id(known) not in alike | renamed]
        partner = next((known for known in free if known.name == key.name), free[0] if free else None)
        if partner is not None and partner.name != key.name and not one.framework_made:
            renamed.add(id(partner))
        elif like:
            alike.add(id(key))
            if partner is not None:
                alike.add(id(partner))
    return (
        tuple(key for key in one.foreign_keys if id(key) not in alike),
        tuple(key for key in other.foreign_keys if id(key) not in alike),
    )


def _indexes_that_differ(
    one: Table, other: Table, dialect: Dialect, *, partial: bool
) -> tuple[tuple[Index, ...], tuple[Index, ...]]:
    """The indexes of either table that the other one does not have, or has under another name.

    Where several are made alike, their names are no matter. Predicates are compared where some are declared,
    and otherwise an index that has one is no more than a stand-in for a declared one.
    """
    told: dict[Hashable, list[Index]] = {}
    for index in one.indexes:
        told.setdefault(_shape(index, dialect, partial=partial), []).append(index)
    made = Counter(_kind(index, dialect) for index in other.indexes)
    alike: set[int] = set()
    renamed: set[int] = set()
    names = {index.name for index in one.indexes}
    for index in sorted(other.indexes, key=lambda index: index.name not in names):
        shape = _shape(index, dialect, partial=partial)
        like = [known for known in told.get(shape, ()) if _same_classes(known, index)]
        free = [known for known in like if id(known) not in alike | renamed]
        partner = next((known for known in free if known.name == index.name), free[0] if free else None)
        if partner is not None and partner.name != index.name and made[_kind(index, dialect)] == 1:
            renamed.add(id(partner))
            alike.update(id(known) for known in like if known is not partner)
        elif like:
            alike.update((id(index), *(id(known) for known in like if id(known) not in renamed)))
        elif index.predicate is not None and not partial:
            alike.add(id(index))
    return (
        tuple(index for index in one.indexes if id(index) not in alike),
        tuple(index for index in other.indexes if id(index) not in alike),
    )


def _kind(index: Index, dialect: Dialect) -> Hashable:
    return index.origin, index.unique, _folded(index.columns, dialect)


def _shape(index: Index, dialect: Dialect, *, partial: bool) -> Hashable:
    orders = tuple((key.order, key.length) for key in index.keys)
    return _kind(index, dialect), orders, index.method, significant(index.predicate) if partial else None


def _same_classes(declared: Index, made: Index) -> bool:
    """Whether two indexes use the same operator classes.

    The engine does not see those that a B-tree has: where one is declared it makes the index anew, which is
    no other one only if it is the same by name.
    """
    if made.method == "btree":
        if not any(key.operator_class for key in declared.keys):
            return True
        if declared.name != made.name:
            return False
    pairs = zip(declared.keys, made.keys, strict=True)
    return all(one.operator_class == other.operator_class for one, other in pairs)


def _folded(names: tuple[str, ...], dialect: Dialect) -> tuple[str, ...]:
    return tuple(folded(name, dialect) for name in names)


def _is_list(column: Column) -> bool:
    return canonical_type(column.type, "postgresql").endswith("]")


def _minds(difference: Difference) -> bool:
    one, other = difference.left, difference.right
    if isinstance(one, Column) and isinstance(other, Column) and difference.aspect == "nullability":
        return not (_is_list(one) and _is_list(other))
    return label_sets_differ(difference) if difference.aspect == "labels" else True


_DEFAULTS_DIFFER: dict[Dialect, DefaultsDiffer] = {
    "postgresql": prisma_defaults.differ,
    "sqlite": prisma_sqlite.differ,
    "mysql": prisma_mysql.differ,
    "mariadb": prisma_mysql.differ,
}


def _schemas_told_of(database: Database, declared: Catalog) -> set[str | None]:
    """The schemas that the datasource lists; the default one where it lists none."""
    told = {schema for schema, _ in declared.tables}
    for operation in database.declared.operations if database.declared is not None else ():
        if isinstance(operation, CreateSchema):
            name = None if operation.name == default_schema(declared.dialect) else operation.name
            told.add(declared.key(Name("", name))[0])
    return told or {None}


def _compare(database: Database, declared: Catalog, migrated: Catalog) -> Iterable[Difference]:
    """Every difference between the two sides as the engine compares them."""
    told = _schemas_told_of(database, declared)
    tables = {key: table for key, table in migrated.tables.items() if key[0] in told}
    types = {key: labels for key, labels in migrated.types.items() if key[0] in told}
    migrated = replace(migrated.to_compare(tables), types=types)
    found = differences(declared, migrated, _DEFAULTS_DIFFER.get(declared.dialect))
    return [difference for difference in found if not only_numbered(difference, declared.dialect)]


PRISMA = Tool(
    command="`prisma migrate dev` makes the migration",
    column=prisma_columns.canonical,
    index=_index,
    foreign_key=key_by_name,
    sides=_sides,
    compare=_compare,
    minds=_minds,
    framework_made=True,
    kinds=frozenset({"table", "virtual table"}),
)
