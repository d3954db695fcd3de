"""The names that databases give to what was created without one.

PostgreSQL: `makeObjectName`, `ChooseRelationName`, `ChooseIndexNameAddition`, `ChooseIndexColumnNames`
and `ChooseForeignKeyConstraintNameAddition` in `src/backend/commands/indexcmds.c` and `tablecmds.c`.
InnoDB: `t_ibfk_1` and on; MySQL names an index after its first column, then `column_2` and on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from schemalint.knowledge.expressions import written_tokens

POSTGRESQL_NAME_BYTES = 63
"""NAMEDATALEN - 1."""

MYSQL_NAME_CHARACTERS = 64


def stored(name: str) -> bytes:
    """A name as a database stores it: UTF-8; half of a surrogate pair, which none takes, as three bytes."""
    return name.encode("utf-8", "surrogatepass")


def postgresql_object_name(first: str, second: str | None, label: str) -> str:
    """Give `first_second_label`, the longer of the first two cut until the whole fits into 63 bytes."""
    overhead = len(stored(label)) + 1 if label else 0
    one, two = stored(first), stored(second or "")
    if second is not None:
        overhead += 1
    available = POSTGRESQL_NAME_BYTES - overhead
    length_one, length_two = len(one), len(two)
    while length_one + length_two > available:
        if length_one > length_two:
            length_one -= 1
        else:
            length_two -= 1
    parts = [_clipped(one, length_one)]
    if second is not None:
        parts.append(_clipped(two, length_two))
    if label:
        parts.append(label)
    return "_".join(parts)


def _clipped(data: bytes, length: int) -> str:
    return data[:length].decode("utf-8", "ignore")


def postgresql_cut(name: str) -> str:
    """A written name as PostgreSQL stores it: cut at 63 bytes, never within a character."""
    data = stored(name)
    return name if len(data) <= POSTGRESQL_NAME_BYTES else _clipped(data, POSTGRESQL_NAME_BYTES)


def postgresql_chosen_name(first: str, second: str | None, label: str, taken: Callable[[str], bool]) -> str:
    """The first free one of `first_second_label`, `…label1`, `…label2` and so on."""
    number = 0
    while True:
        name = postgresql_object_name(first, second, label + (str(number) if number else ""))
        if not taken(name):
            return name
        number += 1


def postgresql_addition(columns: Iterable[str]) -> str:
    """The column names joined by underscores, no further than an identifier is long."""
    joined = b""
    for column in columns:
        if joined:
            joined += b"_"
        joined += stored(column)[:POSTGRESQL_NAME_BYTES]
        if len(joined) >= POSTGRESQL_NAME_BYTES + 1:
            break
    return joined.decode("utf-8", "ignore")


def postgresql_index_column_names(names: Iterable[str]) -> list[str]:
    """The names that an index's columns get: those given, made different by a number at the end."""
    found: dict[str, None] = {}
    numbers: dict[str, int] = {}
    for name in names:
        candidate, number = name, numbers.get(name, 0)
        while candidate in found:
            number += 1
            suffix = str(number)
            candidate = _clipped(stored(name), POSTGRESQL_NAME_BYTES - len(suffix)) + suffix
        found[candidate] = None
        numbers[name] = number
    return list(found)


def numbered(stem: str, taken: Callable[[str], bool], *, first: int = 2) -> str:
    """`stem`, or the first free one of `stem_2`, `stem_3`, … (MySQL's unnamed indexes)."""
    name, number = stem, first
    while taken(name):
        name = f"{stem}_{number}"
        number += 1
    return name


def postgresql_expression_label(expression: str) -> str:
    """What an index column made of an expression is called (`FigureIndexColname` in `parse_target.c`).

    `expression` is SQL with its tokens apart by spaces. A function or a column gives its name, a cast of
    something else its type, everything else "expr".
    """
    tokens = written_tokens(expression)
    label, _ = _label(tokens) if len(tokens) <= _MOST_TOKENS else (None, 0)
    return label or "expr"


_MOST_TOKENS = 300
"""Of an expression whose name is asked for: one that is longer may be nested without end."""

_KEYWORD_LABELS = frozenset({"coalesce", "nullif", "greatest", "least", "extract", "row", "array", "exists"})


def _label(tokens: list[str]) -> tuple[str | None, int]:
    """A name, and how strongly it was meant: 2 as written, 1 as a fallback, 0 not at all."""
    while len(tokens) > 2 and tokens[0] == "(" and _closing(tokens, 0) == len(tokens) - 1:
        tokens = tokens[1:-1]
    if not tokens:
        return None, 0
    cast = _last_at_depth_zero(tokens, "::")
    if cast is not None and not _has_operator(tokens[:cast]) and not _has_operator(tokens[cast + 1 :]):
        return _cast_label(tokens[:cast], tokens[cast + 1 :])
    if "COLLATE" in (upper := [token.upper() for token in tokens]):
        return _label(tokens[: upper.index("COLLATE")])
    first = tokens[0].lower()
    if first == "case":
        return "case", 1
    if first == "(" and tokens[-2:-1] == ["."] and _closing(tokens, 0) == len(tokens) - 3:
        return _unquoted(tokens[-1]), 2  # a field of a composite type
    at = 0
    while at + 2 < len(tokens) and tokens[at + 1] == ".":
        at += 2
    if at + 1 < len(tokens) and tokens[at + 1] == "(" and _closing(tokens, at + 1) == len(tokens) - 1:
        if first == "cast":
            inner = tokens[at + 2 : -1]
            words = [token.upper() for token in inner]
            if "AS" in words:
                place = len(words) - 1 - words[::-1].index("AS")
                return _cast_label(inner[:place], inner[place + 1 :])
        if first in _KEYWORD_LABELS:
            return first, 2
        return _unquoted(tokens[at]), 2
    if at == len(tokens) - 1 and (tokens[at][0].isalpha() or tokens[at][0] in '_"'):
        return _unquoted(tokens[at]), 2
    return None, 0


def _cast_label(argument: list[str], type_: list[str]) -> tuple[str | None, int]:
    label, strength = _label(argument)
    if strength > 1:
        return label, strength
    word = type_[0]
    at = 0
    while at + 2 < len(type_) and type_[at + 1] == ".":
        at += 2
        word = type_[at]
    return _TYPE_NAMES.get(word.lower(), _unquoted(word)), 1


_TYPE_NAMES = {
    "int": "int4",
    "integer": "int4",
    "bigint": "int8",
    "smallint": "int2",
    "boolean": "bool",
    "character": "bpchar",
    "char": "bpchar",
    "double": "float8",
    "real": "float4",
    "decimal": "numeric",
    "timestamp": "timestamp",
}


def _unquoted(word: str) -> str:
    return word[1:-1].replace('""', '"') if word[:1] == '"' else word.lower()


def _closing(tokens: list[str], opening: int) -> int:
    depth = 0
    for at in range(opening, len(tokens)):
        if tokens[at] == "(":
            depth += 1
        elif tokens[at] == ")":
            depth -= 1
            if depth == 0:
                return at
    return -1


def _last_at_depth_zero(tokens: list[str], wanted: str) -> int | None:
    depth, found = 0, None
    for at, token in enumerate(tokens):
        if token in "([":
            depth += 1
        elif token in ")]":
            depth -= 1
        elif token == wanted and depth == 0:
            found = at
    return found


def _has_operator(tokens: list[str]) -> bool:
    """Whether something other than names, brackets and casts stands outside brackets."""
    depth = 0
    for token in tokens:
        if token in "([":
            depth += 1
        elif token in ")]":
            depth -= 1
        elif depth == 0 and token not in (".", "::") and not (token[0].isalnum() or token[0] in "_\"'$"):
            return True
    return False


def postgresql_serial_default(table: str, column: str) -> str:
    """The default of a serial column: the next value of the sequence that PostgreSQL makes for it."""
    sequence = postgresql_chosen_name(table, column, "seq", lambda name: False)
    plain = sequence == sequence.lower() and sequence.isidentifier()
    return f"nextval('{sequence}')" if plain else f"nextval('\"{sequence}\"')"
