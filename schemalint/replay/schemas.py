"""Schemas, types and the search path."""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import UNSET
from msgspec.structs import replace

from schemalint import operations as op
from schemalint.catalog import Catalog, Name, Table, TableKey
from schemalint.knowledge.types import base_type
from schemalint.operations import session
from schemalint.replay import columns, tables
from schemalint.replay.expressions import mentions
from schemalint.replay.refusal import Refused


def create_type(catalog: Catalog, operation: op.CreateType) -> Catalog:
    """CREATE TYPE, CREATE DOMAIN."""
    key = catalog.key(catalog.placed(operation.name))
    if key in catalog.types:
        if operation.if_not_exists:
            return catalog
        raise Refused(f"the type {operation.name} exists already")
    return replace(catalog, types={**catalog.types, key: operation.labels})


def _type_key(catalog: Catalog, name: Name) -> TableKey | None:
    return next((key for key in catalog.keys(name) if key in catalog.types), None)


def alter_type(catalog: Catalog, operation: op.AlterType) -> Catalog:
    """ALTER TYPE. The columns of a renamed type are of the renamed type."""
    key = _type_key(catalog, operation.name)
    if key is None:
        return catalog
    labels = catalog.types[key]
    if operation.add_label is not None and labels is not None and operation.add_label not in labels:
        labels = _with_label(labels, operation)
    if operation.rename_label is not None and labels is not None:
        old, new = operation.rename_label
        labels = tuple(new if label == old else label for label in labels)
        catalog = _with_label_renamed(catalog, key[1], _literal(old), _literal(new))
    new_key = key
    if operation.new_name is not None:
        new_key = (key[0], operation.new_name)
    if operation.new_schema is not UNSET:
        new_key = catalog.key(Name(key[1], operation.new_schema))
        catalog = _with_type_moved(catalog, key, new_key)
    types = {other: value for other, value in catalog.types.items() if other != key}
    types[new_key] = labels
    if operation.new_name is not None:
        catalog = _with_type_renamed(catalog, key[1], operation.new_name)
    return replace(catalog, types=types)


def _with_label(labels: tuple[str, ...], operation: op.AlterType) -> tuple[str, ...]:
    """The labels with the one that is added, in its place."""
    at = len(labels)
    if operation.before in labels:
        at = labels.index(operation.before)
    elif operation.after in labels:
        at = labels.index(operation.after) + 1
    return (*labels[:at], operation.add_label or "", *labels[at:])


def _literal(label: str) -> str:
    return "'" + label.replace("'", "''") + "'"


def _with_label_renamed(catalog: Catalog, type_: str, old: str, new: str) -> Catalog:
    """PostgreSQL keeps a label of an expression by its number: defaults and conditions have its new name."""
    for table in list(catalog.tables.values()):
        names = [column.name for column in table.columns if base_type(column.type) == type_]
        if names:
            told = _with_text_replaced(names, old, new)
            catalog = catalog.with_table(_rewritten(table, told), instead_of=table)
    return catalog


def _with_text_replaced(names: list[str], old: str, new: str) -> Callable[[str, str | None], str]:
    """Replaces a text in the defaults of columns, and in expressions that mention one of them."""

    def told(expression: str, about: str | None) -> str:
        if about in names or (about is None and any(mentions(expression, name) for name in names)):
            return expression.replace(old, new)
        return expression

    return told


def _with_type_renamed(catalog: Catalog, old: str, new: str) -> Catalog:
    cast = re.compile(rf"""(::\s*(?:"?\w+"?\.)?)("?){re.escape(old)}\2(?![\w"])""")
    plain = re.fullmatch(r"[a-z_][a-z0-9_]*", new) is not None

    def cast_anew(match: re.Match[str]) -> str:
        return f"{match[1]}{new}" if plain and not match[2] else f'{match[1]}"{new}"'

    def told(expression: str, about: str | None) -> str:
        return cast.sub(cast_anew, expression) if "::" in expression else expression

    for table in list(catalog.tables.values()):
        changed = tuple(
            replace(column, type=column.type.replace(old, new)) if base_type(column.type) == old else column
            for column in table.columns
        )
        now = _rewritten(replace(table, columns=changed), told)
        if now != table:
            catalog = catalog.with_table(now, instead_of=table)
    return catalog


def _with_type_moved(catalog: Catalog, key: TableKey, new_key: TableKey) -> Catalog:
    """The catalog whose columns name a type with its new schema."""
    schema = rf"{re.escape(key[0] or 'public')}\."
    is_found_without = key[0] is None or (None, key[1]) not in catalog.types
    written = re.compile(rf"(?:{schema}){'?' if is_found_without else ''}{re.escape(key[1])}(?![\w$.])")
    now = str(Name(new_key[1], new_key[0]))
    for table in list(catalog.tables.values()):
        moved = tuple(
            replace(column, type=now + column.type[found.end() :])
            if (found := written.match(column.type)) is not None
            else column
            for column in table.columns
        )
        if moved != table.columns:
            catalog = catalog.with_table(replace(table, columns=moved), instead_of=table)
    return catalog


def _rewritten(table: Table, told: Callable[[str, str | None], str]) -> Table:
    """The table with its expressions told anew; the second argument is the column whose default it is."""

    def optional(expression: str | None, about: str | None = None) -> str | None:
        return None if expression is None else told(expression, about)

    return replace(
        table,
        columns=tuple(
            replace(
                column,
                default=optional(column.default, column.name),
                generated=optional(column.generated),
            )
            for column in table.columns
        ),
        indexes=tuple(
            replace(
                index,
                predicate=optional(index.predicate),
                keys=tuple(replace(key, expression=optional(key.expression)) for key in index.keys),
            )
            for index in table.indexes
        ),
        checks=tuple(replace(check, expression=told(check.expression, None)) for check in table.checks),
    )


def drop_type(catalog: Catalog, operation: op.DropType) -> Catalog:
    """DROP TYPE; with CASCADE, its columns go, and the defaults of other columns that are cast to it."""
    key = _type_key(catalog, operation.name)
    if key is None:
        return catalog
    catalog = replace(catalog, types={other: value for other, value in catalog.types.items() if other != key})
    if operation.cascade:
        for table in list(catalog.tables.values()):
            for column in table.columns:
                if base_type(column.type) == key[1]:
                    current = catalog.get(table.name)
                    assert current is not None
                    catalog = columns.without(catalog, current, column)
        catalog = columns.without_defaults_of(catalog, key[1])
    return catalog


def create_schema(catalog: Catalog, operation: op.CreateSchema) -> Catalog:
    """CREATE SCHEMA: nothing is in it yet."""
    return catalog


def drop_schema(catalog: Catalog, operation: op.DropSchema) -> Catalog:
    """DROP SCHEMA; what is in it goes."""
    schema = catalog.key(Name("", operation.name))[0]
    for table in list(catalog.tables.values()):
        if table.name.schema == schema and catalog.get(table.name) is not None:
            catalog = tables.without(catalog, table)
    for key in catalog.types:
        if key[0] == schema:
            catalog = drop_type(catalog, op.DropType(name=Name(key[1], schema), cascade=True))
    return catalog


def rename_schema(catalog: Catalog, operation: op.RenameSchema) -> Catalog:
    """ALTER SCHEMA … RENAME TO."""
    old = catalog.key(Name("", operation.name))[0]
    for table in list(catalog.tables.values()):
        if table.name.schema == old:
            catalog = tables.move(
                catalog, op.MoveTable(table=Name(table.name.name, operation.name), schema=operation.new_name)
            )
    for key in catalog.types:
        if key[0] == old:
            moved = op.AlterType(name=Name(key[1], old), new_schema=operation.new_name)
            catalog = alter_type(catalog, moved)
    return catalog


def set_foreign_key_checks(catalog: Catalog, operation: session.SetForeignKeyChecks) -> Catalog:
    """SET foreign_key_checks: whether MySQL minds foreign keys that lose what they point to."""
    return replace(catalog, foreign_key_checks=operation.enabled)


def set_legacy_alter_table(catalog: Catalog, operation: session.SetLegacyAlterTable) -> Catalog:
    """PRAGMA legacy_alter_table: whether SQLite renames a table and nothing else."""
    return replace(catalog, legacy_alter_table=operation.enabled)


def set_search_path(catalog: Catalog, operation: session.SetSearchPath) -> Catalog:
    """SET search_path; an empty one leaves only qualified names."""
    return replace(catalog, search_path=operation.schemas)
