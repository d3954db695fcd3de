"""Drift between Prisma schemas and migrations, as the page `drift/prisma.md` tells it.

A section holds a schema, the SQL of its migrations, and what `schemalint diff` says of the two; nothing where
it does not say. Of SQL that is "beyond-mending" the script cannot be run that the engine makes for it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from schemalint.cli.diff import as_text
from schemalint.config import Settings
from schemalint.engine import Project
from schemalint.source import Sources
from tests.pages import Section, sections

PAGE = Path(__file__).parent / "drift" / "prisma.md"
SECTIONS = list(sections(PAGE))
_LOCK = "prisma/migrations/migration_lock.toml"
_FIRST = "prisma/migrations/1_init/migration.sql"


def project_files(section: Section) -> dict[str, str]:
    """The files of a section's project."""
    texts = {fence.language: fence.text for fence in section.fences}
    provider = re.search(r'provider = ("\w+")', texts["prisma"])
    assert provider is not None
    return {
        "prisma/schema.prisma": texts["prisma"],
        _LOCK: f"provider = {provider[1]}\n",
        _FIRST: texts.get("sql", ""),
    }


def told(section: Section) -> list[str]:
    """What the section says that differs."""
    return [line for fence in section.fences if fence.language == "drift" for line in fence.text.splitlines()]


def is_beyond_mending(section: Section) -> bool:
    """Whether the engine's own script does not run."""
    return any("beyond-mending" in fence.notes for fence in section.fences)


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.title)
def test_what_has_drifted(section: Section) -> None:
    databases = Project(Sources.of(project_files(section)), Settings()).databases
    lines = [line.strip() for line in as_text(databases).splitlines()[1:]]
    assert sorted(lines) == sorted(told(section))
