"""SQL expressions as values: each knows its text in SQL, as far as that can be told, and its columns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.enumerations import EnumMember
from schemalint.frontends.python_interpreter.values import Arguments, Native, PythonObject, Unknown, Value
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, Dialect

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_$]*\Z")
_RESERVED = frozenset(
    "all and any as asc by case check column constraint create cross default desc distinct do else end"
    " except false for foreign from full group having in index inner into is join key left like limit not"
    " null offset on or order primary references right select set table then to true union unique update"
    " user using values when where with natural analyze array authorization both collate current_date"
    " current_time current_timestamp deferrable fetch freeze grant ilike initially intersect isnull lateral"
    " leading localtime localtimestamp notnull old new only outer overlaps placing returning session_user"
    " similar some symmetric tablesample trailing variadic verbose window".split()
)


class Placeholder:
    """A part of an expression whose text can't be told."""


UNTOLD = Placeholder()


def quoted(name: str) -> str:
    """A name as SQLAlchemy writes it: in quotes where it needs them."""
    if _PLAIN_NAME.match(name) and name not in _RESERVED:
        return name
    return '"{}"'.format(name.replace('"', '""'))


def literal(value: Value) -> str | None:
    """A constant as SQL text; None where it is none."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return "'{}'".format(value.replace("'", "''"))
    if isinstance(value, EnumMember):
        return literal(value.name)
    return None


class SqlExpression(PythonObject):
    """An expression, made of text and of values whose text is asked for when it is needed.

    A column gets its name only with its table, so nothing is written down before. `operators` says that
    the values are operands, which may need brackets.
    """

    __slots__ = ("operators", "parts")

    def __init__(self, *parts: Value, operators: bool = False) -> None:
        self.parts = parts
        self.operators = operators

    def sql(self, dialect: Dialect) -> str | None:
        """The expression in SQL; None where it can't be told."""
        try:
            texts = [
                part.text if isinstance(part, _Raw) else self._sql_of(part, dialect) for part in self.parts
            ]
        except RecursionError:
            return None
        known = [text for text in texts if text is not None]
        return "".join(known) if len(known) == len(texts) else None

    def _sql_of(self, part: Value, dialect: Dialect) -> str | None:
        if part is UNTOLD:
            return None
        return bracketed(part, dialect) if self.operators else expression_text(part, dialect)

    @property
    def columns(self) -> tuple[Value, ...]:
        """The columns in it."""
        found: list[Value] = []
        waiting: list[Value] = list(self.parts)
        while waiting and len(found) < 1000:
            part = waiting.pop(0)
            if isinstance(part, SqlExpression):
                waiting = [*part.parts, *waiting]
            elif isinstance(part, list | tuple):
                waiting = [*part, *waiting]
            else:
                found += columns_of(part)
        return tuple(found)

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """The methods of column elements."""
        if name == "text":
            text = self.sql("postgresql")
            return text if text is not None else Unknown("SQL text")
        return expression_attribute(self, name)

    def binary(self, interpreter: Interpreter, operator: str, other: Value, *, reflected: bool) -> Value:
        """Operators on expressions make expressions."""
        return combined(self, operator, other, reflected=reflected)

    def unary(self, interpreter: Interpreter, operator: str) -> Value:
        """`-x`, `~x`."""
        return SqlExpression(raw("NOT " if operator == "~" else operator), self, operators=True)

    def truth(self, interpreter: Interpreter) -> bool | Unknown:
        """An expression has none."""
        return Unknown("whether an SQL expression holds")

    def call(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        """`x.op("->>")("y")` ends in an expression."""
        return SqlExpression(self, UNTOLD)

    def item(self, interpreter: Interpreter, key: Value) -> Value:
        """`json_column["key"]`."""
        return JsonElement(self, key)


class JsonElement(SqlExpression):
    """An element of a JSON column, by key or by path; `as_text` where its text is meant."""

    __slots__ = ("as_text", "owner", "path")

    def __init__(self, owner: Value, path: Value, *, as_text: bool = False) -> None:
        super().__init__(owner)
        self.owner = owner
        self.path = path
        self.as_text = as_text

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """`as_string()` and its likes."""
        if name == "astext":
            return JsonElement(self.owner, self.path, as_text=True)
        if name in ("as_string", "as_integer", "as_float", "as_boolean"):
            return Native(name, lambda machine, given: JsonElement(self.owner, self.path, as_text=True))
        return super().attribute(interpreter, name)

    def sql(self, dialect: Dialect) -> str | None:
        """The operator or function of the dialect."""
        owner = expression_text(self.owner, dialect)
        keys = self.path if isinstance(self.path, list | tuple) else [self.path]
        if owner is None or not all(isinstance(key, str | int) for key in keys):
            return None
        if dialect in POSTGRESQL_FAMILY:
            if isinstance(self.path, list | tuple):
                return f"{owner} {'#>>' if self.as_text else '#>'} '{{{', '.join(map(str, keys))}}}'"
            return f"{owner} {'->>' if self.as_text else '->'} {literal(self.path)}"
        steps = "".join(f"[{key}]" if isinstance(key, int) else f'."{key}"' for key in keys)
        found = f"JSON_EXTRACT({owner}, '${steps}')"
        if dialect in MYSQL_FAMILY:
            return f"JSON_UNQUOTE({found})" if self.as_text else found
        return found if self.as_text else f"JSON_QUOTE({found})"


class _Raw:
    """Text that stands for itself."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


def raw(text: str) -> Value:
    """SQL text as a part of an expression."""
    return _Raw(text)


def plain(text: str | None) -> SqlExpression:
    """An expression of known or unknown text."""
    return SqlExpression(raw(text) if text is not None else UNTOLD)


def expression_attribute(owner: Value, name: str) -> Value:
    """A method of a column or an expression."""
    if name == "compile":  # given a connection, it asks its dialect
        return Native("compile", lambda machine, given: Unknown("compiled SQL"))
    template = _METHODS.get(name)
    if template is None:
        return Unknown(f"{name} of an SQL expression")
    chosen = template
    return Native(f"sqlalchemy.ColumnElement.{name}", lambda machine, given: _applied(chosen, owner, given))


_OPERATORS = {
    "==": "=",
    "!=": "!=",
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
    "+": "+",
    "-": "-",
    "*": "*",
    "/": "/",
    "%": "%",
    "&": "AND",
    "|": "OR",
}


def combined(one: Value, operator: str, other: Value, *, reflected: bool) -> SqlExpression:
    """`one operator other` as an expression."""
    left, right = (other, one) if reflected else (one, other)
    symbol = _OPERATORS.get(operator)
    if symbol is None:
        return SqlExpression(left, UNTOLD, right)
    if operator in ("==", "!=") and (left is None or right is None):
        subject = left if right is None else right
        return SqlExpression(subject, raw(f" {'IS' if operator == '==' else 'IS NOT'} NULL"), operators=True)
    if operator == "+" and (isinstance(left, str) or isinstance(right, str)):
        symbol = "||"
    return SqlExpression(left, raw(f" {symbol} "), right, operators=True)


def columns_of(value: Value) -> tuple[Value, ...]:
    """The columns that a value mentions."""
    found = getattr(value, "columns", ())
    return found if isinstance(found, tuple) else ()


def expression_text(value: Value, dialect: Dialect) -> str | None:
    """A value as SQL text; None where it can't be told."""
    if isinstance(value, PythonObject) and not isinstance(value, EnumMember):
        method = getattr(value, "sql", None)
        text = method(dialect) if callable(method) else None
        return text if isinstance(text, str) else None
    if isinstance(value, list | tuple):
        parts = [expression_text(part, dialect) for part in value]
        known = [part for part in parts if part is not None]
        return f"({', '.join(known)})" if len(known) == len(parts) else None
    return literal(value)


def bracketed(value: Value, dialect: Dialect) -> str | None:
    """A value as an operand."""
    text = expression_text(value, dialect)
    if text is None or not isinstance(value, SqlExpression) or (text[:1] == "(" and text[-1:] == ")"):
        return text
    return f"({text})" if re.search(r"\b(AND|OR)\b", text) else text


_METHODS: dict[str, str] = {
    "desc": "{0} DESC",
    "asc": "{0} ASC",
    "nulls_first": "{0} NULLS FIRST",
    "nullsfirst": "{0} NULLS FIRST",
    "nulls_last": "{0} NULLS LAST",
    "nullslast": "{0} NULLS LAST",
    "is_": "{0} IS {1}",
    "is_not": "{0} IS NOT {1}",
    "isnot": "{0} IS NOT {1}",
    "in_": "{0} IN {1}",
    "not_in": "{0} NOT IN {1}",
    "notin_": "{0} NOT IN {1}",
    "like": "{0} LIKE {1}",
    "ilike": "{0} ILIKE {1}",
    "between": "{0} BETWEEN {1} AND {2}",
    "collate": "{0} COLLATE {n1}",
    "label": "{0}",
    "self_group": "({0})",
    "contains": "{0} @> {1}",
    "regexp_match": "{0} ~ {1}",
    "is_distinct_from": "{0} IS DISTINCT FROM {1}",
    "cast": "CAST({0} AS {t1})",
    "op": "{0} {?}",
}
_HOLE = re.compile(r"\{([nt?]?)(\d?)\}")


def filled(template: str, given: list[Value]) -> SqlExpression:
    """An expression from a template: `{1}` an operand, `{n1}` a name, `{t1}` a type, `{?}` the unknown."""
    parts: list[Value] = []
    at = 0
    for match in _HOLE.finditer(template):
        parts.append(raw(template[at : match.start()]))
        at = match.end()
        place = int(match[2] or 0)
        if match[1] == "?" or place >= len(given):
            parts.append(UNTOLD)
        elif match[1] == "n":
            name = given[place]
            parts.append(raw(f'"{name}"') if isinstance(name, str) else UNTOLD)
        elif match[1] == "t":
            text = getattr(given[place], "generic_text", None)
            parts.append(raw(text) if isinstance(text, str) else UNTOLD)
        else:
            parts.append(given[place])
    parts.append(raw(template[at:]))
    return SqlExpression(*parts, operators=True)


def _applied(template: str, owner: Value, arguments: Arguments) -> SqlExpression:
    return filled(template, [owner, *arguments.positional])


class FunctionNames(PythonObject):
    """`sqlalchemy.func`: each of its attributes makes a call of the SQL function of that name."""

    __slots__ = ("prefix",)

    def __init__(self, prefix: str = "") -> None:
        self.prefix = prefix

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """A function, or a schema of functions."""
        return FunctionNames(f"{self.prefix}.{name}" if self.prefix else name)

    def call(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        """The call."""
        if self.prefix.lower() == "now" and not arguments.positional:
            return Spelled("now()", "CURRENT_TIMESTAMP")
        if self.prefix.lower() in _WITHOUT_BRACKETS and not arguments.positional:
            return plain(self.prefix.upper())
        parts: list[Value] = [raw(f"{self.prefix}(")]
        for place, value in enumerate(arguments.positional):
            parts += [raw(", "), value] if place else [value]
        if not arguments.complete:
            parts.append(UNTOLD)
        return SqlExpression(*parts, raw(")"))


class Spelled(SqlExpression):
    """What SQLite's compiler writes in another way: `func.now()`, `true()`, `false()`."""

    def __init__(self, text: str, on_sqlite: str) -> None:
        super().__init__(raw(text))
        self.text = text
        self.on_sqlite = on_sqlite

    def sql(self, dialect: Dialect) -> str | None:
        """The text for a database."""
        return self.on_sqlite if dialect == "sqlite" else self.text


_WITHOUT_BRACKETS = frozenset(
    {"current_timestamp", "current_date", "current_time", "current_user", "localtimestamp"}
)
