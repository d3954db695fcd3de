"""Models and what their migrations say, on the page `drift/django.md`: what differs is what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemalint.cli.diff import as_text
from schemalint.config import Settings
from schemalint.drift.sides import drift
from schemalint.engine import Project
from schemalint.knowledge.dialects import Dialect
from schemalint.source import Sources
from tests.oracle.django.drifting import Fact, fact
from tests.pages import Section, sections
from tests.test_django_pages import project_files, versions

PAGE = Path(__file__).parent / "drift" / "django.md"


def drifted(
    section: Section, version: tuple[int, int], dialect: Dialect = "postgresql"
) -> tuple[str, set[Fact]]:
    """What differs in a section for a version of Django, in words and as facts."""
    files = project_files(section)
    files["django/__init__.py"] = f"VERSION = ({version[0]}, {version[1]}, 0, 'final', 0)\n"
    databases = Project(Sources.of(files), Settings(dialect=dialect)).databases
    lines = [line.strip() for line in as_text(databases).splitlines()]
    facts = {fact(difference) for database in databases for difference in drift(database)}
    return "".join(f"{line}\n" for line in lines if line[:1] in "+-~"), facts


def expected(section: Section) -> str:
    """What the section says."""
    return "".join(fence.text for fence in section.fences if fence.language == "drift")


@pytest.mark.parametrize("section", list(sections(PAGE)), ids=str)
def test_a_section_says_what_has_drifted(section: Section) -> None:
    for version in versions(section):
        assert drifted(section, version)[0] == expected(section), version
