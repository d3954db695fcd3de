"""A place in the tokens of one statement, and the small readings that all DDL is made of."""

from __future__ import annotations

import re

from schemalint.catalog import Name
from schemalint.frontends.sql.lexer import Tokens
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, Dialect
from schemalint.knowledge.names import postgresql_cut
from schemalint.source import Span

_SURELY_SHORT = 15
"""A name of so many characters fits into PostgreSQL's 63 bytes, whatever they are."""

_ESCAPE = re.compile(r"\\(?:([0-9A-Fa-f]{4})|\+(0[0-9A-Fa-f]{5})|\\)")
"""A character by its number in a name that begins with U&; two backslashes are one."""

_SURROGATES = range(0xD800, 0xE000)
"""Halves of characters, which no text may hold."""


class NotUnderstood(Exception):
    """The statement, or the part of it being read, is none that this reader knows."""


class Ungrammatical(NotUnderstood):
    """The statement is surely none that the grammar of its database has."""


class Cursor:
    """Reads the tokens `[first, end)` of a text, forwards; `at` is the current one.

    Methods that take words want them in upper case. A cursor standing at its end reads "" there. `place`
    is where all of its statement stands, for SQL that was put together and is in no file as it is.
    """

    __slots__ = ("at", "dialect", "end", "first", "path", "place", "starts", "text", "texts", "words")

    def __init__(
        self,
        text: str,
        path: str,
        tokens: Tokens,
        at: int,
        end: int,
        dialect: Dialect,
        place: Span | None = None,
    ) -> None:
        self.text = text
        self.path = path
        self.texts = tokens.texts
        self.words = tokens.words
        self.starts = tokens.starts
        self.first = self.at = at
        self.end = end
        self.dialect = dialect
        self.place = place

    @property
    def word(self) -> str:
        """The current token in upper case; "" at the end."""
        return self.words[self.at] if self.at < self.end else ""

    @property
    def written(self) -> str:
        """The beginning of the current token as it is written, for a message."""
        return self.texts[self.at][:40] if self.at < self.end else ""

    def ahead(self, distance: int) -> str:
        """The token that far ahead, in upper case; "" past the end."""
        at = self.at + distance
        return self.words[at] if at < self.end else ""

    def deviation(self, reason: str) -> NotUnderstood:
        """What to raise where something is not in the grammar, which is known well for two databases."""
        return Ungrammatical(reason) if self.dialect in ("postgresql", "sqlite") else NotUnderstood(reason)

    def expect_end(self) -> None:
        """NotUnderstood if anything follows."""
        if self.at < self.end:
            raise self.deviation(f"{self.written} stands behind the end of a statement")

    def at_end(self) -> bool:
        """Whether nothing is left."""
        return self.at >= self.end

    def accept(self, *words: str) -> bool:
        """Step over exactly these words, if they come next."""
        at = self.at
        if at + len(words) > self.end:
            return False
        found = self.words
        for word in words:
            if found[at] != word:
                return False
            at += 1
        self.at = at
        return True

    def accept_any(self, words: frozenset[str]) -> str:
        """Step over one word of the set, and give it; "" if none comes next."""
        word = self.word
        if word in words:
            self.at += 1
            return word
        return ""

    def expect(self, *words: str) -> None:
        """Step over exactly these words; NotUnderstood if something else comes."""
        if not self.accept(*words):
            raise NotUnderstood(f"expected {' '.join(words)}, found {self.word or 'the end'}")

    def advance(self) -> str:
        """Step over one token, and give it as written."""
        if self.at >= self.end:
            raise NotUnderstood("unexpected end of the statement")
        text = self.texts[self.at]
        self.at += 1
        return text

    def if_exists(self) -> bool:
        """IF EXISTS, if it comes next."""
        return self.word == "IF" and self.accept("IF", "EXISTS")

    def if_not_exists(self) -> bool:
        """IF NOT EXISTS, if it comes next."""
        return self.word == "IF" and self.accept("IF", "NOT", "EXISTS")

    def identifier(self) -> str:
        """A name, unquoted or folded as the dialect does it."""
        text = self.advance()
        first = text[0]
        if first == '"':
            if len(text) > 1:
                text = text[1:-1].replace('""', '"')
                if len(text) > _SURELY_SHORT and self.dialect in POSTGRESQL_FAMILY:
                    return postgresql_cut(text)
                return text
        elif first == "`":
            return text[1:-1].replace("``", "`")
        elif first == "[" and len(text) > 2:
            return text[1:-1]
        elif first.isalpha() or first == "_":
            if self.dialect in POSTGRESQL_FAMILY:
                if text[:2] in ("U&", "u&") and text[-1] == '"':
                    return _ESCAPE.sub(_character, text[3:-1])
                return text.lower() if len(text) <= _SURELY_SHORT else postgresql_cut(text.lower())
            return text
        elif first == "'" and self.dialect == "sqlite":
            return text[1:-1].replace("''", "'")
        raise NotUnderstood(f"expected a name, found {text[:40]}")

    def is_identifier(self) -> bool:
        """Whether a name could be read here."""
        word = self.word
        return bool(word) and (word[0] in '"`[_' or word[0].isalpha())

    def name(self) -> Name:
        """A name with or without a schema. MySQL's schemas are databases: they are dropped."""
        if self.word == ".":  # a schema put in by a template before the migration runs
            self.at += 1
        first = self.identifier()
        if self.word != ".":
            return Name(first)
        parts = [first]
        while self.accept("."):
            parts.append(self.identifier())
        return Name(parts[-1], None if self.dialect in MYSQL_FAMILY else parts[-2])

    def names(self) -> list[Name]:
        """Names separated by commas."""
        found = [self.name()]
        while self.accept(","):
            found.append(self.name())
        return found

    def skip_parentheses(self) -> tuple[int, int]:
        """Step over a bracketed part; the indices of the tokens between the brackets."""
        self.expect("(")
        first = self.at
        depth = 1
        words, end, at = self.words, self.end, self.at
        while at < end:
            word = words[at]
            if word == "(":
                depth += 1
            elif word == ")":
                depth -= 1
                if depth == 0:
                    self.at = at + 1
                    return first, at
            at += 1
        raise NotUnderstood("a bracket is never closed")

    def skip_expression(self, stop: frozenset[str]) -> tuple[int, int]:
        """Step over an expression that ends before a comma, a closing bracket or a word of `stop`.

        Its first token never stops it, so that DEFAULT NULL is read.
        """
        first = self.at
        words, end = self.words, self.end
        while self.at < end:
            word = words[self.at]
            if word == "(":
                self.skip_parentheses()
                continue
            if word == "[":
                self._skip_square_brackets()
                continue
            if word in (",", ")") or (word in stop and self.at > first):
                break
            self.at += 1
            if word == "CASE":
                self._skip_case()
        return first, self.at

    def _skip_case(self) -> None:
        """From behind CASE to behind its END."""
        depth = 1
        while depth and self.at < self.end:
            depth += (self.words[self.at] == "CASE") - (self.words[self.at] == "END")
            self.at += 1

    def _skip_square_brackets(self) -> None:
        depth = 0
        while self.at < self.end:
            word = self.words[self.at]
            self.at += 1
            if word == "[":
                depth += 1
            elif word == "]":
                depth -= 1
                if depth == 0:
                    return
        raise NotUnderstood("a square bracket is never closed")

    def inside(self, first: int, last: int) -> Cursor:
        """A cursor over the tokens `[first, last)` of the same text."""
        cursor = object.__new__(Cursor)
        cursor.text, cursor.path, cursor.dialect, cursor.place = (
            self.text,
            self.path,
            self.dialect,
            self.place,
        )
        cursor.texts, cursor.words, cursor.starts = self.texts, self.words, self.starts
        cursor.first = cursor.at = first
        cursor.end = last
        return cursor

    def without(self, first: int, last: int) -> Cursor:
        """A cursor over the same statement less the tokens `[first, last)`."""
        cursor = self.inside(self.first, self.end - (last - first))
        cursor.texts, cursor.words, cursor.starts = (
            [*tokens[:first], *tokens[last:]] for tokens in (self.texts, self.words, self.starts)
        )
        return cursor

    def items(self, first: int, last: int) -> list[Cursor]:
        """Cursors over the parts between commas of the tokens `[first, last)`, brackets respected."""
        found = []
        depth, start = 0, first
        for at in range(first, last):
            word = self.words[at]
            if word == "(" or word == "[":
                depth += 1
            elif word == ")" or word == "]":
                depth -= 1
            elif word == "," and depth == 0:
                found.append(self.inside(start, at))
                start = at + 1
        if start < last:
            found.append(self.inside(start, last))
        return found

    def source(self, first: int, last: int) -> str:
        """The tokens `[first, last)` with comments and line breaks gone, as SQL text."""
        return " ".join(self.texts[first:last])

    def span(self, first: int, last: int | None = None) -> Span:
        """The place of the tokens from `first` up to `last` (where the cursor stands, if not given)."""
        if self.place is not None:
            return self.place
        last = self.at if last is None else last
        if last <= first:
            last = first + 1
        if first >= len(self.starts):
            return Span(self.path, len(self.text), len(self.text))
        final = min(last, len(self.starts)) - 1
        return Span(self.path, self.starts[first], self.starts[final] + len(self.texts[final]))


def _character(escape: re.Match[str]) -> str:
    if escape[0] == "\\\\":
        return "\\"
    number = int(escape[1] or escape[2], 16)
    return escape[0] if number in _SURROGATES else chr(number)
