"""The views that a migration makes or drops, on the way back: they go first, and come back in the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from graphlib import CycleError, TopologicalSorter

from msgspec.structs import replace

from schemalint import operations as op
from schemalint.catalog import VIEWS, Catalog, Name, Table, TableKey
from schemalint.conversion.inconvertible import Inconvertible
from schemalint.replay import Step


def remade(steps: Sequence[Step]) -> frozenset[TableKey]:
    """The views that steps make or drop, and those that read them before or after."""
    before, after = steps[0].before, steps[-1].after
    found = {key for key in before.tables.keys() ^ after.tables.keys() if _is_view(before, after, key)}
    for step in steps:
        operation = step.operation
        if isinstance(operation, op.CreateView):
            found.update(_keys(step.after, [operation.name]))
        elif isinstance(operation, op.DropTable):
            found.update(key for key in _keys(step.before, [operation.table]) if _is_view(before, after, key))
    while (
        readers := {
            catalog.key(view.name)
            for catalog in (before, after)
            for view in catalog.tables.values()
            if any(catalog.key(use.table) in found for use in view.reads)
        }
        - found
    ):
        found |= readers
    return frozenset(found)


def _keys(catalog: Catalog, names: Iterable[Name]) -> Iterator[TableKey]:
    for name in names:
        table = catalog.find(name)
        if table is not None and table.kind in VIEWS:
            yield catalog.key(table.name)


def _is_view(before: Catalog, after: Catalog, key: TableKey) -> bool:
    return any(key in each.tables and each.tables[key].kind in VIEWS for each in (before, after))


def without_views(steps: Sequence[Step], views: frozenset[TableKey]) -> list[Step]:
    """The steps as they are for everything else; a catalog of several of them stays one."""
    known: dict[int, tuple[Catalog, Catalog]] = {}

    def less(catalog: Catalog) -> Catalog:
        found = known.get(id(catalog))
        if found is None:
            found = known[id(catalog)] = (catalog, _without(catalog, views))
        return found[1]

    return [replace(step, before=less(step.before), after=less(step.after)) for step in steps]


def _without(catalog: Catalog, views: frozenset[TableKey]) -> Catalog:
    gone = {key for key in views & catalog.tables.keys() if catalog.tables[key].kind in VIEWS}
    return catalog.without_tables(gone) if gone else catalog


def dropped(after: Catalog, views: frozenset[TableKey]) -> list[op.Operation]:
    """What drops the views, first those that read others."""
    ordered = list(_in_order(after, views))
    return [op.DropTable(table=view.name, kind=view.kind) for view in reversed(ordered)]


def made(before: Catalog, views: frozenset[TableKey]) -> list[op.Operation]:
    """What makes the views as they were, with their indexes. Inconvertible if that is not known."""
    found: list[op.Operation] = []
    for view in _in_order(before, views):
        if view.definition is None:
            raise Inconvertible(f"the definition of the view {view.name} is not known")
        materialized = view.kind == "materialized view"
        found.append(op.CreateView(name=view.name, materialized=materialized, definition=view.definition))
        found += [op.AddIndex(table=view.name, index=index) for index in view.indexes]
    return found


def _in_order(catalog: Catalog, views: frozenset[TableKey]) -> Iterator[Table]:
    """The views of the catalog, each behind those that it reads."""
    sorter: TopologicalSorter[TableKey] = TopologicalSorter()
    for key, table in catalog.tables.items():
        if key in views and table.kind in VIEWS:
            sorter.add(key, *(read for use in table.reads if (read := catalog.key(use.table)) in views))
    try:
        ordered = [catalog.tables[key] for key in sorter.static_order() if key in catalog.tables]
    except CycleError as cycle:
        raise Inconvertible("views that read each other in a circle") from cycle
    yield from (table for table in ordered if table.kind in VIEWS)
