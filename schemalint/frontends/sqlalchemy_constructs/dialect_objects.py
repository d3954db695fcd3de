"""`dialect` objects, as types and connections hand them out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.objects import NativeClass
from schemalint.frontends.python_interpreter.values import Arguments, Native, PythonObject, Unknown, Value
from schemalint.frontends.sqlalchemy_constructs.effects import SQLALCHEMY_NAMES
from schemalint.knowledge.dialects import Dialect

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

_DRIVERS: dict[str, str] = {
    "postgresql": "psycopg2",
    "mysql": "pymysql",
    "sqlite": "pysqlite",
    "mssql": "pyodbc",
}
_CAPABILITIES: dict[str, frozenset[str]] = {
    "supports_alter": frozenset({"postgresql", "cockroachdb", "mysql", "mssql"}),
    "supports_native_enum": frozenset({"postgresql", "cockroachdb", "mysql"}),
    "supports_sequences": frozenset({"postgresql", "cockroachdb", "mssql"}),
    "supports_comments": frozenset({"postgresql", "cockroachdb", "mysql", "mssql"}),
    "supports_native_boolean": frozenset({"postgresql", "cockroachdb", "sqlite"}),
    "supports_schemas": frozenset({"postgresql", "cockroachdb", "mysql", "mssql"}),
}


class DialectClass(NativeClass):
    """`PGDialect` and its kin, which programs ask for with `isinstance`."""

    __slots__ = ("short",)

    def __init__(self, short: str) -> None:
        super().__init__(f"sqlalchemy.dialects.{short}.Dialect")
        self.short = short

    def holds(self, value: Value) -> bool | None:
        """Whether a dialect is this one."""
        if isinstance(value, DialectObject):
            return SQLALCHEMY_NAMES[value.dialect] == self.short
        return None if isinstance(value, Unknown) else False

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """Its name."""
        return self.short if name == "name" else Unknown(f"{name} of a dialect")


def dialect_classes() -> dict[str, Value]:
    """The classes of dialects, under the names by which they are imported."""
    found: dict[str, Value] = {}
    for short, names in _CLASSES.items():
        made = DialectClass(short)
        for name in names.split():
            found[f"sqlalchemy.dialects.{short}.{name}"] = made
            found[f"sqlalchemy.{name.rpartition('.')[2]}"] = made
        found[f"sqlalchemy.dialects.{short}.dialect"] = made
        found.pop("sqlalchemy.dialect", None)
    return found


_CLASSES = {
    "postgresql": "base.PGDialect psycopg2.PGDialect_psycopg2 psycopg.PGDialect_psycopg"
    " asyncpg.PGDialect_asyncpg",
    "mysql": "base.MySQLDialect pymysql.MySQLDialect_pymysql mysqldb.MySQLDialect_mysqldb",
    "sqlite": "base.SQLiteDialect pysqlite.SQLiteDialect_pysqlite",
    "mssql": "base.MSDialect",
}


class DialectObject(PythonObject):
    """The dialect that the run is for."""

    __slots__ = ("dialect",)

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """Its name, and what it can do."""
        sqlalchemy_name = SQLALCHEMY_NAMES[self.dialect]
        if name == "name":
            return sqlalchemy_name
        if name == "is_mariadb":
            return self.dialect == "mariadb"
        if name == "driver":
            return _DRIVERS.get(sqlalchemy_name, Unknown("the driver"))
        if name == "dialect_description":
            driver = _DRIVERS.get(sqlalchemy_name)
            return f"{sqlalchemy_name}+{driver}" if driver is not None else Unknown("the driver")
        if name == "type_descriptor":
            return Native("Dialect.type_descriptor", lambda machine, given: given.get(0, "typeobj"))
        if name in ("has_table", "has_index"):
            return Native(f"Dialect.{name}", partial(self._asked, name))
        if name in _CAPABILITIES:
            return sqlalchemy_name in _CAPABILITIES[name]
        if name == "default_schema_name":
            return {"postgresql": "public", "cockroachdb": "public", "sqlite": None, "mssql": "dbo"}.get(
                sqlalchemy_name, Unknown("the default schema")
            )
        return Unknown(f"{name} of the dialect")

    def _asked(self, question: str, interpreter: Interpreter, arguments: Arguments) -> Value:
        """What an inspector says, which is asked the same without a connection."""
        bind = Arguments(positional=[self], site=arguments.site)
        inspector = interpreter.called(interpreter.external("sqlalchemy.inspect"), bind)
        return interpreter.called(interpreter.attribute(inspector, question), arguments.without_first())

    def binary(self, interpreter: Interpreter, operator: str, other: Value, *, reflected: bool) -> Value:
        """Dialects are not compared."""
        return Unknown("a comparison of dialects")
