"""Places as SARIF writes them: percent-encoded URIs, columns in UTF-16 code units, messages with links."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Any

from schemalint.diagnostic import Region
from schemalint.printable import printable
from schemalint.reporters import Context
from schemalint.source import Position, Sources, UnreadableFile

BASE = "%SRCROOT%"
"""The name that code scanning gives to the top folder of the repository."""


_ABOVE_BASIC_PLANE = re.compile("[\U00010000-\U0010ffff]")


class Places:
    """Writes the places of one report."""

    def __init__(self, sources: Sources, context: Context) -> None:
        self._sources = sources
        self._prefix = context.from_repository
        self._uris: dict[str, str] = {}
        self._surrogate_pairs: dict[str, list[int]] = {}

    def artifact(self, path: str) -> dict[str, Any]:
        """The artifactLocation of a file."""
        uri = self._uris.get(path)
        if uri is None:
            uri = self._uris[path] = _uri(self._prefix + path)
        return {"uri": uri, "uriBaseId": BASE}

    def physical(self, region: Region) -> dict[str, Any]:
        """The physicalLocation of a region."""
        return {
            "artifactLocation": self.artifact(region.path),
            "region": self.region(region.path, region.start, region.end),
        }

    def region(self, path: str, start: Position, end: Position) -> dict[str, Any]:
        """The region from `start` up to `end`."""
        return {
            "startLine": start.line,
            "startColumn": self._column(path, start),
            "endLine": end.line,
            "endColumn": self._column(path, end),
        }

    def offsets(self, path: str, start: int, end: int) -> dict[str, Any]:
        """The region between two offsets into the text of a file."""
        file = self._sources.read(path)
        return self.region(path, file.position(start), file.position(end))

    def _column(self, path: str, position: Position) -> int:
        """The column in UTF-16 code units, of which a character above the basic plane takes two."""
        pairs = self._surrogate_pairs.get(path)
        if pairs is None:
            pairs = self._surrogate_pairs[path] = _above_the_basic_plane(self._sources, path)
        if not pairs:
            return position.column
        start, _ = self._sources.read(path).line_bounds(position.line)
        before = bisect_left(pairs, start + position.column - 1) - bisect_left(pairs, start)
        return position.column + before


def message(text: str) -> str:
    """Text that is shown as it is, so that nothing in it becomes a link."""
    return printable(text).replace("](", "] (")


def link(text: str, identifier: int) -> str:
    """A link to a related location of the same result."""
    escaped = message(text).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return f"[{escaped}]({identifier})"


def _uri(path: str) -> str:
    """A relative URI reference; a path is bytes in the end, whatever they mean."""
    from urllib.parse import quote_from_bytes

    uri = quote_from_bytes(path.encode("utf-8", "surrogateescape"), safe="/!$&'()*+,;=@-._~")
    return f"./{uri}" if uri.startswith("/") else uri


def _above_the_basic_plane(sources: Sources, path: str) -> list[int]:
    """The offsets of such characters in a file."""
    try:
        text = sources.read(path).text
    except UnreadableFile:
        return []
    return [] if text.isascii() else [match.start() for match in _ABOVE_BASIC_PLANE.finditer(text)]
