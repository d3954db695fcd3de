"""Revisions that ask whether there is a table which no revision makes: that depends on the database."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from schemalint.catalog import Name
from schemalint.migration import Migration
from schemalint.operations import CreateTable, Opaque, RenameTable


def unmade(migrations: tuple[Migration, ...], absent: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """The tables that migrations asked for in vain and that none of them makes.

    A table that some migration makes was not there indeed; any other may have been made by the application.
    """
    if not absent:
        return frozenset()
    made = made_by(migrations)
    return frozenset(name for names in absent.values() for name in names if name.lower() not in made)


def with_questions(
    migrations: tuple[Migration, ...], absent: Mapping[str, tuple[str, ...]]
) -> tuple[Migration, ...]:
    """The migrations, those among them marked that asked in vain for a table which none makes."""
    unknown = unmade(migrations, absent)
    if not unknown:
        return migrations
    found = []
    for migration in migrations:
        others = tuple(
            Opaque(reason=f"whether there is a table {name}", tables=(Name(name),), span=migration.span)
            for name in sorted(unknown.intersection(absent.get(migration.name, ())))
        )
        found.append(replace(migration, up=(*migration.up, *others)) if others else migration)
    return tuple(found)


def made_by(migrations: tuple[Migration, ...]) -> frozenset[str]:
    """The names in small letters that tables of the migrations have, on the way up or down."""
    names: set[str] = set()
    for migration in migrations:
        for operation in (*migration.up, *migration.down):
            if isinstance(operation, CreateTable):
                names.add(operation.table.name.name.lower())
            elif isinstance(operation, RenameTable):
                names.update((operation.table.name.lower(), operation.new_name.name.lower()))
    return frozenset(names)
