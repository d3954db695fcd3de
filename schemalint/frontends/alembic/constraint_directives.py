"""Directives about indexes and constraints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.catalog import Name
from schemalint.frontends.alembic.directive_arguments import (
    Directive,
    flag,
    positional,
    schema_of,
    table_named,
    text_or_opaque,
)
from schemalint.frontends.alembic.names import constraint_item, index_item, plain_table
from schemalint.frontends.python_interpreter.signals import Raised
from schemalint.frontends.python_interpreter.values import (
    Arguments,
    Unknown,
    Value,
    first_unknown,
)
from schemalint.frontends.sqlalchemy_constructs import index_rendering, naming
from schemalint.frontends.sqlalchemy_constructs.connection import (
    account_of,
)
from schemalint.frontends.sqlalchemy_constructs.constraint_items import ConstraintItem
from schemalint.frontends.sqlalchemy_constructs.ddl_elements import KINDS, constraint_operation
from schemalint.knowledge.dialects import MYSQL_FAMILY
from schemalint.operations import (
    AddIndex,
    DropConstraint,
    DropIndex,
    Failure,
    Opaque,
    Operation,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


def create_index(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`op.create_index`."""
    name = text_or_opaque(
        interpreter, arguments, arguments.get(1, "table_name", arguments.keywords.get("tablename")), "a table"
    )
    if name is not None:
        index_name = arguments.get(0, "index_name", arguments.keywords.get("name"))
        columns = arguments.get(2, "columns")
        account_of(interpreter).emit(
            created_index(interpreter, index_name, name, schema_of(arguments), columns, arguments)
        )
    return None


def created_index(
    interpreter: Interpreter,
    index_name: Value,
    table_name: str,
    schema: str | None,
    columns: Value,
    arguments: Arguments,
) -> Operation:
    """CREATE INDEX."""
    name = table_named(interpreter, table_name, schema)
    span = arguments.site.span
    table = plain_table(interpreter, table_name, schema, arguments.site)
    unknown = first_unknown([index_name, columns])
    items = interpreter.items(columns)
    if unknown is not None or isinstance(items, Unknown):
        reason = unknown.reason if unknown is not None else "its columns"
        return Opaque(reason=f"an index: {reason}", tables=(name,), spares_columns=True, span=span)
    item = index_item(interpreter, index_name, items, arguments)
    table.add_index(interpreter, item)
    index = index_rendering.rendered_index(interpreter, item, table)
    if index is None:
        return Opaque(reason="the columns of an index", tables=(name,), spares_columns=True, span=span)
    return AddIndex(
        table=name,
        index=index,
        if_not_exists=flag(arguments, "if_not_exists"),
        concurrently=flag(arguments, "postgresql_concurrently"),
        span=span,
    )


def drop_index(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`op.drop_index`."""
    table = arguments.get(1, "table_name", arguments.keywords.get("tablename"))
    index_name = arguments.get(0, "index_name", arguments.keywords.get("name"))
    account_of(interpreter).emit(
        dropped_index(interpreter, index_name, table, schema_of(arguments), arguments)
    )
    return None


def dropped_index(
    interpreter: Interpreter, index_name: Value, table: Value, schema: str | None, arguments: Arguments
) -> Operation:
    """DROP INDEX; only MySQL says of which table."""
    account = account_of(interpreter)
    span = arguments.site.span
    table_name = table_named(interpreter, table, schema) if isinstance(table, str) else None
    if not isinstance(index_name, str):
        unknown = first_unknown(index_name)
        reason = unknown.reason if unknown is not None else "its name"
        return Opaque(
            reason=f"an index: {reason}",
            tables=(table_name,) if table_name is not None else None,
            spares_columns=True,
            span=span,
        )
    name = naming.final_name(index_name, account.dialect) or ""
    return DropIndex(
        index=Name(name, None if account.dialect in MYSQL_FAMILY else schema),
        table=table_name if account.dialect in MYSQL_FAMILY else None,
        if_exists=flag(arguments, "if_exists"),
        concurrently=flag(arguments, "postgresql_concurrently"),
        span=span,
    )


def constraint(kind: str, *names: str) -> Directive:
    """The directive that makes constraints of a kind; its positional arguments by name."""

    def directive(interpreter: Interpreter, arguments: Arguments) -> Value:
        given = positional(arguments, *names)
        table = text_or_opaque(interpreter, arguments, given.get("table_name"), "a table")
        if table is not None:
            schema = schema_of(arguments, "source_schema" if kind == "fk" else "schema")
            operation = created_constraint(interpreter, kind, table, schema, given, arguments)
            account_of(interpreter).emit(operation)
        return None

    return directive


def created_constraint(
    interpreter: Interpreter,
    kind: str,
    table_name: str,
    schema: str | None,
    given: dict[str, Value],
    arguments: Arguments,
) -> Operation:
    """ALTER TABLE … ADD CONSTRAINT of any kind."""
    name = table_named(interpreter, table_name, schema)
    table = plain_table(interpreter, table_name, schema, arguments.site)
    item = constraint_item(interpreter, kind, given, arguments)
    if isinstance(item, Unknown):
        return Opaque(
            reason=f"a constraint: {item.reason}",
            tables=(name,),
            spares_columns=kind != "pk",
            span=arguments.site.span,
        )
    table.add_constraint(interpreter, item)
    return constraint_operation(interpreter, item, table, arguments)


def drop_constraint(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`op.drop_constraint`."""
    given = positional(arguments, "constraint_name|name", "table_name|tablename", "type_|type")
    table = text_or_opaque(interpreter, arguments, given.get("table_name"), "a table")
    if table is not None:
        account_of(interpreter).emit(
            dropped_constraint(
                interpreter,
                given.get("constraint_name"),
                table,
                schema_of(arguments),
                given.get("type_"),
                arguments,
            )
        )
    return None


_TYPES = {"foreignkey": "fk", "primary": "pk", "unique": "uq", "check": "ck"}


def dropped_constraint(
    interpreter: Interpreter,
    constraint: Value,
    table_name: str,
    schema: str | None,
    kind: Value,
    arguments: Arguments,
) -> Operation:
    """DROP CONSTRAINT; a naming convention that embeds names embeds this one too.

    Alembic asks MySQL for none only if it exists (`MySQLImpl.drop_constraint`).
    """
    account = account_of(interpreter)
    name = table_named(interpreter, table_name, schema)
    span = arguments.site.span
    short = _TYPES.get(kind, "") if isinstance(kind, str) else ""
    if constraint is None and short == "pk" and account.dialect in MYSQL_FAMILY:
        return DropConstraint(table=name, name=None, kind="primary key", span=span)
    if constraint is None and interpreter.attempts:
        raise Raised("sqlalchemy.exc.CompileError", "it has no name")
    if constraint is None and account.undoes and short != "pk":
        return Failure(reason=f"Alembic drops no constraint of {name} without its name", span=span)
    if kind is None and account.dialect in MYSQL_FAMILY:
        if interpreter.attempts:
            raise Raised("builtins.NotImplementedError", "MySQL has no generic DROP CONSTRAINT")
        if account.undoes:
            return Failure(
                reason=f"Alembic drops no constraint of {name} on MySQL without its type", span=span
            )
    if not isinstance(constraint, str):
        unknown = first_unknown(constraint)
        reason = unknown.reason if unknown is not None else "it has no name"
        return Opaque(reason=f"a constraint: {reason}", tables=(name,), spares_columns=True, span=span)
    final: str | None = constraint
    if short:
        item = constraint_item(interpreter, short, {"constraint_name": constraint, "columns": []}, arguments)
        if isinstance(item, ConstraintItem):
            plain_table(interpreter, table_name, schema, arguments.site).add_constraint(interpreter, item)
            final = naming.final_name(item.name, account.dialect)
    if short == "uq" and account.dialect in MYSQL_FAMILY:
        return DropIndex(index=Name(final or ""), table=name, span=span)
    return DropConstraint(
        table=name,
        name=None if short == "pk" and account.dialect in MYSQL_FAMILY else final,
        kind=KINDS.get(short, "any"),
        if_exists=flag(arguments, "if_exists") and account.dialect not in MYSQL_FAMILY,
        span=span,
    )


CONSTRAINTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "create_primary_key": ("pk", ("constraint_name|name", "table_name|tablename", "columns|cols")),
    "create_unique_constraint": (
        "uq",
        ("constraint_name|name", "table_name|source|tablename", "columns|local_cols"),
    ),
    "create_check_constraint": ("ck", ("constraint_name|name", "table_name|source", "condition")),
    "create_foreign_key": (
        "fk",
        (
            "constraint_name|name",
            "table_name|source_table|source",
            "referent_table|referent",
            "local_cols",
            "remote_cols",
        ),
    ),
    "create_exclude_constraint": ("exclude", ("constraint_name|name", "table_name")),
}
