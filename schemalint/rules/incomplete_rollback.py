"""A down side does not undo its migration.

## What it does

Runs each migration up and down again on paper, and compares the schema with what it was before: tables,
columns with their types, defaults and nullability, primary keys, indexes, foreign keys, checks and types.
Reports what the down side leaves, what it does not bring back, and where the database would stop at it.

Rows do not count: a dropped column that comes back empty is back. Where one of the two sides was not
understood in full, the rule is silent. A label that was added to a type of PostgreSQL, which takes it
out again only by making the type anew, is reported with severity `info`.

## Why is this bad?

After such a rollback the schema is one that no release was ever tested with, and the migration often can't be
run up again: what it makes is still there.

## Example

```sql
-- +goose Up
ALTER TABLE users ADD COLUMN nickname text;
CREATE INDEX users_email ON users (email);

-- +goose Down
ALTER TABLE users DROP COLUMN nickname;
```

## Use instead

```sql
-- +goose Up
ALTER TABLE users ADD COLUMN nickname text;
CREATE INDEX users_email ON users (email);

-- +goose Down
DROP INDEX users_email;
ALTER TABLE users DROP COLUMN nickname;
```

## References

- [PostgreSQL: ALTER TABLE](https://www.postgresql.org/docs/current/sql-altertable.html)
- [Alembic: downgrading](https://alembic.sqlalchemy.org/en/latest/tutorial.html#downgrading)
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schemalint.finding import Finding, Place, Subject
from schemalint.rule import Rule, UndoneMigration

if TYPE_CHECKING:
    from schemalint.rollback.origins import Remnant

RULE = Rule(category="rollback", severity="warning", precision="high")

_PLACES = 10
_NAMED = 3
"""So many things are named on either count; the others are counted."""


def check(undone: UndoneMigration) -> Iterator[Finding]:
    """Report a down side that does not bring back the schema that was there before."""
    if undone.rollback.verdict == "refused":
        yield _refused(undone)
    elif undone.rollback.verdict == "incomplete":
        yield _incomplete(undone)


def _refused(undone: UndoneMigration) -> Finding:
    migration, refusal = undone.rollback.migration, undone.rollback.refusal
    assert refusal is not None
    return Finding(
        rule="incomplete-rollback",
        message=f"the down side of {migration.name} cannot be run: {refusal.reason}",
        span=refusal.operation.span or migration.rollback_span or migration.span,
        subject=Subject(name=migration.name),
        related=(Place(migration.span, "the up side"),),
        database=undone.database.name,
    )


def _incomplete(undone: UndoneMigration) -> Finding:
    rollback = undone.rollback
    migration = rollback.migration
    left = [remnant for remnant in rollback.remnants if remnant.difference.left is None]
    lost = [remnant for remnant in rollback.remnants if remnant.difference.left is not None]
    counts = []
    if left:
        counts.append(f"leaves {_listed(left)}")
    if lost:
        counts.append(f"does not restore {_listed(lost)}")
    labels = all(remnant.difference.aspect == "labels" for remnant in rollback.remnants)
    return Finding(
        rule="incomplete-rollback",
        message=f"the down side of {migration.name} {', and '.join(counts)}",
        span=migration.rollback_span or migration.span,
        subject=Subject(name=migration.name),
        related=tuple(_places(rollback.remnants)),
        severity="info" if labels else None,
        database=undone.database.name,
    )


def _listed(remnants: "list[Remnant]") -> str:
    named = [str(remnant.difference) for remnant in remnants[:_NAMED]]
    if len(remnants) > _NAMED:
        return f"{', '.join(named)} and {len(remnants) - _NAMED} more"
    return " and ".join([", ".join(named[:-1]), named[-1]]) if len(named) > 1 else named[0]


def _places(remnants: "tuple[Remnant, ...]") -> Iterator[Place]:
    """Where each thing was made, changed or dropped."""
    for remnant in remnants[:_PLACES]:
        if remnant.operation is None or remnant.operation.span is None:
            continue
        difference = remnant.difference
        if difference.aspect is not None:
            words = f"{difference} is changed here"
        elif (difference.left is None) == (remnant.side == "up"):
            words = f"{difference} is made here"
        else:
            words = f"{difference} is dropped here"
        yield Place(remnant.operation.span, words)
