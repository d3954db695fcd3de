"""Names that SQLAlchemy gives: naming conventions with their tokens, and names cut with a hash."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from schemalint.frontends.python_interpreter.signals import Signal
from schemalint.frontends.python_interpreter.values import Arguments, PythonObject, Value
from schemalint.frontends.sqlalchemy_constructs.constraint_items import (
    CheckItem,
    ConstraintItem,
    ForeignKeyConstraintItem,
)
from schemalint.frontends.sqlalchemy_constructs.schema_items import ColumnItem, ConventionalName, target_text
from schemalint.frontends.sqlalchemy_constructs.sql_text import SqlExpression, columns_of
from schemalint.knowledge.dialects import Dialect
from schemalint.knowledge.names import stored

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter
    from schemalint.frontends.sqlalchemy_constructs.tables import TableObject

DEFAULT_CONVENTION: dict[Value, Value] = {"ix": "ix_%(column_0_label)s"}
"""What holds where a MetaData has no naming convention; one that is given takes its place whole."""

_TOKEN = re.compile(r"%\(([^()]*)\)s")
_COLUMN_TOKEN = re.compile(r"(referred_)?column_(\d{1,9})(_?N)?_(name|key|label)\Z")
_MAXIMUM_LENGTHS: dict[Dialect, int] = {
    "postgresql": 63,
    "cockroachdb": 63,
    "mysql": 64,
    "mariadb": 64,
    "sqlserver": 128,
}
_CLASS_NAMES = {
    "ix": "Index",
    "pk": "PrimaryKeyConstraint",
    "ck": "CheckConstraint",
    "uq": "UniqueConstraint",
    "fk": "ForeignKeyConstraint",
}


def convention_for(item: ConstraintItem, convention: dict[Value, Value]) -> Value:
    """The template or function for a kind of item; None if there is none."""
    if item.kind in convention:
        return convention[item.kind]
    wanted = _CLASS_NAMES.get(item.kind)
    for key, value in convention.items():
        if isinstance(key, PythonObject) and getattr(key, "short_name", None) == wanted and wanted:
            return value
    return None


def named(
    interpreter: Interpreter, item: ConstraintItem, table: TableObject, convention: dict[Value, Value]
) -> None:
    """Give an item the name that the convention makes, where it has none or the convention embeds it."""
    if isinstance(item.name, ConventionalName):
        return
    if isinstance(item, CheckItem) and item.type_bound and item.name is None:
        return
    template = convention_for(item, convention)
    if template is None or (item.name is not None and not _embeds_name(template)):
        return
    if not isinstance(template, str) or (item.name is not None and not isinstance(item.name, str)):
        return
    name = _filled(interpreter, template, item, table, convention)
    if name is not None:
        item.name = ConventionalName(name)


def _embeds_name(template: Value) -> bool:
    return isinstance(template, str) and "constraint_name" in template


def _filled(
    interpreter: Interpreter,
    template: str,
    item: ConstraintItem,
    table: TableObject,
    convention: dict[Value, Value],
) -> str | None:
    parts: list[str] = []
    at = 0
    for match in _TOKEN.finditer(template):
        value = _token(interpreter, match[1], item, table, convention)
        if value is None:
            return None
        parts += [template[at : match.start()].replace("%%", "%"), value]
        at = match.end()
    return "".join([*parts, template[at:].replace("%%", "%")])


def _token(
    interpreter: Interpreter,
    token: str,
    item: ConstraintItem,
    table: TableObject,
    convention: dict[Value, Value],
) -> str | None:
    if token in convention:
        function = convention[token]
        if not isinstance(function, PythonObject):
            return None
        try:
            value = interpreter.called(function, Arguments(positional=[item, table], site=item.site))
        except Signal:
            return None
        return value if isinstance(value, str) else None
    simple = _SIMPLE.get(token)
    if simple is not None:
        return simple(item, table)
    match = _COLUMN_TOKEN.match(token)
    if match is None:
        return None
    referred, written, many, attribute = match.groups()
    number = int(written)
    if referred:
        return _referred(item, number, many)
    names = [_column_name(table, column, attribute) for column in _columns_in(item)]
    known = [name for name in names if name is not None]
    if len(known) != len(names):
        return None
    if many:
        return ("_" if many.startswith("_") else "").join(known)
    return known[number] if number < len(known) else ""


def _columns_in(item: ConstraintItem) -> list[Value]:
    """The columns that count for a name: of an expression in an index the first, of a check all."""
    found: list[Value] = []
    for value in item.columns:
        inside = columns_of(value) if isinstance(value, SqlExpression) else (value,)
        if isinstance(item, CheckItem):
            found += [column for column in inside if not isinstance(column, str)]
        else:
            found += inside[:1]
    return found


def _referred(item: ConstraintItem, number: int, many: str | None) -> str | None:
    if not isinstance(item, ForeignKeyConstraintItem):
        return None
    targets = [target_text(element) for element in item.elements]
    known = [target.rpartition(".")[2] for target in targets if isinstance(target, str)]
    if len(known) != len(targets):
        return None
    if many:
        return ("_" if many.startswith("_") else "").join(known)
    return known[number] if number < len(known) else ""


def _column_name(table: TableObject, column: Value, attribute: str) -> str | None:
    item = column if isinstance(column, ColumnItem) and column.table is table else table.find_column(column)
    if item is None:
        item = column if isinstance(column, ColumnItem) else None
    if item is None:
        if not isinstance(column, str):
            return None
        return f"{table.label_prefix}{column}" if attribute == "label" else column
    if attribute == "label":
        return f"{table.label_prefix}{item.name}" if item.name is not None else None
    return item.key or item.name if attribute == "key" else item.name


def _table_name(item: ConstraintItem, table: TableObject) -> str | None:
    return table.name


def _constraint_name(item: ConstraintItem, table: TableObject) -> str | None:
    return item.name if isinstance(item.name, str) else None


def _referred_table_name(item: ConstraintItem, table: TableObject) -> str | None:
    if not isinstance(item, ForeignKeyConstraintItem) or not item.elements:
        return None
    target = target_text(item.elements[0])
    if not isinstance(target, str):
        return None
    parts = target.split(".")
    return parts[-2] if len(parts) > 1 else parts[0]


_SIMPLE: dict[str, Callable[[Any, Any], str | None]] = {
    "table_name": _table_name,
    "constraint_name": _constraint_name,
    "referred_table_name": _referred_table_name,
}


def final_name(name: Value, dialect: Dialect) -> str | None:
    """A name as it goes to the database: one from a convention is cut, with a hash, where it is too long."""
    if not isinstance(name, str):
        return None
    maximum = _MAXIMUM_LENGTHS.get(dialect)
    if isinstance(name, ConventionalName) and maximum is not None and len(name) > maximum:
        digest = hashlib.md5(stored(name), usedforsecurity=False).hexdigest()
        return f"{name[: maximum - 8]}_{digest[-4:]}"
    return str(name)
