"""Indexes as SQLAlchemy makes them in a dialect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from schemalint.catalog import Index, Key
from schemalint.frontends.python_interpreter.values import Value
from schemalint.frontends.sqlalchemy_constructs import naming
from schemalint.frontends.sqlalchemy_constructs.constraint_items import (
    IndexItem,
)
from schemalint.frontends.sqlalchemy_constructs.effects import OPTION_PREFIXES, effects_of
from schemalint.frontends.sqlalchemy_constructs.index_keys import index_keys, predicate_text
from schemalint.frontends.sqlalchemy_constructs.schema_items import ColumnItem, column_of
from schemalint.frontends.sqlalchemy_constructs.sql_text import expression_text, quoted
from schemalint.frontends.sqlalchemy_constructs.tables import TableObject
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, Dialect

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


def option_columns(value: Value) -> tuple[str, ...]:
    """Columns given to a keyword such as `postgresql_include`."""
    if not isinstance(value, list | tuple):
        return ()
    found = []
    for column in value:
        item = column_of(column)
        name = item.name if item is not None else column
        if isinstance(name, str):
            found.append(name)
    return tuple(found)


def rendered_index(interpreter: Interpreter, item: IndexItem, table: TableObject) -> Index | None:
    """An index; None where it can't be told, which the table remembers."""
    dialect = effects_of(interpreter).dialect
    prefixes = OPTION_PREFIXES[dialect]
    if not item.columns:
        return None  # SQLAlchemy makes a statement of it that no database takes
    texts = _key_texts(item, table, dialect)
    keys = index_keys(texts, dialect) if texts is not None else None
    if not keys:
        table.not_understood("the columns of an index", item.site)
        return None
    keys = _with_lengths(keys, item, prefixes)
    using = item.option(prefixes, "using")
    prefix = item.option(prefixes, "prefix")
    method = using.lower() if isinstance(using, str) else "btree"
    if isinstance(prefix, str) and dialect in MYSQL_FAMILY and prefix.upper() in ("FULLTEXT", "SPATIAL"):
        method = prefix.lower()
    column = item.from_column
    words = key_words(column, "primary_key", "unique", "index") if column is not None else None
    return Index(
        name=naming.final_name(item.name, dialect),
        keys=keys,
        unique=item.unique or (isinstance(prefix, str) and prefix.upper() == "UNIQUE"),
        method=method,
        predicate=predicate_text(item.option(prefixes, "where"), dialect),
        include=option_columns(item.option(prefixes, "include")),
        nulls_distinct=item.option(prefixes, "nulls_not_distinct") is not True,
        implied_by=words or None,
        span=item.site.span,
    )


def _key_texts(item: IndexItem, table: TableObject, dialect: Dialect) -> list[str] | None:
    texts: list[str] = []
    for reference in item.columns:
        column = table.find_column(reference)
        if column is not None and column.name is not None:
            texts.append(quoted(column.name) + _behind(item, column.key or column.name, dialect))
        elif isinstance(reference, str):
            texts.append(quoted(reference) + _behind(item, reference, dialect))
        else:
            text = expression_text(reference, dialect)
            if text is None:
                return None
            texts.append(text)
    return texts


def _behind(item: IndexItem, column: str, dialect: Dialect) -> str:
    """What `postgresql_ops` writes behind a key: an operator class, and a direction just as well."""
    operators = item.option(OPTION_PREFIXES[dialect], "ops") if dialect in POSTGRESQL_FAMILY else None
    written = operators.get(column) if isinstance(operators, dict) else None
    return f" {written}" if isinstance(written, str) else ""


def _with_lengths(keys: tuple[Key, ...], item: IndexItem, prefixes: tuple[str, ...]) -> tuple[Key, ...]:
    """MySQL's prefix lengths, given by the name of the column, or one for all."""
    length = item.option(prefixes, "length")
    found = []
    for key in keys:
        size = length.get(key.column) if isinstance(length, dict) and key.column is not None else length
        found.append(replace(key, length=size) if isinstance(size, int) else key)
    return tuple(found)


def key_words(column: ColumnItem, *names: str) -> str:
    """The attributes of a column that imply an index, as written."""
    return ", ".join(f"{name}=True" for name in names if column.given.get(name) is True)
