"""Names that people give to databases, in folders, files and configuration."""

from __future__ import annotations

import re
from functools import cache

from schemalint.knowledge.dialects import Dialect

_DIALECTS: dict[str, Dialect] = {
    **dict.fromkeys(
        (
            "postgres",
            "postgresql",
            "postgre",
            "pg",
            "pgsql",
            "psql",
            "pgx",
            "timescale",
            "timescaledb",
            "yugabyte",
        ),
        "postgresql",
    ),
    **dict.fromkeys(("cockroach", "cockroachdb", "crdb"), "cockroachdb"),
    **dict.fromkeys(("mysql", "tidb", "vitess", "planetscale"), "mysql"),
    **dict.fromkeys(("mariadb", "maria"), "mariadb"),
    **dict.fromkeys(("sqlite", "libsql", "turso", "rqlite"), "sqlite"),
}

_OTHERS = {
    "clickhouse": "ClickHouse",
    "cassandra": "Cassandra",
    "scylla": "ScyllaDB",
    "scylladb": "ScyllaDB",
    "mssql": "SQL Server",
    "sqlserver": "SQL Server",
    "oracle": "Oracle",
    "db2": "Db2",
    "h2": "H2",
    "hsqldb": "HSQLDB",
    "hsql": "HSQLDB",
    "derby": "Derby",
    "snowflake": "Snowflake",
    "bigquery": "BigQuery",
    "redshift": "Redshift",
    "spanner": "Spanner",
    "duckdb": "DuckDB",
    "firebird": "Firebird",
    "vertica": "Vertica",
    "exasol": "Exasol",
    "ydb": "YDB",
    "questdb": "QuestDB",
    "doris": "Doris",
    "starrocks": "StarRocks",
}
_WORD = re.compile(r"[a-z0-9]+")
_VERSION = re.compile(r"v?\d+$")


@cache
def dialects_named(text: str) -> frozenset[str]:
    """The databases that a name speaks of: dialects, and proper names of databases that are no dialect."""
    found: set[str] = set()
    for written in _WORD.findall(text.lower()):
        word = written if written in _OTHERS else _VERSION.sub("", written)
        if word in _DIALECTS:
            found.add(_DIALECTS[word])
        elif word in _OTHERS:
            found.add(_OTHERS[word])
    return frozenset(found)


def dialect_named(text: str) -> Dialect | str | None:
    """The one database that a name speaks of; None if there is none, or more than one."""
    found = dialects_named(text)
    return next(iter(found)) if len(found) == 1 else None


def is_dialect(name: str) -> bool:
    """Whether a database named by `dialects_named` is one whose SQL is read."""
    return name in _DIALECTS.values()
