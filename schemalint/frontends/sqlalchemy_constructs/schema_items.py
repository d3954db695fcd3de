"""Columns, keys, constraints and indexes as the program writes them, before a dialect is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.functions import BoundMethod
from schemalint.frontends.python_interpreter.values import (
    MISSING,
    Native,
    PythonObject,
    Site,
    Unknown,
    Value,
)
from schemalint.frontends.sqlalchemy_constructs.sql_text import (
    SqlExpression,
    combined,
    expression_attribute,
    quoted,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter
    from schemalint.frontends.sqlalchemy_constructs.constraint_items import CheckItem, ConstraintItem
    from schemalint.frontends.sqlalchemy_constructs.tables import TableObject
    from schemalint.frontends.sqlalchemy_constructs.types import TypeObject
    from schemalint.knowledge.dialects import Dialect


class ConventionalName(str):
    """A name of a naming convention, or given in `op.f()`: it is final, and cut with a hash if too long."""

    __slots__ = ()


class SchemaItem(PythonObject):
    """Anything that can stand in a table. `serial` is its place among all that the program made."""

    __slots__ = ("condition", "given", "serial", "site")

    def __init__(self, site: Site, serial: int) -> None:
        self.site = site
        self.serial = serial
        self.given: dict[str, Value] = {}
        self.condition: Value = None

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """`ddl_if`, and what the kind of item adds."""
        if name == "ddl_if":
            return Native("ddl_if", self._ddl_if)
        if name == "dialect_options":
            return {
                dialect: {
                    key.removeprefix(f"{dialect}_"): value
                    for key, value in self.given.items()
                    if key.startswith(f"{dialect}_")
                }
                for dialect in ("postgresql", "sqlite", "mysql", "mariadb", "mssql", "oracle")
            }
        if name == "info":
            return self.given.get("info", {})
        if name in ("dialect_kwargs", "kwargs"):
            return {}
        if name == "_ddl_if":
            return None if self.condition is None else DdlCondition(self.condition)
        return Unknown(f"the attribute {name} of a schema item")

    def _ddl_if(self, interpreter: Interpreter, arguments: object) -> Value:
        keywords = getattr(arguments, "keywords", {})
        positional = getattr(arguments, "positional", [])
        self.condition = keywords.get(
            "dialect", positional[0] if positional else Unknown("a condition of DDL")
        )
        return self

    def applies_to(self, dialect_name: str) -> bool:
        """Whether `ddl_if` lets it be made in that dialect; what can't be told is made."""
        wanted = self.condition
        if isinstance(wanted, str):
            return wanted == dialect_name
        if isinstance(wanted, list | tuple | set):
            return dialect_name in wanted
        return True

    def option(self, prefixes: tuple[str, ...], name: str) -> Value:
        """A keyword meant for the dialect, such as `postgresql_where`."""
        for prefix in prefixes:
            value = self.given.get(f"{prefix}_{name}")
            if value is not None:
                return value
        return None


class DdlCondition(PythonObject):
    """What `ddl_if` leaves on an item: SQLAlchemy's `DDLIf`."""

    __slots__ = ("dialect",)

    def __init__(self, dialect: Value) -> None:
        self.dialect = dialect

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """The dialects that it names."""
        return self.dialect if name == "dialect" else Unknown(f"the {name} of ddl_if")


class ForeignKeyItem(SchemaItem):
    """`ForeignKey(…)` on a column."""

    __slots__ = ("deferrable", "deferred", "name", "on_delete", "on_update", "parent", "target", "use_alter")

    def __init__(self, site: Site, serial: int, target: Value, keywords: dict[str, Value]) -> None:
        super().__init__(site, serial)
        self.target = target
        self.name: Value = keywords.get("name")
        self.on_delete: Value = keywords.get("ondelete")
        self.on_update: Value = keywords.get("onupdate")
        self.use_alter = keywords.get("use_alter") is True
        self.deferrable = is_deferrable(keywords)
        self.deferred = is_deferred(keywords)
        self.parent: ColumnItem | None = None
        self.given = keywords

    def copy(self) -> ForeignKeyItem:
        """The same key for another column."""
        target = self.target
        return ForeignKeyItem(self.site, self.serial, target, self.given)

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """What naming conventions and loops over keys ask."""
        if name == "parent":
            return self.parent
        if name == "target_fullname":
            return target_text(self.target)
        if name in ("name", "ondelete", "onupdate"):
            return {"name": self.name, "ondelete": self.on_delete, "onupdate": self.on_update}[name]
        if name == "column":
            return (
                self.target if isinstance(self.target, ColumnItem) else Unknown("the column of a foreign key")
            )
        return super().attribute(interpreter, name)


def is_deferrable(keywords: dict[str, Value]) -> bool:
    """Whether `deferrable` or `initially` make a constraint deferrable."""
    return keywords.get("deferrable") is True or is_deferred(keywords)


def is_deferred(keywords: dict[str, Value]) -> bool:
    """Whether a constraint is deferred at first."""
    initially = keywords.get("initially")
    return isinstance(initially, str) and initially.upper() == "DEFERRED"


_LONGEST_CHAIN = 20
"""So many columns may have their type from each other."""


class ColumnItem(SchemaItem):
    """A column. `nullable` is None where nothing is said, `given` are its keywords as written.

    `stored` is what is said of a computed one; `mapped` marks what `mapped_column` and SQLModel's `Field`
    make, `guessed` one that is given something that is not known and may be its type; `pending` are
    constraints outside any table that wait for their columns to get one.
    """

    __slots__ = (
        "autoincrement",
        "checks",
        "computed",
        "default",
        "foreign_keys",
        "guessed",
        "identity",
        "index",
        "key",
        "mapped",
        "name",
        "nullable",
        "pending",
        "primary_key",
        "server_default",
        "sort_order",
        "stored",
        "table",
        "type",
        "unique",
        "use_existing",
    )

    def __init__(self, site: Site, serial: int) -> None:
        super().__init__(site, serial)
        self.name: str | None = None
        self.key: str | None = None
        self.type: TypeObject | None = None
        self.nullable: bool | None = None
        self.primary_key = False
        self.index: bool | None = None
        self.unique: bool | None = None
        self.server_default: Value = None
        self.default: Value = None
        self.autoincrement: Value = "auto"
        self.computed: Value = None
        self.stored: Value = None
        self.identity = False
        self.foreign_keys: list[ForeignKeyItem] = []
        self.checks: list[CheckItem] = []
        self.table: TableObject | None = None
        self.mapped = False
        self.guessed = False
        self.pending: list[ConstraintItem] = []
        self.sort_order = 0
        self.use_existing = False

    @property
    def is_nullable(self) -> bool:
        """Whether it may hold nulls: what is said, or what follows from its being a key or an identity."""
        if self.nullable is not None:
            return self.nullable
        return not (self.primary_key or self.identity)

    def resulting_type(self) -> TypeObject | None:
        """Its type; a column without one has that of the column it refers to."""
        current: ColumnItem | None = self
        for _ in range(_LONGEST_CHAIN):
            if current is None or current.type is not None:
                break
            current = current._target()
        return current.type if current is not None else None

    def _target(self) -> ColumnItem | None:
        for key in self.foreign_keys:
            target = column_of(key.target)
            if target is not None:
                return target
            if isinstance(key.target, str) and self.table is not None:
                table_key, _, name = key.target.rpartition(".")
                schema = self.table.metadata.schema
                table = self.table.metadata.tables.get(table_key)
                if table is None and schema and "." not in table_key:
                    table = self.table.metadata.tables.get(f"{schema}.{table_key}")
                if table is not None:
                    return table.find_column(name)
        return None

    def join_primary_key(self) -> None:
        """A PrimaryKeyConstraint has it: it holds no nulls unless its keywords, not an annotation, say so."""
        self.primary_key = True
        if not isinstance(self.given.get("nullable"), bool):
            self.nullable = None

    def sql(self, dialect: Dialect) -> str | None:
        """The column in an SQL expression of its own table."""
        return quoted(self.name) if self.name is not None else None

    @property
    def columns(self) -> tuple[ColumnItem, ...]:
        """Itself, as the columns that an expression mentions."""
        return (self,)

    def copy(self) -> ColumnItem:
        """The same column for another table."""
        made = ColumnItem(self.site, self.serial)
        for slot in ColumnItem.__slots__:
            if slot not in ("table", "foreign_keys", "checks", "pending"):
                setattr(made, slot, getattr(self, slot))
        made.foreign_keys = [key.copy() for key in self.foreign_keys]
        for key in made.foreign_keys:
            key.parent = made
        made.checks = [check.copy() for check in self.checks]
        made.given, made.condition = self.given, self.condition
        return made

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """What programs ask of columns, and the methods of expressions."""
        plain = {
            "name": self.name,
            "key": self.key or self.name,
            "type": self.resulting_type(),
            "nullable": self.is_nullable,
            "primary_key": self.primary_key,
            "index": self.index,
            "unique": self.unique,
            "server_default": self.server_default,
            "table": self.table,
            "default": self.default,
            "autoincrement": self.autoincrement,
            "_ddl_label": self.label(),
        }
        if name in plain:
            return plain[name]
        if name == "foreign_keys":
            return list(self.foreign_keys)
        if name in ("copy", "_copy"):
            return Native("Column.copy", lambda machine, given: self.copy())
        if name in ("expression", "property", "columns"):
            return [self] if name == "columns" else self
        if name in ("info", "comment", "doc", "dialect_options"):
            return super().attribute(interpreter, name) if name != "comment" else None
        return expression_attribute(self, name)

    def set_attribute(self, interpreter: Interpreter, name: str, value: Value) -> None:
        """`column.nullable = False` and its likes."""
        if (name in ("nullable", "primary_key", "unique", "index") and isinstance(value, bool)) or (
            name in ("name", "key") and isinstance(value, str)
        ):
            setattr(self, name, value)
        elif name == "server_default":
            self.server_default = value

    def label(self) -> str | None:
        """`table_column`, with the schema in front if there is one: the default name of its index."""
        if self.table is None or self.name is None:
            return None
        parts = [self.table.name, self.name]
        if self.table.schema:
            parts.insert(0, self.table.schema.replace(".", "_"))
        return "_".join(parts)

    def binary(self, interpreter: Interpreter, operator: str, other: Value, *, reflected: bool) -> Value:
        """Operators on columns make expressions."""
        if other is self and operator == "==":
            return True
        return combined(self, operator, other, reflected=reflected)

    def unary(self, interpreter: Interpreter, operator: str) -> Value:
        """Operators on columns make expressions."""
        return SqlExpression(self).unary(interpreter, operator)

    def truth(self, interpreter: Interpreter) -> bool | Unknown:
        """A column has none."""
        return Unknown("whether a column is true")

    def item(self, interpreter: Interpreter, key: Value) -> Value:
        """`json_column["key"]`."""
        return SqlExpression(self).item(interpreter, key)


ColumnReference = ColumnItem | str | SqlExpression


def target_text(target: Value) -> Value:
    """The target of a foreign key as `table.column` or `schema.table.column`."""
    if isinstance(target, str):
        return target
    column = column_of(target)
    if column is not None and column.table is not None and column.name is not None:
        return f"{column.table.full_name}.{column.name}"
    return Unknown("the target of a foreign key")


def column_of(value: Value) -> ColumnItem | None:
    """The column that a value is, or that it wraps."""
    if isinstance(value, ColumnItem):
        return value
    if isinstance(value, BoundMethod):
        return None
    inner = getattr(value, "column", MISSING)
    return inner if isinstance(inner, ColumnItem) else None
