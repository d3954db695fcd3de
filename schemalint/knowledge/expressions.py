"""SQL expressions and default values as they are compared, and not as they were written."""

from __future__ import annotations

import re

_CAST = re.compile(r"::\s*(?:character varying|double precision|[\w.\"]+)(?:\s*\([\d, ]*\))?(?:\s*\[\s*\])*")
_NOISE = re.compile(r"[\s()\"`]")


def normal(expression: str | None) -> str:
    """An expression as it is compared: without casts, brackets, quotes around names and spaces."""
    if expression is None:
        return ""
    return _NOISE.sub("", _CAST.sub("", expression.lower())).replace("!=", "<>")
