"""Where the declared side of a database and its migrated side tell of two different databases.

Compared is what both sides can express, as the framework's own tool compares it: tables, columns, keys,
indexes, foreign keys and labels, by shape; names count only for Prisma and for dumped schemas, which write
every name down.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from schemalint.catalog import Catalog, Column, ForeignKey, Index, Table, TableKey
from schemalint.comparison import Difference, differences
from schemalint.reading import Kind, Reading
from schemalint.rule import Database

_BOOKKEEPING = frozenset(
    "_prisma_migrations django_migrations alembic_version schema_migrations schema_migration goose_db_version"
    " __diesel_schema_migrations _sqlx_migrations flyway_schema_history __drizzle_migrations gorp_migrations"
    " ar_internal_metadata databasechangelog databasechangeloglock d1_migrations pgmigrations schema_version"
    " atlas_schema_revisions _yoyo_log _yoyo_migration _yoyo_version yoyo_lock".split()
)
"""The tables in which migration tools remember what they have run."""

_WITH_NAMES: frozenset[Kind] = frozenset({"prisma-schema", "sql-schema", "drizzle-schema"})
_WITHOUT_EXPRESSIONS: frozenset[Kind] = frozenset({"prisma-schema"})
_BY_STATE: frozenset[Kind] = frozenset({"django-models"})
"""Frameworks that compare models with what migrations say of models, and not with the database.

What SQL within a migration made or left out is none of their business, nor are defaults.
"""

_NOT_COMPARED: frozenset[Kind] = frozenset({"sqlalchemy-models"})
"""Alembic compares types as drivers reflect them, and only tables of the metadata that env.py names."""

_MOST = 0.8

_KEY_TYPES = frozenset({"integer", "bigint"})
"""Between these DEFAULT_AUTO_FIELD decides, which may stand in settings that are not in the project."""


def drift(database: Database) -> Iterator[Difference]:
    """Every difference; left is the declared side, right the migrated one. None without either side."""
    declared, migrated = database.declared_catalog, database.migrated_catalog
    if database.declared is None or database.migrated is None or declared is None or migrated is None:
        return
    kind = database.declared.kind
    if kind in _NOT_COMPARED:
        return
    certain = _is_read_in_full(database.declared), _is_read_in_full(database.migrated)
    left, right = compared(database)
    if kind == "sql-schema" and not _tell_of_one_database(left, right):
        return
    for difference in differences(left, right):
        if _is_certain(difference, declared, migrated, certain) and not _is_usual(difference, kind):
            yield difference


def _tell_of_one_database(one: Catalog, other: Catalog) -> bool:
    """Whether a schema file has most of its tables in common with the migrations that lie near it."""
    in_common = len(one.tables.keys() & other.tables.keys())
    return in_common >= _MOST * max(len(one.tables), len(other.tables))


def compared(database: Database) -> tuple[Catalog, Catalog]:
    """The declared and the migrated catalog of a database that has both, without what is not compared."""
    declared, migrated, reading = database.declared_catalog, database.migrated_catalog, database.declared
    assert declared is not None
    assert migrated is not None
    assert reading is not None
    sides = (declared, migrated)
    made = {key for side in sides for key, table in side.tables.items() if table.framework_made}
    return _comparable(declared, reading.kind, made), _comparable(migrated, reading.kind, made)


def _is_read_in_full(reading: Reading) -> bool:
    """Whether nothing that was not understood may have made or dropped a table."""
    return reading.complete and all(unread.tables is not None for unread in reading.not_understood())


def _comparable(catalog: Catalog, kind: Kind, framework_made: set[TableKey]) -> Catalog:
    """The catalog without what only one side can express, and without names where they don't count."""
    tables = {
        key: _comparable_table(table, catalog, kind)
        for key, table in catalog.tables.items()
        if table.kind == "table"
        and not (table.temporary or table.assumed or key in framework_made)
        and table.name.name.lower() not in _BOOKKEEPING
    }
    return replace(catalog, tables=tables, index_owners={})


def _comparable_table(table: Table, catalog: Catalog, kind: Kind) -> Table:
    with_names = kind in _WITH_NAMES
    return replace(
        table,
        columns=tuple(_comparable_column(column, kind) for column in table.columns),
        indexes=tuple(
            _comparable_index(index, catalog, kind)
            for index in table.indexes
            if not (kind in _WITHOUT_EXPRESSIONS and _is_beyond_prisma(index))
        ),
        foreign_keys=tuple(
            _comparable_key(key, with_names=with_names) for key in table.foreign_keys if key.enforced
        ),
        checks=(),
    )


def _comparable_column(column: Column, kind: Kind) -> Column:
    default = None if kind in _BY_STATE else column.default
    type_ = _plain_serial(column.type) if kind in _BY_STATE else column.type
    return replace(column, default=default, type=type_, identity=False)


def _plain_serial(type_: str) -> str:
    return {"serial": "integer", "bigserial": "bigint", "smallserial": "smallint"}.get(type_, type_)


def _comparable_index(index: Index, catalog: Catalog, kind: Kind) -> Index:
    """Whether a unique index is a constraint is no matter between a schema language and SQL."""
    if index.origin == "primary key":
        return replace(index, name=None)
    if kind == "prisma-schema":  # which has no words for these
        keys = tuple(replace(key, nulls=None, collation=None) for key in index.keys)
        index = replace(index, keys=keys, include=(), nulls_distinct=True)
    name = index.name if kind in _WITH_NAMES and catalog.dialect != "sqlite" else None
    return replace(index, name=name, origin="explicit", immediate=True, valid=True, replica_identity=False)


def _is_beyond_prisma(index: Index) -> bool:
    """Prisma's engine passes over indexes with expressions and with predicates."""
    return index.predicate is not None or any(key.column is None for key in index.keys)


def _comparable_key(key: ForeignKey, *, with_names: bool) -> ForeignKey:
    return replace(key, name=key.name if with_names else None, deferrable=False, validated=True)


def _is_certain(
    difference: Difference, declared: Catalog, migrated: Catalog, certain: tuple[bool, bool]
) -> bool:
    """Whether both sides are known well enough: what is missing from one may be where it was not read."""
    if difference.subject == "type":
        return all(certain)
    if difference.table is None:
        if difference.left is None:
            return certain[0]
        return certain[1] and not any(table.assumed for table in migrated.tables.values())
    tables = (declared.get(difference.table), migrated.get(difference.table))
    return all(table is not None and table.complete for table in tables)


def _is_usual(difference: Difference, kind: Kind) -> bool:
    """Differences that the framework's tool does not mind."""
    if difference.subject == "type":
        if difference.aspect == "labels":
            labels, others = difference.left, difference.right
            return isinstance(labels, tuple) and isinstance(others, tuple) and set(labels) == set(others)
        return kind not in _WITH_NAMES
    one, other = difference.left, difference.right
    if kind in _BY_STATE and not (isinstance(one, Column | Table) or isinstance(other, Column)):
        return True
    if kind in _BY_STATE and isinstance(one, Column) and isinstance(other, Column):
        sized = ("(" in one.type) != ("(" in other.type)
        return difference.aspect == "type" and (sized or {one.type, other.type} == _KEY_TYPES)
    if kind == "prisma-schema" and isinstance(one, Column) and isinstance(other, Column):
        if difference.aspect in ("default", "generation"):  # it declares the expression as a default
            return other.generated is not None
        return difference.aspect == "nullability" and one.type.rstrip().endswith("]")
    return False
