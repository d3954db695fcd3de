"""Reads what can be read of a schema that is not well-formed, and says what is wrong with the rest.

Only schemas with a syntax error come here. The text is cut before the first line of every block, and each
piece is parsed by itself; of a block that has an error, each line is. So one error hides no other block, and
of its own block no more than its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from msgspec.structs import replace

from schemalint.frontends.prisma.automaton import Token, Unexpected
from schemalint.frontends.prisma.parser import parse, schema_automaton
from schemalint.frontends.prisma.syntax import Block, Line, Parsed, Problem

_COMMENT = re.compile(r'"(?:[^"\\\r\n]|\\.)*+"|//[^\r\n]*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/')
_NOT_LINE_END = re.compile(r"[^\r\n]")
_HEADER = re.compile(
    r"(?:^|[\r\n])[^\S\r\n]*+(?:\}[^\S\r\n]*+)?+([^\W\d_][\w-]*+)(?:[^\S\r\n]++[^\W\d_][\w-]*+)?+\s*+\{([^\r\n]*+)"
)
_LINE = re.compile(r"[^\r\n]++")
_WORD = re.compile(r"[^\W\d_][\w-]*+")
_BLANK = re.compile(r"\s++|//[^\r\n]*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/")
_CLOSING = "\n}"
_MOST_PROBLEMS = 500
"""With so many errors a text is no schema: more of them are neither looked into nor told."""

_KNOWN = frozenset({"model", "view", "type", "enum", "datasource", "generator"})

_AT_LINE_START = {
    "FIELD": "a field",
    "NAME_LINE": "an enum value",
    "SETTING": "a setting (`name = value`)",
    "BLOCK_ATTRIBUTE": "a block attribute (`@@…`)",
    "_END": "`}`",
    "MODEL": "a block",
    "ENUM": "a block",
    "CONFIGURATION": "a block",
    "UNKNOWN": "a block",
}
_WITHIN_LINE = {
    "ATTRIBUTE": "an attribute",
    "LPAR": "`(`",
    "KEY": "a name and `:`",
    "CALL": "a value",
    "NAMES": "a value",
    "NUMBER": "a value",
    "NAME": "a value",
    "STRING": "a value",
    "LSQB": "a value",
    "LBRACE": "a value",
    "COMMA": "`,`",
    "RPAR": "`)`",
    "RSQB": "`]`",
    "RBRACE": "`}`",
}


def without_comments(text: str) -> str:
    """The text with spaces where comments are, every offset and line as it was."""
    return _COMMENT.sub(
        lambda match: match[0] if match[0][0] == '"' else _NOT_LINE_END.sub(" ", match[0]), text
    )


def recovered(text: str) -> Parsed:
    """The blocks of a schema that is not well-formed. Never raises."""
    code = without_comments(text)
    headers = list(_HEADER.finditer(code))
    starts = [header.start(1) for header in headers]
    blocks: list[Block] = []
    problems: list[Problem] = []
    before = starts[0] if starts else len(text)
    if code[:before].strip(" \t\r\n}"):
        blocks += _read_piece(text, 0, before, problems)
    for header, end in zip(headers, [*starts[1:], len(text)], strict=False):
        start = header.start(1)
        found = len(problems)
        whole = _read_piece(text, start, end, problems)
        if whole or header[1] not in _KNOWN or len(problems) > _MOST_PROBLEMS:
            blocks += whole
        else:
            blocks += _read_lines(code, start, end)
        if len(problems) > found and not whole and header[2].strip():
            problems[found:] = [_behind_brace(header)]
    if not problems:  # what was wrong stands between the pieces
        try:
            parse(text)
        except Unexpected as error:
            problems.append(_problem(error, text, 0, len(text)))
    return Parsed(tuple(blocks), tuple(problems))


def _read_piece(text: str, start: int, end: int, problems: list[Problem]) -> list[Block]:
    """The blocks of a part of the text; those before an error, where there is one."""
    automaton = schema_automaton()
    try:
        blocks: list[Block] = automaton.run(automaton.tokens(text, start, end))
        return blocks
    except Unexpected as error:
        if len(problems) <= _MOST_PROBLEMS:
            problems.append(_problem(error, text, start, end))
        return list(error.values[0]) if error.values and isinstance(error.values[0], list) else []


def _read_lines(code: str, start: int, end: int) -> Iterator[Block]:
    """The block that starts there with those of its lines that can be read."""
    automaton = schema_automaton()
    header_line = _LINE.match(code, start, end)
    assert header_line is not None
    header = list(automaton.tokens(code, start, header_line.end()))
    closing = list(automaton.tokens(_CLOSING, 0, len(_CLOSING)))
    lines: list[Line] = []
    block: Block | None = None
    for line in chain([header_line], _LINE.finditer(code, header_line.end(), end)):
        inner: list[Token] = []
        if line is not header_line:
            inner = list(automaton.tokens(code, line.start() - 1, line.end()))
        try:
            (block,) = automaton.run(chain(header, inner, closing))
        except Unexpected:
            continue
        assert block is not None
        lines += block.lines
    if block is not None:
        last = start + len(code[start:end].rstrip())
        yield replace(block, lines=tuple(lines), end=last, complete=False)


def _problem(error: Unexpected, text: str, start: int, end: int) -> Problem:
    """The error of parsing `text[start:end]`, in words."""
    expected, token = error.expected, error.token
    if token is None:
        place = start + len(text[start:end].rstrip())
        found = "the end of the file" if end == len(text) else "the next block"
        return Problem(place, place, f"expected {_list(expected, at_line_start=True)}, found {found}")
    assert token.lastindex is not None
    at, last = token.span(token.lastindex)
    if not expected:
        return Problem(at, last, "brackets are nested too deeply")
    if text.startswith("/*", at) and text.find("*/", at) < 0:
        return Problem(at, at + 2, "this comment is never closed")
    if text[at] == '"' and token.lastgroup == "OTHER":
        return Problem(at, last, "this string is never closed on its line")
    place, line_ended, commented = _behind_blank(text, at)
    if commented and not line_ended:
        return Problem(at, place, "a comment can't stand within a line")
    if line_ended and not expected & _AT_LINE_START.keys() and "$END" not in expected:
        return Problem(at, at, f"expected {_list(expected, at_line_start=False)}, found the end of the line")
    if token.lastgroup == "NAME_LINE" and "FIELD" in expected:
        return _without_type(text, place)
    line_start = line_ended or not text[text.rfind("\n", 0, place) + 1 : place].strip()
    words = _list(expected, at_line_start=line_start)
    if place >= len(text):
        return Problem(place, place, f"expected {words}, found the end of the file")
    found_line = _LINE.match(text, place)
    assert found_line is not None
    keyword = _WORD.match(text, place)
    if "MODEL" in expected and keyword is not None and keyword[0] in _KNOWN:
        return Problem(
            place,
            found_line.end(),
            f"expected `{keyword[0]} NAME {{` on one line, found {_shown(found_line[0])}",
        )
    stop = max(last, place + 1) if token.lastgroup != "_GAP" else found_line.end()
    if keyword is not None and (stop > found_line.end() or stop <= place + 1 or "MODEL" in expected):
        stop = keyword.end()
    return Problem(place, stop, f"expected {words}, found {_shown(text[place:stop])}")


def _behind_brace(header: re.Match[str]) -> Problem:
    """A block that goes on behind its opening brace."""
    rest = header[2]
    start = header.start(2) + len(rest) - len(rest.lstrip())
    words = f"expected the end of the line after the brace that opens a block, found {_shown(rest)}"
    return Problem(start, header.start(2) + len(rest.rstrip()), words)


def _without_type(text: str, place: int) -> Problem:
    """A line of a model that begins with a name, and goes on with something else than a type."""
    name = _WORD.match(text, place)
    line = _LINE.match(text, place)
    assert name is not None
    assert line is not None
    rest = text[name.end() : line.end()].strip()
    if not rest or rest.startswith("//"):
        return Problem(place, name.end(), f"the field `{name[0]}` has no type")
    at = text.index(rest, name.end())
    found = _shown(rest.split(maxsplit=1)[0])
    return Problem(at, at + 1, f"expected the type of the field `{name[0]}`, found {found}")


def _behind_blank(text: str, at: int) -> tuple[int, bool, bool]:
    """Where spaces, line ends and comments end, and whether there was a line end, and a comment."""
    line_ended = commented = False
    while match := _BLANK.match(text, at):
        commented = commented or match[0][0] == "/"
        line_ended = line_ended or "\n" in match[0] or "\r" in match[0]
        at = match.end()
    return at, line_ended, commented


def _list(expected: frozenset[str], *, at_line_start: bool) -> str:
    """What may come, in words: at the start of a line what lines begin with, within one what goes on."""
    if expected == {"$END"}:
        return "a block or the end of the file" if at_line_start else "the end of the line"
    at_start = [words for name, words in _AT_LINE_START.items() if name in expected]
    within = [words for name, words in _WITHIN_LINE.items() if name in expected]
    if at_line_start:
        words = at_start or within
        if "$END" in expected:
            words.append("the end of the file")
    else:
        words = within + (["the end of the line"] if at_start else [])
    words = list(dict.fromkeys(words))
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _shown(found: str) -> str:
    found = found.strip()
    return f"`{found}`" if len(found) <= 40 else f"`{found[:39]}…`"
