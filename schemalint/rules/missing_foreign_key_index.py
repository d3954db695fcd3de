"""A foreign key has no index that serves it.

## What it does

Reports foreign keys whose columns are not the leading columns of any usable index of their own table.
Primary keys and unique constraints count as indexes; order and direction of the columns do not matter.
An index that covers only some of the columns of a composite foreign key is reported with severity `info`.

Where a schema and its migrations are both there, the database is what the migrations make of it: an index
that only a migration creates counts, one that is only declared does not yet.

Django indexes every `ForeignKey`, except with `db_index=False` and on CockroachDB; SQLAlchemy and Prisma
index none. A composite primary key, as that of an association table, serves its first column only.

MySQL and MariaDB index foreign keys by themselves, so there only relations without a constraint are
reported (Prisma's `relationMode = "prisma"`, Django's `db_constraint=False`). MongoDB has no foreign keys.

## Why is this bad?

PostgreSQL, SQLite, SQL Server and CockroachDB create no index for a foreign key. Every delete and every
change of a key in the parent table then reads the whole child table, while holding locks, and so does
every join from parent to child.

## Example

```prisma
model Post {
  id       Int  @id
  author   User @relation(fields: [authorId], references: [id])
  authorId Int
}
```

## Use instead

```prisma
model Post {
  id       Int  @id
  author   User @relation(fields: [authorId], references: [id])
  authorId Int

  @@index([authorId])
}
```

## References

- [PostgreSQL: foreign keys](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK)
- [SQLite: required and suggested indexes](https://www.sqlite.org/foreignkeys.html#fk_indexes)
- [MySQL: FOREIGN KEY constraints](https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html)
- [SQLAlchemy: indexes on columns](https://docs.sqlalchemy.org/en/20/core/constraints.html#indexes)
- [Prisma: indexes with relationMode](https://www.prisma.io/docs/orm/prisma-schema/data-model/relations/relation-mode#indexes)
"""

from collections.abc import Iterator

from schemalint.catalog import ForeignKey, Index, Key, Table
from schemalint.finding import Finding, Place, Repair, Subject
from schemalint.indexes.coverage import coverage
from schemalint.knowledge.dialects import MYSQL_FAMILY, Dialect, folded
from schemalint.operations import AddIndex
from schemalint.rule import Rule, TableSides

RULE = Rule(category="index", severity="warning")


def check(table: TableSides) -> Iterator[Finding]:
    """Report each foreign key once, at its declaration if it has one."""
    database = table.database
    dialect = database.dialect
    if dialect == "mongodb":
        return
    known = table.known
    if known.framework_made or not _certain(table):
        return
    for declared, migrated in _paired(table, dialect):
        foreign_key = declared or migrated
        assert foreign_key is not None
        if dialect in MYSQL_FAMILY and foreign_key.enforced:
            continue
        found, helper = coverage(foreign_key, _indexes(table, foreign_key, migrated), dialect)
        if found == "covered" or foreign_key.span is None:
            continue
        related = []
        only_declared = False
        if declared is not None and migrated is not None and migrated.span is not None:
            related.append(Place(migrated.span, "the migration that adds the foreign key"))
        message = f"foreign key {_described(known, foreign_key)} has no index"
        if found == "partly" and helper is not None:
            message = f"foreign key {_described(known, foreign_key)} is covered only in part"
            if helper.span is not None:
                related.append(
                    Place(helper.span, f"{helper.name or 'an index'} covers only {helper.columns[0]}")
                )
        elif table.declared is not None:
            declared_cover, index = coverage(foreign_key, table.declared.indexes, dialect)
            only_declared = declared_cover == "covered" and index is not None
            if only_declared and index is not None:
                message += " in the database: the one declared is in no migration yet"
                if index.span is not None:
                    related.append(Place(index.span, "declared here, created by no migration"))
        yield Finding(
            rule="missing-foreign-key-index",
            message=message,
            span=foreign_key.span,
            severity="info" if found == "partly" else None,
            subject=Subject(table=str(known.name), columns=foreign_key.columns, name=foreign_key.name),
            related=tuple(related),
            repair=None if only_declared else _addition(known, foreign_key, dialect),
            database=database.name,
        )


def _addition(table: Table, foreign_key: ForeignKey, dialect: Dialect) -> Repair | None:
    """An index on the columns of a foreign key."""
    if foreign_key.span is None:
        return None
    index = Index(name=None, keys=tuple(Key(column=column) for column in foreign_key.columns))
    operation = AddIndex(table=table.name, index=index)
    return Repair(operations=(operation,), span=foreign_key.span, dialect=dialect)


def _certain(table: TableSides) -> bool:
    """Whether an index that was not seen is not there: all of the database's side was understood.

    Of a table that was there before the first migration, the declared side tells.
    """
    declared = table.database.declared
    is_declared = table.declared is not None and table.declared.complete
    if table.migrated is None or (table.migrated.assumed and is_declared):
        return is_declared and (declared is None or declared.complete)
    return table.migrated.complete


def _paired(table: TableSides, dialect: Dialect) -> Iterator[tuple[ForeignKey | None, ForeignKey | None]]:
    """The foreign keys of both sides, those on the same columns together."""
    migrated = list(table.migrated.foreign_keys) if table.migrated is not None else []
    seen: set[tuple[str, ...]] = set()
    for declared in table.declared.foreign_keys if table.declared is not None else ():
        columns = tuple(folded(column, dialect) for column in declared.columns)
        partner = next(
            (key for key in migrated if tuple(folded(column, dialect) for column in key.columns) == columns),
            None,
        )
        if partner is not None:
            migrated.remove(partner)
        seen.add(columns)
        yield declared, partner
    for key in migrated:
        columns = tuple(folded(column, dialect) for column in key.columns)
        if columns not in seen:
            seen.add(columns)
            yield None, key


def _indexes(table: TableSides, foreign_key: ForeignKey, migrated: ForeignKey | None) -> tuple[Index, ...]:
    """The indexes that the foreign key can count on.

    Those are the database's, and those declared with it as long as the key is not in the database either, or
    the table was there before the first migration. An index that a migration could not have made, as far as
    the history was understood, is there all the same: migrations do run.
    """
    found: tuple[Index, ...] = ()
    if table.migrated is not None:
        found = (*table.migrated.indexes, *_refused_indexes(table, table.migrated))
    if table.declared is not None and (
        table.migrated is None or migrated is None or table.migrated.assumed or not foreign_key.enforced
    ):
        found += table.declared.indexes
    return found


def _refused_indexes(table: TableSides, migrated: Table) -> Iterator[Index]:
    replay = table.database.replay
    for trouble in replay.troubles if replay is not None else ():
        operation = trouble.operation
        if isinstance(operation, AddIndex) and operation.table == migrated.name:
            yield operation.index


def _described(table: Table, foreign_key: ForeignKey) -> str:
    columns = ", ".join(foreign_key.columns)
    own = f"{table.name}.{columns}" if len(foreign_key.columns) == 1 else f"{table.name} ({columns})"
    return f"{own} → {foreign_key.target}"
