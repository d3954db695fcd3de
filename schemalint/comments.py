"""Comments in the languages we read: where one is, and which line of code it stands above.

A line is looked at alone. What a comment is about is plain there, and no quote that was misunderstood higher
up can hide it. All questions about one text together take time in proportion to its length.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from operator import itemgetter
from typing import Literal

from msgspec import Struct

from schemalint.knowledge.dialects import MYSQL_FAMILY, Dialect

Language = Literal["prisma", "sql", "mysql", "python"]

_BLOCK = r"/\*(?:[^*]|\*(?!/))*+(?:\*/)?+"
_DOUBLE_QUOTED = r'"(?:[^"\\\n]|\\.)*+"'
_SINGLE_QUOTED = r"'(?:[^'\\\n]|\\.)*+'"
_BLOCKS = re.compile(_BLOCK)
_CODE = re.compile(r"\S")
_DOCSTRING = re.compile(
    r'(?s:[rRuU]?+(?:"""(?:[^"\\]|\\.|"(?!""))*+"""|' + r"'''(?:[^'\\]|\\.|'(?!''))*+'''))"
)


class _Syntax(Struct, frozen=True):
    """What begins a comment, and an expression that finds strings, and comments as its group 1."""

    openers: tuple[str, ...]
    tokens: re.Pattern[str]
    has_blocks: bool


def _syntax(*line_comments: str, strings: str, has_blocks: bool = True) -> _Syntax:
    comments = [rf"{re.escape(opener)}[^\n]*+" for opener in line_comments]
    blocks = [_BLOCK] if has_blocks else []
    openers = (*line_comments, "/*") if has_blocks else line_comments
    return _Syntax(openers, re.compile(f"{strings}|({'|'.join(comments + blocks)})"), has_blocks)


_SYNTAXES: dict[Language, _Syntax] = {
    "prisma": _syntax("//", strings=_DOUBLE_QUOTED),
    "sql": _syntax("--", strings=r"""'[^'\n]*+'|"[^"\n]*+"|`[^`\n]*+`"""),
    "mysql": _syntax("--", "#", strings=rf"{_SINGLE_QUOTED}|{_DOUBLE_QUOTED}|`[^`\n]*+`"),
    "python": _syntax("#", strings=f"\"\"\"|'''|{_DOUBLE_QUOTED}|{_SINGLE_QUOTED}", has_blocks=False),
}


def language_of(path: str, dialect: Dialect | None) -> Language | None:
    """The language that the comments of a file are in; None where we know none."""
    name = path.lower()
    if name.endswith(".sql"):
        return "mysql" if dialect in MYSQL_FAMILY else "sql"
    return "prisma" if name.endswith(".prisma") else "python" if name.endswith(".py") else None


class Comment(Struct, frozen=True):
    """A comment: where it starts and ends, and whether nothing else is on its lines."""

    start: int
    end: int
    alone: bool


class Comments:
    """The comments of one text, found where they are asked for."""

    def __init__(self, text: str, language: Language) -> None:
        self._text = text
        self._language: Language = language
        self._syntax = _SYNTAXES[language]
        self._line = (0, -1)  # the one looked at last, and its comments
        self._on_line: list[tuple[int, int]] = []
        self._block_spans: list[tuple[int, int]] | None = None
        self._comment: Comment | None = None  # the one found last
        self._code_at_or_below: dict[int, int | None] = {}
        self._first_code: int | None = None

    def around(self, offset: int) -> Comment | None:
        """The comment that holds an offset; None where that is no comment."""
        if not self._line[0] <= offset <= self._line[1]:
            self._line = (self._text.rfind("\n", 0, offset) + 1, self._end_of_line(offset))
            self._on_line = self._comments_on(*self._line)
        span = _holding(self._on_line, offset) or _holding(self._blocks(), offset)
        if span is None:
            return None
        start, end = span
        if self._comment is None or self._comment.start != start:
            before = _CODE.search(self._text, self._text.rfind("\n", 0, start) + 1, start)
            after = _CODE.search(self._text, end, self._end_of_line(end))
            self._comment = Comment(start, end, alone=before is None and after is None)
        return self._comment

    def code_below(self, comment: Comment) -> int | None:
        """The offset of the line of code below a comment, past other comments but no empty line; or None."""
        if comment.start in self._code_at_or_below:
            return self._code_at_or_below[comment.start]
        passed = [comment.start]
        at = self._end_of_line(comment.end) + 1
        found: int | None = None
        while at < len(self._text):
            if at in self._code_at_or_below:
                found = self._code_at_or_below[at]
                break
            passed.append(at)
            end = self._end_of_line(at)
            code = _CODE.search(self._text, at, end)
            if code is None:
                break
            if not self._text.startswith(self._syntax.openers, code.start()):
                found = at
                break
            block = _holding(self._blocks(), code.start())
            at = (self._end_of_line(block[1]) if block and block[0] == code.start() else end) + 1
        self._code_at_or_below.update(dict.fromkeys(passed, found))
        return found

    def is_above_all_code(self, offset: int) -> bool:
        """Whether only comments and empty lines, and in Python a docstring, stand before an offset."""
        if self._first_code is None:
            self._first_code = self._find_first_code()
        return offset < self._first_code

    def _comments_on(self, start: int, end: int) -> list[tuple[int, int]]:
        """The comments that begin on a line. SQL within Python has comments of its own."""
        found = _spans(self._syntax, self._text, start, end)
        if not found and self._language == "python":
            found = _spans(_SYNTAXES["sql"], self._text, start, end)
        if found and found[-1][1] == end and self._syntax.has_blocks:  # it may go on
            block = _holding(self._blocks(), found[-1][0])
            if block is not None and block[0] == found[-1][0]:
                found[-1] = block
        return found

    def _blocks(self) -> list[tuple[int, int]]:
        """Everything between `/*` and `*/`, whatever else it is within."""
        if self._block_spans is None:
            has_blocks = self._syntax.has_blocks
            self._block_spans = [match.span() for match in _BLOCKS.finditer(self._text)] if has_blocks else []
        return self._block_spans

    def _find_first_code(self) -> int:
        text = self._text
        at = self._end_of_line(0) if text.startswith("#!") else 0
        docstring = _DOCSTRING if self._language == "python" else None
        while code := _CODE.search(text, at):
            at = code.start()
            comment = self._syntax.tokens.match(text, at)
            if comment is not None and comment[1] is not None:
                at = comment.end()
            elif docstring is not None and (match := docstring.match(text, at)):
                at, docstring = match.end(), None
            else:
                return at
        return len(text)

    def _end_of_line(self, offset: int) -> int:
        end = self._text.find("\n", offset)
        return len(self._text) if end < 0 else end


def _spans(syntax: _Syntax, text: str, start: int, end: int) -> list[tuple[int, int]]:
    return [match.span() for match in syntax.tokens.finditer(text, start, end) if match[1] is not None]


def _holding(spans: list[tuple[int, int]], offset: int) -> tuple[int, int] | None:
    """The span of an ordered list that holds an offset."""
    position = bisect_right(spans, offset, key=itemgetter(0)) - 1
    return spans[position] if position >= 0 and offset < spans[position][1] else None
