"""What a rule is, and what a rule can ask to see.

A rule is a module in `schemalint.rules`. It has a docstring (its documentation), `RULE`, and a function
`check` whose one parameter is annotated with what it asks for: a `TableSides`, a `RedundantIndex`, a
`History`, an `UndoneMigration`, a `Database`, an `Unreadable` or an `UnusedIgnore`. It yields findings.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from schemalint.catalog import Catalog, Index, Table, referenced_columns
from schemalint.finding import Severity
from schemalint.indexes.redundancy import Likeness
from schemalint.knowledge.dialects import Dialect
from schemalint.reading import Reading
from schemalint.replay import Replay
from schemalint.source import Span

Category = Literal["index", "rollback", "history", "drift", "safety", "design", "reading"]

if TYPE_CHECKING:
    from schemalint.rollback.verdicts import Rollback

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
        referenced = {} if declared is None else referenced_columns(declared)
        referenced_there = {} if migrated is None else referenced_columns(migrated)
        seen = set()
        if declared is not None:
            for table in declared.base_tables():
                key = declared.key(table.name)
                seen.add(key)
                yield TableSides(
                    database=self,
                    declared=table,
                    migrated=migrated.get(table.name) if migrated is not None else None,
                    declared_references=referenced.get(key, frozenset()),
                    migrated_references=referenced_there.get(key, frozenset()),
                )
        if migrated is not None:
            for table in migrated.base_tables():
                key = migrated.key(table.name)
                if key not in seen:
                    yield TableSides(
                        database=self,
                        declared=None,
                        migrated=table,
                        migrated_references=referenced_there.get(key, frozenset()),
                    )


class TableSides(Struct, frozen=True, kw_only=True):
    """One table as either side has it, and the column sets that foreign keys of any table point to there."""

    database: Database
    declared: Table | None
    migrated: Table | None
    declared_references: frozenset[frozenset[str]] = frozenset()
    migrated_references: frozenset[frozenset[str]] = frozenset()

    @property
    def known(self) -> Table:
        """The table as it is declared, or else as it was migrated."""
        table = self.declared or self.migrated
        assert table is not None
        return table


class RedundantIndex(Struct, frozen=True, kw_only=True):
    """An index that can go, and the one that stays; as they are declared, if they are.

    `made` and `kept_made` are either of them as a migration made it, where it is declared too.
    """

    table: TableSides
    index: Index
    kept: Index
    likeness: Likeness
    made: Index | None = None
    kept_made: Index | None = None

    @property
    def kept_is_implicit(self) -> bool:
        """Whether nobody wrote the kept one as an index: a key, an attribute, the database's own."""
        return self.kept.origin != "explicit" or self.kept.implied_by is not None


class History(Struct, frozen=True, kw_only=True):
    """The migrations of one database."""

    database: Database
    reading: Reading


class UndoneMigration(Struct, frozen=True, kw_only=True):
    """A migration with a down side, run up and down again on paper."""

    database: Database
    rollback: Rollback
