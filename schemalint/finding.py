"""What a rule says: a place, a sentence, and the operations that would mend it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from schemalint.knowledge.dialects import Dialect
from schemalint.operations import Operation
from schemalint.source import Span

Severity = Literal["error", "warning", "info"]
Confidence = Literal["high", "medium", "low"]

SEVERITIES: tuple[Severity, ...] = ("info", "warning", "error")
"""From the least to the most severe."""


class Subject(Struct, frozen=True, kw_only=True):
    """What a finding is about, in names: what baselines and fingerprints are made of.

    For the rules about redundancy, `name` and `columns` are those of the index to drop; for foreign keys,
    those of the key.
    """

    table: str | None = None
    columns: tuple[str, ...] = ()
    name: str | None = None


class Place(Struct, frozen=True):
    """A related place, and what is there."""

    span: Span
    message: str


class Repair(Struct, frozen=True, kw_only=True):
    """Operations that end what a finding is about; the front end that owns `span` puts them into words.

    `dialect` is that of the database which they are for.
    """

    operations: tuple[Operation, ...]
    span: Span
    dialect: Dialect
    safe: bool = True


class Finding(Struct, frozen=True, kw_only=True):
    """One finding of one rule. `severity` is set where it differs from the rule's own.

    `message` is one sentence without a full stop; what to do about it comes from `repair`.
    """

    rule: str
    message: str
    span: Span
    subject: Subject
    related: tuple[Place, ...] = ()
    repair: Repair | None = None
    severity: Severity | None = None
    confidence: Confidence = "high"
    database: str = ""
