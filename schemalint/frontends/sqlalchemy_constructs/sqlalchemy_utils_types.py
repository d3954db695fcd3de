"""What the types of sqlalchemy-utils are in a database: the `impl` of each decorator (version 0.42)."""

from __future__ import annotations

from collections.abc import Callable

from schemalint.frontends.python_interpreter.values import Value
from schemalint.frontends.sqlalchemy_constructs.types import TypeClass, TypeObject
from schemalint.knowledge.dialects import POSTGRESQL_FAMILY, Dialect

UTILS = "sqlalchemy_utils"
"""The package."""

_Made = Callable[[TypeObject, Dialect], TypeObject | None]


def utils_implementation(value: TypeObject, dialect: Dialect) -> TypeObject | None:
    """The type of SQLAlchemy that one of sqlalchemy-utils decorates; None where that can't be told."""
    made = _MADE.get(value.name)
    return made(value, dialect) if made is not None else None


def utils_natives() -> dict[str, Value]:
    """The types by the paths that they are imported from."""
    found: dict[str, Value] = {}
    for name, modules in _MODULES.items():
        for path in ("", ".types", *(f".types.{module}" for module in modules.split())):
            found[f"{UTILS}{path}.{name}"] = TypeClass(name, UTILS)
    return found


def _always(name: str, *arguments: Value) -> _Made:
    return lambda value, dialect: TypeObject(name, list(arguments), {})


def _sized(position: int, keyword: str, default: int) -> _Made:
    """A string of the length that stands at a position of the arguments, or under a keyword."""

    def made(value: TypeObject, dialect: Dialect) -> TypeObject | None:
        length = value.get(position, keyword, default)
        return TypeObject("Unicode", [length], {}) if isinstance(length, int) else None

    return made


def _encrypted(value: TypeObject, dialect: Dialect) -> TypeObject | None:
    """`StringEncryptedType(type_in, key, engine, padding, **kwargs)`: a string of the length among them."""
    length = value.keywords.get("length")
    return TypeObject("String", [length], {}) if length is None or isinstance(length, int) else None


def _choice(value: TypeObject, dialect: Dialect) -> TypeObject | None:
    """`ChoiceType(choices, impl=None)`."""
    given = value.get(1, "impl")
    if given is None:
        return TypeObject("Unicode", [255], {})
    if isinstance(given, TypeClass):
        return TypeObject(given.short, [], {}, package=given.package)
    return given if isinstance(given, TypeObject) and given.cls is None else None


def _json(value: TypeObject, dialect: Dialect) -> TypeObject | None:
    return TypeObject("JSON" if dialect in POSTGRESQL_FAMILY else "UnicodeText", [], {})


def _moment(value: TypeObject, dialect: Dialect) -> TypeObject | None:
    zoned = value.get(0, "timezone", False)
    return TypeObject("DateTime", [], {"timezone": zoned}) if isinstance(zoned, bool) else None


def _uuid(value: TypeObject, dialect: Dialect) -> TypeObject | None:
    """`UUIDType(binary=True, native=True)`."""
    if dialect in POSTGRESQL_FAMILY and value.get(1, "native") is not False:
        return TypeObject("UUID", [], {}, package="postgresql")
    if dialect == "sqlserver":
        return TypeObject("UNIQUEIDENTIFIER", [], {}, package="mssql")
    if value.get(0, "binary") is False:
        return TypeObject("CHAR", [32], {})
    return TypeObject("BINARY", [16], {})


_MADE: dict[str, _Made] = {
    "UUIDType": _uuid,
    "EmailType": _sized(0, "length", 255),
    "PhoneNumberType": _sized(1, "max_length", 20),
    "ColorType": _sized(0, "max_length", 20),
    "IPAddressType": _sized(0, "max_length", 50),
    "LocaleType": _always("Unicode", 10),
    "TimezoneType": _always("Unicode", 50),
    "CountryType": _always("String", 2),
    "CurrencyType": _always("String", 3),
    "URLType": _always("UnicodeText"),
    "ScalarListType": _always("UnicodeText"),
    "JSONType": _json,
    "ArrowType": _moment,
    "EncryptedType": _always("LargeBinary"),
    "StringEncryptedType": _encrypted,
    "ChoiceType": _choice,
}
_MODULES = {
    **{name: name.removesuffix("Type").lower() for name in _MADE},
    "PhoneNumberType": "phone_number",
    "IPAddressType": "ip_address",
    "ScalarListType": "scalar_list",
    "EncryptedType": "encrypted.encrypted_type encrypted",
    "StringEncryptedType": "encrypted.encrypted_type encrypted",
}
