"""Table constraints, and the elements between the brackets of CREATE TABLE."""

from __future__ import annotations

from schemalint.catalog import Check, Column, ForeignKey, Index
from schemalint.frontends.sql.columns import (
    ColumnParts,
    is_at_deferral,
    read_check,
    read_column_constraints,
    read_columns,
    read_deferral,
    read_nulls_distinct,
    read_references,
    read_type,
)
from schemalint.frontends.sql.cursor import Cursor, NotUnderstood
from schemalint.frontends.sql.indexes import read_keys, skip_index_option
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY
from schemalint.operations import Like
from schemalint.source import Span

_ALWAYS = frozenset({"CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK"})
_MYSQL_ONLY = frozenset({"INDEX", "KEY", "FULLTEXT", "SPATIAL"})


class Elements:
    """What has been read of a table's columns and constraints, in the order in which it is written."""

    def __init__(self) -> None:
        self.columns: list[Column] = []
        self.indexes: list[Index] = []
        self.foreign_keys: list[ForeignKey] = []
        self.checks: list[Check] = []
        self.likes: list[Like] = []
        self.if_not_exists = False
        self.not_understood: list[tuple[str, Span]] = []

    def add_column(self, parts: ColumnParts, cursor: Cursor) -> None:
        """Take over a column and its own constraints."""
        self.columns.append(parts.column(cursor, cursor.first))
        self.indexes += parts.indexes
        self.foreign_keys += parts.foreign_keys
        self.checks += parts.checks


def is_constraint(cursor: Cursor) -> bool:
    """Whether a table constraint, and not a column, comes next."""
    word = cursor.word
    if word in _ALWAYS:
        return True
    if cursor.dialect in MYSQL_FAMILY:
        return word in _MYSQL_ONLY
    return word == "EXCLUDE" and cursor.ahead(1) in ("USING", "(") and cursor.dialect in POSTGRESQL_FAMILY


def read_elements(cursor: Cursor, first: int, last: int) -> Elements:
    """Everything between the brackets of a CREATE TABLE. What is not understood hides only itself."""
    elements = Elements()
    for item in cursor.items(first, last):
        try:
            if is_constraint(item):
                read_constraint(item, elements)
                while not item.at_end() and item.dialect == "sqlite" and is_constraint(item):
                    item.first = item.at  # SQLite does not ask for the comma
                    read_constraint(item, elements)
                if not item.at_end():
                    raise NotUnderstood(f"{item.word} behind a constraint")
            elif item.word == "LIKE" and item.dialect != "sqlite":
                elements.likes.append(read_like(item))
            elif not (item.word == "PERIOD" and item.ahead(1) == "FOR"):
                _read_column_element(item, elements)
        except NotUnderstood as problem:
            elements.not_understood.append((str(problem), item.span(item.first, item.end)))
    return elements


def _read_column_element(item: Cursor, elements: Elements) -> None:
    parts = ColumnParts(item.identifier())
    if not item.accept("WITH", "OPTIONS"):  # of a column that a type or a partitioned table declares
        parts.type = read_type(item)
    try:
        read_column_constraints(item, parts)
    finally:
        elements.add_column(parts, item)


def read_like(cursor: Cursor) -> Like:
    """LIKE source [INCLUDING …]."""
    cursor.expect("LIKE")
    source = cursor.name()
    including: set[str] = set()
    while not cursor.at_end():
        if cursor.accept("INCLUDING"):
            including.add(cursor.advance().lower())
        elif cursor.accept("EXCLUDING"):
            word = cursor.advance().lower()
            including.discard(word)
            if "all" in including:
                including.add(f"-{word}")
        else:
            raise NotUnderstood(f"{cursor.word} in LIKE")
    return Like(source=source, including=frozenset(including))


def read_constraint(item: Cursor, elements: Elements) -> None:
    """One table constraint, in CREATE TABLE or behind ALTER TABLE … ADD."""
    name = None
    if item.accept("CONSTRAINT"):
        elements.if_not_exists = item.if_not_exists()
        if item.word not in _ALWAYS:
            name = item.identifier()
    word = item.word
    if word == "PRIMARY":
        item.at += 1
        item.expect("KEY")
        elements.indexes.append(_read_key_constraint(item, name, "primary key"))
    elif word == "UNIQUE":
        item.at += 1
        elements.indexes.append(_read_key_constraint(item, name, "unique constraint"))
    elif word == "FOREIGN":
        item.at += 1
        item.expect("KEY")
        elements.if_not_exists = item.if_not_exists() or elements.if_not_exists
        if item.word != "(":
            index_name = item.identifier()
            name = name or index_name  # MariaDB names the key and its index by it
        columns = read_columns(item)
        item.expect("REFERENCES")
        elements.foreign_keys.append(read_references(item, columns, name, item.first))
    elif word == "CHECK":
        item.at += 1
        elements.checks.append(read_check(item, name, item.first))
        item.accept("NOT")
        item.accept("ENFORCED")
    elif word == "EXCLUDE":
        item.at += 1
        elements.indexes.append(_read_exclusion(item, name))
    elif word == "NOT" and item.accept("NOT", "NULL"):
        _read_not_null(item, elements)
    elif word in _MYSQL_ONLY:
        elements.indexes.append(_read_mysql_index(item, elements))
    else:
        raise NotUnderstood(f"constraint {word}")
    if not item.at_end() and item.dialect != "sqlite":
        raise NotUnderstood(f"{item.word} behind a constraint")


def _read_key_constraint(item: Cursor, name: str | None, origin: str) -> Index:
    primary = origin == "primary key"
    mysql = item.dialect in MYSQL_FAMILY
    if mysql:
        if not primary:
            item.accept("KEY") or item.accept("INDEX")
            item.if_not_exists()
        if item.word not in ("(", "USING"):
            name = item.identifier()
        if primary:
            name = None
        if item.accept("USING"):
            item.identifier()
    elif item.dialect == "cockroachdb" and item.accept("INDEX") and item.word != "(":
        name = item.identifier()
    nulls_distinct = read_nulls_distinct(item)
    while item.word in ("CLUSTERED", "NONCLUSTERED"):
        item.at += 1
    keys = read_keys(item)
    include: tuple[str, ...] = ()
    deferrable, deferred, visible = False, False, True
    while not item.at_end():
        if item.accept("INCLUDE"):
            include = read_columns(item)
        elif is_at_deferral(item) and not mysql:
            deferrable, deferred = read_deferral(item)
        elif item.word == "WITH" and item.ahead(1) == "(":
            item.at += 1
            item.skip_parentheses()
        elif item.accept("USING", "INDEX", "TABLESPACE") or item.accept("ON", "CONFLICT"):
            item.advance()
        elif mysql:
            visible = skip_index_option(item) and visible
            if item.accept("USING"):
                item.identifier()
        elif is_constraint(item) and item.dialect == "sqlite":
            break
        else:
            raise NotUnderstood(f"{item.word} behind a key")
    return Index(
        name=name,
        keys=keys,
        unique=True,
        include=include,
        nulls_distinct=nulls_distinct,
        immediate=not deferrable,
        deferred=deferred,
        visible=visible,
        origin="primary key" if primary else "unique constraint",
        span=item.span(item.first),
    )


def _read_exclusion(item: Cursor, name: str | None) -> Index:
    method = item.identifier().lower() if item.accept("USING") else "btree"
    keys = read_keys(item, method)
    include: tuple[str, ...] = ()
    predicate, deferrable, deferred = None, False, False
    while not item.at_end():
        if item.accept("INCLUDE"):
            include = read_columns(item)
        elif item.accept("WHERE"):
            first, last = item.skip_parentheses()
            predicate = item.source(first, last)
        elif is_at_deferral(item):
            deferrable, deferred = read_deferral(item)
        elif item.word == "WITH" and item.ahead(1) == "(":
            item.at += 1
            item.skip_parentheses()
        else:
            raise NotUnderstood(f"{item.word} in EXCLUDE")
    return Index(
        name=name,
        keys=keys,
        method=method,
        predicate=predicate,
        include=include,
        immediate=not deferrable,
        deferred=deferred,
        origin="exclusion constraint",
        span=item.span(item.first),
    )


def _read_not_null(item: Cursor, elements: Elements) -> None:
    """PostgreSQL 18's NOT NULL as a table constraint."""
    column = item.identifier()
    item.accept("NO", "INHERIT")
    item.accept("NOT", "VALID")
    for position, known in enumerate(elements.columns):
        if known.name == column:
            elements.columns[position] = Column(
                name=known.name,
                type=known.type,
                nullable=False,
                default=known.default,
                generated=known.generated,
                stored=known.stored,
                identity=known.identity,
                collation=known.collation,
                span=known.span,
            )
            return
    raise NotUnderstood("NOT NULL on an unknown column")


def _read_mysql_index(item: Cursor, elements: Elements) -> Index:
    kind = item.accept_any(frozenset({"FULLTEXT", "SPATIAL"}))
    item.accept_any(frozenset({"INDEX", "KEY"}))
    elements.if_not_exists = item.if_not_exists()
    name = None
    method = kind.lower() or "btree"
    if item.word not in ("(", "USING"):
        name = item.identifier()
    if item.accept("USING"):
        method = item.identifier().lower()
    keys = read_keys(item)
    visible = True
    while not item.at_end():
        visible = skip_index_option(item) and visible
        if item.accept("USING"):
            method = item.identifier().lower()
    return Index(name=name, keys=keys, method=method, visible=visible, span=item.span(item.first))
