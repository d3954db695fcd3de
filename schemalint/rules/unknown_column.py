"""A migration uses a column that its table does not have.

## What it does

Reports an operation that changes, drops or renames a column, or puts an index or a foreign key on one, where
the table has no column of that name at that point of the history. The table's own history has to be known
from its beginning; `IF EXISTS` is taken at its word. Plain folders of scripts, whose order is a guess, are
left alone.

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
from schemalint.knowledge.dialects import folded
from schemalint.operations import (
    AddForeignKey,
    AddIndex,
    AlterColumn,
    DropColumn,
    Operation,
    RenameColumn,
)
from schemalint.rule import History, Rule

RULE = Rule(category="history", severity="error", precision="high")

_OF_EVERY_TABLE = frozenset({"ctid", "oid", "xmin", "xmax", "tableoid", "rowid", "_rowid_"})


def check(history: History) -> Iterator[Finding]:
    """Report each operation on a column that is not there."""
    replay = history.database.replay
    if replay is None or not history.reading.complete or history.reading.layout == "plain":
        return
    for step in replay.steps:
        operation = step.operation
        columns = _columns(operation)
        if not columns or operation.guard is not None:
            continue
        table = _table(operation, step.before)
        if table is None:
            continue
        for column in columns:
            if table.column(column, step.before.dialect) is not None:
                continue
            if folded(column, step.before.dialect) in _OF_EVERY_TABLE:
                continue
            yield Finding(
                rule="unknown-column",
                message=f"{table.name} has no column {column} here",
                span=operation.span or step.migration.span,
                subject=Subject(table=str(table.name), columns=(column,), name=step.migration.name),
                related=() if table.span is None else (Place(table.span, "the table"),),
                database=history.database.name,
            )


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


def _table(operation: Operation, catalog: Catalog) -> Table | None:
    """The table, if every column of it is known."""
    name = getattr(operation, "table", None)
    table = catalog.find(name) if name is not None else None
    if table is None or not table.complete or table.assumed or table.kind != "table" or not table.columns:
        return None
    return table
