"""Django projects through Django itself, on real databases: what was read ends in the same catalogs.

The projects are the pages under `tests/frontends/django`, and packages that the environments have.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from schemalint.catalog_json import catalog_document
from schemalint.config import Settings
from schemalint.frontends.django.read import read
from schemalint.grouping import databases
from schemalint.knowledge.dialects import Dialect
from schemalint.migration import Migration
from schemalint.reading import Reading
from schemalint.source import Sources
from tests.oracle.compare import compare
from tests.oracle.conftest import missing
from tests.oracle.django.environments import Answer, Environment, environments
from tests.oracle.django.packages import PACKAGES, Package
from tests.oracle.django.page_projects import can_be_proved, written
from tests.oracle.django.servers import Filled, NewDatabase, on_mariadb, on_postgresql, on_sqlite
from tests.pages import Section, all_sections
from tests.test_django_pages import DIALECTS, PAGES, dialects, project_files, readings


@pytest.fixture(params=DIALECTS)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Dialect, NewDatabase]]:
    """A kind of database, and what makes an empty one of that kind."""
    dialect: Dialect = request.param
    if dialect == "postgresql":
        yield dialect, on_postgresql(request.getfixturevalue("new_postgresql_database"))
    elif dialect == "sqlite":
        yield dialect, on_sqlite(tmp_path)
    else:
        with on_mariadb(request.getfixturevalue("mariadb_socket")) as new:
            yield dialect, new


@dataclass(frozen=True)
class _Case:
    """A database that Django is to make, and the readings that tell of the same."""

    name: str
    readings: list[Reading]
    sources: Sources
    job: dict[str, Any]
    filled: Filled

    def difference(self, answer: Answer) -> str | None:
        """What differs, but for tables of other apps; None if nothing does."""
        if answer.error is not None:
            return f"{self.name}\n{answer.error}"
        expected, apart = self.filled.catalog(), {name.lower() for name in answer.others}
        expected["tables"] = [table for table in expected["tables"] if table["name"].lower() not in apart]
        rebuilt: list[Any] = []
        for document in catalog_document(databases(self.readings, Settings()), self.sources)["catalogs"]:
            rebuilt += document["tables"]
        found = compare(expected, {"tables": rebuilt})
        if found.missing or found.extra or (expected["tables"] and not found.same):
            return f"{self.name}\n{found}"
        return None


def _assert_no_difference(environment: Environment, cases: list[_Case]) -> None:
    assert cases
    answers = environment.answers(case.job for case in cases)
    found = [case.difference(answer) for case, answer in zip(cases, answers, strict=True)]
    differences = [difference for difference in found if difference is not None]
    assert not differences, "\n\n".join(["", *differences])


# pages


def test_pages(environment: Environment, server: tuple[Dialect, NewDatabase], tmp_path: Path) -> None:
    dialect, new_database = server
    cases: list[_Case] = []
    for number, section in enumerate(all_sections(PAGES)):
        if dialect in dialects(section) and can_be_proved(section, environment.version):
            folder = tmp_path / f"section{number}"
            cases += _page_cases(section, dialect, environment, folder, new_database)
    _assert_no_difference(environment, cases)


def _page_cases(
    section: Section, dialect: Dialect, environment: Environment, folder: Path, new_database: NewDatabase
) -> Iterator[_Case]:
    """Each side of a section, and its history with the last migration undone."""
    found, sources = readings(section, dialect, environment.version)
    project = written(project_files(section), folder)

    def case(side: str, readings: list[Reading], target: tuple[str, str] | None = None) -> _Case:
        filled = new_database()
        job = {**project, "database": filled.settings, "side": side, "target": target}
        return _Case(f"{section}, {side}, Django {environment}", readings, sources, job, filled)

    declared = [reading for reading in found if reading.side == "declared"]
    migrated = [reading for reading in found if reading.side == "migrated"]
    if declared:
        yield case("declared", declared)
    if migrated:
        yield case("migrated", migrated)
    if len(migrated) == 1 and migrated[0].migrations[-1].rollback == "present":
        yield case("undone", [_undone(migrated[0])], _before_last(migrated[0]))


def _undone(history: Reading) -> Reading:
    """The history, and behind it its last migration undone."""
    last = history.migrations[-1]
    back = Migration(name=f"{last.name} undone", path=last.path, span=last.span, up=last.down)
    return replace(history, migrations=(*history.migrations, back))


def _before_last(history: Reading) -> tuple[str, str]:
    """The app and migration to go back to, so that the last one is undone and nothing else."""
    last = history.migrations[-1]
    app = last.name.partition(".")[0]
    before = next((name for name in last.parents if name.partition(".")[0] == app), f"{app}.zero")
    return app, before.partition(".")[2]


# packages


def _installed() -> Iterator[tuple[Environment | None, Dialect, Package]]:
    """Every package with each environment that has it and each database that it runs on."""
    for environment in environments() or [None]:
        for package in PACKAGES:
            if environment is None or package.is_in(environment):
                for dialect in package.dialects:
                    yield environment, dialect, package


@pytest.mark.parametrize(
    ("environment", "server", "package"), list(_installed()), indirect=("environment", "server"), ids=str
)
def test_packages(environment: Environment, server: tuple[Dialect, NewDatabase], package: Package) -> None:
    dialect, new_database = server
    sources = package.sources(environment.packages, environment.version)
    found = read(sources, Settings(dialect=dialect))
    cases = []
    for side in ("declared", "migrated"):
        filled = new_database()
        job = package.job(filled.settings, side)
        told = [reading for reading in found if reading.side == side]
        assert [opaque for reading in told for opaque in reading.not_understood()] == []
        cases.append(_Case(f"{package}, {side}, Django {environment}", told, sources, job, filled))
    _assert_no_difference(environment, cases)


def test_every_package_is_installed_somewhere() -> None:
    absent = [package.name for package in PACKAGES if not any(package.is_in(one) for one in environments())]
    if absent:
        missing(f"not installed beside any Django: {', '.join(absent)}")
