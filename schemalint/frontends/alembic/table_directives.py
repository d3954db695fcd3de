"""Directives about tables and columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET
from msgspec.structs import replace

from schemalint.catalog import Check, Name
from schemalint.frontends.alembic.directive_arguments import (
    ends_downgrade,
    flag,
    schema_of,
    table_named,
    text_or_opaque,
)
from schemalint.frontends.alembic.names import plain_table, table_for
from schemalint.frontends.python_interpreter.signals import Raised
from schemalint.frontends.python_interpreter.values import (
    Arguments,
    Unknown,
    Value,
    first_unknown,
)
from schemalint.frontends.sqlalchemy_constructs import column_rendering, creating, natives, rendering
from schemalint.frontends.sqlalchemy_constructs.connection import (
    account_of,
)
from schemalint.frontends.sqlalchemy_constructs.constraint_items import ForeignKeyConstraintItem
from schemalint.frontends.sqlalchemy_constructs.ddl_elements import constraint_operation
from schemalint.frontends.sqlalchemy_constructs.defaults import default_text
from schemalint.frontends.sqlalchemy_constructs.schema_items import ColumnItem
from schemalint.frontends.sqlalchemy_constructs.type_names import type_text
from schemalint.frontends.sqlalchemy_constructs.type_resolution import resolve
from schemalint.frontends.sqlalchemy_constructs.types import TypeObject, as_type
from schemalint.knowledge.dialects import MYSQL_FAMILY, Dialect
from schemalint.operations import (
    AddCheck,
    AddColumn,
    AddForeignKey,
    AddIndex,
    AlterColumn,
    CreateType,
    DropColumn,
    DropConstraint,
    DropTable,
    Failure,
    Opaque,
    Operation,
    RenameColumn,
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
    name = text_or_opaque(interpreter, arguments, arguments.get(0, "table_name"), "a table")
    if name is not None:
        column = arguments.get(1, "column")
        for operation in added_column(interpreter, name, schema_of(arguments), column, arguments):
            account_of(interpreter).emit(_taken(interpreter, operation))
    return None


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
    name = text_or_opaque(interpreter, arguments, arguments.get(0, "table_name"), "a table")
    if name is not None:
        column = arguments.get(1, "column")
        for operation in added_column(interpreter, name, schema_of(arguments), column, arguments):
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
    table = table_for(interpreter, table_name, schema, arguments.site)
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


def altered_column(
    interpreter: Interpreter, table: Name, column: str, arguments: Arguments, *, anew: bool = False
) -> list[Operation]:
    """What changes; the new name comes last.

    MySQL states the whole column again, and what is not said is lost, unless the table is made `anew`.
    """
    dialect = account_of(interpreter).dialect
    keywords = arguments.keywords
    span = arguments.site.span
    new_name = keywords.get("new_column_name", keywords.get("name"))
    nullable = keywords.get("nullable")
    kind = as_type(interpreter, keywords["type_"]) if keywords.get("type_") is not None else None
    resolved = resolve(interpreter, kind, dialect) if kind is not None else None
    type_ = type_text(resolved, dialect) if kind is not None else None
    given_default = keywords.get("server_default", False)
    if any(isinstance(value, Unknown) for value in (new_name, nullable)) or not arguments.complete:
        return [Opaque(reason="what of a column is changed", tables=(table,), span=span)]
    if dialect in MYSQL_FAMILY and not anew and _lacks_type(keywords):
        if interpreter.attempts:
            raise Raised("alembic.util.exc.CommandError", "MySQL requires the existing type")
        if ends_downgrade(interpreter):
            reason = (
                f"Alembic alters no column on MySQL without its type, which {table}.{column} is not given"
            )
            return [Failure(reason=reason, span=span)]
    change = AlterColumn(table=table, column=column, span=span)
    if type_ is not None:
        change = replace(change, type=type_, converts=keywords.get("postgresql_using") is not None)
    if isinstance(nullable, bool):
        change = replace(change, nullable=nullable)
    if given_default is not False:
        change = _with_default(change, given_default, interpreter)
    states_all = new_name is not None or type_ is not None or isinstance(nullable, bool)
    existing = as_type(interpreter, keywords["existing_type"]) if keywords.get("existing_type") else None
    stated = resolved or (resolve(interpreter, existing, dialect) if existing is not None else None)
    states_all = states_all or (stated is not None and _is_stated_anew(keywords, stated))
    if dialect in MYSQL_FAMILY and type_ is not None:
        change = replace(change, collation=column_rendering.collation(resolved, dialect))
    if dialect in MYSQL_FAMILY and states_all and not anew:
        if existing is not None and type_ is None:
            change = _with_type(change, resolve(interpreter, existing, dialect), dialect)
        if not isinstance(nullable, bool):
            before = keywords.get("existing_nullable")
            change = replace(change, nullable=before if isinstance(before, bool) else True)
        change = _restated(change, keywords, dialect)
    found: list[Operation] = []
    if kind is not None and existing is not None:
        found += _without_checks(interpreter, table, column, existing, arguments)
    if any(
        value is not UNSET
        for value in (change.type, change.nullable, change.default, change.identity, change.generated)
    ):
        found.append(change)
    if kind is not None:
        checks = checks_of_type(interpreter, table, column, kind, arguments)
        found += [AddCheck(table=table, check=check, span=span) for check in checks]
    if isinstance(new_name, str) and new_name != column:
        found.append(RenameColumn(table=table, column=column, new_name=str(new_name), span=span))
    return found


def _lacks_type(keywords: dict[str, Value]) -> bool:
    """Whether MySQL is told the whole column, and nobody says of which type (`MySQLModifyColumn`)."""
    if any(keywords.get(name) is not None for name in ("type_", "existing_type")):
        return False
    told = ("new_column_name", "name", "nullable", "autoincrement")
    return any(keywords.get(name) is not None for name in told) or keywords.get("comment", False) is not False


def _is_stated_anew(keywords: dict[str, Value], stated: TypeObject) -> bool:
    """Whether MySQL is told the whole column for another reason than its name, type or nullability.

    Of moments it is, unless a default is dropped (`_is_mysql_allowed_functional_default` of Alembic).
    """
    if keywords.get("autoincrement") is not None or keywords.get("comment", False) is not False:
        return True
    is_moment = stated.name.lower() in ("datetime", "timestamp")
    return is_moment and keywords.get("server_default", False) is not None


def _restated(change: AlterColumn, keywords: dict[str, Value], dialect: Dialect) -> AlterColumn:
    """The change that states a column of MySQL's anew: a default is lost that is not said, and the number."""
    numbered = keywords.get("autoincrement")
    if numbered is None:
        numbered = keywords.get("existing_autoincrement")
    change = replace(change, identity=numbered is True, replaces=True)
    if change.default is UNSET:
        change = replace(change, default=default_text(keywords.get("existing_server_default"), dialect))
    return change


def _with_type(change: AlterColumn, existing: TypeObject, dialect: Dialect) -> AlterColumn:
    """The change that states the type again that is said to be there, whatever it was."""
    text = type_text(existing, dialect)
    if text in ("", "varchar"):  # of which MySQL wants the length
        return change
    return replace(change, type=text, collation=column_rendering.collation(existing, dialect))


def _without_checks(
    interpreter: Interpreter, table: Name, column: str, kind: TypeObject, arguments: Arguments
) -> list[Operation]:
    """The checks that came with a type go with it; batches on SQLite pass over those that are not there."""
    account = account_of(interpreter)
    known = account.run.catalog.find(table)
    certain = account.dialect != "sqlite" and known is not None and known.complete
    return [
        DropConstraint(
            table=table, name=check.name, kind="check", if_exists=not certain, span=arguments.site.span
        )
        for check in checks_of_type(interpreter, table, column, kind, arguments)
        if check.name is not None
    ]


def checks_of_type(
    interpreter: Interpreter, table: Name, column: str, kind: TypeObject, arguments: Arguments
) -> list[Check]:
    """The checks that Alembic makes along with the type that a column gets."""
    site = arguments.site
    item = ColumnItem(site, account_of(interpreter).next_serial())
    item.name, item.type = column, kind
    return rendering.type_checks(interpreter, item, table_for(interpreter, table.name, table.schema, site))


def _with_default(change: AlterColumn, value: Value, interpreter: Interpreter) -> AlterColumn:
    kind = getattr(value, "kind", None)
    if kind == "Identity":
        return replace(change, identity=True)
    if kind == "Computed":
        return change
    return replace(change, default=default_text(value, account_of(interpreter).dialect))
