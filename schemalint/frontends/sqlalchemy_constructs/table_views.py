"""What programs see of a table: its columns, its primary key, the tables of a MetaData."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.values import (
    MISSING,
    Native,
    PythonObject,
    Unknown,
    Value,
    is_known,
)
from schemalint.frontends.sqlalchemy_constructs.schema_items import (
    ColumnItem,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter
    from schemalint.frontends.sqlalchemy_constructs.metadata import MetaDataObject
    from schemalint.frontends.sqlalchemy_constructs.tables import TableObject


class TableCollection(PythonObject):
    """`metadata.tables`."""

    __slots__ = ("metadata",)

    def __init__(self, metadata: MetaDataObject) -> None:
        self.metadata = metadata

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """The methods of a dictionary."""
        return interpreter.attribute(dict(self.metadata.tables), name)

    def item(self, interpreter: Interpreter, key: Value) -> Value:
        """A table by its key."""
        if isinstance(key, str) and key in self.metadata.tables:
            return self.metadata.tables[key]
        return key if isinstance(key, Unknown) else Unknown(f"the table {key}")

    def items(self, interpreter: Interpreter) -> list[Value] | Unknown:
        """The keys."""
        return list(self.metadata.tables)

    def contains(self, interpreter: Interpreter, value: Value) -> Value:
        """Whether there is such a key."""
        return value in self.metadata.tables if isinstance(value, str) else Unknown("a table")


class ColumnCollection(PythonObject):
    """`table.c`: by attribute, by key, in order."""

    __slots__ = ("table",)

    def __init__(self, table: TableObject) -> None:
        self.table = table

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """A column, or a method of the collection."""
        column = self.table.find_column(name)
        if column is not None:
            return column
        pairs: dict[Value, Value] = {(item.key or item.name): item for item in self.table.columns}
        if name in ("keys", "values", "items", "get"):
            return interpreter.attribute(pairs, name)
        if name == "contains_column":
            return Native("contains_column", lambda machine, given: given.get(0, "col") in self.table.columns)
        if not self.table.complete or self.table.name == "":
            return Unknown(f"the column {name}")
        return MISSING

    def item(self, interpreter: Interpreter, key: Value) -> Value:
        """A column by key or by place."""
        if isinstance(key, str):
            return self.table.find_column(key) or Unknown(f"the column {key}")
        if isinstance(key, int) and -len(self.table.columns) <= key < len(self.table.columns):
            return self.table.columns[key]
        return Unknown("a column")

    def items(self, interpreter: Interpreter) -> list[Value] | Unknown:
        """The columns in order."""
        return list(self.table.columns)

    def contains(self, interpreter: Interpreter, value: Value) -> Value:
        """By key, or as an object."""
        found = self.table.find_column(value) is not None
        if not found and not (self.table.complete and (is_known(value) or isinstance(value, ColumnItem))):
            return Unknown("whether a column is there")
        return found


class PrimaryKeyView(PythonObject):
    """`table.primary_key`."""

    __slots__ = ("table",)

    def __init__(self, table: TableObject) -> None:
        self.table = table

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """Its columns and its name."""
        if name in ("columns", "c"):
            return [column for column in self.table.columns if column.primary_key]
        if name == "name":
            written = self.table.primary_key
            return written.name if written is not None else None
        return Unknown(f"the attribute {name} of a primary key")

    def items(self, interpreter: Interpreter) -> list[Value] | Unknown:
        """Its columns."""
        return [column for column in self.table.columns if column.primary_key]
