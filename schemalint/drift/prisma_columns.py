"""Columns as Prisma's engine compares them: by native types that it knows, and by what a default means."""

from __future__ import annotations

import re

from msgspec.structs import replace

from schemalint.catalog import Catalog, Column, TableKey
from schemalint.drift import prisma_mysql, prisma_sqlite
from schemalint.knowledge.dialects import MYSQL_FAMILY
from schemalint.knowledge.types import canonical_type

_NATIVE = frozenset(
    "smallint integer bigint oid numeric money inet citext real character text bytea date boolean bit uuid"
    " xml json jsonb".split()
) | {
    "double precision",
    "character varying",
    "timestamp with time zone",
    "timestamp without time zone",
    "time with time zone",
    "time without time zone",
    "bit varying",
}
"""The types of PostgreSQL that Prisma has a name for (its reference of native types)."""

_PRECISION = re.compile(r"\(.*?\)")
_MOMENTS = ("timestamp", "date", "time")


def canonical(column: Column, catalog: Catalog) -> Column:
    """A column as the engine sees it.

    All that counts up is alike, and a generated column has its expression for a default.
    """
    if catalog.dialect != "postgresql":
        return replace(column, identity=False)
    if column.identity:
        return replace(column, identity=False, default="nextval")
    if column.generated is not None:
        return replace(column, generated=None, default=f"({column.generated})")
    return column


def beside(made: Column, declared: Column, migrated: Catalog) -> Column:
    """A migrated column as the engine sees it beside the declared one: without what it cannot tell apart."""
    if migrated.dialect == "sqlite":
        return prisma_sqlite.beside(made, declared)
    if migrated.dialect in MYSQL_FAMILY:
        return prisma_mysql.beside(made, declared)
    if migrated.dialect != "postgresql":
        return made
    one, other = (canonical_type(type_, "postgresql") for type_ in (declared.type, made.type))
    return replace(made, type=declared.type) if one != other and _look_alike(one, other, migrated) else made


def _look_alike(declared: str, made: str, migrated: Catalog) -> bool:
    """Whether two types are one written in two ways, or types of which the engine knows nothing."""
    if declared.endswith("[]") != made.endswith("[]"):
        return False
    if declared.startswith(_MOMENTS) and made in (declared.replace("(6)", ""), f"{declared}(6)"):
        return True
    if declared.startswith(_MOMENTS) and "(" not in declared and _PRECISION.sub("", made) == declared:
        return True  # one that says no precision is any
    if _is_domain(made, migrated):
        return True
    return not (_is_known(declared, migrated) or _is_known(made, migrated))


def _is_known(type_: str, migrated: Catalog) -> bool:
    plain = _PRECISION.sub("", type_.removesuffix("[]"))
    return plain in _NATIVE or any(migrated.types[key] is not None for key in _named(type_, migrated))


def _is_domain(type_: str, migrated: Catalog) -> bool:
    """Whether it may be a domain, for which the engine takes the type below."""
    return any(migrated.types[key] is None for key in _named(type_, migrated))


def _named(type_: str, migrated: Catalog) -> list[TableKey]:
    name = type_.removesuffix("[]").rpartition(".")[2]
    return [key for key in migrated.types if key[1].lower() == name]
