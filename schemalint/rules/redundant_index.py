"""An index is the beginning of another one.

## What it does

Reports an index whose keys are the leading keys of another index of the same table, with the same method,
predicate, operator classes and directions, and which enforces nothing of its own. `(a)` beside `(a)
INCLUDE (b)` counts, too. An index with a predicate, another operator class or another collation does not;
nor does the last index that serves a foreign key in MySQL, or the key that a foreign key points to.

Django indexes every `ForeignKey` by itself: where an index or a unique constraint of the model starts with
the field, that index is the shorter one, and `db_index=False` on the field leaves it out. In SQLAlchemy it
is `index=True` on a column that a composite index, constraint or primary key starts with.

## Why is this bad?

The longer index answers every query that the shorter one does. The shorter one still costs every write,
space and memory.

## Example

```prisma
model Session {
  id        Int      @id
  userId    Int
  expiresAt DateTime

  @@index([userId])
  @@index([userId, expiresAt])
}
```

## Use instead

```prisma
model Session {
  id        Int      @id
  userId    Int
  expiresAt DateTime

  @@index([userId, expiresAt])
}
```

## References

- [PostgreSQL: multicolumn indexes](https://www.postgresql.org/docs/current/indexes-multicolumn.html)
- [MySQL: multiple-column indexes](https://dev.mysql.com/doc/refman/8.4/en/multiple-column-indexes.html)
"""

from collections.abc import Iterator

from schemalint.finding import Finding
from schemalint.redundant_indexes import described, finding
from schemalint.rule import RedundantIndex, Rule

RULE = Rule(category="index", severity="warning")


def check(redundant: RedundantIndex) -> Iterator[Finding]:
    """Report an index that a longer one makes unnecessary."""
    if redundant.likeness == "prefix":
        known = redundant.table.known
        message = (
            f"{described(redundant.index, known)} is the beginning of {described(redundant.kept, known)}"
        )
        yield finding("redundant-index", message, redundant)
