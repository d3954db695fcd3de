"""What a database looks like: tables, columns, indexes, foreign keys. Frozen, and free of any front end."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from schemalint.knowledge.dialects import Dialect, default_schema, folded
from schemalint.source import Span

Order = Literal["asc", "desc"]
Nulls = Literal["first", "last"]
Origin = Literal["explicit", "primary key", "unique constraint", "exclusion constraint", "implicit"]
Action = Literal["no action", "restrict", "cascade", "set null", "set default"]
RelationKind = Literal["table", "partition", "view", "materialized view", "foreign table", "virtual table"]
VIEWS: tuple[RelationKind, ...] = ("view", "materialized view")
"""Relations that a query makes, whose columns are what it selects."""


class Name(Struct, frozen=True):
    """The name of a table, view, type or index; `schema` is None for the database's default schema."""

    name: str
    schema: str | None = None

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name


class Column(Struct, frozen=True, kw_only=True):
    """One column. `type` is the database's spelling in lower case; `default` is SQL text.

    `assumed` marks one whose type is a guess: a setting or a value decides it that is not in the project.
    `fetched` marks one that the database fills by other means than a DEFAULT, or with one said elsewhere.
    `labels` are those of an enum that the models keep as a string. `inherited` is one that the table has only
    because a table has it that this one inherits from, or is a partition of. `stored` says of one that is
    generated whether it is kept with the row, None where that is not known. `untold_identity` marks one that
    is an identity to the models, of which the database knows nothing.
    """

    name: str
    type: str
    nullable: bool = True
    default: str | None = None
    generated: str | None = None
    stored: bool | None = None
    identity: bool = False
    untold_identity: bool = False
    collation: str | None = None
    assumed: bool = False
    fetched: bool = False
    labels: tuple[str, ...] = ()
    inherited: bool = False
    span: Span | None = None


class Key(Struct, frozen=True, kw_only=True):
    """One key of an index: a column or an expression, exactly one of them set.

    `nulls`, `collation` and `operator_class` are None where they are the default of the column;
    `length` is MySQL's prefix length in characters.
    """

    column: str | None = None
    expression: str | None = None
    order: Order = "asc"
    nulls: Nulls | None = None
    collation: str | None = None
    operator_class: str | None = None
    length: int | None = None


class Index(Struct, frozen=True, kw_only=True):
    """An index. Primary keys, unique and exclusion constraints are indexes too, told apart by `origin`.

    `implied_by` is what made the index where nobody wrote it as one: the name of a foreign key for
    InnoDB's own indexes, the source words of an attribute (`@unique`, `unique=True`) for a framework's.
    `framework_made` marks what a framework always makes in this way and its user cannot leave out, such
    as the indexes of an implicit many-to-many table. `immediate` is False for a deferrable constraint,
    `deferred` says that it is checked at the end of a transaction unless asked for earlier. `valid` is False
    for one made `ON ONLY` a partitioned table or left invalid. `repeated_by` names a unique constraint on the
    columns of a primary key of SQLite's, which makes no index of it.
    """

    name: str | None
    keys: tuple[Key, ...]
    unique: bool = False
    method: str = "btree"
    predicate: str | None = None
    include: tuple[str, ...] = ()
    nulls_distinct: bool = True
    origin: Origin = "explicit"
    implied_by: str | None = None
    framework_made: bool = False
    valid: bool = True
    visible: bool = True
    immediate: bool = True
    deferred: bool = False
    replica_identity: bool = False
    repeated_by: str | None = None
    span: Span | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The key columns; an expression stands as its own text."""
        return tuple(key.column if key.column is not None else key.expression or "" for key in self.keys)

    @property
    def is_constraint(self) -> bool:
        """Whether it is dropped with DROP CONSTRAINT rather than DROP INDEX (PostgreSQL)."""
        return self.origin in ("primary key", "unique constraint", "exclusion constraint")


class ForeignKey(Struct, frozen=True, kw_only=True):
    """A foreign key. Empty `target_columns` mean the target's primary key.

    `enforced` is False where the framework keeps it and the database knows nothing of it (Prisma's
    `relationMode = "prisma"`, Django's `db_constraint=False`). `deferred` says of a `deferrable` one that it
    is checked at the end of a transaction unless asked for earlier. `assumed` marks one whose target is a
    guess: a setting decides it that is not in the project. `part_of` is the column whose definition it stands
    in, where that decides what a column can be dropped with (SQLite). PostgreSQL's `sets` are the columns
    that SET NULL or SET DEFAULT is for, none for all of them; `match_full` allows nulls in all or in none.
    """

    name: str | None
    columns: tuple[str, ...]
    target: Name
    target_columns: tuple[str, ...] = ()
    on_delete: Action = "no action"
    on_update: Action = "no action"
    enforced: bool = True
    deferrable: bool = False
    deferred: bool = False
    validated: bool = True
    assumed: bool = False
    part_of: str | None = None
    sets: tuple[str, ...] = ()
    match_full: bool = False
    span: Span | None = None


class Check(Struct, frozen=True, kw_only=True):
    """A CHECK constraint; `expression` is SQL text, `columns` those it mentions, as far as known.

    `part_of` is the column in whose definition it stands on SQLite and on MariaDB, which drops it when that
    is stated anew (https://mariadb.com/kb/en/constraint/). `inheritable` is False with NO INHERIT,
    `inherited` is as with columns.
    """

    name: str | None
    expression: str
    columns: tuple[str, ...] = ()
    part_of: str | None = None
    validated: bool = True
    inheritable: bool = True
    inherited: bool = False
    span: Span | None = None


class Use(Struct, frozen=True, kw_only=True):
    """A table, or another view, that a view reads, as it is filed, and the columns that it surely reads."""

    table: Name
    columns: frozenset[str] = frozenset()


class Table(Struct, frozen=True, kw_only=True):
    """A table, or another relation that can hold columns and indexes.

    `complete` is False where something that may concern the table was not understood, or where its making
    was never seen: rules about absence are silent on it; `holds` says of such a table that what is known
    of it is so, and there may only be more; `columns_hold`, that its columns are known all the same;
    `unsure`, that there is no more than what goes by these names. `parent` is the partitioned table that
    a partition belongs to, `bounds` says which rows of it are there, and `partitioned_by` how a table is
    divided itself, both as they are written and None where that is not known; PostgreSQL's `inherits` are
    those that it inherits from. `framework_made` marks tables that a framework makes by itself (implicit
    many-to-many): they are in the catalog, and no rule asks their user to change them. `assumed` marks a
    table that was altered without ever being made: it exists, and little more is known of it.
    `character_set` are MySQL's options of that name and of the collation, as they are written. A view
    `reads` tables; its `definition` is what stands behind its name in CREATE VIEW, None where that has other
    names by now.
    """

    name: Name
    columns: tuple[Column, ...] = ()
    indexes: tuple[Index, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    checks: tuple[Check, ...] = ()
    kind: RelationKind = "table"
    parent: Name | None = None
    bounds: str | None = None
    partitioned_by: str | None = None
    inherits: tuple[Name, ...] = ()
    complete: bool = True
    holds: bool = False
    columns_hold: bool = False
    unsure: tuple[str, ...] = ()
    temporary: bool = False
    framework_made: bool = False
    assumed: bool = False
    character_set: str | None = None
    reads: tuple[Use, ...] = ()
    definition: str | None = None
    span: Span | None = None

    @property
    def has_all_columns(self) -> bool:
        """Whether its columns are known, and there are no more."""
        return self.complete or self.columns_hold

    @property
    def parents(self) -> tuple[Name, ...]:
        """The tables whose columns it has: those that it inherits from, or the one that it is a part of."""
        return self.inherits if self.parent is None else (self.parent,)

    @property
    def primary_key(self) -> Index | None:
        """The primary key's index, if there is one."""
        for index in self.indexes:
            if index.origin == "primary key":
                return index
        return None

    def column(self, name: str, dialect: Dialect) -> Column | None:
        """The column of that name, compared as the dialect compares column names."""
        for column in self.columns:
            if column.name == name:
                return column
        wanted = folded(name, dialect)
        for column in self.columns:
            if folded(column.name, dialect) == wanted:
                return column
        return None


TableKey = tuple[str | None, str]


class Catalog(Struct, frozen=True, kw_only=True):
    """Every table of a database. Its mappings are keyed by folded (schema, name) and never changed in place.

    `index_owners` files each index name under the key of its table, for databases in which an index name
    stands for itself (all but MySQL and SQL Server). `types` holds user-made types: their labels for an
    enum, None for another kind. `heirs` are the tables that have parents. `search_path` are the schemas in
    which an unqualified name is looked up. `foreign_key_checks` is MySQL's variable of that name in the
    connection, None where it is not known; `legacy_alter_table` is SQLite's, with which foreign keys stay
    behind when their target is renamed. In keys and names, None is the default schema.
    """

    dialect: Dialect
    tables: Mapping[TableKey, Table] = {}
    index_owners: Mapping[TableKey, TableKey] = {}
    types: Mapping[TableKey, tuple[str, ...] | None] = {}
    heirs: tuple[TableKey, ...] = ()
    search_path: tuple[str | None, ...] = (None,)
    foreign_key_checks: bool | None = True
    legacy_alter_table: bool = False

    def key(self, name: Name) -> TableKey:
        """How the catalog files a name that says its schema."""
        schema = name.schema
        if schema is not None:
            schema = folded(schema, self.dialect)
            if schema == default_schema(self.dialect):
                schema = None
        return (schema, folded(name.name, self.dialect))

    def keys(self, name: Name) -> Iterator[TableKey]:
        """Where a statement's `name` may be filed: an unqualified one in any schema of the search path."""
        if name.schema is not None:
            yield self.key(name)
        else:
            wanted = folded(name.name, self.dialect)
            for schema in self.search_path:
                yield (schema, wanted)

    def placed(self, name: Name) -> Name:
        """The name that something new gets: an unqualified one in the first schema of the search path."""
        if name.schema is not None:
            return Name(name.name, self.key(name)[0])
        return Name(name.name, self.search_path[0] if self.search_path else None)

    def known_as(self, name: Name) -> Name:
        """The name of the relation that a statement means by `name`, or that a new one would get."""
        relation = self.find(name)
        return self.placed(name) if relation is None else relation.name

    def find(self, name: Name) -> Table | None:
        """The relation that a statement means by `name`."""
        for key in self.keys(name):
            table = self.tables.get(key)
            if table is not None:
                return table
        return None

    def get(self, name: Name) -> Table | None:
        """The relation filed under exactly `name`, as tables and foreign keys of a catalog write it."""
        return self.tables.get(self.key(name))

    def owner(self, index: Name) -> Table | None:
        """The table whose index a statement means by `index`."""
        for key in self.keys(index):
            owner = self.index_owners.get(key)
            if owner is not None:
                return self.tables[owner]
        return None

    def with_table(self, table: Table, *, instead_of: Table | None = None) -> Catalog:
        """The catalog with `table` added, or put in the place of `instead_of`."""
        key = self.key(table.name)
        old_key = key if instead_of is None else self.key(instead_of.name)
        tables = {**self.tables, key: table}
        if old_key != key:
            tables.pop(old_key, None)
        heirs = self.heirs
        if heirs or table.parents:
            heirs = tuple(heir for heir in heirs if heir not in {key, old_key})
            heirs = (*heirs, key) if table.parents else heirs
        owners = self.index_owners
        before = () if instead_of is None else instead_of.indexes
        if before is not table.indexes or old_key != key:
            kept = _shared(before, table.indexes) if old_key == key else 0
            owners = dict(owners)
            for index in before[kept:]:
                if index.name is not None and not self._keeps_apart(index):
                    owners.pop((old_key[0], folded(index.name, self.dialect)), None)
            for index in table.indexes[kept:]:
                if index.name is not None and not self._keeps_apart(index):
                    owners[key[0], folded(index.name, self.dialect)] = key
        return replace(self, tables=tables, index_owners=owners, heirs=heirs)

    def _keeps_apart(self, index: Index) -> bool:
        """SQLite: the names of constraints are no names of indexes, and any two may be alike."""
        return self.dialect == "sqlite" and index.is_constraint

    def without_table(self, table: Table) -> Catalog:
        """The catalog without `table` and its indexes."""
        return self.without_tables({self.key(table.name)})

    def without_tables(self, gone: Collection[TableKey]) -> Catalog:
        """The catalog without the tables that are filed so, and their indexes."""
        return replace(
            self,
            tables={key: other for key, other in self.tables.items() if key not in gone},
            index_owners={name: key for name, key in self.index_owners.items() if key not in gone},
            heirs=tuple(heir for heir in self.heirs if heir not in gone),
        )

    def to_compare(self, tables: Mapping[TableKey, Table]) -> Catalog:
        """The catalog with these tables in place of its own, less what it files of indexes and heirs."""
        return replace(self, tables=tables, index_owners={}, heirs=())

    def base_tables(self) -> Iterator[Table]:
        """The tables that stand for themselves: no views, partitions or temporary tables."""
        for table in self.tables.values():
            if table.kind == "table" and not table.temporary and not table.assumed:
                yield table


def _shared(before: tuple[Index, ...], after: tuple[Index, ...]) -> int:
    """How many indexes at the start are the very same."""
    count = 0
    for one, other in zip(before, after, strict=False):
        if one is not other:
            break
        count += 1
    return count


def referenced_columns(catalog: Catalog) -> dict[TableKey, frozenset[frozenset[str]]]:
    """For each table that foreign keys point to: the folded column sets that they point to."""
    found: dict[TableKey, set[frozenset[str]]] = {}
    for table in catalog.tables.values():
        for key in table.foreign_keys:
            columns = frozenset(folded(column, catalog.dialect) for column in key.target_columns)
            found.setdefault(catalog.key(key.target), set()).add(columns)
    return {target: frozenset(columns) for target, columns in found.items()}
