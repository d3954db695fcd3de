"""The operations with which SQLAlchemy makes tables: one by one, or all of a MetaData in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from schemalint.frontends.python_interpreter.values import Site, Value
from schemalint.frontends.sqlalchemy_constructs import enum_types, events, index_rendering, rendering
from schemalint.frontends.sqlalchemy_constructs.constraint_items import ForeignKeyConstraintItem
from schemalint.frontends.sqlalchemy_constructs.effects import SQLALCHEMY_NAMES, effects_of
from schemalint.frontends.sqlalchemy_constructs.metadata import MetaDataObject
from schemalint.frontends.sqlalchemy_constructs.schema_items import column_of
from schemalint.frontends.sqlalchemy_constructs.tables import TableObject
from schemalint.frontends.sqlalchemy_constructs.type_resolution import resolve
from schemalint.operations import AddForeignKey, AddIndex, CreateTable, Opaque, Operation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemalint.frontends.python_interpreter.interpreter import Interpreter


def create_table(
    interpreter: Interpreter,
    table: TableObject,
    *,
    if_not_exists: bool = False,
    without: frozenset[int] = frozenset(),
    site: Site | None = None,
) -> list[Operation]:
    """The enum types that a table needs, the table, its indexes; foreign keys in `without` are left out."""
    found: list[Operation] = create_types(interpreter, table, checks=True)
    if without:
        table = _without_keys(table, without)
    rendered = rendering.rendered_table(interpreter, table)
    span = (site or table.site).span
    indexes = create_indexes(interpreter, table)
    for reason, place in table.reasons:
        found.append(Opaque(reason=reason, tables=(rendered.name,), span=place.span))
    if not table.complete:
        rendered = replace(rendered, complete=False, holds=table.holds)
    if site is not None:
        rendered = replace(rendered, span=span)
    parents = rendering.inherited_names(table, effects_of(interpreter).dialect)
    if parents is None:
        rendered = replace(rendered, complete=False)
        found.append(Opaque(reason="the tables that one inherits from", tables=(rendered.name,), span=span))
    made = CreateTable(table=rendered, if_not_exists=if_not_exists, inherits=parents or (), span=span)
    return [*found, made, *indexes]


def _without_keys(table: TableObject, without: frozenset[int]) -> TableObject:
    copied = TableObject(table.name, table.metadata, table.schema, table.site)
    copied.columns, copied.indexes, copied.given = table.columns, table.indexes, table.given
    copied.complete, copied.reasons, copied.temporary = table.complete, table.reasons, table.temporary
    copied.holds = table.holds
    copied.constraints = [item for item in table.constraints if item.serial not in without]
    return copied


def create_types(interpreter: Interpreter, table: TableObject, *, checks: bool) -> list[Operation]:
    """The enum types that making a table makes first."""
    effects = effects_of(interpreter)
    found: list[Operation] = []
    seen: set[Value] = set()
    for column in table.columns:
        if column.type is None:
            continue
        kind = resolve(interpreter, column.type, effects.dialect)
        if kind.name == "ARRAY":
            inner = kind.get(0, "item_type")
            kind = resolve(interpreter, inner, effects.dialect) if hasattr(inner, "variants") else kind
        name = enum_types.type_name(kind, effects.dialect)
        if name is not None and name not in seen and enum_types.made_with_table(kind):
            seen.add(name)
            found += enum_types.create_type(kind, effects.dialect, column.site.span, checks=checks)
    return found


def create_indexes(interpreter: Interpreter, table: TableObject) -> list[Operation]:
    """CREATE INDEX for each index of a table."""
    dialect = effects_of(interpreter).dialect
    name = rendering.written_schema(rendering.table_name(table), dialect)
    found: list[Operation] = []
    for item in sorted(table.indexes, key=lambda index: index.serial):
        if not item.applies_to(SQLALCHEMY_NAMES[dialect]):
            continue
        index = index_rendering.rendered_index(interpreter, item, table)
        if index is not None:
            found.append(AddIndex(table=name, index=index, span=index.span))
    return found


def create_all(
    interpreter: Interpreter, metadata: MetaDataObject, connection: Value = None, *, checks: bool = True
) -> Iterator[Operation]:
    """Everything of a MetaData in the order of `MetaData.create_all`: tables before those that refer to them.

    What listeners do with the connection they do at once, so each operation must be emitted when it comes.

    Foreign keys with `use_alter`, and named ones that close a circle, come last, as ALTER TABLE; SQLite has
    no such thing, and takes them with the table. Source: `sort_tables_and_constraints` in `sql/ddl.py`.
    """
    effects = effects_of(interpreter)
    tables = list(metadata.tables.values())
    alters = effects.dialect != "sqlite"
    ordered, late = _sorted(tables, alters=alters)
    events.fire(interpreter, metadata, "before_create", connection, metadata.site)
    for table in ordered:
        without = frozenset(item.serial for owner, item in late if owner is table)
        events.fire(interpreter, table, "before_create", connection, table.site)
        yield from create_table(interpreter, table, if_not_exists=checks, without=without)
        events.fire(interpreter, table, "after_create", connection, table.site)
    for table, item in late:
        key = rendering.rendered_foreign_key(interpreter, item, table)
        if key is not None:
            name = rendering.written_schema(rendering.table_name(table), effects.dialect)
            yield AddForeignKey(table=name, foreign_key=key, span=key.span)
    events.fire(interpreter, metadata, "after_create", connection, metadata.site)


Late = list[tuple[TableObject, ForeignKeyConstraintItem]]


def _sorted(tables: list[TableObject], *, alters: bool) -> tuple[list[TableObject], Late]:
    """Tables by dependency, in layers of those that are ready, and the foreign keys that have to wait."""
    by_key = {table.full_name: table for table in tables}
    needs: dict[int, dict[int, list[ForeignKeyConstraintItem]]] = {id(table): {} for table in tables}
    late: Late = []
    for table in tables:
        for item in table.constraints:
            if not isinstance(item, ForeignKeyConstraintItem):
                continue
            if item.use_alter and alters:
                late.append((table, item))
                continue
            target = _target_table(item, table, by_key)
            if target is not None and target is not table:
                needs[id(table)].setdefault(id(target), []).append(item)
    ordered: list[TableObject] = []
    waiting = list(tables)
    done: set[int] = set()
    while waiting:
        ready = [table for table in waiting if not needs[id(table)].keys() - done]
        if not ready:
            released = _break_circle(waiting, needs, done) if alters else []
            if not released:
                ordered += waiting
                break
            late += released
            continue
        ordered += ready
        done |= {id(table) for table in ready}
        waiting = [table for table in waiting if id(table) not in done]
    return ordered, late


def _break_circle(
    waiting: list[TableObject], needs: dict[int, dict[int, list[ForeignKeyConstraintItem]]], done: set[int]
) -> Late:
    """The named foreign keys of tables in a circle, which are made later."""
    released: Late = []
    in_circle = _circle(waiting, needs, done)
    for table in waiting:
        if id(table) not in in_circle:
            continue
        for target in list(needs[id(table)]):
            if target in done or target not in in_circle:
                continue
            items = needs[id(table)][target]
            if all(item.name is not None for item in items):
                released += [(table, item) for item in items]
                del needs[id(table)][target]
    return released


def _circle(
    waiting: list[TableObject], needs: dict[int, dict[int, list[ForeignKeyConstraintItem]]], done: set[int]
) -> set[int]:
    """The tables that wait for each other, less those that only wait for a circle."""
    inside = {id(table) for table in waiting}
    while True:
        wanted = {target for table in inside for target in needs[table] if target not in done}
        smaller = inside & wanted
        if smaller == inside:
            return inside
        inside = smaller


def _target_table(
    item: ForeignKeyConstraintItem, table: TableObject, by_key: dict[str, TableObject]
) -> TableObject | None:
    for element in item.elements:
        column = column_of(element)
        if column is not None:
            return column.table
        if isinstance(element, str):
            key = element.rpartition(".")[0]
            found = by_key.get(key)
            if found is None and table.metadata.schema is not None and "." not in key:
                found = by_key.get(f"{table.metadata.schema}.{key}")
            return found
    return None
