"""SQL text to tokens, by the rules of each database for quotes, comments and names.

A token is a plain string, as written; its place is kept beside it. One compiled expression with
possessive repeats does the work, so the time is linear in the text whatever the text is. Why not
sqlglot's tokenizer: importing sqlglot takes longer than reading a whole history of migrations does here.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import compress

from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, Dialect


class Tokens:
    """The tokens of a text: `texts` as written, `words` in upper case, `starts` as offsets into the text.

    A quoted name or a string keeps its quotes, so it never equals a keyword.
    """

    __slots__ = ("starts", "texts", "words")

    def __init__(self, texts: list[str], starts: list[int]) -> None:
        self.texts = texts
        self.starts = starts
        self.words = [text.upper() for text in texts]


def _nested_comment(depth: int) -> str:
    inner = "" if depth == 0 else f"|{_nested_comment(depth - 1)}"
    return rf"/\*(?:[^*/]++|\*(?!/)|/(?!\*){inner})*+\*/"


_PLAIN_COMMENT = r"/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/"
_STANDARD_STRING = r"'[^']*+(?:''[^']*+)*+'"
_BACKSLASH_STRING = r"'[^'\\]*+(?:(?:''|\\.)[^'\\]*+)*+'"
_QUOTED_NAME = r'"[^"]*+(?:""[^"]*+)*+"'
_BACKTICK_NAME = r"`[^`]*+(?:``[^`]*+)*+`"
_WORD = r"[^\W\d][\w$]*+"
_NUMBER = r"\d[\d_]*+(?:\.\d*+)?(?:[eE][+-]?\d++)?"
_DOLLAR_QUOTE = r"\$(?P<tag>(?:[^\W\d]\w*+)?+)\$(?s:.*?)\$(?P=tag)\$"
_OPENING_DOLLAR_QUOTE = r"\$(?:[^\W\d]\w*+)?+\$"
_MOST_DOLLAR_WORK = 20_000_000
"""Above this product of a text's length and its dollar signs, dollar quotes are closed one by one: a text
with many that open and never close would take time in the square of its length otherwise."""
_OPERATORS = (
    r"::|\|\||->>|->|#>>|#>|@>|<@|<=|>=|<>|!=|:=|!~~\*|!~~|!~\*|!~|~~\*|~~|~\*|@@|@\?|\?\||\?&|&&|<<|>>"
)


@cache
def _pattern(dialect: Dialect, dollar_quote: str = _DOLLAR_QUOTE) -> re.Pattern[str]:
    """The token of group 1, after what separates it from the one before."""
    if dialect in POSTGRESQL_FAMILY:
        comment, line_comment = _nested_comment(3), r"--[^\n]*+"
        quoted = [
            _WORD.replace("[^\\W\\d]", "(?![eEbBxXnN]'|[uU]&['\"])[^\\W\\d]"),
            _QUOTED_NAME,
            _STANDARD_STRING,
            dollar_quote,
            f"[eE]{_BACKSLASH_STRING}",
            f"[bBxXnN]{_STANDARD_STRING}",
            f"[uU]&(?:{_STANDARD_STRING}|{_QUOTED_NAME})",
            r"\$\d++",
        ]
    elif dialect in MYSQL_FAMILY:
        comment, line_comment = _PLAIN_COMMENT, r"(?:--(?=\s|\Z)|(?<![^\n])--|\#)[^\n]*+"
        quoted = [
            _WORD.replace("[^\\W\\d]", "(?![xXbBnN]')[^\\W\\d]"),
            _BACKTICK_NAME,
            f"[xXbBnN]?{_BACKSLASH_STRING}",
            _BACKSLASH_STRING.replace("'", '"'),
            r"@{1,2}[\w$.]++",
        ]
    else:
        comment, line_comment = _PLAIN_COMMENT, r"--[^\n]*+"
        quoted = [
            _WORD.replace("[^\\W\\d]", "(?![xX]')[^\\W\\d]"),
            _QUOTED_NAME,
            _BACKTICK_NAME,
            f"[xX]?{_STANDARD_STRING}",
            r"\[[^\]]*+\]",
            r"[@:?#]\w++",
        ]
    tokens = "|".join([r"[(),;.]", *quoted, _NUMBER, _OPERATORS, r"/\*(?s:.*+)", r"\Z", r"(?s:.)"])
    return re.compile(rf"(?:\s++|{line_comment}|{comment})*+({tokens})")


def lex(text: str, dialect: Dialect, start: int = 0, end: int | None = None) -> Tokens:
    """The tokens of `text[start:end]`. Never fails: what fits no rule is a token of one character."""
    end = len(text) if end is None else end
    if dialect in POSTGRESQL_FAMILY and text.count("$", start, end) * (end - start) > _MOST_DOLLAR_WORK:
        texts, starts = _lex_with_dollar_quotes(text, dialect, start, end)
    else:
        matches = list(_pattern(dialect).finditer(text, start, end))
        texts = [match[1] for match in matches]
        starts = [match.start(1) for match in matches]
    if not all(texts):  # the end of the text is an empty token
        keep = [bool(token) for token in texts]
        texts, starts = list(compress(texts, keep)), list(compress(starts, keep))
    return Tokens(texts, starts)


def _lex_with_dollar_quotes(text: str, dialect: Dialect, start: int, end: int) -> tuple[list[str], list[int]]:
    """The same, token by token; a dollar quote that nothing closes takes the rest of the text."""
    pattern = _pattern(dialect, _OPENING_DOLLAR_QUOTE)
    texts: list[str] = []
    starts: list[int] = []
    while start < end:
        for match in pattern.finditer(text, start, end):
            token = match[1]
            starts.append(match.start(1))
            if token[:1] == "$" and len(token) > 1 and token[-1] == "$":
                closing = text.find(token, match.end(), end)
                start = end if closing < 0 else closing + len(token)
                texts.append(text[match.start(1) : start])
                break
            texts.append(token)
        else:
            break
    return texts, starts
