"""Numbers as schemas write them: lengths, precisions, positions."""

from __future__ import annotations

_MOST_DIGITS = 18
"""Of 64 bits; no database counts further, and Python itself refuses to read more than 4,300."""


def whole_number(text: str) -> int | None:
    """The number that decimal digits stand for; None where the text is none, or one beyond any database."""
    return int(text) if len(text) <= _MOST_DIGITS and text.isdecimal() else None
