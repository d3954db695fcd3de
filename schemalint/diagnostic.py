"""A finding made ready for people and tools: severity settled, places in lines and columns, fix in words."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from schemalint.finding import Confidence, Severity, Subject
from schemalint.source import Edit, Position


class Fix(Struct, frozen=True, kw_only=True):
    """How to mend a finding in the language of its source.

    `title` is an instruction ("remove `@@index([email])`"); `edits` is empty where it can't be done by
    editing the place itself, such as dropping an index that a past migration made.
    """

    title: str
    edits: tuple[Edit, ...] = ()
    safe: bool = True


class Region(Struct, frozen=True, kw_only=True):
    """A place in lines and columns from 1, in code points; the end is exclusive."""

    path: str
    start: Position
    end: Position


class Related(Struct, frozen=True):
    """A related place, and what is there."""

    region: Region
    message: str


class Suppression(Struct, frozen=True):
    """Who silenced a finding: a comment in the source, or the baseline; with the reason given."""

    kind: Literal["comment", "baseline"]
    reason: str | None


class Diagnostic(Struct, frozen=True, kw_only=True):
    """What a reporter shows; `database` is the name of the one that the finding is about."""

    rule: str
    severity: Severity
    confidence: Confidence
    message: str
    region: Region
    subject: Subject
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    suppression: Suppression | None = None
    database: str

    def fingerprint(self) -> str:
        """What stays the same when lines move: made of the rule, the database and the subject."""
        from hashlib import sha256  # which loads OpenSSL, and few reports need it

        subject = self.subject
        parts = [self.rule, self.database, subject.table or "", *subject.columns, subject.name or ""]
        return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


class Notice(Struct, frozen=True):
    """Something that was not understood: the place, and the reason."""

    region: Region
    message: str


class Summary(Struct, frozen=True, kw_only=True):
    """What was read.

    `left_out` counts the files that look like sources and are none of a schema, `unproved` the rollbacks of
    which nothing can be said.
    """

    databases: int
    migrations: int
    tables: int
    statements: int
    not_understood: int
    left_out: int = 0
    unproved: int = 0

    def sentence(self) -> str:
        """What was read, and how much of it was not understood, in words."""
        if not self.databases:
            return "checked nothing: no schema and no migration was found"
        counts = ", ".join(
            counted(number, thing)
            for number, thing in (
                (self.migrations, "migration"),
                (self.tables, "table"),
                (self.statements, "statement"),
            )
        )
        missed = f"{self.not_understood:,} not understood" if self.not_understood else "all understood"
        left_out = f", {counted(self.left_out, 'file')} left out" if self.left_out else ""
        unproved = f", {counted(self.unproved, 'rollback')} not proved" if self.unproved else ""
        return f"checked {counted(self.databases, 'database')}: {counts}, {missed}{unproved}{left_out}"


class Report(Struct, frozen=True, kw_only=True):
    """Everything that a run has to say, in the order in which it is shown.

    Suppressed diagnostics are among the others; a format for people leaves them out.
    """

    diagnostics: tuple[Diagnostic, ...]
    notices: tuple[Notice, ...]
    decisions: tuple[str, ...]
    summary: Summary

    def shown(self) -> list[Diagnostic]:
        """The diagnostics that nothing suppresses."""
        return [diagnostic for diagnostic in self.diagnostics if diagnostic.suppression is None]


def counted(number: int, thing: str) -> str:
    """A number with its noun: "1 table", "1,204 tables"."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
