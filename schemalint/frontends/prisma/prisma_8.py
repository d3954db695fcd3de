"""Knows a Prisma 8 schema, whose language is another one: there a relation has an index unless it says no."""

from __future__ import annotations

import re

from schemalint.frontends.prisma.schema import File
from schemalint.frontends.prisma.syntax import Attribute, Field, Text
from schemalint.source import Span

_BLOCK = r"(?m)^[^\S\r\n]*(?:types|namespace)(?:[^\S\r\n]+[^\W_][\w-]*)?[^\S\r\n]*\{"


def prisma_8_place(file: File) -> Span | None:
    """What shows that a file is Prisma 8; None where nothing does."""
    start = len(file.text) - len(file.text.lstrip())
    if file.text.startswith("//", start):
        first = file.text[start:].split("\n", 1)[0].rstrip()
        if first.lstrip("/").split()[:2] in (["use", "prisma-next"], ["use", "prisma-8"]):
            return Span(file.path, start, start + len(first))
    if "types" in file.text or "namespace" in file.text:
        from schemalint.frontends.prisma.recovery import without_comments

        opening = re.search(_BLOCK, without_comments(file.text))
        if opening is not None:
            start = opening.end() - len(opening[0].lstrip())
            return Span(file.path, start, opening.end())
    if 'type: "' in file.text or "index:" in file.text:
        for block in file.blocks:
            for line in block.lines:
                place = _shown_by(line) if isinstance(line, (Attribute, Field)) else None
                if place is not None:
                    return Span(file.path, place.start, place.end)
    return None


def _shown_by(line: Attribute | Field) -> Attribute | None:
    """An index whose `type` is a string, or a relation that says whether it has an index."""
    if isinstance(line, Attribute):
        return line if line.name in ("index", "unique") and isinstance(line.argument("type"), Text) else None
    relation = line.attribute("relation")
    return relation if relation is not None and relation.argument("index") is not None else None
