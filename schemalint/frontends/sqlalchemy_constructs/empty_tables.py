"""Queries on tables that hold nothing yet: a history is run on an empty database, where counts are 0.

Revisions ask how many rows there are before they build an index, or go through the rows of a table that an
earlier revision made. The answer is known as long as no revision may have filled the table.
"""

from __future__ import annotations

import re

from schemalint.catalog import Catalog, Name
from schemalint.frontends.sqlalchemy_constructs.pragmas import ResultObject
from schemalint.operations import Opaque, Operation
from schemalint.operations.rows import Rows

_COUNT = re.compile(
    r"\s*SELECT\s+COUNT\s*\(\s*[\w\s*.]*\)(?:\s+(?:AS\s+)?(?P<label>\w+))?\s+(?=FROM\b)", re.IGNORECASE
)
_SELECT = re.compile(r"\s*SELECT\s+(?:DISTINCT\s+)?(?P<columns>[\w\s.,\"`*]+?)\s+(?=FROM\b)", re.IGNORECASE)
_TABLES = re.compile(r"\b(?:FROM|JOIN)\s+(?P<name>[\w.\"`]+)", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"\b(?:UNION|GROUP\s+BY|HAVING|INTO|information_schema|pg_\w+|sqlite_\w+)\b|\(\s*SELECT\b", re.IGNORECASE
)
_FILLING = frozenset({"insert", "merge", "copy", "replace", "load", "upsert"})


class Fillings:
    """Which tables may hold rows; all of them once something was inserted nobody knows where.

    `were_asked` says that an answer rested on a table being empty.
    """

    def __init__(self) -> None:
        self._names: set[tuple[str | None, str]] = set()
        self._anywhere = False
        self.were_asked = False

    def are_everywhere(self) -> None:
        """From now on every table may hold rows."""
        self._anywhere = True

    def note(self, operation: Operation, catalog: Catalog) -> None:
        """Remember where an operation may insert rows."""
        if isinstance(operation, Opaque) and operation.tables is None:
            self._anywhere = True
        elif isinstance(operation, Rows) and operation.verb.lower() in _FILLING:
            if operation.table is None:
                self._anywhere = True
            else:
                self._names.add(catalog.key(operation.table))

    def are_possible(self, name: Name, catalog: Catalog) -> bool:
        """Whether a table may hold rows."""
        table = catalog.find(name)
        return self._anywhere or table is None or table.assumed or catalog.key(name) in self._names


def answered(text: str, catalog: Catalog, fillings: Fillings) -> ResultObject | None:
    """What a query on empty tables gives; None where it is no plain one, or the tables may hold rows."""
    counts = _COUNT.match(text)
    match = counts or _SELECT.match(text)
    if match is None or _ELSEWHERE.search(text):
        return None
    names = [_name(found["name"]) for found in _TABLES.finditer(text, match.end())]
    if not names or any(fillings.are_possible(name, catalog) for name in names):
        return None
    fillings.were_asked = True
    if counts is not None:
        return ResultObject((counts["label"] or "count",), [(0,)])
    columns = tuple(
        column.split()[-1].rpartition(".")[2] for column in match["columns"].split(",") if column.strip()
    )
    return ResultObject(columns, [])


def _name(text: str) -> Name:
    schema, _, name = text.replace('"', "").replace("`", "").rpartition(".")
    return Name(name, schema or None)
