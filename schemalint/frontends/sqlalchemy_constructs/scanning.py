"""The columns of a class and its bases, as declarative mapping finds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.forks import Alternatives
from schemalint.frontends.python_interpreter.functions import Wrapped
from schemalint.frontends.python_interpreter.objects import ClassObject
from schemalint.frontends.python_interpreter.signals import Signal
from schemalint.frontends.python_interpreter.values import (
    MISSING,
    Arguments,
    Rest,
    Site,
    Unknown,
    Value,
)
from schemalint.frontends.sqlalchemy_constructs import (
    annotated_types,
    known_mixins,
)
from schemalint.frontends.sqlalchemy_constructs.schema_items import ColumnItem, SchemaItem

if TYPE_CHECKING:
    import ast

    from schemalint.frontends.python_interpreter.interpreter import Interpreter
from schemalint.frontends.sqlalchemy_constructs.mapped_attributes import Composite, Mapping, mapped_column


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
                self.name = self.name if self.name is not None else mixin.table_name(self.cls)
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
            self._compose(value, base, name)
            self._found[name] = value
        elif name in base.annotations and name not in base.variables:
            made = self._column_from_annotation(base, name)
            if made is not None:
                self._name(made, name)
                self._found[name] = made
                self.cls.variables[name] = made

    def _compose(self, value: Composite, base: ClassObject, name: str) -> None:
        """The fields of a dataclass name the columns of a composite and annotate them."""
        annotated: Value = None
        if value.cls is None and name in base.annotations:
            annotation = annotated_types.evaluated(self.interpreter, base.annotations[name], base)
            annotated = annotated_types.mapped_argument(self.interpreter, annotation, base)
        cls = annotated if isinstance(annotated, ClassObject) else value.cls
        fields = list(annotated_types.fields_of_dataclass(cls)) if cls is not None else []
        for _ in fields[len(value.columns) :]:
            value.columns.append(mapped_column(self.interpreter, Arguments(positional=[], site=value.site)))
        for column, (field, holder) in zip(value.columns, fields, strict=False):
            if isinstance(column, ColumnItem) and column.table is None:
                self._name(column, field)
                if column.mapped:
                    inner = annotated_types.evaluated(self.interpreter, holder.annotations[field], holder)
                    self._fill_in(column, inner, holder)

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
        if inner is not None:
            self._fill_in(column, inner, base)

    def _fill_in(self, column: ColumnItem, inner: Value, base: ClassObject) -> None:
        """What the type in an annotation says of a column that does not say it."""
        if column.nullable is None:
            column.nullable = annotated_types.allows_none(self.interpreter, inner, base)
            says_nothing = True
        else:
            says_nothing = False
        for template in annotated_types.annotated_columns(inner):
            _merge(template, column, says_nothing=says_nothing)
            break
        if column.type is None and not column.foreign_keys:
            types = annotated_types.types_of_version(self.interpreter, base.site.module.path)
            column.type = annotated_types.resolved_type(self.interpreter, inner, self.mapping.type_map, types)
        if (
            column.primary_key
            and column.nullable is False
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
            if items and _makes_no_difference(items[-1]):
                return items[:-1], {}
            return items, {}
        if _makes_no_difference(value):
            return [], {}
        if isinstance(value, Unknown):
            return [value], {}
        return ([value], {}) if isinstance(value, SchemaItem) else ([], {})


def _makes_no_difference(value: Value) -> bool:
    """Engines and character sets that depend on something: the table is the same with any of them."""
    return isinstance(value, Alternatives) and not any(one and "schema" in one for one in value.values)


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
