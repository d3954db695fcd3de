"""What the types of well-known packages are in a database, as their own compilers were seen to say.

Sources: pgvector 0.5, sqlalchemy-citext 1.8, sqlalchemy-json 0.7, advanced-alchemy 1.12 and
fastapi-users-db-sqlalchemy 7, with SQLAlchemy 2.0.
"""

from __future__ import annotations

from collections.abc import Callable

from schemalint.frontends.python_interpreter.values import Value
from schemalint.frontends.sqlalchemy_constructs.compiled_types import COMPILED
from schemalint.frontends.sqlalchemy_constructs.spatial_types import (
    SPATIAL,
    is_spatial,
    spatial_natives,
    spatial_text,
)
from schemalint.frontends.sqlalchemy_constructs.sqlalchemy_utils_types import (
    UTILS,
    utils_implementation,
    utils_natives,
)
from schemalint.frontends.sqlalchemy_constructs.types import TypeClass, TypeObject
from schemalint.knowledge.dialects import POSTGRESQL_FAMILY, Dialect

_Made = Callable[[TypeObject, Dialect], TypeObject]


def is_of_package(value: TypeObject) -> bool:
    """Whether a type is of a package that is known here, and so none of SQLAlchemy's own."""
    return value.package in _PACKAGES


def implementation(value: TypeObject, dialect: Dialect) -> TypeObject | None:
    """The type of SQLAlchemy that one of these packages is like; None where that can't be told."""
    if value.package == UTILS:
        return utils_implementation(value, dialect)
    if is_spatial(value):
        text = spatial_text(value, dialect)
        return TypeObject(text, [], {}, package=COMPILED) if text else None
    made = _MADE.get((value.package, value.name))
    return made(value, dialect) if made is not None else None


def package_natives() -> dict[str, Value]:
    """The types, and what is one type and no class, by the paths that they are imported from."""
    found: dict[str, Value] = {**utils_natives(), **spatial_natives()}
    for (package, name), modules in _MODULES.items():
        for module in modules.split():
            found[f"{module}.{name}"] = TypeClass(name, package)
    for paths, make in _READY.items():
        for path in paths.split():
            found[path] = make()
    return found


def _sized(name: str) -> _Made:
    """A type of PostgreSQL's extensions, or a string of bits, with the number that it is given."""

    def made(value: TypeObject, dialect: Dialect) -> TypeObject:
        size = value.get(0, "dim", value.keywords.get("length"))
        return TypeObject(name, [size] if isinstance(size, int) else [], {}, package="postgresql")

    return made


def _aware(value: TypeObject, dialect: Dialect) -> TypeObject:
    return TypeObject("TIMESTAMP", value.arguments, value.keywords)


def _moment(value: TypeObject, dialect: Dialect) -> TypeObject:
    return TypeObject("DateTime", [], {"timezone": True})


def _guid(value: TypeObject, dialect: Dialect) -> TypeObject:
    """`GUID(binary=True)` of advanced-alchemy."""
    if dialect in POSTGRESQL_FAMILY:
        return TypeObject("UUID", [], {}, package="postgresql")
    if value.keywords.get("binary") is False:
        return TypeObject("CHAR", [32], {})
    return TypeObject("BINARY", [16], {})


def _plain_guid(value: TypeObject, dialect: Dialect) -> TypeObject:
    if dialect in POSTGRESQL_FAMILY:
        return TypeObject("UUID", [], {}, package="postgresql")
    return TypeObject("CHAR", [36], {})


def _varying(base: str, variants: dict[str, TypeObject]) -> Callable[[], TypeObject]:
    def made() -> TypeObject:
        kind = TypeObject(base, [], {})
        kind.variants = dict(variants)
        return kind

    return made


_MADE: dict[tuple[str, str], _Made] = {
    **{("pgvector", name): _sized(name) for name in ("VECTOR", "HALFVEC", "SPARSEVEC")},
    ("pgvector", "Vector"): _sized("VECTOR"),
    ("citext", "CIText"): lambda value, dialect: TypeObject("CITEXT", [], {}, package="postgresql"),
    ("advanced_alchemy", "GUID"): _guid,
    ("advanced_alchemy", "DateTimeUTC"): _moment,
    ("fastapi_users_db_sqlalchemy", "GUID"): _plain_guid,
    ("fastapi_users_db_sqlalchemy", "TIMESTAMPAware"): _aware,
    ("sqlmodel", "UTCDateTime"): _moment,
}
_PACKAGES = frozenset({UTILS, SPATIAL, *(package for package, _ in _MADE)})
_MODULES: dict[tuple[str, str], str] = {
    ("pgvector", "Vector"): "pgvector.sqlalchemy pgvector.sqlalchemy.vector",
    ("pgvector", "VECTOR"): "pgvector.sqlalchemy pgvector.sqlalchemy.vector",
    ("pgvector", "HALFVEC"): "pgvector.sqlalchemy pgvector.sqlalchemy.halfvec",
    ("pgvector", "SPARSEVEC"): "pgvector.sqlalchemy pgvector.sqlalchemy.sparsevec",
    ("citext", "CIText"): "citext",
    ("advanced_alchemy", "GUID"): "advanced_alchemy.types advanced_alchemy.types.guid",
    ("advanced_alchemy", "DateTimeUTC"): "advanced_alchemy.types advanced_alchemy.types.datetime",
    ("fastapi_users_db_sqlalchemy", "GUID"): (
        "fastapi_users_db_sqlalchemy fastapi_users_db_sqlalchemy.generics fastapi_users.db"
    ),
    ("fastapi_users_db_sqlalchemy", "TIMESTAMPAware"): "fastapi_users_db_sqlalchemy.generics",
    ("sqlmodel", "UTCDateTime"): "sqlmodel sqlmodel.sql.sqltypes",
}
_READY: dict[str, Callable[[], TypeObject]] = {
    "sqlalchemy_json.MutableJson sqlalchemy_json.NestedMutableJson": _varying("JSON", {}),
    "advanced_alchemy.types.JsonB advanced_alchemy.types.json.JsonB": _varying(
        "JSON", {"postgresql": TypeObject("JSONB", [], {}, package="postgresql")}
    ),
    "advanced_alchemy.types.BigIntIdentity advanced_alchemy.types.identity.BigIntIdentity": _varying(
        "BigInteger", {"sqlite": TypeObject("Integer", [], {})}
    ),
}
"""Types that are ready made, by their paths."""
