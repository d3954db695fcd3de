"""What a migration does: one type a verb. Every front end writes its sources down in these.

An operation says what was asked for, not what comes of it: names that the database would invent are
None, names without a schema are looked up when the operation is replayed, and `if_exists` is answered
by the catalog of that moment. `replay` knows what each database makes of it.
"""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from schemalint.catalog import Check, Column, ForeignKey, Index, Name, RelationKind, Table
from schemalint.source import Span


class Operation(Struct, frozen=True, kw_only=True):
    """What all operations have: the place where it is written, as far as there is one.

    `guard` marks an operation under a condition that asks the catalog ("if the constraint is not there,
    add it"), answered by the operation's own success: a number for the condition, and one for the branch.
    Of one branch all operations happen or none; of one condition the first branch that could happen does.
    `goes_on` says that the statement it is an action of goes on with the next operation.
    """

    span: Span | None = None
    guard: tuple[int, int] | None = None
    goes_on: bool = False


class Like(Struct, frozen=True, kw_only=True):
    """A table whose columns a CREATE TABLE copies, by LIKE or by a query.

    `including` holds what LIKE copies besides, in lower-case words ("defaults", "indexes", "constraints",
    …; "all" for all of them). `is_query` tells a query from LIKE; `selected` are its columns: each the column
    that it is, or None for an expression, and its new name; empty for all columns. `never_null` are those of
    which no row has a null, which MySQL makes NOT NULL.
    """

    source: Name
    including: frozenset[str] = frozenset()
    is_query: bool = False
    selected: tuple[tuple[str | None, str], ...] = ()
    never_null: frozenset[str] = frozenset()


class CreateTable(Operation, frozen=True, kw_only=True):
    """CREATE TABLE. Constraints may lack names, and foreign keys their target columns.

    `partition_of` makes a partition, `inherits` and `likes` copy columns. `table.complete` is False where
    the columns of a query are not known.
    """

    table: Table
    if_not_exists: bool = False
    likes: tuple[Like, ...] = ()
    inherits: tuple[Name, ...] = ()
    partition_of: Name | None = None


class DropTable(Operation, frozen=True, kw_only=True):
    """DROP TABLE, VIEW or MATERIALIZED VIEW; `kind` says which was meant."""

    table: Name
    kind: RelationKind = "table"
    if_exists: bool = False
    cascade: bool = False


class PresumeTable(Operation, frozen=True, kw_only=True):
    """The migration asks whether there is a table which no migration makes, and goes on as if there were."""

    table: Name


class RenameTable(Operation, frozen=True, kw_only=True):
    """A new name within the same schema, or, where `new_name` has a schema, in that one (MySQL)."""

    table: Name
    new_name: Name
    if_exists: bool = False


class MoveTable(Operation, frozen=True, kw_only=True):
    """ALTER TABLE … SET SCHEMA."""

    table: Name
    schema: str | None
    if_exists: bool = False


class ConvertTable(Operation, frozen=True, kw_only=True):
    """MySQL's CONVERT TO CHARACTER SET; None is the database's own."""

    table: Name
    character_set: str | None


class AddColumn(Operation, frozen=True, kw_only=True):
    """ADD COLUMN with the constraints written on the column, all of which go if it exists already.

    `first` and `after` are the place that MySQL gives it; the end of the table without either.
    """

    table: Name
    column: Column
    indexes: tuple[Index, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    checks: tuple[Check, ...] = ()
    if_not_exists: bool = False
    if_table_exists: bool = False
    first: bool = False
    after: str | None = None


class DropColumn(Operation, frozen=True, kw_only=True):
    """DROP COLUMN, with the indexes and constraints that need it; `only` leaves the table's children be."""

    table: Name
    column: str
    if_exists: bool = False
    if_table_exists: bool = False
    cascade: bool = False
    only: bool = False


class RenameColumn(Operation, frozen=True, kw_only=True):
    """RENAME COLUMN; indexes and keys follow."""

    table: Name
    column: str
    new_name: str
    if_table_exists: bool = False


class AlterColumn(Operation, frozen=True, kw_only=True):
    """Change what is set, leave what is UNSET.

    `replaces` marks MySQL's MODIFY and CHANGE, which state the whole column anew; `converts` whether USING
    says how rows get to the new type, as far as that is known; `only` leaves the table's children be.
    """

    table: Name
    column: str
    type: str | UnsetType = UNSET
    nullable: bool | UnsetType = UNSET
    default: str | UnsetType | None = UNSET
    generated: str | UnsetType | None = UNSET
    stored: bool | UnsetType | None = UNSET
    identity: bool | UnsetType = UNSET
    collation: str | UnsetType | None = UNSET
    if_table_exists: bool = False
    replaces: bool = False
    converts: bool | UnsetType = UNSET
    only: bool = False


class AddIndex(Operation, frozen=True, kw_only=True):
    """CREATE INDEX, or a primary key, unique or exclusion constraint added to a table.

    `using_index` names the index that ADD CONSTRAINT … USING INDEX turns into the constraint; `only` is
    CREATE INDEX … ON ONLY (not on the partitions).
    """

    table: Name
    index: Index
    if_not_exists: bool = False
    if_table_exists: bool = False
    concurrently: bool = False
    using_index: str | None = None
    only: bool = False


class DropIndex(Operation, frozen=True, kw_only=True):
    """DROP INDEX; `table` is known where the dialect writes it (MySQL)."""

    index: Name
    table: Name | None = None
    if_exists: bool = False
    cascade: bool = False
    concurrently: bool = False


class RenameIndex(Operation, frozen=True, kw_only=True):
    """ALTER INDEX … RENAME TO, or MySQL's ALTER TABLE … RENAME INDEX."""

    index: Name
    new_name: str
    table: Name | None = None
    if_exists: bool = False


class AlterIndex(Operation, frozen=True, kw_only=True):
    """Change what is set: visibility (MySQL), validity (ATTACH PARTITION), replica identity."""

    index: Name
    table: Name | None = None
    visible: bool | UnsetType = UNSET
    valid: bool | UnsetType = UNSET
    replica_identity: bool | UnsetType = UNSET


class AddForeignKey(Operation, frozen=True, kw_only=True):
    """ADD FOREIGN KEY."""

    table: Name
    foreign_key: ForeignKey
    if_not_exists: bool = False
    if_table_exists: bool = False


class AddCheck(Operation, frozen=True, kw_only=True):
    """ADD CHECK."""

    table: Name
    check: Check
    if_table_exists: bool = False


ConstraintKind = Literal["any", "primary key", "unique constraint", "foreign key", "check"]


class DropConstraint(Operation, frozen=True, kw_only=True):
    """DROP CONSTRAINT, or MySQL's DROP FOREIGN KEY, PRIMARY KEY (without a name) or CHECK.

    `columns` are those of a constraint that has no name, in databases that keep it so (SQLite); `only` leaves
    the table's children be.
    """

    table: Name
    name: str | None
    kind: ConstraintKind = "any"
    columns: tuple[str, ...] = ()
    if_exists: bool = False
    if_table_exists: bool = False
    cascade: bool = False
    only: bool = False


class RenameConstraint(Operation, frozen=True, kw_only=True):
    """RENAME CONSTRAINT; the index of a key is renamed with it."""

    table: Name
    name: str
    new_name: str
    if_table_exists: bool = False


class AlterConstraint(Operation, frozen=True, kw_only=True):
    """VALIDATE CONSTRAINT and ALTER CONSTRAINT … DEFERRABLE INITIALLY DEFERRED."""

    table: Name
    name: str
    validated: bool | UnsetType = UNSET
    deferrable: bool | UnsetType = UNSET
    deferred: bool | UnsetType = UNSET
    if_table_exists: bool = False


class Source(Struct, frozen=True):
    """A table that a query reads, and the columns that it names of it; "*" for all of them."""

    table: Name
    columns: frozenset[str]


class Alone(Struct, frozen=True):
    """A name in a query that may be a column: of which of its sources, by their places, if of any."""

    column: str
    sources: tuple[int, ...]


class CreateView(Operation, frozen=True, kw_only=True):
    """CREATE [OR REPLACE] [MATERIALIZED] VIEW; `columns` as far as they are known.

    `sources` are the tables behind FROM and JOIN, `alone` the names without a table that may be columns.
    `definition` is what stands behind the name.
    """

    name: Name
    materialized: bool = False
    replace: bool = False
    if_not_exists: bool = False
    columns: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    alone: tuple[Alone, ...] = ()
    definition: str | None = None


class CreateType(Operation, frozen=True, kw_only=True):
    """CREATE TYPE or DOMAIN; `labels` of an enum, None for another kind."""

    name: Name
    labels: tuple[str, ...] | None = None
    if_not_exists: bool = False


class AlterType(Operation, frozen=True, kw_only=True):
    """ALTER TYPE: a label added or renamed, the type renamed or moved; what is set happens.

    A label is added `before` or `after` another one, or at the end.
    """

    name: Name
    add_label: str | None = None
    before: str | None = None
    after: str | None = None
    rename_label: tuple[str, str] | None = None
    new_name: str | None = None
    new_schema: str | UnsetType | None = UNSET


class DropType(Operation, frozen=True, kw_only=True):
    """DROP TYPE or DOMAIN; with CASCADE the columns of that type go too."""

    name: Name
    if_exists: bool = False
    cascade: bool = False


class DropSequence(Operation, frozen=True, kw_only=True):
    """DROP SEQUENCE; with CASCADE the defaults that take their values from it go too."""

    name: Name
    if_exists: bool = False
    cascade: bool = False


class CreateSchema(Operation, frozen=True, kw_only=True):
    """CREATE SCHEMA."""

    name: str
    if_not_exists: bool = False


class DropSchema(Operation, frozen=True, kw_only=True):
    """DROP SCHEMA; with CASCADE everything in it goes."""

    name: str
    if_exists: bool = False
    cascade: bool = False


class RenameSchema(Operation, frozen=True, kw_only=True):
    """ALTER SCHEMA … RENAME TO."""

    name: str
    new_name: str


class Opaque(Operation, frozen=True, kw_only=True):
    """Something that may change the catalog and was not understood.

    `tables` are those it may touch, None if that is unknown; `reason` finishes the sentence "not understood:
    …". `spares_columns` says that it changes no column: an index or a constraint, at most. `ungrammatical`
    says that the database's grammar surely has no such statement: whoever runs it as it stands gets an error,
    and what has been run was put into other words before.
    """

    reason: str
    tables: tuple[Name, ...] | None = None
    spares_columns: bool = False
    ungrammatical: bool = False


def spares_columns(operation: Operation) -> bool:
    """Whether the columns of a table are the same after it, whatever else it does. Keys rule out nulls."""
    if isinstance(operation, AddIndex):
        return operation.index.origin != "primary key"
    if isinstance(operation, Opaque):
        return operation.spares_columns
    return isinstance(operation, _SPARE_COLUMNS)


_SPARE_COLUMNS = (
    *(DropIndex, RenameIndex, AlterIndex, AddForeignKey, AddCheck),
    *(DropConstraint, RenameConstraint, AlterConstraint),
)


class Failure(Operation, frozen=True, kw_only=True):
    """What ends a migration with an error before the database is asked: its own program, or its tool.

    `reason` is a clause of its own: "downgrade() raises NotImplementedError". It is `meant` where the program
    refuses to go on by itself.
    """

    reason: str
    meant: bool = False
