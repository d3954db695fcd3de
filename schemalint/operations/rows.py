"""What a migration does to rows, and to the triggers and functions that rows set off.

None of it changes the catalog, which decides whether the database does it.
"""

from __future__ import annotations

from msgspec import Struct

from schemalint.catalog import Name
from schemalint.operations import Operation
from schemalint.source import Span


class NamedColumn(Struct, frozen=True):
    """A column that a statement about rows names, and the tables of which one has to have it."""

    column: str
    tables: tuple[Name, ...]
    span: Span | None = None


class Rows(Operation, frozen=True, kw_only=True):
    """INSERT, UPDATE, DELETE, TRUNCATE, COPY: it touches rows and leaves the catalog as it is.

    `columns` are those it surely names, not all that it names; `reads` are tables that it takes rows from, as
    far as that is sure. It is not `certain` under a condition that nobody can answer, and where the statement
    says IF EXISTS.
    """

    verb: str
    table: Name | None = None
    columns: tuple[NamedColumn, ...] = ()
    reads: tuple[Name, ...] = ()
    certain: bool = True


class CreateTrigger(Rows, frozen=True, kw_only=True):
    """CREATE TRIGGER, which leaves the catalog as it is, as what is done to rows does."""

    name: str
    function: Name


class DropTrigger(Rows, frozen=True, kw_only=True):
    """DROP TRIGGER."""

    name: str


class DropFunction(Rows, frozen=True, kw_only=True):
    """DROP FUNCTION; with CASCADE all goes that calls it: triggers, indexes, checks, generated columns."""

    function: Name
    cascade: bool = False
