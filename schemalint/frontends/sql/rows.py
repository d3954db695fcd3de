"""Statements about rows, as far as the catalog decides whether they run: the table, and columns they name.

Only what is surely a column is taken for one: a name behind a table's name or alias, a target of INSERT or
UPDATE, and one that stands alone where nothing but a column can. Tables behind WITH or in brackets hide
which table a column without a qualifier is of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from schemalint.catalog import Name
from schemalint.frontends.sql.cursor import Cursor, NotUnderstood
from schemalint.frontends.sql.dynamic import UNKNOWN
from schemalint.knowledge.dialects import MYSQL_FAMILY
from schemalint.operations import Opaque, Operation
from schemalint.operations.rows import NamedColumn, Rows

_NAMING = frozenset({"INSERT", "REPLACE", "UPDATE", "DELETE"})
_FILLERS = frozenset("LOW_PRIORITY DELAYED HIGH_PRIORITY QUICK IGNORE INTO ONLY".split())
_BEFORE_COLUMN = frozenset("WHERE AND OR ON HAVING NOT WHEN (".split())
_AFTER_COLUMN = frozenset("= <> != < > <= >= IS IN LIKE ILIKE BETWEEN NOT".split())
AFTER_TABLE = frozenset(
    "ON JOIN LEFT RIGHT INNER OUTER FULL CROSS NATURAL STRAIGHT_JOIN WHERE SET GROUP ORDER HAVING LIMIT UNION"
    " EXCEPT INTERSECT RETURNING USING WINDOW FETCH OFFSET FOR DEFAULT VALUES VALUE SELECT OVERRIDING WITH"
    " TABLESAMPLE INDEXED NOT USE FORCE IGNORE PARTITION FROM LOCK".split()
)
_NO_COLUMNS = frozenset(
    "TRUE FALSE NULL DEFAULT UNKNOWN CASE EXISTS NOT INTERVAL ROW ARRAY ANY ALL SOME USER SESSION_USER"
    " CURRENT_USER CURRENT_ROLE CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_SCHEMA CURRENT_CATALOG"
    " LOCALTIME LOCALTIMESTAMP UTC_DATE UTC_TIME UTC_TIMESTAMP SYSDATE SELECT".split()
)
OWN_FROM = [[word] for word in ("EXTRACT", "TRIM", "SUBSTRING", "OVERLAY", "SUBSTR", "POSITION")]
_END_OF_LIST = frozenset({"FROM", "WHERE", "RETURNING", "ORDER", "LIMIT"})
_NO_QUERY = frozenset({"TIME", "ORDINALITY"})
"""What makes WITH no query of its own: WITH TIME ZONE, WITH ORDINALITY."""
_CLAUSES = frozenset({"AS", "FROM", "JOIN", "STRAIGHT_JOIN", "USING"})
_NO_TABLES = frozenset({"SELECT", "FROM", "WHERE"})
"""Words that PostgreSQL and SQLite have reserved."""
_UPSERTS = frozenset({"CONFLICT", "DUPLICATE"})
_MOST_TOKENS = 5_000
_OWN_CATALOGS: dict[str, dict[str, bool]] = {
    "postgresql": {
        **dict.fromkeys(("pg_attribute", "pg_attrdef", "pg_class", "pg_depend", "pg_namespace"), False),
        **dict.fromkeys(("pg_constraint", "pg_enum", "pg_index", "pg_type"), True),
    },
    "sqlite": dict.fromkeys(("sqlite_master", "sqlite_schema"), False),
}
"""The tables that hold the schema itself, and whether the columns are the same whatever is done to them."""


def read_rows(cursor: Cursor) -> Operation:
    """What a statement that begins with INSERT, UPDATE, DELETE, TRUNCATE, COPY or the like does."""
    span = cursor.span(cursor.first, cursor.end)
    verb = cursor.word
    table = _target(cursor.inside(cursor.first, cursor.end), verb)
    spares = _OWN_CATALOGS.get(cursor.dialect, {}).get(table.name.lower()) if table is not None else None
    if spares is not None:
        return Opaque(
            reason="rows of the database's own catalog are changed", spares_columns=spares, span=span
        )
    if table is None or verb not in _NAMING or cursor.end - cursor.first > _MOST_TOKENS:
        return Rows(verb=verb.lower(), table=table, span=span)
    statement = _Statement(cursor, verb, table)
    columns = statement.columns()
    return Rows(verb=verb.lower(), table=table, columns=columns, reads=statement.reads(), span=span)


def _target(cursor: Cursor, verb: str) -> Name | None:
    """The table whose rows are changed, where the beginning of the statement tells."""
    cursor.at += 1
    if verb in ("UPDATE", "COPY"):
        _skip_fillers(cursor)
    else:
        last = min(cursor.first + 6, cursor.end)
        while cursor.word not in ("INTO", "FROM", "TABLE"):
            cursor.at += 1
            if cursor.at >= last:
                return None
        cursor.at += 1
        cursor.accept("ONLY")
    if cursor.word in _NO_TABLES:
        raise cursor.deviation(f"{cursor.written} stands where a table has to")
    try:
        return cursor.name()
    except NotUnderstood:
        return None


def _skip_fillers(cursor: Cursor) -> None:
    """Step over what may stand between UPDATE and the table (SQLite's OR ROLLBACK, MySQL's IGNORE)."""
    if cursor.word == "OR":
        cursor.at += 2
    while cursor.accept_any(_FILLERS):
        pass


class _Statement:
    """One statement while it is looked through: its tables by what they are called, and the columns met.

    A table of which the columns are not known, or which is one of two, is None. Columns are kept with the
    place of their token. `others` are names of what is no table, and `hidden` says that a column without a
    qualifier may be one of those. `met` are the tables in the order in which they stand.
    """

    def __init__(self, cursor: Cursor, verb: str, table: Name) -> None:
        self.verb = verb
        self.table = table
        self.cursor = cursor.inside(cursor.first + 1, cursor.end)
        self.words = self.cursor.words[self.cursor.first : self.cursor.end]
        self.names_queries = any(
            one == "WITH" and other not in _NO_QUERY for one, other in pairwise(self.words)
        )
        self.tables: dict[str, Name | None] = {}
        self.met: list[Name] = []
        self.others: set[str] = set()
        self.hidden = False
        self.of_target: list[tuple[str, int]] = []
        self.qualified: list[tuple[str, str, int]] = []
        self.alone: list[tuple[str, int]] = []

    def columns(self) -> tuple[NamedColumn, ...]:
        """The columns that the statement surely names."""
        try:
            self._read(self.words)
        except NotUnderstood:
            self.met.clear()
            return ()
        found: dict[tuple[str, tuple[Name, ...]], int] = {}
        for column, at in self.of_target:
            found.setdefault((column, (self.table,)), at)
        if not self.names_queries:
            for column, tables, at in self._of_several():
                found.setdefault((column, tables), at)
        return tuple(
            NamedColumn(column, tables, self.cursor.span(at, at + 1))
            for (column, tables), at in found.items()
            if UNKNOWN not in column
        )

    def reads(self) -> tuple[Name, ...]:
        """The tables behind FROM and JOIN that `columns` has met; none where WITH may name a query so."""
        if self.names_queries:
            return ()
        return tuple(name for name in dict.fromkeys(self.met) if UNKNOWN not in str(name))

    def _of_several(self) -> Iterator[tuple[str, tuple[Name, ...], int]]:
        """The columns of other tables than the target, or of one of several."""
        for qualifier, column, at in self.qualified:
            table = self.tables.get(qualifier)
            if table is not None and qualifier not in self.others:
                yield column, (table,), at
        tables = tuple(dict.fromkeys(table for table in self.tables.values() if table is not None))
        if self.hidden or not tables or None in self.tables.values():
            return
        for column, at in self.alone:
            if column.lower() not in self.others and column.lower() not in self.tables:
                yield column, tables, at

    def _read(self, words: Sequence[str]) -> None:
        cursor = self.cursor
        if self.verb == "UPDATE":
            _skip_fillers(cursor)
            self._read_tables(cursor)
            if cursor.word == "SET":
                self._read_assignments(cursor.inside(cursor.at + 1, cursor.end))
        elif self.verb != "DELETE":
            while not cursor.accept("INTO"):
                cursor.advance()
            self._read_inserted(cursor, upserts=not _UPSERTS.isdisjoint(words))
            if cursor.word == "SET":
                self._read_assignments(cursor.inside(cursor.at + 1, cursor.end))
            if cursor.word in ("VALUES", "VALUE", "DEFAULT", "SET", "OVERRIDING"):
                return
        self._read_rest(cursor)

    # the tables

    def _call(self, called: str, table: Name | None) -> None:
        key = called.lower()
        self.tables[key] = table if self.tables.get(key, table) == table else None

    def _read_tables(self, cursor: Cursor) -> None:
        """Tables between commas, each with its alias."""
        self._read_table(cursor)
        while cursor.accept(","):
            self._read_table(cursor)

    def _read_table(self, cursor: Cursor) -> None:
        while cursor.accept("ONLY") or cursor.accept("LATERAL"):
            pass
        if not cursor.is_identifier():
            self.hidden = True
            return
        name = cursor.name()
        if cursor.word == "(":
            self.hidden = True
            return
        cursor.accept("*")
        self.met.append(name)
        called = name.name
        if cursor.accept("AS") or (cursor.is_identifier() and cursor.word not in AFTER_TABLE):
            called = cursor.identifier()
        if cursor.word == "(":  # its columns are called otherwise
            self.hidden = True
            self._call(called, None)
        else:
            self._call(called, name)

    # the columns

    def _read_inserted(self, cursor: Cursor, *, upserts: bool) -> None:
        """Behind INTO: the table, its columns in brackets, and what is selected for them."""
        cursor.name()
        called = cursor.identifier() if cursor.accept("AS") else self.table.name
        if upserts:
            self._call(called, self.table)
            if cursor.dialect not in MYSQL_FAMILY:
                self._call("excluded", self.table)
        if cursor.word == "(" and cursor.ahead(1) not in ("SELECT", "WITH", "VALUES"):
            first, last = cursor.skip_parentheses()
            for item in cursor.items(first, last):
                if item.end - item.at == 1 and is_name(item, item.at):
                    self.of_target.append((item.identifier(), item.first))
        if cursor.word == "SELECT":
            selected = cursor.inside(cursor.at + 1, cursor.end)
            selected.accept("DISTINCT")
            for item in _list(selected):
                if item.end - item.at == 1:
                    self._stands_alone(item, item.at)

    def _read_assignments(self, cursor: Cursor) -> None:
        """`a = …, b = …` behind SET."""
        for item in _list(cursor):
            if item.ahead(1) != "=":
                continue
            if len(self.tables) > 1:
                self._stands_alone(item, item.at)
            elif is_name(item, item.at):
                self.of_target.append((item.inside(item.at, item.end).identifier(), item.at))
            if item.end - item.at == 3:
                self._stands_alone(item, item.at + 2)

    def _stands_alone(self, cursor: Cursor, at: int) -> None:
        """Keep what stands where an expression has to, if it is a column. SQLite's "…" may be a string."""
        quoted = cursor.texts[at][0] == '"' and cursor.dialect == "sqlite"
        if is_name(cursor, at) and not quoted and cursor.words[at] not in _NO_COLUMNS:
            self.alone.append((cursor.inside(at, cursor.end).identifier(), at))

    def _read_rest(self, cursor: Cursor) -> None:
        """Everything else: clauses that name tables, and columns wherever they stand."""
        words = cursor.words
        brackets: list[str] = []
        while cursor.at < cursor.end:
            at = cursor.at
            cursor.at += 1
            word, previous, following = words[at], words[at - 1], cursor.word
            if word == "(":
                brackets.append(previous)
            elif word == ")":
                if brackets:
                    brackets.pop()
                if following != "AS" and following not in AFTER_TABLE:
                    self._read_other(cursor)
            elif following == ".":
                if is_name(cursor, at):
                    cursor.at = at
                    self._read_qualified(cursor, previous)
            elif word in _CLAUSES:
                self._read_clause(cursor, word, previous, brackets)
            elif previous in _BEFORE_COLUMN and following in _AFTER_COLUMN and cursor.ahead(1) != ">":
                self._stands_alone(cursor, at)

    def _read_clause(self, cursor: Cursor, word: str, previous: str, brackets: list[str]) -> None:
        """What stands behind a word that names tables, or gives a name."""
        if word == "AS":
            self._read_other(cursor)
        elif word == "FROM":
            if previous != "DISTINCT" and brackets[-1:] not in OWN_FROM:
                self._read_tables(cursor)
        elif word != "USING":
            self._read_table(cursor)
        elif self.verb == "DELETE" and not brackets and cursor.word != "(":
            self._read_tables(cursor)

    def _read_other(self, cursor: Cursor) -> None:
        """The name of what is no table: a column of a result, or a query in brackets."""
        if is_name(cursor, cursor.at):
            self.others.add(cursor.identifier().lower())

    def _read_qualified(self, cursor: Cursor, previous: str) -> None:
        """Names with dots between them: a table's column, if they are two and no function."""
        parts = [cursor.identifier()]
        while cursor.accept("."):
            if not is_name(cursor, cursor.at):
                return
            parts.append(cursor.identifier())
        if len(parts) == 2 and cursor.word != "(" and previous not in ("::", ":"):
            self.qualified.append((parts[0].lower(), parts[1], cursor.at - 1))


def is_name(cursor: Cursor, at: int) -> bool:
    """Whether the token there can be a name, and no string."""
    if at >= cursor.end:
        return False
    first = cursor.texts[at][0]
    return first.isalpha() or first in "_`" or (first == '"' and cursor.dialect not in MYSQL_FAMILY)


def _list(cursor: Cursor) -> list[Cursor]:
    """The parts between commas up to the clause that ends the list of SELECT or SET."""
    depth = 0
    for at in range(cursor.at, cursor.end):
        word = cursor.words[at]
        depth += (word == "(") - (word == ")")
        if depth == 0 and word in _END_OF_LIST:
            return cursor.items(cursor.at, at)
    return cursor.items(cursor.at, cursor.end)
