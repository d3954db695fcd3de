"""Flask-SQLAlchemy: `db`, which stands for all of SQLAlchemy, and `db.Model`, which names tables by rule."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.functions import BoundMethod, Function, Wrapped
from schemalint.frontends.python_interpreter.objects import ClassObject, NativeClass
from schemalint.frontends.python_interpreter.values import (
    MISSING,
    Arguments,
    External,
    Native,
    PythonObject,
    Site,
    Unknown,
    Value,
)
from schemalint.frontends.sqlalchemy_constructs import mapping
from schemalint.frontends.sqlalchemy_constructs.dialect_objects import DialectObject
from schemalint.frontends.sqlalchemy_constructs.effects import effects_of
from schemalint.frontends.sqlalchemy_constructs.known_mixins import KnownMixin
from schemalint.frontends.sqlalchemy_constructs.metadata import MetaDataObject
from schemalint.frontends.sqlalchemy_constructs.outside_bases import is_known
from schemalint.frontends.sqlalchemy_constructs.registries import DeclarativeRoot, type_map_of
from schemalint.frontends.sqlalchemy_constructs.schema_items import ColumnItem

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

_CAPITAL = re.compile(r"((?<=[a-z0-9])[A-Z]|(?!^)[A-Z](?=[a-z]))")


def snake_case(name: str) -> str:
    """The table's name that a class without one gets (`camel_to_snake_case`)."""
    return _CAPITAL.sub(r"_\1", name).lower().lstrip("_")


class ModelRoot(DeclarativeRoot):
    """What `db.Model` adds to a declarative base: table names, and a MetaData for each bind key."""

    __slots__ = ("database", "names_tables")

    def __init__(self, database: FlaskDatabase, *, names_tables: bool) -> None:
        super().__init__("flask_sqlalchemy.Model", direct_subclasses_are_bases=False)
        self.database = database
        self.names_tables = names_tables

    def subclassed(self, interpreter: Interpreter, cls: ClassObject, keywords: dict[str, Value]) -> None:
        """Choose the MetaData by bind key, the name by the class's."""
        if "metadata" not in cls.variables and "__table__" not in cls.variables:
            bind = interpreter.attribute(cls, "__bind_key__")
            if isinstance(bind, str):
                cls.variables["metadata"] = self.database.metadata_of(bind, cls.site)
        if self.names_tables and self._wants_name(cls):
            cls.variables["__tablename__"] = (
                Unknown("a name that a base class outside the files may give")
                if _may_be_named_outside(cls)
                else snake_case(cls.name)
            )
        metadata = interpreter.attribute(cls, "metadata")
        if isinstance(metadata, MetaDataObject):
            mapping.map_class(interpreter, cls, metadata, type_map_of(interpreter, cls))

    def _wants_name(self, cls: ClassObject) -> bool:
        """`should_set_tablename`."""
        if cls.variables.get("__abstract__") is True:
            return False
        for base in cls.order:
            if isinstance(base, ClassObject) and "__tablename__" in base.variables:
                if isinstance(base.variables["__tablename__"], Wrapped):
                    return False
                is_model = any(isinstance(native, DeclarativeRoot) for native in base.natives())
                return not (base is cls or base.variables.get("__abstract__") is True or not is_model)
            if isinstance(base, KnownMixin) and base.table_name(cls) is not None:
                return False
        return True


def _may_be_named_outside(cls: ClassObject) -> bool:
    """Whether a base that is not among the files may name the table: it has to bring the key as well."""
    has_key = any(
        isinstance(value, ColumnItem) and value.primary_key
        for base in cls.order
        if isinstance(base, ClassObject)
        for value in base.variables.values()
    )
    return not has_key and any(
        isinstance(base, Unknown) or (isinstance(base, External) and not is_known(base)) for base in cls.order
    )


class FlaskDatabase(PythonObject):
    """`SQLAlchemy(…)`. `cls` is the program's own subclass, if it is an instance of one."""

    __slots__ = ("attributes", "cls", "metadatas", "model", "site")

    def __init__(self, site: Site, cls: ClassObject | None) -> None:
        self.site = site
        self.cls = cls
        self.metadatas: dict[str | None, MetaDataObject] = {}
        self.model: ClassObject | None = None
        self.attributes: dict[str, Value] = {}

    def metadata_of(self, bind: str | None, site: Site) -> MetaDataObject:
        """The MetaData of a bind key; its naming convention is that of the default one."""
        if bind not in self.metadatas:
            place = self.site.span
            made = MetaDataObject(site, owner=f"{place.path}:{place.start}")
            if bind is not None:
                made.naming_convention = self.metadata_of(None, site).naming_convention
                made.database_key = bind
            self.metadatas[bind] = made
        return self.metadatas[bind]

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """`Model`, `Table`, `metadata`; what else is asked for is SQLAlchemy's own."""
        if name in self.attributes:
            return self.attributes[name]
        if name == "Model":
            return self.model
        if name == "metadata":
            return self.metadata_of(None, self.site)
        if name == "metadatas":
            return {None: self.metadata_of(None, self.site), **self.metadatas}
        if name == "Table":
            return Native("db.Table", self._table)
        if name == "engine":
            return Engine()
        if name in ("create_all", "drop_all", "init_app", "reflect", "session", "engines"):
            return Unknown(f"db.{name}")
        if name == "event":
            return interpreter.external("sqlalchemy.event")
        if self.cls is not None:
            value, holder = self.cls.find(name)
            if value is not MISSING:
                value = interpreter.settled(value, holder.variables, name)
                return BoundMethod(value, self) if isinstance(value, Function) else value
        return interpreter.external(f"sqlalchemy.{name}")

    def set_attribute(self, interpreter: Interpreter, name: str, value: Value) -> None:
        """What the program keeps on it."""
        self.attributes[name] = value

    def _table(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        given = list(arguments.positional)
        keywords = dict(arguments.keywords)
        bind = keywords.pop("bind_key", None)
        if len(given) < 2 or not isinstance(given[1], MetaDataObject):
            metadata = self.metadata_of(bind if isinstance(bind, str) else None, self.site)
            given.insert(1, metadata)
        return interpreter.called(
            interpreter.external("sqlalchemy.Table"),
            Arguments(positional=given, keywords=keywords, site=arguments.site, complete=arguments.complete),
        )


class Engine(PythonObject):
    """`db.engine`, of which is known which database it leads to."""

    __slots__ = ()

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """Its dialect, and what that is called."""
        dialect = DialectObject(effects_of(interpreter).dialect)
        if name == "dialect":
            return dialect
        return dialect.attribute(interpreter, "name") if name == "name" else Unknown(f"{name} of db.engine")


class FlaskSQLAlchemy(NativeClass):
    """`flask_sqlalchemy.SQLAlchemy`."""

    __slots__ = ()

    def construct(self, interpreter: Interpreter, arguments: Arguments, cls: ClassObject | None) -> Value:
        """A `db`, with the MetaData and the model class that it is given."""
        database = FlaskDatabase(arguments.site, cls)
        metadata = arguments.keywords.get("metadata")
        if isinstance(metadata, MetaDataObject):
            database.metadatas[None] = metadata
        given = arguments.keywords.get("model_class")
        database.model = _model(interpreter, database, given, arguments.site, arguments.keywords)
        return database

    def inherited(self, interpreter: Interpreter, cls: ClassObject, name: str) -> Value:
        """What the program's subclass inherits says nothing of tables."""
        return Unknown(f"the attribute {name} of SQLAlchemy")

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """Class attributes say nothing of tables."""
        found = super().attribute(interpreter, name)
        return Unknown(f"SQLAlchemy.{name}") if found is MISSING else found


def _model(
    interpreter: Interpreter,
    database: FlaskDatabase,
    given: Value,
    site: Site,
    keywords: dict[str, Value],
) -> ClassObject:
    """`db.Model`: on top of the model class that is given, or of nothing."""
    variables: dict[str, Value] = {"__abstract__": True}
    bases: list[Value] = []
    names = keywords.get("disable_autonaming") is not True
    if isinstance(given, ClassObject):
        bases.append(given)
        metadata = interpreter.attribute(given, "metadata")
        if isinstance(metadata, MetaDataObject):
            database.metadatas[None] = metadata
        metaclass = getattr(given, "metaclass", None)
        if isinstance(metaclass, ClassObject):
            names = any(
                isinstance(base, External) and base.name.endswith(("NameMetaMixin", "DefaultMeta"))
                for base in metaclass.order
            )
    variables["metadata"] = database.metadata_of(None, site)
    root = ModelRoot(database, names_tables=names)
    return ClassObject("Model", [root, *bases], variables, interpreter.frame_of(site), site)


class AppBuilderSQLAlchemy(FlaskSQLAlchemy):
    """`flask_appbuilder.SQLA`, whose `Model` is the one of that package."""

    __slots__ = ()

    def construct(self, interpreter: Interpreter, arguments: Arguments, cls: ClassObject | None) -> Value:
        """A `db`; its MetaData is in no file."""
        database = FlaskDatabase(arguments.site, cls)
        database.attributes["Model"] = interpreter.external("flask_appbuilder.Model")
        database.attributes["metadata"] = Unknown("the MetaData of Flask-AppBuilder")
        return database


def flask_natives() -> dict[str, Value]:
    """The names of `flask_sqlalchemy`, and what Flask-AppBuilder has in their place."""
    builder = AppBuilderSQLAlchemy("flask_appbuilder.SQLA")
    chosen = Native("flask_appbuilder.utils.legacy.get_sqla_class", lambda machine, given: builder)
    return {
        "flask_sqlalchemy.SQLAlchemy": FlaskSQLAlchemy("flask_sqlalchemy.SQLAlchemy"),
        "flask_appbuilder.SQLA": builder,
        "flask_appbuilder.models.sqla.base.SQLA": builder,
        chosen.name: chosen,
    }
