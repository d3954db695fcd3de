"""Places as SARIF writes them: percent-encoded URIs, columns in UTF-16 code units, messages with links."""

from __future__ import annotations

from typing import Any

from schemalint.diagnostic import Region
from schemalint.printable import printable
from schemalint.reporters import Context
from schemalint.source import Position, SourceFile, Sources, UnreadableFile

BASE = "%SRCROOT%"
"""The name that code scanning gives to the top folder of the repository."""


class Places:
    """Writes the places of one report."""

    def __init__(self, sources: Sources, context: Context) -> None:
        self._sources = sources
        self._prefix = context.from_repository
        self._uris: dict[str, str] = {}

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
        file = self._file(path)
        return {
            "startLine": start.line,
            "startColumn": _utf16_column(file, start),
            "endLine": end.line,
            "endColumn": _utf16_column(file, end),
        }

    def offsets(self, path: str, start: int, end: int) -> dict[str, Any]:
        """The region between two offsets into the text of a file."""
        file = self._sources.read(path)
        return self.region(path, file.position(start), file.position(end))

    def _file(self, path: str) -> SourceFile | None:
        try:
            return self._sources.read(path)
        except UnreadableFile:
            return None


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


def _utf16_column(file: SourceFile | None, position: Position) -> int:
    if file is None or file.text.isascii():
        return position.column
    before = file.line_text(position.line)[: position.column - 1]
    return position.column + sum(character > "\uffff" for character in before)
