"""Placeholders that a tool fills in before it runs the SQL: `${schema}`, `{{ .Prefix }}`."""

from __future__ import annotations

import re

_PLACEHOLDER = re.compile(
    r"(?P<opening>[\"`]?)"
    r"(?:\$\{(?P<dollar>[^{}\n]{1,80})\}|\{\{-?[ \t]*\.?(?P<braces>[A-Za-z_][^{}\n]{0,80}?)[ \t]*-?\}\})"
    r"(?P<closing>[\"`]?)"
)
_NOT_IN_NAMES = re.compile(r"\W+")


def without_placeholders(text: str) -> str:
    """The text with its placeholders read as SQL, offsets kept.

    One that is part of a longer name, or a schema before a dot, is taken to be empty; one that stands alone
    becomes a name of its own.
    """
    if "${" not in text and "{{" not in text:
        return text
    return _PLACEHOLDER.sub(lambda found: _filled(found, text), text)


def _filled(found: re.Match[str], text: str) -> str:
    width = found.end() - found.start()
    opening, closing = found["opening"], found["closing"]
    if opening and not closing:
        return opening.rjust(width)
    if closing and not opening:
        return closing.ljust(width)
    after = text[found.end() : found.end() + 1]
    before = text[found.start() - 1 : found.start()] if found.start() else ""
    name = _NOT_IN_NAMES.sub("_", (found["dollar"] or found["braces"]).partition(":")[0]).strip("_")
    if not name or name[0].isdigit() or after == "." or _is_part(after) or _is_part(before):
        return " " * width
    return f"  {name}".ljust(width)[:width]


def _is_part(character: str) -> bool:
    return character.isalnum() or character == "_"
