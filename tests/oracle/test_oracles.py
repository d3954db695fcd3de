"""The oracles themselves: what they say of a known schema, and that a comparison notices differences."""

from __future__ import annotations

import copy
import sqlite3
from typing import Any

import pytest

from tests.oracle import compare, postgresql, prisma, sqlite

_SQL = """
create table parent (a int not null, b int not null, primary key (a, b));
create table child (
  id integer primary key, a int, b int not null, c text,
  foreign key (a, b) references parent (a, b) on delete cascade on update set null
);
create unique index child_b on child (b desc) where b > 0;
create index child_expression on child (lower(c), a);
"""


def _check(catalog: dict[str, Any]) -> None:
    child = next(table for table in catalog["tables"] if table["name"] == "child")
    assert [(column["name"], column["nullable"]) for column in child["columns"]] == [
        ("id", False),
        ("a", True),
        ("b", False),
        ("c", True),
    ]
    assert child["primary_key"]["columns"] == ["id"]
    indexes = {index["name"]: index for index in child["indexes"]}
    assert indexes["child_b"]["unique"]
    assert indexes["child_b"]["where"]
    assert indexes["child_b"]["keys"] == [{"column": "b", "order": "desc"}]
    assert indexes["child_expression"]["keys"][0]["expression"] == "lower(c)"
    assert indexes["child_expression"]["keys"][1] == {"column": "a", "order": "asc"}
    (key,) = child["foreign_keys"]
    assert (key["columns"], key["ref_table"], key["ref_columns"]) == (["a", "b"], "parent", ["a", "b"])
    assert (key["on_delete"], key["on_update"]) == ("cascade", "set null")


def test_sqlite_reads_the_catalog(sqlite_database: sqlite3.Connection) -> None:
    sqlite_database.executescript(_SQL)
    _check(sqlite.catalog(sqlite_database))


def test_postgresql_reads_the_catalog(postgresql_database: str) -> None:
    import psycopg

    with psycopg.connect(postgresql_database, autocommit=True) as connection:
        connection.execute(_SQL)
    _check(postgresql.catalog(postgresql_database))


def test_every_difference_is_noticed(sqlite_database: sqlite3.Connection) -> None:
    sqlite_database.executescript(_SQL)
    catalog = sqlite.catalog(sqlite_database) | {"dialect": "postgresql"}
    compare.assert_same(catalog, copy.deepcopy(catalog))

    def differs(*path: str | int, value: object) -> bool:
        changed = copy.deepcopy(catalog)
        place: Any = changed["tables"][0]
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
        return compare.compare(catalog, changed).agreement < 1

    assert differs("name", value="other")
    assert differs("columns", 1, "nullable", value=False)
    assert differs("primary_key", value=None)
    assert differs("indexes", 0, "unique", value=False)
    assert differs("indexes", 0, "name", value="other")
    assert differs("indexes", 0, "where", value=None)
    assert differs("indexes", 0, "keys", 0, "order", value="asc")
    assert differs("indexes", 1, "method", value="gin")
    assert differs("foreign_keys", 0, "on_delete", value="restrict")
    assert differs("foreign_keys", 0, "ref_columns", value=["b", "a"])
    changed = copy.deepcopy(catalog)
    del changed["tables"][0]["indexes"][0]
    with pytest.raises(AssertionError, match="child_b"):
        compare.assert_same(catalog, changed)


def test_prisma_engine_prints_its_sql(prisma_engine: prisma.Engine) -> None:
    schema = 'datasource db {\n  provider = "postgresql"\n}\nmodel A {\n  id Int @id\n}\n'
    assert 'CONSTRAINT "A_pkey" PRIMARY KEY ("id")' in prisma_engine.ddl({"schema.prisma": schema})
    with pytest.raises(prisma.RefusedSchema, match="Nothing"):
        prisma_engine.ddl({"schema.prisma": schema.replace("Int", "Nothing")})
