"""What is said of a migration's way back: that there is none on purpose, or nothing but words."""

from __future__ import annotations

import re

from schemalint.frontends.sql.cursor import Cursor
from schemalint.frontends.sql.dynamic import literal_text
from schemalint.frontends.sql.lexer import lex

_DECLARED = (
    r"(?im)(?:--|#|/\*)[ \t]*schemalint:[ \t]*irreversible\b(?:[ \t]+because[ \t]+(?P<reason>[^\n]*?))?"
    r"[ \t]*(?:\*/[ \t]*)?\r?$"
)
_HARMLESS = frozenset(
    "BEGIN START COMMIT END ROLLBACK ABORT SAVEPOINT RELEASE SET RESET USE PRAGMA SHOW VALUES DISCARD".split()
)
_SCRIPT_WORDS = frozenset(
    "BEGIN END DECLARE NULL RAISE NOTICE WARNING INFO LOG DEBUG EXCEPTION USING ; , % =".split()
)


def declared_irreversible(text: str, start: int, end: int) -> tuple[bool, str | None]:
    """Whether a comment in a part of a text says that there is no way back, and the reason that it gives."""
    if text.find("irreversible", start, end) < 0:
        return False, None
    found = re.compile(_DECLARED).search(text, start, end)
    return (True, found["reason"] or None) if found else (False, None)


def does_nothing(statement: Cursor) -> bool:
    """Whether a statement without operations is there for form's sake: BEGIN, SELECT 1, an empty block."""
    words = statement.words[statement.first : statement.end]
    if words[0] in _HARMLESS:
        return True
    if words[0] == "SELECT":
        return "FROM" not in words and "INTO" not in words and "(" not in words
    if words[0] == "DO":
        return _is_empty_script(statement)
    return False


def refusal(statement: Cursor) -> str | None:
    """What a block says that does nothing but refuse: DO $$ BEGIN RAISE EXCEPTION 'no way back'; END $$."""
    words = _script(statement)
    if words is None or "RAISE" not in words or not _is_only_words(words):
        return None
    at = words.index("RAISE") + 1
    if words[at] in ("NOTICE", "WARNING", "INFO", "LOG", "DEBUG"):
        return None
    said = next((literal_text(word, False) for word in words[at:] if word[0] == "'"), None)
    return said or "it refuses to run"


def _script(statement: Cursor) -> list[str] | None:
    """The tokens of a DO block's body, keywords in upper case and strings as written."""
    if statement.words[statement.first] != "DO":
        return None
    for at in range(statement.first + 1, statement.end):
        token = statement.texts[at]
        if token[0] in "$'":
            body = literal_text(token, False) or ""
            tokens = lex(body, statement.dialect)
            return [
                text if text[0] == "'" else word
                for text, word in zip(tokens.texts, tokens.words, strict=True)
            ]
    return None


def _is_only_words(words: list[str]) -> bool:
    return all(word in _SCRIPT_WORDS or word[0] in "'$" or word[0].isdigit() for word in words)


def _is_empty_script(statement: Cursor) -> bool:
    words = _script(statement)
    return words is not None and _is_only_words(words) and refusal(statement) is None
