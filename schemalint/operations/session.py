"""What a migration sets for its connection, which decides what its later statements mean."""

from __future__ import annotations

from schemalint.operations import Operation


class SetSearchPath(Operation, frozen=True, kw_only=True):
    """SET search_path; the default schema is written None. `local` ends with the migration."""

    schemas: tuple[str | None, ...]
    local: bool = False


class SetForeignKeyChecks(Operation, frozen=True, kw_only=True):
    """MySQL's SET foreign_key_checks; None where its new value is not known."""

    enabled: bool | None


class SetLegacyAlterTable(Operation, frozen=True, kw_only=True):
    """SQLite's PRAGMA legacy_alter_table."""

    enabled: bool
