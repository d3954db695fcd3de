"""`create`, `drop` and `reflect` on tables, indexes and a whole MetaData, when the program calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.catalog import Name
from schemalint.frontends.python_interpreter.values import Arguments, Unknown, Value
from schemalint.frontends.sqlalchemy_constructs import creating, events, index_rendering, naming, rendering
from schemalint.frontends.sqlalchemy_constructs.constraint_items import IndexItem
from schemalint.frontends.sqlalchemy_constructs.effects import effects_of
from schemalint.frontends.sqlalchemy_constructs.metadata import MetaDataObject
from schemalint.frontends.sqlalchemy_constructs.reflection import reflected_table
from schemalint.frontends.sqlalchemy_constructs.tables import TableObject
from schemalint.operations import AddIndex, DropIndex, DropTable, Opaque

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


def is_meant(bind: Value, metadata: MetaDataObject | None = None) -> bool:
    """Whether something is done to the database of this run, and not to one that the program connects to."""
    if bind is None and metadata is not None:
        bind = metadata.bind
    return getattr(bind, "leads_to_database", False) is True


def issue_table(interpreter: Interpreter, table: TableObject, verb: str, arguments: Arguments) -> Value:
    """`table.create(bind)`, `table.drop(bind)`."""
    effects = effects_of(interpreter)
    if not is_meant(arguments.get(0, "bind"), table.metadata):
        return None
    checks = arguments.get(1, "checkfirst", False) is not False
    if verb == "create":
        bind = arguments.get(0, "bind")
        events.fire(interpreter, table, "before_create", bind, arguments.site)
        for operation in creating.create_table(interpreter, table, if_not_exists=checks, site=arguments.site):
            effects.emit(operation)
        events.fire(interpreter, table, "after_create", bind, arguments.site)
    else:
        name = rendering.written_schema(rendering.table_name(table), effects.dialect)
        effects.emit(DropTable(table=name, if_exists=checks, span=arguments.site.span))
    return None


def issue_index(interpreter: Interpreter, item: IndexItem, verb: str, arguments: Arguments) -> Value:
    """`index.create(bind)`, `index.drop(bind)`."""
    table = item.parent
    if not is_meant(arguments.get(0, "bind"), table.metadata if table is not None else None):
        return None
    return apply_index(interpreter, item, verb, arguments)


def apply_index(interpreter: Interpreter, item: IndexItem, verb: str, arguments: Arguments) -> Value:
    """CREATE INDEX or DROP INDEX."""
    effects = effects_of(interpreter)
    table = item.parent
    checks = arguments.get(1, "checkfirst", False) is not False
    span = arguments.site.span
    if table is None:
        effects.emit(Opaque(reason="an index of an unknown table", span=span))
        return None
    name = rendering.written_schema(rendering.table_name(table), effects.dialect)
    if verb == "create":
        index = index_rendering.rendered_index(interpreter, item, table)
        if index is None:
            reason = "the columns of an index"
            effects.emit(Opaque(reason=reason, tables=(name,), spares_columns=True, span=span))
        else:
            effects.emit(AddIndex(table=name, index=index, if_not_exists=checks, span=span))
        return None
    index_name = naming.final_name(item.name, effects.dialect)
    if index_name is None:
        reason = "the name of an index"
        effects.emit(Opaque(reason=reason, tables=(name,), spares_columns=True, span=span))
    else:
        effects.emit(DropIndex(index=Name(index_name, name.schema), table=name, if_exists=checks, span=span))
    return None


def issue_all(interpreter: Interpreter, metadata: MetaDataObject, verb: str, arguments: Arguments) -> Value:
    """`metadata.create_all(bind)`, `metadata.drop_all(bind)`; `tables=` names some of them."""
    effects = effects_of(interpreter)
    if not is_meant(arguments.get(0, "bind"), metadata):
        return None
    checks = arguments.get(2, "checkfirst", True) is not False
    some = arguments.get(1, "tables")
    chosen = MetaDataObject(metadata.site)
    chosen.schema = metadata.schema
    chosen.listeners = metadata.listeners
    chosen.tables = dict(metadata.tables)
    if some is not None:
        items = interpreter.items(some)
        if isinstance(items, Unknown):
            effects.emit(Opaque(reason=items.reason, span=arguments.site.span))
            return None
        wanted = {id(item) for item in items}
        chosen.tables = {key: table for key, table in metadata.tables.items() if id(table) in wanted}
    if verb == "create_all":
        for operation in creating.create_all(interpreter, chosen, arguments.get(0, "bind"), checks=checks):
            effects.emit(operation)
        return None
    for table in reversed(list(chosen.tables.values())):
        name = rendering.written_schema(rendering.table_name(table), effects.dialect)
        effects.emit(DropTable(table=name, if_exists=checks, cascade=True, span=arguments.site.span))
    return None


def reflect_all(interpreter: Interpreter, metadata: MetaDataObject, arguments: Arguments) -> Value:
    """`metadata.reflect(bind)`: the tables that the database has at the moment."""
    effects = effects_of(interpreter)
    if effects.catalog is None:
        return None
    for table in effects.catalog.base_tables():
        if table.name.schema is None:
            reflected_table(interpreter, table.name.name, None, metadata, arguments.site)
    return None
