"""`alembic.op`: what each directive does to the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import UNSET
from msgspec.structs import replace

from schemalint.catalog import Name
from schemalint.frontends.alembic.names import constraint_item, index_item, plain_table, table_for
from schemalint.frontends.python_interpreter.signals import Raised
from schemalint.frontends.python_interpreter.values import (
    Arguments,
    Native,
    PythonObject,
    Unknown,
    Value,
    first_unknown,
)
from schemalint.frontends.sqlalchemy_constructs import creating, naming, natives, rendering
from schemalint.frontends.sqlalchemy_constructs.connection import (
    ConnectionObject,
    ContextObject,
    account_of,
    executed,
)
from schemalint.frontends.sqlalchemy_constructs.ddl_elements import KINDS, constraint_operation
from schemalint.frontends.sqlalchemy_constructs.defaults import default_text
from schemalint.frontends.sqlalchemy_constructs.schema_items import (
    ColumnItem,
    ConstraintItem,
    ForeignKeyConstraintItem,
)
from schemalint.frontends.sqlalchemy_constructs.tables import MetaDataObject, TableObject
from schemalint.frontends.sqlalchemy_constructs.type_names import type_text
from schemalint.frontends.sqlalchemy_constructs.types import as_type, resolve
from schemalint.knowledge.dialects import MYSQL_FAMILY
from schemalint.operations import (
    AddColumn,
    AddIndex,
    AlterColumn,
    AlterType,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropTable,
    Opaque,
    Operation,
    RenameColumn,
    RenameTable,
    Rows,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

Directive = Callable[["Interpreter", Arguments], Value]


class OperationsObject(PythonObject):
    """`op`. `metadata` is what `env.py` gives as `target_metadata`, as far as it can be told."""

    __slots__ = ("metadata",)
    leads_to_database = True

    def __init__(self) -> None:
        self.metadata: MetaDataObject | None = None

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """A directive by name."""
        directive = DIRECTIVES.get(name)
        if directive is not None:
            return Native(f"alembic.op.{name}", directive)
        if name == "get_bind":
            return Native("alembic.op.get_bind", lambda machine, given: ConnectionObject())
        if name in ("get_context", "migration_context"):
            context = ContextObject()
            return context if name == "migration_context" else Native(name, lambda machine, given: context)
        if name == "batch_alter_table":
            from schemalint.frontends.alembic.batch import batch_alter_table

            return Native("alembic.op.batch_alter_table", batch_alter_table)
        if name == "impl":
            return ContextObject()
        return Native(f"alembic.op.{name}", lambda machine, given: _not_known(machine, given, name))


def _not_known(interpreter: Interpreter, arguments: Arguments, name: str) -> Value:
    """A directive that a plugin or the project registers."""
    if any(word in name for word in _HARMLESS_WORDS):
        return None
    if name == "sync_enum_values":
        return _enum_values(interpreter, arguments)
    account = account_of(interpreter)
    given = [*arguments.positional, *arguments.keywords.values()]
    names = tuple(
        Name(value)
        for value in given
        if isinstance(value, str) and account.run.catalog.find(Name(value)) is not None
    )
    account.emit(Opaque(reason=f"op.{name}", tables=names or None, span=arguments.site.span))
    return Unknown(f"what op.{name} gives")


def _enum_values(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`op.sync_enum_values` of alembic-postgresql-enum: the labels change, the columns stay as they are."""
    account = account_of(interpreter)
    type_name, labels = arguments.get(1, "enum_name"), arguments.get(2, "new_values")
    schema = arguments.get(0, "enum_schema")
    if not isinstance(type_name, str) or not isinstance(labels, list | tuple):
        return None
    name = Name(str(type_name), schema if isinstance(schema, str) and schema != "public" else None)
    known = account.run.catalog.types.get((name.schema, name.name)) or ()
    for label in labels:
        if isinstance(label, str) and label not in known:
            account.emit(AlterType(name=name, add_label=label, span=arguments.site.span))
    return None


_HARMLESS_WORDS = (
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


def text_or_opaque(
    interpreter: Interpreter, arguments: Arguments, value: Value, what: str, *tables: Name
) -> str | None:
    """A name that has to be known; where it is not, what happens is opaque."""
    if isinstance(value, str):
        return str(value)
    unknown = first_unknown(value)
    reason = unknown.reason if unknown is not None else f"the name of {what}"
    account_of(interpreter).emit(
        Opaque(reason=f"{what}: {reason}", tables=tables or None, span=arguments.site.span)
    )
    return None


def schema_of(arguments: Arguments, keyword: str = "schema") -> str | None:
    """The schema that a directive names."""
    schema = arguments.keywords.get(keyword)
    return str(schema) if isinstance(schema, str) and schema else None


def _name(interpreter: Interpreter, name: str, schema: str | None) -> Name:
    return rendering.written_schema(Name(name, schema), account_of(interpreter).dialect)


def _flag(arguments: Arguments, keyword: str) -> bool:
    return arguments.keywords.get(keyword) is True


# tables


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
    for item in items:
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
        interpreter, table, if_not_exists=_flag(arguments, "if_not_exists"), without=late, site=arguments.site
    ):
        account.emit(operation)
    return table


def drop_table(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`op.drop_table`."""
    value = arguments.get(0, "table_name", arguments.keywords.get("name"))
    name = text_or_opaque(interpreter, arguments, value, "a table")
    if name is not None:
        table = _name(interpreter, name, schema_of(arguments))
        account_of(interpreter).emit(
            DropTable(table=table, if_exists=_flag(arguments, "if_exists"), span=arguments.site.span)
        )
    return None


def rename_table(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`op.rename_table`."""
    old = text_or_opaque(interpreter, arguments, arguments.get(0, "old_table_name"), "a table")
    new = text_or_opaque(interpreter, arguments, arguments.get(1, "new_table_name"), "a table")
    if old is not None and new is not None:
        table = _name(interpreter, old, schema_of(arguments))
        account_of(interpreter).emit(RenameTable(table=table, new_name=Name(new), span=arguments.site.span))
    return None


# columns


def add_column(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`op.add_column`."""
    name = text_or_opaque(interpreter, arguments, arguments.get(0, "table_name"), "a table")
    if name is not None:
        column = arguments.get(1, "column")
        for operation in added_column(interpreter, name, schema_of(arguments), column, arguments):
            account_of(interpreter).emit(operation)
    return None


def added_column(
    interpreter: Interpreter, table_name: str, schema: str | None, column: Value, arguments: Arguments
) -> list[Operation]:
    """The column, then the constraints and indexes that it is written with, each by itself."""
    name = _name(interpreter, table_name, schema)
    span = arguments.site.span
    if not isinstance(column, ColumnItem) or column.name is None:
        unknown = first_unknown(column)
        reason = unknown.reason if unknown is not None else "what it is"
        return [Opaque(reason=f"a column: {reason}", tables=(name,), span=span)]
    table = table_for(interpreter, table_name, schema, arguments.site)
    item = column.copy() if column.table is not None else column
    checks, item.checks = item.checks, []
    table.add_column(interpreter, item)
    rendered = rendering.rendered_column(interpreter, item)
    operations: list[Operation] = [
        AddColumn(
            table=name,
            column=replace(rendered, span=span),
            checks=tuple(
                rendering.rendered_check(check, account_of(interpreter).dialect) for check in checks
            ),
            if_not_exists=_flag(arguments, "if_not_exists"),
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


def drop_column(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`op.drop_column`."""
    name = text_or_opaque(interpreter, arguments, arguments.get(0, "table_name"), "a table")
    if name is None:
        return None
    table = _name(interpreter, name, schema_of(arguments))
    column = text_or_opaque(interpreter, arguments, arguments.get(1, "column_name"), "a column", table)
    if column is not None:
        account_of(interpreter).emit(
            DropColumn(
                table=table, column=column, if_exists=_flag(arguments, "if_exists"), span=arguments.site.span
            )
        )
    return None


def alter_column(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`op.alter_column`."""
    name = text_or_opaque(interpreter, arguments, arguments.get(0, "table_name"), "a table")
    if name is None:
        return None
    table = _name(interpreter, name, schema_of(arguments))
    column = text_or_opaque(interpreter, arguments, arguments.get(1, "column_name"), "a column", table)
    if column is not None:
        for operation in altered_column(interpreter, table, column, arguments):
            account_of(interpreter).emit(operation)
    return None


def altered_column(
    interpreter: Interpreter, table: Name, column: str, arguments: Arguments
) -> list[Operation]:
    """What changes; the new name comes last.

    MySQL states the whole column anew, and what is not said is lost.
    """
    dialect = account_of(interpreter).dialect
    keywords = arguments.keywords
    span = arguments.site.span
    new_name = keywords.get("new_column_name", keywords.get("name"))
    nullable = keywords.get("nullable")
    kind = as_type(interpreter, keywords["type_"]) if keywords.get("type_") is not None else None
    type_ = type_text(resolve(interpreter, kind, dialect), dialect) if kind is not None else None
    given_default = keywords.get("server_default", False)
    if any(isinstance(value, Unknown) for value in (new_name, nullable)) or not arguments.complete:
        return [Opaque(reason="what of a column is changed", tables=(table,), span=span)]
    change = AlterColumn(table=table, column=column, span=span)
    if type_ is not None:
        change = replace(change, type=type_)
    if isinstance(nullable, bool):
        change = replace(change, nullable=nullable)
    if given_default is not False:
        change = _with_default(change, given_default, interpreter)
    states_all = new_name is not None or type_ is not None or isinstance(nullable, bool)
    if dialect in MYSQL_FAMILY and states_all:
        if not isinstance(nullable, bool):
            existing = keywords.get("existing_nullable")
            change = replace(change, nullable=existing if isinstance(existing, bool) else True)
        change = replace(change, replaces=True)
    found: list[Operation] = []
    if any(
        value is not UNSET
        for value in (change.type, change.nullable, change.default, change.identity, change.generated)
    ):
        found.append(change)
    if isinstance(new_name, str) and new_name != column:
        found.append(RenameColumn(table=table, column=column, new_name=str(new_name), span=span))
    return found


def _with_default(change: AlterColumn, value: Value, interpreter: Interpreter) -> AlterColumn:
    kind = getattr(value, "kind", None)
    if kind == "Identity":
        return replace(change, identity=True)
    if kind == "Computed":
        return change
    return replace(change, default=default_text(value, account_of(interpreter).dialect))


# indexes and constraints


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
    name = _name(interpreter, table_name, schema)
    span = arguments.site.span
    table = table_for(interpreter, table_name, schema, arguments.site)
    unknown = first_unknown([index_name, columns])
    items = interpreter.items(columns)
    if unknown is not None or isinstance(items, Unknown):
        reason = unknown.reason if unknown is not None else "its columns"
        return Opaque(reason=f"an index: {reason}", tables=(name,), span=span)
    item = index_item(interpreter, index_name, items, arguments)
    table.add_index(interpreter, item)
    index = rendering.rendered_index(interpreter, item, table)
    if index is None:
        return Opaque(reason="the columns of an index", tables=(name,), span=span)
    return AddIndex(
        table=name,
        index=index,
        if_not_exists=_flag(arguments, "if_not_exists"),
        concurrently=_flag(arguments, "postgresql_concurrently"),
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
    table_name = _name(interpreter, table, schema) if isinstance(table, str) else None
    if not isinstance(index_name, str):
        unknown = first_unknown(index_name)
        reason = unknown.reason if unknown is not None else "its name"
        return Opaque(
            reason=f"an index: {reason}", tables=(table_name,) if table_name is not None else None, span=span
        )
    name = naming.final_name(index_name, account.dialect) or ""
    return DropIndex(
        index=Name(name, None if account.dialect in MYSQL_FAMILY else schema),
        table=table_name if account.dialect in MYSQL_FAMILY else None,
        if_exists=_flag(arguments, "if_exists"),
        concurrently=_flag(arguments, "postgresql_concurrently"),
        span=span,
    )


def positional(arguments: Arguments, *names: str) -> dict[str, Value]:
    """Arguments by name; each may have older names, apart by `|`."""
    found: dict[str, Value] = {}
    for place, spelled in enumerate(names):
        for name in spelled.split("|"):
            if name in arguments.keywords:
                found[spelled.partition("|")[0]] = arguments.keywords[name]
                break
        else:
            if place < len(arguments.positional):
                found[spelled.partition("|")[0]] = arguments.positional[place]
    return found


def _constraint(kind: str, *names: str) -> Directive:
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
    name = _name(interpreter, table_name, schema)
    table = table_for(interpreter, table_name, schema, arguments.site)
    item = constraint_item(interpreter, kind, given, arguments)
    if isinstance(item, Unknown):
        return Opaque(reason=f"a constraint: {item.reason}", tables=(name,), span=arguments.site.span)
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
    """DROP CONSTRAINT; a naming convention that embeds names embeds this one too."""
    account = account_of(interpreter)
    name = _name(interpreter, table_name, schema)
    span = arguments.site.span
    short = _TYPES.get(kind, "") if isinstance(kind, str) else ""
    if constraint is None and short == "pk" and account.dialect in MYSQL_FAMILY:
        return DropConstraint(table=name, name=None, kind="primary key", span=span)
    if constraint is None and interpreter.attempts:
        raise Raised("sqlalchemy.exc.CompileError", "it has no name")
    if not isinstance(constraint, str):
        unknown = first_unknown(constraint)
        reason = unknown.reason if unknown is not None else "it has no name"
        return Opaque(reason=f"a constraint: {reason}", tables=(name,), span=span)
    final: str | None = constraint
    if short:
        item = constraint_item(interpreter, short, {"constraint_name": constraint, "columns": []}, arguments)
        if isinstance(item, ConstraintItem):
            table_for(interpreter, table_name, schema, arguments.site).add_constraint(interpreter, item)
            final = naming.final_name(item.name, account.dialect)
    if short == "uq" and account.dialect in MYSQL_FAMILY:
        index = Name(final or "")
        return DropIndex(index=index, table=name, if_exists=_flag(arguments, "if_exists"), span=span)
    return DropConstraint(
        table=name,
        name=None if short == "pk" and account.dialect in MYSQL_FAMILY else final,
        kind=KINDS.get(short, "any"),
        if_exists=_flag(arguments, "if_exists"),
        span=span,
    )


# the rest


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


def _refused_by_sqlite(directive: Directive, exception: str) -> Directive:
    """SQLite alters neither columns nor constraints in place: where that may be handled, it fails.

    Elsewhere it stays as it is said; a history that ends in an exception would not be there.
    """

    def run(interpreter: Interpreter, arguments: Arguments) -> Value:
        renames = "new_column_name" in arguments.keywords
        if account_of(interpreter).dialect == "sqlite" and interpreter.attempts and not renames:
            raise Raised(exception, "SQLite can't do that")
        return directive(interpreter, arguments)

    return run


def _constraint_directive(kind: str, names: tuple[str, ...]) -> Directive:
    return _refused_by_sqlite(_constraint(kind, *names), "builtins.NotImplementedError")


DIRECTIVES: dict[str, Directive] = {
    "create_table": create_table,
    "drop_table": drop_table,
    "rename_table": rename_table,
    "add_column": add_column,
    "drop_column": drop_column,
    "alter_column": _refused_by_sqlite(alter_column, "sqlalchemy.exc.OperationalError"),
    "create_index": create_index,
    "drop_index": drop_index,
    "drop_constraint": _refused_by_sqlite(drop_constraint, "builtins.NotImplementedError"),
    **{name: _constraint_directive(kind, names) for name, (kind, names) in CONSTRAINTS.items()},
    "create_geospatial_table": create_table,
    "drop_geospatial_table": drop_table,
    "add_geospatial_column": add_column,
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
