"""Text for people: what one change mends is told once, with the tables that it is about."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from schemalint.diagnostic import Diagnostic, Fix, Region
from schemalint.finding import Subject
from schemalint.reporters import render
from schemalint.source import Position, Sources
from tests.reporters import samples

_SOURCES = Sources.of({"mixins.py": "id = Column(Integer, primary_key=True, index=True)\n"})
_PLACE = Region(path="mixins.py", start=Position(1, 1), end=Position(1, 10))


def _finding(table: str, title: str | None = "remove `index=True`") -> Diagnostic:
    one = samples.diagnostic("redundant-index", f"the index on {table}", _PLACE, Subject(table=table))
    return replace(one, fix=None if title is None else Fix(title=title))


def _text(*diagnostics: Diagnostic) -> str:
    report = replace(samples.clean()[0], diagnostics=diagnostics)
    return render("text", report, _SOURCES, samples.CONTEXT)


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ("ab", "likewise for: b\n"),
        ("abcdef", "likewise for: b, c, d, e, f\n"),
        ("abcdefgh", "likewise for: b, c, d, e, f and 2 more\n"),
    ],
)
def test_tables_that_share_a_place_and_a_repair(tables: str, words: str) -> None:
    text = _text(*map(_finding, tables))
    assert text.count("[redundant-index]") == 1
    assert words in text
    assert f"found {len(tables)} warnings" in text


def test_other_repairs_and_none_stand_for_themselves() -> None:
    text = _text(
        _finding("a"), _finding("b", "write `db_index=False`"), _finding("c", None), _finding("d", None)
    )
    assert text.count("[redundant-index]") == 4
    assert "likewise" not in text
