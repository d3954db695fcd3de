"""Types as SQLAlchemy reads them back from SQLite, and writes them again where it makes a table anew.

Source: `ischema_names` and `_resolve_type_affinity` in `dialects/sqlite/base.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from schemalint.source import Sources, UnreadableFile

_KNOWN = frozenset(
    "bigint blob bool boolean char date date_char datetime datetime_char double double_precision decimal"
    " float int integer json numeric real smallint text time time_char timestamp varchar nvarchar".split()
)
_TYPE = re.compile(r"([\w ]+?)\s*(\(.*\))?\Z", re.DOTALL)


_REGISTERED = re.compile(rb"""ischema_names\s*\[\s*["'](\w+)["']\s*\]\s*=[^=]""")


def registered_types(sources: Sources) -> frozenset[str]:
    """The types that a program adds to those that SQLAlchemy knows, in whichever of its files."""
    found: set[str] = set()
    for path in sources.ending(".py"):
        try:
            found.update(name.decode().lower() for name in _REGISTERED.findall(sources.bytes(path)))
        except UnreadableFile:
            continue
    return frozenset(found)


def read_back(type_: str, registered: Callable[[], frozenset[str]]) -> str:
    """What a type becomes; one that is not known goes by its affinity, as SQLite itself takes it.

    `registered` gives the types that the program adds to those that are known.
    """
    match = _TYPE.match(type_)
    if match is None or match[1].lower() in _KNOWN or match[1].lower() in registered():
        return type_
    name, arguments = match[1].lower(), match[2] or ""
    if "int" in name:
        return "integer"
    if any(part in name for part in ("char", "clob", "text")):
        return f"text{arguments}"
    if "blob" in name:
        return "blob"
    if any(part in name for part in ("real", "floa", "doub")):
        return "real"
    return f"numeric{arguments}"
