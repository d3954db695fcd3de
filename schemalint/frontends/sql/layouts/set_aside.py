"""SQL that is no part of a project's own schema: tests, seeds, queries, archives, packaged extensions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemalint.frontends.sql.plan import Plan
from schemalint.frontends.sql.tree import Tree, base, join, parent

_TESTS = re.compile(
    r"(?:tests?|testing|testdata|fixtures?|specs?|stubs?|mocks?|snapshots|e2e|integration[-_]tests?)"
    r"(?:[-_](?:files|data|utils|resources|helpers|support|suite|assets|db|database|sql|migrations|fixtures))?"
    r"|__(?:tests?|fixtures|snapshots|mocks)__"
)
_ARCHIVE = frozenset({"archive", "archived", "_archive", "_archived"})
_DATA = frozenset("seed seeds seeding seeders sample samples sample_data sampledata dummy demo-data".split())
_QUERIES = frozenset("query queries benchmark benchmarks bench".split())
_EXTENSION = re.compile(r"[\w-]+?--\d[\w.]*(?:--\d[\w.]*)?\.sql")


def find(tree: Tree) -> Iterator[Plan]:
    """No plan: what is set aside is said, with the reason."""
    top = tree.sources.top
    for folder in list(tree.folders):
        reason = _reason(folder[len(top) :])
        if reason is not None:
            tree.leave_out(folder, tree.folders[folder], reason)
            continue
        names = tree.folders[folder]
        extension = [name for name in names if _EXTENSION.fullmatch(name)]
        tree.leave_out(folder, extension, "it is the script of a PostgreSQL extension")
        if folder in tree.folders and _is_python_package(tree, folder):
            tree.leave_out(folder, names, "it belongs to migrations in Python")
    yield from ()


def _reason(folder: str) -> str | None:
    within_migrations = False
    for component in folder.lower().split("/"):
        if _TESTS.fullmatch(component) or (within_migrations and component in _ARCHIVE):
            return f"it lies under {component}/"
        within_migrations = within_migrations or "migration" in component
    if folder.lower().rpartition("/")[2] in _DATA:
        return "it lies in a folder for seed data"
    if folder.lower().rpartition("/")[2] in _QUERIES:
        return "it lies in a folder for queries"
    return None


def _is_python_package(tree: Tree, folder: str) -> bool:
    """Whether the folder, or the one above it, holds migrations of Django or Alembic."""
    for place in (folder, parent(folder)):
        name = base(place)
        if name == "migrations" and join(place, "__init__.py") in tree.sources:
            return True
        if name in ("migrations", "migration", "alembic") and join(place, "env.py") in tree.sources:
            return True
        if name == "versions" and join(parent(place), "env.py") in tree.sources:
            return True
    return False
