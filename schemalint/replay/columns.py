"""Columns added, dropped, renamed and changed, with the indexes and keys that hang on them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from msgspec import UNSET
from msgspec.structs import replace

from schemalint import operations as op
from schemalint.catalog import Catalog, Check, Column, Index, Key, Table
from schemalint.knowledge import names
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, Dialect, folded
from schemalint.knowledge.types import base_type, canonical_type, is_serial
from schemalint.replay import constraints, indexes, views
from schemalint.replay.expressions import mentions, renamed
from schemalint.replay.refusal import Refused, known_table


def add(catalog: Catalog, operation: op.AddColumn) -> Catalog:
    """ADD COLUMN, and the constraints written on it."""
    table = known_table(catalog, operation.table, operation.if_table_exists)
    if table.column(operation.column.name, catalog.dialect) is not None:
        if operation.if_not_exists:
            return catalog
        raise Refused(f"the column {table.name}.{operation.column.name} exists already")
    columns = list(table.columns)
    place = len(columns)
    if operation.first:
        place = 0
    elif operation.after is not None:
        wanted = folded(operation.after, catalog.dialect)
        for position, column in enumerate(columns):
            if folded(column.name, catalog.dialect) == wanted:
                place = position + 1
    columns.insert(place, operation.column)
    catalog = catalog.with_table(replace(table, columns=tuple(columns)), instead_of=table)
    if operation.indexes:
        ordered = indexes.merged_within_statement(operation.indexes, catalog.dialect)
        catalog = indexes.attach_all(catalog, table, ordered)
    for check in operation.checks:
        catalog = constraints.attach_check(catalog, table.name, check)
    for foreign_key in operation.foreign_keys:
        catalog = constraints.attach_foreign_key(catalog, table.name, foreign_key)
    return catalog


def drop(catalog: Catalog, operation: op.DropColumn) -> Catalog:
    """DROP COLUMN: indexes, checks and keys that need it go too, other tables' foreign keys to it as well.

    MySQL takes the column out of its indexes instead, and drops those that have none left.
    """
    table = known_table(catalog, operation.table, operation.if_table_exists)
    column = table.column(operation.column, catalog.dialect)
    if column is None:
        if not table.has_all_columns:  # what hangs on it may have been seen all the same
            return without(catalog, table, Column(name=operation.column, type=""))
        if operation.if_exists:
            return catalog
        raise Refused(f"there is no column {table.name}.{operation.column}")
    if operation.cascade:
        catalog = views.without_readers(catalog, table, folded(column.name, catalog.dialect))
        for made in generated_from(table, column):
            catalog = drop(catalog, replace(operation, column=made.name, if_exists=True))
        table = known_table(catalog, operation.table)
    return without(catalog, table, column)


def of_generated(table: Table, column: Column, gone: Collection[str] = ()) -> str | None:
    """That a column is generated from another one, as a reason not to drop that; `gone` go along."""
    for made in generated_from(table, column):
        if made.name not in gone:
            return f"{table.name}.{made.name} is generated from {table.name}.{column.name}"
    return None


def generated_from(table: Table, column: Column) -> list[Column]:
    """The columns that are generated from a column."""
    return [
        other for other in table.columns if other is not column and mentions(other.generated, column.name)
    ]


def without(catalog: Catalog, table: Table, column: Column) -> Catalog:
    """The catalog without a column and what hangs on it."""
    same = _same(catalog)
    if catalog.dialect in MYSQL_FAMILY:
        kept = tuple(
            replace(index, keys=keys)
            for index in table.indexes
            if (keys := tuple(key for key in index.keys if not same(key.column, column.name)))
        )
    else:
        kept = tuple(index for index in table.indexes if not _uses(index, column.name, catalog))
    remaining = tuple(other for other in table.columns if other is not column)
    changed = replace(
        table,
        columns=remaining,
        indexes=kept,
        foreign_keys=tuple(
            key for key in table.foreign_keys if not any(same(name, column.name) for name in key.columns)
        ),
        checks=tuple(check for check in table.checks if not mentions(check.expression, column.name)),
    )
    catalog = catalog.with_table(changed, instead_of=table)
    if catalog.dialect == "sqlite":  # foreign keys to it stay, and dangle
        return catalog
    here = catalog.key(table.name)
    for other in list(catalog.tables.values()):
        if any(
            catalog.key(key.target) == here and any(same(name, column.name) for name in key.target_columns)
            for key in other.foreign_keys
        ):
            others = tuple(
                foreign_key
                for foreign_key in other.foreign_keys
                if catalog.key(foreign_key.target) != here
                or not any(same(name, column.name) for name in foreign_key.target_columns)
            )
            catalog = catalog.with_table(replace(other, foreign_keys=others), instead_of=other)
    return catalog


def _same(catalog: Catalog) -> Any:
    def same(one: str | None, other: str) -> bool:
        return one is not None and folded(one, catalog.dialect) == folded(other, catalog.dialect)

    return same


def _uses(index: Index, column: str, catalog: Catalog) -> bool:
    same = _same(catalog)
    return (
        any(same(key.column, column) or mentions(key.expression, column) for key in index.keys)
        or any(same(name, column) for name in index.include)
        or mentions(index.predicate, column)
    )


def rename(catalog: Catalog, operation: op.RenameColumn) -> Catalog:
    """RENAME COLUMN: everything that uses the column follows."""
    table = known_table(catalog, operation.table, operation.if_table_exists)
    column = table.column(operation.column, catalog.dialect)
    if column is None:
        if not table.has_all_columns or table.kind != "table":
            return catalog
        raise Refused(f"there is no column {table.name}.{operation.column}")
    new = operation.new_name
    other = table.column(new, catalog.dialect)
    if other is not None and other is not column:
        raise Refused(f"the column {table.name}.{new} exists already")
    same, dialect = _same(catalog), catalog.dialect

    def followed(name: str) -> str:
        return new if same(name, column.name) else name

    changed = replace(
        table,
        columns=tuple(
            replace(known, name=new)
            if known is column
            else _renamed_in_column(known, column.name, new, dialect)
            for known in table.columns
        ),
        indexes=tuple(_renamed_in_index(index, column.name, new, catalog) for index in table.indexes),
        foreign_keys=tuple(
            replace(
                key,
                columns=tuple(map(followed, key.columns)),
                sets=tuple(map(followed, key.sets)),
                part_of=None if key.part_of is None else followed(key.part_of),
            )
            for key in table.foreign_keys
        ),
        checks=tuple(_renamed_in_check(check, column.name, new, catalog) for check in table.checks),
    )
    catalog = catalog.with_table(changed, instead_of=table)
    here = catalog.key(table.name)
    for referring in list(catalog.tables.values()):
        if any(catalog.key(key.target) == here for key in referring.foreign_keys):
            keys = tuple(
                replace(key, target_columns=tuple(map(followed, key.target_columns)))
                if catalog.key(key.target) == here
                else key
                for key in referring.foreign_keys
            )
            catalog = catalog.with_table(replace(referring, foreign_keys=keys), instead_of=referring)
    return views.following_column(catalog, changed, column.name, new)


def _renamed_in_column(known: Column, column: str, new: str, dialect: Dialect) -> Column:
    generated = known.generated
    if generated is None or not mentions(generated, column):
        return known
    return replace(known, generated=renamed(generated, column, new, dialect))


def _renamed_in_index(index: Index, column: str, new: str, catalog: Catalog) -> Index:
    if not _uses(index, column, catalog):
        return index
    same = _same(catalog)

    def key(known: Key) -> Key:
        if same(known.column, column):
            return replace(known, column=new)
        if mentions(known.expression, column):
            assert known.expression is not None
            return replace(known, expression=renamed(known.expression, column, new, catalog.dialect))
        return known

    predicate = index.predicate
    if mentions(predicate, column):
        predicate = renamed(predicate or "", column, new, catalog.dialect)
    return replace(
        index,
        keys=tuple(map(key, index.keys)),
        include=tuple(new if same(name, column) else name for name in index.include),
        predicate=predicate,
    )


def _renamed_in_check(check: Check, column: str, new: str, catalog: Catalog) -> Check:
    same = _same(catalog)
    columns = tuple(new if same(name, column) else name for name in check.columns)
    if check.part_of is not None and same(check.part_of, column):
        check = replace(check, part_of=new)
    if mentions(check.expression, column):
        expression = renamed(check.expression, column, new, catalog.dialect)
        return replace(check, expression=expression, columns=columns)
    return check if columns == check.columns else replace(check, columns=columns)


def alter(catalog: Catalog, operation: op.AlterColumn) -> Catalog:
    """ALTER COLUMN: what is set takes the place of what was."""
    table = known_table(catalog, operation.table, operation.if_table_exists)
    column = table.column(operation.column, catalog.dialect)
    if column is None:
        if not table.has_all_columns or table.kind != "table":
            return catalog
        raise Refused(f"there is no column {table.name}.{operation.column}")
    what: dict[str, Any] = {}
    for field in ("type", "nullable", "default", "generated", "stored", "identity", "collation"):
        value = getattr(operation, field)
        if value is not UNSET:
            what[field] = value
    if operation.replaces:
        primary = table.primary_key
        if primary is not None and any(_same(catalog)(name, column.name) for name in primary.columns):
            what["nullable"] = False
    if is_serial(column.type) and {"type", "default"} & what.keys() and catalog.dialect in POSTGRESQL_FAMILY:
        what.setdefault("type", canonical_type(column.type, catalog.dialect))
        what.setdefault("default", names.postgresql_serial_default(table.name.name, column.name))
    if operation.type is not UNSET and operation.default is UNSET and column.default is not None:
        what["default"] = _default_of_its_type(catalog, column.default, column.type)
    changed = replace(column, **what)
    columns = tuple(changed if known is column else known for known in table.columns)
    remade = table.indexes
    if operation.type is not UNSET and catalog.dialect in POSTGRESQL_FAMILY:
        remade = tuple(_without_idle_casts(index, changed) for index in remade)
    checks = table.checks
    if catalog.dialect == "mariadb" and (operation.type is not UNSET or operation.nullable is not UNSET):
        checks = tuple(check for check in checks if not _is_part_of(check, column, catalog))
    changed_table = replace(table, columns=columns, indexes=remade, checks=checks)
    if operation.type is not UNSET and catalog.dialect in MYSQL_FAMILY:
        remade = tuple(
            indexes.without_whole_prefixes(changed_table, one, catalog.dialect) for one in table.indexes
        )
        changed_table = replace(changed_table, indexes=remade)
    return catalog.with_table(changed_table, instead_of=table)


def _is_part_of(check: Check, column: Column, catalog: Catalog) -> bool:
    return check.part_of is not None and _same(catalog)(check.part_of, column.name)


def _default_of_its_type(catalog: Catalog, default: str, type_: str) -> str:
    """PostgreSQL: a column's default when its type is another; a label stays one of its enum."""
    if catalog.dialect not in POSTGRESQL_FAMILY or not default.endswith("'"):
        return default
    labelled = {key[1] for key, labels in catalog.types.items() if labels is not None}
    name = base_type(type_)
    return f'{default}::"{name}"' if name in labelled else default


def without_defaults_of(catalog: Catalog, type_: str) -> Catalog:
    """The catalog without the defaults that are cast to a type."""
    cast = f'::"{type_}"'
    for table in list(catalog.tables.values()):
        if any(column.default is not None and cast in column.default for column in table.columns):
            kept = tuple(
                replace(column, default=None) if column.default and cast in column.default else column
                for column in table.columns
            )
            catalog = catalog.with_table(replace(table, columns=kept), instead_of=table)
    return catalog


def _without_idle_casts(index: Index, column: Column) -> Index:
    """The index made anew after its column's type has changed: `date(day)` of a date is the column itself."""
    idle = f"{column.type}({column.name})"
    if all(key.expression is None or "".join(key.expression.split()) != idle for key in index.keys):
        return index
    keys = (
        replace(key, column=column.name, expression=None)
        if key.expression is not None and "".join(key.expression.split()) == idle
        else key
        for key in index.keys
    )
    return replace(index, keys=tuple(keys))
