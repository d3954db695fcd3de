"""Compares the declared side of a database with its migrated one, as the framework's own tool would."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from schemalint.catalog import Catalog, ForeignKey, Name, Table, TableKey
from schemalint.comparison import Difference, difference_of
from schemalint.drift.tool import Tool
from schemalint.drift.tools import tool_of
from schemalint.operations import RenameColumn, RenameTable
from schemalint.reading import Reading
from schemalint.replay import build
from schemalint.rule import Database

_BOOKKEEPING = frozenset(
    "_prisma_migrations django_migrations alembic_version schema_migrations schema_migration goose_db_version"
    " __diesel_schema_migrations _sqlx_migrations flyway_schema_history __drizzle_migrations gorp_migrations"
    " ar_internal_metadata databasechangelog databasechangeloglock d1_migrations pgmigrations schema_version"
    " atlas_schema_revisions _yoyo_log _yoyo_migration _yoyo_version yoyo_lock".split()
)
"""The tables in which migration tools remember what they have run."""

_BY_GOLANG_MIGRATE = frozenset({"version", "dirty"})
_MOST = 0.8


def drift(database: Database) -> Iterator[Difference]:
    """Every difference that the framework's tool reports; left is the declared side, right the migrated one.

    None without either side, and none where no tool is known that compares them.
    """
    sides = compared(database)
    if sides is not None:
        yield from sides.tool.told(sides.found, sides.declared, sides.migrated)


class Sides(Struct, frozen=True):
    """Both sides of a database as its tool sees them, and all that differs between them for certain.

    `renames` are what has to be renamed on the migrated side, which has the new names.
    """

    tool: Tool
    declared: Catalog
    migrated: Catalog
    renames: tuple[RenameTable | RenameColumn, ...]
    found: list[Difference]


def compared(database: Database) -> Sides | None:
    """The two sides of a database; None where there are not two, or no tool compares them."""
    declared, migrated = database.declared_catalog, database.migrated_catalog
    if database.declared is None or database.migrated is None or declared is None or migrated is None:
        return None
    tool = tool_of(database.declared.kind)
    if tool is None:
        return None
    certain = _is_read_in_full(database.declared), _is_read_in_full(database.migrated)
    in_doubt = _in_doubt(database.migrated, migrated)
    renames: tuple[RenameTable | RenameColumn, ...] = ()
    if tool.by_record:
        record = database.migrated.record
        if record is None:
            return None
        migrated, _ = build(record.operations, database.dialect)
        certain, renames, in_doubt = (certain[0], record.is_whole()), record.renames, frozenset()
    left, right = tool.sides(_comparable(declared, migrated, tool), _comparable(migrated, declared, tool))
    if tool.nearly_all and not _tell_of_one_database(left, right):
        return None
    found = [
        difference
        for difference in (*_renamed(renames, left, right), *tool.compare(database, left, right))
        if difference.aspect != "expression"  # no tool tells one way to write it from another
        and _is_certain(difference, declared, migrated, certain, tool)
        and tool.minds(difference)
        and not _is_in_doubt(difference, migrated, in_doubt)
    ]
    return Sides(tool, left, right, renames, found)


def _tell_of_one_database(one: Catalog, other: Catalog) -> bool:
    """Whether a schema file has most of its tables in common with the migrations that lie near it."""
    in_common = len(one.tables.keys() & other.tables.keys())
    return in_common >= _MOST * max(len(one.tables), len(other.tables))


def _is_read_in_full(reading: Reading) -> bool:
    """Whether nothing that was not understood may have made or dropped a table."""
    return reading.complete and all(unread.tables is not None for unread in reading.not_understood())


def _in_doubt(reading: Reading, catalog: Catalog) -> frozenset[TableKey]:
    """The tables that something not understood may have made or dropped."""
    return frozenset(catalog.key(name) for unread in reading.not_understood() for name in unread.tables or ())


def _is_in_doubt(difference: Difference, catalog: Catalog, in_doubt: frozenset[TableKey]) -> bool:
    """Whether a table is on one side only, and what is not understood may have changed that."""
    if difference.table is not None or difference.aspect is not None:
        return False
    table = difference.left or difference.right
    return isinstance(table, Table) and catalog.key(table.name) in in_doubt


def _renamed(
    renames: Iterable[RenameTable | RenameColumn], declared: Catalog, migrated: Catalog
) -> Iterator[Difference]:
    """What is called otherwise on either side."""
    for rename in renames:
        if isinstance(rename, RenameTable):
            one, other = declared.get(rename.new_name), migrated.get(rename.new_name)
            if one is not None and other is not None:
                yield Difference(
                    subject="table",
                    table=None,
                    name=str(rename.new_name),
                    left=one,
                    right=replace(other, name=rename.table),
                    aspect="name",
                )
            continue
        columns = [
            None if table is None else table.column(rename.new_name, declared.dialect)
            for table in (declared.get(rename.table), migrated.get(rename.table))
        ]
        if columns[0] is not None and columns[1] is not None:
            renamed = replace(columns[1], name=rename.column)
            yield difference_of(rename.table, columns[0], renamed, "name")


def _comparable(catalog: Catalog, other: Catalog, tool: Tool) -> Catalog:
    """The catalog as the tool sees it beside the other one."""
    tables = {
        key: _comparable_table(table, catalog, tool)
        for key, table in catalog.tables.items()
        if table.kind in tool.kinds
        and not (table.temporary or (table.assumed and not tool.unmade))
        and (tool.framework_made or not (table.framework_made or _is_framework_made(key, other)))
        and not _is_bookkeeping(table)
    }
    return catalog.to_compare(tables)


def _is_bookkeeping(table: Table) -> bool:
    """Whether a migration tool remembers there what it has run; golang-migrate lets its user name the table.

    Source: `ensureVersionTable` in golang-migrate's `database/postgres/postgres.go`.
    """
    return table.name.name.lower() in _BOOKKEEPING or (
        len(table.columns) == len(_BY_GOLANG_MIGRATE)
        and all(column.name in _BY_GOLANG_MIGRATE for column in table.columns)
    )


def _is_framework_made(key: TableKey, catalog: Catalog) -> bool:
    return key in catalog.tables and catalog.tables[key].framework_made


def _comparable_table(table: Table, catalog: Catalog, tool: Tool) -> Table:
    """The table as the tool sees it. No tool tells a constraint that is NOT VALID from another."""
    indexes = (tool.index(index, catalog) for index in table.indexes)
    checks = (tool.check(check) for check in table.checks)
    return replace(
        table,
        columns=tuple(tool.column(column, catalog) for column in table.columns),
        indexes=tuple(index for index in indexes if index is not None),
        foreign_keys=tuple(
            replace(tool.foreign_key(key), validated=True, sets=(), match_full=False)
            for key in table.foreign_keys
            if key.enforced or tool.unenforced
        ),
        checks=tuple(replace(check, validated=True) for check in checks if check is not None),
    )


def _is_certain(
    difference: Difference, declared: Catalog, migrated: Catalog, certain: tuple[bool, bool], tool: Tool
) -> bool:
    """Whether both sides are known well enough: what is missing from one may be where it was not read."""
    if difference.subject == "type":
        return all(certain)
    if difference.table is None and difference.aspect is None:
        table = difference.left or difference.right
        is_known = isinstance(table, Table) and (table.complete or (tool.by_record and table.holds))
        if tool.by_record and not is_known:
            return False
        if difference.left is None:  # what made the table incomplete may have dropped it
            return certain[0] and is_known
        return certain[1] and not any(table.assumed for table in migrated.tables.values())
    name = difference.table or _name(difference.left)
    if name is None:
        return False
    here, there = declared.get(name), migrated.get(name)
    if here is None or there is None:
        return False
    if tool.by_record and (
        _is_vague(difference.left, declared, certain[0]) or _is_vague(difference.right, migrated, certain[1])
    ):
        return False
    if here.complete and there.complete:
        return True
    if difference.subject == "column" and here.has_all_columns and there.has_all_columns:
        return True
    return (
        (here.complete or here.holds)
        and (there.complete or there.holds)
        and tool.holds(difference, here, there)
    )


def _is_vague(element: object, catalog: Catalog, is_whole: bool) -> bool:
    """Whether it is a foreign key to a table of which not even the primary key is known: a guess."""
    if not isinstance(element, ForeignKey):
        return False
    target = catalog.find(element.target)
    return not is_whole if target is None else not target.complete and target.primary_key is None


def _name(element: object) -> Name | None:
    return element.name if isinstance(element, Table) else None
