"""SQLModel: table models are declarative classes whose columns come from their fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.functions import Wrapped
from schemalint.frontends.python_interpreter.objects import ClassObject, NativeClass
from schemalint.frontends.python_interpreter.values import (
    MISSING,
    Arguments,
    Native,
    PythonObject,
    Site,
    Unknown,
    Value,
)
from schemalint.frontends.sqlalchemy_constructs import (
    annotated_types,
    column_natives,
    mapped_attributes,
    mapping,
)
from schemalint.frontends.sqlalchemy_constructs.effects import effects_of
from schemalint.frontends.sqlalchemy_constructs.metadata import MetaDataObject
from schemalint.frontends.sqlalchemy_constructs.registries import RegistryObject, type_map_of
from schemalint.frontends.sqlalchemy_constructs.schema_items import ColumnItem, ForeignKeyItem
from schemalint.frontends.sqlalchemy_constructs.types import TypeClass, TypeObject, as_type

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


class FieldObject(PythonObject):
    """`Field(…)`."""

    __slots__ = ("arguments",)

    def __init__(self, arguments: Arguments) -> None:
        self.arguments = arguments


class SQLModelClass(NativeClass):
    """`sqlmodel.SQLModel`. `metadata` is that of all models that bring none of their own."""

    __slots__ = ("metadata",)

    def __init__(self) -> None:
        super().__init__("sqlmodel.SQLModel")
        self.metadata: MetaDataObject | None = None

    def _is_implicitly_optional(self, interpreter: Interpreter, cls: ClassObject) -> bool:
        """Whether a default of None makes a field optional, whatever its annotation: before Pydantic 2.

        Source: `ModelField._set_default_and_type` in `pydantic/fields.py` of version 1.10.
        """
        return interpreter.project.requirements.ask_for_older("pydantic", (2, 0), cls.site.module.path)

    def own_metadata(self, site: Site) -> MetaDataObject:
        """The MetaData of SQLModel itself; its place is that of the first model."""
        if self.metadata is None:
            self.metadata = MetaDataObject(site, owner="sqlmodel")
        return self.metadata

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """`SQLModel.metadata`."""
        if name == "metadata":
            module = next(iter(interpreter.modules.values()), None)
            if module is None:
                return Unknown("SQLModel.metadata")
            return self.own_metadata(Site(module.source, module.source.tree))
        found = super().attribute(interpreter, name)
        return Unknown(f"SQLModel.{name}") if found is MISSING else found

    def set_attribute(self, interpreter: Interpreter, name: str, value: Value) -> None:
        """`SQLModel.metadata = MetaData(…)`."""
        if name == "metadata" and isinstance(value, MetaDataObject):
            self.metadata = value

    def inherited(self, interpreter: Interpreter, cls: ClassObject, name: str) -> Value:
        """The table's name is that of the class in lower case."""
        if name == "__tablename__":
            return cls.name.lower()
        if name == "metadata":
            return self.own_metadata(cls.site)
        if name in (
            "__table_args__",
            "__table__",
            "__abstract__",
            "__bind_key__",
            "registry",
            "type_annotation_map",
        ):
            return MISSING
        return Unknown(f"the attribute {name} of a model")

    def construct(self, interpreter: Interpreter, arguments: Arguments, cls: ClassObject | None) -> Value:
        """An instance of a model says nothing of its table."""
        return Unknown("an instance of a model")

    def subclassed(self, interpreter: Interpreter, cls: ClassObject, keywords: dict[str, Value]) -> None:
        """A class with `table=True` is mapped; one with a registry is a base with a MetaData of its own."""
        given = keywords.get("registry")
        if isinstance(given, RegistryObject):
            cls.variables.setdefault("metadata", given.metadata)
        if not self._is_table(interpreter, cls, keywords):
            return
        if any(isinstance(base, ClassObject) and base.mapping is not None for base in cls.order[1:]):
            return
        fields = _fields(interpreter, cls)
        has_none = any(_is_none(value) for value, _ in fields.values())
        by_default = has_none and self._is_implicitly_optional(interpreter, cls)
        for name, (value, base) in fields.items():
            optional = by_default and _is_none(value)
            column = _column(interpreter, cls, base, name, value, optional=optional)
            cls.variables.pop(name, None)
            if column is not None:
                cls.variables[name] = column
        metadata = interpreter.attribute(cls, "metadata")
        if not isinstance(metadata, MetaDataObject):
            metadata = self.own_metadata(cls.site)
        if "__tablename__" not in cls.variables and cls.find("__tablename__")[0] is MISSING:
            cls.variables["__tablename__"] = cls.name.lower()
        mapping.map_class(interpreter, cls, metadata, type_map_of(interpreter, cls))

    def _is_table(self, interpreter: Interpreter, cls: ClassObject, keywords: dict[str, Value]) -> bool:
        if keywords.get("table") is True:
            return True
        config = cls.variables.get("model_config")
        return isinstance(config, dict) and config.get("table") is True

    def attribute_set(self, interpreter: Interpreter, cls: ClassObject, name: str, value: Value) -> None:
        """A column assigned to a table model later."""
        mapping.attribute_set(interpreter, cls, name, value)


def _fields(interpreter: Interpreter, cls: ClassObject) -> dict[str, tuple[Value, ClassObject]]:
    """The fields of a model, those of its bases first, each with its default and the class that says so."""
    found: dict[str, tuple[Value, ClassObject]] = {}
    for base in reversed(cls.order):
        if not isinstance(base, ClassObject):
            continue
        for name, node in base.annotations.items():
            annotation = annotated_types.evaluated(interpreter, node, base)
            if (
                annotated_types.is_class_variable(annotation)
                or name.startswith("_")
                or name == "model_config"
            ):
                continue
            value = base.variables.get(name, MISSING)
            if value is not MISSING:
                value = interpreter.settled(value, base.variables, name)
            if isinstance(value, mapped_attributes.Relationship | Wrapped):
                found.pop(name, None)
                continue
            found[name] = (value, base)
    return found


def _is_none(value: Value) -> bool:
    """Whether None is what a field has for a default, and is said to be."""
    if isinstance(value, FieldObject):
        value = value.arguments.get(0, "default", MISSING)
    return value is None


def _column(
    interpreter: Interpreter,
    cls: ClassObject,
    base: ClassObject,
    name: str,
    value: Value,
    *,
    optional: bool,
) -> ColumnItem | None:
    """The column of a field (`get_column_from_field`), which is `optional` whatever its annotation says."""
    annotation = annotated_types.evaluated(interpreter, base.annotations[name], base)
    field = value if isinstance(value, FieldObject) else None
    if field is None:
        field = next(
            (one for one in annotated_types.metadata_of(annotation) if isinstance(one, FieldObject)), None
        )
    keywords = field.arguments.keywords if field is not None else {}
    written = keywords.get("sa_column")
    if isinstance(written, ColumnItem):
        column = written.copy() if written.table is not None or base is not cls else written
        column.name = column.name or name
        return column
    site = (
        field.arguments.site
        if field is not None
        else Site(base.site.module, annotated_types.statement_of(base, name))
    )
    column = ColumnItem(site, effects_of(interpreter).next_serial())
    column.name = name
    column.given = {key: keywords[key] for key in ("primary_key", "index", "unique") if key in keywords}
    column.type = _type(interpreter, annotation, keywords, base)
    column.primary_key = keywords.get("primary_key") is True
    column.index = keywords.get("index") is True
    column.unique = keywords.get("unique") is True
    column.nullable = not column.primary_key and (
        optional or annotated_types.allows_none(interpreter, annotation, base)
    )
    if isinstance(keywords.get("nullable"), bool):
        column.nullable = keywords["nullable"]
    target = keywords.get("foreign_key")
    if isinstance(target, str):
        options = {"ondelete": keywords["ondelete"]} if "ondelete" in keywords else {}
        key = ForeignKeyItem(site, effects_of(interpreter).next_serial(), target, options)
        key.parent = column
        column.foreign_keys.append(key)
    _more_arguments(interpreter, column, keywords)
    if value is not MISSING and value is not None and not isinstance(value, FieldObject):
        column.default = value
    elif field is not None and ("default_factory" in keywords or _default(field) is not None):
        column.default = keywords.get("default_factory", _default(field))
    return column


def _default(field: FieldObject) -> Value:
    value = field.arguments.get(0, "default")
    return None if value is ... else value


def _more_arguments(interpreter: Interpreter, column: ColumnItem, keywords: dict[str, Value]) -> None:
    extra = keywords.get("sa_column_args")
    more = keywords.get("sa_column_kwargs")
    if not isinstance(extra, list | tuple) and not isinstance(more, dict):
        return
    given = Arguments(
        positional=list(extra) if isinstance(extra, list | tuple) else [],
        keywords={key: value for key, value in more.items() if isinstance(key, str)}
        if isinstance(more, dict)
        else {},
        site=column.site,
    )
    other = column_natives.column_from(interpreter, given)
    for key in other.foreign_keys:
        key.parent = column
        column.foreign_keys.append(key)
    column.checks += other.checks
    column.computed = other.computed if other.computed is not None else column.computed
    column.identity = column.identity or other.identity
    column.server_default = other.server_default
    for name in ("nullable", "index", "unique"):
        if getattr(other, name) is not None:
            setattr(column, name, getattr(other, name))
    if isinstance(given.keywords.get("name"), str):
        column.name = given.keywords["name"]
    column.primary_key = column.primary_key or other.primary_key
    column.autoincrement = given.keywords.get("autoincrement", "auto")


def _type(
    interpreter: Interpreter, annotation: Value, keywords: dict[str, Value], base: ClassObject
) -> TypeObject | None:
    written = as_type(interpreter, keywords["sa_type"]) if "sa_type" in keywords else None
    if written is not None:
        return written
    if isinstance(annotation, str):
        annotation = annotated_types.from_text(interpreter, annotation, base)
    found = annotated_types.resolved_type(interpreter, annotation, {}, annotated_types.PYTHON_TYPES)
    if found is not None and found.name == "String":
        length = keywords.get("max_length")
        return TypeObject("AutoString", [], {"length": length} if isinstance(length, int) else {})
    if found is not None and found.name == "Numeric":
        sizes = {"precision": keywords.get("max_digits"), "scale": keywords.get("decimal_places")}
        known = {name: size for name, size in sizes.items() if isinstance(size, int)}
        return TypeObject("Numeric", found.arguments, found.keywords | known, site=found.site)
    if found is not None and found.name == "DateTime" and found.cls is None:
        # newer versions make it one with a time zone
        return TypeObject("DateTime", found.arguments, found.keywords, package="unknown", site=found.site)
    return found


def _field(interpreter: Interpreter, arguments: Arguments) -> Value:
    return FieldObject(arguments)


def sqlmodel_natives() -> dict[str, Value]:
    """The names of `sqlmodel`; what it takes over from SQLAlchemy is known under that name."""
    return {
        "sqlmodel.SQLModel": SQLModelClass(),
        "sqlmodel.Field": Native("sqlmodel.Field", _field),
        "sqlmodel.Relationship": Native("sqlmodel.Relationship", mapped_attributes.relationship),
        **dict.fromkeys(("sqlmodel.AutoString", "sqlmodel.sql.sqltypes.AutoString"), TypeClass("AutoString")),
    }
