"""A migration changes a table that nothing ever made.

## What it does

Reports an operation on a table that is not there at that point of the history, where another one is there
whose name is nearly the same. A history that does not start from nothing has such tables without number, and
is not blamed for them; nor is a plain folder of scripts, whose order is a guess.

## Why is this bad?

The migration stops in the middle, on the first database that it meets.

## Example

```sql
CREATE TABLE customers (id int PRIMARY KEY);
ALTER TABLE costumers ADD COLUMN email text;
```

## Use instead

```sql
CREATE TABLE customers (id int PRIMARY KEY);
ALTER TABLE customers ADD COLUMN email text;
```

## References

- [PostgreSQL: ALTER TABLE](https://www.postgresql.org/docs/current/sql-altertable.html)
"""

from collections.abc import Iterator

from schemalint.catalog import Catalog, Name
from schemalint.finding import Finding, Place, Subject
from schemalint.operations import (
    AddCheck,
    AddColumn,
    AddForeignKey,
    AddIndex,
    AlterColumn,
    DropColumn,
    DropTable,
    Opaque,
    Operation,
    RenameColumn,
    RenameTable,
)
from schemalint.rule import History, Rule

RULE = Rule(category="history", severity="error", precision="high")

_ALIKE = 0.7
_MOST = 50
_LONG = 8
"""Names of so many letters may differ in two of them, shorter ones in one."""


def check(history: History) -> Iterator[Finding]:
    """Report each operation on a table whose name is nearly that of one that is there."""
    replay = history.database.replay
    if replay is None or not history.reading.complete or history.reading.layout == "plain":
        return
    looked_for: set[Name] = set()
    for step in replay.steps:
        operation = step.operation
        if isinstance(operation, Opaque) and operation.tables is None:
            return
        name = _table(operation)
        if (
            name is None
            or name in looked_for
            or operation.guard is not None
            or step.before.find(name) is not None
        ):
            continue
        looked_for.add(name)
        if len(looked_for) > _MOST:  # this is not the history of these tables
            return
        meant = _nearly(name, step.before)
        span = operation.span or step.migration.span
        if meant is None:
            continue
        place = step.before.tables[meant].span
        yield Finding(
            rule="unknown-table",
            message=f"there is no table {name}; is {step.before.tables[meant].name} meant?",
            span=span,
            subject=Subject(table=str(name), name=step.migration.name),
            related=() if place is None else (Place(place, "the table of nearly that name"),),
            database=history.database.name,
        )


def _table(operation: Operation) -> Name | None:
    """The table that has to be there."""
    if isinstance(operation, DropTable):
        return None if operation.if_exists or operation.kind != "table" else operation.table
    if isinstance(operation, RenameTable):
        return None if operation.if_exists else operation.table
    if isinstance(
        operation, AddColumn | AddIndex | AddForeignKey | AddCheck | DropColumn | RenameColumn | AlterColumn
    ):
        return None if operation.if_table_exists else operation.table
    return None


def _nearly(name: Name, catalog: Catalog) -> tuple[str | None, str] | None:
    """The key of a table of the same schema whose name is nearly the same, and which was made in view."""
    schema = catalog.key(catalog.placed(name))[0]
    if any(table.assumed for table in catalog.tables.values()):
        return None
    names = {
        key[1].lower(): key for key, table in catalog.tables.items() if key[0] == schema and table.complete
    }
    from difflib import get_close_matches  # rarely needed

    wanted = name.name.lower()
    for found in get_close_matches(wanted, names, n=3, cutoff=_ALIKE):
        if _distance(wanted, found) <= (2 if len(wanted) >= _LONG else 1):
            return names[found]
    return None


def _distance(one: str, other: str) -> int:
    """How many letters are left out, put in or another one from one word to the other."""
    row = list(range(len(other) + 1))
    for position, letter in enumerate(one):
        above, row = row, [position + 1]
        for place, counterpart in enumerate(other):
            row.append(min(above[place] + (letter != counterpart), above[place + 1] + 1, row[-1] + 1))
    return row[-1]
