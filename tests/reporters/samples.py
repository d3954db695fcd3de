"""Reports to render: ordinary findings, none, unreadable input, and names that try to get through."""

from __future__ import annotations

from schemalint.diagnostic import Diagnostic, Fix, Notice, Region, Related, Report, Summary, Suppression
from schemalint.finding import Severity, Subject
from schemalint.reporters import Context
from schemalint.rule import DocumentedRule, Rule
from schemalint.source import Edit, Sources

SCHEMA = """\
datasource db {
  provider = "postgresql"
}

model User {
  id    Int    @id
  email String @unique
\tposts Post[]

  @@index([email])
}

model Post {
  id       Int  @id
  author   User @relation(fields: [authorId], references: [id]) // "größe", 漢字, 😀
  authorId Int
  title    String

  // schemalint: ignore[redundant-index] because the planner prefers it
  @@index([title])
  @@index([title, authorId])
}
"""

MIGRATION = """\
CREATE TABLE "Post" ("id" INTEGER PRIMARY KEY, "authorId" INTEGER NOT NULL);\r
ALTER TABLE "Post"\r
  ADD CONSTRAINT "Post_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User"("id");\r
"""

BROKEN = """\
model User {
  id Int @id
  posts Post[
}
"""

_DOCUMENTATION = """

## What it does

Reports it, with `code` and a [link](https://www.postgresql.org/docs/current/ddl.html).

## Why is this bad?

Because.

## Example

```sql
CREATE INDEX a ON t (a);
```

## References

- [PostgreSQL](https://www.postgresql.org/docs/current/)
"""

RULES = {
    name: DocumentedRule(name=name, rule=rule, documentation=f"{summary}.{_DOCUMENTATION}")
    for name, summary, rule in (
        (
            "duplicate-implicit-index",
            "An index repeats one that the database makes by itself",
            Rule(category="index", severity="warning"),
        ),
        (
            "missing-foreign-key-index",
            "A foreign key has no index that serves it",
            Rule(category="index", severity="warning"),
        ),
        (
            "missing-rollback",
            "A migration cannot be rolled back",
            Rule(category="rollback", severity="warning", precision="high"),
        ),
        (
            "redundant-index",
            "An index is the beginning of another one",
            Rule(category="index", severity="info"),
        ),
        (
            "unreadable",
            "Part of a source could not be read",
            Rule(category="reading", severity="error"),
        ),
    )
}

CONTEXT = Context(rules=RULES)


def region(sources: Sources, path: str, text: str) -> Region:
    """The place of the first occurrence of `text`."""
    file = sources.read(path)
    start = file.text.index(text)
    return Region(path=path, start=file.position(start), end=file.position(start + len(text)))


def edit(sources: Sources, path: str, old: str, new: str) -> Edit:
    """Replaces the first occurrence of `old`."""
    file = sources.read(path)
    start = file.text.index(old)
    return Edit(file.span(start, start + len(old)), new)


def diagnostic(
    rule: str, message: str, place: Region, subject: Subject, severity: Severity = "warning"
) -> Diagnostic:
    """A plain one."""
    return Diagnostic(
        rule=rule,
        severity=severity,
        confidence="high",
        message=message,
        region=place,
        subject=subject,
        database="sample",
    )


def findings() -> tuple[Report, Sources]:
    """Fixes by edit and in words, related places here and in another file, a suppression, a notice."""
    schema, migration = "prisma/schema.prisma", "prisma/migrations/1 init/migration.sql"
    sources = Sources.of({schema: SCHEMA, migration: MIGRATION})
    report = Report(
        diagnostics=(
            Diagnostic(
                rule="duplicate-implicit-index",
                severity="warning",
                confidence="high",
                message="index User (email) repeats the index of @unique",
                region=region(sources, schema, "@@index([email])"),
                subject=Subject(table="User", columns=("email",), name="User_email_idx"),
                related=(Related(region(sources, schema, "@unique"), "the index that stays"),),
                fix=Fix(
                    title="remove `@@index([email])`",
                    edits=(edit(sources, schema, "\n  @@index([email])\n", ""),),
                ),
                database="sample",
            ),
            Diagnostic(
                rule="missing-foreign-key-index",
                severity="error",
                confidence="high",
                message="foreign key Post.authorId → User has no index",
                region=region(
                    sources, schema, "author   User @relation(fields: [authorId], references: [id])"
                ),
                subject=Subject(table="Post", columns=("authorId",), name="Post_authorId_fkey"),
                related=(
                    Related(
                        region(sources, migration, 'ADD CONSTRAINT "Post_authorId_fkey"'),
                        "the migration that adds the foreign key",
                    ),
                ),
                fix=Fix(
                    title="add `@@index([authorId])`",
                    edits=(
                        edit(
                            sources,
                            schema,
                            "  @@index([title])\n",
                            "  @@index([authorId])\n  @@index([title])\n",
                        ),
                    ),
                ),
                database="sample",
            ),
            Diagnostic(
                rule="redundant-index",
                severity="info",
                confidence="high",
                message="index Post (title) is the beginning of Post (title, authorId)",
                region=region(sources, schema, "@@index([title])"),
                subject=Subject(table="Post", columns=("title",), name="Post_title_idx"),
                related=(
                    Related(region(sources, schema, "@@index([title, authorId])"), "the index that stays"),
                ),
                suppression=Suppression("comment", "the planner prefers it"),
                database="sample",
            ),
            Diagnostic(
                rule="missing-rollback",
                severity="info",
                confidence="high",
                message="none of these 12 migrations can be rolled back",
                region=region(
                    sources, migration, MIGRATION.removeprefix(MIGRATION.partition("\n")[0] + "\n")
                ),
                subject=Subject(name="1 init"),
                fix=Fix(title="write `down.sql` beside it"),
                database="sample",
            ),
        ),
        notices=(Notice(region(sources, migration, "CREATE TABLE"), "the statement is dynamic"),),
        decisions=("prisma: postgresql, because the datasource says so",),
        summary=Summary(databases=1, migrations=12, tables=9, statements=1204, not_understood=1),
    )
    return report, sources


def clean() -> tuple[Report, Sources]:
    """Nothing to report."""
    summary = Summary(databases=3, migrations=412, tables=98, statements=1204, not_understood=0)
    return Report(diagnostics=(), notices=(), decisions=(), summary=summary), Sources.of({})


def nothing() -> tuple[Report, Sources]:
    """No schema was found."""
    summary = Summary(databases=0, migrations=0, tables=0, statements=0, not_understood=0)
    return Report(diagnostics=(), notices=(), decisions=(), summary=summary), Sources.of({})


def unreadable() -> tuple[Report, Sources]:
    """A syntax error, a file that is no text, and one that the system won't give."""
    sources = Sources(
        ["broken.prisma", "binary.sql", "gone.sql"],
        lambda path: {"broken.prisma": BROKEN.encode(), "binary.sql": b"\0"}.get(path) or _refuse(),
    )
    start = region(sources, "broken.prisma", "m").start
    report = Report(
        diagnostics=(
            diagnostic(
                "unreadable",
                "expected `]` before the line ends",
                region(sources, "broken.prisma", "[\n"),
                Subject(name="broken.prisma"),
                "error",
            ),
            *(
                diagnostic(
                    "unreadable",
                    reason,
                    Region(path=path, start=start, end=start),
                    Subject(name=path),
                    "error",
                )
                for path, reason in (
                    ("binary.sql", "it can't be read: it holds NUL bytes, so it is no text"),
                    ("gone.sql", "it can't be read: Permission denied"),
                )
            ),
        ),
        notices=(Notice(region(sources, "broken.prisma", "posts"), "a field of an unknown kind"),),
        decisions=(),
        summary=Summary(databases=1, migrations=0, tables=1, statements=1, not_understood=1),
    )
    return report, sources


def _refuse() -> bytes:
    raise PermissionError(13, "Permission denied")


HOSTILE = "\x1b]0;title\x07\u202egnp.exe\r\n::error::x ##[add-mask]a %0A,: \udcff\U000e0041'\"<b>&[x](https://e.example)"


def hostile() -> tuple[Report, Sources]:
    """Names and sources with terminal commands, overrides of direction, workflow commands and Markdown."""
    path = f"a b/#é?{HOSTILE}.sql"
    line = f"\t\x1b[2J\u202e CREATE TABLE 漢字 ##[add-mask]a; -- {'x' * 500} é\u0301 END\r\n"
    sources = Sources.of({path: line})
    report = Report(
        diagnostics=(
            Diagnostic(
                rule="missing-foreign-key-index",
                severity="error",
                confidence="high",
                message=f"foreign key {HOSTILE} has no index",
                region=region(sources, path, "漢字"),
                subject=Subject(table=HOSTILE, columns=(HOSTILE,), name=HOSTILE),
                related=(Related(region(sources, path, "END"), HOSTILE),),
                fix=Fix(title=f"add {HOSTILE}", edits=(edit(sources, path, "END", HOSTILE),), safe=False),
                database="sample",
            ),
        ),
        notices=(Notice(region(sources, path, "CREATE"), HOSTILE),),
        decisions=(f"{HOSTILE}: postgresql, because {HOSTILE}",),
        summary=Summary(databases=1, migrations=1, tables=1, statements=1, not_understood=1),
    )
    return report, sources
