"""New databases for Django to fill, on each kind of server, and what is in them afterwards."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from os import getpid
from pathlib import Path
from typing import Any

from tests.oracle import mysql, postgresql, sqlite

_numbers = count(1)


class Filled:
    """An empty database at first: `settings` are its entry in DATABASES, `catalog` says what is in it."""

    def __init__(self, settings: dict[str, Any], catalog: Callable[[], dict[str, Any]]) -> None:
        self.settings = settings
        self.catalog = catalog


NewDatabase = Callable[[], Filled]


def on_postgresql(new_database: Callable[[], str]) -> NewDatabase:
    """Makes databases on PostgreSQL, each at the DSN that `new_database` gives."""
    from psycopg.conninfo import conninfo_to_dict

    def new() -> Filled:
        dsn = new_database()
        words = {"dbname": "NAME", "host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
        given = conninfo_to_dict(dsn)
        settings = {setting: given[word] for word, setting in words.items() if given.get(word)}
        engine = {"ENGINE": "django.db.backends.postgresql"}
        return Filled({**engine, **settings}, lambda: postgresql.catalog(dsn))

    return new


def on_sqlite(folder: Path) -> NewDatabase:
    """Makes SQLite databases in a folder."""

    def new() -> Filled:
        path = folder / f"{next(_numbers)}.sqlite3"

        def catalog() -> dict[str, Any]:
            with closing(sqlite3.connect(path)) as connection:
                return sqlite.catalog(connection)

        return Filled({"ENGINE": "django.db.backends.sqlite3", "NAME": str(path)}, catalog)

    return new


@contextmanager
def on_mariadb(socket: str) -> Iterator[NewDatabase]:
    """Makes databases on a MariaDB server, which are dropped at the end."""
    import pymysql

    made: list[str] = []
    with pymysql.connect(unix_socket=socket, user="root", autocommit=True) as connection:

        def new() -> Filled:
            name = f"django_{getpid()}_{next(_numbers)}"
            made.append(name)
            with connection.cursor() as cursor:
                cursor.execute(f"create database {name} character set utf8mb4")
            settings = {
                "ENGINE": "django.db.backends.mysql",
                "NAME": name,
                "USER": "root",
                "OPTIONS": {"unix_socket": socket, "charset": "utf8mb4"},
            }

            def catalog() -> dict[str, Any]:
                connection.select_db(name)
                return mysql.catalog(connection)

            return Filled(settings, catalog)

        yield new
        with connection.cursor() as cursor:
            for name in made:
                cursor.execute(f"drop database {name}")
