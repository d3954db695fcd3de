"""Columns added and changed, each database in its way."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from schemalint import operations as op
from schemalint.catalog import Column, Index, Name
from schemalint.comparison import Difference
from schemalint.conversion.inconvertible import Inconvertible
from schemalint.knowledge import names
from schemalint.knowledge.dialects import MYSQL_FAMILY, Dialect
from schemalint.knowledge.types import canonical_type, is_serial


def columns_made(found: list[Difference], dialect: Dialect) -> Iterator[op.Operation]:
    """Columns added and changed; MySQL's MODIFY states the whole column, SQLite makes the table anew."""
    whole = dialect in MYSQL_FAMILY
    changes: dict[tuple[Name, str], op.AlterColumn] = {}
    for difference in found:
        column = difference.right
        if not isinstance(column, Column) or difference.table is None:
            continue
        if difference.left is None:
            yield op.AddColumn(table=difference.table, column=column)
            continue
        if _is_fixed(difference, dialect):
            raise Inconvertible(f"{difference} is not changed by a statement")
        key = (difference.table, column.name)
        if whole:
            changes[key] = stated_anew(difference.table, column)
            continue
        change = changes.get(key, op.AlterColumn(table=difference.table, column=column.name, converts=True))
        changes[key] = _with_aspect(change, difference.aspect or "", column)
    yield from changes.values()


def _is_fixed(difference: Difference, dialect: Dialect) -> bool:
    """Whether no statement changes that a column is generated, or of what: MySQL's may, if it is stored."""
    one, other = difference.left, difference.right
    if difference.aspect not in ("generation", "expression") or dialect == "sqlite":
        return False
    if dialect not in MYSQL_FAMILY:
        return True
    states = [column.stored for column in (one, other) if isinstance(column, Column) and column.generated]
    return states not in ([], [True], [True, True], [False, False])


def stated_anew(table: Name, column: Column) -> op.AlterColumn:
    """MySQL's MODIFY, which states a whole column."""
    return op.AlterColumn(
        table=table,
        column=column.name,
        type=column.type,
        nullable=column.nullable,
        default=column.default,
        generated=column.generated,
        stored=column.stored,
        identity=column.identity,
        collation=column.collation,
        replaces=True,
    )


def _with_aspect(change: op.AlterColumn, aspect: str, column: Column) -> op.AlterColumn:
    if aspect == "type" and is_serial(column.type):
        own = names.postgresql_serial_default(change.table.name, column.name)
        return replace(change, type=canonical_type(column.type, "postgresql"), default=own)
    if aspect == "type":
        return replace(change, type=column.type)
    if aspect == "nullability":
        return replace(change, nullable=column.nullable)
    if aspect == "generation":
        return replace(change, generated=column.generated, identity=column.identity)
    if is_serial(column.type):
        return replace(change, default=names.postgresql_serial_default(change.table.name, column.name))
    return replace(change, default=column.default)


def numbered(found: list[Difference]) -> tuple[list[op.Operation], list[op.Operation], set[int]]:
    """The keys of columns that become numbered, what adds new ones, and the differences that both end.

    MySQL takes such a column only together with a key that begins with it, or behind that.
    """
    keys: dict[tuple[Name | None, str], tuple[int, Index]] = {}
    for one in found:
        if isinstance(one.right, Index):
            keys.setdefault((one.table, one.right.columns[0]), (id(one), one.right))
    keys_first: list[op.Operation] = []
    made: list[op.Operation] = []
    done: set[int] = set()
    for one in found:
        column = one.right
        if not isinstance(column, Column) or not column.identity or one.table is None:
            continue
        key = keys.get((one.table, column.name))
        if key is not None and one.left is None and key[1].is_constraint:
            made.append(op.AddColumn(table=one.table, column=column, indexes=(key[1],)))
            done |= {id(one), key[0]}
        elif key is not None and one.aspect == "generation":
            keys_first.append(op.AddIndex(table=one.table, index=key[1]))
            done.add(key[0])
    return keys_first, made, done
