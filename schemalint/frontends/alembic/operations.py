"""`alembic.op`: what each directive does to the database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from schemalint.catalog import Name
from schemalint.frontends.alembic.batch import batch_alter_table
from schemalint.frontends.alembic.constraint_directives import (
    CONSTRAINTS,
    constraint,
    create_index,
    drop_constraint,
    drop_index,
)
from schemalint.frontends.alembic.directive_arguments import Directive, ends_downgrade
from schemalint.frontends.alembic.foreign_types import refusing_foreign_types
from schemalint.frontends.alembic.migration_context import MigrationContext
from schemalint.frontends.alembic.names import KnowingTarget
from schemalint.frontends.alembic.own_directives import OwnDirectives, called, invoked
from schemalint.frontends.alembic.postgresql_enum import sync_enum_values
from schemalint.frontends.alembic.table_directives import (
    add_column,
    add_geospatial_column,
    alter_column,
    create_table,
    drop_column,
    drop_table,
    rename_table,
)
from schemalint.frontends.python_interpreter.signals import Raised
from schemalint.frontends.python_interpreter.values import (
    MISSING,
    Arguments,
    Native,
    Unknown,
    Value,
)
from schemalint.frontends.sqlalchemy_constructs import natives, rendering
from schemalint.frontends.sqlalchemy_constructs.connection import (
    ConnectionObject,
    account_of,
    executed,
)
from schemalint.frontends.sqlalchemy_constructs.tables import TableObject
from schemalint.operations import Failure, Opaque
from schemalint.operations.rows import Rows

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


class OperationsObject(KnowingTarget):
    """`op`.

    `configured` is the call of `context.configure`, where there is one, `revisions` are the files of the
    revisions by their ids; `own` are the directives that the project registers.
    """

    __slots__ = ("configured", "own", "revisions")
    leads_to_database = True

    def __init__(self) -> None:
        super().__init__()
        self.configured: Arguments | None = None
        self.revisions: Mapping[str, str] = {}
        self.own = OwnDirectives()

    def adopt(self, other: OperationsObject) -> None:
        """Take over what another one was told by an `env.py`."""
        self.metadata, self.configured, self.revisions = other.metadata, other.configured, other.revisions
        self.own.adopt(other.own)

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """A directive by name."""
        directive = DIRECTIVES.get(name)
        if directive is not None:
            return Native(f"alembic.op.{name}", directive)
        if name == "get_bind":
            return Native("alembic.op.get_bind", lambda machine, given: ConnectionObject())
        if name in ("get_context", "migration_context"):
            context = MigrationContext(self.configured, self.revisions)
            return context if name == "migration_context" else Native(name, lambda machine, given: context)
        if name == "batch_alter_table":
            return Native("alembic.op.batch_alter_table", batch_alter_table)
        if name == "impl":
            return MigrationContext(self.configured, self.revisions)
        if name == "invoke":
            return Native("alembic.op.invoke", lambda machine, given: invoked(machine, self.own, self, given))
        return Native(f"alembic.op.{name}", lambda machine, given: self._registered(machine, given, name))

    def configured_context(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        """`MigrationContext.configure(bind)`: a context of its own on the connection of the revision."""
        bind = arguments.get(0, "connection")
        if isinstance(bind, ConnectionObject):
            return MigrationContext(None, self.revisions)
        account_of(interpreter).emit(Opaque(reason="a migration context", span=arguments.site.span))
        return Unknown("a migration context")

    def _registered(self, interpreter: Interpreter, arguments: Arguments, name: str) -> Value:
        """A directive that a plugin or the project registers."""
        account = account_of(interpreter)
        method = self.own.method(interpreter, name)
        if method is MISSING:
            return _not_known(interpreter, arguments, name)
        if not _is_beside_tables(name):
            return called(interpreter, method, self, arguments)
        mark = account.mark()
        found = called(interpreter, method, self, arguments)
        produced = account.taken_back(mark)
        if any(isinstance(operation, Opaque) for operation in produced):
            account.beside.append(f"op.{name}")
            return None
        account.repeat(produced)
        return found


def _is_beside_tables(name: str) -> bool:
    return any(word in name for word in _BESIDE_TABLES)


def _not_known(interpreter: Interpreter, arguments: Arguments, name: str) -> Value:
    """A directive of a plugin."""
    if _is_beside_tables(name):
        account_of(interpreter).beside.append(f"op.{name}")
        return None
    if name == "sync_enum_values":
        return sync_enum_values(interpreter, arguments)
    account = account_of(interpreter)
    given = [*arguments.positional, *arguments.keywords.values()]
    names = tuple(
        Name(value)
        for value in given
        if isinstance(value, str) and account.run.catalog.find(Name(value)) is not None
    )
    account.emit(Opaque(reason=f"op.{name}", tables=names or None, span=arguments.site.span))
    return Unknown(f"what op.{name} gives")


_BESIDE_TABLES = (
    "view",
    "function",
    "trigger",
    "procedure",
    "_sp",
    "comment",
    "sequence",
    "extension",
    "policy",
    "grant",
    "entity",
    "entities",
)
"""Words in the names of directives that make or drop what is no table."""


def execute(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`op.execute`."""
    executed(interpreter, arguments.get(0, "sqltext"), arguments)
    return None


def bulk_insert(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`op.bulk_insert`."""
    table = arguments.get(0, "table")
    name = rendering.table_name(table) if isinstance(table, TableObject) else None
    account_of(interpreter).emit(Rows(verb="insert", table=name, span=arguments.site.span))
    return None


def _literal(interpreter: Interpreter, arguments: Arguments) -> Value:
    return arguments.get(0, "value")


def _nothing(interpreter: Interpreter, arguments: Arguments) -> Value:
    return None


def _run_async(interpreter: Interpreter, arguments: Arguments) -> Value:
    given = Arguments(
        positional=[ConnectionObject(), *arguments.positional[1:]],
        keywords=arguments.keywords,
        site=arguments.site,
    )
    return interpreter.called(arguments.get(0, "async_function"), given)


def _refused_by_sqlite(directive: Directive, exception: str) -> Directive:
    """SQLite alters neither columns nor constraints in place: where that may be handled, it fails.

    Elsewhere it stays as it is said on the way up; a history that ends in an exception would not be there.
    """

    def run(interpreter: Interpreter, arguments: Arguments) -> Value:
        account = account_of(interpreter)
        renames = "new_column_name" in arguments.keywords
        if account.dialect == "sqlite" and not renames:
            if interpreter.attempts:
                raise Raised(exception, "SQLite can't do that")
            if ends_downgrade(interpreter):
                account.emit(
                    Failure(
                        reason="SQLite alters a column or a constraint in a batch only",
                        span=arguments.site.span,
                    )
                )
                return None
        return directive(interpreter, arguments)

    return run


def _constraint_directive(kind: str, names: tuple[str, ...]) -> Directive:
    return _refused_by_sqlite(constraint(kind, *names), "builtins.NotImplementedError")


DIRECTIVES: dict[str, Directive] = {
    "create_table": refusing_foreign_types(create_table),
    "drop_table": drop_table,
    "rename_table": rename_table,
    "add_column": refusing_foreign_types(add_column),
    "drop_column": drop_column,
    "alter_column": refusing_foreign_types(
        _refused_by_sqlite(alter_column, "sqlalchemy.exc.OperationalError")
    ),
    "create_index": create_index,
    "drop_index": drop_index,
    "drop_constraint": _refused_by_sqlite(drop_constraint, "builtins.NotImplementedError"),
    **{name: _constraint_directive(kind, names) for name, (kind, names) in CONSTRAINTS.items()},
    "create_geospatial_table": create_table,
    "drop_geospatial_table": drop_table,
    "add_geospatial_column": add_geospatial_column,
    "drop_geospatial_column": drop_column,
    "create_geospatial_index": create_index,
    "drop_geospatial_index": drop_index,
    "execute": execute,
    "bulk_insert": bulk_insert,
    "inline_literal": _literal,
    "f": natives.conventional,
    "create_table_comment": _nothing,
    "drop_table_comment": _nothing,
    "run_async": _run_async,
}
