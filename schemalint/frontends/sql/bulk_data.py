"""Rows in large dumps, taken out before the text is lexed: they are most of it, and shape no catalog."""

from __future__ import annotations

import re

_LARGE = 300_000
_ROWS = (
    r"(?im)^(?:INSERT|REPLACE)[ \t]+INTO[ \t][^\n]*+\n?(?:(?<=\n)\([^\n]*\),[ \t]*\r?\n)*+"
    r"(?:(?<=\);)|(?<=\);\n)|(?<=\);\r\n)|(?<=\n)\([^\n]*\);)"
)


def without_rows(text: str) -> str:
    """A large text with INSERT statements blanked as dumps write them, offsets kept; others as they are."""
    if len(text) < _LARGE:
        return text
    return re.compile(_ROWS).sub(lambda found: " " * len(found[0]), text)
