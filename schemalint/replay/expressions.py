"""Which names an SQL expression mentions, and the expression with one of them changed."""

from __future__ import annotations

import re

from schemalint.knowledge.dialects import Dialect
from schemalint.knowledge.quoting import quoted

_NAME = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|[^\W\d][\w$]*")


def mentions(expression: str | None, column: str) -> bool:
    """Whether `column` stands in the expression as a name, quoted or not."""
    if not expression or column.lower() not in expression.lower():
        return False
    return any(_is(found, column) for found in _NAME.findall(expression))


def renamed(expression: str, column: str, new_name: str, dialect: Dialect) -> str:
    """The expression with `new_name` for `column`."""
    new = quoted(new_name, dialect)
    return _NAME.sub(lambda match: new if _is(match[0], column) else match[0], expression)


def _is(token: str, column: str) -> bool:
    if token[0] == "'":
        return False
    if token[0] in '"`':
        return token[1:-1] == column
    return token == column or token.lower() == column.lower()
