"""How an enum type of PostgreSQL gets other labels: by ALTER TYPE where it has a way, or by making it anew.

ALTER TYPE adds and renames labels and takes none out ("ALTER TYPE" of its documentation). So the type is put
aside under another name, made again, given to every column that is of it, and dropped. A default stands in
the way of a column's change of type, and so does what compares the column with a label: predicates and
expressions of indexes, checks, and foreign keys to columns of the type.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from msgspec import UNSET, UnsetType

from schemalint import operations as op
from schemalint.catalog import VIEWS, Catalog, Check, Column, ForeignKey, Index, Name, Table
from schemalint.knowledge.types import base_type
from schemalint.replay.expressions import mentions

Obstacle = Index | Check | ForeignKey


def added(name: Name, old: tuple[str, ...], new: tuple[str, ...]) -> list[op.AlterType] | None:
    """What adds the labels that are missing, each in its place; None where that does not come to the new."""
    if [label for label in new if label in old] != list(old):
        return None
    found: list[op.AlterType] = []
    present = set(old)
    for at, label in enumerate(new):
        if label in present:
            continue
        later = next((other for other in new[at + 1 :] if other in present), None)
        if later is None:
            found.append(op.AlterType(name=name, add_label=label))
        elif at:
            found.append(op.AlterType(name=name, add_label=label, after=new[at - 1]))
        else:
            found.append(op.AlterType(name=name, add_label=label, before=later))
        present.add(label)
    return found


def made_anew(
    name: Name, labels: tuple[str, ...], now: Catalog, wanted: Catalog, gone: Collection[int]
) -> Iterator[op.Operation]:
    """What gives an enum type these labels, on the way from a catalog to another one.

    `gone` are the elements of `now` that are dropped by then, by `id`. Defaults that are to be others are
    dropped. ValueError with the reason where a column can't be given the type.
    """
    using = list(_of_type(name, now, gone))
    aside = _unused(name, now)
    yield op.AlterType(name=name, new_name=aside.name)
    yield op.CreateType(name=name, labels=labels)
    obstacles = [
        (table.name, obstacle)
        for table in now.tables.values()
        if id(table) not in gone
        for obstacle in _obstacles(table, using)
        if id(obstacle) not in gone
    ]
    obstacles.sort(key=lambda found: not isinstance(found[1], ForeignKey))
    for table_name, obstacle in obstacles:
        yield _dropped(table_name, obstacle)
    for table, column in using:
        if table.parent is None:
            yield op.AlterColumn(
                table=table.name,
                column=column.name,
                type=column.type,
                default=_default(table.name, column, wanted),
                converts=True,
            )
    for table_name, obstacle in reversed(obstacles):
        yield _made(table_name, obstacle)
    yield op.DropType(name=aside)


def _default(table: Name, column: Column, wanted: Catalog) -> str | UnsetType | None:
    """The default to be set behind the change of type; None where it is only in the way of that."""
    if column.default is None:
        return UNSET
    now = wanted.get(table)
    same = now is not None and now.column(column.name, wanted.dialect)
    return column.default if same and same.default == column.default else None


def _of_type(name: Name, catalog: Catalog, gone: Collection[int]) -> Iterator[tuple[Table, Column]]:
    if sum(key[1] == name.name for key in catalog.types) > 1:
        raise ValueError(f"there is more than one type {name.name}")
    for table in catalog.tables.values():
        if table.kind in VIEWS:
            raise ValueError(f"the view {table.name} may rest on a column of the type {name}")
        if id(table) in gone:
            continue
        for column in table.columns:
            if base_type(column.type) == name.name and id(column) not in gone:
                yield table, column
                for other in table.columns:
                    if mentions(other.generated, column.name):
                        raise ValueError(f"the column {table.name}.{other.name} is generated from it")


def _unused(name: Name, catalog: Catalog) -> Name:
    taken = {key[1] for key in (*catalog.types, *catalog.tables)}
    aside = f"{name.name}_old"
    while aside in taken:
        aside += "_"
    return Name(aside, name.schema)


def _obstacles(table: Table, using: list[tuple[Table, Column]]) -> Iterator[Obstacle]:
    own = [column.name for other, column in using if other is table]
    for index in table.indexes:
        expressions = (index.predicate, *(key.expression for key in index.keys))
        if any(mentions(expression, column) for expression in expressions for column in own):
            yield index
    for check in table.checks:
        if any(mentions(check.expression, column) for column in own):
            yield check
    for key in table.foreign_keys:
        if any(column in key.columns for column in own):
            yield key


def _dropped(table: Name, obstacle: Obstacle) -> op.Operation:
    match obstacle:
        case Index(is_constraint=False):
            return op.DropIndex(index=Name(obstacle.name or "", table.schema), table=table)
        case Index():
            return op.DropConstraint(table=table, name=obstacle.name)
        case Check():
            return op.DropConstraint(table=table, name=obstacle.name, kind="check")
    return op.DropConstraint(table=table, name=obstacle.name, kind="foreign key")


def _made(table: Name, obstacle: Obstacle) -> op.Operation:
    match obstacle:
        case Index():
            return op.AddIndex(table=table, index=obstacle)
        case Check():
            return op.AddCheck(table=table, check=obstacle)
    return op.AddForeignKey(table=table, foreign_key=obstacle)
