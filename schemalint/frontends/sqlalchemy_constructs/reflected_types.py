"""Types that SQLAlchemy reads back from a database: the classes as which it does, and what `str()` shows."""

from __future__ import annotations

from schemalint.knowledge.dialects import Dialect
from schemalint.knowledge.types import canonical_type

CLASSES = {
    "serial": "integer",
    "bigserial": "bigint",
    "smallserial": "smallint",
    "bool": "boolean",
    "timestamp without time zone": "timestamp",
    "timestamp with time zone": "timestamp",
    "time without time zone": "time",
    "double precision": "double_precision",
    "character varying": "varchar",
}
"""What a database calls its types, and the class as which SQLAlchemy reads it back."""

_SHOWN = {
    "character varying": "VARCHAR",
    "character": "CHAR",
    **dict.fromkeys(("timestamp without time zone", "timestamp with time zone"), "TIMESTAMP"),
    **dict.fromkeys(("time without time zone", "time with time zone"), "TIME"),
}
"""What `str()` shows of types that PostgreSQL calls otherwise."""

_SHOWN_AS_THEY_ARE = frozenset(
    "integer bigint smallint text boolean uuid json jsonb bytea date real numeric interval inet cidr".split()
) | {"double precision"}
"""Types of which `str()` shows PostgreSQL's own name."""


def shown_type(text: str, dialect: Dialect) -> str | None:
    """What `str()` makes of a type that is read back from PostgreSQL (SQLAlchemy 2.0, asked of a server)."""
    name, _, rest = canonical_type(text, dialect).partition("(")
    shown = _SHOWN.get(name, name.upper() if name in _SHOWN_AS_THEY_ARE else None)
    if shown is None or dialect != "postgresql":
        return None
    numbers = [number.strip() for number in rest.partition(")")[0].split(",")] if rest else []
    if not numbers or shown in ("TIMESTAMP", "TIME", "INTERVAL"):
        return shown
    return f"{shown}({', '.join([*numbers, '0'] if shown == 'NUMERIC' and len(numbers) == 1 else numbers)})"
