"""PostgreSQL's enum types, which tables make without being told."""

from __future__ import annotations

from schemalint.catalog import Name
from schemalint.frontends.sqlalchemy_constructs.types import ENUM_NAMES, TypeObject
from schemalint.knowledge.dialects import POSTGRESQL_FAMILY, Dialect
from schemalint.operations import CreateType, DropType, Operation
from schemalint.source import Span


def type_name(value: TypeObject, dialect: Dialect) -> Name | None:
    """The name of the type that an enum needs in a database of this dialect; None if it needs none."""
    if dialect not in POSTGRESQL_FAMILY or value.name not in ENUM_NAMES:
        return None
    if value.keywords.get("native_enum") is False:
        return None
    name = value.enum_name()
    if not isinstance(name, str) or not name:
        return None
    schema = value.keywords.get("schema")
    return Name(name, schema if isinstance(schema, str) else None)


def made_with_table(value: TypeObject) -> bool:
    """Whether making a table makes the type."""
    return value.keywords.get("create_type") is not False


def create_type(value: TypeObject, dialect: Dialect, span: Span | None, *, checks: bool) -> list[Operation]:
    """CREATE TYPE … AS ENUM."""
    name = type_name(value, dialect)
    if name is None:
        return []
    return [CreateType(name=name, labels=value.labels(), if_not_exists=checks, span=span)]


def drop_type(value: TypeObject, dialect: Dialect, span: Span | None, *, checks: bool) -> list[Operation]:
    """DROP TYPE."""
    name = type_name(value, dialect)
    return [] if name is None else [DropType(name=name, if_exists=checks, span=span)]
