"""pop, soda and Ory's popx: `N_x[.<database>][.autocommit].up.sql`, a common file and one for a database."""

from __future__ import annotations

from collections.abc import Iterator

from schemalint.frontends.sql.dialect_names import is_dialect
from schemalint.frontends.sql.layouts.pairs import Half, half, paired
from schemalint.frontends.sql.plan import Decision, Plan
from schemalint.frontends.sql.tree import Tree
from schemalint.knowledge.dialects import Dialect


def find(tree: Tree) -> Iterator[Plan]:
    """Every folder of paired files some of which name a database: a history for each of these."""
    for folder in list(tree.folders):
        halves = [found for name in tree.folders[folder] if (found := half(name)) is not None]
        databases = sorted({found.database for found in halves if found.database is not None})
        if not databases:
            continue
        if not _covers(halves, databases):  # the common files are for a database that no name tells
            yield _plan(folder, [found for found in halves if found.database is None], None)
        for database in databases:
            if is_dialect(database):
                yield _plan(folder, _overridden(halves, database), database)  # type: ignore[arg-type]
        tree.leave_out(
            folder,
            [found.name for found in halves if found.database is not None and not is_dialect(found.database)],
            "it is for a database that is not read",
        )
        tree.leave_out_rest(folder, (), "only files called <number>_<name>.up.sql and .down.sql are run")


def _covers(halves: list[Half], databases: list[str]) -> bool:
    """Whether each migration that is for some databases is for PostgreSQL too, so it needs no default."""
    return "postgresql" in databases or all(found.database is not None for found in halves)


def _overridden(halves: list[Half], database: str) -> list[Half]:
    own = {(found.stem, found.side) for found in halves if found.database == database}
    return [
        found
        for found in halves
        if found.database == database or (found.database is None and (found.stem, found.side) not in own)
    ]


def _plan(folder: str, halves: list[Half], database: Dialect | None) -> Plan:
    return Plan(
        layout="popx",
        source=folder,
        scripts=paired(folder, halves, transactional=True),
        decision=None if database is None else Decision(database, f"files are called {_example(halves)}"),
    )


def _example(halves: list[Half]) -> str:
    return next(found.name for found in halves if found.database is not None)
