"""Ways to the database that a revision can take: `op.get_bind()`, sessions, the migration context."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.objects import NativeClass
from schemalint.frontends.python_interpreter.values import (
    MISSING,
    Arguments,
    Native,
    PythonObject,
    Unknown,
    Value,
)
from schemalint.frontends.sqlalchemy_constructs import (
    asked_schema,
    empty_tables,
    pragmas,
    queries,
    rendering,
)
from schemalint.frontends.sqlalchemy_constructs.account import Account
from schemalint.frontends.sqlalchemy_constructs.configuration import ConfigurationObject
from schemalint.frontends.sqlalchemy_constructs.database_url import DatabaseUrl
from schemalint.frontends.sqlalchemy_constructs.ddl_elements import DdlElement
from schemalint.frontends.sqlalchemy_constructs.dialect_objects import DialectObject
from schemalint.frontends.sqlalchemy_constructs.effects import SQLALCHEMY_NAMES, effects_of
from schemalint.frontends.sqlalchemy_constructs.running_sql import asks_catalog, run_sql, run_unknown_sql
from schemalint.frontends.sqlalchemy_constructs.sql_text import SqlExpression
from schemalint.frontends.sqlalchemy_constructs.statements import DdlStatement, RowStatement, TextStatement
from schemalint.frontends.sqlalchemy_constructs.tables import TableObject
from schemalint.knowledge.dialects import POSTGRESQL_FAMILY
from schemalint.operations import Opaque
from schemalint.operations.rows import Rows

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


def account_of(interpreter: Interpreter) -> Account:
    """The account of the revision that is being run."""
    effects = effects_of(interpreter)
    assert isinstance(effects, Account)
    return effects


def executed(interpreter: Interpreter, statement: Value, arguments: Arguments) -> Value:
    """Run a statement, whatever it is given as; what a query gives is unknown."""
    account = account_of(interpreter)
    place = arguments.site.span
    if isinstance(statement, TextStatement):
        statement = statement.statement if statement.statement is not None else statement.unknown
        if isinstance(statement, str):
            statement = statement.replace("\\:", ":")
    if isinstance(statement, str):
        catalog = account.run.catalog
        answer = pragmas.answered(statement, catalog)
        answer = answer or empty_tables.answered(statement, catalog, account.fillings)
        answer = answer or asked_schema.answered(statement, catalog)
        if answer is not None:
            return answer
        run_sql(account, str(statement), place)
        return Unknown("what a query gives", about_catalog=asks_catalog(statement))
    if isinstance(statement, DdlStatement):
        return executed(interpreter, statement.statement(), arguments)
    if isinstance(statement, DdlElement):
        statement.issue(interpreter, arguments)
    elif isinstance(statement, RowStatement):
        if statement.verb != "select":
            table = statement.table
            name = rendering.table_name(table) if isinstance(table, TableObject) else None
            account.emit(Rows(verb=statement.verb, table=name, span=place))
    elif isinstance(statement, Unknown):
        run_unknown_sql(account, statement, place)
        return Unknown("what a query gives", about_catalog=asks_catalog(getattr(statement, "text", "")))
    elif not isinstance(statement, SqlExpression | TableObject):
        account.emit(Opaque(reason="a statement that is not known", span=place))
    return Unknown("what a query gives")


_SILENT = frozenset(
    "commit rollback close flush delete expire expire_all expunge expunge_all refresh invalidate"
    " bulk_update_mappings dispose begin_twophase detach remove".split()
)
_ADDING = frozenset({"add", "add_all", "merge", "bulk_save_objects", "bulk_insert_mappings"})
_SAME = frozenset(
    "connect engine connection get_bind bind execution_options begin begin_nested no_autoflush"
    " connection_callable get_transaction sync_connection sync_engine session raw_connection cursor".split()
)


class ConnectionObject(PythonObject):
    """A connection, an engine or a session: in a revision they all lead to the same database."""

    __slots__ = ()
    leads_to_database = True

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """What executes statements, and what says which database it is."""
        if name in (
            "execute",
            "exec",
            "exec_driver_sql",
            "scalars",
            "executescript",
            "executemany",
        ):
            return Native(f"Connection.{name}", _execute)
        if name == "scalar":
            return Native("Connection.scalar", _scalar)
        if name == "dialect":
            return DialectObject(effects_of(interpreter).dialect)
        if name == "url":
            return DatabaseUrl(SQLALCHEMY_NAMES[effects_of(interpreter).dialect])
        if name in _SAME:
            return Reachable(self)
        if name in _ADDING:
            return Native(f"Session.{name}", _added)
        if name in _SILENT:
            return Native(f"Connection.{name}", _nothing)
        if name == "query":
            return Native("Session.query", queries.query)
        if name in ("in_transaction", "in_nested_transaction"):
            return Native(f"Connection.{name}", lambda machine, given: Unknown("a transaction"))
        if name == "run_sync":
            return Native("Connection.run_sync", self._run_sync)
        if name == "name":
            return DialectObject(effects_of(interpreter).dialect).attribute(interpreter, "name")
        if name == "has_table":
            return DialectObject(effects_of(interpreter).dialect).attribute(interpreter, "has_table")
        return Unknown(f"{name} of a connection")

    def call(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        """`engine.connect()`, `sessionmaker(bind=…)()`."""
        return self

    def _run_sync(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        given = Arguments(
            positional=[self, *arguments.positional[1:]], keywords=arguments.keywords, site=arguments.site
        )
        return interpreter.called(arguments.get(0, "fn"), given)

    def enter(self, interpreter: Interpreter, body: Callable[[Value], None]) -> None:
        """`with connection.begin():`."""
        body(self)


class Reachable(PythonObject):
    """`connection.engine`, or `connection.begin()`: attribute or result of a method, both lead back."""

    __slots__ = ("connection",)
    leads_to_database = True

    def __init__(self, connection: ConnectionObject) -> None:
        self.connection = connection

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """That of the connection."""
        return self.connection.attribute(interpreter, name)

    def call(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        """The connection."""
        return self.connection

    def enter(self, interpreter: Interpreter, body: Callable[[Value], None]) -> None:
        """`with connection.begin:` is no way to write it, but harmless."""
        body(self.connection)


def _execute(interpreter: Interpreter, arguments: Arguments) -> Value:
    return executed(interpreter, arguments.get(0, "statement"), arguments)


def _scalar(interpreter: Interpreter, arguments: Arguments) -> Value:
    found = _execute(interpreter, arguments)
    return found.scalar() if isinstance(found, pragmas.ResultObject) else found


def _added(interpreter: Interpreter, arguments: Arguments) -> Value:
    account_of(interpreter).emit(Rows(verb="insert", span=arguments.site.span))
    return None


def _nothing(interpreter: Interpreter, arguments: Arguments) -> Value:
    return None


class SessionClass(NativeClass):
    """`Session`, `sessionmaker` and `scoped_session`."""

    __slots__ = ()

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """Class attributes say nothing."""
        found = super().attribute(interpreter, name)
        return Unknown(f"{self.name}.{name}") if found is MISSING else found

    def construct(self, interpreter: Interpreter, arguments: Arguments, cls: object | None) -> Value:
        """A session on the database of the revision; of any other nothing is known."""
        return ConnectionObject() if _is_bound(arguments) else _UnboundSession()


class _UnboundSession(Unknown):
    """`sessionmaker()`, or a session on some other database."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__("a session on some database")

    def call(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        """`sessionmaker()(bind=connection)` is a session on the database of the revision."""
        return ConnectionObject() if _is_bound(arguments) else super().call(interpreter, arguments)


def _is_bound(arguments: Arguments) -> bool:
    """Whether a session is given a way to the database."""
    return any(map(is_way_to_database, (*arguments.positional, *arguments.keywords.values())))


_OPTIONS: dict[str, Value] = {"version_table": "alembic_version", "version_table_schema": None}
"""What a migration context is configured with where `env.py` says nothing."""


class ContextObject(PythonObject):
    """`op.get_context()`, `context`: the migration context and the environment in one."""

    __slots__ = ()
    leads_to_database = True

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """What says which database it is, and what changes the transaction."""
        if name == "dialect":
            return DialectObject(effects_of(interpreter).dialect)
        if name in ("bind", "connection"):
            return ConnectionObject()
        if name in ("as_sql", "is_offline_mode"):
            return False if name == "as_sql" else Native("context.is_offline_mode", _false)
        if name == "autocommit_block":
            return Native("context.autocommit_block", _autocommit_block)
        if name in ("get_bind", "get_context", "begin_transaction"):
            bind = name == "get_bind"
            return Native(
                f"context.{name}", lambda machine, given: ConnectionObject() if bind else ContextObject()
            )
        if name == "impl":
            return self
        if name == "transactional_ddl":
            return effects_of(interpreter).dialect in POSTGRESQL_FAMILY
        if name in _OPTIONS:
            return _OPTIONS[name]
        if name == "config":
            return ConfigurationObject()
        if name == "execute":
            return Native("context.execute", _execute)
        if name == "get_x_argument":
            return Native("context.get_x_argument", _x_arguments)
        return Unknown(f"{name} of the migration context")


def _false(interpreter: Interpreter, arguments: Arguments) -> Value:
    return False


def _x_arguments(interpreter: Interpreter, arguments: Arguments) -> Value:
    return {} if arguments.get(0, "as_dictionary") is True else []


def _autocommit_block(interpreter: Interpreter, arguments: Arguments) -> Value:
    account_of(interpreter).outside_transaction = True
    return ContextObject()


def is_way_to_database(value: Value) -> bool:
    """Whether something that is given a value could change the database with it."""
    return getattr(value, "leads_to_database", False) is True
