"""What Prisma knows of each database: its types, and how a type of the schema is written there.

After the connectors in prisma-engines (`psl/psl-core/src/builtin_connectors`) and the renderers of its schema
engine. Types are in the spelling of the SQL front end, so that both sides of a database compare.
"""

from __future__ import annotations

from schemalint.knowledge.dialects import Dialect

PROVIDERS: dict[str, Dialect] = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "cockroachdb": "cockroachdb",
    "mysql": "mysql",
    "sqlite": "sqlite",
    "sqlserver": "sqlserver",
    "mongodb": "mongodb",
}
"""The words that a datasource's `provider` may be, and what they mean."""

SCALAR_TYPES = frozenset(
    {"String", "Boolean", "Int", "BigInt", "Float", "Decimal", "DateTime", "Json", "Bytes"}
)

_POSTGRESQL = {
    "String": "text",
    "Boolean": "boolean",
    "Int": "integer",
    "BigInt": "bigint",
    "Float": "double precision",
    "Decimal": "decimal(65,30)",
    "DateTime": "timestamp(3)",
    "Json": "jsonb",
    "Bytes": "bytea",
}
_MYSQL = {
    "String": "varchar(191)",
    "Boolean": "boolean",
    "Int": "integer",
    "BigInt": "bigint",
    "Float": "double",
    "Decimal": "decimal(65,30)",
    "DateTime": "datetime(3)",
    "Json": "json",
    "Bytes": "longblob",
}
_TYPES: dict[Dialect, dict[str, str]] = {
    "postgresql": _POSTGRESQL,
    "cockroachdb": {
        "String": "string",
        "Boolean": "bool",
        "Int": "int4",
        "BigInt": "int8",
        "Float": "float8",
        "Decimal": "decimal(65,30)",
        "DateTime": "timestamp(3)",
        "Json": "jsonb",
        "Bytes": "bytes",
    },
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
    "sqlite": {
        "String": "text",
        "Boolean": "boolean",
        "Int": "integer",
        "BigInt": "bigint",
        "Float": "real",
        "Decimal": "decimal",
        "DateTime": "datetime",
        "Json": "jsonb",
        "Bytes": "blob",
    },
    "sqlserver": {
        "String": "nvarchar(1000)",
        "Boolean": "bit",
        "Int": "int",
        "BigInt": "bigint",
        "Float": "float(53)",
        "Decimal": "decimal(32,16)",
        "DateTime": "datetime2",
        "Json": "nvarchar(max)",
        "Bytes": "varbinary(max)",
    },
    "mongodb": {
        "String": "string",
        "Boolean": "bool",
        "Int": "int",
        "BigInt": "long",
        "Float": "double",
        "Decimal": "decimal",
        "DateTime": "date",
        "Json": "json",
        "Bytes": "bindata",
    },
}

_NATIVE: dict[Dialect, dict[str, str]] = {
    "postgresql": {"DoublePrecision": "double precision"},
    "cockroachdb": {"CatalogSingleChar": "char"},
    "mysql": {"Int": "integer", "UnsignedInt": "integer unsigned"},
    "mariadb": {"Int": "integer", "UnsignedInt": "integer unsigned"},
    "mongodb": {"ObjectId": "objectId"},
}

_SERIAL = {"integer": "serial", "bigint": "bigserial", "smallint": "smallserial"}


def scalar_type(type_: str, dialect: Dialect) -> str:
    """The type of a column of a scalar type that names no native one."""
    return _TYPES[dialect][type_]


def native_type(name: str, arguments: tuple[str, ...], dialect: Dialect) -> str:
    """The type that `@db.Name(arguments)` stands for."""
    written = _NATIVE.get(dialect, {}).get(name)
    if written is None:
        if name.startswith("Unsigned"):
            name = f"{name.removeprefix('Unsigned')} unsigned"
        written = name.lower()
    if not arguments:
        return written
    base, _, sign = written.partition(" ")
    return f"{base}({','.join(arguments).lower()})" + (f" {sign}" if sign else "")


def counting_type(type_: str, dialect: Dialect) -> str:
    """The type of a column with `@default(autoincrement())`."""
    return _SERIAL.get(type_, type_) if dialect == "postgresql" else type_


def default_restricts(dialect: Dialect) -> bool:
    """Whether a required relation is ON DELETE RESTRICT: SQL Server knows only NO ACTION."""
    return dialect != "sqlserver"


def has_enums(dialect: Dialect) -> bool:
    """Whether an enum is a type of its own in the database."""
    return dialect in ("postgresql", "cockroachdb")
