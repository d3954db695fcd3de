"""One spelling for each column type, so that two ways to write a type can be told from two types.

PostgreSQL: the aliases of `src/backend/parser/gram.y` and of the documentation's table of data types. MySQL:
the synonyms of "Using Data Types from Other Database Engines", and display widths of integers, which mean
nothing. SQLite keeps what was written.
"""

from __future__ import annotations

import re

from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, Dialect
from schemalint.knowledge.numbers import whole_number

_ARGUMENTS = re.compile(r"\s*\(([^)]*)\)")
_ARRAY = re.compile(r"(?:\s*\[\d*\]|\s+array(?:\[\d*\])?)+$")
_POSTGRESQL = {
    "int": "integer",
    "int4": "integer",
    "int2": "smallint",
    "int8": "bigint",
    "serial": "integer",
    "serial4": "integer",
    "serial2": "smallint",
    "smallserial": "smallint",
    "serial8": "bigint",
    "bigserial": "bigint",
    "bool": "boolean",
    "varchar": "character varying",
    "char": "character",
    "bpchar": "character",
    "nchar": "character",
    "national character": "character",
    "char varying": "character varying",
    "decimal": "numeric",
    "dec": "numeric",
    "float8": "double precision",
    "float": "double precision",
    "float4": "real",
    "timestamptz": "timestamp with time zone",
    "timestamp": "timestamp without time zone",
    "timetz": "time with time zone",
    "time": "time without time zone",
    "varbit": "bit varying",
}
_MYSQL = {
    "integer": "int",
    "int4": "int",
    "int8": "bigint",
    "int2": "smallint",
    "int1": "tinyint",
    "int3": "mediumint",
    "middleint": "mediumint",
    "bool": "tinyint",
    "boolean": "tinyint",
    "dec": "decimal",
    "numeric": "decimal",
    "fixed": "decimal",
    "double precision": "double",
    "real": "double",
    "float8": "double",
    "float4": "float",
    "character": "char",
    "character varying": "varchar",
    "serial": "bigint unsigned",
    "long": "mediumtext",
    "long varchar": "mediumtext",
    "long varbinary": "mediumblob",
    "nchar": "char",
    "nvarchar": "varchar",
}
_MYSQL_INTEGERS = frozenset({"tinyint", "smallint", "mediumint", "int", "bigint"})
_BITS_OF_REAL = 24
_DEFAULT_ARGUMENTS = {"character": "1", "bit": "1", "char": "1", "binary": "1"}
_SAID_FOR_NOTHING = frozenset({("datetime", "0"), ("timestamp", "0"), ("time", "0"), ("year", "4")})
"""Arguments of MySQL's types that go without saying."""


UUIDS_OF_MARIADB = ("uuid", "char(32)")
"""What a UUID of SQLAlchemy's is there: which of them, the versions of both decide."""
_SERIAL = frozenset({"serial", "serial2", "serial4", "serial8", "smallserial", "bigserial"})


def is_serial(type_: str) -> bool:
    """Whether PostgreSQL takes the type for an integer with a sequence of its own behind its default."""
    return type_.lower() in _SERIAL


_STRINGS = frozenset({"text", "character varying", "character", "name", "citext"})
_NO_STRINGS = frozenset(
    "smallint integer bigint numeric real boolean uuid date json jsonb bytea inet interval".split()
) | {
    "double precision",
    "timestamp with time zone",
    "timestamp without time zone",
    "time without time zone",
    "time with time zone",
}


_FOREIGN_TO_POSTGRESQL = frozenset(
    "datetime datetime2 smalldatetime double tinyint mediumint year tinytext mediumtext longtext blob"
    " tinyblob mediumblob longblob binary varbinary clob nclob nvarchar varchar2 nvarchar2 number image"
    " uniqueidentifier".split()
)


def lacks_length(type_: str) -> bool:
    """Whether it is a type of which MySQL wants a length, without one."""
    return type_.lower() in ("varchar", "varbinary", "nvarchar")


def is_foreign_to_postgresql(type_: str) -> bool:
    """Whether a type is one of other databases that PostgreSQL has none of that name for."""
    return _split(" ".join(type_.lower().split()))[0] in _FOREIGN_TO_POSTGRESQL


_OF_POSTGRESQL = frozenset(
    "bigint smallint integer boolean bytea char name text oid json jsonb jsonpath xml numeric real uuid money"
    " date character bit point lseg path box polygon line circle inet cidr macaddr macaddr8 tsvector tsquery"
    " interval regclass regtype regproc regprocedure regoper regoperator regrole regnamespace regconfig"
    " regdictionary int4range int8range numrange tsrange tstzrange daterange int4multirange int8multirange"
    " nummultirange tsmultirange tstzmultirange datemultirange pg_lsn pg_snapshot txid_snapshot xid xid8 cid"
    " tid refcursor record int2vector oidvector aclitem".split()
) | frozenset(_POSTGRESQL.values())


def is_of_postgresql(type_: str) -> bool:
    """Whether PostgreSQL has the type without anybody making it ("Data Types"; `pg_type.dat`)."""
    name = base_type(canonical_type(type_, "postgresql"))
    return name in _OF_POSTGRESQL or name.startswith("interval ")


def postgresql_converts(old: str, new: str, labelled: bool, *, was_labelled: bool = False) -> bool:
    """Whether PostgreSQL gets from one type to the other without being told how: by an assignment cast.

    Strings become nothing else by themselves, nor booleans numbers or numbers booleans. `labelled` says that
    the new type is an enum, to which nothing is cast by itself, and `was_labelled` that the old one is, which
    becomes a string and nothing else. In doubt it does (`pg_cast`).
    """
    before, after = (_split(canonical_type(type_, "postgresql"))[0] for type_ in (old, new))
    if before == after:
        return True
    if labelled:
        return False
    if was_labelled:
        return after in _STRINGS
    if before in _STRINGS:
        return after not in _NO_STRINGS
    numbers = {"smallint", "integer", "bigint", "numeric", "real", "double precision"}
    return not (before == "boolean" and after in numbers) and not (before in numbers and after == "boolean")


def base_type(type_: str) -> str:
    """The name of a type without its schema, its arguments and the brackets of an array."""
    return re.sub(r"[\[(].*", "", type_).strip().rpartition(".")[2]


def canonical_type(type_: str, dialect: Dialect) -> str:
    """The type in the spelling in which the dialect lists it, as far as that is a matter of spelling."""
    text = " ".join(type_.lower().split())
    if dialect in POSTGRESQL_FAMILY:
        return _canonical_postgresql(text)
    if dialect in MYSQL_FAMILY:
        if text.startswith(("enum", "set")):  # labels are told apart by their letters
            name, bracket, labels = type_.partition("(")
            text = " ".join(f"{name.lower()}{bracket}{labels}".split())
        return _canonical_mysql(text)
    return text


def _split(text: str) -> tuple[str, str]:
    """A type's name, and what stands between its brackets."""
    found = _ARGUMENTS.search(text)
    if found is None:
        return text, ""
    rest = text[found.end() :].strip()
    name = f"{text[: found.start()].strip()} {rest}".strip()
    return name, ",".join(part.strip() for part in found[1].split(","))


def _canonical_postgresql(text: str) -> str:
    array = _ARRAY.search(text)
    if array:
        return f"{_canonical_postgresql(text[: array.start()].strip())}[]"
    text = text.removeprefix("pg_catalog.").removeprefix("public.").replace('"', "")
    name, arguments = _split(text)
    bits = whole_number(arguments)
    if name == "float" and bits is not None:
        return "real" if bits <= _BITS_OF_REAL else "double precision"
    name = _POSTGRESQL.get(name, name)
    if not arguments:
        arguments = _DEFAULT_ARGUMENTS.get(name, "")
    if name == "numeric" and arguments.endswith(",0"):
        arguments = arguments.removesuffix(",0")
    return f"{name}({arguments})" if arguments else name


def _canonical_mysql(text: str) -> str:
    words = re.sub(r"\b(?:character set|charset) \S+|\bcollate \S+", "", text).split()
    unsigned = "unsigned" in words or "zerofill" in words
    name, arguments = _split(
        " ".join(word for word in words if word not in ("unsigned", "signed", "zerofill"))
    )
    name = _MYSQL.get(name, name)
    unsigned = unsigned or name.endswith(" unsigned")
    name = name.removesuffix(" unsigned")
    if name in _MYSQL_INTEGERS:
        arguments = ""
    elif name == "decimal":
        arguments = arguments or "10,0"
        arguments = arguments if "," in arguments else f"{arguments},0"
    elif (name, arguments) in _SAID_FOR_NOTHING:
        arguments = ""
    elif not arguments:
        arguments = _DEFAULT_ARGUMENTS.get(name, "")
    return f"{name}({arguments})" * bool(arguments) + name * (not arguments) + " unsigned" * unsigned
