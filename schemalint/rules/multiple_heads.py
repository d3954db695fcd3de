"""Two migrations stand for one place in the history.

## What it does

Reports histories that have two ends or two migrations of one version: several Alembic heads, several leaf
migrations in one Django app, two files with the same version number in a folder of SQL migrations whose tool
goes by numbers (golang-migrate, goose, sqlx, tern, dbmate, Supabase, Diesel, Flyway).

Alembic branches with labels of their own, or that depend on each other, are meant to be there. Pairs of
`.up.sql` and `.down.sql` files, which many tools keep, are reported where the newest two have one number.

## Why is this bad?

It is what two merged branches leave. The tool refuses to go on, or runs one of the two and takes the other
for done, and which of them depends on who ran it when.

## Example

```
migrations/0007_add_email.up.sql
migrations/0007_drop_name.up.sql
```

## Use instead

```
migrations/0007_add_email.up.sql
migrations/0008_drop_name.up.sql
```

In Alembic `alembic merge heads`, in Django `manage.py makemigrations --merge`.

## References

- [Alembic: working with branches](https://alembic.sqlalchemy.org/en/latest/branches.html)
- [Django: version control](https://docs.djangoproject.com/en/stable/topics/migrations/#version-control)
"""

from collections.abc import Iterator

from schemalint.finding import Finding, Place, Subject
from schemalint.rule import History, Rule

RULE = Rule(category="history", severity="error")


def check(history: History) -> Iterator[Finding]:
    """Report each place in the history that two migrations claim."""
    for fault in history.reading.faults:
        if fault.kind == "heads":
            yield Finding(
                rule="multiple-heads",
                message=fault.message,
                span=fault.span,
                subject=Subject(name=fault.name),
                related=tuple(Place(span, words) for span, words in fault.others),
                database=history.database.name,
            )
