"""Schema items that a directive names, as Alembic makes them: on a table with the naming convention."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.values import (
    Arguments,
    PythonObject,
    Site,
    Unknown,
    Value,
    first_unknown,
)
from schemalint.frontends.sqlalchemy_constructs.constraint_items import (
    CheckItem,
    ConstraintItem,
    ExcludeItem,
    ForeignKeyConstraintItem,
    IndexItem,
    PrimaryKeyItem,
    UniqueItem,
)
from schemalint.frontends.sqlalchemy_constructs.effects import effects_of
from schemalint.frontends.sqlalchemy_constructs.metadata import MetaDataObject
from schemalint.frontends.sqlalchemy_constructs.tables import TableObject

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


class KnowingTarget(PythonObject):
    """What directives are asked of.

    `metadata` is the `target_metadata` of `env.py`, as far as it can be told.
    """

    __slots__ = ("metadata",)

    def __init__(self) -> None:
        self.metadata: MetaDataObject | None = None


def metadata_for(interpreter: Interpreter, site: Site) -> MetaDataObject:
    """A MetaData with the naming convention of `target_metadata` (`SchemaObjects.metadata`)."""
    metadata = MetaDataObject(site)
    operations = interpreter.natives.get("alembic.op")
    if isinstance(operations, KnowingTarget) and operations.metadata is not None:
        metadata.naming_convention = operations.metadata.naming_convention
    return metadata


def plain_table(interpreter: Interpreter, name: str, schema: str | None, site: Site) -> TableObject:
    """A new table, or a stand-in for one that is altered."""
    return TableObject(name, metadata_for(interpreter, site), schema, site)


def index_item(
    interpreter: Interpreter, name: Value, columns: list[Value], arguments: Arguments
) -> IndexItem:
    """The index of `create_index`."""
    keywords = {
        key: value
        for key, value in arguments.keywords.items()
        if key not in ("index_name", "table_name", "columns", "schema", "name", "tablename")
    }
    keywords["name"] = name
    return IndexItem(arguments.site, effects_of(interpreter).next_serial(), columns, keywords)


def constraint_item(
    interpreter: Interpreter, kind: str, given: dict[str, Value], arguments: Arguments
) -> ConstraintItem | Unknown:
    """The constraint of a `create_…` directive; Unknown where part of it can't be told."""
    keywords = {
        key: value
        for key, value in arguments.keywords.items()
        if key not in ("columns", "local_cols", "remote_cols", "condition", "schema", "type_")
    }
    keywords["name"] = given.get("constraint_name")
    unknown = first_unknown([value for key, value in given.items() if key != "condition"])
    if unknown is not None:
        return unknown
    serial = effects_of(interpreter).next_serial()
    site = arguments.site
    if kind == "ck":
        return CheckItem(site, serial, [given.get("condition")], keywords)
    if kind == "exclude":
        return ExcludeItem(site, serial, list(arguments.positional[2:]), keywords)
    if kind == "fk":
        return _foreign_key(interpreter, given, keywords, arguments)
    columns = _listed(interpreter, given.get("columns", []))
    if isinstance(columns, Unknown):
        return columns
    if kind == "pk":
        return PrimaryKeyItem(site, serial, columns, keywords)
    return UniqueItem(site, serial, columns, keywords)


def _foreign_key(
    interpreter: Interpreter, given: dict[str, Value], keywords: dict[str, Value], arguments: Arguments
) -> ConstraintItem | Unknown:
    serial = effects_of(interpreter).next_serial()
    local = _listed(interpreter, given.get("local_cols", []))
    remote = _listed(interpreter, given.get("remote_cols", []))
    referent = given.get("referent_table")
    if isinstance(local, Unknown):
        return local
    if isinstance(remote, Unknown):
        return remote
    if not isinstance(referent, str):
        if local or remote:
            return Unknown("the table that a foreign key refers to")
        return ForeignKeyConstraintItem(arguments.site, serial, [], keywords, [])
    schema = arguments.keywords.get("referent_schema")
    prefix = f"{schema}.{referent}" if isinstance(schema, str) and schema else referent
    elements: list[Value] = [f"{prefix}.{column}" for column in remote]
    return ForeignKeyConstraintItem(arguments.site, serial, local, keywords, elements)


def _listed(interpreter: Interpreter, value: Value) -> list[Value] | Unknown:
    if isinstance(value, str):
        return [value]
    return interpreter.items(value)
