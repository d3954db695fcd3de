"""Which operation of a migration a fact comes from that is not as it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from schemalint.comparison import Difference, differences
from schemalint.operations import Operation
from schemalint.replay import Step

Side = Literal["up", "down"]
_MOST_COMPARED = 1_000_000
"""So many tables are compared to find out which operations differences come from; then it is not told."""


class Remnant(Struct, frozen=True, kw_only=True):
    """One fact that is not as it was: left of the difference is the catalog before, right the one after.

    `operation` is where it comes from, `side` the side of the migration that this stands on.
    """

    difference: Difference
    side: Side | None = None
    operation: Operation | None = None


def traced(found: list[Difference], up: list[Step], down: list[Step]) -> Iterator[Remnant]:
    """Each difference with the operation that it comes from: one of the up side, or else of the down side."""
    sides: tuple[tuple[Side, list[Step]], ...] = (("up", up), ("down", down))
    origins: dict[tuple[object, ...], tuple[Side, Operation]] = {}
    for side, steps in sides:
        tables = len(steps[0].before.tables) if steps else 0
        for step in steps if len(steps) * tables <= _MOST_COMPARED else ():
            for difference in differences(step.before, step.after):
                origins.setdefault(_about(difference), (side, step.operation))
    for difference in found:
        origin = origins.get(_about(difference), (None, None))
        yield Remnant(difference=difference, side=origin[0], operation=origin[1])


def _about(difference: Difference) -> tuple[object, ...]:
    return difference.subject, difference.table, difference.name
