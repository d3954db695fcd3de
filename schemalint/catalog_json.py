"""The rebuilt catalogs as JSON: what `schemalint schema` prints, and what tests and other tools compare."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from schemalint.catalog import Catalog, ForeignKey, Index, Key, Table
from schemalint.reading import Reading
from schemalint.rule import Database
from schemalint.source import Sources, Span, UnreadableFile

VERSION = 1

_SOURCES = {
    "explicit": "index",
    "unique constraint": "unique",
    "exclusion constraint": "exclude",
    "implicit": "implicit",
    "primary key": "primary key",
}

Json = dict[str, Any]


def catalog_document(databases: Iterable[Database], sources: Sources) -> Json:
    """Both sides of each database, the declared one first.

    Partitions, views and temporary tables are left out, and so are tables that were altered without ever
    being made: of those, little more is known than that they exist. Foreign keys that only a framework
    keeps are left out too: the database knows nothing of them.
    """
    catalogs = []
    for database in databases:
        for reading, catalog in (
            (database.declared, database.declared_catalog),
            (database.migrated, database.migrated_catalog),
        ):
            if reading is not None and catalog is not None:
                catalogs.append(_catalog(database.name, reading, catalog, sources))
    return {"version": VERSION, "catalogs": catalogs}


def _catalog(name: str, reading: Reading, catalog: Catalog, sources: Sources) -> Json:
    tables = list(catalog.base_tables())
    return {
        "database": name,
        "source": reading.source,
        "kind": reading.kind,
        "side": reading.side,
        "dialect": catalog.dialect,
        "complete": reading.complete and all(table.complete for table in tables),
        "not_understood": len(reading.not_understood()),
        "tables": [_table(table, sources) for table in tables],
    }


def _table(table: Table, sources: Sources) -> Json:
    path, line = _place(table.span, sources)
    primary_key = table.primary_key
    return {
        "schema": table.name.schema,
        "name": table.name.name,
        "path": path,
        "line": line,
        "columns": [
            {"name": column.name, "type": column.type, "nullable": column.nullable}
            for column in table.columns
        ],
        "primary_key": None
        if primary_key is None
        else {"name": primary_key.name, "columns": list(primary_key.columns)},
        "indexes": [_index(index) for index in table.indexes if index is not primary_key],
        "foreign_keys": [
            _foreign_key(foreign_key) for foreign_key in table.foreign_keys if foreign_key.enforced
        ],
    }


def _place(span: Span | None, sources: Sources) -> tuple[str | None, int | None]:
    if span is None:
        return None, None
    try:
        return span.path, sources.read(span.path).position(span.start).line
    except UnreadableFile:
        return span.path, None


def _index(index: Index) -> Json:
    found: Json = {
        "name": index.name,
        "unique": index.unique,
        "keys": [_key(key) for key in index.keys],
        "method": index.method,
        "where": index.predicate,
        "include": list(index.include),
        "nulls_distinct": index.nulls_distinct,
        "source": _SOURCES[index.origin],
    }
    if not index.valid:
        found["valid"] = False
    if not index.immediate:
        found["immediate"] = False
    if index.replica_identity:
        found["replica_identity"] = True
    return found


def _key(key: Key) -> Json:
    found: Json = {"column": key.column} if key.column is not None else {"expression": key.expression}
    found["order"] = key.order
    for name, value in (
        ("length", key.length),
        ("opclass", key.operator_class),
        ("collation", key.collation),
        ("nulls", key.nulls),
    ):
        if value is not None:
            found[name] = value
    return found


def _foreign_key(foreign_key: ForeignKey) -> Json:
    return {
        "name": foreign_key.name,
        "columns": list(foreign_key.columns),
        "ref_schema": foreign_key.target.schema,
        "ref_table": foreign_key.target.name,
        "ref_columns": list(foreign_key.target_columns),
        "on_delete": foreign_key.on_delete,
        "on_update": foreign_key.on_update,
    }
