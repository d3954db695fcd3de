"""Drift between SQLAlchemy models and Alembic revisions is what autogenerate sees on a real database.

Runs every section of `tests/drift/alembic.md` on the databases that it tells of: the revisions are run, then
Alembic compares.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from schemalint.catalog import Column, ForeignKey, Index
from schemalint.comparison import Difference
from schemalint.drift.sides import drift
from schemalint.knowledge.dialects import Dialect
from tests.oracle.sqlalchemy_process import Runner, target, write_project
from tests.pages import Section
from tests.test_alembic_drift import case_name, databases, project_files, told

Fact = tuple[str, str, str, str]
_ASPECTS = {"nullability": "nullable"}


def facts(found: Iterable[Difference]) -> set[Fact]:
    """Differences in the words of `sqlalchemy_runner.facts_of`."""
    return {fact for difference in found for fact in _facts(difference)}


def _facts(difference: Difference) -> list[Fact]:
    left, right = difference.left, difference.right
    table = "" if difference.table is None else str(difference.table)
    if difference.subject == "table":
        return [("table", difference.name, "", "+" if left is not None else "-")]
    if isinstance(left, Column) and isinstance(right, Column):
        aspect = difference.aspect or ""
        return [("column", table, difference.name, _ASPECTS.get(aspect, aspect))]
    found: list[Fact] = []
    for element, sign in ((left, "+"), (right, "-")):
        if isinstance(element, Column):
            found.append(("column", table, element.name, sign))
        elif isinstance(element, ForeignKey):
            found.append(("foreign key", table, f"({', '.join(element.columns)})", sign))
        elif isinstance(element, Index):
            columns = f"({', '.join(element.columns)})"
            is_constraint = element.origin == "unique constraint"
            kind = "unique constraint" if is_constraint else "index"
            found.append((kind, table, columns if is_constraint else element.name or "", sign))
    return found


@pytest.mark.parametrize(("section", "dialect", "text"), told(), ids=case_name)
def test_autogenerate_sees_the_same(
    section: Section,
    dialect: Dialect,
    text: str,
    sqlalchemy_runner: Runner,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    write_project(project_files(section), tmp_path / "project")
    made = target(dialect, request, tmp_path)
    task = {"task": "autogenerate", "folder": str(tmp_path / "project")}
    answer = sqlalchemy_runner.answer({**task, "dialect": dialect, "database": made.address})
    assert "error" not in answer, answer["error"]
    found = facts(difference for database in databases(section, dialect) for difference in drift(database))
    assert found == {tuple(fact) for fact in answer["found"]}
