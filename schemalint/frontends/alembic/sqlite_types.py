"""Types as SQLAlchemy reads them back from SQLite, and writes them again where it makes a table anew.

Source: `ischema_names` and `_resolve_type_affinity` in `dialects/sqlite/base.py`.
"""

from __future__ import annotations

import re

_KNOWN = frozenset(
    "bigint blob bool boolean char date date_char datetime datetime_char double double_precision decimal"
    " float int integer json numeric real smallint text time time_char timestamp varchar nvarchar".split()
)
_TYPE = re.compile(r"([\w ]+?)\s*(\(.*\))?\Z", re.DOTALL)


def read_back(type_: str) -> str:
    """What a type becomes; one that is not known goes by its affinity, as SQLite itself takes it."""
    match = _TYPE.match(type_)
    if match is None or match[1].lower() in _KNOWN:
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
