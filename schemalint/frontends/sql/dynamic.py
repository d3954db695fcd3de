"""What SQL that a script puts together may say: literals, concatenations, and what is not known of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import product
from math import prod

from schemalint.frontends.sql.cursor import Cursor
from schemalint.knowledge.dialects import MYSQL_FAMILY
from schemalint.knowledge.quoting import quoted

UNKNOWN = "ꙮ"
"""Stands in a text for the part that is not known: a letter that no schema uses, so that it reads as a name,
and short, so that the database's cutting of long names does not cut it away."""

_MOST_ALTERNATIVES = 16
_MOST_COMBINATIONS = 1_000
_DEEPEST = 40
_OF_TEXT: dict[str, Callable[[str], str]] = {
    "LOWER": str.lower,
    "UPPER": str.upper,
    "TRIM": str.strip,
    "BTRIM": str.strip,
}
_FORMAT = re.compile(r"%(?:(\d{1,18})\$)?[-\d]*([sIL%])")

Value = tuple[str, ...]
"""The texts that an expression may give, one of them or more."""


def evaluate(expression: Cursor, variables: Mapping[str, Value]) -> Value:
    """The texts that the expression may give; what is not known of them stands as UNKNOWN."""
    if expression.at_end() or _depth(expression) > _DEEPEST:
        return (UNKNOWN,)
    parts = _parts(expression, "||")
    if len(parts) > 1 and expression.dialect not in MYSQL_FAMILY:
        return _joined([evaluate(part, variables) for part in parts])
    return _evaluate_one(parts[0] if parts else expression, variables)


def _parts(expression: Cursor, separator: str) -> list[Cursor]:
    """The operands of an operator, brackets respected."""
    found: list[Cursor] = []
    depth, start = 0, expression.at
    for at in range(expression.at, expression.end):
        word = expression.words[at]
        if word == "(":
            depth += 1
        elif word == ")":
            depth -= 1
        elif word == separator and depth == 0:
            found.append(expression.inside(start, at))
            start = at + 1
    found.append(expression.inside(start, expression.end))
    return found


def _depth(expression: Cursor) -> int:
    """How deep the brackets of an expression are nested."""
    depth = deepest = 0
    for word in expression.words[expression.at : expression.end]:
        if word == "(":
            depth += 1
            deepest = max(deepest, depth)
        elif word == ")":
            depth -= 1
    return deepest


def _joined(values: list[Value]) -> Value:
    if prod(map(len, values)) > _MOST_COMBINATIONS:
        return (UNKNOWN,)
    texts = tuple(dict.fromkeys("".join(parts) for parts in product(*values)))
    return texts if len(texts) <= _MOST_ALTERNATIVES else (UNKNOWN,)


def _evaluate_one(expression: Cursor, variables: Mapping[str, Value]) -> Value:
    word = expression.word
    count = expression.end - expression.at
    if count >= 3 and expression.ahead(count - 2) == "::":
        expression = expression.inside(expression.at, expression.end - 2)
        count -= 2
    if count == 1:
        literal = literal_text(expression.texts[expression.at], expression.dialect in MYSQL_FAMILY)
        if literal is not None:
            return (literal,)
        if word in ("TRUE", "FALSE"):
            return (word.lower(),)
        return variables.get(variable_name(expression.texts[expression.at]), (UNKNOWN,))
    if word == "(":
        first, last = expression.skip_parentheses()
        if not expression.at_end():
            return (UNKNOWN,)
        return evaluate(expression.inside(first, last), variables)
    if word == "SELECT":
        if "FROM" in _outer_words(expression):
            return (UNKNOWN,)
        return evaluate(expression.inside(expression.at + 1, expression.end), variables)
    if count >= 3 and expression.ahead(1) == "(":
        expression.at += 1
        first, last = expression.skip_parentheses()
        if expression.at_end():
            return _call(word, expression.items(first, last), variables)
    return (UNKNOWN,)


def _outer_words(expression: Cursor) -> list[str]:
    depth, found = 0, []
    for at in range(expression.at, expression.end):
        word = expression.words[at]
        if word == "(":
            depth += 1
        elif word == ")":
            depth -= 1
        elif depth == 0:
            found.append(word)
    return found


def _call(function: str, arguments: list[Cursor], variables: Mapping[str, Value]) -> Value:
    if function == "CONCAT":
        return _joined([evaluate(argument, variables) for argument in arguments])
    if function == "IF" and len(arguments) == 3:
        return tuple(dict.fromkeys((*evaluate(arguments[1], variables), *evaluate(arguments[2], variables))))
    if function in ("QUOTE_IDENT", "QUOTE", "QUOTE_LITERAL") and len(arguments) == 1:
        texts = evaluate(arguments[0], variables)
        return tuple(map(_identifier, texts)) if function == "QUOTE_IDENT" else texts
    if function in _OF_TEXT and len(arguments) == 1:
        change = _OF_TEXT[function]
        texts = evaluate(arguments[0], variables)
        return tuple(text if UNKNOWN in text else change(text) for text in texts)
    if function == "ARRAY_TO_STRING" and len(arguments) == 2:
        return _rejoined(arguments[0], arguments[1], variables)
    if function == "FORMAT" and arguments:
        values = [evaluate(argument, variables) for argument in arguments]
        if len(values[0]) == 1 and all(len(value) == 1 for value in values):
            return (_formatted(values[0][0], [value[0] for value in values[1:]]),)
    return (UNKNOWN,)


def _identifier(name: str) -> str:
    """The name as `quote_ident` writes it: in quotes where it needs them."""
    return name if UNKNOWN in name else quoted(name, "postgresql")


def _rejoined(array: Cursor, separator: Cursor, variables: Mapping[str, Value]) -> Value:
    """array_to_string(string_to_array(text, …), …): the text with one separator for another."""
    if array.word != "STRING_TO_ARRAY" or array.ahead(1) != "(":
        return (UNKNOWN,)
    array.at += 1
    first, last = array.skip_parentheses()
    split = array.items(first, last)
    if len(split) != 2 or not array.at_end():
        return (UNKNOWN,)
    texts, old, new = (evaluate(part, variables) for part in (*split, separator))
    if len(old) != 1 or len(new) != 1 or not old[0]:
        return (UNKNOWN,)
    return tuple(text.replace(old[0], new[0]) for text in texts)


def _formatted(template: str, arguments: list[str]) -> str:
    """PostgreSQL's format(): %s, %I and %L, by turn or by number."""
    turn = iter(arguments)

    def replacement(match: re.Match[str]) -> str:
        if match[2] == "%":
            return "%"
        if match[1]:
            number = int(match[1])
            value = arguments[number - 1] if 0 < number <= len(arguments) else UNKNOWN
        else:
            value = next(turn, UNKNOWN)
        if match[2] == "L":
            return "'" + value.replace("'", "''") + "'"
        return _identifier(value) if match[2] == "I" else value

    return _FORMAT.sub(replacement, template)


def variable_name(token: str) -> str:
    """How a variable is filed: names ignore case, @x is x's own kind."""
    return token.strip('`"').lower()


def literal_text(token: str, backslashes: bool) -> str | None:
    """What a string or number literal says; None for another token."""
    first = token[0]
    if first == "'" and len(token) > 1:
        text = token[1:-1].replace("''", "'")
        return _unescaped(text) if backslashes else text
    if first == '"' and backslashes:
        return _unescaped(token[1:-1].replace('""', '"'))
    if first == "$" and len(token) > 3 and not token[1].isdigit():
        opening = token[: token.index("$", 1) + 1]
        return token[len(opening) : -len(opening)]
    if first in "eE" and token[1:2] == "'":
        return _unescaped(token[2:-1].replace("''", "'"))
    if first.isdigit():
        return token
    return None


def array_values(expression: Cursor) -> list[Value] | None:
    """The elements of ARRAY['a', 'b'] or '{a,b}'::text[], all of them strings; None for anything else."""
    if expression.word == "ARRAY" and expression.ahead(1) == "[":
        words = expression.words
        closing = next(
            (at for at in range(expression.at, expression.end) if words[at] == "]"), expression.end
        )
        items = expression.items(expression.at + 2, closing)
        texts = [literal_text(item.texts[item.at], False) for item in items if not item.at_end()]
        return None if None in texts else [(text,) for text in texts if text is not None]
    text = literal_text(expression.texts[expression.at], False) if not expression.at_end() else None
    is_array = expression.ahead(1) == "::" and expression.ahead(3) == "["
    if text is None or not is_array or not _PLAIN_ARRAY.fullmatch(text):
        return None
    return [(element.strip(),) for element in text[1:-1].split(",")]


_PLAIN_ARRAY = re.compile(r"\{[\w ]+(?:,[\w ]+)*\}")


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return re.sub(r"\\(.)", lambda match: {"n": "\n", "t": "\t", "r": "\r"}.get(match[1], match[1]), text)
