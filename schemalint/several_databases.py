"""Models that a project keeps for several kinds of databases: one set, and a history for each kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schemalint.knowledge.dialects import Dialect
from schemalint.reading import Reading


def other_dialects(readings: Sequence[Reading]) -> Iterator[tuple[Reading, Dialect]]:
    """Declared sides with the dialects in which histories are compared with them, too.

    That is where another history in the dialect that they were read in is compared with the same ones.
    """
    histories = [
        (set(one.scope.declarations), one.dialect)
        for one in readings
        if one.side == "migrated" and one.scope is not None and one.scope.declarations
    ]
    for declared in readings:
        if declared.side != "declared":
            continue
        dialects = {dialect for targets, dialect in histories if not targets.isdisjoint(declared.declares)}
        if declared.dialect in dialects:
            for dialect in sorted(dialects - {declared.dialect}):
                yield declared, dialect
