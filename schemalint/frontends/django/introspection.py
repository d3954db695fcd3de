"""What Django's introspection would say of a table: its constraints by name, as `get_constraints` gives them.

Django looks there for the names of what it is about to drop, so what happens depends on the table's whole
history.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from msgspec import Struct

from schemalint.catalog import Catalog, Index, Name
from schemalint.knowledge.dialects import MYSQL_FAMILY


class Constraint(Struct, kw_only=True):
    """One entry. An index and a foreign key of one name are one entry on MySQL."""

    name: str
    columns: tuple[str | None, ...]
    primary_key: bool = False
    unique: bool = False
    index: bool = False
    check: bool = False
    foreign_key: bool = False
    kind: str | None = None


def constraints(catalog: Catalog, table_name: Name) -> list[Constraint]:
    """The constraints and indexes of a table, constraints first."""
    table = catalog.find(table_name)
    if table is None:
        return []
    found: dict[str, Constraint] = {}
    mysql = catalog.dialect in MYSQL_FAMILY
    for number, index in enumerate(table.indexes):
        if index.is_constraint:
            name = index.name or (
                "PRIMARY" if index.origin == "primary key" else f"__unnamed_constraint_{number}__"
            )
            found[name] = Constraint(
                name=name,
                columns=_columns(index),
                primary_key=index.origin == "primary key",
                unique=index.origin in ("primary key", "unique constraint"),
                index=mysql,
                kind="idx" if mysql else None,
            )
    for key in table.foreign_keys:
        if key.name is not None and key.enforced:
            found[key.name] = Constraint(name=key.name, columns=key.columns, foreign_key=True)
    for check in table.checks:
        if check.name is not None:
            found[check.name] = Constraint(name=check.name, columns=check.columns, check=True)
    for index in table.indexes:
        if index.is_constraint or index.name is None:
            continue
        known = found.get(index.name)
        if known is not None:
            known.index = True
            known.kind = _kind(index)
            continue
        found[index.name] = Constraint(
            name=index.name, columns=_columns(index), unique=index.unique, index=True, kind=_kind(index)
        )
    return list(found.values())


def _columns(index: Index) -> tuple[str | None, ...]:
    return tuple(key.column for key in index.keys)


def _kind(index: Index) -> str:
    """The kind of an index: a name's end tells `BTreeIndex` from PostgreSQL's plain btree."""
    if index.method != "btree":
        return index.method
    return "btree" if index.name is not None and index.name.endswith("_btree") else "idx"


def names(
    catalog: Catalog,
    table: Name,
    columns: tuple[str, ...] | None = None,
    *,
    unique: bool | None = None,
    primary_key: bool | None = None,
    index: bool | None = None,
    foreign_key: bool | None = None,
    check: bool | None = None,
    kind: str | None = None,
    exclude: Collection[str | None] = (),
) -> Iterator[str]:
    """The names of a table's constraints with these columns and properties (`_constraint_names`)."""
    for constraint in constraints(catalog, table):
        if columns is not None and constraint.columns != columns:
            continue
        if unique is not None and constraint.unique != unique:
            continue
        if primary_key is not None and constraint.primary_key != primary_key:
            continue
        if index is not None and constraint.index != index:
            continue
        if check is not None and constraint.check != check:
            continue
        if foreign_key is not None and not constraint.foreign_key:
            continue
        if kind is not None and constraint.kind != kind:
            continue
        if constraint.name not in exclude:
            yield constraint.name
