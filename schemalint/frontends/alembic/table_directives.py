"""Directives about tables and columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from schemalint.catalog import Name
from schemalint.frontends.alembic.altered_columns import altered_column
from schemalint.frontends.alembic.directive_arguments import (
    ends_downgrade,
    flag,
    schema_of,
    table_named,
    text_or_opaque,
)
from schemalint.frontends.alembic.names import plain_table
from schemalint.frontends.python_interpreter.signals import Raised
from schemalint.frontends.python_interpreter.values import (
    Arguments,
    Value,
    first_unknown,
)
from schemalint.frontends.sqlalchemy_constructs import column_rendering, creating, natives, rendering
from schemalint.frontends.sqlalchemy_constructs.connection import (
    account_of,
)
from schemalint.frontends.sqlalchemy_constructs.constraint_items import ForeignKeyConstraintItem
from schemalint.frontends.sqlalchemy_constructs.ddl_elements import constraint_operation
from schemalint.frontends.sqlalchemy_constructs.schema_items import ColumnItem
from schemalint.operations import (
    AddColumn,
    AddForeignKey,
    AddIndex,
    CreateType,
    DropColumn,
    DropTable,
    Failure,
    Opaque,
    Operation,
    RenameTable,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


def create_table(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`op.create_table`. Foreign keys with `use_alter` are left out where there is ALTER, and never made."""
    account = account_of(interpreter)
    name = text_or_opaque(
        interpreter, arguments, arguments.get(0, "table_name", arguments.keywords.get("name")), "a table"
    )
    table = plain_table(interpreter, name or "", schema_of(arguments), arguments.site)
    if name is None:
        return table
    items = arguments.positional[1:]
    names: set[Value] = set()
    for item in items:
        if isinstance(item, ColumnItem) and item.name is not None:
            if item.name in names:  # which version 1 let take the place of the first
                table.not_understood("two columns of one name, which SQLAlchemy 2 refuses", arguments.site)
            names.add(item.name)
        taken = isinstance(item, ColumnItem) and item.table is not None
        table.add(interpreter, item.copy() if taken else item)
    if not arguments.complete:
        table.not_understood("columns that are passed on", arguments.site)
    natives.fill_table(interpreter, table, [], replace(arguments, complete=True))
    late = frozenset(
        item.serial
        for item in table.constraints
        if isinstance(item, ForeignKeyConstraintItem) and item.use_alter and account.dialect != "sqlite"
    )
    for operation in creating.create_table(
        interpreter, table, if_not_exists=flag(arguments, "if_not_exists"), without=late, site=arguments.site
    ):
        if not isinstance(operation, CreateType) or not account.undoes:
            account.emit(operation)
        elif operation.name not in account.types_made:
            account.types_made.add(operation.name)
            account.emit(replace(operation, if_not_exists=False))
    return table


def drop_table(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`op.drop_table`."""
    value = arguments.get(0, "table_name", arguments.keywords.get("name"))
    name = text_or_opaque(interpreter, arguments, value, "a table")
    if name is not None:
        table = table_named(interpreter, name, schema_of(arguments))
        account_of(interpreter).emit(
            DropTable(table=table, if_exists=flag(arguments, "if_exists"), span=arguments.site.span)
        )
    return None


def rename_table(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`op.rename_table`."""
    old = text_or_opaque(interpreter, arguments, arguments.get(0, "old_table_name"), "a table")
    new = text_or_opaque(interpreter, arguments, arguments.get(1, "new_table_name"), "a table")
    if old is not None and new is not None:
        table = table_named(interpreter, old, schema_of(arguments))
        account_of(interpreter).emit(RenameTable(table=table, new_name=Name(new), span=arguments.site.span))
    return None


def add_column(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`op.add_column`."""
    for operation in _new_column(interpreter, arguments):
        account_of(interpreter).emit(_taken(interpreter, operation))
    return None


def _new_column(interpreter: Interpreter, arguments: Arguments) -> list[Operation]:
    """The column, constraints and indexes that a directive outside a batch is given."""
    name = text_or_opaque(interpreter, arguments, arguments.get(0, "table_name"), "a table")
    if name is None:
        return []
    return added_column(interpreter, name, schema_of(arguments), arguments.get(1, "column"), arguments)


def _taken(interpreter: Interpreter, operation: Operation) -> Operation:
    """What comes with a new column: SQLite takes no constraint outside of a batch."""
    is_constraint = operation.index.is_constraint if isinstance(operation, AddIndex) else False
    is_constraint = is_constraint or isinstance(operation, AddForeignKey)
    if not is_constraint or account_of(interpreter).dialect != "sqlite":
        return operation
    if interpreter.attempts:
        raise Raised("builtins.NotImplementedError", "SQLite can't do that")
    if ends_downgrade(interpreter):
        return Failure(reason="SQLite adds no constraint to a table outside of a batch", span=operation.span)
    return operation


def add_geospatial_column(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`op.add_geospatial_column` of GeoAlchemy2, which makes the column alone, without its index."""
    for operation in _new_column(interpreter, arguments):
        if not isinstance(operation, AddIndex):
            account_of(interpreter).emit(operation)
    return None


def added_column(
    interpreter: Interpreter, table_name: str, schema: str | None, column: Value, arguments: Arguments
) -> list[Operation]:
    """The column, then the constraints and indexes that it is written with, each by itself."""
    name = table_named(interpreter, table_name, schema)
    span = arguments.site.span
    if not isinstance(column, ColumnItem) or column.name is None:
        unknown = first_unknown(column)
        reason = unknown.reason if unknown is not None else "what it is"
        return [Opaque(reason=f"a column: {reason}", tables=(name,), span=span)]
    table = plain_table(interpreter, table_name, schema, arguments.site)
    item = column.copy() if column.table is not None else column
    checks, item.checks = item.checks, []
    table.add_column(interpreter, item)
    rendered = column_rendering.rendered_column(interpreter, item, table)
    item.checks = checks
    operations: list[Operation] = [
        AddColumn(
            table=name,
            column=replace(rendered, span=span),
            checks=tuple(
                rendering.rendered_check(check, account_of(interpreter).dialect, item.name)
                for check in checks
            ),
            if_not_exists=flag(arguments, "if_not_exists"),
            span=span,
        )
    ]
    operations += [
        constraint_operation(interpreter, constraint, table, arguments)
        for constraint in sorted(table.constraints, key=lambda one: one.serial)
        if constraint.kind != "pk"
    ]
    operations += creating.create_indexes(interpreter, table)
    operations += [Opaque(reason=reason, tables=(name,), span=place.span) for reason, place in table.reasons]
    return operations


def _column_named(interpreter: Interpreter, arguments: Arguments) -> tuple[Name, str] | None:
    """The table and the column that a directive is about; None, and said so, where one is not known."""
    name = text_or_opaque(interpreter, arguments, arguments.get(0, "table_name"), "a table")
    if name is None:
        return None
    table = table_named(interpreter, name, schema_of(arguments))
    given = arguments.get(1, "column_name")
    if isinstance(given, ColumnItem) and ends_downgrade(interpreter):
        reason = f"Alembic asks for the name of the column of {table}, and is given a column"
        account_of(interpreter).emit(Failure(reason=reason, span=arguments.site.span))
        return None
    column = text_or_opaque(interpreter, arguments, given, "a column", table)
    return None if column is None else (table, column)


def drop_column(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`op.drop_column`."""
    named = _column_named(interpreter, arguments)
    if named is not None:
        table, column = named
        if_exists = flag(arguments, "if_exists")
        account_of(interpreter).emit(
            DropColumn(table=table, column=column, if_exists=if_exists, span=arguments.site.span)
        )
    return None


def alter_column(interpreter: Interpreter, arguments: Arguments, *, anew: bool = False) -> Value:
    """`op.alter_column`, or the same in a batch that makes the table `anew`."""
    named = _column_named(interpreter, arguments)
    if named is not None:
        for operation in altered_column(interpreter, *named, arguments, anew=anew):
            account_of(interpreter).emit(operation)
    return None
