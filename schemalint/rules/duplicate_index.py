"""The same index is written twice.

## What it does

Reports an index with the same keys, method, predicate and included columns as another one that was also
written out. `(a)` beside `(a DESC)` is the same index too: each can be read in both directions. Of the two
the one that was there first stays.

## Why is this bad?

Every insert, update and delete writes both, both take space and memory, and no query is faster for it.

## Example

```sql
CREATE INDEX orders_customer ON orders (customer_id);
CREATE INDEX orders_by_customer ON orders (customer_id);
```

## Use instead

```sql
CREATE INDEX orders_customer ON orders (customer_id);
```

## References

- [PostgreSQL: indexes](https://www.postgresql.org/docs/current/indexes.html)
- [MySQL: duplicate indexes](https://dev.mysql.com/doc/refman/8.4/en/create-index.html)
"""

from collections.abc import Iterator

from schemalint.finding import Finding
from schemalint.redundant_indexes import described, finding
from schemalint.rule import RedundantIndex, Rule

RULE = Rule(category="index", severity="warning")


def check(redundant: RedundantIndex) -> Iterator[Finding]:
    """Report an index that repeats another written one."""
    if redundant.likeness == "duplicate" and not redundant.kept_is_implicit:
        known = redundant.table.known
        message = f"{described(redundant.index, known)} repeats {described(redundant.kept, known)}"
        yield finding("duplicate-index", message, redundant)
