"""That operations bring a catalog back: they are done on paper, and what comes of them is compared."""

from __future__ import annotations

from collections.abc import Sequence

from schemalint import operations as op
from schemalint.catalog import Catalog, ForeignKey, Index, TableKey
from schemalint.comparison import Difference, differences
from schemalint.conversion.inconvertible import Inconvertible
from schemalint.replay import Refused, Run
from schemalint.replay.obstacles import obstacle
from schemalint.replay.partitions import is_taken_up


def prove(found: Sequence[op.Operation], before: Catalog, after: Catalog) -> None:
    """Inconvertible if the operations don't bring back the catalog before."""
    run = Run(after)
    for operation in found:
        do(run, operation)
    for difference in differences(before, run.catalog):
        if not _is_of_its_table(difference, run.catalog):
            raise Inconvertible(f"{difference} would not be as it was")
    for key in {*before.heirs, *run.catalog.heirs}:
        table, now = before.tables.get(key), run.catalog.tables.get(key)
        if table is not None and now is not None and _parents(before, key) != _parents(run.catalog, key):
            raise Inconvertible(f"{table.name} would not be a child of the same tables")


def do(run: Run, operation: op.Operation) -> None:
    """Go on by an operation. Inconvertible where the database would not do it."""
    if (reason := obstacle(run.catalog, operation)) is not None:
        raise Inconvertible(reason)
    try:
        run.do(operation)
    except Refused as refusal:
        raise Inconvertible(str(refusal)) from refusal


def _is_of_its_table(difference: Difference, now: Catalog) -> bool:
    """Whether it is no more than an index or a key of a partition that is one with that of its table."""
    element, table = difference.right, difference.table
    return (
        difference.left is None
        and isinstance(element, Index | ForeignKey)
        and table is not None
        and is_taken_up(now, table, element)
    )


def _parents(catalog: Catalog, key: TableKey) -> set[TableKey]:
    return {catalog.key(parent) for parent in catalog.tables[key].parents}
