"""From one catalog to another in SQL; on SQLite by making tables anew where ALTER TABLE can't do it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from schemalint import operations as op
from schemalint.catalog import Catalog, Check, ForeignKey, Index, Name, Table
from schemalint.comparison import differences
from schemalint.frontends.sql.statement_parts import Unwritable
from schemalint.frontends.sql.statements import Writer
from schemalint.knowledge.expressions import tidy
from schemalint.replay import Refused, Run
from schemalint.replay.obstacles import obstacle

_RENAMES = (op.RenameTable, op.RenameColumn, op.RenameIndex, op.RenameConstraint)
_BESIDES_RENAMES = (op.RenameTable, op.RenameColumn, op.DropTable, op.DropColumn)
"""What SQLite does to tables as they are, up to the last one that gets another name."""


def statements(operations: tuple[op.Operation, ...], now: Catalog, wanted: Catalog) -> list[str]:
    """The statements that make the catalog `wanted` of `now`; Unwritable where there are none.

    What ALTER TABLE can't do on SQLite is done by making the table anew.
    """
    writer = Writer(wanted, _types(operations, now))
    if now.dialect == "sqlite" and not _is_taken(operations, now, wanted):
        return list(_made_anew(writer, operations, now, wanted))
    try:
        return [one for operation in operations for one in writer.statements(operation)]
    except Unwritable:
        if now.dialect != "sqlite":
            raise
        return list(_made_anew(writer, operations, now, wanted))


def view_statements(operations: tuple[op.Operation, ...], catalog: Catalog) -> list[str]:
    """The statements that drop views or make them, which is the same in every database."""
    writer = Writer(catalog)
    found: list[str] = []
    for operation in operations:
        if isinstance(operation, op.CreateView) and operation.definition is not None:
            kind = "MATERIALIZED VIEW" if operation.materialized else "VIEW"
            found.append(f"CREATE {kind} {writer.name(operation.name)} {tidy(operation.definition)}")
        else:
            found += writer.statements(operation)
    return found


def _types(operations: tuple[op.Operation, ...], now: Catalog) -> Iterator[str]:
    """The types that are there before the last statement, under each name that they have by then."""
    yield from (name for _, name in now.types)
    for operation in operations:
        if isinstance(operation, op.CreateType):
            yield operation.name.name
        elif isinstance(operation, op.AlterType) and operation.new_name is not None:
            yield operation.new_name


def _is_taken(operations: tuple[op.Operation, ...], now: Catalog, wanted: Catalog) -> bool:
    """Whether SQLite does the operations one by one, and they come to what is wanted."""
    run = Run(now)
    try:
        for operation in operations:
            if obstacle(run.catalog, operation) is not None or _needs_empty_table(operation):
                return False
            run.do(operation)
    except Refused:
        return False
    if any(differences(wanted, run.catalog)):
        return False
    return not any(
        _is_named_otherwise(table, wanted.tables.get(key)) for key, table in run.catalog.tables.items()
    )


def _needs_empty_table(operation: op.Operation) -> bool:
    """Whether SQLite adds a column to an empty table only: one that is kept with rows."""
    return isinstance(operation, op.AddColumn) and operation.column.stored is True


def _tables_to_make(now: Catalog, renamed: Catalog, wanted: Catalog) -> Iterator[tuple[Table | None, Table]]:
    """The tables that are wanted otherwise than they are, each as it is, renamed, and as it is wanted."""
    found = differences(renamed, wanted)
    changed = {wanted.key(one.table) for one in found if one.table is not None}
    for key, table in wanted.tables.items():
        present = renamed.tables.get(key)
        went_along = present is not None and present is not now.tables.get(key)
        if went_along and key not in changed and not _is_named_otherwise(present, table):
            continue
        if present is not table:
            yield present, table


def _is_named_otherwise(table: Table | None, wanted: Table | None) -> bool:
    """Whether constraints have other names: SQLite makes nothing of them, but Alembic asks for them."""
    if table is None or wanted is None or table is wanted:
        return False
    return _names(table) != _names(wanted)


def _names(table: Table) -> Counter[str]:
    keys = (index for index in table.indexes if index.is_constraint)
    constraints: tuple[Index | ForeignKey | Check, ...] = (*keys, *table.foreign_keys, *table.checks)
    return Counter(one.name.lower() for one in constraints if one.name is not None)


def _made_anew(
    writer: Writer, operations: tuple[op.Operation, ...], now: Catalog, wanted: Catalog
) -> Iterator[str]:
    """A new table with the rows and then the name of the old one: SQLite's way to any other change.

    What is renamed is renamed before, and everything that refers to it goes along.
    """
    run = Run(now)
    last = max((at for at, one in enumerate(operations, 1) if isinstance(one, _RENAMES)), default=0)
    for operation in operations[:last]:
        if not isinstance(operation, _BESIDES_RENAMES):
            raise Unwritable("SQLite needs the table made anew, and it is renamed besides")
        _do(run, operation)
        yield from writer.statements(operation)
    for key, table in run.catalog.tables.items():
        if key not in wanted.tables:
            yield f"DROP {'VIEW' if table.kind == 'view' else 'TABLE'} {writer.name(table.name)}"
    looks_at_views = any(table.reads for table in run.catalog.tables.values())
    if looks_at_views:  # a table that is gone for a moment is missed: https://sqlite.org/lang_altertable.html
        yield "PRAGMA legacy_alter_table = ON"
    made: list[Table] = []
    changed = list(_tables_to_make(now, run.catalog, wanted))
    are_referred_to = _are_referred_to([present for present, _ in changed if present], run.catalog)
    # DROP TABLE deletes the rows first: https://sqlite.org/foreignkeys.html#fk_schemacommands
    if are_referred_to:
        yield "PRAGMA foreign_keys = OFF"
    for present, table in changed:
        if table.kind != "table" or not table.complete:
            raise Unwritable(f"the definition of {table.name} is not known")
        if present is None:
            yield writer.create_table(table)
        else:
            new = Name(f"{table.name.name}_before", table.name.schema)
            columns = [
                column.name
                for column in table.columns
                if present.column(column.name, "sqlite") is not None and column.generated is None
            ]
            if not columns:
                raise Unwritable(f"no column of {table.name} has the name that it had, and its rows are lost")
            listed = ", ".join(map(writer.word, columns))
            yield writer.create_table(table, new)
            rows = f"SELECT {listed} FROM {writer.name(table.name)}"  # noqa: S608
            yield f"INSERT INTO {writer.name(new)} ({listed}) {rows}"
            yield f"DROP TABLE {writer.name(table.name)}"
            yield f"ALTER TABLE {writer.name(new)} RENAME TO {writer.name(table.name)}"
        made.append(table)
    for table in made:  # a name may have been that of another table's index
        for index in table.indexes:
            if not index.is_constraint:
                yield from writer.statements(op.AddIndex(table=table.name, index=index))
    if are_referred_to:
        yield "PRAGMA foreign_keys = ON"
    if looks_at_views:
        yield "PRAGMA legacy_alter_table = OFF"


def _are_referred_to(tables: Iterable[Table], catalog: Catalog) -> bool:
    """Whether foreign keys point to any of the tables: to drop one is to delete its rows for them."""
    keys = {catalog.key(table.name) for table in tables}
    return any(
        catalog.key(key.target) in keys for table in catalog.tables.values() for key in table.foreign_keys
    )


def _do(run: Run, operation: op.Operation) -> None:
    """Unwritable where a name is not free before the rest is done."""
    reason = obstacle(run.catalog, operation)
    try:
        if reason is None:
            run.do(operation)
    except Refused as refused:
        reason = str(refused)
    if reason is not None:
        raise Unwritable(f"SQLite needs a table made anew, and before that {reason}")
