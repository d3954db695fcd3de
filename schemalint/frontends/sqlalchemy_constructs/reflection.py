"""Tables as SQLAlchemy reads them from the database: `autoload_with`, `reflect`, batch mode on SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.catalog import Catalog, ForeignKey, Index, Name, Table
from schemalint.frontends.python_interpreter.values import Site, Value
from schemalint.frontends.sqlalchemy_constructs.constraint_items import (
    ConstraintItem,
    ForeignKeyConstraintItem,
    IndexItem,
    PrimaryKeyItem,
    UniqueItem,
)
from schemalint.frontends.sqlalchemy_constructs.effects import effects_of
from schemalint.frontends.sqlalchemy_constructs.metadata import MetaDataObject
from schemalint.frontends.sqlalchemy_constructs.schema_items import ColumnItem, ConventionalName
from schemalint.frontends.sqlalchemy_constructs.sql_text import plain
from schemalint.frontends.sqlalchemy_constructs.tables import TableObject
from schemalint.frontends.sqlalchemy_constructs.types import reflected_type
from schemalint.knowledge.dialects import Dialect

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


def reflected_table(
    interpreter: Interpreter, name: str, schema: str | None, metadata: MetaDataObject, site: Site
) -> TableObject | None:
    """The table of that name as the database has it now, added to the MetaData; None if there is none."""
    effects = effects_of(interpreter)
    catalog = effects.catalog
    table = catalog.find(Name(name, schema)) if catalog is not None else None
    if table is None or catalog is None:
        return None
    made = TableObject(name, metadata, schema, site)
    made.complete = table.complete
    made.holds = table.complete
    fill(interpreter, made, table, catalog, site)
    metadata.tables[made.full_name] = made
    return made


def fill(interpreter: Interpreter, made: TableObject, table: Table, catalog: Catalog, site: Site) -> None:
    """Columns, keys, unique constraints, foreign keys and indexes, under the names that they have."""
    effects = effects_of(interpreter)
    for column in table.columns:
        item = ColumnItem(site, effects.next_serial())
        item.name = column.name
        item.type = reflected_type(column.type)
        item.nullable = column.nullable
        item.autoincrement = "auto" if not column.identity else True
        if column.default is not None:
            item.server_default = plain(column.default)
        made.columns.append(item)
        item.table = made
    for index in table.indexes:
        _fill_index(interpreter, made, index, site)
    for key in foreign_keys(table, catalog.dialect):
        target = f"{key.target.schema}.{key.target.name}" if key.target.schema else key.target.name
        keywords: dict[str, Value] = {"name": _final(key.name)}
        if key.on_delete != "no action":
            keywords["ondelete"] = key.on_delete.upper()
        if key.on_update != "no action":
            keywords["onupdate"] = key.on_update.upper()
        if key.deferrable:
            keywords["deferrable"] = True
        if key.deferred:
            keywords["initially"] = "DEFERRED"
        elements: list[Value] = [f"{target}.{column}" for column in key.target_columns]
        item_key = ForeignKeyConstraintItem(
            site, effects.next_serial(), list(key.columns), keywords, elements
        )
        item_key.parent = made
        made.constraints.append(item_key)


def foreign_keys(table: Table, dialect: Dialect) -> tuple[ForeignKey, ...]:
    """The foreign keys of a table that SQLAlchemy reads: on SQLite one of several on the same columns.

    It tells them apart by their columns and targets (`get_foreign_keys` in `dialects/sqlite/base.py`), and
    finds first what is written first: those that have a name, where the table was made anew in a batch.
    """
    if dialect != "sqlite":
        return table.foreign_keys
    found: dict[tuple[object, ...], ForeignKey] = {}
    for key in sorted(table.foreign_keys, key=lambda key: key.name is None):
        found.setdefault((key.columns, key.target, key.target_columns), key)
    return tuple(key for key in table.foreign_keys if any(key is one for one in found.values()))


def _final(name: str | None) -> ConventionalName | None:
    return ConventionalName(name) if name is not None else None


def _fill_index(interpreter: Interpreter, made: TableObject, index: Index, site: Site) -> None:
    serial = effects_of(interpreter).next_serial()
    columns: list[Value] = [
        key.column if key.column is not None else plain(f"({key.expression})") for key in index.keys
    ]
    keywords: dict[str, Value] = {"name": _final(index.name)}
    item: ConstraintItem
    if index.origin == "primary key":
        item = PrimaryKeyItem(site, serial, columns, keywords)
        for column in made.columns:
            column.primary_key = column.primary_key or column.name in index.columns
    elif index.origin == "unique constraint":
        item = UniqueItem(site, serial, columns, keywords)
    elif index.origin == "explicit" or index.origin == "implicit":
        item = IndexItem(site, serial, columns, {"unique": index.unique, **keywords})
        item.parent = made
        made.indexes.append(item)
        return
    else:
        return
    item.parent = made
    made.constraints.append(item)
