"""Classes to tables: what declarative mapping makes of a class, its mixins and its bases.

The order of columns and what overrides what follow `_ClassScanMapperConfig` in SQLAlchemy 2.0's
`orm/decl_base.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.functions import Wrapped
from schemalint.frontends.python_interpreter.objects import ClassObject
from schemalint.frontends.python_interpreter.values import (
    Arguments,
    External,
    Site,
    Unknown,
    Value,
)
from schemalint.frontends.sqlalchemy_constructs import (
    events,
    natives,
    outside_bases,
)
from schemalint.frontends.sqlalchemy_constructs.effects import effects_of
from schemalint.frontends.sqlalchemy_constructs.mapped_attributes import Mapping
from schemalint.frontends.sqlalchemy_constructs.metadata import MetaDataObject
from schemalint.frontends.sqlalchemy_constructs.scanning import Scan
from schemalint.frontends.sqlalchemy_constructs.schema_items import ColumnItem
from schemalint.frontends.sqlalchemy_constructs.tables import TableObject

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


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
    elif parent_table is None and _is_unnamed(cls, scan):
        metadata.unnamed.append(cls)
        return
    elif parent_table is not None:
        mapping.table = parent_table
        for column in scan.columns:
            existing = parent_table.find_column(column.name)
            if existing is None:
                parent_table.add_column(interpreter, column)
    if mapping.table is not None and "__table__" not in cls.variables:
        cls.variables["__table__"] = mapping.table
    if mapping.table is None and _waits_for_subclasses(cls):
        cls.mapping = None


def _is_unnamed(cls: ClassObject, scan: Scan) -> bool:
    """Whether a class has a table whose name could not be told."""
    return isinstance(scan.name, Unknown) or not (cls.is_whole() or _waits_for_subclasses(cls))


def _waits_for_subclasses(cls: ClassObject) -> bool:
    """Whether a class is mapped to what its subclasses are mapped to; until then it is to them as a mixin.

    Source: `_DeferredMapperConfig` in `orm/decl_base.py`.
    """
    return any(getattr(base, "name", "").endswith(".AbstractConcreteBase") for base in cls.bases)


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
            table.not_understood("a base class that is not among the files", cls.site, adds=True)
    return table


def attribute_set(interpreter: Interpreter, cls: ClassObject, name: str, value: Value) -> None:
    """`Model.attribute = Column(…)` after the class was mapped."""
    if cls.mapping is None or cls.mapping.table is None or not isinstance(value, ColumnItem):
        return
    if value.table is None:
        if value.name is None:
            value.name = name
        cls.mapping.table.add_column(interpreter, value)
