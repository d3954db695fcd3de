"""The names of the `sqlalchemy` package whose behaviour is known: schema items, types, expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.objects import NativeClass
from schemalint.frontends.python_interpreter.signals import Raised
from schemalint.frontends.python_interpreter.values import (
    MISSING,
    Arguments,
    Native,
    Site,
    Unknown,
    Value,
    first_unknown,
)
from schemalint.frontends.sqlalchemy_constructs import events, outside_bases, statements, tables
from schemalint.frontends.sqlalchemy_constructs.column_natives import Marker, column, column_from
from schemalint.frontends.sqlalchemy_constructs.constraint_items import (
    CheckItem,
    ConstraintItem,
    ExcludeItem,
    ForeignKeyConstraintItem,
    IndexItem,
    PrimaryKeyItem,
    UniqueItem,
)
from schemalint.frontends.sqlalchemy_constructs.dialect_objects import dialect_classes
from schemalint.frontends.sqlalchemy_constructs.effects import effects_of
from schemalint.frontends.sqlalchemy_constructs.expression_natives import (
    array_literal,
    case,
    constant,
    default_clause,
    joined,
    literal,
    literal_column,
    template,
)
from schemalint.frontends.sqlalchemy_constructs.metadata import MetaDataObject
from schemalint.frontends.sqlalchemy_constructs.reflection import reflected_table
from schemalint.frontends.sqlalchemy_constructs.schema_items import (
    ColumnItem,
    ConventionalName,
    ForeignKeyItem,
    column_of,
)
from schemalint.frontends.sqlalchemy_constructs.sql_text import FunctionNames, Spelled
from schemalint.frontends.sqlalchemy_constructs.statements import RowStatement
from schemalint.frontends.sqlalchemy_constructs.tables import TableObject
from schemalint.frontends.sqlalchemy_constructs.type_natives import type_natives

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemalint.frontends.python_interpreter.interpreter import Interpreter


class ItemClass(NativeClass):
    """A class of schema items, which naming conventions may use as a key."""

    __slots__ = ("make", "short_name")

    def __init__(self, name: str, make: Callable[[Interpreter, Arguments], Value]) -> None:
        super().__init__(f"sqlalchemy.{name}")
        self.short_name = name
        self.make = make

    def construct(self, interpreter: Interpreter, arguments: Arguments, cls: object | None) -> Value:
        """A new item."""
        return self.make(interpreter, arguments)

    def inherited(self, interpreter: Interpreter, cls: object, name: str) -> Value:
        """What a subclass of the program inherits decides nothing."""
        return Unknown(f"the attribute {name}")

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """Class attributes decide nothing."""
        found = super().attribute(interpreter, name)
        return Unknown(f"the attribute {name}") if found is MISSING else found

    def holds(self, value: Value) -> bool | None:
        """Whether a value is such an item."""
        kinds = _KINDS.get(self.short_name)
        return isinstance(value, kinds) if kinds is not None else None


_KINDS: dict[str, type | tuple[type, ...]] = {
    "Column": ColumnItem,
    "Index": IndexItem,
    "UniqueConstraint": UniqueItem,
    "CheckConstraint": CheckItem,
    "ForeignKeyConstraint": ForeignKeyConstraintItem,
    "PrimaryKeyConstraint": PrimaryKeyItem,
    "Constraint": ConstraintItem,
    "Table": TableObject,
    "MetaData": MetaDataObject,
}


def foreign_key(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`ForeignKey(…)`."""
    target = arguments.get(0, "column")
    inner = column_of(target)
    serial = effects_of(interpreter).next_serial()
    return ForeignKeyItem(
        arguments.site, serial, inner if inner is not None else target, dict(arguments.keywords)
    )


def foreign_key_constraint(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`ForeignKeyConstraint([…], […])`."""
    columns = _listed(interpreter, arguments.get(0, "columns"))
    targets = _listed(interpreter, arguments.get(1, "refcolumns"))
    keywords = dict(arguments.keywords)
    for place, name in enumerate(("name", "onupdate", "ondelete", "deferrable", "initially", "use_alter"), 2):
        if place < len(arguments.positional):
            keywords[name] = arguments.positional[place]
    serial = effects_of(interpreter).next_serial()
    item = ForeignKeyConstraintItem(arguments.site, serial, columns, keywords, targets)
    tables.attach_if_ready(interpreter, item)
    return item


def _listed(interpreter: Interpreter, value: Value) -> list[Value]:
    items = interpreter.items(value)
    return [items] if isinstance(items, Unknown) else items


def _constraint(kind: type[ConstraintItem]) -> Callable[[Interpreter, Arguments], Value]:
    def make(interpreter: Interpreter, arguments: Arguments) -> Value:
        serial = effects_of(interpreter).next_serial()
        columns = list(arguments.positional)
        if not arguments.complete:
            columns.append(Unknown("columns that are passed on"))
        item = kind(arguments.site, serial, columns, arguments.keywords)
        tables.attach_if_ready(interpreter, item)
        return item

    return make


def check_constraint(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`CheckConstraint(…)`."""
    serial = effects_of(interpreter).next_serial()
    keywords = dict(arguments.keywords)
    if len(arguments.positional) > 1:
        keywords["name"] = arguments.positional[1]
    return CheckItem(arguments.site, serial, [arguments.get(0, "sqltext")], keywords)


def index(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`Index("name", …)`."""
    keywords = dict(arguments.keywords)
    columns = list(arguments.positional)
    if "name" not in keywords and columns:
        keywords["name"] = columns.pop(0)
    if not arguments.complete:
        columns.append(Unknown("columns that are passed on"))
    name = keywords.get("name")
    if isinstance(name, Unknown):
        columns.append(name)
    item = IndexItem(arguments.site, effects_of(interpreter).next_serial(), columns, keywords)
    table = keywords.get("_table")
    if isinstance(table, TableObject):
        table.add(interpreter, item)
    else:
        tables.attach_if_ready(interpreter, item)
    return item


def metadata(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`MetaData(…)`."""
    schema = arguments.keywords.get("schema")
    if schema is None:
        schema = next((value for value in arguments.positional if isinstance(value, str)), None)
    return MetaDataObject(arguments.site, arguments.keywords.get("naming_convention"), schema)


def table(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`Table("name", metadata, …)`; a name that the MetaData has already gives that table."""
    name, owner = arguments.get(0, "name"), arguments.get(1, "metadata")
    if not isinstance(name, str):
        return first_unknown(name) or Unknown("a table without a known name")
    is_shared = not isinstance(owner, MetaDataObject) or _is_shared(owner, arguments.site)
    if not isinstance(owner, MetaDataObject):
        owner = outside_bases.metadata_of(interpreter, owner, arguments.site)
    schema = arguments.keywords.get("schema", owner.schema)
    schema = schema if isinstance(schema, str) and schema else None
    key = f"{schema}.{name}" if schema else name
    made = owner.tables.get(key)
    if made is not None and arguments.keywords.get("keep_existing") is True:
        return made
    if made is None:
        made = TableObject(str(name), owner, schema, arguments.site)
        if arguments.keywords.get("autoload_with") is not None or arguments.keywords.get("autoload") is True:
            if effects_of(interpreter).catalog is not None and is_shared:
                return Unknown("a table that the application may have declared")
            loaded = reflected_table(interpreter, name, schema, owner, arguments.site)
            if loaded is None:
                if effects_of(interpreter).catalog is not None:
                    raise Raised("sqlalchemy.exc.NoSuchTableError", name)
                made.not_understood("a table that is read from the database", arguments.site)
            else:
                made = loaded
        owner.tables[key] = made
        effects_of(interpreter).tables.append(made)
    fill_table(interpreter, made, arguments.positional[2:], arguments)
    events.fire(interpreter, made, "after_parent_attach", owner, arguments.site)
    return made


def _is_shared(owner: MetaDataObject, site: Site) -> bool:
    """Whether a MetaData is of another module, so that any module may have declared tables in it."""
    paths = {site.module.path}
    while site.caller is not None:
        site = site.caller
        paths.add(site.module.path)
    return owner.site.module.path not in paths


def fill_table(interpreter: Interpreter, made: TableObject, items: list[Value], arguments: Arguments) -> None:
    """Columns and constraints given to a table, and its keywords."""
    for item in items:
        made.add(interpreter, item)
    if not arguments.complete:
        made.not_understood("columns that are passed on", arguments.site)
    prefixes = arguments.keywords.get("prefixes")
    if isinstance(prefixes, list) and any(
        isinstance(word, str) and "TEMP" in word.upper() for word in prefixes
    ):
        made.temporary = True
    made.given.update(arguments.keywords)


def _lightweight_table(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`sqlalchemy.table("name", column("x"))`: for statements about rows only."""
    name = arguments.get(0, "name")
    made = TableObject(
        name if isinstance(name, str) else "", MetaDataObject(arguments.site), None, arguments.site
    )
    for value in arguments.positional[1:]:
        if isinstance(value, ColumnItem):
            made.columns.append(value)
            value.table = made
    made.complete = bool(made.columns)
    return made


def _lightweight_column(interpreter: Interpreter, arguments: Arguments) -> Value:
    item = column_from(interpreter, arguments)
    item.table = None
    return item


def conventional(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`conv("name")`, `op.f("name")`."""
    name = arguments.get(0, "name")
    return ConventionalName(name) if isinstance(name, str) else name


def _quoted_name(interpreter: Interpreter, arguments: Arguments) -> Value:
    return arguments.get(0, "value")


def _rows(verb: str) -> Callable[[Interpreter, Arguments], Value]:
    return lambda interpreter, arguments: RowStatement(verb, arguments.get(0, "table"))


def _exclude(interpreter: Interpreter, arguments: Arguments) -> Value:
    serial = effects_of(interpreter).next_serial()
    return ExcludeItem(arguments.site, serial, list(arguments.positional), arguments.keywords)


def _marker(kind: str) -> Callable[[Interpreter, Arguments], Value]:
    return lambda interpreter, arguments: Marker(kind, arguments)


def _nothing(interpreter: Interpreter, arguments: Arguments) -> Value:
    return None


_ITEMS: dict[str, Callable[[Interpreter, Arguments], Value]] = {
    "Column": column,
    "ForeignKey": foreign_key,
    "ForeignKeyConstraint": foreign_key_constraint,
    "PrimaryKeyConstraint": _constraint(PrimaryKeyItem),
    "UniqueConstraint": _constraint(UniqueItem),
    "CheckConstraint": check_constraint,
    "Index": index,
    "MetaData": metadata,
    "Table": table,
    "Constraint": _marker("Constraint"),
}
_FUNCTIONS: dict[str, Callable[[Interpreter, Arguments], Value]] = {
    "Computed": _marker("Computed"),
    "Identity": _marker("Identity"),
    "Sequence": _marker("Sequence"),
    "DefaultClause": default_clause,
    "FetchedValue": constant("?"),
    "text": statements.text,
    "DDL": statements.ddl,
    "table": _lightweight_table,
    "column": _lightweight_column,
    "conv": conventional,
    "quoted_name": _quoted_name,
    "literal_column": literal_column,
    "literal": literal,
    "bindparam": case,
    "null": constant("NULL"),
    "true": lambda interpreter, arguments: Spelled("true", "1"),
    "false": lambda interpreter, arguments: Spelled("false", "0"),
    "and_": joined("AND"),
    "or_": joined("OR"),
    "not_": template("NOT {0}"),
    "desc": template("ORDER{0} DESC"),
    "asc": template("ORDER{0} ASC"),
    "nulls_first": template("{0} NULLS FIRST"),
    "nullsfirst": template("{0} NULLS FIRST"),
    "nulls_last": template("{0} NULLS LAST"),
    "nullslast": template("{0} NULLS LAST"),
    "cast": template("CAST({0} AS {t1})"),
    "type_coerce": template("{0}"),
    "collate": template("{0} COLLATE {n1}"),
    "extract": case,
    "case": case,
    "distinct": case,
    "tuple_": case,
    "select": _rows("select"),
    "insert": _rows("insert"),
    "update": _rows("update"),
    "delete": _rows("delete"),
    "union": _rows("select"),
    "union_all": _rows("select"),
    "exists": _rows("select"),
    "listens_for": events.listens_for,
    "listen": events.listen,
    "configure_mappers": _nothing,
}


def sqlalchemy_natives() -> dict[str, Value]:
    """Everything that is known of `sqlalchemy`, under the name by which it is imported from the package."""
    found = type_natives()
    for name, make in _ITEMS.items():
        found[f"sqlalchemy.{name}"] = ItemClass(name, make)
    for name, function in _FUNCTIONS.items():
        found[f"sqlalchemy.{name}"] = Native(f"sqlalchemy.{name}", function)
    for path in ("sqlalchemy.dialects.postgresql", "sqlalchemy.dialects.postgresql.ext"):
        found[f"{path}.ExcludeConstraint"] = Native("ExcludeConstraint", _exclude)
        found[f"{path}.aggregate_order_by"] = Native("aggregate_order_by", case)
    found["sqlalchemy.dialects.postgresql.array"] = Native("postgresql.array", array_literal)
    for dialect in ("postgresql", "mysql", "sqlite"):
        found[f"sqlalchemy.dialects.{dialect}.insert"] = Native("insert", _rows("insert"))
    for path in ("sqlalchemy.func", "sqlalchemy.sql.functions", "sqlalchemy.functions"):
        found[path] = FunctionNames()
    found["sqlalchemy.__version__"] = "2.0.49"
    found.update(dialect_classes())
    return found
