"""Alembic histories: what `upgrade heads` makes of real databases, and each downgrade after it.

Runs every section of the pages in `tests/frontends/alembic` on PostgreSQL, SQLite and MariaDB, but for those
whose notes name fewer databases, or say that nobody can run them (`unproved`): they are about what an
application does before its revisions run. The catalogs after each downgrade are compared too, except where a
history branches: there only what is left in the end. So are the histories of packages on PostgreSQL and
SQLite, where they are installed: more than the test dependencies bring are named in
SCHEMALINT_HISTORIES_OF="package/folder/of/versions …", with a SCHEMALINT_SQLALCHEMY_PYTHON that has them.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from schemalint.catalog import Catalog
from schemalint.catalog_json import catalog_document
from schemalint.config import Settings
from schemalint.frontends.alembic.read import read
from schemalint.knowledge.dialects import Dialect
from schemalint.reading import Reading
from schemalint.replay import Replay, replay
from schemalint.rule import Database
from schemalint.source import Sources
from tests.oracle.compare import assert_same
from tests.oracle.conftest import missing
from tests.oracle.sqlalchemy_process import (
    Runner,
    Target,
    dialects_of,
    package_sources,
    target,
    write_project,
)
from tests.pages import Section, all_sections
from tests.test_alembic_pages import PAGES, catalogs_on_the_way_down
from tests.test_sqlalchemy_pages import project_files

_CASES = [(section, dialect) for section in all_sections(PAGES) for dialect in dialects_of(section)]


_PACKAGES = ["optuna/storages/_rdb/alembic/versions"]
_MORE_PACKAGES = os.environ.get("SCHEMALINT_HISTORIES_OF", "").split()


def _document(reading: Reading, catalog: Catalog, sources: Sources) -> dict[str, Any]:
    """A catalog as the database would print it."""
    database = Database(
        name="",
        dialect=reading.dialect,
        migrated=reading,
        replay=Replay(catalog=catalog, steps=(), troubles=()),
    )
    (found,) = catalog_document([database], sources)["catalogs"]
    return dict(found)


def _real(made: Target) -> dict[str, Any]:
    """What the database is now, without Alembic's own table."""
    catalog = made.catalog()
    tables = [table for table in catalog["tables"] if table["name"] != "alembic_version"]
    return {**catalog, "tables": tables}


@pytest.mark.parametrize(("section", "dialect"), _CASES, ids=str)
def test_upgrades_and_downgrades_agree(
    section: Section,
    dialect: Dialect,
    sqlalchemy_runner: Runner,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    files = project_files(section)
    write_project(files, tmp_path / "project")
    made = target(dialect, request, tmp_path)

    def run(command: str, revision: str) -> None:
        task = {"task": "revisions", "folder": str(tmp_path / "project"), "dialect": dialect}
        asked = {**task, "database": made.address, "command": command, "revision": revision}
        error = sqlalchemy_runner.ask(asked)
        assert error is None, error

    run("upgrade", "heads")
    sources = Sources.of(files)
    histories = read(sources, Settings(dialect=dialect))
    rebuilt: dict[str, Any] = {"tables": []}
    for history in histories:
        replayed = replay(history.migrations, dialect)
        assert [trouble.reason for trouble in replayed.troubles] == []
        assert [operation.reason for operation in history.not_understood()] == []
        rebuilt["tables"] += _document(history, replayed.catalog, sources)["tables"]
    assert_same(_real(made), rebuilt)
    if any(migration.rollback != "present" for history in histories for migration in history.migrations):
        return
    (history,) = histories
    steps = catalogs_on_the_way_down(history.migrations, dialect)
    if any(len(migration.parents) != 1 for migration in history.migrations[1:]):
        run("downgrade", "base")
        assert_same(_real(made), _document(history, steps[-1][0], sources))
        return
    for catalog, problems in steps:
        assert problems == []
        run("downgrade", "-1")
        assert_same(_real(made), _document(history, catalog, sources))


@pytest.mark.parametrize("dialect", ["postgresql", "sqlite"])
@pytest.mark.parametrize("place", [*_PACKAGES, *_MORE_PACKAGES])
def test_the_history_of_a_package_agrees(
    place: str, dialect: Dialect, sqlalchemy_runner: Runner, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    package = place.partition("/")[0]
    folder = sqlalchemy_runner.folder_of(package)
    if folder is None:
        missing(f"{package} is not installed")
    shutil.copytree(folder.parent / place, tmp_path / "project" / "migrations" / "versions")
    made = target(dialect, request, tmp_path)
    task = {"task": "revisions", "folder": str(tmp_path / "project"), "dialect": dialect}
    asked = {**task, "database": made.address, "command": "upgrade", "revision": "heads"}
    error = sqlalchemy_runner.ask(asked)
    assert error is None, error
    sources = package_sources(folder)
    (history,) = [one for one in read(sources, Settings(dialect=dialect)) if one.source == place]
    assert history.not_understood() == []
    assert_same(_real(made), _document(history, replay(history.migrations, dialect).catalog, sources))
