"""Whether two columns have the same default: as the database takes it, and not as it is written."""

from __future__ import annotations

import re
from collections.abc import Callable

from schemalint.catalog import Column
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, Dialect
from schemalint.knowledge.expressions import NOT_KNOWN, normal, spelled
from schemalint.knowledge.moments import moments_differ
from schemalint.knowledge.types import canonical_type, is_serial

DefaultsDiffer = Callable[[Column, Column, Dialect], bool]
"""Says whether the defaults of two columns differ for certain."""

_BOOLEANS = {
    **dict.fromkeys(("'t'", "'true'", "'y'", "'yes'", "'on'", "'1'"), "true"),
    **dict.fromkeys(("'f'", "'false'", "'n'", "'no'", "'off'", "'0'"), "false"),
}
"""What PostgreSQL takes for a boolean in quotes, by its documentation of the type, and shows as one."""
_TEXT = re.compile(r"[\s(]*'((?:[^']|'')*)'\s*(?:::\s*(?:text|character varying|varchar))?[\s)]*")
_NOW = frozenset({"now", "current_timestamp", "transaction_timestamp", "localtimestamp"})


def defaults_are_known(one: Column, other: Column) -> bool:
    """Whether it is known of two columns what the database fills them with."""
    return not (one.fetched or other.fetched or NOT_KNOWN in f"{one.default} {other.default}")


def default_differs(one: Column, other: Column, dialect: Dialect) -> bool:
    """Whether two columns have different defaults for certain: only one has any, or another value."""
    if one.default == other.default and one.type == other.type:
        return False
    if not defaults_are_known(one, other):
        return False
    if _texts_differ(one, other, dialect):
        return True
    first, second = _default(one, dialect), _default(other, dialect)
    if first is None or second is None or first == second:
        return first is not second and first != second
    apart = moments_differ(first, second) if _holds_moments(one, dialect) else None
    if apart is not None:
        return apart
    if (_is_plain(first) and _is_plain(second)) or (
        dialect in POSTGRESQL_FAMILY and "now" in (first, second)
    ):
        return True
    return (_is_plain(first) and first not in second) or (_is_plain(second) and second not in first)


def default_may_differ(one: Column, other: Column, dialect: Dialect) -> bool:
    """Whether two columns have different defaults, or such as nobody can tell to be the same."""
    if default_differs(one, other, dialect):
        return True
    if one.default is None or other.default is None or not defaults_are_known(one, other):
        return False
    counts = _default(one, dialect) == _default(other, dialect) == "nextval"
    return not counts and spelled(one.default) != spelled(other.default)


def _texts_differ(one: Column, other: Column, dialect: Dialect) -> bool:
    """Whether the defaults are two texts, of which every letter and blank counts."""
    if not (_holds_text(one, dialect) and _holds_text(other, dialect)):
        return False
    texts = [_TEXT.fullmatch(column.default or "") for column in (one, other)]
    if texts[0] is None or texts[1] is None:
        return False
    first, second = texts[0][1], texts[1][1]
    return first != second and "\\" not in first + second


def _holds_text(column: Column, dialect: Dialect) -> bool:
    return canonical_type(column.type or "", dialect).startswith(("text", "character varying", "varchar"))


def _default(column: Column, dialect: Dialect) -> str | None:
    if column.default is None:
        return "nextval" if dialect in POSTGRESQL_FAMILY and is_serial(column.type) else None
    text = normal(column.default)
    if text.startswith("e'") and "\\" not in text:  # escapes are allowed in it, and there are none
        text = text[1:]
    if text == "null":
        return None
    if text.startswith("nextval"):
        return "nextval"
    if text in _NOW:
        return "now"
    if text in ("'{}'", "array[]"):
        return "'{}'"
    if text == "'\\x'":  # no bytes, as PostgreSQL shows them
        return "''"
    if dialect in MYSQL_FAMILY or dialect == "sqlite":
        text = {"true": "1", "false": "0"}.get(text, text)
    elif canonical_type(column.type or "", dialect) == "boolean":
        text = _BOOLEANS.get(text, text)
    unquoted = text[1:-1] if text[:1] == "'" else text
    return unquoted if _is_number(unquoted) else text


def _holds_moments(column: Column, dialect: Dialect) -> bool:
    return canonical_type(column.type or "", dialect).startswith(("timestamp", "date", "time"))


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdigit()


def _is_plain(text: str) -> bool:
    """Whether a default is a literal or one word, a function without arguments among them."""
    return text[:1] == "'" or _is_number(text) or text.replace(".", "_").isidentifier()
