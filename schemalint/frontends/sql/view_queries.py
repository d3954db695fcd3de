"""What the query of a view reads: its tables, and which columns it names of them."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from schemalint.catalog import Name
from schemalint.frontends.sql.cursor import Cursor
from schemalint.frontends.sql.rows import AFTER_TABLE, OWN_FROM, is_name
from schemalint.knowledge.reserved_words import RESERVED_WORDS
from schemalint.operations import Alone, Source

_MOST_TOKENS = 20_000
_MOST_SOURCES = 64
"""So many tables SQLite joins at most, MySQL fewer (https://sqlite.org/limits.html)."""
_BEFORE_WORD = frozenset(":: : WITH NO NULLS AT TIME CURRENT UNBOUNDED FETCH ROWS RANGE".split())
"""What stands in front of a word that is part of a phrase, or of the name of a type."""
_BEFORE_STAR = frozenset({"SELECT", "DISTINCT", "ALL", ",", "."})


class Reads(Struct, frozen=True):
    """The sources and the columns without a table of `operations.CreateView`."""

    sources: tuple[Source, ...] = ()
    alone: tuple[Alone, ...] = ()


class _Select:
    """One SELECT of the query: what stands behind its FROM, and the SELECT that it stands in.

    `hidden` says that there is more behind FROM than tables.
    """

    def __init__(self, outer: _Select | None) -> None:
        self.outer = outer
        self.sources: list[int] = []
        self.hidden = False


def read_view_query(query: Cursor) -> Reads:
    """What stands in a query, wherever in it; nothing where it is longer than anybody writes."""
    if query.end - query.first > _MOST_TOKENS:
        return Reads()
    return _Query(query).reads()


class _Query:
    """A query while it is gone through, token by token, brackets and all."""

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.select = _Select(None)
        self.tables: list[tuple[Name, str]] = []  # each with what it is called
        self.qualified: list[tuple[_Select, str, str]] = []
        self.alone: dict[tuple[int, str], tuple[_Select, str]] = {}
        self.given: set[str] = set()  # names that the query gives itself
        self.own: set[str] = set()  # what WITH calls queries

    def reads(self) -> Reads:
        """Go through it."""
        cursor, words = self.cursor, self.cursor.words
        brackets: list[tuple[str, _Select]] = []
        while cursor.at < cursor.end:
            at = cursor.at
            cursor.at += 1
            word, previous = words[at], words[at - 1] if at > cursor.first else ""
            before_bracket = brackets[-1][0] if brackets else ""
            if word == "(":
                brackets.append((previous, self.select))
            elif word == ")":
                if brackets:
                    self.select = brackets.pop()[1]
                if cursor.accept("AS") and is_name(cursor, cursor.at):
                    self.given.add(cursor.identifier().lower())
            elif word == "SELECT":
                self.select = _Select(brackets[-1][1] if brackets else None)
            elif word == "*" and previous in _BEFORE_STAR:
                self._read_star(at, previous)
            elif word == "FROM" and previous != "DISTINCT" and [before_bracket] not in OWN_FROM:
                self._read_tables()
            elif word in ("JOIN", "STRAIGHT_JOIN"):
                self._read_table()
            elif is_name(cursor, at) and not (previous == "(" and [before_bracket] in OWN_FROM):
                self._read_name(at, previous)
        return self._resolved()

    # what stands behind FROM

    def _read_tables(self) -> None:
        self._read_table()
        while self.cursor.accept(","):
            self._read_table()

    def _read_table(self) -> None:
        cursor = self.cursor
        while cursor.accept("ONLY") or cursor.accept("LATERAL"):
            pass
        if not is_name(cursor, cursor.at):
            self.select.hidden = True
            return
        name = cursor.name()
        if cursor.word == "(":  # a function
            self.select.hidden = True
            return
        self.select.sources.append(len(self.tables))
        self.tables.append((name, (self._alias() or name.name).lower()))

    def _alias(self) -> str | None:
        cursor = self.cursor
        if cursor.accept("AS") or (is_name(cursor, cursor.at) and cursor.word not in AFTER_TABLE):
            return cursor.identifier() if is_name(cursor, cursor.at) else None
        return None

    # columns

    def _read_star(self, at: int, previous: str) -> None:
        if previous != ".":
            self.alone[id(self.select), "*"] = (self.select, "*")
        elif is_name(self.cursor, at - 2):
            self.qualified.append((self.select, self._name(at - 2).lower(), "*"))

    def _read_name(self, at: int, previous: str) -> None:
        cursor = self.cursor
        following = cursor.word
        name = self._name(at)
        if previous == "AS":
            self.given.add(name.lower())
        elif following == "AS" and cursor.ahead(1) in ("(", "MATERIALIZED", "NOT"):
            self.own.add(name.lower())
        elif following in ("(", ".") or previous in _BEFORE_WORD or following[:1] == "'":
            return  # a function, a qualifier, a type
        elif previous == "." and is_name(cursor, at - 2):
            self.qualified.append((self.select, self._name(at - 2).lower(), name))
        elif cursor.texts[at].lower() not in RESERVED_WORDS:
            self.alone[id(self.select), name] = (self.select, name)

    def _name(self, at: int) -> str:
        return self.cursor.inside(at, at + 1).identifier()

    # what belongs to what

    def _resolved(self) -> Reads:
        named: list[set[str]] = [set() for _ in self.tables]
        for select, qualifier, column in self.qualified:
            for source in self._called(select, qualifier):
                named[source].add(column)
        alone: list[Alone] = []
        for select, column in self.alone.values():
            if len(select.sources) > _MOST_SOURCES:
                continue
            hidden = select.hidden or any(self._is_own(source) for source in select.sources)
            if column == "*":
                for source in select.sources:
                    named[source].add("*")
            else:
                certain = not hidden and column.lower() not in self.given
                alone.append(Alone(column, tuple(select.sources) if certain else ()))
        sources = (
            Source(table, frozenset(columns)) for (table, _), columns in zip(self.tables, named, strict=True)
        )
        return (
            Reads(tuple(sources), tuple(alone)) if not self.own else self._without_own(tuple(sources), alone)
        )

    def _without_own(self, sources: tuple[Source, ...], alone: list[Alone]) -> Reads:
        """The sources less what WITH calls queries."""
        places = {place: at for at, place in enumerate(p for p in range(len(sources)) if not self._is_own(p))}
        return Reads(
            tuple(sources[place] for place in places),
            tuple(Alone(one.column, tuple(places[place] for place in one.sources)) for one in alone),
        )

    def _is_own(self, source: int) -> bool:
        name, _ = self.tables[source]
        return name.schema is None and name.name.lower() in self.own

    def _called(self, select: _Select | None, qualifier: str) -> Iterator[int]:
        """The one source that a qualifier means, in this SELECT or the nearest one around it."""
        while select is not None and len(select.sources) <= _MOST_SOURCES:
            found = [source for source in select.sources if self.tables[source][1] == qualifier]
            if found:
                if len(found) == 1:
                    yield found[0]
                return
            select = select.outer
