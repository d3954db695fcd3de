"""Classes to tables: what declarative mapping makes of a class, its mixins and its bases.

The order of columns and what overrides what follow `_ClassScanMapperConfig` in SQLAlchemy 2.0's
`orm/decl_base.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.functions import Wrapped
from schemalint.frontends.python_interpreter.objects import ClassObject
from schemalint.frontends.python_interpreter.signals import Signal
from schemalint.frontends.python_interpreter.values import (
    MISSING,
    Arguments,
    External,
    PythonObject,
    Rest,
    Site,
    Unknown,
    Value,
)
from schemalint.frontends.sqlalchemy_constructs import (
    annotated_types,
    column_natives,
    events,
    known_mixins,
    natives,
    outside_bases,
)
from schemalint.frontends.sqlalchemy_constructs.effects import effects_of
from schemalint.frontends.sqlalchemy_constructs.schema_items import ColumnItem, SchemaItem
from schemalint.frontends.sqlalchemy_constructs.tables import MetaDataObject, TableObject

if TYPE_CHECKING:
    import ast

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
    """`composite(…)`: an attribute over several columns, which it may declare."""

    __slots__ = ("columns",)

    def __init__(self, columns: list[Value]) -> None:
        self.columns = columns


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
    """`column_property(Column(…))` and `deferred(Column(…))` declare their column."""
    first = arguments.get(0, "column")
    if not isinstance(first, ColumnItem) or first.table is not None:
        return Relationship()
    first.mapped = False  # its annotation says nothing of it then
    return first


def composite(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`composite(Class, mapped_column("x"), …)`."""
    return Composite([value for value in arguments.positional if isinstance(value, ColumnItem)])


def new_type(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`NewType("Name", base)`."""
    return annotated_types.NewType(arguments.get(1, "tp"))


def map_class(
    interpreter: Interpreter, cls: ClassObject, metadata: MetaDataObject, type_map: dict[Value, Value]
) -> None:
    """Map a class, unless it is abstract: make its table, or add its columns to that of its base."""
    if cls.variables.get("__abstract__") is True or cls.mapping is not None:
        return
    mapping = cls.mapping = Mapping(metadata, type_map)
    scan = Scan(interpreter, cls, mapping)
    scan.collect()
    parent = next(
        (base for base in cls.order[1:] if isinstance(base, ClassObject) and base.mapping is not None), None
    )
    parent_table = parent.mapping.table if parent is not None else None
    written = cls.variables.get("__table__")
    if isinstance(written, Wrapped):
        written = interpreter.declared(cls, "__table__", written)
    if isinstance(written, TableObject):
        mapping.table = written
        for column in written.columns:
            cls.variables.setdefault(str(column.key or column.name), column)
    elif isinstance(scan.name, str) and not _shares_table(interpreter, cls, scan, parent_table):
        mapping.table = _make_table(interpreter, cls, metadata, scan)
    elif isinstance(scan.name, Unknown) and parent_table is None:
        return
    elif parent_table is not None:
        mapping.table = parent_table
        for column in scan.columns:
            existing = parent_table.find_column(column.name)
            if existing is None:
                parent_table.add_column(interpreter, column)
    if mapping.table is not None and "__table__" not in cls.variables:
        cls.variables["__table__"] = mapping.table


def _shares_table(
    interpreter: Interpreter, cls: ClassObject, scan: Scan, parent_table: TableObject | None
) -> bool:
    """Flask-SQLAlchemy: a class without a primary key of its own lives in the table of its base."""
    if parent_table is None or not any(getattr(base, "names_tables", False) for base in cls.natives()):
        return False
    return not any(column.primary_key for column in scan.columns)


def _make_table(
    interpreter: Interpreter, cls: ClassObject, metadata: MetaDataObject, scan: Scan
) -> TableObject:
    arguments, keywords = scan.table_arguments()
    schema = keywords.get("schema", metadata.schema)
    schema = schema if isinstance(schema, str) and schema else None
    key = f"{schema}.{scan.name}" if schema else scan.name
    table = metadata.tables.get(key)
    if table is None or keywords.get("extend_existing") is not True:
        table = TableObject(scan.name, metadata, schema, Site(cls.site.module, cls.site.node))
        metadata.tables[key] = table
        effects_of(interpreter).tables.append(table)
    given = Arguments(positional=[], keywords=keywords, site=cls.site, complete=scan.complete)
    natives.fill_table(interpreter, table, [*scan.columns, *arguments], given)
    events.fire(interpreter, table, "after_parent_attach", metadata, table.site)
    for base in cls.order:
        if isinstance(base, Unknown) or (isinstance(base, External) and not outside_bases.is_known(base)):
            table.not_understood("a base class that is not among the files", cls.site)
    return table


class Scan:
    """The columns, the table's name and its arguments, collected from a class and its bases."""

    def __init__(self, interpreter: Interpreter, cls: ClassObject, mapping: Mapping) -> None:
        self.interpreter = interpreter
        self.cls = cls
        self.mapping = mapping
        self.name: Value = None
        self.table_args: Value = None
        self.columns: list[ColumnItem] = []
        self.complete = True
        self._found: dict[str, Value] = {}
        self._copied: dict[str, set[str]] = {}
        self._args_inherited = False

    def collect(self) -> None:
        """Go through the class and its bases, nearest first; columns of mixins are copied before that."""
        own_names = [(base, _names(base)) for base in self.cls.order if isinstance(base, ClassObject)]
        for base, names in own_names:
            if base is not self.cls and base.mapping is None:
                self._copy_columns(base, names)
        for base, names in own_names:
            is_mapped = base is not self.cls and base.mapping is not None
            if base is not self.cls and not is_mapped:
                for name in names:
                    if name in self._copied.get(base.name, ()):
                        self._found.setdefault(name, self.cls.variables[name])
            for name in names:
                self._attribute(base, name, is_mapped=is_mapped)
        for mixin in self.cls.natives():
            if isinstance(mixin, known_mixins.KnownMixin):
                self._found.update(mixin.missing(self.interpreter, self.cls, frozenset(self._found)))
                self.name = self.name if self.name is not None else mixin.table_name
        ordered = [column for value in self._found.values() for column in _columns(value)]
        self.columns = sorted(_distinct(ordered), key=lambda column: column.sort_order)
        if self._args_inherited and not isinstance(self.name, str):
            self.table_args = None

    def _copy_columns(self, base: ClassObject, names: list[str]) -> None:
        for name in names:
            value = base.variables.get(name)
            if value is not None:
                value = self.interpreter.settled(value, base.variables, name)
            current, _ = self.cls.find(name)
            if isinstance(value, ColumnItem):
                if current is not value:
                    continue
                column = value.copy()
                self._annotate(column, base, name)
            elif value is None and name in base.annotations and name not in base.variables:
                if current is not MISSING:
                    continue
                made = self._column_from_annotation(base, name)
                if made is None:
                    continue
                column = made
            else:
                continue
            self._name(column, name)
            self.cls.variables[name] = column
            self._copied.setdefault(base.name, set()).add(name)

    def _attribute(self, base: ClassObject, name: str, *, is_mapped: bool) -> None:
        value = base.variables.get(name)
        if value is not None:
            value = self.interpreter.settled(value, base.variables, name)
        if name == "__tablename__":
            if self.name is None and (not is_mapped or isinstance(value, Wrapped)):
                self.name = _attribute_of(self.interpreter, self.cls, name)
        elif name == "__table_args__":
            if self.table_args is None and (not is_mapped or isinstance(value, Wrapped)):
                self.table_args = _attribute_of(self.interpreter, self.cls, name)
                self._args_inherited = base is not self.cls
        elif is_mapped or name.startswith("__"):
            return
        elif base is not self.cls:
            if isinstance(value, Wrapped) and value.kind == "declared" and name not in self._found:
                self._declared(base, name, value)
        else:
            self._own(base, name, value)

    def _declared(self, base: ClassObject, name: str, value: Wrapped) -> None:
        current, _ = self.cls.find(name)
        if current is not value:
            return
        found = self.interpreter.declared(self.cls, name, value)
        if isinstance(found, ColumnItem):
            returns = getattr(getattr(value.function, "node", None), "returns", None)
            if found.mapped and returns is not None:
                self._annotate_by(found, returns, base)
            self._name(found, name)
            self._found[name] = found
            self.cls.variables[name] = found
        elif isinstance(found, Composite):
            self._found[name] = found

    def _own(self, base: ClassObject, name: str, value: Value) -> None:
        if isinstance(value, Wrapped) and value.kind == "declared":
            self._declared(base, name, value)
            return
        if isinstance(value, ColumnItem):
            if value.table is not None:
                return
            self._annotate(value, base, name)
            self._name(value, name)
            self._found[name] = value
        elif isinstance(value, Composite):
            self._found[name] = value
        elif name in base.annotations and name not in base.variables:
            made = self._column_from_annotation(base, name)
            if made is not None:
                self._name(made, name)
                self._found[name] = made
                self.cls.variables[name] = made

    def _column_from_annotation(self, base: ClassObject, name: str) -> ColumnItem | None:
        """The column of an attribute that has only a `Mapped[…]` annotation."""
        annotation = annotated_types.evaluated(self.interpreter, base.annotations[name], base)
        if annotated_types.mapped_argument(self.interpreter, annotation, base) is None:
            return None
        site = Site(base.site.module, annotated_types.statement_of(base, name))
        column = mapped_column(self.interpreter, Arguments(positional=[], site=site))
        assert isinstance(column, ColumnItem)
        self._annotate(column, base, name)
        return column

    def _annotate(self, column: ColumnItem, base: ClassObject, name: str) -> None:
        """Type and nullability that the annotation of a `mapped_column` adds."""
        if column.mapped and name in base.annotations:
            self._annotate_by(column, base.annotations[name], base)

    def _annotate_by(self, column: ColumnItem, node: ast.expr, base: ClassObject) -> None:
        annotation = annotated_types.evaluated(self.interpreter, node, base)
        inner = annotated_types.mapped_argument(self.interpreter, annotation, base)
        if inner is None:
            return
        if column.nullable is None:
            column.nullable = annotated_types.allows_none(self.interpreter, inner, base)
            says_nothing = True
        else:
            says_nothing = False
        for template in annotated_types.annotated_columns(inner):
            _merge(template, column, says_nothing=says_nothing)
            break
        if column.type is None and not column.foreign_keys:
            column.type = annotated_types.resolved_type(self.interpreter, inner, self.mapping.type_map)
        if (
            column.primary_key
            and says_nothing
            and not annotated_types.allows_none(self.interpreter, inner, base)
        ):
            column.nullable = None

    def _name(self, column: ColumnItem, name: str) -> None:
        if column.name is None:
            column.name = name
            if column.key is None:
                column.key = name

    def table_arguments(self) -> tuple[list[Value], dict[str, Value]]:
        """The constraints and the keywords in `__table_args__`, whatever its shape."""
        value = self.table_args
        if isinstance(value, dict):
            return [], _keywords(value)
        if isinstance(value, tuple | list):
            items = [item for item in value if not isinstance(item, Rest)]
            self.complete = len(items) == len(value)
            if items and isinstance(items[-1], dict):
                return items[:-1], _keywords(items[-1])
            return items, {}
        if isinstance(value, Unknown):
            return [value], {}
        return ([value], {}) if isinstance(value, SchemaItem) else ([], {})


def _keywords(value: dict[Value, Value]) -> dict[str, Value]:
    return {key: entry for key, entry in value.items() if isinstance(key, str)}


def _names(base: ClassObject) -> list[str]:
    """The attributes of a class in the order in which its body names them, annotations included."""
    names = list(base.variables)
    for name, place in base.annotation_places.items():
        if name not in base.variables:
            before = [other for other in list(base.variables)[:place] if other in names]
            at = names.index(before[-1]) + 1 if before else 0
            while at < len(names) and names[at] not in base.variables:
                at += 1
            names.insert(at, name)
    return names


def _columns(value: Value) -> list[ColumnItem]:
    if isinstance(value, ColumnItem):
        return [value]
    if isinstance(value, Composite):
        return [
            column for column in value.columns if isinstance(column, ColumnItem) and column.name is not None
        ]
    return []


def _distinct(columns: list[ColumnItem]) -> list[ColumnItem]:
    seen: set[int] = set()
    found = []
    for column in columns:
        if id(column) not in seen:
            seen.add(id(column))
            found.append(column)
    return found


def _attribute_of(interpreter: Interpreter, cls: ClassObject, name: str) -> Value:
    try:
        value = interpreter.attribute(cls, name)
    except Signal:
        return Unknown(f"{name} of {cls.name}")
    return None if value is MISSING else value


def _merge(template: ColumnItem, column: ColumnItem, *, says_nothing: bool) -> None:
    """What a `mapped_column` within `Annotated` gives the column (`Column._merge`)."""
    column.primary_key = column.primary_key or template.primary_key
    if column.type is None:
        column.type = template.type
    if says_nothing and template.nullable is not None:
        column.nullable = template.nullable
    for name in ("server_default", "default", "index", "unique", "computed"):
        if getattr(column, name) is None:
            setattr(column, name, getattr(template, name))
    column.identity = column.identity or template.identity
    if column.autoincrement == "auto":
        column.autoincrement = template.autoincrement
    if column.sort_order == 0:
        column.sort_order = template.sort_order
    if not column.foreign_keys:
        column.foreign_keys = [key.copy() for key in template.foreign_keys]
        for key in column.foreign_keys:
            key.parent = column
    column.checks += [check.copy() for check in template.checks]
    column.given = {**template.given, **column.given}


def attribute_set(interpreter: Interpreter, cls: ClassObject, name: str, value: Value) -> None:
    """`Model.attribute = Column(…)` after the class was mapped."""
    if cls.mapping is None or cls.mapping.table is None or not isinstance(value, ColumnItem):
        return
    if value.table is None:
        if value.name is None:
            value.name = name
        cls.mapping.table.add_column(interpreter, value)
