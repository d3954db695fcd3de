"""Drift between SQLAlchemy models and Alembic revisions is what autogenerate sees on a real database.

Runs every section of `tests/drift/alembic.md` on the databases that it tells of: the revisions are run, then
Alembic compares. And lets Alembic make a revision of the models of each page in `tests/frontends/sqlalchemy`,
as it is and with some facts changed: no more has drifted than it sees afterwards. Each section takes its turn
on one of the databases; SCHEMALINT_CHANGED_REVISIONS=3 runs all on all, each in three ways too.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pytest
from msgspec.structs import replace

from schemalint.catalog import Column, ForeignKey, Index
from schemalint.comparison import Difference
from schemalint.config import Settings
from schemalint.drift.sides import drift
from schemalint.engine import Project
from schemalint.knowledge.dialects import Dialect
from schemalint.rule import Database
from schemalint.scope import Scope
from schemalint.source import Sources
from tests import test_sqlalchemy_pages
from tests.oracle.sqlalchemy_process import Runner, dialects_of, target, write_project
from tests.pages import Section, all_sections
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
            found.append((kind, table, columns if is_constraint else (element.name or "")[:40], sign))
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


_SEEDS = int(os.environ.get("SCHEMALINT_CHANGED_REVISIONS", "0"))


def _turns() -> list[tuple[Section, Dialect, str]]:
    found: list[tuple[Section, Dialect, str]] = []
    for position, section in enumerate(all_sections(test_sqlalchemy_pages.PAGES)):
        dialects = dialects_of(section)
        if _SEEDS:
            seeds = ["", *(str(seed) for seed in range(1, _SEEDS + 1))]
            found += [(section, dialect, seed) for dialect in dialects for seed in seeds]
        else:
            found.append((section, dialects[position % len(dialects)], "" if position % 2 else "1"))
    return found


def _with_everything_compared(database: Database) -> Database:
    assert database.declared is not None
    assert database.migrated is not None
    scope = Scope(declarations=database.declared.declares)
    return replace(database, migrated=replace(database.migrated, scope=scope))


@pytest.mark.parametrize(("section", "dialect", "seed"), _turns(), ids=str)
def test_what_autogenerate_makes_has_not_drifted(
    section: Section,
    dialect: Dialect,
    seed: str,
    sqlalchemy_runner: Runner,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    files = test_sqlalchemy_pages.project_files(section)
    write_project(files, tmp_path / "project")
    made = target(dialect, request, tmp_path)
    task = {"task": "generated", "folder": str(tmp_path / "project"), "seed": seed}
    answer = sqlalchemy_runner.answer({**task, "dialect": dialect, "database": made.address})
    if "error" in answer:
        pytest.xfail(f"the revision that autogenerate wrote does not run: {answer['error'].strip()[-200:]}")
    files["migrations/versions/1.py"] = answer["found"]["revision"]
    project = Project(Sources.of(files), Settings(dialect=dialect))
    both = [one for one in project.databases if one.declared is not None and one.migrated is not None]
    found = facts(difference for one in both for difference in drift(_with_everything_compared(one)))
    real = {tuple(fact) for fact in answer["found"]["facts"]}
    assert found <= real
