"""A migration's place in the history cannot be told.

## What it does

Reports migrations that follow one that is not there, or each other in a circle; two revisions of one id;
numbers that are missing where the tool wants them without gaps (tern); and files that the plan names and
nobody can find (Drizzle's `_journal.json`, Sqitch's `sqitch.plan`).

## Why is this bad?

The tool stops before it has run anything. Until it does, nothing says so: a file was not added to the commit,
or was renamed after others had come to rely on it.

## Example

```python
revision = "8a1f0c"
down_revision = "77e0b1"  # no file has this revision
```

## Use instead

```python
revision = "8a1f0c"
down_revision = "41d2aa"
```

## References

- [Alembic: tutorial](https://alembic.sqlalchemy.org/en/latest/tutorial.html)
- [Django: dependencies](https://docs.djangoproject.com/en/stable/topics/migrations/#dependencies)
- [Sqitch: the plan](https://sqitch.org/docs/manual/sqitchtutorial/)
"""

from collections.abc import Iterator

from schemalint.finding import Finding, Place, Subject
from schemalint.rule import History, Rule

RULE = Rule(category="history", severity="error")


def check(history: History) -> Iterator[Finding]:
    """Report each place where the history does not hold together."""
    for fault in history.reading.faults:
        if fault.kind == "broken":
            yield Finding(
                rule="broken-history",
                message=fault.message,
                span=fault.span,
                subject=Subject(name=fault.name),
                related=tuple(Place(span, words) for span, words in fault.others),
                database=history.database.name,
            )
