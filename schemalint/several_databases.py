"""Models that a project keeps for several kinds of databases: one set, and a history for each kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from schemalint.knowledge.dialects import Dialect
from schemalint.reading import Reading

Declarations = tuple[str, ...]
"""What tells a declared side from others (`Reading.declares`)."""


def other_dialects(readings: Sequence[Reading]) -> Mapping[tuple[str, Dialect], frozenset[Declarations]]:
    """The declared sides that histories in other dialects than theirs are compared with, too.

    That is where another history in the dialect that they were read in is compared with the same ones. They
    are listed by their kind and the other dialect.
    """
    compared: dict[str, set[Dialect]] = {}
    for history in readings:
        if history.side == "migrated" and history.scope is not None:
            for target in history.scope.declarations or ():
                compared.setdefault(target, set()).add(history.dialect)
    found: dict[tuple[str, Dialect], frozenset[Declarations]] = {}
    for declared in readings:
        if declared.side == "declared":
            dialects = {dialect for target in declared.declares for dialect in compared.get(target, ())}
            if declared.dialect in dialects:
                for dialect in sorted(dialects - {declared.dialect}):
                    place = declared.kind, dialect
                    found[place] = found.get(place, frozenset()) | {declared.declares}
    return found
