"""Keys and indexes: what `@id`, `@unique`, `@@index` and their like are in each database."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemalint.catalog import Index, Key, Order, Origin
from schemalint.frontends.prisma import constraint_names as names
from schemalint.frontends.prisma.predicates import predicate
from schemalint.frontends.prisma.schema import Model
from schemalint.frontends.prisma.syntax import Array, Attribute, Call, Number, Text, Value, Word
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, Dialect
from schemalint.knowledge.numbers import whole_number
from schemalint.knowledge.operator_classes import is_default
from schemalint.source import Span

_CAPITAL = r"(?<=[a-z0-9])(?=[A-Z])"


def primary_key(model: Model, dialect: Dialect) -> Index | None:
    """The primary key: `@id`, or else `@@id`."""
    for scalar in model.scalars.values():
        if scalar.field.attributes:
            attribute = scalar.field.attribute("id")
            if attribute is not None:
                return _primary_key(model, attribute, (_key(scalar.column, attribute),), dialect)
    attribute = model.block.attribute("id")
    if attribute is None:
        return None
    keys = _keys(model, attribute, dialect)
    return _primary_key(model, attribute, keys, dialect) if keys else None


def _primary_key(model: Model, attribute: Attribute, keys: tuple[Key, ...], dialect: Dialect) -> Index:
    name = None
    if dialect not in MYSQL_FAMILY and dialect not in ("sqlite", "mongodb"):
        name = attribute.text("map") or names.primary_key_name(model.table.name, dialect)
    return Index(
        name=name,
        keys=keys,
        unique=True,
        origin="primary key",
        span=Span(model.file.path, attribute.start, attribute.end),
    )


def indexes(model: Model, dialect: Dialect) -> Iterator[Index]:
    """The other indexes, in Prisma's order: unique fields, then `@@index`, `@@unique` and `@@fulltext`."""
    for scalar in model.scalars.values():
        for attribute in scalar.field.attributes:
            if attribute.name == "unique":
                yield _index(model, attribute, (_key(scalar.column, attribute),), dialect)
    attributes = [line for line in model.block.attributes if line.arguments]
    for name in ("index", "unique", "fulltext"):
        for attribute in attributes:
            if attribute.name == name:
                keys = _keys(model, attribute, dialect)
                if keys:
                    yield _index(model, attribute, keys, dialect)


def _index(model: Model, attribute: Attribute, keys: tuple[Key, ...], dialect: Dialect) -> Index:
    unique = attribute.name == "unique"
    columns = [key.column or "" for key in keys]
    if dialect == "mongodb":
        columns = [column.replace(".", "_") for column in columns]
    name = attribute.text("map")
    if name is None and attribute.name == "index":
        name = attribute.text("name")  # an older word for the same
    if name is None:
        naming = names.unique_index_name if unique else names.index_name
        name = naming(model.table.name, columns, dialect)
    where = attribute.argument("where")
    origin: Origin = "explicit"
    if unique and dialect == "sqlserver" and where is None:
        origin = "unique constraint"
    return Index(
        name=name,
        keys=keys,
        unique=unique,
        method=_method(attribute),
        predicate=None if where is None else predicate(where, model, dialect),
        origin=origin,
        implied_by=_words(model, attribute) if unique else None,
        span=Span(model.file.path, attribute.start, attribute.end),
    )


def _words(model: Model, attribute: Attribute) -> str:
    """The attribute as it is written."""
    return model.file.text[attribute.start : attribute.end]


def _method(attribute: Attribute) -> str:
    if attribute.name == "fulltext":
        return "fulltext"
    type_ = attribute.argument("type")
    return type_.text.lower() if isinstance(type_, Word) else "btree"


def _keys(model: Model, attribute: Attribute, dialect: Dialect) -> tuple[Key, ...]:
    """The keys of a block attribute: names, paths, and names with options in brackets of their own."""
    fields = attribute.argument("fields", unnamed=True)
    items = fields.items if isinstance(fields, Array) else () if fields is None else (fields,)
    keys = []
    for item in items:
        if isinstance(item, Word):
            keys.append(Key(column=model.column(item.text)))
        elif isinstance(item, Call):
            ops = item.argument("ops") if dialect in POSTGRESQL_FAMILY else None
            operator_class = None if ops is None else _operator_class(ops, _method(attribute))
            keys.append(_key(model.column(item.name), item, operator_class))
    return tuple(keys)


def _key(column: str, options: Attribute | Call, operator_class: str | None = None) -> Key:
    sort, length = options.argument("sort"), options.argument("length")
    order: Order = "desc" if isinstance(sort, Word) and sort.text == "Desc" else "asc"
    return Key(
        column=column,
        order=order,
        operator_class=operator_class,
        length=whole_number(length.text) if isinstance(length, Number) else None,
    )


def _operator_class(value: Value, method: str) -> str | None:
    """An operator class by Prisma's name for it, or as it is (`raw("…")`); None for a type's default one."""
    name = None
    if isinstance(value, Word):
        compact = value.text.replace("MinMax", "Minmax").replace("VarBit", "Varbit").replace("Tz", "tz")
        name = re.sub(_CAPITAL, "_", compact).lower()
    elif isinstance(value, Call) and value.arguments and isinstance(value.arguments[0].value, Text):
        name = value.arguments[0].value.text.strip()
    return None if not name or is_default(name, method) else name
