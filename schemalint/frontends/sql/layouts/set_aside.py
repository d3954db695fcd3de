"""SQL that is no part of a project's own schema: tests, seeds, queries, packaged extensions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemalint.frontends.sql.plan import Plan
from schemalint.frontends.sql.tree import Tree, join, parent

_TESTS = frozenset(
    "test tests testdata test-data test_data testing __tests__ __fixtures__ __snapshots__ fixture"
    " fixtures stub stubs mock mocks snapshots spec specs e2e integration-tests integration_tests".split()
)
_DATA = frozenset("seed seeds seeding seeders sample samples sample_data sampledata dummy demo-data".split())
_QUERIES = frozenset("query queries reports analytics dashboards benchmark benchmarks bench".split())
_EXTENSION = re.compile(r"[\w-]+?--\d[\w.]*(?:--\d[\w.]*)?\.sql")


def find(tree: Tree) -> Iterator[Plan]:
    """No plan: what is set aside is said, with the reason."""
    for folder in list(tree.folders):
        reason = _reason(folder)
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
    for component in folder.lower().split("/"):
        if component in _TESTS:
            return f"it lies under {component}/"
    if folder.lower().rpartition("/")[2] in _DATA:
        return "it lies in a folder for seed data"
    if folder.lower().rpartition("/")[2] in _QUERIES:
        return "it lies in a folder for queries"
    return None


def _is_python_package(tree: Tree, folder: str) -> bool:
    """Whether the folder, or the one above it, holds migrations of Django or Alembic."""
    for place in (folder, parent(folder)):
        if place and (
            (join(place, "__init__.py") in tree.sources and "migrations" in place.split("/"))
            or join(place, "env.py") in tree.sources
            or join(parent(place), "env.py") in tree.sources
        ):
            return True
    return False
