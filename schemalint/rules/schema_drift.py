"""The schema and its migrations tell of two different databases.

## What it does

Compares what is declared (a Prisma schema, Django models, SQLAlchemy models, a schema file) with what the
migrations of the same database make, and reports each table, column, key and index that only one of them has,
or has in another form.

Compared is what the framework's own tool compares: for Prisma what `migrate diff` does; for Django, models
with what the migrations say of models (the state that `makemigrations` looks at, not the database), as far as
a database shows it; for SQLAlchemy what Alembic's autogenerate does with the `target_metadata`,
`include_object`, `include_name`, `compare_type` and `compare_server_default` of the project's `env.py`, and
nothing where that names no models, or others than are read; a table that `env.py` certainly does not import
is one that autogenerate drops, unless another program compares. For a schema file: every fact of the
databases that the file and the migrations make. Left out are what the schema language cannot say (an index on
an expression, made by hand in SQL, beside a Prisma schema), checks beside Prisma and SQLAlchemy, and tables
of which some operation was not understood.

## Why is this bad?

The application is written for the one, and runs on the other: it asks for a column that is not there, or the
next migration that the tool makes drops what was made by hand.

## Example

```prisma
model User {
  id       Int     @id
  nickname String? // no migration adds it
}
```

## Use instead

The tool makes the migration that is missing: `prisma migrate dev`, `manage.py makemigrations`,
`alembic revision --autogenerate`.

## References

- [Prisma: schema drift](https://www.prisma.io/docs/orm/prisma-migrate/understanding-prisma-migrate/shadow-database)
- [Django: makemigrations --check](https://docs.djangoproject.com/en/stable/ref/django-admin/#makemigrations)
- [Alembic: what autogenerate detects](https://alembic.sqlalchemy.org/en/latest/autogenerate.html)
"""

from collections.abc import Iterator

from schemalint.catalog import Column, ForeignKey, Index, Table
from schemalint.comparison import Difference, Element
from schemalint.finding import Finding, Place, Subject
from schemalint.operations import AlterType, CreateType
from schemalint.rule import Database, Rule
from schemalint.source import Span

RULE = Rule(category="drift", severity="warning", precision="high")


def check(database: Database) -> Iterator[Finding]:
    """Report each difference between the declared side and the migrated one."""
    if database.declared is None or database.migrated is None:
        return
    from schemalint.drift.sides import drift  # costs a project with one side nothing
    from schemalint.drift.tools import tool_of

    for difference in drift(database):
        declared, made = _span(difference.left), _span(difference.right)
        if difference.subject == "type":
            declared, made = _type_places(difference, database)
        span = declared or _declared_place(difference, database) or made
        if span is None:
            span = Span(database.declared.paths[0] if database.declared.paths else "", 0, 0)
        related = () if made is None or made is span else (Place(made, "what the migrations make"),)
        tool = tool_of(database.declared.kind)
        command = tool.command if tool is not None else None
        yield Finding(
            rule="schema-drift",
            message=_message(difference, database) + (f"; {command}" if command else ""),
            span=span,
            subject=Subject(
                table=str(difference.table) if difference.table is not None else difference.name,
                columns=_columns(difference),
                name=f"{difference} {difference.subject}",
            ),
            related=related,
            database=database.name,
        )


def _span(element: Element | None) -> Span | None:
    return None if element is None or isinstance(element, tuple) else element.span


def _type_places(difference: Difference, database: Database) -> tuple[Span | None, Span | None]:
    """Where a type is declared, and where the migrations make it or change it last."""
    assert database.declared is not None
    assert database.migrated is not None
    declared, made = (
        [
            operation.span
            for operation in operations
            if isinstance(operation, CreateType | AlterType) and str(operation.name) == difference.name
        ]
        for operations in (database.declared.operations, database.migrated.way_up())
    )
    return declared[-1] if declared else None, made[-1] if made else None


def _declared_place(difference: Difference, database: Database) -> Span | None:
    """Where something would be declared that only the migrations make: at its column, or its table."""
    table = _declared_table(difference, database)
    if table is None:
        return None
    element = difference.right
    if isinstance(element, ForeignKey) or (isinstance(element, Index) and element.implied_by is not None):
        column = table.column(element.columns[0], database.dialect) if len(element.columns) == 1 else None
        if column is not None and column.span is not None:
            return column.span
    return table.span


def _declared_table(difference: Difference, database: Database) -> Table | None:
    """The declared table that a difference is about, though the tool may not see it."""
    name = difference.right.name if isinstance(difference.right, Table) else difference.table
    if name is None or database.declared_catalog is None:
        return None
    return database.declared_catalog.get(name)


def _columns(difference: Difference) -> tuple[str, ...]:
    element = difference.left if difference.left is not None else difference.right
    if isinstance(element, Column):
        return (element.name,)
    return element.columns if isinstance(element, Index) else ()


def _message(difference: Difference, database: Database) -> str:
    if difference.left is None:
        if difference.subject == "table" and _declared_table(difference, database) is not None:
            return f"{difference} is made by the migrations, and declared where the tool does not look"
        return f"{difference} is made by the migrations, and not declared"
    if difference.right is None:
        return f"{difference} is declared, and no migration makes it"
    verb = "are" if difference.aspect == "labels" else "is"
    from schemalint.drift.wording import both_sides

    both = both_sides(difference, "here", "there")
    return f"{difference} {verb} not the same in the migrations" + (f": {both}" if both else "")
