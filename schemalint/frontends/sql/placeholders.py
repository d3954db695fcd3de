"""Placeholders that a tool fills in before it runs the SQL: `${schema}`, `{{ .Prefix }}`."""

from __future__ import annotations

import re
from functools import lru_cache

_PLACEHOLDER = (
    r"(?P<opening>[\"`]?)"
    r"(?:\$\{(?P<dollar>[^{}\n]{1,80})\}|\{\{-?(?P<braces>[^{}\n]{0,300}?)-?\}\})"
    r"(?P<closing>[\"`]?)"
)
_VALUE = r"[ \t]*\.?[A-Za-z_][\w.:-]*[ \t]*"
_DECIDES = r"\{[{%]-?[ \t]*(?:if|range|for|else)\b"
_NOT_IN_NAMES = r"\W+"


def without_placeholders(text: str) -> str:
    """The text with its placeholders read as SQL, offsets kept.

    One that is part of a longer name, or a schema before a dot, is taken to be empty; one that stands alone
    becomes a name of its own, and so does a call, whose outcome is unknown. A template's comment is nothing.
    """
    if "${" not in text and "{{" not in text:
        return text
    return re.compile(_PLACEHOLDER).sub(lambda found: _filled(found, text), text)


@lru_cache(maxsize=2)  # a file of many parts is asked for once for each
def is_decided_by_template(text: str) -> bool:
    """Whether a template decides which parts of the SQL are run at all."""
    return ("{{" in text or "{%" in text) and re.compile(_DECIDES).search(text) is not None


def _filled(found: re.Match[str], text: str) -> str:
    width = found.end() - found.start()
    opening, closing = found["opening"], found["closing"]
    if opening and not closing:
        return opening.rjust(width)
    if closing and not opening:
        return closing.ljust(width)
    said = (found["dollar"] or found["braces"]).strip(" \t")
    after = text[found.end() : found.end() + 1]
    before = text[found.start() - 1 : found.start()] if found.start() else ""
    name = re.compile(_NOT_IN_NAMES).sub("_", said.partition(":")[0]).strip("_")
    if said.startswith("/*") or not name or name[0].isdigit():
        return " " * width
    if re.compile(_VALUE).fullmatch(said) and (after == "." or _is_part(after) or _is_part(before)):
        return " " * width
    return f"  {name}".ljust(width)[:width]


def _is_part(character: str) -> bool:
    return character.isalnum() or character == "_"
