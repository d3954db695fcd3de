"""Compares the declared side of a database with its migrated one, as the framework's own tool would."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from schemalint.catalog import Catalog, Table, TableKey
from schemalint.comparison import Difference, differences
from schemalint.drift.tool import Tool
from schemalint.drift.tools import TOOLS
from schemalint.reading import Reading
from schemalint.rule import Database

_BOOKKEEPING = frozenset(
    "_prisma_migrations django_migrations alembic_version schema_migrations schema_migration goose_db_version"
    " __diesel_schema_migrations _sqlx_migrations flyway_schema_history __drizzle_migrations gorp_migrations"
    " ar_internal_metadata databasechangelog databasechangeloglock d1_migrations pgmigrations schema_version"
    " atlas_schema_revisions _yoyo_log _yoyo_migration _yoyo_version yoyo_lock".split()
)
"""The tables in which migration tools remember what they have run."""

_MOST = 0.8


def drift(database: Database) -> Iterator[Difference]:
    """Every difference that the framework's tool minds; left is the declared side, right the migrated one.

    None without either side, and none where no tool is known that compares them.
    """
    declared, migrated = database.declared_catalog, database.migrated_catalog
    if database.declared is None or database.migrated is None or declared is None or migrated is None:
        return
    tool = TOOLS.get(database.declared.kind)
    if tool is None:
        return
    certain = _is_read_in_full(database.declared), _is_read_in_full(database.migrated)
    left, right = compared(database)
    if tool.nearly_all and not _tell_of_one_database(left, right):
        return
    for difference in differences(left, right):
        if _is_certain(difference, declared, migrated, certain) and tool.minds(difference):
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
    tool = TOOLS[reading.kind]
    sides = (declared, migrated)
    left_out: set[TableKey] = set()
    if not tool.framework_made:
        left_out = {key for side in sides for key, table in side.tables.items() if table.framework_made}
    return tool.sides(_comparable(declared, tool, left_out), _comparable(migrated, tool, left_out))


def _is_read_in_full(reading: Reading) -> bool:
    """Whether nothing that was not understood may have made or dropped a table."""
    return reading.complete and all(unread.tables is not None for unread in reading.not_understood())


def _comparable(catalog: Catalog, tool: Tool, left_out: set[TableKey]) -> Catalog:
    """The catalog as the tool sees it."""
    tables = {
        key: _comparable_table(table, catalog, tool)
        for key, table in catalog.tables.items()
        if table.kind == "table"
        and not (table.temporary or table.assumed or key in left_out)
        and table.name.name.lower() not in _BOOKKEEPING
    }
    return replace(catalog, tables=tables, index_owners={})


def _comparable_table(table: Table, catalog: Catalog, tool: Tool) -> Table:
    indexes = (tool.index(index, catalog) for index in table.indexes)
    return replace(
        table,
        columns=tuple(tool.column(column, catalog) for column in table.columns),
        indexes=tuple(index for index in indexes if index is not None),
        foreign_keys=tuple(tool.foreign_key(key) for key in table.foreign_keys if key.enforced),
        checks=(),
    )


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
