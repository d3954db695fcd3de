"""Histories of packages up, down and up again by Django itself: what comes of it must be what was foretold.

Of a migration that is called unknown nothing is foretold; no more than one in ten may be.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from schemalint.config import Settings
from schemalint.engine import Project
from schemalint.migration import Migration
from schemalint.rollback.verdicts import Rollback, rollbacks
from tests.oracle import schema_facts
from tests.oracle.django.environments import Environment, environments
from tests.oracle.django.packages import PACKAGES, Package
from tests.oracle.django.servers import on_postgresql, on_sqlite
from tests.oracle.schema_facts import Facts, comparable, differing, facts_of

_ON_SQLITE = frozenset({"django.contrib", "oauth2_provider", "allauth", "cms"})
_ON_POSTGRESQL = frozenset({"oauth2_provider", "allauth"})  # where copies of a database take longer


def _installed(names: frozenset[str]) -> Iterator[tuple[Environment | None, Package]]:
    """Those packages, each with the newest Django that has it."""
    for package in PACKAGES:
        if package.name in names:
            having = [one for one in environments() if package.is_in(one)]
            if having or not environments():
                yield (having[-1] if having else None), package


def _foretold(
    package: Package, environment: Environment, dialect: Any
) -> tuple[dict[str, Migration], dict[str, Rollback]]:
    sources = package.sources(environment.packages, environment.version)
    migrations: dict[str, Migration] = {}
    verdicts: dict[str, Rollback] = {}
    for database in Project(sources, Settings(dialect=dialect)).databases:
        if database.migrated is not None and database.replay is not None:
            migrations |= {one.name: one for one in database.migrated.migrations}
            found = rollbacks(database.migrated.migrations, database.replay)
            verdicts |= {one.migration.name: one for one in found}
    return migrations, verdicts


def _assert_as_foretold(
    package: Package,
    environment: Environment,
    dialect: Any,
    settings: Mapping[str, Any],
    read: Any,
) -> None:
    (answer,) = environment.answers([package.job(settings, "walk")])
    assert answer.error is None, answer.error
    migrations, verdicts = _foretold(package, environment, dialect)
    unknown, wrong = 0, []
    for step in answer.steps:
        migration = migrations[step["name"]]
        if migration.rollback != "present":
            assert step["down"] is not None, (migration.name, migration.rollback_reason)
            continue
        verdict = verdicts[step["name"]]
        if verdict.verdict == "unknown":
            unknown += 1
            continue
        facts = frozenset(differing(read(step["before"]), read(step["after"])))
        seen = "refused" if step["down"] else "incomplete" if facts else "complete"
        remnants = facts_of((remnant.difference for remnant in verdict.remnants), dialect)
        if verdict.verdict != seen or (not step["down"] and remnants != comparable(facts, dialect)):
            wrong.append((step["name"], verdict.verdict, remnants, seen, step["down"], sorted(facts)))
        elif seen == "complete":
            assert step["again"] is None, step
    assert not wrong
    assert answer.steps
    assert unknown <= len(answer.steps) // 10, f"{unknown} unknown of {len(answer.steps)}"


def _packages(names: frozenset[str]) -> pytest.MarkDecorator:
    pairs = list(_installed(names))
    return pytest.mark.parametrize(("environment", "package"), pairs, indirect=("environment",), ids=str)


@_packages(_ON_SQLITE)
def test_packages_on_sqlite(environment: Environment, package: Package, tmp_path: Path) -> None:
    def facts(statements: list[str]) -> Facts:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.executescript(";\n".join(statements))
            return schema_facts.sqlite(connection)

    _assert_as_foretold(package, environment, "sqlite", on_sqlite(tmp_path)().settings, facts)


@_packages(_ON_POSTGRESQL)
def test_packages_on_postgresql(
    environment: Environment, package: Package, postgresql_server: str, postgresql_database: str
) -> None:
    import psycopg
    from psycopg.conninfo import make_conninfo

    def facts(name: str) -> Facts:
        with psycopg.connect(make_conninfo(postgresql_server, dbname=name), autocommit=True) as connection:
            return schema_facts.postgresql(connection)

    settings = on_postgresql(lambda: postgresql_database)().settings
    _assert_as_foretold(package, environment, "postgresql", settings, facts)
