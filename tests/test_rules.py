"""Every rule on its page: it speaks on the lines that expect it, and nowhere else."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from schemalint.config import Settings
from schemalint.engine import Project, check
from schemalint.knowledge.dialects import DIALECTS
from schemalint.registry import rule_names
from schemalint.source import Sources
from tests.pages import Section, all_sections

_PAGES = Path(__file__).parent / "rules"
_EXPECT = re.compile(r"(?://|--|#)\s*expect\b(?:\s+(?P<count>\d+))?(?::\s*(?P<words>.*?))?\s*$")


def _expected(section: Section) -> Counter[tuple[str, int]]:
    found: Counter[tuple[str, int]] = Counter()
    for path, text in section.files.items():
        for number, line in enumerate(text.splitlines(), 1):
            if match := _EXPECT.search(line):
                found[path, number] += int(match["count"] or 1)
    return found


def _settings(section: Section) -> Settings:
    dialect = next((note for fence in section.fences for note in fence.notes if note in DIALECTS), None)
    policy = next((note for fence in section.fences for note in fence.notes if note in ("required", "off")), "auto")
    return Settings(select=(section.page.stem,), dialect=dialect, rollback=policy)  # type: ignore[arg-type]


@pytest.mark.parametrize("section", all_sections(_PAGES), ids=str)
def test_rule_speaks_where_it_is_expected(section: Section) -> None:
    project = Project(Sources.of(section.files), _settings(section))
    report = check(project)
    found = Counter((diagnostic.region.path, diagnostic.region.start.line) for diagnostic in report.diagnostics)
    shown = "\n".join(f"{d.region.path}:{d.region.start.line}: {d.message}" for d in report.diagnostics)
    assert found == _expected(section), shown
    for path, text in section.files.items():
        for number, line in enumerate(text.splitlines(), 1):
            match = _EXPECT.search(line)
            if match and match["words"]:
                messages = [
                    f"{d.severity}: {d.message}"
                    for d in report.diagnostics
                    if (d.region.path, d.region.start.line) == (path, number)
                ]
                assert any(match["words"] in message for message in messages), messages


def test_every_rule_has_a_page() -> None:
    assert {page.stem for page in _PAGES.glob("*.md")} == set(rule_names())


@pytest.mark.parametrize("name", rule_names())
def test_a_page_is_silent_as_often_as_it_speaks(name: str) -> None:
    speaking = [bool(_expected(section)) for section in all_sections(_PAGES) if section.page.stem == name]
    assert speaking.count(True) >= 1
    assert speaking.count(False) >= speaking.count(True)
