"""IF NOT EXISTS keeps something that is not what the migration asks for.

## What it does

Reports `CREATE TABLE`, `CREATE INDEX` and `ADD COLUMN` with `IF NOT EXISTS` where a thing of that name is
there already and is another one: a table that lacks a column which the statement lists, or has it with
another type, an index with other keys or on another table, a column of another type. A table that has more
columns than the statement lists has merely grown since. Types do not count on SQLite.

## Why is this bad?

The statement does nothing and says nothing. What follows it, and the application, count on the shape that was
asked for; they will not find it.

## Example

```sql
CREATE INDEX users_lookup ON users (email);
CREATE INDEX IF NOT EXISTS users_lookup ON users (email, tenant);
```

## Use instead

```sql
CREATE INDEX users_lookup ON users (email);
CREATE INDEX users_tenant_lookup ON users (email, tenant);
```

## References

- [PostgreSQL: CREATE INDEX](https://www.postgresql.org/docs/current/sql-createindex.html)
"""

from collections.abc import Iterator

from msgspec.structs import replace

from schemalint.catalog import Catalog, Column, Index, Name, Table
from schemalint.comparison import Difference, differences
from schemalint.finding import Finding, Place, Subject
from schemalint.knowledge.dialects import MYSQL_FAMILY, folded
from schemalint.knowledge.types import canonical_type
from schemalint.operations import AddColumn, AddIndex, CreateTable, DropIndex, DropTable
from schemalint.replay import Refused, apply
from schemalint.rule import History, Rule
from schemalint.source import Span

RULE = Rule(category="history", severity="warning", precision="high")


def check(history: History) -> Iterator[Finding]:
    """Report each thing that was to be made and is there in another shape."""
    replay = history.database.replay
    if replay is None:
        return
    dropped: set[tuple[int, str]] = set()
    for step in replay.steps:
        operation = step.operation
        if isinstance(operation, DropIndex | DropTable):
            gone = operation.index if isinstance(operation, DropIndex) else operation.table
            dropped.add((id(step.migration), gone.name))
        if operation.guard is not None or step.before is not step.after:
            continue
        found: tuple[str, Span | None] | None = None
        table: Name | None = None
        if isinstance(operation, CreateTable) and operation.if_not_exists:
            table = operation.table.name
            found = _of_table(operation, step.before)
        elif isinstance(operation, AddIndex) and operation.if_not_exists:
            table = operation.table
            found = _of_index(operation, step.before)
        elif isinstance(operation, AddColumn) and operation.if_not_exists:
            table = operation.table
            found = _of_column(operation, step.before)
        name = operation.index.name if isinstance(operation, AddIndex) else str(table)
        if found is None or (id(step.migration), name) in dropped:
            continue
        message, place = found
        yield Finding(
            rule="no-op-create",
            message=message,
            span=operation.span or step.migration.span,
            subject=Subject(table=str(table), name=step.migration.name),
            related=() if place is None else (Place(place, "what is there"),),
            database=history.database.name,
        )


def _of_table(operation: CreateTable, catalog: Catalog) -> tuple[str, Span | None] | None:
    """What the table that is there lacks of the one that is asked for."""
    existing = catalog.find(operation.table.name)
    if existing is None or not existing.complete or existing.kind != "table" or operation.likes:
        return None
    for column in operation.table.columns:
        known = existing.column(column.name, catalog.dialect)
        if known is None:
            return (
                f"{existing.name} is there already, without the column {column.name}: this makes nothing",
                existing.span,
            )
        if not _same_type(column, known, catalog):
            what = f"{existing.name}.{column.name} is there already as {known.type}, not {column.type}"
            return f"{what}: this makes nothing", known.span or existing.span
    return None


def _same_type(one: Column, other: Column, catalog: Catalog) -> bool:
    if not one.type or not other.type or catalog.dialect == "sqlite":
        return True
    return canonical_type(one.type, catalog.dialect) == canonical_type(other.type, catalog.dialect)


def _of_column(operation: AddColumn, catalog: Catalog) -> tuple[str, Span | None] | None:
    existing = catalog.find(operation.table)
    known = existing.column(operation.column.name, catalog.dialect) if existing is not None else None
    if existing is None or known is None or _same_type(operation.column, known, catalog):
        return None
    what = f"{existing.name}.{known.name} is there already as {known.type}, not {operation.column.type}"
    return f"{what}: this makes nothing", known.span or existing.span


def _of_index(operation: AddIndex, catalog: Catalog) -> tuple[str, Span | None] | None:
    """The index of that name, if it is another one than that which is asked for."""
    name = operation.index.name
    if name is None:
        return None
    table = catalog.find(operation.table)
    owner = table if catalog.dialect in MYSQL_FAMILY else catalog.owner(Name(name, operation.table.schema))
    if owner is None or table is None:
        return None
    if owner is not table:
        return f"the index {name} is there already, on {owner.name}: this makes nothing", _place(owner, name)
    existing = _named(owner, name, catalog)
    if existing is None:
        return None
    without = tuple(index for index in table.indexes if index is not existing)
    before = catalog.with_table(replace(table, indexes=without), instead_of=table)
    try:
        asked_for = apply(before, operation)
    except Refused:
        return None
    for difference in differences(catalog, asked_for):
        if _is_definition(difference):
            what = f"the index {name} is there already, and is another one: this makes nothing"
            return what, existing.span
    return None


def _is_definition(difference: Difference) -> bool:
    return difference.subject == "index" and difference.aspect == "definition"


def _named(table: Table, name: str, catalog: Catalog) -> Index | None:
    wanted = folded(name, catalog.dialect)
    for index in table.indexes:
        if index.name is not None and folded(index.name, catalog.dialect) == wanted:
            return index
    return None


def _place(table: Table, name: str) -> Span | None:
    return next((index.span for index in table.indexes if index.name == name), table.span)
