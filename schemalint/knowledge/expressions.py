"""SQL expressions and default values as they are compared, and not as they were written."""

from __future__ import annotations

import re

NOT_KNOWN = "..."
"""Stands in an expression for a part that was not understood."""

_CAST = re.compile(
    r"::\s*(?:character varying|double precision|bit varying|[\w.\"]+)(?:\s*\([\d, ]*\))?"
    r"(?:\s+with(?:out)? time zone)?(?:\s*\[\s*\])*"
)
_NOISE = re.compile(r"[\s()\"`]")


def normal(expression: str | None) -> str:
    """An expression as it is compared: without casts, brackets, quotes around names and spaces."""
    if expression is None:
        return ""
    return _NOISE.sub("", _CAST.sub("", expression.lower())).replace("!=", "<>")


_TOKEN = re.compile(r"'(?:[^']|'')*'|[\w.]+|[^\w\s()\[\],\"`]+")
_LIST_WORDS = frozenset({"any", "array", "in", "="})


def significant(expression: str | None) -> tuple[str, ...]:
    """What of a condition decides whether it is another one, in its order.

    Brackets, casts and quotes don't, nor whether a list is written with IN or with ANY.
    """
    if expression is None:
        return ()
    text = _CAST.sub("", expression).replace("!=", "<>")
    tokens = (token if token[0] == "'" else token.lower() for token in _TOKEN.findall(text))
    return tuple(token for token in tokens if token not in _LIST_WORDS)


_WRITTEN = re.compile(r"[eExXbBnN]?'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\S+")
_CLOSE_BEFORE = frozenset({"(", "[", "::", "."})
_CLOSE_BEHIND = frozenset({")", "]", ",", "::", "."})
_BEFORE_BRACKETS = frozenset(
    "and or not in as is then else when case between like any all some over filter check values using".split()
)


def written_tokens(expression: str) -> list[str]:
    """The tokens of an expression that has blanks between them; those within quotes part nothing."""
    return _WRITTEN.findall(expression)


def tidy(expression: str) -> str:
    """An expression whose tokens stand apart, as a person would write it: `lower(email)`, `'x'::text`."""
    text, last = "", ""
    for token in written_tokens(expression):
        opens = token in ("(", "[") and (last[:1].isidentifier() or last[:1] == '"')
        called = opens and last.lower() not in _BEFORE_BRACKETS
        close = not text or last in _CLOSE_BEFORE or token in _CLOSE_BEHIND or called
        text += token if close else f" {token}"
        last = token
    return text
