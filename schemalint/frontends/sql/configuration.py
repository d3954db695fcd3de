"""Configuration files of tools, as far as they say in plain words which database they are for."""

from __future__ import annotations

import re
from collections.abc import Callable

from schemalint.frontends.sql.dialect_names import dialect_named, dialects_named
from schemalint.frontends.sql.tree import Tree, join

_Reader = Callable[[str], "set[str]"]


def _values(pattern: str) -> _Reader:
    """A reader of the databases that the first group of a pattern names, wherever it occurs."""

    def read(text: str) -> set[str]:
        return {name for value in re.findall(pattern, text) if (name := dialect_named(value)) is not None}

    return read


_QUOTED = r"""["'`]([\w+-]+)["'`]"""
_JDBC = _values(r"jdbc:(?:tc:|otel:)?(\w+):")
_KNEX = _values(rf"\bclient\s*:\s*{_QUOTED}")
_DRIZZLE = _values(rf"\b(?:dialect|driver)\s*:\s*{_QUOTED}")
_SQLC = _values(r"""(?m)["']?\bengine["']?\s*:\s*["']?([\w-]+)""")

READERS: dict[str, _Reader] = {
    "atlas.hcl": _values(r"""\b(?:dev|url)\s*=\s*["'](?:docker(?:\+\w+)?://)?([a-z0-9]+)"""),
    "sqlc.yaml": _SQLC,
    "sqlc.yml": _SQLC,
    "sqlc.json": _SQLC,
    "drizzle.config.ts": _DRIZZLE,
    "drizzle.config.js": _DRIZZLE,
    "drizzle.config.mjs": _DRIZZLE,
    "knexfile.js": _KNEX,
    "knexfile.ts": _KNEX,
    "sqitch.conf": _values(r"(?m)^[ \t]*engine[ \t]*=[ \t]*(\w+)"),
    "flyway.conf": _JDBC,
    "flyway.toml": _JDBC,
    "flyway.properties": _JDBC,
    "application.properties": _JDBC,
    "application.yml": _JDBC,
    "application.yaml": _JDBC,
    "liquibase.properties": _JDBC,
    "dbconfig.yml": _values(r"(?m)^[ \t]*dialect[ \t]*:[ \t]*[\"']?(\w+)"),
    "database.yml": _values(r"(?m)^[ \t]*adapter[ \t]*:[ \t]*[\"']?(\w+)"),
    "yoyo.ini": _values(r"(?m)^[ \t]*database[ \t]*=[ \t]*(\w+)"),
    "alembic.ini": _values(r"(?m)^[ \t]*sqlalchemy\.url[ \t]*=[ \t]*(\w+)"),
}
"""By the name of the file. More than one answer in a file is none."""

_IN_CONFIG = ("database.yml",)

PACKAGES: dict[str, str] = {
    "Cargo.toml": (r"\b(?:sqlx|diesel|sea-orm|refinery)\b[^\n]{0,200}?features\s*=\s*\[([^\]]{0,1000})\]"),
    "go.mod": (
        r"(?m)^(?:require)?[ \t]+(\S*(?:lib/pq|jackc/pgx\S*|go-sql-driver/mysql|mattn/go-sqlite3"
        r"|modernc\.org/sqlite))\s(?!.*// indirect)"
    ),
    "package.json": (r'"(pg|postgres|mysql2?|better-sqlite3|sqlite3|@neondatabase/serverless)"\s*:'),
}
"""The drivers that a package asks for: weaker, since a package may ask for several."""

_DRIVERS = {
    "lib/pq": "postgresql",
    "jackc/pgx": "postgresql",
    "neondatabase": "postgresql",
}


def configured(tree: Tree, folder: str) -> tuple[str, str] | None:
    """The one database that a configuration file in a folder names, and the file."""
    for name, read in READERS.items():
        path = join(folder, name)
        if path not in tree.sources and name in _IN_CONFIG:
            path = join(folder, f"config/{name}")
        if path in tree.sources:
            found = read(tree.text(path))
            if len(found) == 1:
                return found.pop(), path
    return None


def driven(tree: Tree, folder: str) -> tuple[str, str] | None:
    """The one database whose driver the nearest package over a folder asks for, and the package's file."""
    path = tree.nearest(folder, *PACKAGES)
    if path is None:
        return None
    found: set[str] = set()
    for drivers in re.findall(PACKAGES[path.rpartition("/")[2]], tree.text(path)):
        known = next((database for driver, database in _DRIVERS.items() if driver in drivers), None)
        found |= {known} if known is not None else dialects_named(drivers)
    return (found.pop(), path) if len(found) == 1 else None
