"""A unique constraint is implied by another one on fewer columns.

## What it does

Reports a unique constraint or index on several columns where some of these columns, all NOT NULL, are unique
already: no two rows can be alike in all of the columns if none are in those few.

It is silent where a foreign key points to the columns, as composite foreign keys need such a constraint, and
where a foreign key of the table has no other index than this one.

## Why is this bad?

It refuses nothing that is not refused before, and costs an index that every insert and update writes. Often
one of the two is not what was meant: a number that is unique per customer must not be unique by itself.

Once it is gone, statements that name the columns (`ON CONFLICT (provider, event_id)`) have to name the fewer.

## Example

```sql
CREATE TABLE billing_events (
  id       bigint PRIMARY KEY,
  provider text NOT NULL,
  event_id text NOT NULL UNIQUE,
  UNIQUE (provider, event_id)
);
```

## Use instead

```sql
CREATE TABLE billing_events (
  id       bigint PRIMARY KEY,
  provider text NOT NULL,
  event_id text NOT NULL,
  UNIQUE (provider, event_id)
);
```

or, if the identifier is unique among all providers, only `event_id text NOT NULL UNIQUE`.

## References

- [PostgreSQL: unique constraints](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-UNIQUE-CONSTRAINTS)
- [PostgreSQL: INSERT … ON CONFLICT](https://www.postgresql.org/docs/current/sql-insert.html#SQL-ON-CONFLICT)
"""

from collections.abc import Iterator

from schemalint.finding import Finding
from schemalint.redundant_indexes import described, finding
from schemalint.rule import RedundantIndex, Rule

RULE = Rule(category="index", severity="info")


def check(redundant: RedundantIndex) -> Iterator[Finding]:
    """Report a unique index that enforces nothing more than one on fewer columns."""
    if redundant.likeness == "implied":
        known = redundant.table.known
        message = f"{described(redundant.index, known)} is implied by {described(redundant.kept, known)}"
        yield finding("redundant-unique", message, redundant)
