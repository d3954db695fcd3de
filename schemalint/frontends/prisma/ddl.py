"""The operations with which Prisma makes a schema out of an empty database, in the order of its engine.

Schemas, enums, tables, indexes, foreign keys. In CREATE TABLE itself stand MySQL's indexes, SQLite's foreign
keys and SQL Server's unique constraints.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from schemalint.catalog import ForeignKey, Index, Name, Table
from schemalint.frontends.prisma.columns import column
from schemalint.frontends.prisma.indexes import indexes, primary_key
from schemalint.frontends.prisma.providers import has_enums
from schemalint.frontends.prisma.relations import foreign_keys, join_tables
from schemalint.frontends.prisma.schema import Model, Schema
from schemalint.knowledge.dialects import MYSQL_FAMILY, Dialect
from schemalint.operations import AddForeignKey, AddIndex, CreateSchema, CreateTable, CreateType, Operation
from schemalint.source import Span


def operations(schema: Schema) -> Iterator[Operation]:
    """Everything that has to be made."""
    dialect = schema.dialect
    models: dict[str, Model] = {}
    for model in schema.models:
        models.setdefault(model.name, model)
    tables: list[Table] = []
    added: list[AddIndex] = []
    references: list[AddForeignKey] = []
    for model in schema.models:
        key = primary_key(model, dialect)
        others = list(indexes(model, dialect))
        keys = tuple(foreign_keys(model, schema, models))
        inside = [index for index in others if _stands_in_table(index, dialect)]
        table = Table(
            name=model.table,
            columns=tuple(column(scalar, model, schema) for scalar in model.scalars.values()),
            indexes=tuple(inside) if key is None else (key, *inside),
            foreign_keys=keys if dialect == "sqlite" else (),
            complete=model.complete,
            span=Span(model.file.path, model.block.start, model.block.header_end),
        )
        tables.append(table)
        added += [_add_index(table.name, index) for index in others if not _stands_in_table(index, dialect)]
        if dialect != "sqlite":
            references += [_add_foreign_key(table.name, key) for key in keys]
    for join in join_tables(schema, models):
        table = join.table
        if dialect == "sqlite":
            table = Table(
                name=table.name,
                columns=table.columns,
                indexes=table.indexes,
                foreign_keys=join.foreign_keys,
                framework_made=True,
                span=table.span,
            )
        else:
            references += [_add_foreign_key(table.name, key) for key in join.foreign_keys]
        tables.append(table)
        added += [_add_index(table.name, index) for index in join.indexes]
    yield from _schemas_and_types(schema)
    yield from (CreateTable(table=table, span=table.span) for table in tables)
    yield from chain(_named_apart(added, dialect), references)


def _schemas_and_types(schema: Schema) -> Iterator[Operation]:
    for namespace in schema.namespaces:
        yield CreateSchema(name=namespace)
    if has_enums(schema.dialect):
        for enum in schema.enums.values():
            span = Span(enum.file.path, enum.block.start, enum.block.header_end)
            yield CreateType(name=enum.name, labels=tuple(enum.labels.values()), span=span)


def _stands_in_table(index: Index, dialect: Dialect) -> bool:
    return dialect in MYSQL_FAMILY or index.is_constraint


def _add_index(table: Name, index: Index) -> AddIndex:
    return AddIndex(table=table, index=index, span=index.span)


def _add_foreign_key(table: Name, key: ForeignKey) -> AddForeignKey:
    return AddForeignKey(table=table, foreign_key=key, span=key.span)


def _named_apart(added: list[AddIndex], dialect: Dialect) -> Iterator[AddIndex]:
    """The indexes, a second one of a name without it.

    Prisma refuses such a schema (`@@index([email])` written twice), but what is wrong with it is that the
    index is there twice, and this is how that can be said.
    """
    taken: set[tuple[str | None, str | None]] = set()
    for operation in added:
        index = operation.index
        key = (operation.table.name if dialect == "sqlserver" else operation.table.schema, index.name)
        if key in taken:
            yield AddIndex(table=operation.table, index=_unnamed(index), span=operation.span)
        else:
            taken.add(key)
            yield operation


def _unnamed(index: Index) -> Index:
    return Index(
        name=None,
        keys=index.keys,
        unique=index.unique,
        method=index.method,
        predicate=index.predicate,
        implied_by=index.implied_by,
        span=index.span,
    )
