"""`MetaData`: the tables that are declared together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.values import (
    Arguments,
    Native,
    PythonObject,
    Site,
    Unknown,
    Value,
)
from schemalint.frontends.sqlalchemy_constructs import naming
from schemalint.frontends.sqlalchemy_constructs.table_views import (
    TableCollection,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter
    from schemalint.frontends.python_interpreter.objects import ClassObject
    from schemalint.frontends.sqlalchemy_constructs.tables import TableObject


class MetaDataObject(PythonObject):
    """A `MetaData`: tables by key (`schema.name` or `name`), in the order in which they were declared.

    `database_key` is the bind of Flask-SQLAlchemy that it belongs to, None for the default one. `identity`
    is the same whenever the program is read: its place, or the library that owns it. `unnamed` are classes
    with a table that is called as a base says of which nothing is known.
    """

    __slots__ = (
        "bind",
        "database_key",
        "listeners",
        "naming_convention",
        "owner",
        "schema",
        "site",
        "tables",
        "unnamed",
    )

    def __init__(
        self, site: Site, naming_convention: Value = None, schema: Value = None, *, owner: str = ""
    ) -> None:
        self.site = site
        self.owner = owner
        self.tables: dict[str, TableObject] = {}
        self.unnamed: list[ClassObject] = []
        self.schema = schema if isinstance(schema, str) and schema else None
        self.naming_convention: dict[Value, Value] = (
            naming_convention
            if isinstance(naming_convention, dict) and naming_convention
            else naming.DEFAULT_CONVENTION
        )
        self.database_key: str | None = None
        self.bind: Value = None
        self.listeners: list[tuple[str, Value]] = []

    @property
    def identity(self) -> str:
        """What tells it from others."""
        span = self.site.span
        place = self.owner or f"{span.path}:{span.start}"
        return place if self.database_key is None else f"{place}:{self.database_key}"

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """The tables, and what makes or drops them all."""
        if name == "tables":
            return TableCollection(self)
        if name == "sorted_tables":
            return list(self.tables.values())
        if name == "naming_convention":
            return self.naming_convention
        if name == "schema":
            return self.schema
        if name in ("create_all", "drop_all"):
            from schemalint.frontends.sqlalchemy_constructs.issuing import issue_all

            return Native(f"MetaData.{name}", lambda machine, given: issue_all(machine, self, name, given))
        if name == "reflect":
            from schemalint.frontends.sqlalchemy_constructs.issuing import reflect_all

            return Native("MetaData.reflect", lambda machine, given: reflect_all(machine, self, given))
        if name == "_add_table":
            return Native("MetaData._add_table", self._add_table)
        if name == "remove":
            return Native("MetaData.remove", self._remove)
        if name == "clear":
            return Native("MetaData.clear", self._clear)
        if name == "bind":
            return self.bind
        return Unknown(f"the attribute {name} of a MetaData")

    def set_attribute(self, interpreter: Interpreter, name: str, value: Value) -> None:
        """A naming convention that is set later holds for what is declared after it."""
        if name == "naming_convention" and isinstance(value, dict):
            self.naming_convention = value
        elif name == "schema" and isinstance(value, str):
            self.schema = value
        elif name == "bind":
            self.bind = value

    def _add_table(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        """What a program does that puts tables of another MetaData beside its own."""
        from schemalint.frontends.sqlalchemy_constructs.tables import TableObject

        name, schema, table = (arguments.get(at, key) for at, key in enumerate(("name", "schema", "table")))
        if not isinstance(name, str) or not isinstance(table, TableObject):
            return Unknown("a table that is added to a MetaData")
        self.tables[f"{schema}.{name}" if isinstance(schema, str) else name] = table
        return None

    def _remove(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        given = arguments.get(0, "table")
        for key in [key for key, table in self.tables.items() if table is given]:
            del self.tables[key]
        return None

    def _clear(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        self.tables.clear()
        return None

    def contains(self, interpreter: Interpreter, value: Value) -> Value:
        """`"name" in metadata`."""
        return value in self.tables if isinstance(value, str) else Unknown("a table of a MetaData")

    def merged(self, other: Value) -> Value:
        """Of two MetaData of which one was asked for by an unknown setting, the one with nothing special."""
        if isinstance(other, MetaDataObject):
            return self if self.schema is None else other
        return self
