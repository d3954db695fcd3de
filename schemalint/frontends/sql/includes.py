"""Files that a script runs in its place, by include commands of psql, mysql and sqlite3."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from schemalint.frontends.sql.plan import Part
from schemalint.frontends.sql.tree import join, parent
from schemalint.source import Sources, Span

_INCLUDE = (
    r"(?im)^[ \t]*(?:\\ir?|\\include(?:_relative)?|\\\.|source|\.read)[ \t]+"
    r"(?P<quote>['\"]?)(?P<path>[^\s'\"]+\.sql)(?P=quote)[ \t]*;?[ \t]*\r?$"
)
_DEEPEST = 8
MOST = 2_000
"""How many files one history may include, again and again ones counted."""


def with_includes(part: Part, sources: Sources, text: str) -> Iterator[Part | Span]:
    """The part in pieces, with the files that it includes between them, or the place of one not there."""
    end = len(text) if part.end is None else part.end
    at = part.start
    for found in re.compile(_INCLUDE).finditer(text, part.start, end):
        if found.start() > at:
            yield Part(part.path, at, found.start(), part.text)
        path = _resolved(found["path"], part.path, sources)
        yield Span(part.path, found.start(), found.end()) if path is None else Part(path)
        at = found.end()
    if at < end or at == part.start:
        yield Part(part.path, at, end, part.text)


@lru_cache(maxsize=2)  # a file of many parts is asked for once for each
def includes_files(text: str) -> bool:
    """Whether a text may include files: a first look that costs nothing."""
    return ".sql" in text and re.compile(_INCLUDE).search(text) is not None


def is_too_deep(paths: tuple[str, ...]) -> bool:
    """Whether these files, each included by the one before, go in a circle or on for ever."""
    return len(paths) > _DEEPEST or len(set(paths)) < len(paths)


def _resolved(path: str, including: str, sources: Sources) -> str | None:
    """The file that is meant, seen from the including file's folder or from one above, where a tool runs."""
    folder = parent(including)
    path = path.removeprefix("./").lstrip("/")
    while path.startswith("../"):
        path, folder = path[3:], parent(folder)
    while True:
        candidate = join(folder, path)
        if candidate in sources:
            return candidate
        if not folder:
            return None
        folder = parent(folder)
