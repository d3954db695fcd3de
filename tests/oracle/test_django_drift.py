"""`schema-drift` of Django projects beside Django's own comparison of models and migrations.

The projects are the page `tests/drift/django.md`, and packages that the environments have: as they are, and
with some of their models' fields changed.
"""

from __future__ import annotations

import re
import shutil
from itertools import count
from pathlib import Path

import pytest

from schemalint.config import Settings
from schemalint.drift.sides import drift
from schemalint.engine import Project
from schemalint.knowledge.dialects import Dialect
from tests.oracle.django.drifting import ANY_DATABASE, SQLITE, Fact, fact
from tests.oracle.django.environments import Environment, environments
from tests.oracle.django.packages import PACKAGES, Package
from tests.oracle.django.page_projects import can_be_proved, written
from tests.pages import sections
from tests.test_django_drift import PAGE, drifted
from tests.test_django_pages import project_files


def _asked() -> list[tuple[Environment | None, Dialect]]:
    """Every version for PostgreSQL, and the newest for SQLite."""
    found: list[Environment | None] = [*environments()] or [None]
    return [*((environment, "postgresql") for environment in found), (found[-1], "sqlite")]


@pytest.mark.parametrize(("environment", "dialect"), _asked(), indirect=("environment",), ids=str)
def test_pages(environment: Environment, tmp_path: Path, dialect: Dialect) -> None:
    chosen = [section for section in sections(PAGE) if can_be_proved(section, environment.version)]
    if dialect == "sqlite":  # which has no constraints that wait
        chosen = [section for section in chosen if "Deferrable" not in str(project_files(section))]
    projects = (written(project_files(one), tmp_path / str(number)) for number, one in enumerate(chosen))
    answers = environment.answers(
        {**project, "database": SQLITE if dialect == "sqlite" else ANY_DATABASE, "side": "drift"}
        for project in projects
    )
    different: list[str] = []
    told = 0
    for section, answer in zip(chosen, answers, strict=True):
        assert answer.error is None, f"{section}\n{answer.error}"
        assert answer.operations or not answer.facts, section
        found = drifted(section, environment.version, dialect)[1]
        if found != answer.facts:
            different.append(_told(str(section), found, answer.facts))
        told += len(found)
    assert not different, "\n\n".join(["", *different])
    assert told > len(chosen)


def _told(name: str, found: set[Fact], wanted: frozenset[Fact]) -> str:
    return f"{name}\nmissed: {sorted(wanted - found)}\nnot seen by Django: {sorted(found - wanted)}"


# packages


def _installed() -> list[tuple[Environment | None, Package]]:
    """Every package with the newest Django that has it."""
    found: dict[str, tuple[Environment | None, Package]] = {}
    for package in PACKAGES:
        if package.preparation is None:
            found[package.name] = (None, package)
            for environment in environments():
                if package.is_in(environment):
                    found[package.name] = (environment, package)
    return [pair for pair in found.values() if pair[0] is not None] or list(found.values())


@pytest.mark.parametrize(("environment", "package"), _installed(), indirect=("environment",), ids=str)
def test_packages(environment: Environment, package: Package, tmp_path: Path) -> None:
    tops = [environment.packages]
    if not package.folders[0].startswith("django/"):
        tops.append(tmp_path / "changed")
        for folder in package.folders:
            shutil.copytree(environment.packages / folder, tops[1] / folder, ignore=_not_python)
        _change_fields(tops[1])
    answers = environment.answers(package.job(ANY_DATABASE, "drift", [str(top)]) for top in tops)
    for answer, top in zip(answers, tops, strict=True):
        assert answer.error is None, answer.error
        found = _drift(top, package, environment)
        assert found == answer.facts, _told(str(package), found, answer.facts)
    assert answers[0].facts == frozenset()
    assert all(len(answer.facts) > _FEWEST for answer in answers[1:])


_FEWEST = 4
_CHANGES = (
    (re.compile(r"\bnull=True\b"), "null=False"),
    (re.compile(r"\bdb_index=True\b"), "db_index=False"),
    (re.compile(r"\bunique=True\b"), "unique=False"),
    (re.compile(r"\bmax_length=\d+"), "max_length=37"),
    (re.compile(r"\bmodels\.PositiveIntegerField\("), "models.BigIntegerField("),
)


def _change_fields(folder: Path) -> None:
    """Changes every third of the fields' arguments that are easy to change."""
    number = count(1)
    for path in sorted(folder.rglob("*.py")):
        if "migrations" in path.parts or "models" not in str(path.relative_to(folder)):
            continue
        text = path.read_text(encoding="utf-8")
        for pattern, words in _CHANGES:

            def replaced(match: re.Match[str], words: str = words) -> str:
                return words if next(number) % 3 == 0 else match[0]

            text = pattern.sub(replaced, text)
        path.write_text(text, encoding="utf-8")


def _not_python(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if "." in name and not name.endswith((".py", ".txt", ".json"))}


def _drift(top: Path, package: Package, environment: Environment) -> set[Fact]:
    sources = package.sources(top, environment.version)
    databases = Project(sources, Settings(dialect="postgresql")).databases
    return {fact(difference) for database in databases for difference in drift(database)}
