"""Configuration: what a project may set, and what holds where it sets nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from schemalint.knowledge.dialects import Dialect

RollbackPolicy = Literal["auto", "required", "off"]
Severity = Literal["error", "warning", "info"]


class DatabaseSettings(Struct, frozen=True, kw_only=True):
    """What may differ from one database of a project to the next; None means as the project has it."""

    dialect: Dialect | None = None
    rollback: RollbackPolicy | None = None


class Settings(Struct, frozen=True, kw_only=True):
    """`[tool.schemalint]` of a project, or what holds without it.

    `select` and `ignore` hold names of rules and categories, ignoring is stronger; `severity` is by either.
    `exclude` holds patterns as in a `.gitignore`. `databases` gives settings to the databases whose source
    lies in a folder (relative to the root, without a slash at its end; empty for the root).
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = {}
    fail_on: Severity = "warning"
    dialect: Dialect | None = None
    exclude: tuple[str, ...] = ()
    rollback: RollbackPolicy = "auto"
    databases: Mapping[str, DatabaseSettings] = {}

    def dialect_of(self, source: str) -> Dialect | None:
        """The dialect set for the database read from `source`, if one is."""
        for folder in self._folders_over(source):
            if (dialect := self.databases[folder].dialect) is not None:
                return dialect
        return self.dialect

    def rollback_of(self, source: str) -> RollbackPolicy:
        """The rollback policy for the database read from `source`."""
        for folder in self._folders_over(source):
            if (policy := self.databases[folder].rollback) is not None:
                return policy
        return self.rollback

    def _folders_over(self, source: str) -> list[str]:
        """The configured folders that hold `source`, the nearest first."""
        over = (
            folder for folder in self.databases if f"{source}/".startswith(f"{folder}/" if folder else "")
        )
        return sorted(over, key=len, reverse=True)
