"""Files that hold the up and the down part of a migration, told apart by marked comment lines."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from msgspec import Struct

from schemalint.frontends.sql.plan import Part
from schemalint.frontends.sql.tree import Tree
from schemalint.reading import Unreadable
from schemalint.source import SourceFile, Span


class Mark(Struct, frozen=True):
    """A comment line with a tool's mark: its place in the text, and the words behind the mark."""

    start: int
    end: int
    words: tuple[str, ...]


class Sections(Struct, frozen=True, kw_only=True):
    """The parts of one file. `down` is None where no part is marked as such."""

    up: tuple[Part, ...]
    down: tuple[Part, ...] | None
    marker: Span | None
    unreadable: tuple[Unreadable, ...]


_LOWER = {ord("A") + place: ord("a") + place for place in range(26)}


def marked_lines(text: str, mark: str) -> Iterator[Mark]:
    """The lines that are a `--` comment and whose first word begins with `mark`, in any case."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a letter whose lower case is longer
        lowered = text.translate(_LOWER)
    at = lowered.find(mark)
    while at >= 0:
        start = text.rfind("\n", 0, at) + 1
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        before = text[start:at].strip()
        if before.startswith("--") and not before.strip("- \t"):
            yield Mark(start, end, tuple(text[at + len(mark) : end].split()))
        at = lowered.find(mark, end)


def has_mark(tree: Tree, folder: str, mark: str) -> bool:
    """Whether one of a folder's first files has a line with the mark, and does not only mention it."""
    return tree.mentions(folder, mark) and any(
        True for head in tree.heads(folder) for _ in islice(marked_lines(head, mark), 1)
    )


def divided(file: SourceFile, marks: list[tuple[str, Mark]], first: str) -> Sections:
    """The parts between the marks called "up" and "down".

    Those called "begin" and "end" stand around one statement, which ends there without a semicolon; marks of
    another name divide nothing. `first` is how the tool writes the mark that every file needs: without it,
    nothing is run.
    """
    path = file.path
    parts: dict[str, list[Part]] = {"up": [], "down": []}
    marker: Span | None = None
    section: list[Part] | None = None
    start = 0
    for name, mark in marks:
        if name not in (*parts, "begin", "end"):
            continue
        if section is not None:
            section.append(Part(path, start, mark.start))
        section = parts.get(name, section)
        start = mark.end
        if name == "down" and marker is None:
            marker = file.span(mark.start, mark.end)
    if section is not None:
        section.append(Part(path, start, len(file.text)))
    unreadable: tuple[Unreadable, ...] = ()
    if not parts["up"]:
        unreadable = (
            Unreadable(first_line(file), f"the tool finds no up part: the line `{first}` is missing"),
        )
        parts["up"].append(Part(path, 0, 0))
    return Sections(
        up=tuple(parts["up"]),
        down=tuple(parts["down"]) if marker is not None else None,
        marker=marker,
        unreadable=unreadable,
    )


def unbalanced(
    file: SourceFile, marks: list[tuple[str, Mark]], opening: str, closing: str
) -> list[Unreadable]:
    """The first mark of a statement block that is opened or closed once too often."""
    found: list[Unreadable] = []
    opened: Mark | None = None
    for name, mark in marks:
        if name == opening:
            if opened is not None:
                found.append(Unreadable(file.span(opened.start, opened.end), "this block is never closed"))
            opened = mark
        elif name == closing:
            if opened is None:
                found.append(
                    Unreadable(file.span(mark.start, mark.end), "this closes a block that was never opened")
                )
            opened = None
    if opened is not None:
        found.append(Unreadable(file.span(opened.start, opened.end), "this block is never closed"))
    return found[:1]


def first_line(file: SourceFile, start: int = 0) -> Span:
    """The first line from `start` on that is not blank; where to report about a file or a part as a whole."""
    text = file.text
    while start < len(text) and text[start].isspace():
        start += 1
    end = text.find("\n", start)
    return file.span(start, len(text) if end < 0 else end)
