"""SQLAlchemy models: what `create_all` makes of them in real databases, and what is read of them.

Runs every section of the pages in `tests/frontends/sqlalchemy` on PostgreSQL, SQLite and MariaDB, but for
those whose notes name fewer databases; and the models of packages, where they are installed. More than the
test dependencies bring are named in SCHEMALINT_MODELS="package.module:path.to.metadata …", with a
SCHEMALINT_SQLALCHEMY_PYTHON that has them.
"""

from __future__ import annotations

import os
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
from tests.oracle.conftest import missing
from tests.oracle.sqlalchemy_process import (
    DIALECTS,
    Runner,
    dialects_of,
    package_sources,
    target,
    write_project,
)
from tests.pages import Section, all_sections
from tests.test_sqlalchemy_pages import PAGES, project_files

_CASES = [(section, dialect) for section in all_sections(PAGES) for dialect in dialects_of(section)]


_PACKAGES = ["jupyterhub.orm:Base.metadata", "optuna.storages._rdb.models:BaseModel.metadata"]
_MORE_PACKAGES = os.environ.get("SCHEMALINT_MODELS", "").split()


def _rebuilt(sources: Sources, dialect: Dialect, module: str = "") -> dict[str, Any]:
    """The tables of all that the sources declare, or of what the files of one module do, as one catalog."""
    settings = Settings(dialect=dialect)
    readings = [
        reading for reading in read(sources, settings) if reading.source.startswith(module.replace(".", "/"))
    ]
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
    assert_same(made.catalog(), _rebuilt(Sources.of(files), dialect))


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("place", [*_PACKAGES, *_MORE_PACKAGES])
def test_models_of_a_package_agree(
    place: str, dialect: Dialect, sqlalchemy_runner: Runner, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    module, _, attribute = place.partition(":")
    folder = sqlalchemy_runner.folder_of(module.partition(".")[0])
    if folder is None:
        missing(f"{module} is not installed")
    made = target(dialect, request, tmp_path)
    task = {"task": "package", "module": module, "attribute": attribute}
    error = sqlalchemy_runner.ask({**task, "dialect": dialect, "database": made.address})
    assert error is None, error
    assert_same(made.catalog(), _rebuilt(package_sources(folder), dialect, module))


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
    assert compare(made.catalog(), _rebuilt(Sources.of({"models.py": model}), "sqlite")).agreement == 1
    faulty = {"models.py": model + "sa.Index('planted', t.c.a)\n"}
    assert compare(made.catalog(), _rebuilt(Sources.of(faulty), "sqlite")).agreement < 1
