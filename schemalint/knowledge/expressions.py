"""SQL expressions and default values as they are compared, and not as they were written."""

from __future__ import annotations

import re

NOT_KNOWN = "..."
"""Stands in an expression for a part that was not understood."""

_CAST = re.compile(
    r"::\s*(?:character varying|double precision|bit varying|[\w.\"]+)(?:\s*\([\d, ]*\))?"
    r"(?:\s+with(?:out)? time zone)?(?:\s*\[\s*\])*"
)
_NOISE = re.compile(r"[\s()\"`]")
_ALWAYS_SEARCHED = re.compile(
    r"('(?:[^']|'')*')|(?<![\w.\"$])\"?(?:public|pg_catalog)\"?\s*\.\s*(?=[\w\"])", re.IGNORECASE
)


def without_usual_schemas(text: str) -> str:
    """SQL without the schemas that need not be named: `pg_dump` writes `public.f(x)` for `f(x)`."""
    return _ALWAYS_SEARCHED.sub(r"\1", text) if "." in text else text


def normal(expression: str | None) -> str:
    """An expression as it is compared: without casts, brackets, quotes around names, schemas and spaces."""
    if expression is None:
        return ""
    text = without_usual_schemas(expression.lower())
    return _NOISE.sub("", _CAST.sub("", text)).replace("!=", "<>")


def spelled(expression: str) -> str:
    """An expression as `normal` gives it, but for what stands in quotes, every letter of which counts."""
    parts = _STRING.split(expression)
    return "".join(part if place % 2 else normal(part) for place, part in enumerate(parts))


_STRING = re.compile(r"('(?:[^']|'')*')")
_TOKEN = re.compile(r"'(?:[^']|'')*'|[\w.]+|[<>=!*/]+(?=[-+])|[^\w\s()\[\],\"`']+|'")
_NUMBER_IN_QUOTES = re.compile(r"(?<!')'(-?\d+(?:\.\d+)?)'(?!')")
_TABLE_OF_COLUMN = re.compile(
    r"""('(?:[^']|'')*')|(?<![\w"`])(?:"(?:[^"]|"")*"|`[^`]*`|[^\W\d]\w*)\s*\.\s*(?=["`]|[^\W\d])(?!\w+\s*\()"""
)
_LIST_WORDS = frozenset({"any", "array", "in", "="})
_SHOWN_AS = {
    "~~": ("like",),
    "!~~": ("not", "like"),
    "~~*": ("ilike",),
    "!~~*": ("not", "ilike"),
}
"""What PostgreSQL shows of LIKE and ILIKE: the operators that they are."""


def significant(expression: str | None) -> tuple[str, ...]:
    """What of a condition on one table decides whether it is another one, in its order.

    Brackets, casts and quotes around names and numbers don't, nor that a column is named with its table, nor
    whether a list is written with IN or with ANY.
    """
    if expression is None:
        return ()
    text = _CAST.sub("", without_usual_schemas(expression)).replace("!=", "<>")
    if "." in text:
        text = _TABLE_OF_COLUMN.sub(r"\1", text)
    found: list[str] = []
    for token in _TOKEN.findall(_NUMBER_IN_QUOTES.sub(r" \1 ", text)):
        word = token if token[0] == "'" else token.lower()
        if word == "all" and found[-1:] == ["<>"]:  # shown of NOT IN
            found[-1] = "not"
        elif word not in _LIST_WORDS:
            found += _SHOWN_AS.get(word, (word,))
    return tuple(_without_between(found))


def _without_between(words: list[str]) -> list[str]:
    """`x between 1 and 2` as PostgreSQL shows it, where `x` is one word: `x >= 1 and x <= 2`."""
    found: list[str] = []
    words = words[:]
    for place, word in enumerate(words):
        if word == "between" and found and words[place + 2 : place + 3] == ["and"]:
            found.append(">=")
            words[place + 2] = f"and {found[-2]} <="
        else:
            found += word.split() if word.startswith("and ") else [word]
    return found


_WRITTEN = re.compile(r"[eExXbBnN]?'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\S+")
_CLOSE_BEFORE = frozenset({"(", "[", "::", "."})
_CLOSE_BEHIND = frozenset({")", "]", ",", "::", "."})
_BEFORE_BRACKETS = frozenset(
    "and or not in as is then else when case between like any all some over filter check values using".split()
)


def written_tokens(expression: str) -> list[str]:
    """The tokens of an expression that has blanks between them; those within quotes part nothing."""
    return _WRITTEN.findall(expression)


def tidy(expression: str) -> str:
    """An expression whose tokens stand apart, as a person would write it: `lower(email)`, `'x'::text`."""
    text, last, end = "", "", 0
    for found in _WRITTEN.finditer(expression):
        token = found[0]
        opens = token in ("(", "[") and (last[:1].isidentifier() or last[:1] == '"')
        called = opens and last.lower() not in _BEFORE_BRACKETS
        close = found.start() == end or last in _CLOSE_BEFORE or token in _CLOSE_BEHIND or called
        text += token if close or not text else f" {token}"
        last, end = token, found.end()
    return text
