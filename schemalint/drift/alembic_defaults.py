"""Whether autogenerate takes two defaults of a column for different ones, where a project has them compared.

`compare_server_default` of Alembic's dialects: SQLite's and MySQL's go by the text, PostgreSQL's asks the
server whether the two are equal, as values of the type that the column has in the database.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from schemalint.catalog import Column
from schemalint.comparison.defaults import default_differs, defaults_are_known
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, Dialect
from schemalint.knowledge.numbers import whole_number
from schemalint.knowledge.types import is_serial

_STRINGS = re.compile(r"(?:var)?char\b|(?:tiny|medium|long)?text\b|enum\b|national ")
_NUMBERS = re.compile(r"(?:tiny|small|medium|big)?int|bool|float|double|real|decimal|numeric")

_NOW = re.compile(r"\(*(?:now|current_timestamp|localtimestamp|localtime)\b[()]*\Z", re.IGNORECASE)
_MOMENT = re.compile(r"\bnow\b|\bcurrent_|\blocaltime|_timestamp\b", re.IGNORECASE)
_MOST_PLACES = 38
"""A DECIMAL of MariaDB has no more behind the point, one of MySQL no more than 30."""

_UUID = "char(32)"
"""What may be a UUID, which is no string to SQLAlchemy."""


def defaults_differ(model: Column, made: Column, dialect: Dialect) -> bool:
    """Whether a model's default and that of a column in the database are different ones for certain."""
    if not defaults_are_known(model, made):
        return False
    if dialect in MYSQL_FAMILY and "''" in (made.default or "")[1:-1]:  # which SQLAlchemy may not read
        return False
    if model.default is None or made.default is None:
        return default_differs(model, made, dialect)
    one, other = model.default.strip(), made.default.strip()
    if dialect in MYSQL_FAMILY:
        return _mysql_differ(model, made)
    if dialect in POSTGRESQL_FAMILY and _NUMBERS.match(made.type):
        numbers = _number(one), _number(other)
        if numbers[0] is not None and numbers[0] == numbers[1]:
            return False
    if dialect in POSTGRESQL_FAMILY:
        if _MOMENT.search(one) and _MOMENT.search(other):  # equal or not, as the server's time zone is
            return False
        if _STRINGS.match(made.type):
            one, other = (re.sub(r"::[\w ]+\Z", "", text) for text in (one, other))
            return _is_quoted(one) and _is_quoted(other) and one != other
        of_its_type = replace(model, type=made.type) if not is_serial(made.type) else model
        return default_differs(of_its_type, made, dialect)
    if one == other and ("''" in one or '"' in one):  # whether it was text or a value is not known any more
        return False
    if dialect == "sqlite":
        return _texts_differ(_bare(one), _bare(other), literal=_is_quoted(one) and _is_quoted(other))
    return default_differs(model, made, dialect)


def _mysql_differ(model: Column, made: Column) -> bool:
    """Whether the text of a model's default is another one than MySQL shows."""
    one, other = (model.default or "").strip(), (made.default or "").strip()
    if one == other and "''" in one:
        return False
    if _STRINGS.match(model.type) and model.type != _UUID:
        return _unquoted(one) != _as_string(other)
    bare = re.sub(r"\(\)$", "", _bare(one).lower())
    if _NUMBERS.match(made.type):
        shown = _shown_number(other, made.type)
        return bare != shown if shown is not None else default_differs(model, made, "mysql")
    if _NOW.match(other):
        return bare != "current_timestamp"
    return default_differs(model, made, "mysql")


def _shown_number(text: str, type_: str) -> str | None:
    """What MySQL shows of a number's default; None where it is none."""
    number = _number(text)
    if number is None:
        return None
    scale = re.search(r"(?:decimal|numeric)\(\d+, ?(\d+)\)", type_)
    if scale is not None:
        places = whole_number(scale[1])
        return f"{number:.{places}f}" if places is not None and places <= _MOST_PLACES else None
    return f"{number:g}" if re.match("float|double|real", type_) else f"{number:.0f}"


def _texts_differ(one: str, other: str, *, literal: bool) -> bool:
    """Whether two texts differ, in more than their case where they are not literals."""
    return one != other if literal else " ".join(one.lower().split()) != " ".join(other.lower().split())


def _is_quoted(text: str) -> bool:
    return re.fullmatch(r"\(*'.*'\)*", text, re.DOTALL) is not None


def _bare(text: str) -> str:
    """A default without the brackets and the quotes around it."""
    text = re.sub(r"^\((.+)\)$", r"\1", text, flags=re.DOTALL)
    return re.sub(r"^'(.+)'$", r"\1", text, flags=re.DOTALL)


def _unquoted(text: str) -> str:
    return re.sub(r"^'|'$", "", text)


_SHOWN = {"true": "1", "false": "0"}


def _as_string(text: str) -> str | None:
    """What MySQL shows of a string's default between quotes; None where it shows a function."""
    if _is_quoted(text):
        return _unquoted(text.strip("()"))
    text = _SHOWN.get(text.lower(), text).strip("()")
    return text if _number(text) is not None else None


def _number(text: str) -> float | None:
    text = _SHOWN.get(text.lower(), text).strip("()'")
    return float(text) if re.fullmatch(r"-?\d{1,30}(?:\.\d{1,30})?", text) else None
