"""`sqlalchemy.inspect(bind)`: the answer is the catalog at that moment, as far as it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.catalog import VIEWS, Catalog, Index, Name, Table
from schemalint.frontends.python_interpreter.objects import ClassObject, NativeClass
from schemalint.frontends.python_interpreter.values import (
    Arguments,
    Native,
    PythonObject,
    Rest,
    Searched,
    Unknown,
    Value,
    first_unknown,
)
from schemalint.frontends.sqlalchemy_constructs import reflection
from schemalint.frontends.sqlalchemy_constructs.connection import ConnectionObject, account_of
from schemalint.frontends.sqlalchemy_constructs.dialect_objects import DialectObject
from schemalint.frontends.sqlalchemy_constructs.effects import SQLALCHEMY_NAMES, effects_of
from schemalint.frontends.sqlalchemy_constructs.sql_text import plain
from schemalint.frontends.sqlalchemy_constructs.types import reflected_type
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, folded

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemalint.frontends.python_interpreter.interpreter import Interpreter

    Listing = Callable[[Interpreter, Table], list[Value]]


def inspect(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`inspect(bind)`; of a class or an instance nothing is known."""
    subject = arguments.get(0, "subject")
    if isinstance(subject, ClassObject):
        return Unknown("what inspect gives of a class")
    if effects_of(interpreter).catalog is None:
        return Unknown("an inspector of some database")
    return InspectorObject()


class InspectorObject(PythonObject):
    """An inspector."""

    __slots__ = ()

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """A question."""
        question = _QUESTIONS.get(name)
        if question is not None:
            return Native(f"Inspector.{name}", question)
        if name == "dialect":
            return DialectObject(effects_of(interpreter).dialect)
        if name in ("bind", "engine", "conn"):
            return ConnectionObject()
        if name == "default_schema_name":
            return DialectObject(effects_of(interpreter).dialect).attribute(interpreter, name)
        if name in ("clear_cache", "reflect_table"):
            return Native(f"Inspector.{name}", lambda machine, given: None)
        return Unknown(f"{name} of the inspector", about_catalog=True)


def _catalog(interpreter: Interpreter) -> Catalog:
    return account_of(interpreter).run.catalog


def _asked(interpreter: Interpreter, arguments: Arguments, place: int = 0) -> Table | Unknown | None:
    """The table that a question is about; None if there is none."""
    name = arguments.get(place, "table_name")
    schema = arguments.keywords.get("schema")
    if (
        schema is None
        and len(arguments.positional) > place + 1
        and isinstance(arguments.positional[place + 1], str)
    ):
        schema = arguments.positional[place + 1]
    if not isinstance(name, str):
        return first_unknown(name) or Unknown("a table")
    return _catalog(interpreter).find(Name(name, schema if isinstance(schema, str) else None))


def _rest(table: Table, make: Listing) -> list[Value]:
    """What may be there besides what is known."""
    if table.complete or (make is _columns and table.has_all_columns):
        return []
    return [Rest(Unknown(f"what {table.name} holds", about_catalog=True))]


def _listing(make: Listing) -> Callable[[Interpreter, Arguments], Value]:
    def question(interpreter: Interpreter, arguments: Arguments) -> Value:
        table = _asked(interpreter, arguments)
        if isinstance(table, Unknown):
            return Unknown(table.reason, about_catalog=True)
        if table is None:
            return Unknown("what a table holds that was never seen being made", about_catalog=True)
        return [*make(interpreter, table), *_rest(table, make)]

    return question


def _columns(interpreter: Interpreter, table: Table) -> list[Value]:
    return [
        {
            "name": column.name,
            "type": reflected_type(column.type),
            "nullable": column.nullable,
            "default": column.default,
            "autoincrement": column.identity,
            "comment": None,
        }
        for column in table.columns
    ]


def _index(index: Index, dialect: str) -> dict[Value, Value]:
    options: dict[Value, Value] = {}
    if index.predicate is not None:
        options[f"{dialect}_where"] = plain(index.predicate) if dialect == "sqlite" else index.predicate
    return {
        "name": index.name,
        "column_names": [key.column for key in index.keys],
        "unique": index.unique,
        "dialect_options": options,
        "include_columns": list(index.include),
    }


def _indexes(interpreter: Interpreter, table: Table) -> list[Value]:
    """PostgreSQL and MySQL list the indexes of unique constraints too, SQLite does not."""
    dialect = effects_of(interpreter).dialect
    shown = []
    for index in table.indexes:
        if index.origin == "primary key" or (dialect == "sqlite" and index.is_constraint):
            continue
        if dialect == "sqlite" and any(key.column is None for key in index.keys):
            continue
        shown.append(_index(index, SQLALCHEMY_NAMES[dialect]))
    return list(shown)


def _unique_constraints(interpreter: Interpreter, table: Table) -> list[Value]:
    """MySQL knows unique constraints only as unique indexes."""
    mysql = effects_of(interpreter).dialect in MYSQL_FAMILY
    return [
        {"name": index.name, "column_names": list(index.columns), "comment": None}
        for index in table.indexes
        if index.origin == "unique constraint" or (mysql and index.unique and index.origin == "explicit")
    ]


def _foreign_keys(interpreter: Interpreter, table: Table) -> list[Value]:
    """PostgreSQL's are ordered by their names (`get_foreign_keys` in `dialects/postgresql/base.py`)."""
    keys = list(reflection.foreign_keys(table, effects_of(interpreter).dialect))
    if effects_of(interpreter).dialect in POSTGRESQL_FAMILY:
        keys.sort(key=lambda key: key.name or "")
    return [
        {
            "name": key.name,
            "constrained_columns": list(key.columns),
            "referred_schema": key.target.schema,
            "referred_table": key.target.name,
            "referred_columns": list(key.target_columns),
            "options": {
                **({"ondelete": key.on_delete.upper()} if key.on_delete != "no action" else {}),
                **({"onupdate": key.on_update.upper()} if key.on_update != "no action" else {}),
            },
        }
        for key in keys
    ]


def _checks(interpreter: Interpreter, table: Table) -> list[Value]:
    return [{"name": check.name, "sqltext": check.expression} for check in table.checks]


def _primary_key(interpreter: Interpreter, arguments: Arguments) -> Value:
    table = _asked(interpreter, arguments)
    if isinstance(table, Unknown) or table is None:
        return Unknown("a primary key", about_catalog=True)
    primary = table.primary_key
    if primary is None and not table.complete:
        return Unknown("a primary key", about_catalog=True)
    if primary is None:
        return {"name": None, "constrained_columns": [], "comment": None}
    return {"name": primary.name, "constrained_columns": list(primary.columns), "comment": None}


def _has_table(interpreter: Interpreter, arguments: Arguments) -> Value:
    table = _asked(interpreter, arguments)
    if isinstance(table, Unknown):
        return Unknown(table.reason, about_catalog=True)
    if table is not None:
        return True
    schema = arguments.get(1, "schema")
    name = Name(str(arguments.get(0, "table_name")), schema if isinstance(schema, str) else None)
    return account_of(interpreter).presume(name, arguments.site.span)


def _table_names(interpreter: Interpreter, arguments: Arguments) -> Value:
    schema = arguments.get(0, "schema")
    catalog = _catalog(interpreter)
    wanted = catalog.key(Name("", schema))[0] if isinstance(schema, str) else None
    account = account_of(interpreter)
    for name in sorted(account.presumed - account.met):
        if catalog.find(Name(name)) is None:
            account.presume(Name(name), arguments.site.span)
    catalog = _catalog(interpreter)
    names = [
        table.name.name
        for table in catalog.tables.values()
        if table.kind == "table" and table.name.schema == wanted
    ]
    return Searched(names, account.absent)


def _view_names(interpreter: Interpreter, arguments: Arguments) -> Value:
    return [table.name.name for table in _catalog(interpreter).tables.values() if table.kind in VIEWS]


def _schema_names(interpreter: Interpreter, arguments: Arguments) -> Value:
    return [Rest(Unknown("the schemas", about_catalog=True))]


def _enums(interpreter: Interpreter, arguments: Arguments) -> Value:
    return [
        {"name": key[1], "schema": key[0], "labels": list(labels)}
        for key, labels in _catalog(interpreter).types.items()
        if labels is not None
    ]


def _has_index(interpreter: Interpreter, arguments: Arguments) -> Value:
    table = _asked(interpreter, arguments)
    name = arguments.get(1, "index_name")
    if isinstance(table, Unknown) or table is None or not isinstance(name, str):
        return Unknown("an index", about_catalog=True)
    dialect = effects_of(interpreter).dialect
    found = any(
        index.name is not None and folded(index.name, dialect) == folded(name, dialect)
        for index in table.indexes
        if index.origin != "primary key"
    )
    if found:
        return True
    return False if table.complete else Unknown("an index", about_catalog=True)


def has_index(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`index_exists(engine, table, index)` of oslo.db."""
    return (
        _has_index(interpreter, arguments.without_first()) if _can_ask(interpreter) else Unknown("an index")
    )


def has_column(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`column_exists(engine, table, column)` of oslo.db."""
    table = _asked(interpreter, arguments, 1) if _can_ask(interpreter) else Unknown("a column")
    name = arguments.get(2, "column")
    if isinstance(table, Unknown) or table is None or not isinstance(name, str):
        return Unknown("a column", about_catalog=True)
    if table.column(name, effects_of(interpreter).dialect) is not None:
        return True
    return False if table.has_all_columns else Unknown("a column", about_catalog=True)


def _can_ask(interpreter: Interpreter) -> bool:
    return effects_of(interpreter).catalog is not None


_QUESTIONS: dict[str, Callable[[Interpreter, Arguments], Value]] = {
    "get_columns": _listing(_columns),
    "get_indexes": _listing(_indexes),
    "get_unique_constraints": _listing(_unique_constraints),
    "get_foreign_keys": _listing(_foreign_keys),
    "get_check_constraints": _listing(_checks),
    "get_pk_constraint": _primary_key,
    "has_table": _has_table,
    "has_index": _has_index,
    "get_table_names": _table_names,
    "get_sorted_table_and_fkc_names": _schema_names,
    "get_view_names": _view_names,
    "get_schema_names": _schema_names,
    "get_enums": _enums,
}


class InspectorClass(NativeClass):
    """`Inspector.from_engine(…)`, `Inspector(…)`."""

    __slots__ = ()

    def construct(self, interpreter: Interpreter, arguments: Arguments, cls: object | None) -> Value:
        """An inspector."""
        return inspect(interpreter, arguments)

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """`from_engine`."""
        if name == "from_engine":
            return Native("Inspector.from_engine", inspect)
        return Unknown(f"Inspector.{name}")
