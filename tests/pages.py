"""Test pages: Markdown whose sections are small projects, told in fenced files.

A fence opens with its language, and then words: a word with a dot in it is the file's path, another one is
a note to the test ("mysql", "fixed"). Without a path a Prisma fence is `schema.prisma`, an SQL fence
`migrations/1_init.sql`. What a section is called is the nearest heading above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_FENCE = re.compile(
    r"^(?P<ticks>`{3,})(?P<info>[^`\n]*)\n(?P<text>.*?)^(?P=ticks)[ \t]*$", re.MULTILINE | re.DOTALL
)
_HEADING = re.compile(r"^#{1,6} +(.*?) *$", re.MULTILINE)
_PATHS = {"prisma": "schema.prisma", "sql": "migrations/1_init.sql", "toml": "schemalint.toml"}


@dataclass(frozen=True)
class Fence:
    """One fenced file: its language, its path, the other words behind the language, and its text."""

    language: str
    path: str
    notes: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Section:
    """The fences below one heading; `line` is where the heading stands in the page."""

    page: Path
    title: str
    line: int
    fences: tuple[Fence, ...] = field(default=())

    @property
    def files(self) -> Mapping[str, str]:
        """The files of the project, by path."""
        return {fence.path: fence.text for fence in self.fences if "fixed" not in fence.notes}

    def __str__(self) -> str:
        return f"{self.page.stem}: {self.title}"


def sections(page: Path) -> Iterator[Section]:
    """The sections of a page that hold fences."""
    text = page.read_text(encoding="utf-8")
    fences = list(_FENCE.finditer(text))
    covered = [(fence.start(), fence.end()) for fence in fences]
    headings = [
        heading
        for heading in _HEADING.finditer(text)
        if not any(start <= heading.start() < end for start, end in covered)
    ]
    for position, heading in enumerate(headings):
        stop = headings[position + 1].start() if position + 1 < len(headings) else len(text)
        inside = tuple(_fence(fence) for fence in fences if heading.end() <= fence.start() < stop)
        if inside:
            line = text.count("\n", 0, heading.start()) + 1
            yield Section(page=page, title=heading[1], line=line, fences=inside)


def _fence(match: re.Match[str]) -> Fence:
    words = match["info"].split()
    language = words[0] if words else ""
    path = next((word for word in words[1:] if "." in word), _PATHS.get(language, f"file.{language}"))
    notes = tuple(word for word in words[1:] if word != path)
    return Fence(language=language, path=path, notes=notes, text=match["text"])


def all_sections(folder: Path) -> list[Section]:
    """The sections of every page in a folder, in order."""
    return [section for page in sorted(folder.glob("*.md")) for section in sections(page)]
