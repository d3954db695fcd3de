"""One text of SQL to its statements: where each ends, semicolons within bodies and blocks respected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from schemalint.frontends.sql.cursor import Cursor
from schemalint.frontends.sql.lexer import lex
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, Dialect
from schemalint.source import Span

_COPY = re.compile(r"(?im)^[ \t]*copy\s[^;]*?\sfrom\s+stdin\b[^;]*;[^\n]*\n")
_META_COMMAND = re.compile(r"(?m)^\\[^\n]*")
_DELIMITER = re.compile(r"(?im)^[ \t]*delimiter[ \t]+(\S+)[ \t]*\r?$")
_EXECUTABLE_COMMENT = re.compile(r"/\*M?!(?!\d{6}(?<![0-2]\d{5}))\d*((?:[^*]|\*(?!/))*)\*/")
"""Not those for a version that no server has reached, as MariaDB's dumps begin with (`/*M!999999\\-`)."""
_BREAKPOINT = "--> statement-breakpoint"
_BODIES = frozenset({"TRIGGER", "PROCEDURE", "FUNCTION", "EVENT", "PACKAGE"})
_INNER_ENDS = (["IF"], ["LOOP"], ["WHILE"], ["REPEAT"], ["FOR"])


def statements(
    text: str,
    path: str,
    dialect: Dialect,
    start: int = 0,
    end: int | None = None,
    place: Span | None = None,
) -> Iterator[Cursor]:
    """A cursor for each statement of `text[start:end]`; empty ones are left out.

    `place` is given for SQL that stands in a file of another language, or in none: everything read from
    it is said to be there.

    What stands outside SQL is skipped first, offsets kept: data of COPY … FROM stdin, psql's commands,
    MySQL's DELIMITER lines. The content of MySQL's executable comments counts.
    """
    end = len(text) if end is None else end
    clean = _blanked(text, dialect)
    if dialect in MYSQL_FAMILY and _DELIMITER.search(clean, start, end):
        for first, last, delimited in _delimited(clean, start, end):
            yield from _split(clean, path, dialect, first, last, place, whole=delimited)
    else:
        yield from _split(clean, path, dialect, start, end, place, whole=False)


@lru_cache(maxsize=2)  # a file of many parts is asked for once for each
def _blanked(text: str, dialect: Dialect) -> str:
    if dialect in POSTGRESQL_FAMILY:
        if "\\" in text:
            text = _without_copy_data(text)
            text = _META_COMMAND.sub(lambda match: " " * len(match[0]), text)
    elif dialect in MYSQL_FAMILY and ("/*!" in text or "/*M!" in text):
        text = _EXECUTABLE_COMMENT.sub(_uncommented, text)
    if _BREAKPOINT in text:
        text = text.replace(_BREAKPOINT, ";".ljust(len(_BREAKPOINT)))
    return text


def _uncommented(match: re.Match[str]) -> str:
    before = match.start(1) - match.start()
    return f"{' ' * before}{match[1]}  "


def _without_copy_data(text: str) -> str:
    pieces: list[str] = []
    at = 0
    while found := _COPY.search(text, at):
        closing = text.find("\n\\.", found.end() - 1)
        stop = len(text) if closing < 0 else closing + 3
        pieces += (text[at : found.end()], " " * (stop - found.end()))
        at = stop
    return "".join((*pieces, text[at:]))


def _delimited(text: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Ranges of the text, and whether each is one whole statement between DELIMITER's delimiters."""
    delimiter = ";"
    at = start
    for line in [*_DELIMITER.finditer(text, start, end), None]:
        stop = line.start() if line else end
        if delimiter == ";":
            yield at, stop, False
        else:
            while at < stop:
                found = text.find(delimiter, at, stop)
                yield at, stop if found < 0 else found, True
                at = stop if found < 0 else found + len(delimiter)
        if line:
            delimiter, at = line[1], line.end()


def _split(
    text: str, path: str, dialect: Dialect, start: int, end: int, place: Span | None, *, whole: bool
) -> Iterator[Cursor]:
    tokens = lex(text, dialect, start, end)
    words = tokens.words
    count = len(words)
    at = 0
    while at < count:
        if words[at] == ";":
            at += 1
            continue
        stop = count if whole else _end_of_statement(words, at, count, dialect)
        yield Cursor(text, path, tokens, at, stop, dialect, place)
        at = stop + 1


def _end_of_statement(words: list[str], at: int, count: int, dialect: Dialect) -> int:
    """The index of the semicolon that ends the statement starting at `at`."""
    try:
        stop = words.index(";", at)
    except ValueError:
        return count
    if words[at] not in ("CREATE", "ALTER"):
        return stop
    kind = next((word for word in words[at + 1 : at + 8] if word in _BODIES or word == "RULE"), None)
    if kind is None or words[at + 1] in ("TABLE", "INDEX", "UNIQUE"):
        return stop
    if kind == "RULE":
        return _past_brackets(words, at, count)
    if dialect in POSTGRESQL_FAMILY:
        for position in range(at, stop - 1):
            if words[position] == "BEGIN" and words[position + 1] == "ATOMIC":
                return _past_block(words, position, count)
        return stop
    for position in range(at, stop):
        if words[position] == "BEGIN":
            return _past_block(words, position, count)
    return stop


def _past_block(words: list[str], at: int, count: int) -> int:
    """The semicolon after the END that closes the block opened at `at`."""
    depth = 0
    while at < count:
        word = words[at]
        if word in ("BEGIN", "CASE"):
            depth += 1
        elif word == "END" and words[at + 1 : at + 2] not in _INNER_ENDS:
            depth -= 1
            if depth <= 0:
                try:
                    return words.index(";", at)
                except ValueError:
                    return count
            if words[at + 1 : at + 2] == ["CASE"]:
                at += 1
        at += 1
    return count


def _past_brackets(words: list[str], at: int, count: int) -> int:
    depth = 0
    while at < count:
        word = words[at]
        if word == "(":
            depth += 1
        elif word == ")":
            depth -= 1
        elif word == ";" and depth <= 0:
            return at
        at += 1
    return count
