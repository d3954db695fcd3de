"""The names of the `sqlalchemy` package whose behaviour is known: schema items, types, expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.objects import NativeClass
from schemalint.frontends.python_interpreter.signals import Raised
from schemalint.frontends.python_interpreter.values import (
    MISSING,
    Arguments,
    Native,
    PythonObject,
    Rest,
    Unknown,
    Value,
    first_unknown,
    rest_of,
)
from schemalint.frontends.sqlalchemy_constructs import events, outside_bases, statements, tables
from schemalint.frontends.sqlalchemy_constructs.dialect_objects import dialect_classes
from schemalint.frontends.sqlalchemy_constructs.effects import effects_of
from schemalint.frontends.sqlalchemy_constructs.reflection import reflected_table
from schemalint.frontends.sqlalchemy_constructs.schema_items import (
    CheckItem,
    ColumnItem,
    ConstraintItem,
    ConventionalName,
    ExcludeItem,
    ForeignKeyConstraintItem,
    ForeignKeyItem,
    IndexItem,
    PrimaryKeyItem,
    UniqueItem,
    column_of,
)
from schemalint.frontends.sqlalchemy_constructs.sql_text import (
    UNTOLD,
    FunctionNames,
    SqlExpression,
    expression_text,
    filled,
    plain,
    raw,
)
from schemalint.frontends.sqlalchemy_constructs.statements import RowStatement
from schemalint.frontends.sqlalchemy_constructs.tables import MetaDataObject, TableObject
from schemalint.frontends.sqlalchemy_constructs.types import TypeClass, as_type

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemalint.frontends.python_interpreter.interpreter import Interpreter


class Marker(PythonObject):
    """`Computed`, `Identity` or `Sequence` among the arguments of a column."""

    __slots__ = ("arguments", "kind")

    def __init__(self, kind: str, arguments: Arguments) -> None:
        self.kind = kind
        self.arguments = arguments


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


def column(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`Column(…)`."""
    return column_from(interpreter, arguments)


def column_from(interpreter: Interpreter, arguments: Arguments) -> ColumnItem:
    """A column from the arguments of `Column` or `mapped_column`."""
    item = ColumnItem(arguments.site, effects_of(interpreter).next_serial())
    given = list(arguments.positional)
    keywords = arguments.keywords
    if given and (isinstance(given[0], str) or given[0] is None):
        item.name = given.pop(0)
    elif (
        given
        and isinstance(given[0], Unknown)
        and len(given) > 1
        and as_type(interpreter, given[1]) is not None
    ):
        given.pop(0)
    name = keywords.get("name")
    if isinstance(name, str):
        item.name = name
    key = keywords.get("key")
    item.key = key if isinstance(key, str) else None
    if "type_" in keywords:
        item.type = as_type(interpreter, keywords["type_"])
    for value in given:
        _add_to_column(interpreter, item, value)
    _set_column_keywords(item, keywords)
    item.given = keywords
    return item


def _add_to_column(interpreter: Interpreter, item: ColumnItem, value: Value) -> None:
    if isinstance(value, ForeignKeyItem):
        value.parent = item
        item.foreign_keys.append(value)
    elif isinstance(value, CheckItem):
        item.checks.append(value)
    elif isinstance(value, Marker):
        if value.kind == "Computed":
            item.computed = _as_text(value.arguments.get(0, "sqltext"))
        elif value.kind == "Identity":
            item.identity = True
        else:
            item.default = value
    elif item.type is None:
        item.type = as_type(interpreter, value)


def _as_text(value: Value) -> Value:
    return plain(value) if isinstance(value, str) else value


def _set_column_keywords(item: ColumnItem, keywords: dict[str, Value]) -> None:
    nullable = keywords.get("nullable")
    item.nullable = nullable if isinstance(nullable, bool) else None
    item.primary_key = keywords.get("primary_key") is True
    for name in ("index", "unique"):
        value = keywords.get(name)
        if isinstance(value, bool):
            setattr(item, name, value)
    item.server_default = keywords.get("server_default")
    if isinstance(item.server_default, Marker):
        if item.server_default.kind == "Identity":
            item.identity = True
        elif item.server_default.kind == "Computed":
            item.computed = _as_text(item.server_default.arguments.get(0, "sqltext"))
        item.server_default = None
    item.default = keywords.get("default", item.default)
    item.autoincrement = keywords.get("autoincrement", "auto")


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


def _template(template: str) -> Callable[[Interpreter, Arguments], Value]:
    def make(interpreter: Interpreter, arguments: Arguments) -> Value:
        given = [
            plain(value) if isinstance(value, str) and place == 0 and "ORDER" in template else value
            for place, value in enumerate(arguments.positional)
        ]
        return filled(template.replace("ORDER", ""), [_as_column(value) for value in given])

    return make


def _as_column(value: Value) -> Value:
    return value


def _joined(word: str) -> Callable[[Interpreter, Arguments], Value]:
    def make(interpreter: Interpreter, arguments: Arguments) -> Value:
        parts: list[Value] = []
        for place, value in enumerate(arguments.positional):
            parts += [raw(f" {word} "), value] if place else [value]
        if not arguments.complete:
            parts.append(UNTOLD)
        return SqlExpression(*parts, operators=True)

    return make


def _literal_column(interpreter: Interpreter, arguments: Arguments) -> Value:
    value = arguments.get(0, "text")
    return plain(value if isinstance(value, str) else None)


def _literal(interpreter: Interpreter, arguments: Arguments) -> Value:
    return SqlExpression(arguments.get(0, "value"))


def _constant(text: str) -> Callable[[Interpreter, Arguments], Value]:
    return lambda interpreter, arguments: plain(text)


def _case(interpreter: Interpreter, arguments: Arguments) -> Value:
    return SqlExpression(*arguments.positional, UNTOLD)


def _default_clause(interpreter: Interpreter, arguments: Arguments) -> Value:
    return arguments.get(0, "arg", plain(None))


def _rows(verb: str) -> Callable[[Interpreter, Arguments], Value]:
    return lambda interpreter, arguments: RowStatement(verb, arguments.get(0, "table"))


def _exclude(interpreter: Interpreter, arguments: Arguments) -> Value:
    serial = effects_of(interpreter).next_serial()
    return ExcludeItem(arguments.site, serial, list(arguments.positional), arguments.keywords)


def _marker(kind: str) -> Callable[[Interpreter, Arguments], Value]:
    return lambda interpreter, arguments: Marker(kind, arguments)


def _nothing(interpreter: Interpreter, arguments: Arguments) -> Value:
    return None


def _array_literal(interpreter: Interpreter, arguments: Arguments) -> Value:
    items = interpreter.items(arguments.get(0, "clauses"))
    if isinstance(items, Unknown) or rest_of(items):
        return plain(None)
    texts = [
        expression_text(item, effects_of(interpreter).dialect) for item in items if not isinstance(item, Rest)
    ]
    known = [text for text in texts if text is not None]
    return plain(f"ARRAY[{', '.join(known)}]" if len(known) == len(texts) else None)


_TYPES = (
    "String Unicode VARCHAR NVARCHAR CHAR NCHAR Text TEXT UnicodeText Integer INTEGER INT SmallInteger"
    " SMALLINT BigInteger BIGINT Boolean BOOLEAN Float FLOAT Double DOUBLE DOUBLE_PRECISION REAL Numeric"
    " NUMERIC DECIMAL DateTime DATETIME TIMESTAMP Date DATE Time TIME Interval LargeBinary BLOB BINARY"
    " VARBINARY PickleType JSON Uuid UUID Enum ARRAY CLOB NullType TypeDecorator UserDefinedType TypeEngine"
    " Variant MatchType SchemaType Concatenable Indexable"
).split()
_DIALECT_TYPES = {
    "postgresql": (
        "JSONB JSON UUID ARRAY ENUM HSTORE INET CIDR MACADDR MACADDR8 BYTEA INTERVAL TIMESTAMP TIME"
        " TSVECTOR TSQUERY INT4RANGE INT8RANGE NUMRANGE DATERANGE TSRANGE TSTZRANGE INT4MULTIRANGE"
        " INT8MULTIRANGE NUMMULTIRANGE DATEMULTIRANGE TSMULTIRANGE TSTZMULTIRANGE OID MONEY BIT REGCLASS"
        " CITEXT DOMAIN DOUBLE_PRECISION REAL VARCHAR TEXT CHAR INTEGER BIGINT SMALLINT BOOLEAN DATE"
        " NUMERIC FLOAT"
    ),
    "mysql": (
        "BIGINT BINARY BIT BLOB BOOLEAN CHAR DATE DATETIME DECIMAL DOUBLE ENUM FLOAT INTEGER JSON LONGBLOB"
        " LONGTEXT MEDIUMBLOB MEDIUMINT MEDIUMTEXT NCHAR NUMERIC NVARCHAR REAL SET SMALLINT TEXT TIME"
        " TIMESTAMP TINYBLOB TINYINT TINYTEXT VARBINARY VARCHAR YEAR"
    ),
    "mariadb": "INET4 INET6 UUID VARCHAR TEXT LONGTEXT",
    "sqlite": (
        "BLOB BOOLEAN CHAR DATE DATETIME DECIMAL FLOAT INTEGER JSON NUMERIC REAL SMALLINT TEXT TIME"
        " TIMESTAMP VARCHAR BIGINT"
    ),
    "mssql": (
        "BIT DATETIME2 DATETIMEOFFSET IMAGE JSON MONEY NTEXT NVARCHAR REAL ROWVERSION SMALLDATETIME"
        " SQL_VARIANT TINYINT UNIQUEIDENTIFIER VARBINARY VARCHAR XML DATETIME INTEGER BIGINT TEXT CHAR"
        " NCHAR TIMESTAMP"
    ),
    "oracle": "CLOB NCLOB NUMBER VARCHAR2 RAW BLOB DATE TIMESTAMP",
}

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
    "DefaultClause": _default_clause,
    "FetchedValue": _constant("?"),
    "text": statements.text,
    "DDL": statements.ddl,
    "table": _lightweight_table,
    "column": _lightweight_column,
    "conv": conventional,
    "quoted_name": _quoted_name,
    "literal_column": _literal_column,
    "literal": _literal,
    "bindparam": _case,
    "null": _constant("NULL"),
    "true": _constant("true"),
    "false": _constant("false"),
    "and_": _joined("AND"),
    "or_": _joined("OR"),
    "not_": _template("NOT {0}"),
    "desc": _template("ORDER{0} DESC"),
    "asc": _template("ORDER{0} ASC"),
    "nulls_first": _template("{0} NULLS FIRST"),
    "nullsfirst": _template("{0} NULLS FIRST"),
    "nulls_last": _template("{0} NULLS LAST"),
    "nullslast": _template("{0} NULLS LAST"),
    "cast": _template("CAST({0} AS {t1})"),
    "type_coerce": _template("{0}"),
    "collate": _template("{0} COLLATE {n1}"),
    "extract": _case,
    "case": _case,
    "distinct": _case,
    "tuple_": _case,
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
    found: dict[str, Value] = {}
    for name in _TYPES:
        found[f"sqlalchemy.{name}"] = TypeClass(name)
    for dialect, names in _DIALECT_TYPES.items():
        for name in names.split():
            kind = TypeClass(name, dialect)
            for path in (
                f"sqlalchemy.dialects.{dialect}.{name}",
                f"sqlalchemy.dialects.{dialect}.base.{name}",
            ):
                found[path] = kind
            for inner in ("json", "types", "array", "ranges", "named_types", "enumerated", "hstore"):
                found[f"sqlalchemy.dialects.{dialect}.{inner}.{name}"] = kind
    for name, make in _ITEMS.items():
        found[f"sqlalchemy.{name}"] = ItemClass(name, make)
    for name, function in _FUNCTIONS.items():
        found[f"sqlalchemy.{name}"] = Native(f"sqlalchemy.{name}", function)
    for path in ("sqlalchemy.dialects.postgresql", "sqlalchemy.dialects.postgresql.ext"):
        found[f"{path}.ExcludeConstraint"] = Native("ExcludeConstraint", _exclude)
        found[f"{path}.aggregate_order_by"] = Native("aggregate_order_by", _case)
    found["sqlalchemy.dialects.postgresql.array"] = Native("postgresql.array", _array_literal)
    for dialect in ("postgresql", "mysql", "sqlite"):
        found[f"sqlalchemy.dialects.{dialect}.insert"] = Native("insert", _rows("insert"))
    for path in ("sqlalchemy.func", "sqlalchemy.sql.functions", "sqlalchemy.functions"):
        found[path] = FunctionNames()
    found["sqlalchemy.__version__"] = "2.0.49"
    found.update(dialect_classes())
    return found
