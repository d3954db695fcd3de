"""One Python file to its syntax tree, whichever Python runs the linter, and places in its text.

Trees are those of the standard `ast` module: parsing with it is many times faster than with anything else,
it gives the place of every node for nothing, and it answers hostile nesting with an exception. What it
refuses may be syntax newer than the Python that runs us: what older words can say is put into these, and
else the file is read by libcst, whose grammar does not depend on the host, and turned into the same trees.
"""

from __future__ import annotations

import ast
import contextlib
import re
import warnings

from schemalint.frontends.python_source.older_words import in_older_words, may_declare_alias
from schemalint.reading import Unreadable
from schemalint.source import SourceFile, Span

_LINE_END = re.compile(r"\r\n|\r|\n")

MAXIMUM_CHARACTERS = 20_000_000
"""Larger files are not read: no person wrote them."""


class Module:
    """A parsed file. `tree` is its `ast.Module`; `span` gives the place of any node in it."""

    __slots__ = ("_line_starts", "file", "tree")

    def __init__(self, file: SourceFile, tree: ast.Module) -> None:
        self.file = file
        self.tree = tree
        self._line_starts: list[int] | None = None

    @property
    def path(self) -> str:
        """The file's path, relative to the project root."""
        return self.file.path

    def span(self, node: ast.AST) -> Span:
        """The place of a node that has one (statements, expressions, keywords, arguments)."""
        start = self._offset(getattr(node, "lineno", 1), getattr(node, "col_offset", 0))
        end_line = getattr(node, "end_lineno", None)
        if end_line is None:
            return self.file.span(start, start)
        return self.file.span(start, self._offset(end_line, getattr(node, "end_col_offset", 0)))

    def source(self, node: ast.AST) -> str:
        """The text of a node."""
        return self.file.excerpt(self.span(node))

    def header_span(self, node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> Span:
        """From `class` or `def` up to the end of the name: where to report about the whole definition."""
        start = self._offset(node.lineno, node.col_offset)
        end = self._offset(node.end_lineno or node.lineno, node.end_col_offset or 0)
        name = self.file.text.find(node.name, start, end)
        return self.file.span(start, name + len(node.name) if name >= 0 else start)

    def _offset(self, line: int, column: int) -> int:
        """Python counts lines by any line ending, and columns in bytes of UTF-8."""
        text = self.file.text
        if self._line_starts is None:
            self._line_starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
        if line > len(self._line_starts):
            return len(text)
        start = self._line_starts[line - 1]
        if text.isascii():
            return start + column
        end = self._line_starts[line] if line < len(self._line_starts) else len(text)
        return start + len(text[start:end].encode()[:column].decode("utf-8", "ignore"))


def parse(file: SourceFile) -> Module | Unreadable:
    """The file's tree, or where and why there is none. Never raises."""
    text = file.text
    if len(text) > MAXIMUM_CHARACTERS:
        return Unreadable(file.span(0, 0), f"a Python file of {len(text):,} characters is too large")
    try:
        return Module(file, _tree(in_older_words(text) if may_declare_alias(text) else text))
    except SyntaxError as error:
        refused = error
    except (ValueError, MemoryError, RecursionError):
        return Unreadable(file.span(0, 0), "Python nested too deeply to be read")
    with contextlib.suppress(SyntaxError, ValueError, MemoryError, RecursionError):
        return Module(file, _tree(in_older_words(text)))
    from schemalint.frontends.python_source import newer_syntax

    tree = newer_syntax.parse(text)
    if isinstance(tree, ast.Module):
        return Module(file, tree)
    if tree is None:
        line, column, message = refused.lineno or 1, refused.offset or 1, refused.msg
    else:
        line, column = tree.line, tree.column
        message = refused.msg if tree.line == refused.lineno else "invalid syntax"
    starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
    start = min(starts[min(line, len(starts)) - 1] + max(column - 1, 0), len(text))
    return Unreadable(file.span(start, start), f"Python syntax: {message}")


def _tree(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)
