"""A migration cannot be rolled back.

## What it does

Reports a migration whose down side is missing or does nothing, unless its up side does nothing either or
it says that it is irreversible on purpose, with a reason.

Where no migration of a history has a down side, that is one finding, on the newest migration, and not one
for each.

Tools that have no down side of their own (Prisma Migrate, Drizzle Kit, Supabase, simple sqlx and plain
folders) are held to what the project does: once one migration has a down script beside it, every
migration without one is reported; as long as none has, the one finding is `info` for Prisma, Drizzle and
Supabase, which run no down scripts. `rollback = "required"` and `rollback = "off"` in the configuration
decide otherwise.

## Why is this bad?

When a release goes wrong, the way back is needed at once, and it is the worst moment to write it.

## Example

```sql
-- +goose Up
ALTER TABLE users ADD COLUMN nickname text;

-- +goose Down
```

## Use instead

```sql
-- +goose Up
ALTER TABLE users ADD COLUMN nickname text;

-- +goose Down
ALTER TABLE users DROP COLUMN nickname;
```

A migration without a way back says so: `-- schemalint: irreversible because the old rows are gone` in SQL, a
`raise` in Alembic's `downgrade`, a function in Django's `reverse_code` that does nothing but `raise`.

In Django it is an operation that has no way back: `RunPython` without `reverse_code`, `RunSQL` without
`reverse_sql`, one of the project's own with `reversible = False`. Where there is nothing to undo,
`reverse_code=migrations.RunPython.noop` says that.

## References

- [Prisma: down migrations](https://www.prisma.io/docs/orm/prisma-migrate/workflows/generating-down-migrations)
- [Django: reversing migrations](https://docs.djangoproject.com/en/stable/topics/migrations/#reversing-migrations)
- [Alembic: downgrading](https://alembic.sqlalchemy.org/en/latest/tutorial.html#downgrading)
"""

from collections.abc import Iterator

from schemalint.finding import Finding, Severity, Subject
from schemalint.migration import Migration
from schemalint.reading import Reading
from schemalint.rule import History, Rule

RULE = Rule(category="rollback", severity="warning")


def check(history: History) -> Iterator[Finding]:
    """Report each migration without a way back, or the whole history once."""
    policy = history.database.rollback_policy
    migrations = history.reading.migrations
    if policy == "off" or not migrations:
        return
    if policy != "required" and not _has_ways_back(history.reading):
        without = [migration for migration in migrations if _does_something(migration)]
        if without:
            yield _whole_history(history, without)
        return
    for migration in migrations:
        if migration.rollback in ("absent", "empty", "unsupported") and _does_something(migration):
            yield _finding(history, migration)


def _has_ways_back(reading: Reading) -> bool:
    """Whether some migration of a history has a down side, so that each is asked for its own.

    An empty `downgrade()` is what Alembic's template begins with: where all others have none at all, it is no
    sign that the project has down sides.
    """
    states = [migration.rollback for migration in reading.migrations]
    if "present" in states or "irreversible" in states:
        return True
    if reading.kind in ("alembic", "django-migrations"):
        return states.count("absent") < max(2, states.count("empty"))
    return "empty" in states


def _does_something(migration: Migration) -> bool:
    return bool(migration.statements or migration.up)


def _finding(history: History, migration: Migration) -> Finding:
    missing = "its down side does nothing" if migration.rollback == "empty" else "it has no down side"
    message = f"migration {migration.name} cannot be rolled back: {migration.rollback_reason or missing}"
    return Finding(
        rule="missing-rollback",
        message=message,
        span=migration.rollback_span or migration.span,
        subject=Subject(name=migration.name),
        database=history.database.name,
    )


def _whole_history(history: History, migrations: list[Migration]) -> Finding:
    count = len(migrations)
    newest = migrations[-1]
    subject = "this migration" if count == 1 else f"none of these {count} migrations"
    verb = "cannot" if count == 1 else "can"
    severity: Severity | None = "info" if history.reading.forward_only else None
    return Finding(
        rule="missing-rollback",
        message=f"{subject} {verb} be rolled back: {_absent(history.reading)}",
        span=newest.span,
        severity=severity,
        subject=Subject(name=history.reading.source),
        database=history.database.name,
    )


def _absent(reading: Reading) -> str:
    return "there is no `downgrade()`" if reading.kind == "alembic" else "there are no down scripts"
