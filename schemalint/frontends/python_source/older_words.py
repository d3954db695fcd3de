"""Newer statements in the words of older Python, each in its place, so that `ast` reads them on any host.

`type X = Y` (Python 3.12) is read as an assignment, type parameters (3.12) are left out, and `except A, B:`
(3.14) gets its brackets. What is said of schemas stays what it is, and so do line and column of all else.
"""

from __future__ import annotations

import re

_OPAQUE = re.compile(
    r"""\#[^\n]*|\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'""",
    re.DOTALL,
)
_BRACKETS = r"\[(?:[^\[\]]|\[(?:[^\[\]]|\[[^\[\]]{0,200}\]){0,200}\]){0,2000}\]"
"""Type parameters: bounded, since a text may open many brackets and close none."""

_ALIAS = re.compile(rf"^([ \t]*)(type[ \t]+)(\w+)([ \t]*(?:{_BRACKETS})?)(?=[ \t]*=(?!=))", re.MULTILINE)
_PARAMETERS = re.compile(
    rf"^([ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+\w+[ \t]*)({_BRACKETS})(?=[ \t]*[(:])", re.MULTILINE
)
_EXCEPT = re.compile(r"^([ \t]*except) ([\w.]+), ([\w.]+(?:, ?[\w.]+)*):", re.MULTILINE)
_LAST_OF_A_LINE = re.compile(r"[^\r\n](?=\r?\n)")
_VISIBLE = re.compile(r"[^\r\n\0]")


def may_declare_alias(text: str) -> bool:
    """Whether there may be a `type X = Y`, which newer hosts have a node of its own for."""
    return "type " in text and _ALIAS.search(text) is not None


def in_older_words(text: str) -> str:
    """The text, as long as before, with newer statements in older words."""
    masked = _OPAQUE.sub(_mask, text)
    found = [
        *((match, _alias(match)) for match in _ALIAS.finditer(masked)),
        *((match, match[1] + _blank(match[2])) for match in _PARAMETERS.finditer(masked)),
        *((match, f"{match[1]}({match[2]},{match[3]}):") for match in _EXCEPT.finditer(masked)),
    ]
    pieces = []
    at = 0
    for match, words in sorted(found, key=lambda one: one[0].start()):
        pieces += [text[at : match.start()], words]
        at = match.end()
    return "".join([*pieces, text[at:]])


def _alias(match: re.Match[str]) -> str:
    indentation, keyword, name, rest = match.groups()
    return indentation + name + " " * len(keyword) + _blank(rest)


def _blank(text: str) -> str:
    """As much of nothing; where it goes on in the next line, so does the statement."""
    continued = _LAST_OF_A_LINE.sub("\0", text)
    return _VISIBLE.sub(" ", continued).replace("\0", "\\")


def _mask(match: re.Match[str]) -> str:
    """As long, as many lines, and nothing in it that could be taken for a statement."""
    return re.sub(r"[^\r\n]", ".", match[0])
