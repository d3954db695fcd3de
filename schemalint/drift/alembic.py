"""What Alembic's autogenerate compares: models with the database that migrations make, as it is read back.

Tables, columns with their types and nullability, indexes and unique constraints by their names, foreign keys
by what they are (`alembic.autogenerate.compare`). Primary keys and checks are none of its business, defaults
only where the project asks for them, and nothing that the project's `env.py` leaves out.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from itertools import chain

from msgspec.structs import replace

from schemalint.catalog import Catalog, Column, ForeignKey, Index, Name, Table, TableKey
from schemalint.comparison import Difference, difference_of
from schemalint.drift.alembic_defaults import defaults_differ
from schemalint.drift.alembic_indexes import index_differences
from schemalint.drift.alembic_types import types_differ
from schemalint.drift.tool import Tool, the_column, the_index, the_key, whatever_differs
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, folded
from schemalint.knowledge.names import postgresql_cut
from schemalint.operations import AddColumn, AddIndex, CreateTable, Operation, RenameTable
from schemalint.reading import Reading
from schemalint.replay import Replay
from schemalint.rollback.unseen_columns import unseen_columns
from schemalint.rule import Database
from schemalint.scope import Compared, Scope

_OUTSIDE = "outside"
"""A MetaData of another package, of whose tables nothing is known but those that the project adds."""
_NUMBERED = frozenset({"integer", "bigint", "smallint", "serial", "bigserial", "smallserial", "int"})
"""Types of keys that a database may number, whose defaults are not compared."""
_Shape = tuple[Hashable, ...]


def _compare(database: Database, declared: Catalog, migrated: Catalog) -> Iterator[Difference]:
    """Every difference that autogenerate sees; none where its target is not known to be these models."""
    assert database.declared is not None
    assert database.migrated is not None
    scope = database.migrated.scope
    if scope is None or not scope.declarations or not _are_the_target(database.declared, declared, scope):
        return
    found = _differences(declared, migrated, scope, database.declared, database.migrated)
    if scope.types and database.replay is not None:
        found = chain(found, _type_differences_of_unseen(declared, migrated, database.replay))
    for difference in found:
        name = difference.table
        table = declared.tables[declared.key(name)] if name is not None else difference.left
        if isinstance(table, Table) and not _is_target(table, scope):
            continue
        names = database.declared.elsewhere if difference.left is None else database.declared.besides
        if difference.name in names:
            continue
        if _is_included(difference, scope) and (
            name is None
            or not isinstance(table, Table)
            or _is_asked_for(scope, table, None, made=True, declared=True)
        ):
            yield difference


def _are_the_target(reading: Reading, declared: Catalog, scope: Scope) -> bool:
    """Whether autogenerate compares these models: the same collections, or one with all their tables."""
    targets = set(scope.declarations or ())
    if targets - {_OUTSIDE} <= set(reading.declares) <= targets:
        return True
    if not scope.files or not scope.files <= set(reading.paths):
        return False
    return scope.tables == {str(table.name) for table in declared.tables.values()}


def _differences(
    declared: Catalog, migrated: Catalog, scope: Scope, reading: Reading, history: Reading
) -> Iterator[Difference]:
    written = _written_names(reading, declared)
    merged = _merged_uniques(reading, declared, history)
    left_out = _left_out(declared, scope)
    nullable = _nullable_in_keys(reading, declared)
    outside = _OUTSIDE in (scope.declarations or ())
    for key, table in declared.tables.items():
        if key in left_out:
            continue
        if table.name.schema is not None and not scope.schemas:
            continue
        other = migrated.tables.get(key)
        if other is None:
            yield Difference(subject="table", table=None, name=str(table.name), left=table)
        else:
            as_written = replace(table, columns=_as_written(table, nullable.get(key, frozenset())))
            yield from _column_differences(as_written, other, declared, migrated, scope)
            with_merged = replace(table, indexes=(*table.indexes, *merged.get(key, ())))
            names = written.get(key, frozenset())
            yield from index_differences(with_merged, other, declared.dialect, names, reading.textual)
            yield from _key_differences(table, other, declared, migrated)
    for key, other in migrated.tables.items():
        foreign = other.name.schema is not None and not scope.schemas
        bookkeeping = scope.bookkeeping is not None and other.name.name == scope.bookkeeping
        unknown = foreign or bookkeeping or other.assumed or outside
        if (key not in declared.tables or key in left_out) and not unknown:
            yield Difference(subject="table", table=None, name=str(other.name), right=other)


def _left_out(declared: Catalog, scope: Scope) -> frozenset[TableKey]:
    """The declared tables that `env.py` certainly does not import; none where it imports no table at all."""
    tables = declared.tables.items()
    others = [(key, table) for key, table in tables if not _is_target(table, scope)]
    if len(others) == len(declared.tables):
        return frozenset()
    return frozenset(
        key for key, table in others if table.span is not None and scope.leaves_out(table.span.path)
    )


def _is_target(table: Table, scope: Scope) -> bool:
    """Whether a declared table is certainly among those that `env.py` compares."""
    return str(table.name) in scope.tables or (table.span is not None and scope.reaches(table.span.path))


def _written_names(reading: Reading, catalog: Catalog) -> dict[TableKey, frozenset[str]]:
    """The names of indexes and constraints that the models give; the others are the database's own."""
    found: dict[TableKey, set[str]] = {}
    for operation in reading.operations:
        table, indexes = _indexes_made(operation)
        if table is not None:
            names = {index.name for index in indexes if index.name is not None}
            found.setdefault(catalog.key(table), set()).update(names)
    return {key: frozenset(names) for key, names in found.items()}


def _nullable_in_keys(reading: Reading, catalog: Catalog) -> dict[TableKey, frozenset[str]]:
    """The columns of primary keys that the models say may hold nulls: no database lets them."""
    return {
        catalog.key(operation.table.name): frozenset(
            column.name for column in operation.table.columns if column.nullable
        )
        for operation in reading.operations
        if isinstance(operation, CreateTable)
    }


def _as_written(table: Table, nullable: frozenset[str]) -> tuple[Column, ...]:
    primary = table.primary_key
    keys = nullable & frozenset(primary.columns if primary is not None else ())
    if not keys:
        return table.columns
    return tuple(
        replace(column, nullable=True) if column.name in keys else column for column in table.columns
    )


def _merged_uniques(reading: Reading, catalog: Catalog, history: Reading) -> dict[TableKey, list[Index]]:
    """Declared unique constraints that the database does not make, as the primary key has their columns.

    SQLite keeps their text, from which they are read back: there those of which the history has none, too.
    """
    found: dict[TableKey, list[Index]] = {}
    written = _written_uniques(history, catalog) if catalog.dialect == "sqlite" else {}
    for operation in reading.operations:
        if not isinstance(operation, CreateTable):
            continue
        key = catalog.key(operation.table.name)
        made = catalog.tables.get(key)
        primary = made.primary_key if made is not None else None
        if made is None or primary is None:
            continue
        there = {index.columns for index in made.indexes if index.origin == "unique constraint"}
        found[key] = [
            index
            for index in operation.table.indexes
            if index.origin == "unique constraint"
            and index.columns not in there
            and sorted(index.columns) == sorted(primary.columns)
            and frozenset(index.columns) not in written.get(key, ())
        ]
    return found


def _written_uniques(history: Reading, catalog: Catalog) -> dict[TableKey, set[frozenset[str]]]:
    """The columns of each unique constraint that some migration writes, by the table that it belongs to."""
    found: dict[TableKey, set[frozenset[str]]] = {}
    for operation in history.way_up():
        if isinstance(operation, RenameTable):
            before = found.get(catalog.key(operation.table), ())
            found.setdefault(catalog.key(operation.new_name), set()).update(before)
            continue
        table, indexes = _indexes_made(operation)
        if table is not None:
            uniques = {frozenset(index.columns) for index in indexes if index.origin == "unique constraint"}
            found.setdefault(catalog.key(table), set()).update(uniques)
    return found


def _indexes_made(operation: Operation) -> tuple[Name | None, tuple[Index, ...]]:
    """The table and the indexes that an operation writes of it; no table where it writes none."""
    if isinstance(operation, CreateTable):
        return operation.table.name, operation.table.indexes
    if isinstance(operation, AddColumn):
        return operation.table, operation.indexes
    if isinstance(operation, AddIndex):
        return operation.table, (operation.index,)
    return None, ()


# columns


def _column_differences(
    table: Table, other: Table, declared: Catalog, migrated: Catalog, scope: Scope
) -> Iterator[Difference]:
    made = {column.name: column for column in other.columns}
    for column in table.columns:
        one = made.pop(column.name, None)
        if one is not None and (cut := _cut(column.name, declared)) != column.name:
            one = made.setdefault(cut, replace(one, name=cut))  # known by the name that the database keeps
            one = None
        if one is None:
            yield difference_of(table.name, column, None)
            continue
        for aspect in _aspects(column, one, table, declared, migrated, scope):
            yield difference_of(table.name, column, one, aspect)
    for one in made.values():
        yield difference_of(table.name, None, one)


def _cut(name: str, catalog: Catalog) -> str:
    return postgresql_cut(name) if catalog.dialect in POSTGRESQL_FAMILY else name


def _aspects(
    column: Column, made: Column, table: Table, declared: Catalog, migrated: Catalog, scope: Scope
) -> Iterator[str]:
    is_guessed = column.assumed or made.assumed
    if scope.types and not is_guessed and types_differ(column, made, declared, migrated):
        yield "type"
    is_identity = column.untold_identity
    if declared.dialect in POSTGRESQL_FAMILY:
        is_identity = column.identity or made.identity
    if column.nullable != made.nullable and column.generated is None and not is_identity:
        yield "nullability"
    if scope.defaults and column.generated is None and made.generated is None:
        primary = table.primary_key
        in_key = primary is not None and column.name in primary.columns
        if not (in_key and column.type in _NUMBERED) and defaults_differ(column, made, declared.dialect):
            yield "default"


def _type_differences_of_unseen(declared: Catalog, migrated: Catalog, replay: Replay) -> Iterator[Difference]:
    """Columns to which revisions give another type, of tables that another package makes before them."""
    if not any(table.assumed for table in migrated.tables.values()):
        return
    unseen = unseen_columns(replay.steps)
    for key, table in declared.tables.items():
        if key not in migrated.tables or not migrated.tables[key].assumed:
            continue
        for column in table.columns:
            type_ = unseen.type_of((key, folded(column.name, declared.dialect)))
            made = Column(name=column.name, type=type_ or "", nullable=column.nullable)
            if type_ is not None and not column.assumed and types_differ(column, made, declared, migrated):
                yield difference_of(table.name, column, made, "type")


# foreign keys


def _key_differences(
    table: Table, other: Table, declared: Catalog, migrated: Catalog
) -> Iterator[Difference]:
    left = {_key_shape(key, declared): key for key in table.foreign_keys}
    right = {_key_shape(key, migrated): key for key in other.foreign_keys}
    only_declared = [key for shape, key in left.items() if shape not in right]
    only_made = [key for shape, key in right.items() if shape not in left]
    if declared.dialect == "sqlite":  # read back is one key of the same columns and target
        only_made = [key for key in only_made if not _is_doubled(key, left, right)]
    for key in only_declared:
        same = next((one for one in only_made if one.name is not None and one.name == key.name), None)
        if same is not None:
            only_made.remove(same)
        yield difference_of(table.name, key, same)
    for key in only_made:
        yield difference_of(table.name, None, key)


def _is_doubled(key: ForeignKey, left: dict[_Shape, ForeignKey], right: dict[_Shape, ForeignKey]) -> bool:
    """Whether a key stands beside another one that differs in its actions alone, and is the declared one."""
    return any(
        shape in left and (other.columns, other.target) == (key.columns, key.target)
        for shape, other in right.items()
        if other is not key
    )


def _key_shape(key: ForeignKey, catalog: Catalog) -> _Shape:
    target = catalog.get(key.target)
    primary = target.primary_key if target is not None else None
    columns = key.target_columns or (primary.columns if primary is not None else ())
    actions = [key.on_update, key.on_delete]
    if catalog.dialect in MYSQL_FAMILY:  # which does not tell RESTRICT from nothing
        actions = ["no action" if action == "restrict" else action for action in actions]
    return key.columns, catalog.key(key.target), columns, tuple(actions), key.deferrable, key.deferred


# what is certain of tables that are not known in full


def _holds(difference: Difference, declared: Table, made: Table) -> bool:
    """Whether an element is known on each side that has it, and the other side is known in full."""
    left, right = difference.left, difference.right
    if left is None:
        return declared.complete
    if right is None and not made.complete:
        return False
    return declared.complete or (isinstance(left, Column | Index | ForeignKey) and _is_own(left, declared))


def _is_own(element: Column | Index | ForeignKey, table: Table) -> bool:
    """Whether the class of a table has it itself: what bases bring stands before the class, or elsewhere."""
    here, there = element.span, table.span
    return here is not None and there is not None and here.path == there.path and here.start > there.start


# what the project leaves out


def _is_included(difference: Difference, scope: Scope) -> bool:
    """Whether the project lets autogenerate see it, for certain."""
    known = difference.left if difference.left is not None else difference.right
    assert isinstance(known, Table | Column | Index | ForeignKey)
    made, declared = difference.right is not None, difference.left is not None
    return _is_asked_for(scope, known, difference.table, made=made, declared=declared)


def _is_asked_for(
    scope: Scope,
    element: Table | Column | Index | ForeignKey,
    table: Name | None,
    *,
    made: bool,
    declared: bool,
) -> bool:
    """Whether the project lets autogenerate see an element: a table, or what belongs to `table`."""
    if isinstance(element, Table):
        table = element.name
    assert table is not None
    compared = Compared(
        kind=_kind(element),
        name=table.name if isinstance(element, Table) else element.name,
        table=table.name,
        schema=table.schema,
        made=made,
        declared=declared,
    )
    return scope.includes(compared) is True


def _kind(element: Table | Column | Index | ForeignKey) -> str:
    """What Alembic calls it."""
    if isinstance(element, Table):
        return "table"
    if isinstance(element, Column):
        return "column"
    if isinstance(element, ForeignKey):
        return "foreign_key_constraint"
    return "unique_constraint" if element.origin == "unique constraint" else "index"


ALEMBIC = Tool(
    command="`alembic revision --autogenerate` makes the migration",
    column=the_column,
    index=the_index,
    foreign_key=the_key,
    compare=_compare,
    minds=whatever_differs,
    kinds=frozenset({"table", "partition"}),
    unmade=True,
    holds=_holds,
)
