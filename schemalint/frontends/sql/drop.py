"""DROP TABLE, VIEW, INDEX, TYPE, SEQUENCE and SCHEMA."""

from __future__ import annotations

from schemalint.catalog import RelationKind
from schemalint.frontends.sql.cursor import Cursor
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY
from schemalint.operations import (
    DropIndex,
    DropSchema,
    DropSequence,
    DropTable,
    DropType,
    Opaque,
    Operation,
)
from schemalint.operations.rows import DropFunction, DropTrigger

_HARMLESS = frozenset(
    "FUNCTION PROCEDURE TRIGGER POLICY EXTENSION ROLE USER GROUP SEQUENCE PUBLICATION SUBSCRIPTION OPERATOR"
    " AGGREGATE CAST COLLATION CONVERSION DATABASE EVENT RULE STATISTICS SERVER LANGUAGE TRANSFORM ACCESS"
    " TABLESPACE TEXT OWNED ROUTINE PREPARE PROCEDURAL PACKAGE".split()
)


def read_drop(cursor: Cursor) -> list[Operation]:
    """DROP …, from behind that word. Dropping what is in no catalog gives no operation."""
    word = cursor.advance().upper()
    if word in ("TEMPORARY", "FOREIGN", "MATERIALIZED"):
        kind: RelationKind = "materialized view" if word == "MATERIALIZED" else "table"
        cursor.advance()
        return _read_tables(cursor, kind)
    if word == "TABLE":
        return _read_tables(cursor, "table")
    if word == "VIEW":
        return _read_tables(cursor, "view")
    if word == "INDEX":
        return _read_indexes(cursor)
    if word in ("TYPE", "DOMAIN"):
        return _read_names(cursor, DropType)
    if word == "SEQUENCE" and cursor.dialect in POSTGRESQL_FAMILY:
        return _read_names(cursor, DropSequence)
    if word == "SCHEMA" and cursor.dialect not in MYSQL_FAMILY:
        if_exists = cursor.if_exists()
        schemas = [cursor.identifier()]
        while cursor.accept(","):
            schemas.append(cursor.identifier())
        cascade = _read_end(cursor)
        span = cursor.span(cursor.first, cursor.end)
        return [DropSchema(name=name, if_exists=if_exists, cascade=cascade, span=span) for name in schemas]
    if word == "TRIGGER" and cursor.dialect in POSTGRESQL_FAMILY:
        certain = not cursor.if_exists()
        name = cursor.identifier()
        cursor.expect("ON")
        span = cursor.span(cursor.first, cursor.end)
        return [DropTrigger(verb="drop trigger", table=cursor.name(), name=name, certain=certain, span=span)]
    if word == "FUNCTION" and cursor.dialect in POSTGRESQL_FAMILY:
        return _read_functions(cursor)
    if word == "EXTENSION" and cursor.words[cursor.end - 1] == "CASCADE":
        return [Opaque(reason="what rests on an extension goes with it", span=cursor.span(cursor.first))]
    if word == "AGGREGATE" and "(" not in cursor.words[cursor.at : cursor.end]:
        raise cursor.deviation("an aggregate without its arguments")
    if word in _HARMLESS or word == "SCHEMA":
        return []
    raise cursor.deviation(f"there is no DROP {word[:40]}")


def _read_end(cursor: Cursor) -> bool:
    """Whether CASCADE ends the statement; NotUnderstood where more follows, such as another statement.

    SQLite has no such word. The options of other databases are left alone.
    """
    cascade = cursor.dialect != "sqlite" and cursor.accept("CASCADE")
    if cursor.dialect == "postgresql":
        cursor.accept("RESTRICT")
    if cursor.dialect in ("postgresql", "sqlite"):
        cursor.expect_end()
    return cascade


def _read_tables(cursor: Cursor, kind: RelationKind) -> list[Operation]:
    if_exists = cursor.if_exists()
    names = cursor.names()
    cascade = _read_end(cursor)
    span = cursor.span(cursor.first, cursor.end)
    last = len(names) - 1
    return [
        DropTable(
            table=name,
            kind=kind,
            if_exists=if_exists,
            cascade=cascade,
            span=span,
            goes_on=position < last,
        )
        for position, name in enumerate(names)
    ]


def _read_functions(cursor: Cursor) -> list[Operation]:
    """DROP FUNCTION a, b(int) [CASCADE]."""
    cursor.if_exists()
    span = cursor.span(cursor.first, cursor.end)
    cascade = cursor.words[cursor.end - 1] == "CASCADE"
    names = []
    while True:
        names.append(cursor.name())
        if cursor.word == "(":
            cursor.skip_parentheses()
        if not cursor.accept(","):
            break
    return [DropFunction(verb="drop function", function=name, cascade=cascade, span=span) for name in names]


def _read_names(cursor: Cursor, verb: type[DropType | DropSequence]) -> list[Operation]:
    if_exists = cursor.if_exists()
    names = cursor.names()
    cascade = _read_end(cursor)
    span = cursor.span(cursor.first, cursor.end)
    return [verb(name=name, if_exists=if_exists, cascade=cascade, span=span) for name in names]


def _read_indexes(cursor: Cursor) -> list[Operation]:
    concurrently = cursor.accept("CONCURRENTLY")
    if_exists = cursor.if_exists()
    names = cursor.names()
    table = cursor.name() if cursor.accept("ON") else None
    if table is not None and cursor.dialect in ("postgresql", "sqlite"):
        raise cursor.deviation("ON in DROP INDEX")
    if concurrently and len(names) > 1:
        raise cursor.deviation("several indexes are dropped CONCURRENTLY in one statement")
    cascade = _read_end(cursor)
    span = cursor.span(cursor.first, cursor.end)
    return [
        DropIndex(
            index=name,
            table=table,
            if_exists=if_exists,
            cascade=cascade,
            concurrently=concurrently,
            span=span,
        )
        for name in names
    ]
