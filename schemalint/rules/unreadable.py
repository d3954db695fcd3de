"""Part of a source could not be read.

## What it does

Reports the place where a schema, a migration or a model has a syntax error, is in a language version that
schemalint does not know, or is not text. Everything else in the project is still linted.

## Why is this bad?

The tool that owns the file will refuse it as well. Until it is mended, nothing can be said about what
stands there, and rules about something that is missing keep silent about the tables it may concern.

## Example

```prisma
model User {
  id Int @id
  posts Post[
}
```

## Use instead

```prisma
model User {
  id Int @id
  posts Post[]
}
```

## References

- [Prisma schema reference](https://www.prisma.io/docs/orm/reference/prisma-schema-reference)
"""

from collections.abc import Iterator

from schemalint.finding import Finding, Subject
from schemalint.reading import Unreadable
from schemalint.rule import Rule

RULE = Rule(category="reading", severity="error")


def check(place: Unreadable) -> Iterator[Finding]:
    """Report the place as it is."""
    yield Finding(
        rule="unreadable", message=place.message, span=place.span, subject=Subject(name=place.span.path)
    )
