"""Tables made, dropped, renamed and moved, with all that hangs on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from schemalint import operations as op
from schemalint.catalog import Catalog, Check, Column, ForeignKey, Index, Name, Table, TableKey
from schemalint.knowledge.collations import bytes_of_character, character_set_of, without_character_set
from schemalint.knowledge.dialects import MYSQL_FAMILY, folded
from schemalint.operations import inheritance as ties
from schemalint.replay import constraints, indexes, inheritance, views
from schemalint.replay.refusal import Refused, known_table


def create(catalog: Catalog, operation: op.CreateTable) -> Catalog:
    """CREATE TABLE: first what is copied, then what is written, then the names nobody wrote."""
    written = operation.table
    name = catalog.placed(written.name)
    existing = catalog.get(name)
    if existing is not None and not existing.assumed:
        if operation.if_not_exists:
            return catalog
        raise Refused(f"the table {name} exists already")
    made = _with_copies(catalog, operation)
    is_partition = operation.partition_of is not None
    above = operation.inherits if operation.partition_of is None else (operation.partition_of,)
    parents = [parent for parent in map(catalog.find, above) if parent is not None]
    names = tuple(map(catalog.known_as, above))
    table = replace(
        made,
        name=name,
        columns=inheritance.columns_with(parents, made.columns, catalog) if parents else made.columns,
        indexes=(),
        foreign_keys=(),
        checks=(),
        complete=made.complete and len(parents) == len(names),
        parent=names[0] if is_partition else None,
        inherits=() if is_partition else names,
    )
    checks = inheritance.checks_with(parents, made.checks)
    catalog = catalog.with_table(table, instead_of=existing)
    return _with_constraints(catalog, table, made.indexes, made.foreign_keys, checks)


def _with_copies(catalog: Catalog, operation: op.CreateTable) -> Table:
    """The table as it is written, with what LIKE and AS take from others."""
    written = operation.table
    columns, checks = list(written.columns), list(written.checks)
    copied_indexes: list[Index] = []
    complete = written.complete
    for like in operation.likes:
        original = catalog.find(like.source)
        if original is None:
            complete = False
            columns += [Column(name=name, type="", span=operation.span) for _, name in like.selected]
            continue
        complete = complete and original.complete
        if like.is_query:
            columns += _result_columns(original, like, catalog, columns)
            continue
        columns += _like_columns(original, catalog, columns, like.including)
        copied_indexes += _copied_indexes(original, catalog, like.including)
        checks += _copied_checks(original, like.including)
    return replace(
        written,
        columns=tuple(columns),
        indexes=(*copied_indexes, *written.indexes),
        checks=tuple(checks),
        complete=complete,
    )


def _copied_columns(original: Table, catalog: Catalog, present: Iterable[Column]) -> list[Column]:
    names = {folded(column.name, catalog.dialect) for column in present}
    return [column for column in original.columns if folded(column.name, catalog.dialect) not in names]


def _result_columns(
    original: Table, like: op.Like, catalog: Catalog, present: Iterable[Column]
) -> list[Column]:
    """What CREATE TABLE … AS makes of the columns of a query; only MySQL keeps NOT NULL and defaults."""
    selected = like.selected or tuple((column.name, column.name) for column in original.columns)
    names = {folded(column.name, catalog.dialect) for column in present}
    found: list[Column] = []
    for source, name in selected:
        if folded(name, catalog.dialect) in names:
            continue
        column = original.column(source, catalog.dialect) if source is not None else None
        if column is None:
            nullable = catalog.dialect not in MYSQL_FAMILY or name not in like.never_null
            found.append(Column(name=name, type="", nullable=nullable, span=original.span))
        elif catalog.dialect in MYSQL_FAMILY:
            found.append(replace(column, name=name))
        else:
            found.append(Column(name=name, type=column.type, span=column.span))
    return found


def _like_columns(
    original: Table, catalog: Catalog, present: Iterable[Column], including: frozenset[str]
) -> Iterator[Column]:
    """LIKE copies types and NOT NULL; PostgreSQL's copies no more than is asked for, MySQL's everything."""
    for column in _copied_columns(original, catalog, present):
        if catalog.dialect in MYSQL_FAMILY:
            yield column
            continue
        shared = inheritance.with_shared_sequence(column, original, catalog)
        has_expression = _includes("generated", including)
        yield replace(
            shared,
            default=shared.default if _includes("defaults", including) else None,
            generated=column.generated if has_expression else None,
            stored=column.stored if has_expression else None,
            identity=column.identity and _includes("identity", including),
            inherited=False,
        )


def _includes(what: str, including: frozenset[str]) -> bool:
    return bool({"all", what} & including) and f"-{what}" not in including


def _copied_indexes(original: Table, catalog: Catalog, including: frozenset[str]) -> list[Index]:
    """LIKE copies indexes under new names; MySQL's keeps the names."""
    if not _includes("indexes", including):
        return []
    if catalog.dialect in MYSQL_FAMILY:
        return list(original.indexes)
    return [replace(index, name=None) for index in original.indexes]


def _copied_checks(original: Table, including: frozenset[str]) -> list[Check]:
    return list(original.checks) if _includes("constraints", including) else []


def _with_constraints(
    catalog: Catalog,
    table: Table,
    new_indexes: Iterable[Index],
    foreign_keys: Iterable[ForeignKey],
    checks: Iterable[Check],
) -> Catalog:
    """Keys in the order in which the databases make them: the primary key, other indexes, foreign keys."""
    ordered = indexes.merged_within_statement(new_indexes, catalog.dialect, table.columns)
    if ordered:
        catalog = indexes.attach_all(catalog, table, ordered)
    for check in checks:
        catalog = constraints.attach_check(catalog, table.name, check)
    for foreign_key in foreign_keys:
        catalog = constraints.attach_foreign_key(catalog, table.name, foreign_key)
    return catalog


def drop(catalog: Catalog, operation: op.DropTable) -> Catalog:
    """DROP TABLE. Foreign keys to it go with it (PostgreSQL, CASCADE).

    They stay and dangle on SQLite, and on MySQL, which does that with foreign_key_checks=0 alone.
    """
    table = catalog.find(operation.table)
    if table is None:
        if operation.if_exists or operation.kind != "table":
            return catalog
        raise Refused(f"there is no table {operation.table}")
    if operation.cascade:
        return views.without_readers(without(catalog, table), table)
    return without(inheritance.released(catalog, table), table)


def without(catalog: Catalog, table: Table) -> Catalog:
    """The catalog without a table, its children, and the foreign keys that pointed to them."""
    itself = catalog.key(table.name)
    if catalog.dialect == "sqlite":
        return catalog.without_tables({itself})
    gone = inheritance.descendants(catalog, table)
    catalog = catalog.without_tables(gone)
    if catalog.dialect in MYSQL_FAMILY:
        return catalog
    for other in list(catalog.tables.values()):
        kept = tuple(key for key in other.foreign_keys if catalog.key(key.target) not in gone)
        if len(kept) != len(other.foreign_keys):
            catalog = catalog.with_table(replace(other, foreign_keys=kept), instead_of=other)
    return catalog


def presume(catalog: Catalog, operation: op.PresumeTable) -> Catalog:
    """What is asked for and not in the catalog is taken to exist."""
    known_table(catalog, operation.table)
    return catalog


def rename(catalog: Catalog, operation: op.RenameTable) -> Catalog:
    """RENAME TO; keys and indexes keep their names, and foreign keys follow the table.

    On SQLite they do unless `PRAGMA legacy_alter_table` is on (https://sqlite.org/lang_altertable.html).
    """
    table = catalog.find(operation.table)
    if table is None:
        if operation.if_exists:
            return catalog
        if _renames_index(catalog, operation):
            return indexes.rename(
                catalog, op.RenameIndex(index=operation.table, new_name=operation.new_name.name)
            )
    table = known_table(catalog, operation.table, operation.if_exists)
    schema = (
        table.name.schema if operation.new_name.schema is None else catalog.placed(operation.new_name).schema
    )
    return _under_new_name(catalog, table, Name(operation.new_name.name, schema))


def _renames_index(catalog: Catalog, operation: op.RenameTable) -> bool:
    """PostgreSQL's ALTER TABLE … RENAME TO takes the name of an index as well."""
    return catalog.dialect not in MYSQL_FAMILY and catalog.owner(operation.table) is not None


def move(catalog: Catalog, operation: op.MoveTable) -> Catalog:
    """SET SCHEMA; indexes go along."""
    table = known_table(catalog, operation.table, operation.if_exists)
    return _under_new_name(catalog, table, catalog.placed(Name(table.name.name, operation.schema)))


def convert(catalog: Catalog, operation: op.ConvertTable) -> Catalog:
    """CONVERT TO CHARACTER SET, in which columns lose their own collation."""
    table = known_table(catalog, operation.table, False)
    columns = tuple(
        replace(column, collation=None, type=_converted(column, table.character_set, operation.character_set))
        for column in table.columns
    )
    converted = replace(table, columns=columns, character_set=operation.character_set)
    return catalog.with_table(converted, instead_of=table)


def _converted(column: Column, before: str | None, after: str | None) -> str:
    """The type of a column in another character set: a text takes as many characters as before.

    ("Column Character Set Conversion" in MySQL's manual.) A set that is said nowhere is taken for the same.
    """
    own = f"{column.type} collate {column.collation}" if column.collation is not None else column.type
    old = character_set_of(own) or character_set_of(before or "")
    new = character_set_of(after or "")
    type_ = without_character_set(column.type)
    if old is None or new is None or bytes_of_character(new) <= bytes_of_character(old):
        return type_
    return _WIDER_TEXTS.get(type_.partition("(")[0].strip().lower(), type_)


_WIDER_TEXTS = {"tinytext": "text", "text": "mediumtext", "mediumtext": "longtext"}


def _under_new_name(catalog: Catalog, table: Table, name: Name) -> Catalog:
    existing = catalog.get(name)
    if existing is not None and catalog.key(name) != catalog.key(table.name):
        if not existing.assumed:
            raise Refused(f"{name} exists already")
        catalog = catalog.without_table(existing)
    old_key = catalog.key(table.name)
    renamed = replace(table, name=name)
    if catalog.dialect in MYSQL_FAMILY:
        keys = tuple(
            constraints.renamed_with_table(key, table.name.name, name.name) for key in table.foreign_keys
        )
        renamed = replace(renamed, foreign_keys=keys)
    catalog = catalog.with_table(renamed, instead_of=table)
    if catalog.legacy_alter_table:
        return catalog
    catalog = views.following(catalog, table.name, name)
    for other in list(catalog.tables.values()):
        targets = [key.target for key in other.foreign_keys]
        if any(catalog.key(named) == old_key for named in (*targets, *other.parents)):
            catalog = catalog.with_table(_following(other, old_key, name, catalog), instead_of=other)
    return catalog


def _following(table: Table, old_key: TableKey, name: Name, catalog: Catalog) -> Table:
    """The table with the new name of another one, in its foreign keys and as its parent."""

    def now(named: Name) -> Name:
        return name if catalog.key(named) == old_key else named

    return replace(
        table,
        foreign_keys=tuple(replace(key, target=now(key.target)) for key in table.foreign_keys),
        parent=None if table.parent is None else now(table.parent),
        inherits=tuple(map(now, table.inherits)),
    )


def attach_partition(catalog: Catalog, operation: ties.AttachPartition) -> Catalog:
    """ATTACH PARTITION: the table stops standing for itself."""
    parent = known_table(catalog, operation.table)
    partition = known_table(catalog, operation.partition)
    passed = {check.name for check in parent.checks if check.inheritable}
    attached = replace(
        partition,
        kind="partition",
        parent=parent.name,
        bounds=operation.bounds,
        columns=tuple(replace(column, inherited=True) for column in partition.columns),
        checks=tuple(replace(check, inherited=check.name in passed) for check in partition.checks),
    )
    return catalog.with_table(attached, instead_of=partition)


def detach_partition(catalog: Catalog, operation: ties.DetachPartition) -> Catalog:
    """DETACH PARTITION: it is a table again, with what its parent's columns, keys and indexes stood for."""
    partition = known_table(catalog, operation.partition)
    parent = known_table(catalog, operation.table)
    own = {column.name for column in partition.columns}
    others = (column for column in parent.columns if column.name not in own)
    detached = replace(
        partition,
        kind="table",
        parent=None,
        bounds=None,
        columns=tuple(replace(column, identity=False) for column in (*partition.columns, *others)),
        complete=partition.complete and not operation.concurrently,
        columns_hold=partition.has_all_columns,
    )
    catalog = inheritance.settled(catalog, detached, partition)
    missing = [
        replace(index, name=None)
        for index in parent.indexes
        if not any(other.keys == index.keys and other.unique == index.unique for other in partition.indexes)
    ]
    keys = [key for key in parent.foreign_keys if key not in partition.foreign_keys]
    return _with_constraints(catalog, detached, missing, keys, ())


def settled(catalog: Catalog) -> Catalog:
    """The catalog at rest: foreign keys that named no columns name those of the primary key they meant.

    (SQLite keeps looking them up until the end; the others did so when the foreign key was made.)
    """
    for table in list(catalog.tables.values()):
        if any(not key.target_columns for key in table.foreign_keys):
            keys = tuple(constraints.with_target_columns(catalog, key) for key in table.foreign_keys)
            catalog = catalog.with_table(replace(table, foreign_keys=keys), instead_of=table)
    return catalog
