"""Which tables the application has made where revisions ask for them: none that a revision makes then."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from schemalint.catalog import Catalog
from schemalint.frontends.alembic.history import History
from schemalint.frontends.alembic.revisions import Revision
from schemalint.migration import Migration
from schemalint.operations import CreateTable, RenameTable

_CREATES = re.compile(r"(?:create|rename)_table\(\s*(?:[rRuU]?[\"'](\w+)[\"']|[^\"'\s)])", re.IGNORECASE)

_MOST = 50
"""So many tables at most are taken to be there: `while has_table(f"part_{number}")` would never end."""


def presumed_tables(
    trial: History, revisions: Sequence[Revision], database: str | None, made: frozenset[str]
) -> frozenset[str]:
    """The tables that revisions ask for and that none makes, where those are there that it asks for first.

    `if not has_table("runs"): return` comes before what a revision makes for runs. One table after the other
    is taken to be there, in the order of the questions, unless the revision that asks for it makes it, or is
    known to be `made` anyway.
    """
    made_then = set(made)
    for revision in revisions:
        before = trial.standing()
        while True:
            migration = trial.migration(revision, database)
            made_then.update(_made_on_the_way_up(migration))
            names = trial.absent.get(revision.id, ())
            missing = next((name for name in names if name.lower() not in made_then), None)
            if missing is None or len(trial.presumed) >= _MOST:
                break
            trial.presume(missing, before)
    return frozenset(name for name in trial.presumed if name.lower() not in made_then)


def _made_on_the_way_up(migration: Migration) -> Iterator[str]:
    for operation in migration.up:
        if isinstance(operation, CreateTable):
            yield operation.table.name.name.lower()
        elif isinstance(operation, RenameTable):
            yield operation.new_name.name.lower()


def may_be_made(history: History, asked: frozenset[str]) -> bool:
    """Whether code that was read makes one of the tables `asked` for, or one whose name is not written."""
    for text in history.texts():
        if "e_table(" in text:
            for match in _CREATES.finditer(text):
                if match[1] is None or match[1] in asked:
                    return True
    return False


def without(presumed: frozenset[str], beginning: Catalog | None) -> frozenset[str]:
    """The tables that are not there when the history begins."""
    there = {table.name.name.lower() for table in beginning.tables.values()} if beginning is not None else ()
    return frozenset(name for name in presumed if name.lower() not in there)
