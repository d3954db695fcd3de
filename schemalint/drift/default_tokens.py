"""The tokens of a default in PostgreSQL's SQL: brackets around it, casts behind it, literals and calls."""

from __future__ import annotations

import re
from collections.abc import Iterator

Tokens = tuple[str, ...]

_TOKEN = re.compile(
    r"[eE]'(?:[^'\\]|''|\\.)*'|(?:[bBxXnN]|[uU]&)?'(?:[^']|'')*'|\$(\w*)\$.*?\$\1\$|\"(?:[^\"]|\"\")*\""
    r"|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?"
    r"|[^\W\d][\w$]*|::|[-+*/<>=~!@#%^&|`?]+|\S",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_OPENING, _CLOSING = frozenset("(["), frozenset(")]")
_MOST = 2_000
_WITHOUT_ARGUMENTS = frozenset(
    "current_date current_time current_timestamp localtime localtimestamp current_user current_role user"
    " session_user current_catalog current_schema".split()
)
"""The functions that are called without brackets (PostgreSQL, "SQL Key Words" and "System Information")."""
_WORD_IN_QUOTES = re.compile(r"'([^\W\d]+)'")
_OTHERWISE_SHOWN = frozenset(
    "t true y yes on f false n no off now today tomorrow yesterday epoch infinity allballs".split()
)
"""Words that are values of booleans and moments."""
_SYNTAX = {
    **dict.fromkeys(("at", "timezone"), "a moment in a time zone"),
    **dict.fromkeys(("extract", "date_part"), "a part of a moment"),
    **dict.fromkeys(("trim", "btrim", "ltrim", "rtrim"), "a trimmed string"),
    **dict.fromkeys(("substring", "position", "strpos", "overlay", "normalize"), "a string function"),
    "case": "a case",
}
"""Words of syntax and the functions that stand for it; which of them a server shows is up to its version."""


def split(text: str) -> Tokens:
    """The tokens of a text, without the brackets around it and with `::` for CAST; none where it is long."""
    found = tuple(match[0] for match in _TOKEN.finditer(text, 0, _MOST))
    return unwrapped(found) if len(text) <= _MOST else ()


def unwrapped(tokens: Tokens) -> Tokens:
    """The tokens without brackets around all of them, and `CAST (x AS t)` as `x :: t`."""
    while True:
        if tokens[:1] == ("(",) and _end(tokens, 0) == len(tokens) - 1:
            tokens = tokens[1:-1]
            continue
        if (
            tokens[:2]
            and tokens[0].lower() == "cast"
            and tokens[1:2] == ("(",)
            and _end(tokens, 1) == len(tokens) - 1
        ):
            words = [word.lower() for word in tokens]
            if "as" in words:
                at = len(words) - 1 - words[::-1].index("as")
                tokens = (*unwrapped(tokens[2:at]), "::", *tokens[at + 1 : -1])
        return tokens


def _end(tokens: Tokens, start: int) -> int:
    """Where the bracket closes that opens at `start`; -1 where it does not."""
    depth = 0
    for place in range(start, len(tokens)):
        if tokens[place] in _OPENING:
            depth += 1
        elif tokens[place] in _CLOSING:
            depth -= 1
            if not depth:
                return place
    return -1


def casts(tokens: Tokens) -> tuple[Tokens, tuple[str, ...]]:
    """What is cast, and the types that it is cast to, the innermost first."""
    places = [place for place in _outside_brackets(tokens) if tokens[place] == "::"]
    if not places:
        return tokens, ()
    types = [
        " ".join(tokens[start + 1 : end]).lower()
        for start, end in zip(places, [*places[1:], len(tokens)], strict=True)
    ]
    core = tokens[: places[0]]
    return unwrapped(core), tuple(types)


def _outside_brackets(tokens: Tokens) -> Iterator[int]:
    depth = 0
    for place, token in enumerate(tokens):
        if token in _CLOSING:
            depth -= 1
        if not depth:
            yield place
        if token in _OPENING:
            depth += 1


def items(tokens: Tokens) -> list[Tokens] | None:
    """The items of `ARRAY [ … ]`; None if it is something else."""
    if (
        len(tokens) < 3
        or tokens[0].lower() != "array"
        or tokens[1] != "["
        or _end(tokens, 1) != len(tokens) - 1
    ):
        return None
    inner = tokens[2:-1]
    commas = [place for place in _outside_brackets(inner) if inner[place] == ","]
    if not inner:
        return []
    return [
        unwrapped(inner[start:end])
        for start, end in zip([0, *(at + 1 for at in commas)], [*commas, len(inner)], strict=True)
    ]


def string(tokens: Tokens) -> str | None:
    """What a string literal says; None if the tokens are something else."""
    if len(tokens) != 1:
        return None
    token = tokens[0]
    if token[0] == "'":
        return token[1:-1].replace("''", "'")
    if token[:2] in ("e'", "E'"):
        return _ESCAPE.sub(lambda escape: _ESCAPED.get(escape[1], escape[1]), token[2:-1].replace("''", "'"))
    if token[:2] in ("b'", "B'"):
        return token[2:-1]
    if token[0] == "$" and token[-1] == "$":
        opening = token[: token.index("$", 1) + 1]
        return token[len(opening) : -len(opening)]
    return None


def number(tokens: Tokens) -> str | None:
    """A number without quotes, as it is written; None if the tokens are something else."""
    sign = "-" if tokens[:1] == ("-",) else ""
    rest = unwrapped(tokens[1:]) if sign else tokens
    if rest[:1] == (".",):
        rest = (f"0.{''.join(rest[1:])}",)
    return sign + rest[0] if len(rest) == 1 and rest[0][0].isdigit() else None


def shape(tokens: Tokens) -> str | None:
    """The function of which an expression is one call; or whether it is something else; None in doubt."""
    if string(tokens) is not None:
        return "a literal"
    if items(tokens) is not None:
        return "an array"
    syntax = next((_SYNTAX[word] for token in tokens if (word := token.lower()) in _SYNTAX), None)
    return syntax or called(tokens) or ("an operation" if is_operation(tokens) else None)


def called(tokens: Tokens) -> str | None:
    """The function of which the tokens are one call, by its name; None if they are something else."""
    if len(tokens) == 1:
        word = tokens[0].lower()
        return word if word in _WITHOUT_ARGUMENTS else None
    if len(tokens) > 2 and tokens[0].lower() in ("public", "pg_catalog") and tokens[1] == ".":
        tokens = tokens[2:]
    name = tokens[0].strip('"').lower()
    if not name.isidentifier() or tokens[1:2] != ("(",):
        return None
    return name if _end(tokens, 1) == len(tokens) - 1 else None


def is_operation(tokens: Tokens) -> bool:
    """Whether it has an operator, so that the database shows no literal of it."""
    signs = [place for place, token in enumerate(tokens) if token[0] in "-+*/<>=~!@#%^&|"]
    return any(place > 0 or tokens[0] == "+" for place in signs) and number(tokens) is None


def are_apart_by_literals(one: Tokens, other: Tokens) -> bool:
    """Whether two expressions are the same but for words in quotes and whole numbers, shown as they are."""
    if len(one) != len(other):
        return False
    pairs = [
        (a, b)
        for a, b in zip(one, other, strict=True)
        if a != b and (a[0] in "'\"" or a.lower() != b.lower())
    ]
    return bool(pairs) and all(_are_two_values(a, b) for a, b in pairs)


def _are_two_values(one: str, other: str) -> bool:
    if one.isdecimal() and other.isdecimal():
        return one.lstrip("0") != other.lstrip("0")
    words = [match[1].lower() for match in map(_WORD_IN_QUOTES.fullmatch, (one, other)) if match is not None]
    return len(words) == 2 and words[0] != words[1] and _OTHERWISE_SHOWN.isdisjoint(words)
