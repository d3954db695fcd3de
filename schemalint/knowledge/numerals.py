"""Numbers that are written in a schema: a file may hold any digits, and Python reads not all of them."""

from __future__ import annotations

_LONGEST = 18


def whole_number(text: str) -> int | None:
    """The number that ASCII digits write; None for other text, and for more digits than 64 bits hold.

    `int` fails on digits such as `²`, and on more than 4,300 of them
    (https://docs.python.org/3/library/stdtypes.html#int-max-str-digits).
    """
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST else None
