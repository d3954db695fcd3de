"""One migration of a history: what its up and down sides do."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from schemalint.operations import Operation
from schemalint.source import Span

RollbackState = Literal["present", "empty", "absent", "irreversible", "unsupported"]


class Migration(Struct, frozen=True, kw_only=True):
    """One migration of a history.

    `name` is how its tool calls it (revision id, folder or file name), `parents` the names it follows.
    `rollback` is the state of its down side: present, empty (written, does nothing), absent, irreversible
    on purpose, or unsupported where the layout has no place for one; `rollback_reason` says why it is
    irreversible, or what is missing in the words of its tool.
    `beside` names what the up side does to things that are in no catalog.
    `statements` counts what was read in the up side. `span` is the place of the migration as a whole.
    """

    name: str
    path: str
    span: Span
    parents: tuple[str, ...] = ()
    transactional: bool = True
    up: tuple[Operation, ...] = ()
    down: tuple[Operation, ...] = ()
    rollback: RollbackState = "unsupported"
    rollback_reason: str | None = None
    rollback_span: Span | None = None
    statements: int = 0
    beside: tuple[str, ...] = ()
