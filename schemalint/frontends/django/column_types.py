"""The column types that each of Django's backends gives to fields.

Source: `data_types` and `data_type_check_constraints` in `django/db/backends/*/base.py`.
"""

from __future__ import annotations

from typing import Protocol

from schemalint.frontends.django.fields import Field
from schemalint.frontends.django.spatial import is_spatial, spatial_type
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, Dialect

_POSTGRESQL = {
    "AutoField": "integer",
    "BigAutoField": "bigint",
    "SmallAutoField": "smallint",
    "BinaryField": "bytea",
    "BooleanField": "boolean",
    "CharField": "varchar({max_length})",
    "DateField": "date",
    "DateTimeField": "timestamp with time zone",
    "DecimalField": "numeric({max_digits},{decimal_places})",
    "DurationField": "interval",
    "FileField": "varchar({max_length})",
    "FilePathField": "varchar({max_length})",
    "FloatField": "double precision",
    "IntegerField": "integer",
    "BigIntegerField": "bigint",
    "IPAddressField": "inet",
    "GenericIPAddressField": "inet",
    "JSONField": "jsonb",
    "PositiveBigIntegerField": "bigint",
    "PositiveIntegerField": "integer",
    "PositiveSmallIntegerField": "smallint",
    "SlugField": "varchar({max_length})",
    "SmallIntegerField": "smallint",
    "TextField": "text",
    "TimeField": "time",
    "UUIDField": "uuid",
}
_SQLITE = {
    "AutoField": "integer",
    "BigAutoField": "integer",
    "SmallAutoField": "integer",
    "BinaryField": "blob",
    "BooleanField": "bool",
    "CharField": "varchar({max_length})",
    "DateField": "date",
    "DateTimeField": "datetime",
    "DecimalField": "decimal",
    "DurationField": "bigint",
    "FileField": "varchar({max_length})",
    "FilePathField": "varchar({max_length})",
    "FloatField": "real",
    "IntegerField": "integer",
    "BigIntegerField": "bigint",
    "IPAddressField": "char(15)",
    "GenericIPAddressField": "char(39)",
    "JSONField": "text",
    "PositiveBigIntegerField": "bigint unsigned",
    "PositiveIntegerField": "integer unsigned",
    "PositiveSmallIntegerField": "smallint unsigned",
    "SlugField": "varchar({max_length})",
    "SmallIntegerField": "smallint",
    "TextField": "text",
    "TimeField": "time",
    "UUIDField": "char(32)",
}
_MYSQL = {
    "AutoField": "integer",
    "BigAutoField": "bigint",
    "SmallAutoField": "smallint",
    "BinaryField": "longblob",
    "BooleanField": "bool",
    "CharField": "varchar({max_length})",
    "DateField": "date",
    "DateTimeField": "datetime(6)",
    "DecimalField": "numeric({max_digits},{decimal_places})",
    "DurationField": "bigint",
    "FileField": "varchar({max_length})",
    "FilePathField": "varchar({max_length})",
    "FloatField": "double precision",
    "IntegerField": "integer",
    "BigIntegerField": "bigint",
    "IPAddressField": "char(15)",
    "GenericIPAddressField": "char(39)",
    "JSONField": "json",
    "PositiveBigIntegerField": "bigint unsigned",
    "PositiveIntegerField": "integer unsigned",
    "PositiveSmallIntegerField": "smallint unsigned",
    "SlugField": "varchar({max_length})",
    "SmallIntegerField": "smallint",
    "TextField": "longtext",
    "TimeField": "time(6)",
    "UUIDField": "char(32)",
}
_AUTO_TARGETS = {
    "AutoField": "IntegerField",
    "BigAutoField": "BigIntegerField",
    "SmallAutoField": "SmallIntegerField",
}
_POSITIVE = {
    "PositiveBigIntegerField": "BigIntegerField",
    "PositiveIntegerField": "IntegerField",
    "PositiveSmallIntegerField": "SmallIntegerField",
}

LIMITED = frozenset(
    {
        "tinyblob",
        "blob",
        "mediumblob",
        "longblob",
        "tinytext",
        "text",
        "mediumtext",
        "longtext",
        "json",
    }
)
"""Types of MySQL that Django never indexes by itself."""


class Targets(Protocol):
    """What can say which field a relation refers to, and what the database has."""

    @property
    def has_native_uuid(self) -> bool:
        """Whether Django uses a type of MariaDB's for UUIDs."""

    def target_field(self, field: Field) -> Field | None:
        """The field that a foreign key refers to; None where it is not known."""


def column_type(field: Field, targets: Targets, dialect: Dialect, depth: int = 0) -> str | None:
    """The type of a field's column, in lower case; None where it has no column, "" where it is not known."""
    if not field.has_column:
        return None
    if depth > 20:
        return ""
    if field.is_relation:
        return _relation_type(field, targets, dialect, depth)
    kind = field.type
    if is_spatial(field):
        return spatial_type(field, dialect)
    if kind.column_type is not None:
        if isinstance(kind.column_type, str):
            return kind.column_type
        family = "postgresql" if dialect in POSTGRESQL_FAMILY else dialect
        return kind.column_type.get(family, kind.column_type.get("", ""))
    if kind.internal == "UUIDField" and targets.has_native_uuid:
        return "uuid"
    if kind.internal == "ArrayField":
        inner = column_type(field.base, targets, dialect, depth + 1) if field.base is not None else ""
        size = field.option("size")
        return f"{inner}[{size if isinstance(size, int) else ''}]"
    if kind.internal == "GeneratedField":
        return column_type(field.base, targets, dialect, depth + 1) if field.base is not None else ""
    return _formatted(_table(dialect).get(kind.internal, ""), field)


def _relation_type(field: Field, targets: Targets, dialect: Dialect, depth: int) -> str | None:
    """`rel_db_type`: an AutoField is referred to by an integer."""
    target = targets.target_field(field)
    if target is None:
        return "integer"
    internal = target.type.internal
    if internal in _AUTO_TARGETS:
        return _table(dialect)[_AUTO_TARGETS[internal]]
    if internal in _POSITIVE and dialect not in MYSQL_FAMILY:
        return _table(dialect)[_POSITIVE[internal]]
    return column_type(target, targets, dialect, depth + 1)


def _table(dialect: Dialect) -> dict[str, str]:
    if dialect in MYSQL_FAMILY:
        return _MYSQL
    return _SQLITE if dialect == "sqlite" else _POSTGRESQL


def _formatted(template: str, field: Field) -> str:
    if "{max_length}" in template:
        length = field.option("max_length")
        return template.format(max_length=length) if isinstance(length, int) else template.partition("(")[0]
    if "{max_digits}" in template:
        digits, places = field.option("max_digits"), field.option("decimal_places")
        if not isinstance(digits, int) or not isinstance(places, int):
            return template.partition("(")[0]
        return template.format(max_digits=digits, decimal_places=places)
    return template


def column_check(field: Field, column: str, dialect: Dialect) -> str | None:
    """The CHECK that comes with a field's column, about a column of that name."""
    if field.type.column_type is not None:
        return None
    if field.type.internal in _POSITIVE and not field.is_relation:
        return f'"{column}" >= 0'
    if field.type.internal == "JSONField":
        if dialect == "sqlite":
            return f'(JSON_VALID("{column}") OR "{column}" IS NULL)'
        if dialect == "mariadb":
            return f"JSON_VALID(`{column}`)"
    return None
