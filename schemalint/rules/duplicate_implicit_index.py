"""An index repeats one that the database or the framework makes by itself.

## What it does

Reports an index with the same keys as the index behind a primary key, a unique constraint, a unique
attribute, or one that a framework adds on its own (Django for a `ForeignKey`, SQLAlchemy for `index=True`).

## Why is this bad?

A primary key and a unique constraint *are* indexes: the second one costs every write and serves no query
that the first does not.

## Example

```prisma
model User {
  id    Int    @id
  email String @unique

  @@index([email])
}
```

## Use instead

```prisma
model User {
  id    Int    @id
  email String @unique
}
```

## References

- [PostgreSQL: unique indexes](https://www.postgresql.org/docs/current/indexes-unique.html)
- [Django: ForeignKey and db_index](https://docs.djangoproject.com/en/stable/ref/models/fields/#foreignkey)
"""

from collections.abc import Iterator

from schemalint.finding import Finding
from schemalint.redundant_indexes import described, finding, the_index_of
from schemalint.rule import RedundantIndex, Rule

RULE = Rule(category="index", severity="warning")


def check(redundant: RedundantIndex) -> Iterator[Finding]:
    """Report an index that repeats an implicit one."""
    if redundant.likeness == "duplicate" and redundant.kept_is_implicit:
        known = redundant.table.known
        message = f"{described(redundant.index, known)} repeats {the_index_of(redundant.kept, known)}"
        yield finding("duplicate-implicit-index", message, redundant)
