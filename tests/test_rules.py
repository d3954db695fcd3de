"""Every rule on its page: it speaks on the lines that expect it, and nowhere else.

A line expects a finding by a comment at its end, `expect`, `expect 2` for two, `expect: words` for words of
its severity, message or repair; `expect above` stands on the line below, where a comment at the end would
change the meaning.
A note `with:NAME` behind a fence's language runs another rule as well.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from schemalint.config import Settings
from schemalint.diagnostic import Diagnostic
from schemalint.engine import Project, check
from schemalint.knowledge.dialects import DIALECTS
from schemalint.registry import rule_names
from schemalint.source import Sources
from tests.pages import Section, all_sections

_PAGES = Path(__file__).parent / "rules"
_EXPECT = re.compile(
    r"(?://|--|#)\s*expect\b(?P<above>\s+above\b)?(?:\s+(?P<count>\d+))?(?::\s*(?P<words>.*?))?\s*$"
)


class _Expectation(NamedTuple):
    path: str
    line: int
    times: int
    words: str


def _expectations(section: Section) -> list[_Expectation]:
    return [
        _Expectation(path, number - bool(match["above"]), int(match["count"] or 1), match["words"] or "")
        for path, text in section.files.items()
        for number, line in enumerate(text.splitlines(), 1)
        if (match := _EXPECT.search(line))
    ]


def _settings(section: Section) -> Settings:
    notes = [note for fence in section.fences for note in fence.notes]
    dialect = next((note for note in notes if note in DIALECTS), None)
    policy = next((note for note in notes if note in ("required", "off")), "auto")
    others = [note.removeprefix("with:") for note in notes if note.startswith("with:")]
    return msgspec.convert(
        {"select": [section.page.stem, *others], "dialect": dialect, "rollback": policy}, Settings
    )


def _said(diagnostic: Diagnostic) -> str:
    fix = f"; {diagnostic.fix.title}" if diagnostic.fix is not None else ""
    return f"{diagnostic.severity}: {diagnostic.message}{fix}"


@pytest.mark.parametrize("section", all_sections(_PAGES), ids=str)
def test_rule_speaks_where_it_is_expected(section: Section) -> None:
    report = check(Project(Sources.of(section.files), _settings(section)))
    found = [
        (diagnostic.region.path, diagnostic.region.start.line, _said(diagnostic))
        for diagnostic in report.shown()
        if diagnostic.rule == section.page.stem
    ]
    expected = _expectations(section)
    places = Counter((path, line) for path, line, _ in found)
    assert places == Counter({(one.path, one.line): one.times for one in expected}), found
    for one in expected:
        messages = [message for path, line, message in found if (path, line) == (one.path, one.line)]
        assert any(one.words in message for message in messages), messages


def test_every_rule_has_a_page() -> None:
    assert {page.stem for page in _PAGES.glob("*.md")} == set(rule_names())


@pytest.mark.parametrize("name", rule_names())
def test_a_page_is_silent_as_often_as_it_speaks(name: str) -> None:
    speaking = [bool(_expectations(section)) for section in all_sections(_PAGES) if section.page.stem == name]
    assert speaking.count(True) >= 1
    assert speaking.count(False) >= speaking.count(True)
