"""The types of SQLAlchemy and of its dialects, by the names under which they are imported."""

from __future__ import annotations

from schemalint.frontends.python_interpreter.values import Value
from schemalint.frontends.sqlalchemy_constructs.package_types import package_natives
from schemalint.frontends.sqlalchemy_constructs.types import TypeClass

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
        " NUMERIC FLOAT JSONPATH REGCONFIG"
    ),
    "mysql": (
        "BIGINT BINARY BIT BLOB BOOLEAN CHAR DATE DATETIME DECIMAL DOUBLE ENUM FLOAT INTEGER JSON LONGBLOB"
        " LONGTEXT MEDIUMBLOB MEDIUMINT MEDIUMTEXT NCHAR NUMERIC NVARCHAR REAL SET SMALLINT TEXT TIME"
        " TIMESTAMP TINYBLOB TINYINT TINYTEXT VARBINARY VARCHAR YEAR"
    ),
    "mariadb": "INET4 INET6 UUID VARCHAR TEXT LONGTEXT",
    "sqlite": (
        "BLOB BOOLEAN CHAR DATE DATETIME DECIMAL FLOAT INTEGER JSON JSONB NUMERIC REAL SMALLINT TEXT TIME"
        " TIMESTAMP VARCHAR BIGINT"
    ),
    "mssql": (
        "BIT DATETIME2 DATETIMEOFFSET IMAGE JSON MONEY NTEXT NVARCHAR REAL ROWVERSION SMALLDATETIME"
        " SQL_VARIANT TINYINT UNIQUEIDENTIFIER VARBINARY VARCHAR XML DATETIME INTEGER BIGINT TEXT CHAR"
        " NCHAR TIMESTAMP"
    ),
    "oracle": "CLOB NCLOB NUMBER VARCHAR2 RAW BLOB DATE TIMESTAMP",
}


def type_natives() -> dict[str, Value]:
    """Every type by every path that it is imported from."""
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
    return {**found, **package_natives()}
