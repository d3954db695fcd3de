"""Runs every migration of apps up, down and up again, and keeps what the database was like at each turn.

Imported by `make_databases.py`, in a Python that has Django. The way down is gone on a copy of the database,
so that every migration starts from what the way up alone has made.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any


def walk(apps_names: Collection[str]) -> list[dict[str, Any]]:
    """A step for each migration: its name, the database before it and after it was undone, and the errors."""
    from django.apps import apps
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    labels = {config.label for config in apps.get_app_configs() if config.name in apps_names}
    database = _SQLite(connection) if connection.vendor == "sqlite" else _PostgreSQL(connection)
    executor = MigrationExecutor(connection)
    leaves = [node for node in executor.loader.graph.leaf_nodes() if node[0] in labels]
    executor.recorder.ensure_schema()
    state = executor.loader.project_state([])
    steps = []
    applied: list[tuple[str, str]] = []
    for migration, _ in executor.migration_plan(leaves):
        if migration.app_label not in labels:
            state = executor.apply_migration(state, migration)
            applied.append((migration.app_label, migration.name))
            continue
        earlier, before = state.clone(), database.kept()
        state = executor.apply_migration(state, migration)
        with database.aside():
            down = _error(executor.unapply_migration, _as_told(executor, applied), migration)
            after = database.kept()
            again = _error(executor.apply_migration, earlier, migration)
        applied.append((migration.app_label, migration.name))
        name = f"{migration.app_label}.{migration.name}"
        steps.append({"name": name, "before": before, "down": down, "after": after, "again": again})
    connection.close()
    return steps


def _as_told(executor: Any, applied: Sequence[tuple[str, str]]) -> Any:
    """The state behind migrations, with its models made all at once, as `migrate` has it to go back."""
    state = executor.loader.project_state(list(applied))
    _ = state.apps
    return state


def _error(run: Any, state: Any, migration: Any) -> str | None:
    try:
        run(state, migration)
    except Exception as error:  # noqa: BLE001 - whatever ends a migration is the answer
        return f"{type(error).__name__}: {error}"
    return None


class _SQLite:
    """A database in a file; what is kept of it are the statements that make it."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def kept(self) -> list[str]:
        with self._connection.cursor() as cursor:
            cursor.execute("select sql from sqlite_master where sql is not null and name not like 'sqlite_%'")
            return [row[0] for row in cursor.fetchall()]

    @contextmanager
    def aside(self) -> Iterator[None]:
        settings = self._connection.settings_dict
        self._connection.close()
        path = settings["NAME"]
        settings["NAME"] = shutil.copy(path, f"{path}.copy")
        yield
        self._connection.close()
        settings["NAME"] = path


class _PostgreSQL:
    """A database of a server; what is kept of it is a copy, by its name."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._name = connection.settings_dict["NAME"]
        self._numbers = count(1)

    def kept(self) -> str:
        import psycopg

        settings = self._connection.settings_dict
        self._connection.close()
        original = settings["NAME"]
        copy = f"{self._name}_{next(self._numbers)}"
        given = {**self._connection.get_connection_params(), "dbname": "postgres"}
        known = {
            name: given[name] for name in ("host", "port", "user", "password", "dbname") if name in given
        }
        with psycopg.connect(**known, autocommit=True) as server:
            server.execute(f'create database "{copy}" template "{original}"')
        return copy

    @contextmanager
    def aside(self) -> Iterator[None]:
        settings = self._connection.settings_dict
        original, copy = settings["NAME"], self.kept()
        settings["NAME"] = copy
        yield
        self._connection.close()
        settings["NAME"] = original
