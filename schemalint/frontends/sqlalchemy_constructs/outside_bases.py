"""Bases of models that other packages define: what is known of some, and what can be told of the others."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.functions import Wrapped
from schemalint.frontends.python_interpreter.objects import ClassObject
from schemalint.frontends.python_interpreter.values import External, Site, Value
from schemalint.frontends.sqlalchemy_constructs.effects import effects_of
from schemalint.frontends.sqlalchemy_constructs.metadata import MetaDataObject
from schemalint.frontends.sqlalchemy_constructs.schema_items import ColumnItem
from schemalint.frontends.sqlalchemy_constructs.tables import TableObject

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

PLAIN_PACKAGES = sys.stdlib_module_names | frozenset(
    "typing_extensions pydantic flask_login flask_sqlalchemy sqlalchemy sqlmodel sqlalchemy_serializer"
    " sqlalchemy_mixins marshmallow marshmallow_sqlalchemy attr attrs msgspec werkzeug itsdangerous"
    " graphene zope".split()
)
"""Packages none of whose classes brings columns, but for those that are known."""

_KNOWN_BASES = frozenset(
    {
        "flask_appbuilder.Model",
        "flask_appbuilder.models.sqla.Model",
        "oslo_db.sqlalchemy.models.ModelBase",
        "oslo_db.sqlalchemy.models.ModelIterator",
    }
)
"""Declarative bases that bring no columns, and neither a naming convention nor a schema."""


OUTSIDE = "outside"
"""The owner of the MetaData whose base is not among the files: it may have tables of its own."""


def is_known(base: External) -> bool:
    """Whether a base from elsewhere certainly brings no columns."""
    return base.name in _KNOWN_BASES or base.name.partition(".")[0] in PLAIN_PACKAGES


def map_by_outside_base(interpreter: Interpreter, cls: ClassObject) -> None:
    """Map a class that declares a table and columns, and whose base is not among the files."""
    if cls.mapping is not None or cls.variables.get("__abstract__") is True:
        return
    base = next((one for one in cls.order if _may_map(one)), None)
    if base is None or not _declares_table(cls):
        return
    from schemalint.frontends.sqlalchemy_constructs import mapping
    from schemalint.frontends.sqlalchemy_constructs.registries import type_map_of

    mapping.map_class(interpreter, cls, _metadata(interpreter, cls.site), type_map_of(interpreter, cls))


def _may_map(base: Value) -> bool:
    return isinstance(base, External) and base.name.partition(".")[0] not in PLAIN_PACKAGES


def _declares_table(cls: ClassObject) -> bool:
    if isinstance(cls.variables.get("__table__"), TableObject):
        return True
    name, _ = cls.find("__tablename__")
    return isinstance(name, str | Wrapped) and any(
        isinstance(value, ColumnItem) and value.table is None for value in cls.variables.values()
    )


def metadata_of(interpreter: Interpreter, value: Value, site: Site) -> MetaDataObject:
    """The MetaData that a value stands for: that of bases that other packages define, or a new one."""
    if isinstance(value, External) and value.name.endswith(".metadata"):
        return _metadata(interpreter, site)
    return MetaDataObject(site)


def _metadata(interpreter: Interpreter, site: Site) -> MetaDataObject:
    """The one MetaData of all such bases: a project seldom has two, and they refer to each other's tables."""
    effects = effects_of(interpreter)
    if effects.outside is None:
        effects.outside = MetaDataObject(site, owner=OUTSIDE)
    return effects.outside
