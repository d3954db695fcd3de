"""SQLAlchemy models: what `create_all` makes of them in real databases, and what is read of them.

Runs every section of the pages in `tests/frontends/sqlalchemy` on PostgreSQL, SQLite and MariaDB, but for
those whose notes name fewer databases.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from schemalint.catalog_json import catalog_document
from schemalint.config import Settings
from schemalint.frontends.sqlalchemy.read import read
from schemalint.grouping import databases
from schemalint.knowledge.dialects import Dialect
from schemalint.source import Sources
from tests.oracle.compare import assert_same, compare
from tests.oracle.sqlalchemy_process import Runner, dialects_of, target, write_project
from tests.pages import Section, all_sections
from tests.test_sqlalchemy_pages import PAGES, project_files

_CASES = [(section, dialect) for section in all_sections(PAGES) for dialect in dialects_of(section)]


def _rebuilt(files: dict[str, str], dialect: Dialect) -> dict[str, Any]:
    """The tables of all that the sources declare, as one catalog."""
    sources, settings = Sources.of(files), Settings(dialect=dialect)
    readings = read(sources, settings)
    assert [operation.reason for reading in readings for operation in reading.not_understood()] == []
    document = catalog_document(databases(readings, settings), sources)
    return {"tables": [table for catalog in document["catalogs"] for table in catalog["tables"]]}


@pytest.mark.parametrize(("section", "dialect"), _CASES, ids=str)
def test_create_all_agrees(
    section: Section,
    dialect: Dialect,
    sqlalchemy_runner: Runner,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    files = project_files(section)
    write_project(files, tmp_path / "project")
    made = target(dialect, request, tmp_path)
    task = {"task": "models", "folder": str(tmp_path / "project")}
    error = sqlalchemy_runner.ask({**task, "dialect": dialect, "database": made.address})
    assert error is None, error
    assert_same(made.catalog(), _rebuilt(files, dialect))


def test_a_planted_fault_is_found(
    sqlalchemy_runner: Runner, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """An index that the models do not have must show."""
    model = (
        "import sqlalchemy as sa\n"
        "metadata = sa.MetaData()\n"
        "t = sa.Table('t', metadata, sa.Column('id', sa.Integer), sa.Column('a', sa.Text))\n"
    )
    write_project({"models.py": model}, tmp_path / "project")
    made = target("sqlite", request, tmp_path)
    task = {"task": "models", "folder": str(tmp_path / "project"), "dialect": "sqlite"}
    assert sqlalchemy_runner.ask({**task, "database": made.address}) is None
    assert compare(made.catalog(), _rebuilt({"models.py": model}, "sqlite")).agreement == 1
    faulty = {"models.py": model + "sa.Index('planted', t.c.a)\n"}
    assert compare(made.catalog(), _rebuilt(faulty, "sqlite")).agreement < 1
