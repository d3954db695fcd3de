"""A comment silences nothing.

## What it does

Reports a `schemalint: ignore[…]` comment, or a name in one, that no finding needed, that names no rule, or
that is not written as it must be. Only rules that were run count: a comment for a rule that the configuration
leaves out is left alone.

## Why is this bad?

Such a comment says that there is a problem where there is none, and it will silence the next one that
appears there without anybody having decided so.

## Example

```prisma
model User {
  id    Int    @id
  email String @unique // schemalint: ignore[duplicate-index] because it was one
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

- [Suppression in the README](https://pypi.org/project/schemalint/#silencing-a-finding)
"""

from collections.abc import Iterator

from schemalint.finding import Finding, Subject
from schemalint.rule import Rule, UnusedIgnore

RULE = Rule(category="reading", severity="info")


def check(ignore: UnusedIgnore) -> Iterator[Finding]:
    """Report the comment as it is."""
    yield Finding(
        rule="unused-ignore",
        message=ignore.message,
        span=ignore.span,
        severity=ignore.severity,
        subject=Subject(table=ignore.span.path, columns=ignore.names),
    )
