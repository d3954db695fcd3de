"""Foreign keys and checks made, renamed and dropped; dropping a constraint that is an index, too."""

from __future__ import annotations

import re

from msgspec import UNSET
from msgspec.structs import replace

from schemalint import operations as op
from schemalint.catalog import Catalog, Check, ForeignKey, Name, Table
from schemalint.knowledge import names
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, folded
from schemalint.replay import indexes
from schemalint.replay.expressions import mentions
from schemalint.replay.refusal import Refused, known_table
from schemalint.replay.repeated_keys import without_repetition

_INNODB_NAME = re.compile(r"_ibfk_(\d{1,18})\Z")


def add_foreign_key(catalog: Catalog, operation: op.AddForeignKey) -> Catalog:
    """ADD FOREIGN KEY."""
    table = known_table(catalog, operation.table, operation.if_table_exists)
    foreign_key = operation.foreign_key
    if foreign_key.name is not None and _constraint_named(table, foreign_key.name, catalog):
        if operation.if_not_exists:
            return catalog
        raise Refused(f"the constraint {foreign_key.name} exists already")
    return attach_foreign_key(catalog, table.name, foreign_key)


def _constraint_named(table: Table, name: str, catalog: Catalog) -> bool:
    wanted = folded(_cut(name, catalog), catalog.dialect)
    named = [
        *(key.name for key in table.foreign_keys),
        *(check.name for check in table.checks),
        *(index.name for index in table.indexes if index.is_constraint),
    ]
    return any(other is not None and folded(other, catalog.dialect) == wanted for other in named)


def _cut(name: str, catalog: Catalog) -> str:
    return names.postgresql_cut(name) if catalog.dialect in POSTGRESQL_FAMILY else name


def attach_foreign_key(catalog: Catalog, table_name: Name, key: ForeignKey) -> Catalog:
    """The catalog with a foreign key on the table, its target looked up, its name chosen."""
    if not key.columns:
        raise Refused(f"{key.name or 'a foreign key'} has no columns")
    table = catalog.get(table_name)
    assert table is not None
    resolved = replace(key, target=catalog.known_as(key.target))
    if catalog.dialect not in POSTGRESQL_FAMILY:
        spelled = (table.column(column, catalog.dialect) for column in key.columns)
        resolved = replace(
            resolved,
            columns=tuple(
                column.name if column else name for column, name in zip(spelled, key.columns, strict=True)
            ),
        )
    if catalog.dialect != "sqlite":
        resolved = with_target_columns(catalog, resolved)
    resolved = replace(resolved, name=_foreign_key_name(catalog, table, resolved))
    changed = replace(table, foreign_keys=(*table.foreign_keys, resolved))
    catalog = catalog.with_table(changed, instead_of=table)
    if catalog.dialect in MYSQL_FAMILY and resolved.enforced:
        catalog = indexes.attach_foreign_key_index(catalog, changed, resolved, key.name)
    return catalog


def with_target_columns(catalog: Catalog, key: ForeignKey) -> ForeignKey:
    """The foreign key with the columns of the primary key that it means, if it names none."""
    if key.target_columns:
        return key
    target = catalog.get(key.target)
    primary = target.primary_key if target is not None else None
    return key if primary is None else replace(key, target_columns=primary.columns)


def _foreign_key_name(catalog: Catalog, table: Table, key: ForeignKey) -> str | None:
    if catalog.dialect in POSTGRESQL_FAMILY:
        if key.name is not None:
            return names.postgresql_cut(key.name)
        addition = names.postgresql_addition(key.columns)
        return names.postgresql_chosen_name(
            table.name.name, addition, "fkey", _taken(catalog, table.name.schema)
        )
    if catalog.dialect in MYSQL_FAMILY and key.name is None:
        numbers = (
            int(match[1])
            for other in table.foreign_keys
            if other.name is not None and (match := _INNODB_NAME.search(other.name))
        )
        return f"{table.name.name}_ibfk_{max(numbers, default=0) + 1}"
    return key.name


def _taken(catalog: Catalog, schema: str | None) -> _TakenNames:
    return _TakenNames(catalog, schema)


class _TakenNames:
    """Whether a constraint of that name stands in the schema; names are collected at the second question.

    Nearly every name is free at the first, and then a look at each table is all that it takes.
    """

    def __init__(self, catalog: Catalog, schema: str | None) -> None:
        self._catalog = catalog
        self._schema = schema
        self._names: set[str | None] | None = None
        self._was_asked = False

    def __call__(self, name: str) -> bool:
        if not self._was_asked:
            self._was_asked = True
            return self._is_anywhere(name)
        if self._names is None:
            self._names = set()
            for table in self._catalog.tables.values():
                if table.name.schema == self._schema:
                    self._names.update(key.name for key in table.foreign_keys)
                    self._names.update(check.name for check in table.checks)
                    self._names.update(index.name for index in table.indexes if index.is_constraint)
        return name in self._names

    def _is_anywhere(self, name: str) -> bool:
        for table in self._catalog.tables.values():
            if table.name.schema != self._schema:
                continue
            for key in table.foreign_keys:
                if key.name == name:
                    return True
            for check in table.checks:
                if check.name == name:
                    return True
            for index in table.indexes:
                if index.name == name and index.is_constraint:
                    return True
        return False


def renamed_with_table(key: ForeignKey, old: str, new: str) -> ForeignKey:
    """The foreign key of a renamed table: InnoDB renames those that it named after the table."""
    prefix = f"{old}_ibfk_"
    if key.name is None or not key.name.startswith(prefix):
        return key
    return replace(key, name=f"{new}_ibfk_{key.name[len(prefix) :]}")


def add_check(catalog: Catalog, operation: op.AddCheck) -> Catalog:
    """ADD CHECK."""
    table = known_table(catalog, operation.table, operation.if_table_exists)
    name = operation.check.name
    if name is not None and _constraint_named(table, name, catalog):
        raise Refused(f"the constraint {name} exists already")
    return attach_check(catalog, table.name, operation.check)


def attach_check(catalog: Catalog, table_name: Name, check: Check) -> Catalog:
    """The catalog with a check on the table, its name chosen as the database does it."""
    table = catalog.get(table_name)
    assert table is not None
    name = check.name
    if catalog.dialect in POSTGRESQL_FAMILY:
        if name is not None:
            name = names.postgresql_cut(name)
        else:
            used = [column.name for column in table.columns if mentions(check.expression, column.name)]
            addition = used[0] if len(used) == 1 else None
            taken = _taken(catalog, table.name.schema)
            name = names.postgresql_chosen_name(table.name.name, addition, "check", taken)
    elif check.part_of is not None and catalog.dialect == "mariadb":
        name = check.part_of
    changed = replace(table, checks=(*table.checks, replace(check, name=name)))
    return catalog.with_table(changed, instead_of=table)


def drop(catalog: Catalog, operation: op.DropConstraint) -> Catalog:
    """DROP CONSTRAINT: a foreign key, a check, or the index of a key."""
    table = known_table(catalog, operation.table, operation.if_table_exists or operation.if_exists)
    if operation.kind == "primary key" and operation.name is None:
        primary = table.primary_key
        if primary is None:
            if operation.if_exists or not table.complete:
                return catalog
            raise Refused(f"{table.name} has no primary key")
        return indexes.without(catalog, table, primary, cascade=operation.cascade)
    if operation.name is None:
        return _without_unnamed(catalog, table, operation)
    wanted = folded(_cut(operation.name, catalog), catalog.dialect)

    def is_wanted(name: str | None) -> bool:
        return name is not None and folded(name, catalog.dialect) == wanted

    if operation.kind in ("any", "foreign key"):
        keys = tuple(key for key in table.foreign_keys if not is_wanted(key.name))
        if len(keys) != len(table.foreign_keys):
            return catalog.with_table(replace(table, foreign_keys=keys), instead_of=table)
    if operation.kind in ("any", "check"):
        checks = tuple(check for check in table.checks if not is_wanted(check.name))
        if len(checks) != len(table.checks):
            return catalog.with_table(replace(table, checks=checks), instead_of=table)
    if operation.kind in ("any", "primary key", "unique constraint"):
        for index in table.indexes:
            named = is_wanted(index.name) or (index.origin == "primary key" and wanted == "primary")
            if index.is_constraint and named:
                return indexes.without(catalog, table, index, cascade=operation.cascade)
        if (changed := without_repetition(table, wanted)) is not None:
            return catalog.with_table(changed, instead_of=table)
    if operation.if_exists or not table.complete:
        return catalog
    not_null = f"{table.name.name}_"
    if wanted.startswith(not_null) and wanted.endswith("_not_null"):  # PostgreSQL 18 names them
        column = table.column(wanted[len(not_null) : -len("_not_null")], catalog.dialect)
        if column is not None:
            columns = tuple(replace(c, nullable=True) if c is column else c for c in table.columns)
            return catalog.with_table(replace(table, columns=columns), instead_of=table)
    raise Refused(f"there is no constraint {operation.name} on {table.name}")


def _without_unnamed(catalog: Catalog, table: Table, operation: op.DropConstraint) -> Catalog:
    """The catalog without the constraint that has no name and is on these columns."""
    columns = operation.columns
    if operation.kind in ("any", "foreign key"):
        for key in table.foreign_keys:
            if key.name is None and key.columns == columns:
                kept = tuple(other for other in table.foreign_keys if other is not key)
                return catalog.with_table(replace(table, foreign_keys=kept), instead_of=table)
    if operation.kind in ("any", "unique constraint"):
        for index in table.indexes:
            if index.name is None and index.origin == "unique constraint" and index.columns == columns:
                return indexes.without(catalog, table, index, cascade=operation.cascade)
    if operation.kind in ("any", "check"):
        for check in table.checks:
            if check.name is None and check.columns == columns:
                left = tuple(other for other in table.checks if other is not check)
                return catalog.with_table(replace(table, checks=left), instead_of=table)
    if operation.if_exists or not table.complete:
        return catalog
    raise Refused(f"there is no constraint without a name on {', '.join(columns) or table.name}")


def rename(catalog: Catalog, operation: op.RenameConstraint) -> Catalog:
    """RENAME CONSTRAINT."""
    table = known_table(catalog, operation.table, operation.if_table_exists)
    new_name = _cut(operation.new_name, catalog)
    wanted = _cut(operation.name, catalog)
    for position, key in enumerate(table.foreign_keys):
        if key.name == wanted:
            keys = list(table.foreign_keys)
            keys[position] = replace(key, name=new_name)
            return catalog.with_table(replace(table, foreign_keys=tuple(keys)), instead_of=table)
    for position, check in enumerate(table.checks):
        if check.name == wanted:
            checks = list(table.checks)
            checks[position] = replace(check, name=new_name)
            return catalog.with_table(replace(table, checks=tuple(checks)), instead_of=table)
    for index in table.indexes:
        if index.name == wanted and index.is_constraint:
            renamed = replace(index, name=new_name)
            kept = tuple(renamed if other is index else other for other in table.indexes)
            return catalog.with_table(replace(table, indexes=kept), instead_of=table)
    if not table.complete:
        return catalog
    raise Refused(f"there is no constraint {operation.name} on {table.name}")


def alter(catalog: Catalog, operation: op.AlterConstraint) -> Catalog:
    """VALIDATE CONSTRAINT, and deferrable or not, and how at first."""
    table = known_table(catalog, operation.table, operation.if_table_exists)
    what = {
        field: value
        for field in ("validated", "deferrable", "deferred")
        if (value := getattr(operation, field)) is not UNSET
    }
    keys = tuple(replace(key, **what) if key.name == operation.name else key for key in table.foreign_keys)
    checks = tuple(
        replace(check, validated=True)
        if check.name == operation.name and operation.validated is True
        else check
        for check in table.checks
    )
    return catalog.with_table(replace(table, foreign_keys=keys, checks=checks), instead_of=table)
