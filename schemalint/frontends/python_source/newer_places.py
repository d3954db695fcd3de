"""Where libcst's nodes stand, in the terms of `ast`: lines from 1, columns in bytes."""

from __future__ import annotations

import re
from typing import Any

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

_LINE_END = re.compile(r"\r\n|\r|\n")


class Places:
    """The places of one file's nodes."""

    def __init__(self, text: str, wrapper: MetadataWrapper) -> None:
        self._text = text
        self._positions = wrapper.resolve(PositionProvider)
        self._line_starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

    def place(self, node: cst.CSTNode, tree: Any) -> Any:
        """`tree` with the place of `node`."""
        where = self._positions[node]
        tree.lineno = where.start.line
        tree.col_offset = self._column(where.start.line, where.start.column)
        tree.end_lineno = where.end.line
        tree.end_col_offset = self._column(where.end.line, where.end.column)
        return tree

    def _column(self, line: int, column: int) -> int:
        if self._text.isascii():
            return column
        start = self._line_starts[line - 1]
        return len(self._text[start : start + column].encode())
