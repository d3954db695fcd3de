"""One statement to operations; what cannot concern the catalog gives none."""

from __future__ import annotations

from collections.abc import Callable

from schemalint.catalog import Name
from schemalint.frontends.sql.alter import read_alter
from schemalint.frontends.sql.create import read_create, read_select_into
from schemalint.frontends.sql.cursor import Cursor, NotUnderstood, Ungrammatical
from schemalint.frontends.sql.drop import read_drop
from schemalint.frontends.sql.rows import read_rows
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY
from schemalint.operations import (
    Opaque,
    Operation,
    RenameTable,
)
from schemalint.operations.session import SetForeignKeyChecks, SetLegacyAlterTable, SetSearchPath
from schemalint.source import Span

_ROWS = frozenset({"INSERT", "UPDATE", "DELETE", "TRUNCATE", "COPY", "MERGE", "REPLACE", "LOAD"})
_HARMLESS = frozenset(
    "GRANT REVOKE COMMENT ANALYZE VACUUM SHOW BEGIN START COMMIT ROLLBACK SAVEPOINT RELEASE LOCK"
    " UNLOCK USE REFRESH REINDEX CLUSTER NOTIFY LISTEN UNLISTEN EXPLAIN END ABORT CHECKPOINT"
    " DECLARE FETCH CLOSE MOVE OPTIMIZE REPAIR FLUSH KILL DESCRIBE DESC HELP SECURITY REASSIGN"
    " PREPARE DEALLOCATE ATTACH DETACH VALUES TABLE IMPORT LOAD SIGNAL SET WITH CHECK CHECKSUM CHANGE HANDLER"
    " INSTALL UNINSTALL STOP RESIGNAL XA PERFORM".split()
)
_ALONE = frozenset({"BEGIN", "COMMIT", "END", "ROLLBACK"})
_SCRIPTED = frozenset({"CALL", "DO", "EXECUTE"})
"""What only a connection can read, which remembers routines and values."""


def read_statement(cursor: Cursor) -> list[Operation]:
    """The operations of one statement; an Opaque one where something in it was not understood."""
    word = cursor.word
    reader = _READERS.get(word)
    try:
        if reader is not None:
            cursor.at += 1
            return reader(cursor)
        if word in _ROWS:
            return [read_rows(cursor)]
        if word == "WITH" and cursor.dialect == "mariadb" and _changes_rows(cursor):
            reason = "WITH before UPDATE or DELETE, which not every MariaDB takes"
            return [Opaque(reason=reason, tables=(), span=_span(cursor))]
        if word in _HARMLESS or word == "(":
            if cursor.ahead(1) == ":" and word in _ALONE:
                raise cursor.deviation(f"a colon stands behind {word}")
            return []
        reason = f"no statement begins with {word[:40]}"
        raise NotUnderstood(reason) if word in _SCRIPTED or not word.isalpha() else cursor.deviation(reason)
    except NotUnderstood as problem:
        ungrammatical = isinstance(problem, Ungrammatical)
        tables = _tables_of(cursor)
        return [Opaque(reason=str(problem), tables=tables, ungrammatical=ungrammatical, span=_span(cursor))]


def _changes_rows(cursor: Cursor) -> bool:
    """Whether what follows the parts of WITH is an UPDATE or a DELETE."""
    depth = 0
    for word in cursor.words[cursor.first : cursor.end]:
        depth += (word == "(") - (word == ")")
        if depth == 0 and word in ("SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE"):
            return word in ("UPDATE", "DELETE")
    return False


def _span(cursor: Cursor) -> Span:
    return cursor.span(cursor.first, cursor.end)


def _tables_of(cursor: Cursor) -> tuple[Name, ...] | None:
    """The table that a statement which failed is about, where its beginning tells."""
    words = cursor.words
    for at in range(cursor.first, min(cursor.first + 5, cursor.end)):
        if words[at] == "TABLE":
            cursor.at = at + 1
            try:
                cursor.if_not_exists() or cursor.if_exists()
                cursor.accept("ONLY")
                return (cursor.name(),)
            except NotUnderstood:
                return None
    return None


def _read_set(cursor: Cursor) -> list[Operation]:
    """SET search_path or SCHEMA, and MySQL's SET foreign_key_checks.

    Every other setting leaves the catalog alone.
    """
    if cursor.dialect in MYSQL_FAMILY:
        return _read_foreign_key_checks(cursor)
    local = cursor.accept("LOCAL")
    cursor.accept("SESSION")
    if not cursor.accept("SCHEMA"):
        if not cursor.accept("SEARCH_PATH"):
            return []
        if not cursor.accept("TO") and not cursor.accept("="):
            return []
    schemas: list[str | None] = []
    for item in cursor.items(cursor.at, cursor.end):
        text = item.advance()
        schema = text[1:-1] if text[0] in "'\"" else text.lower()
        if schema not in ("$user", "default", ""):
            schemas.append(None if schema == "public" else schema)
        elif schema == "default":
            schemas.append(None)
    return [SetSearchPath(schemas=tuple(schemas), local=local, span=cursor.span(cursor.first, cursor.end))]


def _read_reset(cursor: Cursor) -> list[Operation]:
    """RESET search_path, RESET ALL and DISCARD ALL: names are looked up where they were at first."""
    if cursor.dialect not in POSTGRESQL_FAMILY or cursor.word not in ("SEARCH_PATH", "ALL"):
        return []
    return [SetSearchPath(schemas=(None,), span=_span(cursor))]


def _read_foreign_key_checks(cursor: Cursor) -> list[Operation]:
    """The last assignment to the variable of the session in SET a = …, @@b = …."""
    found: list[Operation] = []
    for item in cursor.items(cursor.at, cursor.end):
        item.accept_any(frozenset({"SESSION", "LOCAL"}))
        if item.advance().strip("@`").lower().removeprefix("session.") != "foreign_key_checks":
            continue
        value = item.texts[item.end - 1].strip("'\"").lower() if item.end - item.at == 2 else ""
        found = [SetForeignKeyChecks(enabled=_SWITCH.get(value), span=_span(cursor))]
    return found


def _read_pragma(cursor: Cursor) -> list[Operation]:
    """PRAGMA legacy_alter_table = …, or in brackets; no other one is about the schema."""
    name, sign, value = (cursor.ahead(distance) for distance in range(3))
    if name != "LEGACY_ALTER_TABLE" or sign not in ("=", "("):
        return []
    enabled = _SWITCH.get(value.strip("'\"").lower(), False)
    return [SetLegacyAlterTable(enabled=enabled, span=_span(cursor))]


_SWITCH = {
    "0": False,
    "off": False,
    "false": False,
    "1": True,
    "on": True,
    "true": True,
    "default": True,
    "yes": True,
}


def _read_select(cursor: Cursor) -> list[Operation]:
    """SELECT pg_catalog.set_config('search_path', …), as pg_dump writes it, and SELECT … INTO table.

    Other queries do nothing.
    """
    words = cursor.words
    if "INTO" in words[cursor.at : cursor.end] and cursor.dialect in POSTGRESQL_FAMILY:
        place = _place_of_into(cursor)
        return [] if place is None else read_select_into(cursor, place)
    if "SET_CONFIG" in words[cursor.at : cursor.at + 4]:
        at = words.index("SET_CONFIG", cursor.at)
        arguments = cursor.texts[at + 2 : at + 7]
        if arguments[:1] == ["'search_path'"] and len(arguments) == 5:
            parts = [part.strip().strip('"') for part in arguments[2][1:-1].split(",")]
            schemas = tuple(None if part == "public" else part for part in parts if part and part != "$user")
            local = arguments[4].lower() == "true"
            return [SetSearchPath(schemas=schemas, local=local, span=cursor.span(cursor.first, cursor.end))]
    return []


def _place_of_into(cursor: Cursor) -> int | None:
    """Where INTO stands in a SELECT, outside brackets."""
    depth = 0
    for at in range(cursor.at, cursor.end):
        word = cursor.words[at]
        depth += (word == "(") - (word == ")")
        if word == "INTO" and depth == 0:
            return at
    return None


def _read_rename(cursor: Cursor) -> list[Operation]:
    """MySQL's RENAME TABLE a TO b, c TO d."""
    if cursor.dialect not in MYSQL_FAMILY or not (cursor.accept("TABLE") or cursor.accept("TABLES")):
        return []
    span = cursor.span(cursor.first, cursor.end)
    if_exists = cursor.if_exists()
    found: list[Operation] = []
    for item in cursor.items(cursor.at, cursor.end):
        table = item.name()
        item.expect("TO")
        found.append(RenameTable(table=table, new_name=item.name(), if_exists=if_exists, span=span))
    return found


_READERS: dict[str, Callable[[Cursor], list[Operation]]] = {
    "CREATE": read_create,
    "ALTER": read_alter,
    "DROP": read_drop,
    "SET": _read_set,
    "RESET": _read_reset,
    "DISCARD": _read_reset,
    "PRAGMA": _read_pragma,
    "SELECT": _read_select,
    "RENAME": _read_rename,
}
