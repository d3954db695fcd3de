"""SQL text in revisions: read by the SQL front end, with the place of the call that runs it."""

from __future__ import annotations

import re

from schemalint.catalog import Name
from schemalint.frontends.python_interpreter.values import HOLE, Unknown
from schemalint.frontends.sql.split import statements
from schemalint.frontends.sqlalchemy_constructs.account import Account, touched
from schemalint.operations import Opaque, Operation
from schemalint.operations.rows import Rows
from schemalint.source import Span

_CATALOG_QUESTION = re.compile(
    r"information_schema|pg_catalog|pg_class|pg_constraint|pg_index(?:es)?\b|pg_type|pg_attribute|pg_tables|pg_enum"
    r"|sqlite_master|sqlite_schema|table_info|index_list|to_regclass|show\s+(?:index|columns|tables|create)|sys\.",
    re.IGNORECASE,
)
_ROWS = re.compile(
    r"\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*(insert|update|delete|select|truncate|with|merge|copy)\b",
    re.IGNORECASE | re.DOTALL,
)
_HARMLESS = re.compile(
    r"\s*(?:create|alter|drop)\s+(?:or\s+replace\s+)?(?:materialized\s+)?"
    r"(?:type|domain|extension|function|procedure|trigger|sequence|policy|view|rule|role|user)\b|"
    r"\s*(set|reset|pragma|comment|grant|revoke|analyze|vacuum|lock|show|begin|commit|rollback|notify|refresh|reindex|cluster|reassign)\b",
    re.IGNORECASE,
)


def asks_catalog(text: str) -> bool:
    """Whether a query is about the tables of the database and not about their rows."""
    return _CATALOG_QUESTION.search(text) is not None


def run_sql(account: Account, text: str, place: Span) -> None:
    """The operations of SQL text."""
    for cursor in statements(text, place.path, account.dialect, place=place):
        for operation in account.session.read(cursor):
            account.emit(operation)


def run_unknown_sql(account: Account, value: Unknown, place: Span) -> None:
    """SQL of which only parts are known: harmless where its first word says so."""
    text = getattr(value, "text", "")
    match = _ROWS.match(text)
    if match is not None:
        if match[1].lower() not in ("select", "with"):
            account.emit(Rows(verb=match[1].lower(), span=place))
        return
    if text and _HARMLESS.match(text):
        return
    found: list[Operation] = []
    for cursor in statements(text, place.path, account.dialect, place=place):
        found += account.session.read(cursor)
    if found or not text:
        account.emit(_opaque(value, found, place))


def _opaque(value: Unknown, found: list[Operation], place: Span) -> Operation:
    """SQL that can't be told, with the tables that it names as far as they can be told."""
    tables = None
    if found:
        names = [name for operation in found for name in _names(operation)]
        if names and all(HOLE not in name.name and HOLE not in (name.schema or "") for name in names):
            tables = tuple(dict.fromkeys(names))
    return Opaque(reason=f"SQL put together of {value.reason}", tables=tables, span=place)


def _names(operation: Operation) -> tuple[Name, ...]:
    return touched(operation) or ()
