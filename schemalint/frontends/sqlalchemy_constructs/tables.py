"""`Table`: the columns and constraints of each table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.values import (
    Arguments,
    Native,
    PythonObject,
    Site,
    Unknown,
    Value,
)
from schemalint.frontends.sqlalchemy_constructs import naming
from schemalint.frontends.sqlalchemy_constructs.constraint_items import (
    ConstraintItem,
    ForeignKeyConstraintItem,
    IndexItem,
    PrimaryKeyItem,
    UniqueItem,
)
from schemalint.frontends.sqlalchemy_constructs.effects import effects_of
from schemalint.frontends.sqlalchemy_constructs.metadata import MetaDataObject
from schemalint.frontends.sqlalchemy_constructs.schema_items import ColumnItem, SchemaItem, column_of
from schemalint.frontends.sqlalchemy_constructs.spatial_types import (
    forbids_nulls,
    is_spatial,
    spatial_index,
)
from schemalint.frontends.sqlalchemy_constructs.sql_text import columns_of
from schemalint.frontends.sqlalchemy_constructs.table_views import (
    ColumnCollection,
    PrimaryKeyView,
)
from schemalint.frontends.sqlalchemy_constructs.type_resolution import resolve
from schemalint.knowledge.dialects import POSTGRESQL_FAMILY

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter
    from schemalint.frontends.sqlalchemy_constructs.types import TypeObject


class TableObject(PythonObject):
    """A `Table`. `complete` is False where part of it could not be told."""

    __slots__ = (
        "columns",
        "complete",
        "constraints",
        "given",
        "holds",
        "indexes",
        "listeners",
        "metadata",
        "name",
        "reasons",
        "schema",
        "site",
        "temporary",
    )

    def __init__(self, name: str, metadata: MetaDataObject, schema: str | None, site: Site) -> None:
        self.name = name
        self.metadata = metadata
        self.schema = schema
        self.site = site
        self.columns: list[ColumnItem] = []
        self.constraints: list[ConstraintItem] = []
        self.indexes: list[IndexItem] = []
        self.given: dict[str, Value] = {}
        self.listeners: list[tuple[str, Value]] = []
        self.complete = True
        self.holds = True
        self.reasons: list[tuple[str, Site]] = []
        self.temporary = False

    @property
    def full_name(self) -> str:
        """The key in `metadata.tables`."""
        return f"{self.schema}.{self.name}" if self.schema else self.name

    @property
    def label_prefix(self) -> str:
        """What stands in front of a column's name in its label."""
        return f"{self.schema.replace('.', '_')}_{self.name}_" if self.schema else f"{self.name}_"

    @property
    def primary_key(self) -> PrimaryKeyItem | None:
        """The primary key that is written as a constraint."""
        for constraint in self.constraints:
            if isinstance(constraint, PrimaryKeyItem):
                return constraint
        return None

    def not_understood(self, reason: str, site: Site, *, adds: bool = False) -> None:
        """Something in the table could not be told; `adds` says that it only adds to what was."""
        self.complete = False
        self.holds = self.holds and adds
        self.reasons.append((reason, site))

    def find_column(self, reference: Value) -> ColumnItem | None:
        """A column by its key, its name, or as the object it is or was copied from."""
        if isinstance(reference, ColumnItem) or not isinstance(reference, str):
            column = column_of(reference)
            if column is None:
                return None
            for candidate in self.columns:
                if candidate is column:
                    return candidate
            reference = column.key or column.name
        for candidate in self.columns:
            if reference is not None and (candidate.key or candidate.name) == reference:
                return candidate
        for candidate in self.columns:
            if reference is not None and candidate.name == reference:
                return candidate
        return None

    def stand_in(self, key: str) -> TableObject:
        """The table of that key, or one of which nothing but the name is known."""
        known = self.metadata.tables.get(key)
        if known is not None:
            return known
        schema, _, name = key.rpartition(".")
        made = TableObject(name, MetaDataObject(self.site), schema or None, self.site)
        made.complete = made.holds = False
        return made

    # building

    def add(self, interpreter: Interpreter, item: Value) -> None:
        """Append a column, a constraint or an index."""
        if isinstance(item, ColumnItem):
            self.add_column(interpreter, item)
        elif isinstance(item, IndexItem):
            self.add_index(interpreter, item)
        elif isinstance(item, ConstraintItem):
            self.add_constraint(interpreter, item)
        elif isinstance(item, Unknown):
            self.not_understood(item.reason, self.site)

    def add_column(self, interpreter: Interpreter, column: ColumnItem) -> None:
        """Append a column, with the keys, constraints and indexes that it is written with."""
        if column.name is None:
            self.not_understood("a column without a known name", column.site)
            return
        if column.table is not None and column.table is not self:
            column = column.copy()
        existing = self.find_column(column.key or column.name)
        if existing is column:
            return
        column.table = self
        if existing is not None:
            self.columns[self.columns.index(existing)] = column
            self._without_items_of(existing)
        else:
            self.columns.append(column)
        for check in column.checks:
            self.add_constraint(interpreter, check)
        for key in column.foreign_keys:
            self._add_column_key(interpreter, column, key)
        if column.index:
            self._add_column_item(interpreter, column, IndexItem, {"unique": bool(column.unique)})
        elif column.unique:
            self._add_column_item(interpreter, column, UniqueItem, {})
        if column.type is not None:
            self._add_spatial_index(interpreter, column, column.type)
        for item in column.pending:
            attach_if_ready(interpreter, item)
        primary = self.primary_key
        if primary is not None and primary.from_column is None:
            for reference in primary.columns:
                if reference in (column.name, column.key):
                    column.join_primary_key()

    def _without_items_of(self, column: ColumnItem) -> None:
        self.constraints = [item for item in self.constraints if item.from_column is not column]
        self.indexes = [item for item in self.indexes if item.from_column is not column]

    def _add_column_key(self, interpreter: Interpreter, column: ColumnItem, key: Value) -> None:
        keywords = dict(key.given)
        keywords["name"] = key.name
        constraint = ForeignKeyConstraintItem(
            key.site, effects_of(interpreter).next_serial(), [column], keywords, [key.target]
        )
        constraint.from_column = column
        self.add_constraint(interpreter, constraint)

    def _add_column_item(
        self,
        interpreter: Interpreter,
        column: ColumnItem,
        kind: type[IndexItem | UniqueItem],
        keywords: dict[str, Value],
    ) -> None:
        item = kind(column.site, effects_of(interpreter).next_serial(), [column], keywords)
        item.from_column = column
        self.add(interpreter, item)

    def _add_spatial_index(self, interpreter: Interpreter, column: ColumnItem, kind: TypeObject) -> None:
        dialect = effects_of(interpreter).dialect
        resolved = kind if kind.cls is None else resolve(interpreter, kind, dialect)
        if not is_spatial(resolved):
            return
        if forbids_nulls(resolved):
            column.nullable = False
        found = spatial_index(resolved, column, self.name)
        if found is None:
            return
        if isinstance(found, Unknown) or dialect not in POSTGRESQL_FAMILY:
            self.not_understood("the spatial index of a column", column.site, adds=True)
            return
        key, keywords = found
        item = IndexItem(column.site, effects_of(interpreter).next_serial(), [key], keywords)
        item.from_column = column
        self.add_index(interpreter, item)

    def add_constraint(self, interpreter: Interpreter, item: ConstraintItem) -> None:
        """Append a constraint. A second primary key takes the place of the first."""
        if item.parent is not None and item.parent is not self:
            item = item.copy()
        if any(item is other for other in self.constraints):
            return
        item.parent = self
        if isinstance(item, PrimaryKeyItem):
            self.constraints = [other for other in self.constraints if not isinstance(other, PrimaryKeyItem)]
            for column in self.columns:
                if column.primary_key and item.columns:
                    column.nullable, column.primary_key = column.is_nullable, False
            for reference in item.columns:
                column_item = self.find_column(reference)
                if column_item is not None:
                    column_item.join_primary_key()
        self.constraints.append(item)
        naming.named(interpreter, item, self, self.metadata.naming_convention)

    def add_index(self, interpreter: Interpreter, item: IndexItem) -> None:
        """Append an index."""
        if item.parent is not None and item.parent is not self:
            copied = item.copy()
            assert isinstance(copied, IndexItem)
            item = copied
        if any(item is other for other in self.indexes):
            return
        item.parent = self
        self.indexes.append(item)
        naming.named(interpreter, item, self, self.metadata.naming_convention)

    # what programs ask

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """Columns, constraints, indexes; statements about rows; what makes and drops the table."""
        if name in ("c", "columns"):
            return ColumnCollection(self)
        plain: dict[str, Value] = {
            "name": self.name,
            "schema": self.schema,
            "key": self.full_name,
            "fullname": self.full_name,
            "metadata": self.metadata,
            "description": self.name,
        }
        if name in plain:
            return plain[name]
        if name == "indexes":
            return list(self.indexes)
        if name == "constraints":
            return list(self.constraints)
        if name == "foreign_keys":
            return [key for column in self.columns for key in column.foreign_keys]
        if name == "foreign_key_constraints":
            return [item for item in self.constraints if isinstance(item, ForeignKeyConstraintItem)]
        if name == "primary_key":
            return PrimaryKeyView(self)
        if name == "append_column":
            return Native("Table.append_column", self._append)
        if name == "append_constraint":
            return Native("Table.append_constraint", self._append)
        if name in ("create", "drop"):
            from schemalint.frontends.sqlalchemy_constructs.issuing import issue_table

            return Native(f"Table.{name}", lambda machine, given: issue_table(machine, self, name, given))
        if name in ("to_metadata", "tometadata"):
            return Native("Table.to_metadata", self._to_metadata)
        if name in ("insert", "update", "delete", "select", "join", "outerjoin", "alias", "count"):
            from schemalint.frontends.sqlalchemy_constructs.statements import RowStatement

            verb = name if name in ("insert", "update", "delete") else "select"
            return Native(f"Table.{name}", lambda machine, given: RowStatement(verb, self))
        if name == "info":
            return self.given.get("info", {})
        if name in ("dialect_options", "kwargs", "dialect_kwargs"):
            return {}
        if name == "__table__":
            return self
        return Unknown(f"the attribute {name} of a table")

    def _append(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        for item in arguments.positional:
            self.add(interpreter, item)
        for item in arguments.keywords.values():
            if isinstance(item, SchemaItem):
                self.add(interpreter, item)
        return None

    def _to_metadata(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        metadata = arguments.get(0, "metadata")
        if not isinstance(metadata, MetaDataObject):
            return Unknown("a copy of a table")
        name = arguments.get(3, "name")
        schema = arguments.get(1, "schema", self.schema)
        copied = TableObject(
            name if isinstance(name, str) else self.name,
            metadata,
            schema if isinstance(schema, str) else None,
            self.site,
        )
        for column in self.columns:
            copy = column.copy()
            copy.index, copy.unique, copy.checks, copy.foreign_keys = None, None, [], []
            copied.add_column(interpreter, copy)
        for constraint in sorted(self.constraints, key=lambda item: item.from_column is None):
            made = constraint.copy()
            made.serial = effects_of(interpreter).next_serial()  # those of columns come with them
            copied.add_constraint(interpreter, made)
        for index in self.indexes:
            copied.add(interpreter, index.copy())
        copied.complete, copied.holds = self.complete, self.holds
        metadata.tables[copied.full_name] = copied
        return copied

    def truth(self, interpreter: Interpreter) -> bool | Unknown:
        """A table has no truth value; programs ask whether there is one."""
        return True


def attach_if_ready(interpreter: Interpreter, item: ConstraintItem) -> None:
    """Add a constraint or index to the table of its columns, once all of them have one."""
    if item.parent is not None:
        return
    columns = [found for value in item.columns for found in _columns_in(value)]
    if not columns or any(isinstance(value, str) for value in item.columns):
        return
    for column in columns:
        if column.table is None:
            if item not in column.pending:
                column.pending.append(item)
            return
    table = columns[0].table
    assert table is not None
    table.add(interpreter, item)


def _columns_in(value: Value) -> list[ColumnItem]:
    column = column_of(value)
    if column is not None:
        return [column]
    return [found for found in columns_of(value) if isinstance(found, ColumnItem)]
