"""What the page of unknown-column says of INSERT, UPDATE and DELETE is what real databases say.

Fences with the note "runs" are run statement by statement: those with an expectation are refused for a
column that is not there, and all others run.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, cast

import pytest

from schemalint.config import Settings
from schemalint.engine import Project
from schemalint.frontends.sql.split import statements
from schemalint.knowledge.dialects import Dialect
from schemalint.operations.rows import Rows
from schemalint.replay.rows import missing_columns
from schemalint.source import Sources
from tests.oracle.rolling_back import MariaDB, PostgreSQL, Refusal, Server, SQLite
from tests.pages import Fence, sections

if TYPE_CHECKING:
    import pymysql

_PAGE = Path(__file__).parent.parent / "rules" / "unknown-column.md"
_DIALECTS: tuple[Dialect, ...] = ("sqlite", "mysql")
_RANDOM = 60 * int(os.environ.get("SCHEMALINT_HISTORIES", "1"))
_UNKNOWN = ("does not exist", "no such column", "has no column named", "Unknown column")
_FENCES = [
    pytest.param(fence, id=f"{section.title}: {fence.path}")
    for section in sections(_PAGE)
    for fence in section.fences
    if "runs" in fence.notes
]


@pytest.fixture
def servers(request: pytest.FixtureRequest) -> Callable[[Dialect], Server]:
    """What gives the server of a dialect, started when it is asked for."""

    def server(dialect: Dialect) -> Server:
        if dialect == "sqlite":
            return SQLite()
        if dialect == "postgresql":
            return PostgreSQL(request.getfixturevalue("postgresql_server"))
        connection = cast("pymysql.Connection[Any]", request.getfixturevalue("mariadb_database"))
        return MariaDB(connection, request.getfixturevalue("mariadb_socket"))

    return server


@pytest.mark.parametrize("fence", _FENCES)
def test_a_statement_is_refused_where_the_page_says_so(
    fence: Fence, servers: Callable[[Dialect], Server]
) -> None:
    dialect: Dialect = next((name for name in _DIALECTS if name in fence.notes), "postgresql")
    server = servers(dialect)
    database = server.create()
    lines = fence.text.splitlines()
    try:
        for cursor in statements(fence.text, fence.path, dialect):
            span = cursor.span(cursor.first, cursor.end)
            statement = fence.text[span.start : span.end]
            first, last = (fence.text.count("\n", 0, at) for at in (span.start, span.end))
            expected = any("-- expect" in line for line in lines[first : last + 1])
            refused = ""
            try:
                server.run(database, f"{statement};")
            except Refusal as refusal:
                refused = str(refusal)
            assert expected == any(word in refused for word in _UNKNOWN), (statement, refused)
            assert bool(refused) == expected, (statement, refused)
    finally:
        server.drop(database)


_TABLES = {"customers": ("id", "email", "owner"), "visits": ("id", "customer", "seen")}
_SETUP = """
CREATE TABLE customers (id int PRIMARY KEY, email int, owner int);
CREATE TABLE visits (id int PRIMARY KEY, customer int, seen int);
"""


class _Writer:
    """Writes random statements about rows, some of them with a column that is not there."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def statement(self) -> str:
        """An INSERT, UPDATE or DELETE."""
        table, other = self.random.sample(sorted(_TABLES), 2)
        target, source, condition = self.of(table), self.source(other), self.condition(table)
        match self.random.randrange(6):
            case 0:
                return f"INSERT INTO {table} (id, {target}) SELECT id, {self.any()} FROM {source}"
            case 1:
                return f"UPDATE {table} SET {target} = {self.any()}, id = {self.any()} WHERE {condition}"
            case 2:
                joined = f"{condition} AND o.{self.of(other)} = {table}.id"
                return f"UPDATE {table} SET {target} = o.{self.of(other)} FROM {source} o WHERE {joined}"
            case 3:
                inner = f"SELECT {self.any()} AS {self.any()} FROM {source} AS i WHERE {self.condition('i')}"
                return f"DELETE FROM {table} WHERE {self.any()} IN ({inner})"
            case 4:
                upsert = f"ON CONFLICT (id) DO UPDATE SET {target} = excluded.{self.of(table)}"
                return (
                    f"INSERT INTO {table} (id, {target}) SELECT 1, 2 WHERE 1 = 1 {upsert} WHERE {condition}"
                )
            case _:
                query = f"SELECT {self.any()} AS {self.any()}, id AS k FROM {other}"
                joined = f"q.k = {table}.id"
                return f"UPDATE {table} SET {target} = q.{self.any()} FROM ({query}) q WHERE {joined}"

    def of(self, table: str) -> str:
        """A column of a table, or of the other one."""
        return self.random.choice(
            (*_TABLES[table] * 4, *(c for columns in _TABLES.values() for c in columns))
        )

    def any(self) -> str:
        """A column of some table, or of none."""
        return self.random.choice(("id", "id", "email", "owner", "customer", "seen", "name"))

    def source(self, table: str) -> str:
        """Something to read from."""
        return self.random.choice((table, table, f"(SELECT id, {self.of(table)} AS seen FROM {table})"))

    def condition(self, table: str) -> str:
        """Something that holds or not."""
        return self.random.choice(
            (
                f"{self.any()} = 1",
                f"{table}.{self.any()} IS NOT NULL",
                f"({self.any()} > 1 OR CASE WHEN {self.any()} IN (1, 2) THEN 1 = 1 ELSE 2 = 1 END)",
                f"EXISTS (SELECT 1 FROM visits v WHERE v.{self.of('visits')} = {self.any()})",
            )
        )


@pytest.mark.parametrize("dialect", ["postgresql", "sqlite"])
def test_what_is_called_missing_is_missing(dialect: Dialect, servers: Callable[[Dialect], Server]) -> None:
    server = servers(dialect)
    database = server.create()
    server.run(database, _SETUP)
    writer = _Writer(1)
    wrong, found, refusals = [], 0, 0
    for _ in range(_RANDOM):
        statement = writer.statement()
        refused = ""
        try:
            server.run(database, f"{statement}; DELETE FROM customers; DELETE FROM visits;")
        except Refusal as refusal:
            refused = str(refusal)
        called = _called_missing(statement, dialect)
        found += bool(called)
        refusals += bool(refused)
        if called and not refused:
            wrong.append((statement, called))
    server.drop(database)
    assert not wrong
    assert found > refusals / 3, "what is missing is hardly ever seen"


def _called_missing(statement: str, dialect: Dialect) -> list[str]:
    project = Project(Sources.of({"db/1_a.up.sql": f"{_SETUP}{statement};"}), Settings(dialect=dialect))
    (database,) = project.databases
    assert database.replay is not None
    step = database.replay.steps[-1]
    assert isinstance(step.operation, Rows)
    return [named.column for named in missing_columns(step.before, step.operation)]
