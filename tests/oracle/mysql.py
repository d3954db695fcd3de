"""Asks a MySQL or MariaDB database what its schema is, and prints it as the catalog JSON.

The indexes that InnoDB makes for foreign keys are listed as the server lists them: like any other. A key of
which only a prefix is indexed carries "length". Primary keys have no name of their own.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pymysql

Row = tuple[Any, ...]

_TABLES = """
select table_name from information_schema.tables
where table_schema = database() and table_type = 'BASE TABLE' order by 1
"""
_COLUMNS = """
select table_name, column_name, column_type, is_nullable from information_schema.columns
where table_schema = database() order by table_name, ordinal_position
"""
_HAS_EXPRESSIONS = """
select 1 from information_schema.columns
where table_schema = 'information_schema' and table_name = 'STATISTICS' and column_name = 'EXPRESSION'
"""
_INDEXES = """
select table_name, index_name, non_unique, index_type, column_name, {expression}, collation, sub_part
from information_schema.statistics where table_schema = database()
order by table_name, index_name, seq_in_index
"""
_FOREIGN_KEYS = """
select k.table_name, k.constraint_name, k.referenced_table_name, r.delete_rule, r.update_rule,
       k.column_name, k.referenced_column_name
from information_schema.key_column_usage k
join information_schema.referential_constraints r
  on r.constraint_schema = k.constraint_schema and r.constraint_name = k.constraint_name
  and r.table_name = k.table_name
where k.table_schema = database() and k.referenced_table_name is not null
order by k.table_name, k.constraint_name, k.ordinal_position
"""


def catalog(connection: pymysql.Connection[Any]) -> dict[str, Any]:
    """The catalog of the database that the connection is on."""
    columns = _by_table(connection, _COLUMNS)
    foreign_keys = _by_table(connection, _FOREIGN_KEYS)
    expression = "expression" if _rows(connection, _HAS_EXPRESSIONS) else "null"
    indexes = _by_table(connection, _INDEXES.format(expression=expression))
    tables = [
        _table(name, columns[name], indexes.get(name, []), foreign_keys.get(name, []))
        for (name,) in _rows(connection, _TABLES)
    ]
    return {"dialect": "mysql", "tables": tables}


def _rows(connection: pymysql.Connection[Any], sql: str) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def _by_table(connection: pymysql.Connection[Any], sql: str) -> dict[str, list[Row]]:
    return {name: list(group) for name, group in groupby(_rows(connection, sql), key=lambda row: str(row[0]))}


def _table(name: str, columns: list[Row], statistics: list[Row], keys: list[Row]) -> dict[str, Any]:
    primary_key, indexes = None, []
    for index_name, group in groupby(statistics, key=lambda row: row[1]):
        if index_name == "PRIMARY":
            primary_key = {"name": None, "columns": [row[4] for row in group]}
        else:
            indexes.append(_index(index_name, list(group)))
    return {
        "schema": None,
        "name": name,
        "columns": [
            {"name": column, "type": kind, "nullable": nullable == "YES"}
            for _, column, kind, nullable in columns
        ],
        "primary_key": primary_key,
        "indexes": indexes,
        "foreign_keys": [
            _foreign_key(key, list(group)) for key, group in groupby(keys, key=lambda row: row[1])
        ],
    }


def _index(name: str, rows: list[Row]) -> dict[str, Any]:
    keys = []
    for _, _, _, method, column, expression, collation, length in rows:
        key: dict[str, Any] = {"column": column} if column is not None else {"expression": expression}
        key["order"] = "desc" if collation == "D" else "asc"
        if length is not None and method != "SPATIAL":
            key["length"] = length
        keys.append(key)
    return {
        "name": name,
        "unique": not rows[0][2],
        "keys": keys,
        "method": rows[0][3].lower(),
        "where": None,
        "include": [],
        "nulls_distinct": True,
        "source": "index",
    }


def _foreign_key(name: str, rows: list[Row]) -> dict[str, Any]:
    return {
        "name": name,
        "columns": [row[5] for row in rows],
        "ref_schema": None,
        "ref_table": rows[0][2],
        "ref_columns": [row[6] for row in rows],
        "on_delete": rows[0][3].lower(),
        "on_update": rows[0][4].lower(),
    }
