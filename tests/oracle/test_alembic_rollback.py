"""Alembic histories run up, down and up again on real databases: it must come as it was foretold.

The histories are the sections in Python of the rule's page, and those of packages where they are installed.
Each is run twice: with the `downgrade()` that it has, and with the one that `schemalint rollback` writes.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from schemalint.cli.rollback import down_side
from schemalint.config import Settings
from schemalint.down_side import Refusal as NoWayBack
from schemalint.engine import Project
from schemalint.knowledge.dialects import Dialect
from schemalint.migration import Migration
from schemalint.rollback.verdicts import Rollback, rollbacks
from schemalint.rule import Database
from schemalint.source import Sources
from tests.oracle import schema_facts
from tests.oracle.conftest import missing
from tests.oracle.rolling_back import (
    MariaDB,
    PostgreSQL,
    Refusal,
    Server,
    Sides,
    outcomes,
)
from tests.oracle.schema_facts import Facts, comparable, facts_of
from tests.oracle.sqlalchemy_process import Runner, dialects_of, write_project
from tests.pages import Section, sections
from tests.test_sqlalchemy_pages import project_files

if TYPE_CHECKING:
    import pymysql

_PAGE = Path(__file__).parent.parent / "rules" / "incomplete-rollback.md"
_PLUGIN = "alembic_postgresql_enum"
_CASES = [
    (section, dialect)
    for section in sections(_PAGE)
    if section.title.startswith("Alembic")
    if all(fence.language == "python" and _PLUGIN not in fence.text for fence in section.fences)
    for dialect in dialects_of(section)
]
_PACKAGES = ["optuna/storages/_rdb/alembic/versions"]
_NOT_FORETOLD = {"v3.0.0.c": "it asks a mapped class for what it has not"}
_DOWNGRADE = re.compile(r"^def downgrade\(\).*?(?=^\S|\Z)", re.MULTILINE | re.DOTALL)


class _Alembic(Server):
    """Alembic in front of a server: a script is one of its commands, and a revision."""

    runner: Runner
    folder: Path
    dialect: Dialect

    def address(self, database: str) -> str:
        """Where the runner finds a database."""
        raise NotImplementedError

    def run(self, database: str, script: str, *, transaction: bool = False) -> None:
        """Upgrades or downgrades."""
        command, revision = script.split()
        task = {"task": "revisions", "folder": str(self.folder), "dialect": self.dialect}
        asked = {**task, "database": self.address(database), "command": command, "revision": revision}
        error = self.runner.ask(asked)
        if error is not None:
            raise Refusal(error)


class _OnPostgreSQL(_Alembic, PostgreSQL):
    def address(self, database: str) -> str:
        return self.dsn(database)

    def facts(self, database: str) -> Facts:
        return _without_versions(PostgreSQL.facts(self, database))


class _OnMariaDB(_Alembic, MariaDB):
    def address(self, database: str) -> str:
        return f"{self.socket}:{database}"

    def run(self, database: str, script: str, *, transaction: bool = False) -> None:
        _Alembic.run(self, database, script)
        self.remember(database, script)

    def facts(self, database: str) -> Facts:
        return _without_versions(MariaDB.facts(self, database))


class _OnSQLite(_Alembic):
    def __init__(self) -> None:
        self._numbers = count(1)

    def create(self, template: str | None = None) -> str:
        path = self.folder.parent / f"{next(self._numbers)}.sqlite"
        if template is not None:
            shutil.copyfile(template, path)
        return str(path)

    def drop(self, database: str) -> None:
        Path(database).unlink()

    def address(self, database: str) -> str:
        return database

    def facts(self, database: str) -> Facts:
        with closing(sqlite3.connect(database)) as connection:
            return _without_versions(schema_facts.sqlite(connection))


def _without_versions(facts: Facts) -> Facts:
    return {thing: fact for thing, fact in facts.items() if "alembic_version" not in thing[1:]}


def _server(dialect: Dialect, folder: Path, request: pytest.FixtureRequest) -> _Alembic:
    server: _Alembic
    if dialect == "postgresql":
        server = _OnPostgreSQL(request.getfixturevalue("postgresql_server"), keeps=True)
    elif dialect == "sqlite":
        server = _OnSQLite()
    else:
        connection: pymysql.Connection[Any] = request.getfixturevalue("mariadb_database")
        server = _OnMariaDB(connection, request.getfixturevalue("mariadb_socket"))
    server.runner = request.getfixturevalue("sqlalchemy_runner")
    server.folder, server.dialect = folder, dialect
    return server


def _database(sources: Sources, dialect: Dialect) -> Database:
    (found,) = Project(sources, Settings(dialect=dialect)).databases
    return found


def _foretold(database: Database) -> dict[str, Rollback]:
    assert database.migrated is not None
    assert database.replay is not None
    found = rollbacks(database.migrated.migrations, database.replay)
    return {rollback.migration.name: rollback for rollback in found}


def _history(migrations: Sequence[Migration], names: Sequence[str]) -> list[Sides]:
    """What Alembic is told, for a history without branches; `names` are those that have a down side."""
    history = []
    for migration in migrations:
        (parent,) = migration.parents or ("base",)
        down = f"downgrade {parent}" if migration.name in names else None
        history.append(Sides(migration.name, f"upgrade {migration.name}", down))
    return history


def _assert_as_foretold(server: _Alembic, database: Database) -> None:
    foretold = _foretold(database)
    assert database.migrated is not None
    for outcome in outcomes(server, _history(database.migrated.migrations, list(foretold))):
        rollback = foretold[outcome.name]
        if outcome.name in _NOT_FORETOLD:
            continue
        answer = (rollback.verdict, rollback.refusal, rollback.reason, outcome)
        assert rollback.verdict == outcome.verdict, answer
        remnants = facts_of((remnant.difference for remnant in rollback.remnants), server.dialect)
        assert remnants == comparable(outcome.facts, server.dialect), answer


def _assert_brought_back(server: _Alembic, database: Database, sources: Sources) -> None:
    """Write every `downgrade()` anew, and run it."""
    assert database.migrated is not None
    written = {}
    for migration in database.migrated.migrations:
        try:
            down = down_side([database], sources, migration.path)
        except NoWayBack:
            continue
        written[migration.name] = down.text
        path = server.folder / migration.path
        text = _DOWNGRADE.sub("", path.read_text(encoding="utf-8"))
        path.write_text(f"{text}\n\n{written[migration.name]}", encoding="utf-8")
    assert written
    for outcome in outcomes(server, _history(database.migrated.migrations, list(written))):
        assert outcome.verdict == "complete", (outcome, written[outcome.name])


@pytest.mark.parametrize(("section", "dialect"), _CASES, ids=str)
def test_pages(section: Section, dialect: Dialect, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    files = project_files(section)
    write_project(files, tmp_path / "project")
    server = _server(dialect, tmp_path / "project", request)
    sources = Sources.of(files)
    database = _database(sources, dialect)
    _assert_as_foretold(server, database)
    _assert_brought_back(server, database, sources)


@pytest.mark.parametrize("place", _PACKAGES)
def test_packages_on_sqlite(place: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Not on PostgreSQL, where optuna's can't be run one revision at a time: one makes an enum type again."""
    runner: Runner = request.getfixturevalue("sqlalchemy_runner")
    package = runner.folder_of(place.partition("/")[0])
    if package is None:
        missing(f"{place.partition('/')[0]} is not installed")
    versions = tmp_path / "project" / "migrations" / "versions"
    shutil.copytree(package.parent / place, versions)
    files = {
        f"migrations/versions/{path.name}": path.read_text(encoding="utf-8") for path in versions.glob("*.py")
    }
    server = _server("sqlite", tmp_path / "project", request)
    sources = Sources.of(files)
    database = _database(sources, "sqlite")
    _assert_as_foretold(server, database)
    _assert_brought_back(server, database, sources)


def test_a_planted_fault_is_found(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """A foretelling that is wrong must show."""
    section = next(one for one, _ in _CASES if one.title == "Alembic: what comes back on every database")
    files = project_files(section)
    database = _database(Sources.of(files), "sqlite")
    spoiled = {
        path: text.replace('batch_op.create_index("ix_users_active", ["active"])', "pass")
        for path, text in files.items()
    }
    write_project(spoiled, tmp_path / "project")
    with pytest.raises(AssertionError):
        _assert_as_foretold(_server("sqlite", tmp_path / "project", request), database)
