"""`__visit_name__` of SQLAlchemy's types, by which programs tell them apart."""

from __future__ import annotations

import re

_NAMES: dict[str, dict[str, str]] = {
    "": {
        "DateTime": "datetime",
        "INT": "INTEGER",
        "MatchType": "boolean",
        "NullType": "null",
        "UserDefinedType": "user_defined",
        **dict.fromkeys(("Interval", "PickleType", "Variant", "AutoString"), "type_decorator"),
    },
    "postgresql": {"ENUM": "enum"},
    "sqlite": {"DATE": "date", "DATETIME": "datetime", "TIME": "time"},
    "mysql": {},
}
"""The visit names of each package that aren't the words of the class (SQLAlchemy 2.1)."""


def visit_name(name: str, package: str) -> str | None:
    """The `__visit_name__` of a class of types, None if not known; the generic ones are of the package ""."""
    if package not in _NAMES:
        return None
    words = name if name.isupper() else re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    return _NAMES[package].get(name, words)
