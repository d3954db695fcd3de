"""A migration uses a column that its table does not have.

## What it does

Reports an operation that changes, drops or renames a column, puts an index or a foreign key on one, or names
it in INSERT, UPDATE or DELETE, where the table has no column of that name at that point of the history. The
table's own history has to be known from its beginning; `IF EXISTS` is taken at its word. Plain folders of
scripts, whose order is a guess, are left alone, and so are names in queries that may be those of a variable,
of a query in brackets or of a view.

## Why is this bad?

The migration stops in the middle, on the first database that it meets.

## Example

```sql
CREATE TABLE customers (id int PRIMARY KEY, email text);
CREATE INDEX customers_mail ON customers (mail);
```

## Use instead

```sql
CREATE TABLE customers (id int PRIMARY KEY, email text);
CREATE INDEX customers_mail ON customers (email);
```

## References

- [PostgreSQL: ALTER TABLE](https://www.postgresql.org/docs/current/sql-altertable.html)
"""

from collections.abc import Iterator

from schemalint.catalog import Catalog, Table
from schemalint.finding import Finding, Place, Subject
from schemalint.operations import (
    AddForeignKey,
    AddIndex,
    AlterColumn,
    DropColumn,
    Operation,
    RenameColumn,
)
from schemalint.operations.rows import Rows
from schemalint.replay.rows import is_of_every_table, missing_columns, wholly_known
from schemalint.rule import History, Rule
from schemalint.source import Span

RULE = Rule(category="history", severity="error", precision="high")


def check(history: History) -> Iterator[Finding]:
    """Report each operation on a column that is not there."""
    replay = history.database.replay
    if replay is None or not history.reading.complete or history.reading.layout == "plain":
        return
    for step in replay.steps:
        operation = step.operation
        if operation.guard is not None:
            continue
        for table, column, place in _missing(operation, step.before):
            yield Finding(
                rule="unknown-column",
                message=f"{table.name} has no column {column} here",
                span=place or operation.span or step.migration.span,
                subject=Subject(table=str(table.name), columns=(column,), name=step.migration.name),
                related=() if table.span is None else (Place(table.span, "the table"),),
                database=history.database.name,
            )


def _missing(operation: Operation, catalog: Catalog) -> Iterator[tuple[Table, str, Span | None]]:
    """The columns that an operation needs and that are not there, each with its table and its place."""
    if isinstance(operation, Rows):
        for named in missing_columns(catalog, operation) if operation.certain else ():
            table = wholly_known(catalog, named.tables[0])
            if table is not None:
                yield table, named.column, named.span
        return
    columns = _columns(operation)
    name = getattr(operation, "table", None)
    table = wholly_known(catalog, name) if columns and name is not None else None
    if table is None:
        return
    for column in columns:
        if table.column(column, catalog.dialect) is None and not is_of_every_table(column, catalog.dialect):
            yield table, column, None


def _columns(operation: Operation) -> tuple[str, ...]:
    """The columns that have to be there."""
    if isinstance(operation, DropColumn):
        return () if operation.if_exists else (operation.column,)
    if isinstance(operation, RenameColumn | AlterColumn):
        return (operation.column,)
    if isinstance(operation, AddIndex):
        if operation.using_index is not None or operation.if_not_exists:
            return ()
        return tuple(key.column for key in operation.index.keys if key.column is not None)
    if isinstance(operation, AddForeignKey):
        return operation.foreign_key.columns
    return ()
