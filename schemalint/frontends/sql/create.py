"""CREATE TABLE, VIEW, TYPE and SCHEMA."""

from __future__ import annotations

from schemalint.catalog import Name, RelationKind, Table
from schemalint.frontends.sql.columns import read_character_set
from schemalint.frontends.sql.constraints import Elements, read_elements, read_like
from schemalint.frontends.sql.cursor import Cursor, NotUnderstood
from schemalint.frontends.sql.indexes import read_create_index
from schemalint.frontends.sql.queries import result_of
from schemalint.frontends.sql.view_queries import read_view_query
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY
from schemalint.knowledge.expressions import NOT_KNOWN
from schemalint.operations import (
    CreateSchema,
    CreateTable,
    CreateType,
    CreateView,
    DropTable,
    Like,
    Opaque,
    Operation,
)
from schemalint.operations.rows import CreateTrigger

_MODIFIERS = frozenset({"GLOBAL", "LOCAL", "TEMP", "TEMPORARY", "UNLOGGED", "FOREIGN", "VIRTUAL"})
_HARMLESS = frozenset(
    "FUNCTION PROCEDURE TRIGGER POLICY EXTENSION ROLE USER GROUP SEQUENCE PUBLICATION SUBSCRIPTION OPERATOR"
    " AGGREGATE CAST COLLATION CONVERSION DATABASE EVENT RULE STATISTICS SERVER LANGUAGE TRANSFORM ACCESS"
    " TABLESPACE TEXT CONSTRAINT DEFAULT TRUSTED PROCEDURAL EXTERNAL PACKAGE DEFINER".split()
)


def read_create(cursor: Cursor) -> list[Operation]:
    """CREATE …, from behind that word. What makes no tables, indexes, views or types gives no operation."""
    replace = cursor.accept("OR", "REPLACE")
    modifiers: set[str] = set()
    while modifier := cursor.accept_any(_MODIFIERS):
        modifiers.add(modifier)
    word = cursor.word
    if word == "TABLE":
        cursor.at += 1
        return read_create_table(cursor, modifiers, replace=replace)
    if word in ("UNIQUE", "FULLTEXT", "SPATIAL", "CLUSTERED", "NONCLUSTERED"):
        cursor.at += 1
        while cursor.accept("CLUSTERED") or cursor.accept("NONCLUSTERED"):
            pass
        if cursor.accept("INDEX"):
            return read_create_index(cursor, word)
    elif word == "INDEX":
        cursor.at += 1
        return read_create_index(cursor, "")
    elif word == "SCHEMA" and cursor.dialect not in MYSQL_FAMILY:
        cursor.at += 1
        return _read_schema(cursor)
    elif word in ("TYPE", "DOMAIN"):
        cursor.at += 1
        return _read_type(cursor)
    elif word in ("VIEW", "MATERIALIZED", "RECURSIVE", "ALGORITHM", "SQL"):
        view = read_view(cursor, replace=replace)
        return [] if modifiers & {"TEMP", "TEMPORARY"} else view
    elif cursor.accept("TRIGGER") or cursor.accept("CONSTRAINT", "TRIGGER"):
        return _read_trigger(cursor) if cursor.dialect in POSTGRESQL_FAMILY else []
    elif word in _HARMLESS or word == "SCHEMA":
        return []
    raise NotUnderstood(f"CREATE {word}")


def _read_trigger(cursor: Cursor) -> list[Operation]:
    """CREATE TRIGGER name … ON table … EXECUTE FUNCTION function(…)."""
    name = cursor.identifier()
    words = cursor.words
    place = next((at for at in range(cursor.at, cursor.end) if words[at] == "ON"), cursor.end)
    call = next((at for at in range(place, cursor.end) if words[at] == "EXECUTE"), cursor.end)
    if call + 2 >= cursor.end:
        return []
    table = cursor.inside(place + 1, call).name()
    function = cursor.inside(call + 2, cursor.end).name()
    span = cursor.span(cursor.first, cursor.end)
    return [CreateTrigger(verb="create trigger", table=table, name=name, function=function, span=span)]


def read_create_table(cursor: Cursor, modifiers: set[str], *, replace: bool) -> list[Operation]:
    """CREATE TABLE, from behind the word TABLE."""
    if_not_exists = cursor.if_not_exists()
    name = cursor.name()
    kind: RelationKind = "table"
    if "VIRTUAL" in modifiers:
        kind = "virtual table"
    elif "FOREIGN" in modifiers:
        kind = "foreign table"
    partition_of: Name | None = None
    bounds = partitioned_by = None
    elements = Elements()
    inherits: tuple[Name, ...] = ()
    character_set: list[str] = []
    complete = True
    temporary = bool(modifiers & {"TEMP", "TEMPORARY"}) or name.schema == "pg_temp"
    reason = _OF_A_QUERY
    if cursor.accept("PARTITION", "OF"):
        partition_of, kind = cursor.name(), "partition"
    elif cursor.accept("OF"):
        cursor.name()
        complete, reason = False, "the columns of a type"
    if cursor.accept("LIKE"):
        cursor.at -= 1
        elements.likes.append(_mysql_like(cursor))
    elif cursor.word == "(" and cursor.ahead(1) in ("SELECT", "WITH"):
        pass  # CREATE TABLE t (SELECT …)
    elif cursor.word == "(" and kind != "virtual table":
        first, last = cursor.skip_parentheses()
        if cursor.words[first] == "LIKE" and cursor.dialect in MYSQL_FAMILY:
            elements.likes.append(_mysql_like(cursor.inside(first, last)))
        else:
            elements = read_elements(cursor, first, last)
    while not cursor.at_end():
        if cursor.accept("INHERITS"):
            first, last = cursor.skip_parentheses()
            inherits = tuple(item.name() for item in cursor.items(first, last))
        elif cursor.word in ("AS", "SELECT", "WITH") and _starts_query(cursor):
            cursor.accept("AS")
            complete = temporary or read_query(cursor.inside(cursor.at, cursor.end), elements)
            cursor.at = cursor.end
        elif cursor.word == "(":
            cursor.skip_parentheses()
        elif cursor.word == "PARTITION" and cursor.ahead(1) == "BY":
            partitioned_by = _partitioning(cursor)
        elif partition_of is not None and cursor.word in ("FOR", "DEFAULT"):
            bounds = _bounds(cursor)
        elif cursor.dialect in MYSQL_FAMILY and (options := read_character_set(cursor)):
            character_set.append(options)
        else:
            cursor.at += 1
    span = cursor.span(cursor.first, cursor.end)
    table = Table(
        name=name,
        columns=tuple(elements.columns),
        indexes=tuple(elements.indexes),
        foreign_keys=tuple(elements.foreign_keys),
        checks=tuple(elements.checks),
        kind=kind,
        bounds=bounds,
        partitioned_by=partitioned_by,
        complete=complete and not elements.not_understood,
        temporary=temporary,
        character_set=" ".join(character_set) or None,
        span=span,
    )
    found: list[Operation] = []
    if replace:  # MariaDB
        found.append(DropTable(table=name, if_exists=True, span=span))
    found += [
        CreateTable(
            table=table,
            if_not_exists=if_not_exists,
            likes=tuple(elements.likes),
            inherits=inherits,
            partition_of=partition_of,
            span=span,
        )
    ]
    found += [Opaque(reason=reason, tables=(name,), span=place) for reason, place in elements.not_understood]
    if not complete:
        found.append(Opaque(reason=reason, tables=(name,), span=span))
    return found


def read_select_into(cursor: Cursor, at: int) -> list[Operation]:
    """PostgreSQL's SELECT … INTO [TEMP] table FROM …, whose INTO stands at `at`."""
    target = cursor.inside(at + 1, cursor.end)
    temporary = target.accept("TEMP") or target.accept("TEMPORARY")
    target.accept("UNLOGGED")
    target.accept("TABLE")
    name = target.name()
    elements = Elements()
    complete = temporary or read_query(cursor.without(at, target.at), elements)
    span = cursor.span(cursor.first, cursor.end)
    table = Table(
        name=name, columns=tuple(elements.columns), complete=complete, temporary=temporary, span=span
    )
    made = CreateTable(table=table, likes=tuple(elements.likes), span=span)
    return [made] if complete else [made, Opaque(reason=_OF_A_QUERY, tables=(name,), span=span)]


_OF_A_QUERY = "the columns of a query"


def read_query(query: Cursor, elements: Elements) -> bool:
    """Add the columns that a query gives to a table made from it; whether they are known."""
    source = _whole_table(query)
    if source is not None:
        elements.likes.append(Like(source=source, is_query=True))
        return True
    result = result_of(query.source(query.at, query.end), query.dialect)
    if result is None:
        return False
    like = result.like()
    if like is not None:
        elements.likes.append(like)
    else:
        written = {column.name for column in elements.columns}
        made = result.made(query.dialect, query.span(query.at, query.end))
        elements.columns += [column for column in made if column.name not in written]
    return True


def _whole_table(query: Cursor) -> Name | None:
    """The one table of `TABLE t` or `SELECT * FROM t …`."""
    probe = query.inside(query.at, query.end)
    if probe.word == "(":
        first, last = probe.skip_parentheses()
        probe = probe.inside(first, last)
    if not (probe.accept("TABLE") or probe.accept("SELECT", "*", "FROM")) or not probe.is_identifier():
        return None
    name = probe.name()
    return name if probe.word in ("", "WHERE", "LIMIT", "ORDER", "WITH") else None


_BEHIND_PARTITIONING = frozenset({"", "USING", "WITH", "TABLESPACE", "PARTITION"})


def _partitioning(cursor: Cursor) -> str:
    """PARTITION BY …; MySQL's partitions come and go without this being followed."""
    first = cursor.at
    if cursor.dialect in MYSQL_FAMILY:
        cursor.at = cursor.end
        return NOT_KNOWN
    cursor.at += 2
    cursor.identifier()
    cursor.skip_parentheses()
    return cursor.source(first, cursor.at)


def _bounds(cursor: Cursor) -> str:
    """FOR VALUES …, or DEFAULT."""
    first = cursor.at
    while cursor.word not in _BEHIND_PARTITIONING or cursor.ahead(1) == "(":
        cursor.at += 1
    return cursor.source(first, cursor.at)


def _mysql_like(cursor: Cursor) -> Like:
    like = read_like(cursor)
    return Like(source=like.source, including=frozenset({"all"}))


def _starts_query(cursor: Cursor) -> bool:
    word = cursor.word
    if word == "AS":
        return cursor.ahead(1) in ("SELECT", "WITH", "TABLE", "VALUES", "(", "EXECUTE")
    if word == "WITH":
        return cursor.ahead(1) not in ("(", "SYSTEM") and cursor.dialect in MYSQL_FAMILY
    return word == "SELECT"


def _read_schema(cursor: Cursor) -> list[Operation]:
    if_not_exists = cursor.if_not_exists()
    cursor.accept("AUTHORIZATION")
    span = cursor.span(cursor.first, cursor.end)
    schema = cursor.identifier()
    found: list[Operation] = [CreateSchema(name=schema, if_not_exists=if_not_exists, span=span)]
    made = _made_in_schema(cursor)
    if made:
        tables = tuple(name if name.schema else Name(name.name, schema) for name in made)
        found.append(Opaque(reason="what is made along with a schema", tables=tables, span=span))
    return found


def _made_in_schema(cursor: Cursor) -> list[Name]:
    """The tables and views in CREATE SCHEMA … CREATE TABLE …."""
    return [
        cursor.inside(at + 2, cursor.end).name()
        for at in range(cursor.at, cursor.end - 2)
        if cursor.words[at] == "CREATE" and cursor.words[at + 1] in ("TABLE", "VIEW")
    ]


def _read_type(cursor: Cursor) -> list[Operation]:
    if_not_exists = cursor.if_not_exists()
    name = cursor.name()
    labels: tuple[str, ...] | None = None
    if cursor.accept("AS", "ENUM"):
        first, last = cursor.skip_parentheses()
        labels = tuple(map(read_label, cursor.items(first, last)))
    return [
        CreateType(
            name=name, labels=labels, if_not_exists=if_not_exists, span=cursor.span(cursor.first, cursor.end)
        )
    ]


def read_label(item: Cursor) -> str:
    """What a string says; one on the next line goes on with it, as the standard has it."""
    if item.word[:1] == '"':
        raise item.deviation(f"{item.written} is a name, and no label")
    label = string_value(item.advance())
    while item.word[:1] == "'":
        label += string_value(item.advance())
    return label


def string_value(token: str) -> str:
    """What a plain string literal says."""
    return token[1:-1].replace("''", "'") if token[:1] == "'" else token


def read_view(cursor: Cursor, *, replace: bool) -> list[Operation]:
    """A view, from in front of the word VIEW."""
    materialized = False
    while not cursor.accept("VIEW"):
        materialized = materialized or cursor.word == "MATERIALIZED"
        cursor.advance()
    if_not_exists = cursor.if_not_exists()
    recursive = "RECURSIVE" in cursor.words[cursor.first : cursor.at]
    name = cursor.name()
    rest = cursor.inside(cursor.at, cursor.end)
    if cursor.word == "(":
        cursor.skip_parentheses()
    reads = read_view_query(cursor.inside(cursor.at, cursor.end))
    return [
        CreateView(
            name=name,
            materialized=materialized,
            replace=replace,
            if_not_exists=if_not_exists,
            sources=reads.sources,
            alone=reads.alone,
            definition=None if recursive else rest.source(rest.at, rest.end),
            span=cursor.span(cursor.first, cursor.end),
        )
    ]
