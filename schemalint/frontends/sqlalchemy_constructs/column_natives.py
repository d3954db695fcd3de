"""`Column(…)` and what stands in its brackets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.values import (
    Arguments,
    Native,
    PythonObject,
    Unknown,
    Value,
)
from schemalint.frontends.sqlalchemy_constructs.constraint_items import CheckItem
from schemalint.frontends.sqlalchemy_constructs.effects import effects_of
from schemalint.frontends.sqlalchemy_constructs.schema_items import ColumnItem, ForeignKeyItem
from schemalint.frontends.sqlalchemy_constructs.sql_text import (
    plain,
)
from schemalint.frontends.sqlalchemy_constructs.types import as_type

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


class Marker(PythonObject):
    """`Computed`, `Identity` or `Sequence` among the arguments of a column."""

    __slots__ = ("arguments", "kind")

    def __init__(self, kind: str, arguments: Arguments) -> None:
        self.kind = kind
        self.arguments = arguments

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """`Sequence(…).next_value()`, as PostgreSQL writes it."""
        sequence, schema = self.arguments.get(0, "name"), self.arguments.keywords.get("schema")
        known = isinstance(sequence, str) and schema is None and self.kind == "Sequence"
        if name == "next_value" and known and effects_of(interpreter).dialect == "postgresql":
            text = plain(f"nextval('{sequence}')")
            return Native("Sequence.next_value", lambda machine, given: text)
        return Unknown(f"the attribute {name} of {self.kind}")


def column(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`Column(…)`."""
    return column_from(interpreter, arguments)


def column_from(interpreter: Interpreter, arguments: Arguments) -> ColumnItem:
    """A column from the arguments of `Column` or `mapped_column`."""
    item = ColumnItem(arguments.site, effects_of(interpreter).next_serial())
    given = list(arguments.positional)
    keywords = arguments.keywords
    if given and (isinstance(given[0], str) or given[0] is None):
        item.name = given.pop(0)
    elif (
        given
        and isinstance(given[0], Unknown)
        and len(given) > 1
        and as_type(interpreter, given[1]) is not None
    ):
        given.pop(0)
    name = keywords.get("name")
    if isinstance(name, str):
        item.name = name
    key = keywords.get("key")
    item.key = key if isinstance(key, str) else None
    if "type_" in keywords:
        item.type = as_type(interpreter, keywords["type_"])
    for value in given:
        _add_to_column(interpreter, item, value)
    _set_column_keywords(item, keywords)
    item.given = keywords
    return item


def _add_to_column(interpreter: Interpreter, item: ColumnItem, value: Value) -> None:
    if isinstance(value, ForeignKeyItem):
        value.parent = item
        item.foreign_keys.append(value)
    elif isinstance(value, CheckItem):
        item.checks.append(value)
    elif isinstance(value, Marker):
        if value.kind == "Computed":
            _compute(item, value)
        elif value.kind == "Identity":
            item.identity = True
        else:
            item.default = value
    elif item.type is None:
        item.type = as_type(interpreter, value)
        item.guessed = item.type is None and isinstance(value, Unknown)


def _compute(item: ColumnItem, marker: Marker) -> None:
    item.computed = _as_text(marker.arguments.get(0, "sqltext"))
    item.stored = marker.arguments.get(1, "persisted")


def _as_text(value: Value) -> Value:
    return plain(value) if isinstance(value, str) else value


def _set_column_keywords(item: ColumnItem, keywords: dict[str, Value]) -> None:
    nullable = keywords.get("nullable")
    item.nullable = nullable if isinstance(nullable, bool) else None
    item.primary_key = keywords.get("primary_key") is True
    for name in ("index", "unique"):
        value = keywords.get(name)
        if isinstance(value, bool):
            setattr(item, name, value)
    item.server_default = keywords.get("server_default")
    if isinstance(item.server_default, Marker):
        if item.server_default.kind == "Identity":
            item.identity = True
        elif item.server_default.kind == "Computed":
            _compute(item, item.server_default)
        item.server_default = None
    item.default = keywords.get("default", item.default)
    item.autoincrement = keywords.get("autoincrement", "auto")
