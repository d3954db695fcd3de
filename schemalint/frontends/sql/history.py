"""Plans to readings: the statements of each script, and what its down part comes to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from schemalint.frontends.sql.bulk_data import without_rows
from schemalint.frontends.sql.concurrent_indexes import refused_in_transaction
from schemalint.frontends.sql.cursor import Cursor
from schemalint.frontends.sql.faults import faults
from schemalint.frontends.sql.includes import MOST, includes_files, is_too_deep, with_includes
from schemalint.frontends.sql.layouts.sections import first_line
from schemalint.frontends.sql.placeholders import is_decided_by_template, without_placeholders
from schemalint.frontends.sql.plan import Part, Plan, Script
from schemalint.frontends.sql.rollback import declared_irreversible, does_nothing, refusal
from schemalint.frontends.sql.session import Session
from schemalint.frontends.sql.split import statements
from schemalint.frontends.sql.transactions import Transactions
from schemalint.knowledge.dialects import Dialect
from schemalint.migration import Migration, RollbackState
from schemalint.operations import (
    AddIndex,
    CreateSchema,
    CreateTable,
    CreateType,
    DropIndex,
    Opaque,
    Operation,
)
from schemalint.operations.rows import Rows
from schemalint.operations.session import SetForeignKeyChecks
from schemalint.reading import Reading, Unreadable
from schemalint.source import SourceFile, Sources, Span, UnreadableFile

_RANKS: dict[type[Operation], int] = {CreateSchema: 0, CreateType: 1, CreateTable: 2}


class _Side(Struct):
    """What was read of one side of a migration."""

    operations: list[Operation]
    statements: int = 0
    span: Span | None = None
    opens_transaction: bool = False
    is_template: bool = False
    does_something: bool = False
    refusal: str | None = None
    irreversible: bool = False
    reason: str | None = None


class _Reader:
    """Reads the parts of a plan's scripts, and keeps what could not be read."""

    def __init__(self, sources: Sources, dialect: Dialect) -> None:
        self.unreadable: list[Unreadable] = []
        self.complete = True
        self.paths: dict[str, None] = {}
        self._sources = sources
        self.dialect = dialect
        self._up = Session()
        self._inclusions = 0

    def up(self, parts: Iterable[Part]) -> _Side:
        """The up side that stands in these parts."""
        side = _Side(operations=[])
        transactions = Transactions()
        for statement in self._statements(parts, side):
            if statement.word in ("BEGIN", "START"):
                side.opens_transaction = True
            transactions.follow(statement, side.operations)
            side.operations += self._up.read(statement)
        return side

    def down(self, parts: Iterable[Part]) -> _Side:
        """The down side that stands in these parts, and whether it does anything.

        It is run after its own up side: what that one and those before have made is there.
        """
        side = _Side(operations=[])
        session: Session | None = None
        transactions = Transactions()
        for statement in self._statements(parts, side):
            if statement.word in ("BEGIN", "START", "COMMIT", "END"):
                side.opens_transaction = True
            transactions.follow(statement, side.operations)
            session = session or self._up.copy()
            operations = session.read(statement)
            side.operations += map(_in_other_words, operations) if side.is_template else operations
            if operations:
                side.does_something = True
            elif not side.does_something and not does_nothing(statement):
                side.refusal = refusal(statement)
                side.does_something = side.refusal is None
        return side

    def _statements(
        self, parts: Iterable[Part], side: _Side, including: tuple[str, ...] = ()
    ) -> Iterator[Cursor]:
        """The statements of the parts; what is known of the side besides is written down on the way."""
        for part in parts:
            file = self._file(part.path)
            if file is None:
                _give_up(side, "the file can't be read", Span(part.path, 0, 0))
                continue
            text = file.text if part.text is None else part.text
            if includes_files(text) and part.path not in including:
                yield from self._with_included(part, text, side, (*including, part.path))
                continue
            end = len(text) if part.end is None else part.end
            if not side.irreversible:
                side.irreversible, side.reason = declared_irreversible(file.text, part.start, end)
            if is_decided_by_template(text):
                place = first_line(file, part.start)
                _give_up(side, "a template decides what of this is run", place)
                side.span = side.span or place
                side.statements += 1
                continue
            readable = _readable(text)
            side.is_template = side.is_template or readable is not text
            for statement in statements(readable, part.path, self.dialect, part.start, end):
                if side.span is None:
                    side.span = _first_line(text, statement.span(statement.first, statement.end))
                side.statements += 1
                yield statement

    def _with_included(
        self, part: Part, text: str, side: _Side, including: tuple[str, ...]
    ) -> Iterator[Cursor]:
        """The statements of a part, and of the files that it runs, in their places."""
        for piece in with_includes(part, self._sources, text):
            if isinstance(piece, Span):
                _give_up(side, "the file that is run here is not in the project", piece)
            elif piece.path == part.path:
                yield from self._statements((piece,), side, including)
            elif self._inclusions >= MOST or is_too_deep((*including, piece.path)):
                _give_up(
                    side, "files that run each other without end", Span(part.path, part.start, part.start)
                )
            else:
                self._inclusions += 1
                yield from self._statements((piece,), side, including)

    def _file(self, path: str) -> SourceFile | None:
        known = path in self.paths
        self.paths[path] = None
        try:
            file = self._sources.read(path)
        except UnreadableFile as error:
            if not known:
                self.unreadable.append(Unreadable(Span(path, 0, 0), f"can't be read: {error.reason}"))
            self.complete = False
            return None
        if file.undecodable is not None and not known:
            at = file.undecodable
            self.unreadable.append(Unreadable(file.span(at, at + 1), "this is not UTF-8"))
        return file


def _give_up(side: _Side, reason: str, place: Span) -> None:
    side.operations.append(Opaque(reason=reason, span=place))
    side.does_something = True


def _in_other_words(operation: Operation) -> Operation:
    """An operation of a template, which is not run as it stands."""
    if isinstance(operation, Opaque) and operation.ungrammatical:
        return replace(operation, ungrammatical=False)
    return operation


@lru_cache(maxsize=2)  # a file of many parts is asked for once for each
def _readable(text: str) -> str:
    return without_rows(without_placeholders(text))


def _first_line(text: str, span: Span) -> Span:
    """The first line of a place: enough to point at a statement, however long it is."""
    end = text.find("\n", span.start, span.end)
    return span if end < 0 else Span(span.path, span.start, end)


def read_history(
    plan: Plan, source: str, database: str, dialect: Dialect, reason: str, sources: Sources
) -> Reading:
    """The reading of a plan for one database."""
    reader = _Reader(sources, dialect)
    migrations = []
    count = 0
    parents: tuple[str, ...] = ()
    for script in plan.scripts:
        if script.only_for is not None and dialect not in script.only_for:
            continue
        migration, read = _migration(script, plan, parents, reader)
        migrations.append(migration)
        count += read
        parents = (migration.name,)
    return Reading(
        kind=plan.kind,
        side="migrated",
        source=source,
        database=database,
        dialect=dialect,
        dialect_reason=reason,
        migrations=tuple(migrations),
        unreadable=(*plan.unreadable, *reader.unreadable),
        faults=(*plan.faults, *faults(plan, dialect, migrations)),
        layout=plan.layout,
        forward_only=plan.forward_only,
        complete=reader.complete and not (plan.unreadable or plan.faults),
        statements=count,
        paths=tuple(reader.paths),
    )


def read_schema(
    plan: Plan, source: str, database: str, dialect: Dialect, reason: str, sources: Sources
) -> Reading:
    """The reading of a plan whose files declare a schema."""
    reader = _Reader(sources, dialect)
    operations: list[Operation] = []
    count = 0
    for script in plan.scripts:
        side = reader.up(script.up)
        operations += side.operations
        count += side.statements
    return Reading(
        kind=plan.kind,
        side="declared",
        source=source,
        database=database,
        dialect=dialect,
        dialect_reason=reason,
        operations=tuple(_in_order(operations)),
        unreadable=(*plan.unreadable, *reader.unreadable),
        layout=plan.layout,
        complete=reader.complete and not plan.unreadable,
        statements=count,
        paths=tuple(reader.paths),
    )


def _in_order(operations: list[Operation]) -> list[Operation]:
    """The operations that make a schema together: what others need comes first.

    Which of several files is run first is not known, and one may be sorted by names. The order does not
    matter unless things are dropped or renamed, or looked up elsewhere.
    """
    shaping = (one for one in operations if not isinstance(one, Rows | SetForeignKeyChecks))
    if any(type(operation).__name__.startswith(("Drop", "Set", "Rename")) for operation in shaping):
        return operations
    return sorted(operations, key=lambda operation: _RANKS.get(type(operation), len(_RANKS)))


def _migration(
    script: Script, plan: Plan, parents: tuple[str, ...], reader: _Reader
) -> tuple[Migration, int]:
    """A migration, and the number of statements on both of its sides."""
    if script.program is not None:
        return _program(script, plan, parents), 0
    up = reader.up(script.up)
    down = reader.down(script.down) if script.down is not None else None
    path = script.up[0].path if script.up else plan.source
    state, reason = _rollback(script, plan, up, down)
    migration = Migration(
        name=script.name,
        path=path,
        span=up.span or _beginning(script.up, path),
        parents=parents if script.parents is None else script.parents,
        transactional=_is_transactional(script, up),
        up=tuple(up.operations),
        down=_down(script, plan, down, reader.dialect) if down is not None else (),
        rollback=state,
        rollback_reason=reason,
        rollback_span=_rollback_place(script, down, path),
        statements=up.statements,
    )
    return migration, up.statements + (down.statements if down is not None else 0)


_ONE_TRANSACTION = frozenset({"diesel", "goose", "sqlx", "tern"})
"""Tools that run either side in a transaction, or none of them.

https://docs.diesel.rs/2.3.x/diesel/migration/trait.MigrationMetadata.html,
https://pressly.github.io/goose/documentation/annotations (NO TRANSACTION is for the whole file),
https://docs.rs/sqlx/latest/sqlx/migrate/struct.Migration.html (`no_tx`), https://github.com/jackc/tern
"""


def _down(script: Script, plan: Plan, down: _Side, dialect: Dialect) -> tuple[Operation, ...]:
    """The operations of a down side, with the error that ends it where CONCURRENTLY is in a transaction."""
    in_transaction = script.transactional is True and not down.opens_transaction
    if dialect == "postgresql" and plan.layout in _ONE_TRANSACTION and in_transaction:
        return refused_in_transaction(down.operations)
    return tuple(down.operations)


def _program(script: Script, plan: Plan, parents: tuple[str, ...]) -> Migration:
    """A migration in a programming language: nothing is known of what it does, or whether it can go back."""
    nothing_known = (Opaque(reason=script.program or ""),)
    return Migration(
        name=script.name,
        path=plan.source,
        span=Span(plan.source, 0, 0),
        parents=parents if script.parents is None else script.parents,
        up=nothing_known,
        down=nothing_known,
        rollback="present",
    )


def _rollback_place(script: Script, down: _Side | None, path: str) -> Span | None:
    if script.marker is not None or down is None:
        return script.marker
    return _beginning(script.down or (), path) if down.span is None else down.span


def _beginning(parts: Iterable[Part], path: str) -> Span:
    for part in parts:
        return Span(part.path, part.start, part.start)
    return Span(path, 0, 0)


def _is_transactional(script: Script, up: _Side) -> bool:
    """What the tool does, or the SQL itself: BEGIN opens a transaction, CONCURRENTLY can be in none."""
    if script.transactional is None:
        return not any(
            operation.concurrently
            for operation in up.operations
            if isinstance(operation, AddIndex | DropIndex)
        )
    return script.transactional or up.opens_transaction


def _rollback(script: Script, plan: Plan, up: _Side, down: _Side | None) -> tuple[RollbackState, str | None]:
    if script.rollback is not None:
        return script.rollback, script.rollback_reason
    for side in (down, up):
        if side is not None and side.irreversible:
            return "irreversible", side.reason
    if down is None:
        return ("absent" if plan.has_down_parts else "unsupported"), None
    if down.does_something:
        return "present", None
    if down.refusal is not None:
        return "irreversible", down.refusal
    return "empty", None
