"""Constraints and indexes as the program makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from schemalint.frontends.python_interpreter.values import (
    Native,
    Site,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter
    from schemalint.frontends.sqlalchemy_constructs.tables import TableObject
from schemalint.frontends.sqlalchemy_constructs.schema_items import (
    ColumnItem,
    ForeignKeyItem,
    SchemaItem,
    column_of,
    is_deferrable,
    is_initially_deferred,
)


class ConstraintItem(SchemaItem):
    """A constraint over columns, which are given by name or as objects."""

    __slots__ = ("columns", "from_column", "name", "parent")

    kind = "constraint"

    def __init__(self, site: Site, serial: int, columns: list[Value], keywords: dict[str, Value]) -> None:
        super().__init__(site, serial)
        self.columns: list[Value] = columns
        self.name: Value = keywords.get("name")
        self.parent: TableObject | None = None
        self.given = keywords
        self.from_column: ColumnItem | None = None

    @property
    def deferrable(self) -> bool:
        """Whether it may be checked at the end of a transaction."""
        return is_deferrable(self.given)

    @property
    def initially_deferred(self) -> bool:
        """Whether it is checked at the end of a transaction unless that is changed."""
        return is_initially_deferred(self.given)

    def copy(self) -> Self:
        """The same constraint for another table, its columns by name."""
        names = [
            (column.name if isinstance(column, ColumnItem) and column.name is not None else column)
            for column in self.columns
        ]
        made = type(self)(self.site, self.serial, names, self.given)
        made.name, made.condition = self.name, self.condition
        return made

    def column_names(self) -> list[str] | None:
        """The names of the columns, as far as all of them are known."""
        found: list[str] = []
        for column in self.columns:
            item = self.parent.find_column(column) if self.parent is not None else None
            name = (
                item.name if item is not None else column.name if isinstance(column, ColumnItem) else column
            )
            if not isinstance(name, str):
                return None
            found.append(name)
        return found

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """What naming conventions and loops over constraints ask."""
        if name == "name":
            return self.name
        if name in ("columns", "expressions", "column_keys", "c"):
            if name == "column_keys":
                return self.column_names() or Unknown("the columns of a constraint")
            if self.parent is None:
                return list(self.columns)
            return [self.parent.find_column(column) or column for column in self.columns]
        if name in ("table", "parent"):
            return self.parent
        if name == "unique":
            return self.kind == "uq" or self.given.get("unique") is True
        if name in ("copy", "_copy"):
            return Native("Constraint.copy", lambda machine, given: self.copy())
        return super().attribute(interpreter, name)

    def set_attribute(self, interpreter: Interpreter, name: str, value: Value) -> None:
        """`constraint.name = …`."""
        if name == "name":
            self.name = value


class PrimaryKeyItem(ConstraintItem):
    """`PrimaryKeyConstraint`."""

    __slots__ = ()
    kind = "pk"


class UniqueItem(ConstraintItem):
    """`UniqueConstraint`."""

    __slots__ = ()
    kind = "uq"


class ForeignKeyConstraintItem(ConstraintItem):
    """`ForeignKeyConstraint`; `elements` are its targets, as strings or columns."""

    __slots__ = ("elements", "on_delete", "on_update", "use_alter")
    kind = "fk"

    def __init__(
        self,
        site: Site,
        serial: int,
        columns: list[Value],
        keywords: dict[str, Value],
        elements: list[Value] | None = None,
    ) -> None:
        super().__init__(site, serial, columns, keywords)
        self.elements: list[Value] = [] if elements is None else elements
        self.on_delete: Value = keywords.get("ondelete")
        self.on_update: Value = keywords.get("onupdate")
        self.use_alter = keywords.get("use_alter") is True

    def copy(self) -> Self:
        """The same key for another table."""
        made = super().copy()
        made.elements = list(self.elements)
        return made

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """The elements are asked for by naming conventions."""
        if name == "elements":
            found: list[Value] = []
            for column, target in zip(self.columns, self.elements, strict=False):
                key = ForeignKeyItem(self.site, self.serial, target, self.given)
                item = self.parent.find_column(column) if self.parent is not None else None
                key.parent = item if item is not None else None
                found.append(key)
            return found
        if name == "referred_table":
            return self._referred_table()
        return super().attribute(interpreter, name)

    def _referred_table(self) -> Value:
        target = self.elements[0] if self.elements else None
        column = column_of(target)
        if column is not None:
            return column.table
        if not isinstance(target, str) or self.parent is None:
            return Unknown("the table of a foreign key")
        key = target.rpartition(".")[0]
        return self.parent.stand_in(key)


class CheckItem(ConstraintItem):
    """`CheckConstraint`; its one "column" is the expression. `type_bound`: made by a Boolean or an Enum."""

    __slots__ = ("type_bound",)
    kind = "ck"

    def __init__(self, site: Site, serial: int, columns: list[Value], keywords: dict[str, Value]) -> None:
        super().__init__(site, serial, columns, keywords)
        self.type_bound = False

    def column_names(self) -> list[str] | None:
        """A check names no columns."""
        return []


class ExcludeItem(ConstraintItem):
    """PostgreSQL's `ExcludeConstraint`; the columns are pairs of a column or expression and an operator."""

    __slots__ = ()
    kind = "exclude"

    def column_names(self) -> list[str] | None:
        """Only for names; expressions have none."""
        found = []
        for pair in self.columns:
            first = pair[0] if isinstance(pair, tuple | list) and pair else pair
            name = first.name if isinstance(first, ColumnItem) else first
            if not isinstance(name, str):
                return None
            found.append(name)
        return found


class IndexItem(ConstraintItem):
    """`Index`."""

    __slots__ = ("table_hint",)
    kind = "ix"

    def __init__(self, site: Site, serial: int, columns: list[Value], keywords: dict[str, Value]) -> None:
        super().__init__(site, serial, columns, keywords)
        self.table_hint: TableObject | None = None

    @property
    def unique(self) -> bool:
        """Whether it is unique."""
        return bool(self.given.get("unique")) and not isinstance(self.given.get("unique"), Unknown)

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """`create`, `drop` and what loops over indexes ask."""
        if name in ("create", "drop"):
            from schemalint.frontends.sqlalchemy_constructs.issuing import issue_index

            return Native(f"Index.{name}", lambda machine, given: issue_index(machine, self, name, given))
        return super().attribute(interpreter, name)
