"""Enum types of PostgreSQL that are made, get other labels, or are dropped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemalint import operations as op
from schemalint.catalog import Catalog, Column, Name, Table
from schemalint.comparison import Difference
from schemalint.conversion import enum_labels
from schemalint.conversion.inconvertible import Inconvertible


def types_made(found: list[Difference], now: Catalog, wanted: Catalog) -> Iterator[op.Operation]:
    """Types that are new, or have other labels. Inconvertible where no statement comes to them."""
    gone = {
        id(difference.left)
        for difference in found
        if difference.right is None or not isinstance(difference.left, Column | Table)
    }
    for difference in found:
        if difference.subject != "type" or not isinstance(difference.right, tuple):
            continue
        name = _type_name(difference)
        if difference.aspect == "labels" and isinstance(difference.left, tuple):
            changes = enum_labels.added(name, difference.left, difference.right)
            if changes is None:
                try:
                    yield from enum_labels.made_anew(name, difference.right, now, wanted, gone)
                except ValueError as reason:
                    raise Inconvertible(f"no statement takes labels out of a type, and {reason}") from reason
            else:
                yield from changes
            continue
        if not difference.right:
            raise Inconvertible(f"the definition of the type {difference.name} is not known")
        yield op.CreateType(name=name, labels=difference.right)


def types_dropped(found: Iterable[Difference]) -> Iterator[op.Operation]:
    """Types that are wanted no more, which nothing may be of by then."""
    for difference in found:
        if difference.subject == "type" and difference.right is None:
            yield op.DropType(name=_type_name(difference))


def _type_name(difference: Difference) -> Name:
    schema, dot, name = difference.name.rpartition(".")
    return Name(name, schema if dot else None)
