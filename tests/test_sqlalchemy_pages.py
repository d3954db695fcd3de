"""SQLAlchemy models and the catalogs that they mean, as the pages in `frontends/sqlalchemy` tell them.

The databases that a fenced catalog is for stand behind its language. Notes behind `python` limit a section to
some databases where the oracle runs it; where there are none it runs on all.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from schemalint.config import Settings
from schemalint.frontends.sqlalchemy.read import read
from schemalint.reading import Reading
from schemalint.replay import build
from schemalint.source import Sources
from tests.catalog_text import catalog_text
from tests.pages import Section, all_sections

PAGES = Path(__file__).parent / "frontends" / "sqlalchemy"


def told_catalogs(sections: Iterable[Section]) -> list[tuple[Section, str, str]]:
    """Each section with a dialect, and what it says of it."""
    return [
        (section, dialect, fence.text)
        for section in sections
        for fence in section.fences
        if fence.language == "catalog"
        for dialect in fence.notes
    ]


def shortly(value: object) -> str:
    """The name of a test's parameter; the text of a catalog is none."""
    return "" if isinstance(value, str) and "\n" in value else str(value)


def project_files(section: Section) -> dict[str, str]:
    """The files of the project that a section tells: everything but catalogs."""
    return {fence.path: fence.text for fence in section.fences if fence.language not in ("catalog", "left")}


def _told(reading: Reading) -> str:
    catalog, troubles = build(reading.operations, reading.dialect)
    lines = [f"not understood: {operation.reason}" for operation in reading.not_understood()]
    lines += [f"refused: {trouble.reason}" for trouble in troubles]
    return "".join(f"{line}\n" for line in lines) + catalog_text(catalog)


@pytest.mark.parametrize(("section", "dialect", "catalog"), told_catalogs(all_sections(PAGES)), ids=shortly)
def test_models_mean_their_catalog(section: Section, dialect: str, catalog: str) -> None:
    sources = Sources.of(project_files(section))
    readings = read(sources, Settings(dialect=dialect))  # type: ignore[arg-type]
    assert [place.message for reading in readings for place in reading.unreadable] == []
    assert "\n".join(_told(reading) for reading in readings) == catalog
