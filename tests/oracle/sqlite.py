"""Asks a SQLite database what its schema is, and prints it as the catalog JSON.

SQLite keeps no names for primary keys, unique constraints and foreign keys, so those are null here. Virtual
tables and the shadow tables under them are left out. A column is nullable unless SQLite refuses or replaces
a null: declared NOT NULL, an INTEGER PRIMARY KEY, or a key of a WITHOUT ROWID table.
"""

from __future__ import annotations

import re
import sqlite3
from typing import Any

_TOKEN = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|--[^\n]*|/\*.*?\*/|.""", re.DOTALL
)


def catalog(connection: sqlite3.Connection) -> dict[str, Any]:
    """The catalog of the main database of a connection."""
    rows = connection.execute(
        "select name, wr from pragma_table_list where schema = 'main' and type = 'table'"
        " and name not like 'sqlite\\_%' escape '\\' order by name"
    ).fetchall()
    return {"dialect": "sqlite", "tables": [_table(connection, *row) for row in rows]}


def _pragma(connection: sqlite3.Connection, name: str, argument: str) -> list[tuple[Any, ...]]:
    return connection.execute(f"select * from pragma_{name}(?)", [argument]).fetchall()


def _table(connection: sqlite3.Connection, name: str, without_rowid: int) -> dict[str, Any]:
    information = [row for row in _pragma(connection, "table_xinfo", name) if row[6] != 1]
    key = sorted((row[5], row[1]) for row in information if row[5])
    listed = _pragma(connection, "index_list", name)
    rowid = len(key) == 1 and not without_rowid and not any(row[3] == "pk" for row in listed)
    columns = [
        {"name": column, "type": kind, "nullable": not (not_null or (place and (rowid or without_rowid)))}
        | ({"default": default} if default is not None else {})
        | ({"generated": True} if hidden in (2, 3) else {})
        for _, column, kind, not_null, default, place, hidden in information
    ]
    indexes = [
        _index(connection, index, bool(unique), origin, bool(partial))
        for _, index, unique, origin, partial in (row[:5] for row in listed)
        if origin != "pk"
    ]
    return {
        "schema": None,
        "name": name,
        "columns": columns,
        "primary_key": {"name": None, "columns": [column for _, column in key]} if key else None,
        "indexes": sorted(indexes, key=repr),
        "foreign_keys": sorted(_foreign_keys(connection, name), key=repr),
    }


def _index(
    connection: sqlite3.Connection, name: str, unique: bool, origin: str, partial: bool
) -> dict[str, Any]:
    (sql,) = connection.execute("select sql from sqlite_schema where name = ?", [name]).fetchone()
    written, predicate = _index_parts(sql) if sql else ([], None)
    keys = []
    for position, _, column, descending, collation, is_key in _pragma(connection, "index_xinfo", name):
        if is_key:
            key = {"column": column} if column else {"expression": written[position]}
            key["order"] = "desc" if descending else "asc"
            if column and collation != "BINARY":
                key["collation"] = collation
            keys.append(key)
    return {
        "name": name if origin == "c" else None,
        "unique": unique,
        "keys": keys,
        "method": "btree",
        "where": predicate if partial else None,
        "include": [],
        "nulls_distinct": True,
        "source": "unique" if origin == "u" else "index",
    }


def _index_parts(sql: str) -> tuple[list[str], str | None]:
    """The key expressions and the predicate of a CREATE INDEX statement, as written."""
    keys: list[str] = []
    depth, text, tokens = 0, "", _TOKEN.findall(sql)
    for position, token in enumerate(tokens):
        if token.startswith(("--", "/*")):
            continue
        if token == "(":
            depth += 1
            if depth == 1:
                continue
        elif token == ")":
            depth -= 1
        if depth == 0 and token == ")":
            keys.append(_subject(text))
            where = re.match(r"\s*where\s+(.*)", "".join(tokens[position + 1 :]), re.IGNORECASE | re.DOTALL)
            return keys, where[1].strip() if where else None
        if depth == 1 and token == ",":
            keys.append(_subject(text))
            text = ""
        elif depth:
            text += token
    return keys, None


def _subject(text: str) -> str:
    """A key as written, less its direction and collation."""
    return re.sub(r"(\s+collate\s+\S+)?(\s+(asc|desc))?$", "", text.strip(), flags=re.IGNORECASE)


def _foreign_keys(connection: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for number, _, target, column, target_column, on_update, on_delete, _ in _pragma(
        connection, "foreign_key_list", table
    ):
        key = found.setdefault(
            number,
            {
                "name": None,
                "columns": [],
                "ref_schema": None,
                "ref_table": target,
                "ref_columns": [],
                "on_delete": on_delete.lower(),
                "on_update": on_update.lower(),
            },
        )
        key["columns"].append(column)
        if target_column:
            key["ref_columns"].append(target_column)
    for key in found.values():
        if not key["ref_columns"]:
            parent = _pragma(connection, "table_xinfo", key["ref_table"])
            key["ref_columns"] = [
                column for _, column in sorted((row[5], row[1]) for row in parent if row[5])
            ]
    return list(found.values())
