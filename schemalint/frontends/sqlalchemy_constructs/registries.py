"""Where declarative classes belong: a MetaData and the types that annotations stand for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.functions import Wrapper
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
from schemalint.frontends.sqlalchemy_constructs import mapped_attributes, mapping
from schemalint.frontends.sqlalchemy_constructs.metadata import MetaDataObject

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


class RegistryObject(PythonObject):
    """`sqlalchemy.orm.registry`."""

    __slots__ = ("metadata", "type_map")

    def __init__(self, metadata: MetaDataObject, type_map: dict[Value, Value]) -> None:
        self.metadata = metadata
        self.type_map = type_map

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """What makes bases and maps classes."""
        if name == "metadata":
            return self.metadata
        if name == "type_annotation_map":
            return self.type_map
        if name == "generate_base":
            return Native("registry.generate_base", lambda machine, given: made_base(machine, given, self))
        if name in ("mapped", "mapped_as_dataclass"):
            return Native(f"registry.{name}", self._mapped)
        if name in ("as_declarative", "as_declarative_base"):
            return Native(
                "registry.as_declarative", lambda machine, given: _as_declarative(machine, given, self)
            )
        if name in ("map_imperatively", "map_declaratively", "configure", "dispose"):
            return Native(f"registry.{name}", _first)
        if name == "update_type_annotation_map":
            return Native("registry.update_type_annotation_map", self._update)
        return Unknown(f"the attribute {name} of a registry")

    def _mapped(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        cls = arguments.get(0, "cls")
        if not isinstance(cls, ClassObject):
            return Native("registry.mapped", self._mapped)
        mapping.map_class(interpreter, cls, self.metadata, self.type_map)
        return cls

    def _update(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        given = arguments.get(0, "type_annotation_map")
        if isinstance(given, dict):
            self.type_map.update(given)
        return None


def _first(interpreter: Interpreter, arguments: Arguments) -> Value:
    return arguments.get(0, "class_")


def registry(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`registry(metadata=…, type_annotation_map=…)`."""
    metadata = arguments.keywords.get("metadata")
    type_map = arguments.keywords.get("type_annotation_map")
    return RegistryObject(
        metadata if isinstance(metadata, MetaDataObject) else MetaDataObject(arguments.site),
        type_map if isinstance(type_map, dict) else {},
    )


class DeclarativeRoot(NativeClass):
    """The root of declarative classes. Its direct subclasses are bases, theirs are mapped.

    `is_base` marks the classes that `declarative_base()` makes, whose direct subclasses are mapped.
    """

    __slots__ = ("direct_subclasses_are_bases",)

    def __init__(self, name: str, *, direct_subclasses_are_bases: bool) -> None:
        super().__init__(name)
        self.direct_subclasses_are_bases = direct_subclasses_are_bases

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """It has nothing of the names that a program gives its classes."""
        return {} if name == "__dict__" else super().attribute(interpreter, name)

    def subclassed(self, interpreter: Interpreter, cls: ClassObject, keywords: dict[str, Value]) -> None:
        """A base gets its MetaData, any other class is mapped."""
        if self.direct_subclasses_are_bases and any(base is self for base in cls.bases):
            self._make_base(interpreter, cls)
            return
        metadata = interpreter.attribute(cls, "metadata")
        if not isinstance(metadata, MetaDataObject):
            given = interpreter.attribute(cls, "registry")
            metadata = given.metadata if isinstance(given, RegistryObject) else MetaDataObject(cls.site)
        mapping.map_class(interpreter, cls, metadata, type_map_of(interpreter, cls))

    def _make_base(self, interpreter: Interpreter, cls: ClassObject) -> None:
        given, _ = cls.find("registry")
        metadata, holder = cls.find("metadata")
        if metadata is not MISSING:
            metadata = interpreter.settled(metadata, holder.variables, "metadata")
        if not isinstance(metadata, MetaDataObject):
            metadata = given.metadata if isinstance(given, RegistryObject) else MetaDataObject(cls.site)
            cls.variables["metadata"] = metadata

    def inherited(self, interpreter: Interpreter, cls: ClassObject, name: str) -> Value:
        """What every declarative class has."""
        if name in (
            "__table__",
            "__mapper__",
            "__tablename__",
            "__table_args__",
            "__abstract__",
            "__bind_key__",
        ):
            return MISSING
        if name in ("registry", "metadata", "type_annotation_map"):
            return MISSING
        if name[:2] == "__" == name[-2:] and cls.is_whole() and not hasattr(type, name):
            return MISSING  # a name of the program's own, which only a class body gives
        if _stands_alone(cls) and not name.startswith("_") and not hasattr(object, name):
            return MISSING
        return Unknown(f"the attribute {name} of a mapped class")

    def attribute_set(self, interpreter: Interpreter, cls: ClassObject, name: str, value: Value) -> None:
        """A column or an index assigned to a mapped class later."""
        mapping.attribute_set(interpreter, cls, name, value)


_ADDS_ATTRIBUTES = re.compile(r"\b(?:backref|setattr|automap|query_property|__getattr__|metaclass|event)\b")


def _stands_alone(cls: ClassObject) -> bool:
    """Whether a class and all that it inherits are of one module, which adds none to it."""
    modules = {base.site.module.path for base in cls.order if isinstance(base, ClassObject)}
    if len(modules) > 1 or not cls.is_whole():
        return False
    return _ADDS_ATTRIBUTES.search(cls.site.module.file.text) is None


def type_map_of(interpreter: Interpreter, cls: ClassObject) -> dict[Value, Value]:
    """The `type_annotation_map` that holds for a class."""
    found: dict[Value, Value] = {}
    for base in reversed(cls.order):
        if isinstance(base, ClassObject):
            given = base.variables.get("registry")
            if given is not None:
                given = interpreter.settled(given, base.variables, "registry")
            if isinstance(given, RegistryObject):
                found.update(given.type_map)
            value = base.variables.get("type_annotation_map")
            if value is not None:
                value = interpreter.settled(value, base.variables, "type_annotation_map")
            if isinstance(value, dict):
                found.update(value)
    return found


def made_base(interpreter: Interpreter, arguments: Arguments, owner: RegistryObject | None = None) -> Value:
    """`declarative_base(…)`: a class whose subclasses are mapped."""
    keywords = arguments.keywords
    metadata = keywords.get("metadata")
    if not isinstance(metadata, MetaDataObject):
        metadata = next((one for one in arguments.positional if isinstance(one, MetaDataObject)), None)
    if metadata is None:
        metadata = owner.metadata if owner is not None else MetaDataObject(arguments.site)
    given = keywords.get("cls")
    bases: list[Value] = list(given) if isinstance(given, tuple) else [given] if given is not None else []
    bases = [base for base in bases if isinstance(base, ClassObject)]
    name = keywords.get("name")
    type_map = keywords.get("type_annotation_map")
    variables: dict[str, Value] = {
        "metadata": metadata,
        "type_annotation_map": type_map if isinstance(type_map, dict) else owner.type_map if owner else {},
        "__abstract__": True,
    }
    root = interpreter.external("sqlalchemy.declarative_root")
    frame = interpreter.frame_of(arguments.site)
    site = Site(arguments.site.module, arguments.site.node)
    cls = ClassObject(name if isinstance(name, str) else "Base", [*bases, root], variables, frame, site)
    metaclass = keywords.get("metaclass")
    if isinstance(metaclass, ClassObject):
        cls.metaclass = metaclass
    return cls


def _as_declarative(interpreter: Interpreter, arguments: Arguments, owner: RegistryObject) -> Value:
    cls = arguments.get(0, "cls")
    if not isinstance(cls, ClassObject):
        return Native("as_declarative", lambda machine, given: _as_declarative(machine, given, owner))
    root = interpreter.external("sqlalchemy.declarative_root")
    cls.variables.setdefault("metadata", owner.metadata)
    cls.variables.setdefault("type_annotation_map", owner.type_map)
    cls.variables.setdefault("__abstract__", True)
    cls.bases.append(root)
    cls.order.append(root)
    return cls


def as_declarative(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`@as_declarative(metadata=…)`."""
    owner = registry(interpreter, arguments)
    assert isinstance(owner, RegistryObject)
    if arguments.positional and isinstance(arguments.positional[0], ClassObject):
        return _as_declarative(interpreter, arguments, owner)
    return Native("as_declarative", lambda machine, given: _as_declarative(machine, given, owner))


def declarative_natives() -> dict[str, Value]:
    """The names of `sqlalchemy.orm` and `sqlalchemy.ext.declarative`."""
    return {
        "sqlalchemy.declarative_root": DeclarativeRoot(
            "sqlalchemy.declarative_root", direct_subclasses_are_bases=False
        ),
        "sqlalchemy.DeclarativeBase": DeclarativeRoot(
            "sqlalchemy.DeclarativeBase", direct_subclasses_are_bases=True
        ),
        "sqlalchemy.DeclarativeBaseNoMeta": DeclarativeRoot(
            "sqlalchemy.DeclarativeBaseNoMeta", direct_subclasses_are_bases=True
        ),
        "sqlalchemy.MappedAsDataclass": Mixin("sqlalchemy.MappedAsDataclass"),
        "sqlalchemy.AsyncAttrs": Mixin("sqlalchemy.AsyncAttrs"),
        "sqlalchemy.declarative_base": Native("declarative_base", made_base),
        "sqlalchemy.automap_base": Native("automap_base", made_base),
        "sqlalchemy.registry": Native("registry", registry),
        "sqlalchemy.as_declarative": Native("as_declarative", as_declarative),
        "sqlalchemy.declared_attr": Wrapper("declared"),
        "sqlalchemy.hybrid_property": Wrapper("hybrid"),
        "sqlalchemy.hybrid_method": Wrapper("hybrid"),
        "sqlalchemy.declarative_mixin": Native("declarative_mixin", _first),
        "sqlalchemy.validates": Native("validates", _decorator),
        "sqlalchemy.reconstructor": Native("reconstructor", _first),
        "sqlalchemy.mapped_column": Native("mapped_column", mapped_attributes.mapped_column),
        "sqlalchemy.relationship": Native("relationship", mapped_attributes.relationship),
        "sqlalchemy.relation": Native("relationship", mapped_attributes.relationship),
        "sqlalchemy.dynamic_loader": Native("relationship", mapped_attributes.relationship),
        "sqlalchemy.backref": Native("backref", mapped_attributes.relationship),
        "sqlalchemy.deferred": Native("deferred", mapped_attributes.deferred),
        "sqlalchemy.column_property": Native("column_property", mapped_attributes.column_property),
        "sqlalchemy.composite": Native("composite", mapped_attributes.composite),
        "sqlalchemy.synonym": Native("synonym", mapped_attributes.relationship),
        "sqlalchemy.association_proxy": Native("association_proxy", mapped_attributes.relationship),
        "typing.NewType": Native("typing.NewType", mapped_attributes.new_type),
    }


def _decorator(interpreter: Interpreter, arguments: Arguments) -> Value:
    return Native("decorator", lambda machine, given: given.get(0, "fn"))


class Mixin(NativeClass):
    """A class of SQLAlchemy that adds nothing to a schema."""

    __slots__ = ()

    def inherited(self, interpreter: Interpreter, cls: ClassObject, name: str) -> Value:
        """Nothing that decides anything."""
        return MISSING
