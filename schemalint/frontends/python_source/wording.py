"""Python source in a sentence: short enough to be read there, and on one line."""

from __future__ import annotations

import re

_ROOM = 72
_NAME = re.compile(r"[\w.]+")


def on_one_line(source: str) -> str:
    """The source of an expression in one line; of a call that is too long for that, the name and dots."""
    words = " ".join(source.split()).replace("( ", "(").replace(", )", ")").replace(" )", ")")
    if len(words) <= _ROOM:
        return words
    name = _NAME.match(words)
    return f"{name[0]}(…)" if name else f"{words[: _ROOM - 1]}…"
