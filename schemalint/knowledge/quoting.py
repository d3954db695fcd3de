"""A name as SQL writes it, in quotes only where it needs them."""

from __future__ import annotations

import re

from schemalint.knowledge.dialects import MYSQL_FAMILY, Dialect
from schemalint.knowledge.reserved_words import RESERVED_WORDS

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")


def quoted(name: str, dialect: Dialect) -> str:
    """The name; MySQL takes what stands in double quotes for a string."""
    if _PLAIN.fullmatch(name) and name not in RESERVED_WORDS:
        return name
    if dialect in MYSQL_FAMILY:
        return "`" + name.replace("`", "``") + "`"
    return '"' + name.replace('"', '""') + '"'
