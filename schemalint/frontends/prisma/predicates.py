"""The predicate of a partial index: `where: raw("…")`, or an object of conditions on fields."""

from __future__ import annotations

from schemalint.frontends.prisma.schema import Model
from schemalint.frontends.prisma.syntax import Call, Number, Object, Text, Value, Word
from schemalint.knowledge.dialects import MYSQL_FAMILY, Dialect


def predicate(where: Value, model: Model, dialect: Dialect) -> str | None:
    """The predicate as Prisma's engine writes it; None where it is none."""
    if isinstance(where, Call) and where.name == "raw" and where.arguments:
        argument = where.arguments[0].value
        return argument.text if isinstance(argument, Text) else None
    if isinstance(where, Object) and where.pairs:
        return " AND ".join(
            _condition(_quoted(model.column(name), dialect), value) for name, value in where.pairs
        )
    return None


def _condition(column: str, value: Value) -> str:
    if isinstance(value, Object):
        negated = dict(value.pairs).get("not")
        if negated is not None:
            return f"{column} IS NOT NULL" if _is_null(negated) else f"{column} != {_literal(negated)}"
    return f"{column} IS NULL" if _is_null(value) else f"{column} = {_literal(value)}"


def _is_null(value: Value) -> bool:
    return isinstance(value, Word) and value.text == "null"


def _literal(value: Value) -> str:
    if isinstance(value, Text):
        return "'" + value.text.replace("'", "''") + "'"
    return value.text if isinstance(value, (Word, Number)) else "NULL"


def _quoted(name: str, dialect: Dialect) -> str:
    if dialect in MYSQL_FAMILY:
        return f"`{name}`"
    return f"[{name}]" if dialect == "sqlserver" else f'"{name}"'
