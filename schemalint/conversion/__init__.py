"""The operations that make one catalog of another one: what is dropped first, then what is made."""

from __future__ import annotations

from schemalint import operations as op
from schemalint.catalog import Catalog, Check, Column, Index, Name, TableKey
from schemalint.comparison import Difference, differences
from schemalint.comparison.defaults import default_may_differ
from schemalint.conversion.dropped import dropped
from schemalint.conversion.made import made
from schemalint.conversion.types import types_dropped, types_made


def operations_between(now: Catalog, wanted: Catalog) -> list[op.Operation]:
    """What has to be done to `now` to have `wanted`. Inconvertible where that can't be said.

    A default that may be another one is set anew.
    """
    return operations_for(list(differences(now, wanted, default_may_differ)), now, wanted)


def operations_for(found: list[Difference], now: Catalog, wanted: Catalog) -> list[op.Operation]:
    """What ends these differences of `now` to the catalog that is `wanted`, which is their right side."""
    found = _without_what_parents_pass_on(found, now, wanted)
    before_all = [one for one in found if _serves_a_key(one, now)]
    found = [one for one in found if not any(one is other for other in before_all)]
    return [
        *made(before_all, wanted),
        *dropped(found, wanted.dialect),
        *types_made(found, now, wanted),
        *made(found, wanted),
        *types_dropped(found),
    ]


def _without_what_parents_pass_on(found: list[Difference], now: Catalog, wanted: Catalog) -> list[Difference]:
    """The differences less the columns and checks that tables get or lose along with their parents."""
    inherited = [one for one in found if _is_inherited(one)]
    if not inherited:
        return found
    direct = {_change(one, now.key(one.table)) for one in found if one.table is not None}
    passed_on = {
        id(one)
        for one in inherited
        if one.table is not None
        and any(_change(one, parent) in direct for parent in _parents(one.table, now, wanted))
    }
    return [one for one in found if id(one) not in passed_on]


def _is_inherited(difference: Difference) -> bool:
    sides = (difference.left, difference.right)
    return any(isinstance(element, Column | Check) and element.inherited for element in sides)


def _change(difference: Difference, table: TableKey) -> tuple[object, ...]:
    """What happens to what, if it happened to this table."""
    kind = (difference.left is None, difference.right is None)
    return table, difference.subject, difference.name, difference.aspect, kind


def _parents(name: Name, *catalogs: Catalog) -> set[TableKey]:
    tables = ((catalog, catalog.get(name)) for catalog in catalogs)
    return {catalog.key(one) for catalog, table in tables if table is not None for one in table.parents}


def _serves_a_key(difference: Difference, now: Catalog) -> bool:
    """Whether it is an index of InnoDB's own for a foreign key, which another one stood in for meanwhile."""
    index = difference.right
    if difference.left is not None or not isinstance(index, Index) or index.origin != "implicit":
        return False
    table = now.get(difference.table) if difference.table is not None else None
    if table is None or any(
        (one.origin == "implicit" and one.keys == index.keys) or one.name == index.name
        for one in table.indexes
    ):
        return False
    return any(key.columns == index.columns for key in table.foreign_keys)
