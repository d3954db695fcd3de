"""What the variables of a connection or a script hold, and which of them are answers of the catalog."""

from __future__ import annotations

import operator
from collections.abc import Callable

from schemalint.frontends.sql.cursor import Cursor
from schemalint.frontends.sql.dynamic import UNKNOWN, Value, array_values, evaluate, variable_name
from schemalint.knowledge.numbers import whole_number

_EQUAL = frozenset({"=", "<>", "!="})
_ORDERS: dict[str, Callable[[int, int], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_SIGNS = _EQUAL | _ORDERS.keys()


class Variables:
    """Values by name. The catalog answers for those that a query of it was assigned to.

    `arguments` are those that the call of a routine gave and nothing has changed since.
    """

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self.arrays: dict[str, list[Value]] = {}
        self.arguments: frozenset[str] = frozenset()
        self._about_catalog: set[str] = set()

    def evaluate(self, expression: Cursor) -> Value:
        """The texts that an expression may give."""
        return evaluate(expression, self.values)

    def assign_all(self, cursor: Cursor) -> None:
        """The assignments of SET a = …, b = …."""
        for item in cursor.items(cursor.at, cursor.end):
            for at in range(item.at, item.end):
                if item.words[at] in ("=", ":="):
                    self.assign(variable_name(item.texts[item.at]), item.inside(at + 1, item.end))
                    break

    def assign(self, name: str, expression: Cursor) -> None:
        """Give a variable the value of an expression, as far as that is known."""
        if self.asks_catalog(expression):
            self._about_catalog.add(name)
        else:
            self._about_catalog.discard(name)
        self.arguments -= {name}
        self.values[name] = self.evaluate(expression)
        elements = array_values(expression)
        if elements is None:
            self.arrays.pop(name, None)
        else:
            self.arrays[name] = elements

    def select_into(self, cursor: Cursor) -> None:
        """SELECT expression INTO variable: what it is about, and its value if it is literal."""
        words = cursor.words[cursor.at : cursor.end]
        if "INTO" not in words:
            return
        place = cursor.at + words.index("INTO")
        if place + 1 >= cursor.end:
            return
        name = variable_name(cursor.texts[place + 1])
        if self.asks_catalog(cursor.inside(cursor.at, cursor.end)):
            self._about_catalog.add(name)
        self.arguments -= {name}
        self.values[name] = (
            (UNKNOWN,) if "FROM" in words else self.evaluate(cursor.inside(cursor.at + 1, place))
        )

    def holds(self, condition: Cursor) -> bool | None:
        """Whether a condition on the arguments of a call holds; None where that is not plain."""
        condition = condition.inside(condition.at, condition.end)
        negated = condition.accept("NOT")
        comparison = next(
            (at for at in range(condition.at, condition.end) if condition.words[at] in _SIGNS), None
        )
        if comparison is None:
            answer = self._known(condition)
            holds = answer == "true" if answer in ("true", "false") else None
        else:
            left = self._known(condition.inside(condition.at, comparison))
            right = self._known(condition.inside(comparison + 1, condition.end))
            holds = (
                None if left is None or right is None else _compared(left, condition.words[comparison], right)
            )
        return holds if holds is None or not negated else not holds

    def _known(self, expression: Cursor) -> str | None:
        """What one token says: a literal, or an argument whose value is known."""
        if expression.end - expression.at != 1:
            return None
        first = expression.texts[expression.at][0]
        name = variable_name(expression.texts[expression.at])
        if (first.isalpha() or first == "_") and name not in self.arguments and name not in ("true", "false"):
            return None
        value = self.evaluate(expression)
        return value[0] if len(value) == 1 and UNKNOWN not in value[0] else None

    def asks_catalog(self, condition: Cursor) -> bool:
        """Whether the words of a condition are about the catalog and not about rows."""
        for at in range(condition.at, condition.end):
            word = condition.words[at].strip('"`')
            if word.startswith(("PG_", "TO_REG")) or word == "INFORMATION_SCHEMA":
                return True
            if variable_name(condition.texts[at]) in self._about_catalog:
                return True
        return False


def _compared(left: str, sign: str, right: str) -> bool | None:
    """Whether the comparison of two values holds; None for the order of what are no whole numbers."""
    if sign in _EQUAL:
        return (left == right) == (sign == "=")
    one, other = whole_number(left), whole_number(right)
    return None if one is None or other is None else _ORDERS[sign](one, other)
