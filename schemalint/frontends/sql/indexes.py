"""Index keys and CREATE INDEX."""

from __future__ import annotations

from schemalint.catalog import Index, Key, Nulls, Order
from schemalint.frontends.sql.columns import read_columns, read_nulls_distinct
from schemalint.frontends.sql.cursor import Cursor, NotUnderstood
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY
from schemalint.knowledge.numbers import whole_number
from schemalint.knowledge.operator_classes import is_default
from schemalint.operations import AddIndex, Operation

_VALUES = frozenset(
    {"TRUE", "FALSE", "NULL", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "CURRENT_USER"}
)
_METHODS_OF_KIND = {"FULLTEXT": "fulltext", "SPATIAL": "spatial"}


def read_keys(cursor: Cursor, method: str = "btree") -> tuple[Key, ...]:
    """The keys of an index of that method, in brackets."""
    first, last = cursor.skip_parentheses()
    return tuple(_read_key(item, method) for item in cursor.items(first, last))


def _read_key(item: Cursor, method: str) -> Key:
    first, last = item.at, item.end
    words = item.words
    if last - first == 1:
        return Key(column=item.identifier())
    nulls: Nulls | None = None
    order: Order = "asc"
    for at in range(last - 2, first, -1):  # an exclusion constraint's operator
        if words[at] == "WITH" and item.dialect in POSTGRESQL_FAMILY:
            last = at
            break
    if last - first > 2 and words[last - 2] == "NULLS":
        nulls = "first" if words[last - 1] == "FIRST" else "last"
        last -= 2
    if last - first > 1 and words[last - 1] in ("ASC", "DESC"):
        order = "desc" if words[last - 1] == "DESC" else "asc"
        last -= 1
    if nulls == ("first" if order == "desc" else "last"):
        nulls = None
    item.end = last
    column, expression, length = _read_subject(item)
    collation = _read_collation(item)
    operator_class = None
    if not item.at_end() and item.is_identifier():
        operator_class = str(item.name())
        if item.word == "(":
            item.skip_parentheses()
    if not item.at_end():  # an expression without brackets of its own
        column, expression, collation, operator_class = None, item.source(first, last), None, None
    if operator_class is not None and is_default(operator_class, method):
        operator_class = None
    return Key(
        column=column,
        expression=expression,
        order=order,
        nulls=nulls,
        collation=collation,
        operator_class=operator_class,
        length=length,
    )


def _read_collation(item: Cursor) -> str | None:
    if not item.accept("COLLATE"):
        return None
    return item.name().name if item.is_identifier() else item.advance()


def _read_subject(item: Cursor) -> tuple[str | None, str | None, int | None]:
    """The column, or the expression, and a prefix length; the cursor stands behind it then."""
    first = item.at
    if item.word == "(":
        inner, last = item.skip_parentheses()
        bracketed = item.inside(inner, last)
        if _is_column(bracketed) and (last - inner == 1 or bracketed.ahead(1) == "COLLATE"):
            item.at, item.end = inner, last  # a column in brackets is a column
            return item.identifier(), None, None
        return None, _expression(item, inner, last), None
    if (
        item.dialect in MYSQL_FAMILY
        and item.ahead(1) == "("
        and (length := whole_number(item.ahead(2))) is not None
        and item.ahead(3) == ")"
    ):
        column = item.identifier()
        item.at += 3
        return column, None, length
    function = item.inside(item.at, item.end)
    while function.is_identifier() and function.ahead(1) == ".":
        function.at += 2
    if function.ahead(1) == "(":
        item.at = function.at + 1
        item.skip_parentheses()
        return None, _expression(item, first, item.at), None
    if item.is_identifier() and item.ahead(1) != ".":
        return item.identifier(), None, None
    item.at = item.end
    return None, _expression(item, first, item.end), None


def _is_column(item: Cursor) -> bool:
    return item.is_identifier() and item.word not in _VALUES


def _expression(item: Cursor, first: int, last: int) -> str:
    """An expression as the database prints it: without the default schema in front of functions."""
    texts = item.texts[first:last]
    if item.dialect in POSTGRESQL_FAMILY and "." in texts:
        kept: list[str] = []
        for text in texts:
            if text == "." and kept and kept[-1].lower().strip('"') in ("public", "pg_catalog"):
                kept.pop()
            else:
                kept.append(text)
        texts = kept
    return " ".join(texts)


def read_create_index(cursor: Cursor, kind: str) -> list[Operation]:
    """CREATE INDEX, from behind the word INDEX; `kind` is "", UNIQUE, FULLTEXT or SPATIAL."""
    concurrently = cursor.accept("CONCURRENTLY")
    if_not_exists = cursor.if_not_exists()
    name = None
    method = _METHODS_OF_KIND.get(kind, "btree")
    if cursor.word != "ON" or cursor.ahead(1) in ("ON", "USING"):
        name = cursor.name().name
    if cursor.accept("USING"):
        method = cursor.identifier().lower()
    cursor.expect("ON")
    only = cursor.word == "ONLY" and cursor.ahead(1) != "(" and cursor.accept("ONLY")
    table = cursor.name()
    if cursor.accept("USING"):
        method = cursor.identifier().lower()
    keys = read_keys(cursor, method)
    include: tuple[str, ...] = ()
    nulls_distinct, predicate, visible = True, None, True
    while not cursor.at_end():
        if cursor.accept("INCLUDE") or cursor.accept("STORING"):
            include = read_columns(cursor)
        elif cursor.word == "NULLS":
            nulls_distinct = read_nulls_distinct(cursor)
        elif cursor.word == "WITH" and cursor.ahead(1) == "(":
            cursor.at += 1
            cursor.skip_parentheses()
        elif cursor.accept("WITH", "PARSER") or cursor.accept("TABLESPACE"):
            cursor.identifier()
        elif cursor.accept("WHERE"):
            predicate = cursor.source(cursor.at, cursor.end)
            cursor.at = cursor.end
        elif cursor.dialect in MYSQL_FAMILY:
            visible = skip_index_option(cursor) and visible
            if cursor.accept("USING"):
                method = cursor.identifier().lower()
        else:
            raise NotUnderstood(f"{cursor.word} in CREATE INDEX")
    index = Index(
        name=name,
        keys=keys,
        unique=kind == "UNIQUE",
        method=method,
        predicate=predicate,
        include=include,
        nulls_distinct=nulls_distinct,
        visible=visible,
        span=cursor.span(cursor.first),
    )
    return [
        AddIndex(
            table=table,
            index=index,
            if_not_exists=if_not_exists,
            concurrently=concurrently,
            only=only,
            span=index.span,
        )
    ]


def skip_index_option(cursor: Cursor) -> bool:
    """Step over one of MySQL's index options, if one comes next; False if it says INVISIBLE."""
    if cursor.accept("INVISIBLE") or cursor.accept("IGNORED"):
        return False
    if cursor.accept("NOT", "IGNORED") or cursor.accept("VISIBLE") or cursor.word == "USING":
        return True
    if cursor.word in ("COMMENT", "KEY_BLOCK_SIZE", "ALGORITHM", "LOCK", "ENGINE_ATTRIBUTE", "CLUSTERING"):
        cursor.at += 1
        cursor.accept("=")
        cursor.advance()
        return True
    if cursor.accept("WITH", "PARSER"):
        cursor.identifier()
        return True
    raise NotUnderstood(f"index option {cursor.word}")
