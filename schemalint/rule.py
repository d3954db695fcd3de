"""What a rule is, and what a rule can ask to see.

A rule is a module in `schemalint.rules`. It has a docstring (its documentation), `RULE`, and a function
`check` whose one parameter is annotated with what it asks for: a `TableSides`, a `History`, a `Database`,
an `Unreadable` or an `UnusedIgnore`. It yields findings.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from schemalint.catalog import Catalog, Table
from schemalint.finding import Severity
from schemalint.knowledge.dialects import Dialect
from schemalint.reading import Reading
from schemalint.replay import Replay
from schemalint.source import Span

Category = Literal["index", "rollback", "history", "drift", "safety", "design", "reading"]
RollbackPolicy = Literal["auto", "required", "off"]


class Rule(Struct, frozen=True, kw_only=True):
    """What is known of a rule besides its name, which is its module's. `precision` is as in SARIF."""

    category: Category
    severity: Severity
    precision: Literal["very-high", "high", "medium", "low"] = "very-high"


class DocumentedRule(Struct, frozen=True, kw_only=True):
    """A rule with its name and its documentation in Markdown, as reports and `explain` show it."""

    name: str
    rule: Rule
    documentation: str

    @property
    def summary(self) -> str:
        """What is wrong, without a full stop: the first line of the documentation."""
        return self.documentation.strip().partition("\n")[0].removesuffix(".")


class UnusedIgnore(Struct, frozen=True, kw_only=True):
    """A comment that is to silence rules, and silences nothing or can't be understood."""

    span: Span
    message: str
    severity: Severity
    names: tuple[str, ...]


class Database(Struct, frozen=True, kw_only=True):
    """One database as its declared and its migrated side tell it; at least one of them is there."""

    name: str
    dialect: Dialect
    declared: Reading | None = None
    migrated: Reading | None = None
    declared_catalog: Catalog | None = None
    replay: Replay | None = None
    rollback_policy: RollbackPolicy = "auto"

    @property
    def migrated_catalog(self) -> Catalog | None:
        """The catalog after the whole history."""
        return None if self.replay is None else self.replay.catalog

    def tables(self) -> Iterator[TableSides]:
        """Every table that stands for itself on either side, the declared order first."""
        declared, migrated = self.declared_catalog, self.migrated_catalog
        seen = set()
        if declared is not None:
            for table in declared.base_tables():
                other = migrated.get(table.name) if migrated is not None else None
                seen.add(declared.key(table.name))
                yield TableSides(database=self, declared=table, migrated=other)
        if migrated is not None:
            for table in migrated.base_tables():
                if migrated.key(table.name) not in seen:
                    yield TableSides(database=self, declared=None, migrated=table)


class TableSides(Struct, frozen=True, kw_only=True):
    """One table as either side has it."""

    database: Database
    declared: Table | None
    migrated: Table | None


class History(Struct, frozen=True, kw_only=True):
    """The migrations of one database."""

    database: Database
    reading: Reading
