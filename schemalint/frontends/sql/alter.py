"""ALTER INDEX, VIEW, TYPE and SCHEMA."""

from __future__ import annotations

from schemalint.frontends.sql.alter_table import read_alter_table
from schemalint.frontends.sql.create import read_label, read_view
from schemalint.frontends.sql.cursor import Cursor, NotUnderstood
from schemalint.knowledge.dialects import MYSQL_FAMILY
from schemalint.operations import (
    AlterIndex,
    AlterType,
    MoveTable,
    Opaque,
    Operation,
    RenameIndex,
    RenameSchema,
    RenameTable,
)
from schemalint.source import Span

_HARMLESS = frozenset(
    "FUNCTION PROCEDURE TRIGGER POLICY EXTENSION ROLE USER GROUP SEQUENCE PUBLICATION SUBSCRIPTION"
    " OPERATOR AGGREGATE CAST COLLATION CONVERSION DATABASE EVENT RULE STATISTICS SERVER LANGUAGE SYSTEM"
    " DEFAULT ROUTINE TEXT TABLESPACE LARGE DOMAIN INSTANCE FOREIGN".split()
)


_BEFORE_VIEW = frozenset({"VIEW", "ALGORITHM", "DEFINER", "SQL"})


def read_alter(cursor: Cursor) -> list[Operation]:
    """ALTER …, from behind that word."""
    word = cursor.advance().upper()
    if word == "FOREIGN" and cursor.accept("TABLE"):
        return read_alter_table(cursor)
    if word in ("ONLINE", "IGNORE") and cursor.accept("TABLE"):
        return read_alter_table(cursor)
    if word == "TABLE":
        return read_alter_table(cursor)
    if word == "INDEX":
        return _read_alter_index(cursor)
    if word in _BEFORE_VIEW and cursor.dialect in MYSQL_FAMILY and _names_view(cursor):
        return read_view(cursor.inside(cursor.first, cursor.end), replace=True)  # which is made anew
    if word in ("VIEW", "MATERIALIZED"):
        cursor.accept("VIEW")
        return _read_alter_view(cursor)
    if word == "TYPE" or (word == "DOMAIN" and _moves(cursor)):
        return _read_alter_type(cursor)
    if word == "SCHEMA" and cursor.dialect not in MYSQL_FAMILY:
        name = cursor.identifier()
        if cursor.accept("RENAME", "TO"):
            return [RenameSchema(name=name, new_name=cursor.identifier(), span=_whole(cursor))]
        return []
    if word in _HARMLESS or word == "SCHEMA":
        return []
    raise NotUnderstood(f"ALTER {word}")


def _moves(cursor: Cursor) -> bool:
    """Whether a domain gets another name or schema; what else becomes of it is in no catalog."""
    return cursor.words[cursor.end - 3 : cursor.end - 1] in (["RENAME", "TO"], ["SET", "SCHEMA"])


def _names_view(cursor: Cursor) -> bool:
    return "VIEW" in cursor.words[cursor.first : cursor.end]


def _whole(cursor: Cursor) -> Span:
    return cursor.span(cursor.first, cursor.end)


def _read_alter_index(cursor: Cursor) -> list[Operation]:
    if_exists = cursor.if_exists()
    if cursor.word == "ALL":
        return []
    index = cursor.name()
    span = _whole(cursor)
    if cursor.accept("RENAME", "TO"):
        return [RenameIndex(index=index, new_name=cursor.identifier(), if_exists=if_exists, span=span)]
    if cursor.accept("ATTACH", "PARTITION"):
        return [AlterIndex(index=index, valid=True, span=span)]
    return []


def _read_alter_view(cursor: Cursor) -> list[Operation]:
    if_exists = cursor.if_exists()
    view = cursor.name()
    span = _whole(cursor)
    if cursor.accept("RENAME", "TO"):
        return [RenameTable(table=view, new_name=cursor.name(), if_exists=if_exists, span=span)]
    if cursor.accept("SET", "SCHEMA"):
        return [MoveTable(table=view, schema=cursor.identifier(), if_exists=if_exists, span=span)]
    if cursor.word == "RENAME":
        return [Opaque(reason="a column of a view gets another name", tables=(view,), span=span)]
    return []


def _read_alter_type(cursor: Cursor) -> list[Operation]:
    name = cursor.name()
    span = _whole(cursor)
    if cursor.accept("ADD", "VALUE"):
        cursor.if_not_exists()
        label = read_label(cursor)
        before = read_label(cursor) if cursor.accept("BEFORE") else None
        after = read_label(cursor) if cursor.accept("AFTER") else None
        change = AlterType(name=name, add_label=label, before=before, after=after, span=span)
    elif cursor.accept("RENAME", "TO"):
        change = AlterType(name=name, new_name=cursor.identifier(), span=span)
    elif cursor.accept("RENAME", "VALUE"):
        old = read_label(cursor)
        cursor.expect("TO")
        change = AlterType(name=name, rename_label=(old, read_label(cursor)), span=span)
    elif cursor.accept("SET", "SCHEMA"):
        change = AlterType(name=name, new_schema=cursor.identifier(), span=span)
    elif "ATTRIBUTE" in cursor.words[cursor.at : cursor.end]:
        return [Opaque(reason=f"the attributes of {name} change", tables=(), span=span)]
    else:
        return []
    cursor.expect_end()
    return [change]
