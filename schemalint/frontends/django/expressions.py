"""Query expressions of Django (`Q`, `F`, functions) as SQL, as far as catalogs need it.

Index keys are compared by their SQL less casts, brackets, quotes and spaces, predicates by whether there is
one: what is not known here is written as a call of a function of the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from schemalint.catalog import Key, Order
from schemalint.frontends.django.column_types import column_type
from schemalint.frontends.django.read_field import plain_field
from schemalint.frontends.python_source.definitions import FunctionDefinition
from schemalint.frontends.python_source.values import Call, Combination, Member, Reference, Value
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, Dialect
from schemalint.knowledge.expressions import NOT_KNOWN

Columns = Callable[[str], str | None]
"""The column of a field of the model, by the field's name."""

_FUNCTIONS = {
    "Upper": "UPPER",
    "Lower": "LOWER",
    "Length": "LENGTH",
    "Abs": "ABS",
    "Coalesce": "COALESCE",
    "NullIf": "NULLIF",
    "Greatest": "GREATEST",
    "Least": "LEAST",
    "MD5": "MD5",
    "SHA256": "SHA256",
    "Trim": "TRIM",
    "LTrim": "LTRIM",
    "RTrim": "RTRIM",
    "Reverse": "REVERSE",
    "Substr": "SUBSTRING",
    "Left": "LEFT",
    "Right": "RIGHT",
    "Round": "ROUND",
    "Ceil": "CEILING",
    "Floor": "FLOOR",
    "Replace": "REPLACE",
    "StrIndex": "STRPOS",
    "Now": "STATEMENT_TIMESTAMP",
    "Mod": "MOD",
    "Power": "POWER",
    "Chr": "CHR",
    "Ord": "ASCII",
    "LPad": "LPAD",
    "RPad": "RPAD",
}
_EXTRACTS = {
    "ExtractYear": "YEAR",
    "ExtractMonth": "MONTH",
    "ExtractDay": "DAY",
    "ExtractHour": "HOUR",
    "ExtractMinute": "MINUTE",
    "ExtractSecond": "SECOND",
    "ExtractWeek": "WEEK",
    "ExtractQuarter": "QUARTER",
}
_OPERATORS = {"exact": "=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<=", "ne": "<>"}
_PATTERNS = {
    "startswith": "LIKE '{}%'",
    "endswith": "LIKE '%{}'",
    "contains": "LIKE '%{}%'",
    "regex": "~ '{}'",
    "iregex": "~* '{}'",
}
_CONNECTORS = {"&": "AND", "|": "OR", "^": "XOR"}
_DEPTH = 40


class Writer(Struct, frozen=True, kw_only=True):
    """Writes the expressions of one model for one database."""

    dialect: Dialect
    columns: Columns

    def condition(self, value: Value) -> str | None:
        """A `Q`, or another condition, as a predicate; None if there is none."""
        if value is None:
            return None
        return self._condition(value, 0) or "TRUE"

    def key(self, value: Value) -> Key:
        """An expression of an index as its key: direction, collation and operator class taken off."""
        order: Order = "asc"
        nulls = collation = operator_class = None
        while isinstance(value, Call):
            if isinstance(value.function, Member) and value.function.name in ("asc", "desc"):
                order = "desc" if value.function.name == "desc" else "asc"
                nulls = _nulls(value.keywords, order)
                value = value.function.owner
                continue
            kind = value.name.rpartition(".")[2]
            if kind == "OrderBy" and value.arguments:
                order = "desc" if value.argument(1, "descending", default=False) is True else "asc"
                nulls = _nulls(value.keywords, order)
                value = value.arguments[0]
            elif kind == "OpClass":
                operator_class = value.argument(1, "name")
                value = value.argument(0, "expression")
            elif kind == "Collate" and self.dialect not in MYSQL_FAMILY:
                collation = value.argument(1, "collation")
                value = value.argument(0, "expression")
            else:
                break
        name = value if isinstance(value, str) else _field_name(value)
        if name is not None and "__" not in name:
            column = self.columns(name)
            return Key(
                column=column or name,
                order=order,
                nulls=nulls,
                collation=collation,
                operator_class=operator_class,
            )
        return Key(
            expression=self._expression(value, 0),
            order=order,
            nulls=nulls,
            collation=collation,
            operator_class=operator_class,
        )

    def expression(self, value: Value) -> str:
        """An expression as SQL."""
        return self._expression(value, 0)

    def _quoted(self, name: str) -> str:
        mark = "`" if self.dialect in MYSQL_FAMILY else '"'
        return f"{mark}{name}{mark}"

    def _field(self, path: str) -> str:
        """A field by its name, or a key within a JSON field."""
        first, *rest = path.split("__")
        text = self._quoted(self.columns(first) or first)
        for step in rest:
            text = f"({text} -> '{step}')"
        return text

    def _expression(self, value: Value, depth: int) -> str:
        if depth > _DEPTH:
            return NOT_KNOWN
        if isinstance(value, Combination):
            if len(value.operands) == 1:
                return f"{value.operator} {self._expression(value.operands[0], depth + 1)}"
            sides = [self._expression(operand, depth + 1) for operand in value.operands]
            return f"({f' {value.operator} '.join(sides)})"
        if isinstance(value, Call):
            return self._call(value, depth + 1)
        if isinstance(value, Member):
            return self._expression(value.owner, depth + 1)
        return _literal(value)

    def _argument(self, value: Value, depth: int) -> str:
        """An argument of a function: a plain string names a field."""
        return self._field(value) if isinstance(value, str) else self._expression(value, depth)

    def _call(self, call: Call, depth: int) -> str:
        if isinstance(call.function, Member):
            return self._expression(call.function.owner, depth)
        kind = call.name.rpartition(".")[2]
        if kind == "F":
            name = call.argument(0, "name")
            return self._field(name) if isinstance(name, str) else NOT_KNOWN
        if kind == "Value":
            return _literal(call.argument(0, "value"))
        if kind == "Q":
            return self._condition(call, depth)
        if kind == "RawSQL":
            text = call.argument(0, "sql")
            return text if isinstance(text, str) else NOT_KNOWN
        if kind in ("ExpressionWrapper", "OrderBy", "Combinable", "OpClass", "Collate"):
            return self._argument(call.argument(0, "expression"), depth)
        if kind == "CombinedExpression" and len(call.arguments) == 3:
            left, connector, right = call.arguments
            return f"({self._expression(left, depth)} {connector} {self._expression(right, depth)})"
        if kind == "Cast":
            return self._cast(call, depth)
        if kind in _EXTRACTS:
            return f"EXTRACT({_EXTRACTS[kind]} FROM {self._argument(call.argument(0, 'expression'), depth)})"
        if kind in ("KeyTextTransform", "KeyTransform", "KT"):
            return self._key_transform(call, kind, depth)
        if kind == "Case":
            return self._case(call, depth)
        if isinstance(call.function, Reference) and isinstance(call.function.definition, FunctionDefinition):
            return NOT_KNOWN
        arguments = [self._argument(argument, depth) for argument in call.arguments]
        if kind in ("Concat", "ConcatPair"):
            return f"({' || '.join(f'COALESCE({argument}, {chr(39) * 2})' for argument in arguments)})"
        if kind == "SearchVector":
            configuration = call.keywords.get("config")
            inner = " || ' ' || ".join(f"COALESCE({argument}, '')" for argument in arguments)
            prefix = f"'{configuration}'::regconfig, " if isinstance(configuration, str) else ""
            return f"to_tsvector({prefix}{inner})"
        function = call.keywords.get("function")
        if kind == "Func" and isinstance(function, str):
            return f"{function}({', '.join(arguments)})"
        return f"{_FUNCTIONS.get(kind, kind.upper() or NOT_KNOWN)}({', '.join(arguments)})"

    def _cast(self, call: Call, depth: int) -> str:
        inner = self._argument(call.argument(0, "expression"), depth)
        output = call.argument(1, "output_field")
        field = plain_field(output) if isinstance(output, Call) else None
        written = column_type(field, _NoTargets(), self.dialect) if field is not None else None
        if self.dialect in POSTGRESQL_FAMILY:
            return f"({inner})::{written or 'text'}"
        return f"CAST({inner} AS {written or 'text'})"

    def _key_transform(self, call: Call, kind: str, depth: int) -> str:
        if kind == "KT":
            path = call.argument(0, "lookup")
            return self._field(path) if isinstance(path, str) else NOT_KNOWN
        operator = "->>" if kind == "KeyTextTransform" else "->"
        key, inner = call.argument(0, "key_name"), call.argument(1, "expression")
        return f"({self._argument(inner, depth)} {operator} {_literal(key)})"

    def _case(self, call: Call, depth: int) -> str:
        parts = ["CASE"]
        for when in call.arguments:
            if isinstance(when, Call):
                first = when.argument(0, "condition")
                lookups = {
                    name: item for name, item in when.keywords.items() if name not in ("then", "condition")
                }
                test = self._condition(first, depth) if first is not None else self._lookups(lookups, depth)
                parts.append(f"WHEN {test} THEN {self._argument(when.keywords.get('then'), depth)}")
        default = call.keywords.get("default")
        if default is not None:
            parts.append(f"ELSE {self._argument(default, depth)}")
        return " ".join([*parts, "END"])

    def _condition(self, value: Value, depth: int) -> str:
        if depth > _DEPTH:
            return NOT_KNOWN
        if isinstance(value, Combination):
            if value.operator == "~":
                return f"NOT ({self._condition(value.operands[0], depth + 1)})"
            word = _CONNECTORS.get(value.operator)
            if word is not None:
                sides = [self._condition(operand, depth + 1) for operand in value.operands]
                return f"({f' {word} '.join(side for side in sides if side)})"
            return self._expression(value, depth + 1)
        if not isinstance(value, Call):
            return self._expression(value, depth + 1) if value is not None else ""
        kind = value.name.rpartition(".")[2]
        if kind in ("Q", ""):
            parts = [
                self._pair(argument, depth)
                if isinstance(argument, tuple)
                else self._condition(argument, depth + 1)
                for argument in value.arguments
                if isinstance(argument, tuple) or _is_condition(argument)
            ]
            lookups = {
                name: item for name, item in sorted(value.keywords.items()) if not name.startswith("_")
            }
            if lookups:
                parts.append(self._lookups(lookups, depth))
            written = value.keywords.get("_connector")
            word = written if isinstance(written, str) and written in _CONNECTORS.values() else "AND"
            text = f" {word} ".join(part for part in parts if part)
            return f"NOT ({text})" if value.keywords.get("_negated") is True else text
        if kind in ("GreaterThan", "GreaterThanOrEqual", "LessThan", "LessThanOrEqual", "Exact", "IsNull"):
            name = {
                "GreaterThan": "gt",
                "GreaterThanOrEqual": "gte",
                "LessThan": "lt",
                "LessThanOrEqual": "lte",
            }
            left = self._argument(value.argument(0, "lhs"), depth + 1)
            return self._compared(left, name.get(kind, kind.lower()), value.argument(1, "rhs"), depth)
        return self._expression(value, depth + 1)

    def _pair(self, pair: tuple[Any, ...], depth: int) -> str:
        if len(pair) == 2 and isinstance(pair[0], str):
            return self._lookups({pair[0]: pair[1]}, depth)
        return ""

    def _lookups(self, lookups: Mapping[str, Value], depth: int) -> str:
        return " AND ".join(self._lookup(path, value, depth) for path, value in lookups.items())

    def _lookup(self, path: str, value: Value, depth: int) -> str:
        steps = path.split("__")
        operator = "exact"
        if len(steps) > 1 and (
            steps[-1] in _OPERATORS or steps[-1] in _PATTERNS or steps[-1] in _OTHER_LOOKUPS
        ):
            operator = steps.pop()
        return self._compared(self._field("__".join(steps)), operator, value, depth)

    def _compared(self, left: str, operator: str, value: Value, depth: int) -> str:
        if operator == "isnull" or (operator == "exact" and value is None):
            negated = operator == "isnull" and value is False
            return f"{left} IS {'NOT ' if negated else ''}NULL"
        if operator == "exact" and isinstance(value, bool) and self.dialect in POSTGRESQL_FAMILY:
            return left if value else f"NOT {left}"
        if operator == "in" and isinstance(value, list | tuple | frozenset):
            return f"{left} IN ({', '.join(map(_literal, value))})"
        if operator == "range" and isinstance(value, list | tuple) and len(value) == 2:
            low, high = (self._right(side, depth) for side in value)
            return f"{left} BETWEEN {low} AND {high}"
        if operator in ("iexact", "istartswith", "iendswith", "icontains"):
            return self._compared(f"UPPER({left})", operator[1:], value, depth)
        if operator in _PATTERNS:
            return f"{left} {_PATTERNS[operator].format(str(value).replace(chr(39), chr(39) * 2))}"
        return f"{left} {_OPERATORS.get(operator, '=')} {self._right(value, depth)}"

    def _right(self, value: Value, depth: int) -> str:
        return self._expression(value, depth + 1)


_OTHER_LOOKUPS = frozenset(
    {"isnull", "in", "range", "iexact", "istartswith", "iendswith", "icontains", "overlap", "contained_by"}
)


class _NoTargets:
    has_native_uuid = False

    def target_field(self, field: Any) -> None:
        return None


def _is_condition(value: Value) -> bool:
    return isinstance(value, Call | Combination)


def _nulls(keywords: Mapping[str, Value], order: Order) -> Any:
    if keywords.get("nulls_first") is True:
        return "first" if order == "asc" else None
    if keywords.get("nulls_last") is True:
        return "last" if order == "desc" else None
    return None


def _field_name(value: Value) -> str | None:
    if isinstance(value, Call) and value.name.rpartition(".")[2] == "F":
        name = value.argument(0, "name")
        return name if isinstance(name, str) else None
    return None


def _literal(value: Value) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return f"'{value.replace(chr(39), chr(39) * 2)}'"
    return NOT_KNOWN
