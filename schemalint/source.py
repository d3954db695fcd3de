"""Places in source files: what every fact, finding and edit points to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec import Struct


class Span(Struct, frozen=True, eq=False):
    """A half-open range of characters in one file.

    `path` is relative to the project root, with forward slashes. `start` and `end` are indices into the
    file's decoded text (code points), never bytes, lines or UTF-16 units.

    A place takes no part in what a thing *is*: every span equals every other one, so two languages that
    mean the same schema give equal catalogs.
    """

    path: str
    start: int
    end: int

    def __eq__(self, other: object) -> bool:
        return other is None or isinstance(other, Span)

    def __hash__(self) -> int:
        return 0


class Edit(Struct, frozen=True):
    """Replace the text of `span` by `text`; an insertion has an empty span."""

    span: Span
    text: str


class Position(Struct, frozen=True):
    """A line and a column, both counted from 1; the column counts code points."""

    line: int
    column: int


class SourceFile:
    """One file of the project: its path relative to the project root, and its text.

    `text` keeps its line endings, so that offsets stand for the file as it is; a byte order mark is left
    out. `undecodable` is the offset of the first byte that is not UTF-8 (shown as U+FFFD), or None.
    """

    __slots__ = ("_line_starts", "path", "text", "undecodable")

    def __init__(self, path: str, text: str, undecodable: int | None = None) -> None:
        self.path = path
        self.text = text
        self.undecodable = undecodable
        self._line_starts: list[int] | None = None

    @classmethod
    def decode(cls, path: str, data: bytes) -> SourceFile:
        """Read UTF-8, replacing what is not; never raises."""
        try:
            text, undecodable = data.decode("utf-8-sig"), None
        except UnicodeDecodeError as error:
            text = data.decode("utf-8-sig", "replace")
            undecodable = len(data[: error.start].decode("utf-8-sig", "replace"))
        return cls(path, text, undecodable)

    def span(self, start: int, end: int) -> Span:
        """The span of this file from `start` up to `end`."""
        return Span(self.path, start, end)

    def position(self, offset: int) -> Position:
        """Line and column of an offset; one past the end is the end of the file."""
        if self._line_starts is None:
            starts = [0]
            find = self.text.find
            at = find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = find("\n", at + 1)
            self._line_starts = starts
        line = bisect_right(self._line_starts, offset) - 1
        return Position(line + 1, offset - self._line_starts[line] + 1)

    def line_bounds(self, line: int) -> tuple[int, int]:
        """Where a line, counted from 1, starts and ends; its line ending is left out."""
        self.position(0)
        assert self._line_starts is not None
        start = self._line_starts[line - 1]
        if line == len(self._line_starts):
            return start, len(self.text)
        end = self._line_starts[line] - 1
        return start, end - self.text.startswith("\r", end - 1) if end > start else end

    def line_text(self, line: int) -> str:
        """The text of a line, counted from 1, without its line ending."""
        start, end = self.line_bounds(line)
        return self.text[start:end]

    def excerpt(self, span: Span) -> str:
        """The source that `span` covers."""
        return self.text[span.start : span.end]


class UnreadableFile(Exception):
    """A file that can't be read as text at all; `reason` finishes the sentence "can't be read: …"."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


_MOST_KEPT = 100_000_000
"""Bytes of files that are kept for the front ends that look at the same ones."""


class Sources:
    """Every file of a project that may concern us, by path relative to the root; read when first asked for.

    `left_out` are files that a front end looked at and did not take, with the reason, which finishes the
    sentence "not read: …".
    """

    def __init__(self, paths: Iterable[str], load: Callable[[str], bytes]) -> None:
        self.paths = tuple(sorted(paths))
        self._known = frozenset(self.paths)
        self._load = load
        self._files: dict[str, SourceFile] = {}
        self._bytes: dict[str, bytes] = {}
        self._room = _MOST_KEPT
        self.left_out: dict[str, str] = {}

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> Sources:
        """A project held in memory."""
        return cls(texts, lambda path: texts[path].encode())

    def __contains__(self, path: str) -> bool:
        return path in self._known

    @property
    def top(self) -> str:
        """The folder that all files lie in, empty for the root: nothing else was asked for."""
        if not self.paths:
            return ""
        first, last = self.paths[0], self.paths[-1]
        same = next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
        return first[:same].rpartition("/")[0]

    def ending(self, *suffixes: str) -> list[str]:
        """The paths that end in one of the suffixes, in order."""
        return [path for path in self.paths if path.endswith(suffixes)]

    def readable(self, *suffixes: str) -> Iterator[tuple[str, bytes]]:
        """The files whose paths end in one of the suffixes, in order, as far as the system gives them."""
        for path in self.ending(*suffixes):
            try:
                data = self.bytes(path)
            except UnreadableFile:
                continue
            yield path, data

    def leave_out(self, path: str, reason: str) -> None:
        """Say that a file is not read, and why."""
        self.left_out[path] = reason

    def bytes(self, path: str) -> bytes:
        """The file as it is, read once where there is room. UnreadableFile if the system won't give it."""
        data = self._bytes.get(path)
        if data is None:
            try:
                data = self._load(path)
            except OSError as error:
                raise UnreadableFile(path, error.strerror or str(error)) from error
            if len(data) <= self._room:
                self._room -= len(data)
                self._bytes[path] = data
        return data

    def read(self, path: str) -> SourceFile:
        """The file as text, read once. UnreadableFile if the system won't give it, or it holds NUL bytes."""
        file = self._files.get(path)
        if file is None:
            data = self.bytes(path)
            if b"\0" in data:
                raise UnreadableFile(path, "it holds NUL bytes, so it is no text")
            file = self._files[path] = SourceFile.decode(path, data)
        return file
