"""Histories run up, down and up again on real databases: what comes of each must be what was foretold.

The histories are the pages of the rule and random ones. SCHEMALINT_HISTORIES says how many random ones each
database gets. Of a migration that is called unknown nothing is foretold; no more than one in ten may be.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from schemalint.cli.rollback import down_side
from schemalint.config import Settings
from schemalint.down_side import Refusal
from schemalint.engine import Project
from schemalint.knowledge.dialects import DIALECTS, Dialect
from schemalint.rollback.verdicts import Rollback, rollbacks
from schemalint.source import Sources
from tests.oracle.histories import HistoryWriter
from tests.oracle.rollback_histories import in_migrations
from tests.oracle.rolling_back import (
    MariaDB,
    PostgreSQL,
    Server,
    Sides,
    SQLite,
    outcomes,
)
from tests.oracle.schema_facts import comparable, facts_of
from tests.pages import Section, all_sections

if TYPE_CHECKING:
    import pymysql

_PAGES = Path(__file__).parent.parent / "rules"
_RANDOM = int(os.environ.get("SCHEMALINT_HISTORIES", "1"))
_STATEMENTS = 30
_ON_MARIADB: tuple[Dialect, ...] = ("mysql", "mariadb")
_UP, _DOWN = "-- +goose Up\n", "-- +goose Down\n"


def _sections(dialect: Dialect) -> list[Section]:
    """The sections of the page whose migrations are goose's, for a dialect; PostgreSQL if none is said."""
    found = []
    for section in all_sections(_PAGES):
        if section.page.stem != "incomplete-rollback":
            continue
        notes = [note for fence in section.fences for note in fence.notes if note in DIALECTS]
        if (notes or ["postgresql"])[0] == dialect and all(_DOWN in fence.text for fence in section.fences):
            found.append(section)
    return found


def _history(section: Section) -> list[Sides]:
    history = []
    for path, text in section.files.items():
        up, _, down = text.partition(_DOWN)
        name = path.rpartition("/")[2].removesuffix(".sql")
        history.append(Sides(name, up.removeprefix(_UP), down if _does_something(down) else None))
    return history


def _does_something(script: str) -> bool:
    return any(line and not line.startswith("--") for line in script.splitlines())


def _foretold(history: Sequence[Sides], dialect: Dialect) -> dict[str, Rollback]:
    files = {
        f"db/{sides.name}.sql": f"{_UP}{sides.up}{_DOWN}{sides.down or '-- nothing'}\n" for sides in history
    }
    project = Project(Sources.of(files), Settings(dialect=dialect))
    (database,) = project.databases
    assert database.migrated is not None
    assert database.replay is not None
    found = rollbacks(database.migrated.migrations, database.replay)
    return {rollback.migration.name: rollback for rollback in found}


def _assert_as_foretold(server: Server, history: Sequence[Sides], dialect: Dialect, unknown: int) -> None:
    foretold = _foretold(history, dialect)
    count = 0
    for outcome in outcomes(server, history):
        rollback = foretold.get(outcome.name)
        if rollback is None:  # irreversible on purpose
            continue
        if rollback.verdict == "unknown":
            count += 1
            continue
        answer = (rollback.verdict, outcome.refused or rollback.refusal)
        assert rollback.verdict == outcome.verdict, (outcome.name, answer, sorted(outcome.facts))
        remnants = facts_of((remnant.difference for remnant in rollback.remnants), dialect)
        assert remnants == comparable(outcome.facts, dialect), outcome.name
    assert count <= unknown, f"{count} unknown of {len(history)}"


@pytest.mark.parametrize("section", _sections("postgresql"), ids=str)
def test_pages_on_postgresql(section: Section, postgresql_server: str) -> None:
    _assert_as_foretold(
        PostgreSQL(postgresql_server, keeps=True), _history(section), "postgresql", _unknown(section)
    )


@pytest.mark.parametrize("section", _sections("sqlite"), ids=str)
def test_pages_on_sqlite(section: Section) -> None:
    _assert_as_foretold(SQLite(), _history(section), "sqlite", _unknown(section))


@pytest.mark.parametrize(
    ("section", "dialect"),
    [(section, dialect) for dialect in _ON_MARIADB for section in _sections(dialect)],
    ids=str,
)
def test_pages_on_mariadb(
    section: Section, dialect: Dialect, mariadb_socket: str, mariadb_database: pymysql.Connection[Any]
) -> None:
    server = MariaDB(mariadb_database, mariadb_socket)
    _assert_as_foretold(server, _history(section), dialect, _unknown(section))


def _unknown(section: Section) -> int:
    """How many migrations of a page may be called unknown: only where the page is about that."""
    return 1 if "not understood" in section.title else 0


def _random_history(
    dialect: str, seed: int, execute: Callable[[str], object], refusal: type[Exception]
) -> list[Sides]:
    accepted = []
    for statement in HistoryWriter(dialect, seed).statements(_STATEMENTS):
        try:
            execute(statement)
        except refusal:
            continue
        accepted.append(statement)
    return in_migrations(accepted, dialect, seed)


@pytest.mark.parametrize("seed", range(_RANDOM))
def test_random_histories_on_postgresql(seed: int, postgresql_server: str, postgresql_database: str) -> None:
    import psycopg

    with psycopg.connect(postgresql_database, autocommit=True) as connection:
        history = _random_history("postgresql", seed, connection.execute, psycopg.Error)
    _assert_as_foretold(PostgreSQL(postgresql_server, keeps=True), history, "postgresql", len(history) // 10)


@pytest.mark.parametrize("seed", range(_RANDOM * 10))
def test_random_histories_on_sqlite(seed: int, sqlite_database: sqlite3.Connection) -> None:
    history = _random_history("sqlite", seed, sqlite_database.execute, sqlite3.Error)
    _assert_as_foretold(SQLite(), history, "sqlite", len(history) // 10)


@pytest.mark.parametrize("seed", range(_RANDOM))
def test_random_histories_on_mariadb(
    seed: int, mariadb_socket: str, mariadb_database: pymysql.Connection[Any]
) -> None:
    import pymysql

    with mariadb_database.cursor() as cursor:
        history = _random_history("mysql", seed, cursor.execute, pymysql.Error)
    _assert_as_foretold(MariaDB(mariadb_database, mariadb_socket), history, "mysql", len(history) // 10)


def _with_written_downs(history: Sequence[Sides], dialect: Dialect) -> list[Sides]:
    """The history with the down sides that `schemalint rollback` writes, where it does not refuse to."""
    files = {f"db/{sides.name}.sql": f"{_UP}{sides.up}" for sides in history}
    project = Project(Sources.of(files), Settings(dialect=dialect))
    found = []
    for sides in history:
        try:
            down = down_side(project.databases, project.sources, f"db/{sides.name}.sql")
        except Refusal:
            found.append(Sides(sides.name, sides.up, None))
        else:
            found.append(Sides(sides.name, sides.up, down.text or "SELECT 1;\n"))
    return found


def _assert_brought_back(server: Server, history: Sequence[Sides], dialect: Dialect, refused: int) -> None:
    written = _with_written_downs(history, dialect)
    count = sum(sides.down is None for sides in written)
    assert count <= refused, f"{count} refused of {len(history)}"
    downs = {sides.name: sides.down for sides in written}
    for outcome in outcomes(server, written):
        assert outcome.verdict == "complete", (outcome, downs[outcome.name])


@pytest.mark.parametrize("seed", range(_RANDOM))
def test_what_is_written_brings_postgresql_back(
    seed: int, postgresql_server: str, postgresql_database: str
) -> None:
    import psycopg

    with psycopg.connect(postgresql_database, autocommit=True) as connection:
        history = _random_history("postgresql", seed, connection.execute, psycopg.Error)
    _assert_brought_back(PostgreSQL(postgresql_server, keeps=True), history, "postgresql", 1)


_LABELS = [
    """
    CREATE TYPE "Role" AS ENUM ('user', 'it''s', 'admin');
    CREATE TABLE "User" (
        id serial PRIMARY KEY, role "Role" NOT NULL DEFAULT 'user', roles "Role"[] DEFAULT '{}',
        more "Role"[] DEFAULT ARRAY['user']::"Role"[], CONSTRAINT known CHECK (role <> 'admin'),
        UNIQUE (role, id), UNIQUE (role)
    );
    CREATE INDEX plain ON "User" (role DESC, roles);
    CREATE INDEX admins ON "User" (id) WHERE role = 'admin' OR 'user' = ANY (roles);
    CREATE UNIQUE INDEX asked ON "User" ((CASE WHEN role = 'user' THEN 1 ELSE id END)) INCLUDE (role);
    CREATE TABLE kinds (kind "Role" REFERENCES "User" (role) ON DELETE CASCADE, "select" "Role");
    """,
    """ALTER TYPE "Role" ADD VALUE 'first' BEFORE 'user'; ALTER TYPE "Role" ADD VALUE 'last';
    ALTER TYPE "Role" ADD VALUE 'amid' AFTER 'user'; ALTER TYPE "Role" ADD VALUE IF NOT EXISTS 'amid'""",
    """ALTER TYPE "Role" RENAME VALUE 'user' TO 'member'""",
    """ALTER TYPE "Role" ADD VALUE 'guest'; ALTER TABLE kinds ADD COLUMN third "Role" DEFAULT 'first'""",
    """ALTER TABLE "User" ALTER COLUMN role SET DEFAULT 'guest'; DROP INDEX admins; DROP TABLE kinds""",
    """
    ALTER TYPE "Role" RENAME TO "Role_old"; CREATE TYPE "Role" AS ENUM ('guest', 'admin', 'member');
    DROP INDEX asked; ALTER TABLE "User" DROP CONSTRAINT known;
    ALTER TABLE "User" DROP COLUMN roles, DROP COLUMN more;
    ALTER TABLE "User" ALTER COLUMN role DROP DEFAULT;
    ALTER TABLE "User" ALTER COLUMN role TYPE "Role" USING role::text::"Role"; DROP TYPE "Role_old"
    """,
]


def test_labels_that_are_added_are_taken_out_again(postgresql_server: str) -> None:
    history = [Sides(f"{at}_m", f"{up.strip()};\n", None) for at, up in enumerate(_LABELS, 1)]
    _assert_brought_back(PostgreSQL(postgresql_server, keeps=True), history, "postgresql", 0)


@pytest.mark.parametrize("seed", range(_RANDOM * 10))
def test_what_is_written_brings_sqlite_back(seed: int, sqlite_database: sqlite3.Connection) -> None:
    history = _random_history("sqlite", seed, sqlite_database.execute, sqlite3.Error)
    _assert_brought_back(SQLite(), history, "sqlite", len(history))


@pytest.mark.parametrize("seed", range(_RANDOM))
def test_what_is_written_brings_mariadb_back(
    seed: int, mariadb_socket: str, mariadb_database: pymysql.Connection[Any]
) -> None:
    import pymysql

    with mariadb_database.cursor() as cursor:
        history = _random_history("mysql", seed, cursor.execute, pymysql.Error)
    _assert_brought_back(MariaDB(mariadb_database, mariadb_socket), history, "mysql", 1)


def test_a_planted_fault_is_found() -> None:
    """A foretelling that is wrong must show."""
    history = [
        Sides("1_a", "CREATE TABLE a (id INTEGER PRIMARY KEY);\n", "DROP TABLE a;\n"),
        Sides("2_b", "CREATE INDEX i ON a (id);\n", "DROP INDEX i;\n"),
    ]
    _assert_as_foretold(SQLite(), history, "sqlite", 0)
    server = SQLite()
    (_, outcome) = outcomes(server, [history[0], Sides("2_b", history[1].up, "SELECT 1;\n")])
    assert outcome.verdict == "incomplete"
    assert outcome.again is not None
