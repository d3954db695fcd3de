"""What makes a way back doubtful although each of its operations can be done."""

from __future__ import annotations

from collections.abc import Sequence

from schemalint.catalog import Catalog, Name, TableKey
from schemalint.conversion.inconvertible import Inconvertible
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY
from schemalint.knowledge.types import base_type, lacks_length
from schemalint.migration import Migration
from schemalint.operations import (
    AddIndex,
    AlterColumn,
    CreateTable,
    Operation,
)
from schemalint.replay import Step
from schemalint.replay.expressions import mentions
from schemalint.replay.triggers import Triggers
from schemalint.rollback.certain_refusals import may_be_others


def check_indexes(way: Sequence[Operation], before: Catalog, history: Sequence[Step]) -> None:
    """Inconvertible if an index comes back that may have been another one, there when it was to be made."""
    perhaps = may_be_others(step.operation for step in history)
    for operation in way if perhaps else ():
        if not isinstance(operation, AddIndex):
            continue
        table = before.find(operation.table)
        is_known = table is None or table.complete
        if not is_known and (operation.table.name.lower(), operation.index.name) in perhaps:
            raise Inconvertible(f"the definition of {operation.index.name} is not known")


def check_triggers(way: Sequence[Operation], after: Catalog, history: Sequence[Step]) -> None:
    """Inconvertible if a column of a table with triggers gets another type, which a trigger may forbid."""
    altered = {
        after.key(one.table): f"{one.table}.{one.column}"
        for one in way
        if isinstance(one, AlterColumn) and isinstance(one.type, str)
    }
    if not altered or after.dialect not in POSTGRESQL_FAMILY:
        return
    triggers = Triggers()
    for step in history:
        triggers.follow(step.before, step.operation)
    for key, column in altered.items():
        if triggers.on(key):
            raise Inconvertible(f"a trigger may rest on the type of {column}")


def check_tables(migration: Migration, history: Sequence[Step]) -> None:
    """Inconvertible if the migration changes what nobody knows of a table that was there before.

    One thing or another was done to it, by what it was; or a column of MySQL's can't have been made as the
    history says.
    """
    with_choices, made_otherwise = _with_choices(history), _made_otherwise(history)
    for step in history:
        name = getattr(step.operation, "table", None)
        if step.migration is not migration or not isinstance(name, Name):
            continue
        key = step.before.key(name)
        if step.operation.guard is not None and key in with_choices:
            raise Inconvertible(f"what happened to {name} depends on what it was")
        if not isinstance(step.operation, AlterColumn) or step.before.find(name) == step.after.find(name):
            continue
        if (key, step.operation.column) in made_otherwise:
            raise Inconvertible(f"what {name}.{step.operation.column} was is not known: it has no length")


def _with_choices(history: Sequence[Step]) -> frozenset[TableKey]:
    """The tables that no migration makes, to which one thing or another was done by what they were."""
    branches: dict[tuple[str, int], set[int]] = {}
    found: dict[tuple[str, int], set[TableKey]] = {}
    for step in history:
        name, guard = getattr(step.operation, "table", None), step.operation.guard
        table = step.before.find(name) if isinstance(name, Name) else None
        if guard is not None and table is not None and table.assumed and not table.complete:
            condition = step.migration.name, guard[0]
            branches.setdefault(condition, set()).add(guard[1])
            found.setdefault(condition, set()).add(step.before.key(table.name))
    return frozenset(key for one, keys in found.items() if len(branches[one]) > 1 for key in keys)


def _made_otherwise(history: Sequence[Step]) -> frozenset[tuple[TableKey, str]]:
    """MySQL: the columns that the history makes as a VARCHAR without a length: they came otherwise."""
    found: set[tuple[TableKey, str]] = set()
    for step in history:
        operation = step.operation
        if step.before.dialect not in MYSQL_FAMILY:
            break
        if isinstance(operation, CreateTable):
            key, columns = step.before.key(operation.table.name), operation.table.columns
            found |= {(key, column.name) for column in columns if lacks_length(column.type)}
    return frozenset(found)


def check_checks(steps: Sequence[Step]) -> None:
    """Inconvertible if a column is made a number, or text of one: MariaDB compares with other values then."""
    for step in steps:
        operation = step.operation
        if not isinstance(operation, AlterColumn) or step.before.dialect not in MYSQL_FAMILY:
            continue
        table = step.before.find(operation.table)
        column = table.column(operation.column, step.before.dialect) if table is not None else None
        if table is None or column is None or not isinstance(operation.type, str):
            continue
        if _is_text(column.type) == _is_text(operation.type):
            continue
        for check in table.checks:
            if mentions(check.expression, column.name):
                raise Inconvertible(f"what {check.name or 'a check'} of {table.name} has become is not known")


def _is_text(type_: str) -> bool:
    return base_type(type_).endswith(("char", "text", "enum", "set"))


def check_repeated_keys(before: Catalog, after: Catalog) -> None:
    """Inconvertible if a constraint comes or goes that repeats a primary key of SQLite's: only SQL has it."""
    for table, now in ((table, after.find(table.name)) for table in before.tables.values()):
        keys = (one.primary_key for one in (table, now) if one is not None)
        names = {key.repeated_by for key in keys if key is not None}
        if len(names) > 1:
            raise Inconvertible(f"of {table.name} a unique constraint repeats the primary key")
