"""What stands for the attributes of a mapped class: columns, relationships, composites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.objects import ClassObject
from schemalint.frontends.python_interpreter.values import (
    Arguments,
    PythonObject,
    Site,
    Unknown,
    Value,
)
from schemalint.frontends.sqlalchemy_constructs import (
    annotated_types,
    column_natives,
)
from schemalint.frontends.sqlalchemy_constructs.metadata import MetaDataObject
from schemalint.frontends.sqlalchemy_constructs.schema_items import ColumnItem
from schemalint.frontends.sqlalchemy_constructs.tables import TableObject

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


class Mapping:
    """How a class is mapped: its table, or that of the class whose table it shares.

    `declared` remembers what its `declared_attr` functions gave, so that each is asked once.
    """

    __slots__ = ("declared", "metadata", "table", "type_map")

    def __init__(self, metadata: MetaDataObject, type_map: dict[Value, Value]) -> None:
        self.metadata = metadata
        self.type_map = type_map
        self.table: TableObject | None = None
        self.declared: dict[str, Value] = {}


class Relationship(PythonObject):
    """`relationship(…)` and other attributes that add nothing to a table."""

    __slots__ = ()

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """Nothing that decides anything."""
        return Unknown(f"the attribute {name} of a relationship")


class Composite(PythonObject):
    """`composite(…)`: an attribute over several columns, which it may declare.

    `cls` is the class of its values, where it is given one; `columns` may be the names of others, too.
    """

    __slots__ = ("cls", "columns", "site")

    def __init__(self, cls: ClassObject | None, columns: list[Value], site: Site) -> None:
        self.cls = cls
        self.columns = columns
        self.site = site


def mapped_column(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`mapped_column(…)`."""
    item = column_natives.column_from(interpreter, arguments)
    item.mapped = True
    order = arguments.keywords.get("sort_order")
    item.sort_order = order if isinstance(order, int) else 0
    item.use_existing = arguments.keywords.get("use_existing_column") is True
    return item


def relationship(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`relationship(…)`."""
    return Relationship()


def column_property(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`column_property(Column(…))` declares its column."""
    first = arguments.get(0, "column")
    if not isinstance(first, ColumnItem) or first.table is not None:
        return Relationship()
    first.mapped = False  # its annotation says nothing of it then
    return first


def deferred(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`deferred(Column(…))`: queries do not ask for it."""
    found = column_property(interpreter, arguments)
    if isinstance(found, ColumnItem):
        found.given = {**found.given, "deferred": True}
    return found


def composite(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`composite(Class, mapped_column("x"), …)`."""
    given = list(arguments.positional)
    cls = given.pop(0) if given and not isinstance(given[0], ColumnItem | str) else None
    return Composite(cls if isinstance(cls, ClassObject) else None, given, arguments.site)


def new_type(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`NewType("Name", base)`."""
    return annotated_types.NewType(arguments.get(1, "tp"))
