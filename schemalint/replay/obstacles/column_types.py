"""Types that a column can't be of."""

from __future__ import annotations

from schemalint.catalog import Catalog
from schemalint.knowledge.dialects import MYSQL_FAMILY
from schemalint.knowledge.numbers import whole_number
from schemalint.knowledge.types import (
    base_type,
    is_foreign_to_postgresql,
    lacks_length,
)

_ROW = 65_535
"""The bytes in a row of MySQL's ("Limits on Table Column Count and Row Size" in its manual)."""


def obstacle_of_type(catalog: Catalog, type_: str) -> str | None:
    """A type that only other databases have and nobody made, or one that MySQL wants a length of."""
    if catalog.dialect in MYSQL_FAMILY:
        if lacks_length(type_):
            return f"{type_} needs a length"
        name, _, length = type_.lower().partition("(")
        if not lacks_length(name):
            return None
        given = whole_number(length.rstrip(")"))
        return f"{type_} is longer than a row may be" if given is not None and given > _ROW else None
    if catalog.dialect != "postgresql" or not is_foreign_to_postgresql(type_):
        return None
    made = any(name == base_type(type_) for _, name in catalog.types)
    return None if made else f"there is no type {type_}"
