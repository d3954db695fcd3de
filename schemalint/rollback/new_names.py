"""Differences that are no more than a name: what was there before is there again, and is called otherwise."""

from __future__ import annotations

from msgspec.structs import replace

from schemalint.catalog import Check, ForeignKey, Index
from schemalint.comparison import Difference
from schemalint.knowledge.expressions import significant


def without_renamed(found: list[Difference]) -> list[Difference]:
    """The differences less what is there before and after, and differs in its name alone."""
    lost: dict[object, list[Difference]] = {}
    for difference in found:
        if difference.aspect is None and difference.right is None and difference.left is not None:
            lost.setdefault(_nameless(difference, difference.left), []).append(difference)
    renamed: list[Difference] = []
    for difference in found:
        if difference.right is None:
            continue
        shape = _nameless(difference, difference.right)
        if difference.left is not None:
            if difference.subject == "primary key" and shape == _nameless(difference, difference.left):
                renamed.append(difference)
        elif difference.aspect is None and lost.get(shape):
            renamed += [difference, lost[shape].pop()]
    return [difference for difference in found if not any(difference is other for other in renamed)]


def _nameless(difference: Difference, element: object) -> object:
    """What an element is, whatever it is called and whoever asked for it."""
    match element:
        case Index():
            origin = "primary key" if element.origin == "primary key" else "explicit"
            element = replace(element, name=None, origin=origin, implied_by=None, framework_made=False)
        case ForeignKey():
            element = replace(element, name=None)
        case Check():
            condition = " ".join(significant(element.expression))
            element = replace(element, name=None, part_of=None, expression=condition)
    return difference.subject, difference.table, element
