"""What a revision does, kept as operations, and the database as it would be after each of them."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from msgspec.structs import replace

from schemalint.catalog import Catalog, Name
from schemalint.frontends.python_interpreter.forks import Branch
from schemalint.frontends.python_interpreter.signals import Raised
from schemalint.frontends.python_interpreter.values import Arguments, Unknown
from schemalint.frontends.sql.session import Session
from schemalint.frontends.sqlalchemy_constructs.effects import SchemaEffects
from schemalint.frontends.sqlalchemy_constructs.empty_tables import Fillings
from schemalint.knowledge.dialects import Dialect
from schemalint.operations import (
    AddIndex,
    CreateTable,
    DropIndex,
    Opaque,
    Operation,
    PresumeTable,
    spares_columns,
)
from schemalint.operations.rows import Rows
from schemalint.replay import Refused, Run
from schemalint.replay.rows import missing_columns
from schemalint.source import Span

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

_FIRST_CONDITION = 1_000_000
"""Conditions in SQL scripts are numbered from 1."""


class Account(SchemaEffects):
    """The operations of one revision, one direction. The catalog answers what revisions ask the database.

    Up sides have been run: what can't be done there was misunderstood. Of a down side (`undoes`) it is true.
    `refusal` is what the database said to something within a `try`, `absent` are the tables that were asked
    for and are in no catalog; those that are `presumed` are taken to be there, until they are `met`: one that
    was met, and is in no catalog any more, has gone.
    `types_made` are the enum types that tables have made since it began, `beside` the names of what was
    called that makes or drops what is in no catalog.
    """

    follows_functions = True

    def __init__(self, dialect: Dialect, catalog: Catalog) -> None:
        super().__init__(dialect)
        self.run = Run(catalog)
        self.operations: list[Operation] = []
        self.session = Session()
        self.interpreter: Interpreter | None = None
        self.outside_transaction = False
        self.undoes = False
        self.refusal: str | None = None
        self.absent: dict[str, None] = {}
        self.presumed: frozenset[str] = frozenset()
        self.types_made: set[Name] = set()
        self.beside: list[str] = []
        self.met: set[str] = set()
        self.met_before: frozenset[str] = frozenset()
        self.fillings = Fillings()
        self.calls = 0
        self._conditions = _FIRST_CONDITION
        self._condition_of: dict[int, int] = {}

    @property
    def catalog(self) -> Catalog | None:
        """The database at this moment."""
        return self.run.catalog

    @catalog.setter
    def catalog(self, value: Catalog | None) -> None:
        if value is not None:
            self.run = Run(value)

    def begin(self, catalog: Catalog, *, undoes: bool) -> None:
        """Start on a revision, or on its other direction."""
        self.run = Run(catalog)
        self.undoes = undoes
        self.refusal = None
        self.met = set(self.met_before)
        self.types_made.clear()
        self.operations = []
        self.doubts.clear()
        self.outside_transaction = False
        self.calls = 0
        self._conditions = _FIRST_CONDITION
        self._condition_of.clear()

    def remember(self) -> None:
        """What was met on a way up that has been gone is met for good."""
        self.met_before = frozenset(self.met)

    # what the program does

    def emit(self, operation: Operation) -> None:
        """Keep an operation, as what it is where it is certain, and see what becomes of the catalog.

        Within a `try`, an operation on a table that is not wholly known happens if it can.
        """
        self.calls += 1
        self.fillings.note(operation, self.run.catalog)
        if isinstance(operation, Rows):
            self._keep_rows(operation)
            return
        doubt = next((one for one in self.doubts if not one.about_catalog), None)
        if doubt is not None:
            self._keep(uncertain(operation, doubt.reason))
            return
        if self.doubts and operation.guard is None:
            operation = replace(operation, guard=(self._condition(self.doubts[0]), 0))
        elif self._is_attempt() and operation.guard is None and not self._is_known(operation):
            self._conditions += 1
            operation = replace(operation, guard=(self._conditions, 0))
        self._keep(operation)

    def _keep_rows(self, rows: Rows) -> None:
        """Keep what is done to rows; on the way down, what the database will not do raises an exception."""
        if not rows.certain or self.doubts or self._is_attempt():
            certain = rows.certain and not self.doubts
            for named in missing_columns(self.run.catalog, rows) if self.undoes and certain else ():
                self.refusal = f"there is no column {named.column} of {named.tables[0]}"
                raise Raised("sqlalchemy.exc.ProgrammingError", self.refusal)
            rows = replace(rows, certain=False)
        self.operations.append(rows)

    def presume(self, name: Name, span: Span) -> bool:
        """Whether a table that is in no catalog is taken to be there, which it is from then on."""
        if name.name not in self.presumed or name.name in self.met:
            self.absent[name.name] = None
            return False
        self.met.add(name.name)
        self._keep(PresumeTable(table=name, span=span))
        return True

    def under(self, operation: Operation, branches: tuple[Branch, ...]) -> Operation:
        """An operation as it is under undecided conditions that are not those of this moment."""
        left = [branch for branch in branches if not branch.is_certain]
        for branch in left:
            if not branch.doubt.about_catalog:
                return uncertain(operation, branch.doubt.reason)
        if left and operation.guard is None:
            return replace(operation, guard=(self._condition(left[0].doubt), left[0].number))
        return operation

    def _is_attempt(self) -> bool:
        """Whether code runs within a `try` that may handle what the database says."""
        return self.interpreter is not None and self.interpreter.attempts > 0

    def _keep(self, operation: Operation) -> None:
        try:
            self.run.do(operation)
        except Refused as refusal:
            if self._is_attempt() and operation.guard is None:
                self.refusal = str(refusal)
                raise Raised("sqlalchemy.exc.ProgrammingError", str(refusal)) from None
        self.operations.append(operation)

    def _is_known(self, operation: Operation) -> bool:
        tables = touched(operation)
        if tables is None or not tables:
            return False
        if isinstance(operation, CreateTable):
            return True
        for name in tables:
            table = self.run.catalog.find(name)
            if table is None or not table.complete:
                return False
        return True

    def _condition(self, doubt: Unknown) -> int:
        number = self._condition_of.get(id(doubt))
        if number is None:
            self._conditions += 1
            number = self._condition_of[id(doubt)] = self._conditions
        return number

    # undecided branches

    def mark(self) -> tuple[int, Run, int]:
        """Where the account stands."""
        return len(self.operations), self.run.copy(), len(self.doubts)

    def taken_back(self, mark: tuple[int, Run, int]) -> list[Operation]:
        """The operations since, taken back."""
        count, run, doubts = mark
        produced = self.operations[count:]
        del self.operations[count:]
        del self.doubts[doubts:]
        self.run = run
        return produced

    def repeat(self, produced: list[Operation]) -> None:
        """Operations of a branch that turned out to be the only one."""
        for operation in produced:
            self._keep_again(operation)

    def _keep_again(self, operation: Operation) -> None:
        if not isinstance(operation, Rows):
            with contextlib.suppress(Refused):
                self.run.do(operation)
        self.operations.append(operation)

    def undecided(self, doubt: Unknown, alternatives: list[list[Operation]]) -> None:
        """One of the alternatives happens: all alike, as the catalog will answer, or nobody knows which."""
        shaping = [
            [operation for operation in one if not isinstance(operation, Rows)] for one in alternatives
        ]
        first = shaping[0]
        if all(_alike(first, other) for other in shaping[1:]):
            rows = [operation for one in alternatives for operation in one if isinstance(operation, Rows)]
            self.operations += (replace(operation, certain=False) for operation in rows)
            self.repeat(first)
            return
        for one in alternatives:
            for operation in one:
                if isinstance(operation, Rows):
                    self.operations.append(replace(operation, certain=False))
        if doubt.about_catalog:
            condition = self._condition(doubt)
            outer = {self._condition(one) for one in self.doubts}
            for branch, operations in enumerate(shaping):
                for operation in operations:
                    inner = operation.guard is not None and operation.guard[0] not in outer
                    guard = operation.guard if inner else (condition, branch)
                    self._keep_again(replace(operation, guard=guard))
            return
        for operations in shaping:
            for operation in operations:
                self._keep_again(uncertain(operation, doubt.reason))

    def passed(self, interpreter: Interpreter, unknown: Unknown, arguments: Arguments, callee: str) -> None:
        """Something unknown that is given a way to the database may do anything to it."""
        from schemalint.frontends.sqlalchemy_constructs.connection import is_way_to_database

        if callee.split(".", maxsplit=1)[0] in _HARMLESS_PACKAGES:
            return
        given = [*arguments.positional, *arguments.keywords.values()]
        if not any(is_way_to_database(value) for value in given):
            return
        span = arguments.site.span
        if not callee:  # a method of something unknown: hardly one that changes tables
            self.emit(Opaque(reason=f"what is done with {unknown.reason}", tables=(), span=span))
            return
        names = tuple(
            Name(value)
            for value in given
            if isinstance(value, str) and self.run.catalog.find(Name(value)) is not None
        )
        self.emit(Opaque(reason=f"what {callee} does", tables=names or None, span=span))

    def failed_elsewhere(
        self, interpreter: Interpreter, path: str, unknown: Unknown, arguments: Arguments
    ) -> None:
        """A helper that speaks of Alembic may have changed tables; other code of the project does not."""
        if b"alembic" in interpreter.project.sources.bytes(path):
            self.emit(Opaque(reason=unknown.reason, span=arguments.site.span))


_HARMLESS_PACKAGES = frozenset(
    "logging typing datetime uuid json os sys time re hashlib collections itertools functools"
    " builtins pathlib pprint warnings click tqdm rich structlog loguru sqlalchemy".split()
)


def touched(operation: Operation) -> tuple[Name, ...] | None:
    """The tables that an operation touches; None where it doesn't say."""
    if isinstance(operation, Opaque):
        return operation.tables
    if isinstance(operation, CreateTable):
        return (operation.table.name,)
    table = getattr(operation, "table", None)
    if isinstance(table, Name):
        return (table,)
    return () if not isinstance(operation, DropIndex) else None


def uncertain(operation: Operation, reason: str) -> Operation:
    """An operation that happens or not."""
    if isinstance(operation, Rows):
        return replace(operation, certain=False)
    if isinstance(operation, Opaque):
        return operation
    return Opaque(
        reason=reason,
        tables=touched(operation),
        spares_columns=spares_columns(operation),
        span=operation.span,
    )


def _alike(one: list[Operation], other: list[Operation]) -> bool:
    return len(one) == len(other) and all(
        _plain(left) == _plain(right) for left, right in zip(one, other, strict=True)
    )


def _plain(operation: Operation) -> Operation:
    """An operation less what makes no difference to the catalog."""
    if isinstance(operation, AddIndex | DropIndex) and operation.concurrently:
        return replace(operation, concurrently=False)
    return operation
