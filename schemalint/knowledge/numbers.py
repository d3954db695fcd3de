"""Numbers in what was written by anybody: text that only looks like one, or is too long for one, is none."""

from __future__ import annotations

_MOST_DIGITS = 18
"""As many as a column of 64 bits always holds; no length or precision of a type has more."""


def whole_number(text: str) -> int | None:
    """The number that a text of ASCII digits is; None for any other text, and for too many digits."""
    return int(text) if len(text) <= _MOST_DIGITS and text.isascii() and text.isdigit() else None
