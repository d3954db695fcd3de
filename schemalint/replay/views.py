"""Views: what they read, and what happens to them with that.

PostgreSQL keeps what a view reads as it keeps a foreign key: by what it is, and not by its name. SQLite looks
it up by its name, and does so for every view when a table or column is renamed, or a column dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from msgspec.structs import replace

from schemalint import operations as op
from schemalint.catalog import VIEWS, Catalog, Column, Name, Table, TableKey, Use
from schemalint.knowledge.dialects import folded
from schemalint.reachable import reachable
from schemalint.replay.refusal import Refused


def create(catalog: Catalog, operation: op.CreateView) -> Catalog:
    """CREATE VIEW: its name, what it reads, and for a materialized one its indexes."""
    name = catalog.placed(operation.name)
    existing = catalog.get(name)
    if existing is not None:
        if operation.if_not_exists:
            return catalog
        if existing.kind not in VIEWS:
            if operation.replace:
                return catalog
            raise Refused(f"{name} exists already")
    view = Table(
        name=name,
        columns=tuple(Column(name=column, type="") for column in operation.columns),
        indexes=existing.indexes if existing is not None else (),
        kind="materialized view" if operation.materialized else "view",
        complete=False,
        reads=tuple(_uses(catalog, operation)),
        definition=operation.definition,
        span=operation.span,
    )
    return catalog.with_table(view, instead_of=existing)


def _uses(catalog: Catalog, operation: op.CreateView) -> Iterator[Use]:
    """What is read of each table that there is."""
    dialect = catalog.dialect
    tables = [catalog.find(source.table) for source in operation.sources]
    sure: list[set[str]] = [set() for _ in tables]
    for columns, source, table in zip(sure, operation.sources, tables, strict=True):
        if table is not None:
            own = {folded(column.name, dialect) for column in table.columns}
            named = {folded(name, dialect) for name in source.columns}
            columns.update(own if "*" in named else named & own)
    for alone in operation.alone:
        holders = [at for at in alone.sources if _may_have(tables[at], alone.column, catalog)]
        known = tables[holders[0]] if len(holders) == 1 else None
        if known is not None and known.column(alone.column, dialect) is not None:
            sure[holders[0]].add(folded(alone.column, dialect))
    found: dict[TableKey, Use] = {}
    for columns, table in zip(sure, tables, strict=True):
        if table is not None:
            key = catalog.key(table.name)
            before = found[key].columns if key in found else frozenset()
            found[key] = Use(table=table.name, columns=before | columns)
    yield from found.values()


def _may_have(table: Table | None, column: str, catalog: Catalog) -> bool:
    known = table is not None and table.complete and table.kind == "table"
    return not known or (table is not None and table.column(column, catalog.dialect) is not None)


def reading(catalog: Catalog, table: Table) -> Iterator[tuple[Table, Use]]:
    """The views that read a table or view."""
    here = catalog.key(table.name)
    for view in catalog.tables.values():
        for use in view.reads:
            if catalog.key(use.table) == here:
                yield view, use


def without_readers(catalog: Catalog, table: Table, column: str | None = None) -> Catalog:
    """CASCADE: the catalog less the views that read a table, or a column of it, and those that read them."""
    readers: dict[TableKey, list[TableKey]] = {}
    for key, view in catalog.tables.items():
        for use in view.reads:
            readers.setdefault(catalog.key(use.table), []).append(key)
    first = [
        catalog.key(view.name)
        for view, use in reading(catalog, table)
        if column is None or column in use.columns
    ]
    gone = reachable(first, lambda key: readers.get(key, ()))
    return catalog.without_tables(gone) if gone else catalog


def following(catalog: Catalog, old: Name, new: Name) -> Catalog:
    """The catalog with the views that read a table following it to its new name."""
    return _changed(catalog, old, lambda use: replace(use, table=new))


def following_column(catalog: Catalog, table: Table, column: str, new: str) -> Catalog:
    """The catalog with the views that read a column following it to its new name."""
    old, now = folded(column, catalog.dialect), folded(new, catalog.dialect)

    def renamed(names: frozenset[str]) -> frozenset[str]:
        return frozenset(now if name == old else name for name in names)

    return _changed(catalog, table.name, lambda use: replace(use, columns=renamed(use.columns)))


def _changed(catalog: Catalog, read: Name, change: Callable[[Use], Use]) -> Catalog:
    """The catalog with what its views read of a table changed; how they were written is not so any more."""
    here = catalog.key(read)
    changed: dict[TableKey, Table] = {}
    for key, view in catalog.tables.items():
        if any(catalog.key(use.table) == here for use in view.reads):
            uses = tuple(change(use) if catalog.key(use.table) == here else use for use in view.reads)
            changed[key] = replace(view, reads=uses, definition=None)
    return replace(catalog, tables={**catalog.tables, **changed}) if changed else catalog


def obstacle_of_table(catalog: Catalog, table: Table, together: Collection[TableKey]) -> str | None:
    """PostgreSQL: a view that reads the table and does not go along."""
    for view, _ in reading(catalog, table):
        if catalog.key(view.name) not in together:
            return f"the view {view.name} rests on {table.name}"
    return None


def obstacle_of_column(catalog: Catalog, table: Table, column: str) -> str | None:
    """A view that surely reads the column."""
    wanted = folded(column, catalog.dialect)
    for view, use in reading(catalog, table):
        if wanted in use.columns:
            return f"the view {view.name} rests on {table.name}.{column}"
    return None


def obstacle_of_renaming(catalog: Catalog) -> str | None:
    """SQLite looks at all views again when anything gets another name: one that reads what was dropped."""
    if catalog.legacy_alter_table:
        return None
    for view in catalog.tables.values():
        for use in view.reads:
            if catalog.get(use.table) is None:
                return f"the view {view.name} reads {use.table}, which is gone"
    return None


def check_view(catalog: Catalog, operation: op.Operation, made: frozenset[Name]) -> None:
    """Refused if a view is dropped that the history makes, and that is not there by then."""
    if not isinstance(operation, op.DropTable) or operation.kind == "table":
        return
    if operation.if_exists or operation.guard is not None or operation.table not in made:
        return
    if catalog.find(operation.table) is None:
        raise Refused(f"there is no view {operation.table}")
