"""What a column type is called in each database: SQLAlchemy's type compilers, as catalogs need them."""

from __future__ import annotations

from collections.abc import Callable

from schemalint.frontends.python_interpreter.values import Value
from schemalint.frontends.sqlalchemy_constructs.compiled_types import COMPILED
from schemalint.frontends.sqlalchemy_constructs.package_types import implementation, is_of_package
from schemalint.frontends.sqlalchemy_constructs.types import ENUM_NAMES, TypeObject
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, Dialect

_FAMILIES = ("postgresql", "mysql", "sqlite", "sqlserver")

_GENERIC: dict[str, tuple[str, str, str, str]] = {
    "string": ("varchar", "varchar", "varchar", "varchar"),
    "unicode": ("varchar", "varchar", "varchar", "nvarchar"),
    "varchar": ("varchar", "varchar", "varchar", "varchar"),
    "nvarchar": ("nvarchar", "national varchar", "nvarchar", "nvarchar"),
    "autostring": ("varchar", "varchar", "varchar", "varchar"),
    "char": ("char", "char", "char", "char"),
    "nchar": ("nchar", "national char", "nchar", "nchar"),
    "text": ("text", "text", "text", "varchar(max)"),
    "unicodetext": ("text", "text", "text", "nvarchar(max)"),
    "integer": ("integer", "integer", "integer", "integer"),
    "int": ("integer", "integer", "integer", "integer"),
    "smallinteger": ("smallint", "smallint", "smallint", "smallint"),
    "biginteger": ("bigint", "bigint", "bigint", "bigint"),
    "boolean": ("boolean", "bool", "boolean", "bit"),
    "matchtype": ("boolean", "bool", "boolean", "bit"),
    "float": ("float", "float", "float", "float"),
    "double": ("double precision", "double", "double", "double precision"),
    "double_precision": ("double precision", "double precision", "double precision", "double precision"),
    "real": ("real", "real", "real", "real"),
    "numeric": ("numeric", "numeric", "numeric", "numeric"),
    "decimal": ("decimal", "decimal", "decimal", "decimal"),
    "datetime": ("timestamp without time zone", "datetime", "datetime", "datetime"),
    "timestamp": ("timestamp without time zone", "timestamp", "timestamp", "timestamp"),
    "date": ("date", "date", "date", "date"),
    "time": ("time without time zone", "time", "time", "time"),
    "interval": ("interval", "datetime", "datetime", "datetime"),
    "largebinary": ("bytea", "blob", "blob", "varbinary(max)"),
    "blob": ("blob", "blob", "blob", "blob"),
    "binary": ("binary", "binary", "binary", "binary"),
    "varbinary": ("varbinary", "varbinary", "varbinary", "varbinary"),
    "pickletype": ("bytea", "blob", "blob", "varbinary(max)"),
    "json": ("json", "json", "json", "nvarchar(max)"),
    "uuid": ("uuid", "char(32)", "char(32)", "uniqueidentifier"),
}
"""By the name of the class in lower case: PostgreSQL, MySQL, SQLite, SQL Server."""

_WITH_LENGTH = frozenset(
    {"string", "unicode", "varchar", "nvarchar", "autostring", "char", "nchar", "binary", "varbinary"}
)
STRING_NAMES = _WITH_LENGTH - {"binary", "varbinary"} | {
    *("text", "unicodetext", "tinytext", "mediumtext", "longtext", "enum", "set")
}
"""The classes of types that have a collation, in lower case."""

_WITH_PRECISION = frozenset({"numeric", "decimal"})
_TIMES = frozenset({"datetime", "timestamp", "time"})


def type_text(value: TypeObject | None, dialect: Dialect) -> str:
    """The type as the dialect spells it in DDL, in lower case; "" where it can't be told."""
    if value is None:
        return ""
    if value.package == COMPILED:
        return value.name.lower() if "'" not in value.name else value.name
    if is_of_package(value):
        return type_text(implementation(value, dialect), dialect)
    special = _SPECIAL.get(value.name)
    if special is not None:
        return special(value, dialect)
    names = _GENERIC.get(value.name.lower())
    if names is None:
        return f"{value.name.lower()}{_arguments(value)}"
    name = names[_family(dialect)]
    lowered = value.name.lower()
    if lowered in _TIMES and dialect in POSTGRESQL_FAMILY and value.get(0, "timezone") is True:
        return name.replace("without", "with")
    if lowered in _WITH_LENGTH:
        length = value.get(0, "length")
        if lowered == "autostring" and length is None and dialect in MYSQL_FAMILY:
            length = 255  # `AutoString.mysql_default_length` of SQLModel
        return f"{name}({length})" if isinstance(length, int) else name
    if lowered in _WITH_PRECISION:
        precision, scale = value.get(0, "precision"), value.get(1, "scale")
        if isinstance(precision, int):
            comma = ", " if dialect == "sqlite" else ","  # SQLite keeps what the compiler writes
            return f"{name}({precision}{comma}{scale})" if isinstance(scale, int) else f"{name}({precision})"
        return name
    precise = lowered == "float" and dialect != "sqlite"  # whose compiler leaves it out
    if precise and isinstance(precision := value.get(0, "precision"), int):
        return f"{name}({precision})"
    if value.package and dialect in MYSQL_FAMILY:
        return f"{name}{_arguments(value)}"
    return name


def _family(dialect: Dialect) -> int:
    if dialect in POSTGRESQL_FAMILY:
        return 0
    return 1 if dialect in MYSQL_FAMILY else 3 if dialect == "sqlserver" else 2


def _arguments(value: TypeObject) -> str:
    numbers = [
        argument
        for argument in value.arguments
        if isinstance(argument, int) and not isinstance(argument, bool)
    ]
    length = value.keywords.get("length", value.keywords.get("display_width", value.keywords.get("fsp")))
    if not numbers and isinstance(length, int) and length:
        numbers = [length]
    suffix = "".join(f" {word}" for word in ("unsigned", "zerofill") if value.keywords.get(word) is True)
    return (f"({','.join(map(str, numbers))})" if numbers else "") + suffix


def _array(value: TypeObject, dialect: Dialect) -> str:
    inner: Value = value.get(0, "item_type")
    name = type_text(_plain(inner), dialect)
    dimensions = value.get(2, "dimensions")
    return f"{name}{'[]' * (dimensions if isinstance(dimensions, int) and 0 < dimensions < 7 else 1)}"


def _plain(value: Value) -> TypeObject | None:
    if isinstance(value, TypeObject):
        return value
    short = getattr(value, "short", None)
    return TypeObject(short, [], {}) if isinstance(short, str) else None


def _enum(value: TypeObject, dialect: Dialect) -> str:
    labels = value.labels()
    if dialect in POSTGRESQL_FAMILY and value.keywords.get("native_enum") is not False:
        name = value.enum_name()
        return name if isinstance(name, str) else ""
    if dialect in MYSQL_FAMILY and value.keywords.get("native_enum") is not False:
        shown = ",".join("'{}'".format(label.replace("'", "''")) for label in labels or ())
        return f"enum({shown})" if labels is not None else "enum"
    length = value.keywords.get("length")
    if labels is None and not isinstance(length, int):
        return ""
    longest = max((len(label) for label in labels or ()), default=0)
    longest = max(longest, length if isinstance(length, int) else 0)
    return f"varchar({longest})" if longest else "varchar"


def _exact(value: TypeObject, dialect: Dialect) -> str:
    """A type in capitals is what the database is told, whatever the database."""
    return f"{value.name.lower()}{_arguments(value) if dialect in MYSQL_FAMILY else ''}"


def _time(name: str) -> Callable[[TypeObject, Dialect], str]:
    """TIMESTAMP or TIME, of which PostgreSQL's own and MySQL's own have a precision."""

    def text(value: TypeObject, dialect: Dialect) -> str:
        if dialect not in POSTGRESQL_FAMILY:
            return f"{name}{_arguments(value)}" if value.package and dialect in MYSQL_FAMILY else name
        precision = value.get(1, "precision") if value.package == "postgresql" else None
        zone = "with" if value.get(0, "timezone") is True else "without"
        return f"{name}{_number(precision)} {zone} time zone"

    return text


def _number(value: Value) -> str:
    return f"({value})" if isinstance(value, int) else ""


def _interval(value: TypeObject, dialect: Dialect) -> str:
    """PostgreSQL's own has fields; the generic one may be told to be a date instead."""
    if dialect not in POSTGRESQL_FAMILY or value.get(0, "native") is False:
        return _GENERIC["datetime"][_family(dialect)]
    if value.package != "postgresql":
        return f"interval{_number(value.get(1, 'second_precision'))}"
    fields = value.get(1, "fields")
    words = f" {fields.lower()}" if isinstance(fields, str) else ""
    return f"interval{words}{_number(value.get(0, 'precision'))}"


def _bit(value: TypeObject, dialect: Dialect) -> str:
    length = value.get(0, "length")
    if dialect not in POSTGRESQL_FAMILY or value.package != "postgresql":
        return f"bit{_arguments(value)}"
    if value.get(1, "varying") is True:
        return f"bit varying{_number(length)}"
    return f"bit({length if isinstance(length, int) else 1})"


def _uuid(value: TypeObject, dialect: Dialect) -> str:
    """What MariaDB's is depends on the server and on SQLAlchemy: since 10.7 and 2.0 it is one of its own."""
    if value.get(1, "native_uuid") is False:
        return "char(32)"
    if dialect == "mariadb":
        return "uuid"
    return _GENERIC["uuid"][_family(dialect)]


def _text(value: TypeObject, dialect: Dialect) -> str:
    """A text or a binary object; MySQL and SQLite are told the length of either, if there is one."""
    name = _GENERIC[value.name.lower()][_family(dialect)]
    sized = ("text",) if dialect == "sqlite" else ("text", "blob") if dialect in MYSQL_FAMILY else ()
    return f"{name}{_number(value.get(0, 'length'))}" if name in sized else name


def _set(value: TypeObject, dialect: Dialect) -> str:
    labels = [label for label in value.arguments if isinstance(label, str)]
    shown = ",".join("'{}'".format(label.replace("'", "''")) for label in labels)
    return f"set({shown})" if shown else "set"


def _impl(value: TypeObject, dialect: Dialect) -> str:
    return type_text(_plain(value.get(0, "impl")), dialect)


_SPECIAL: dict[str, Callable[[TypeObject, Dialect], str]] = {
    "ARRAY": _array,
    "BIT": _bit,
    "INTERVAL": _interval,
    "Interval": _interval,
    "LargeBinary": _text,
    "SET": _set,
    "TEXT": _text,
    "TIME": _time("time"),
    "TIMESTAMP": _time("timestamp"),
    "Text": _text,
    "UUID": lambda value, dialect: _GENERIC["uuid"][3] if dialect == "sqlserver" else "uuid",
    "UnicodeText": _text,
    "Uuid": _uuid,
    "DATETIME": _exact,
    "DOUBLE": _exact,
    "TypeDecorator": _impl,
    "NullType": lambda value, dialect: "",
    **dict.fromkeys(ENUM_NAMES, _enum),
}
