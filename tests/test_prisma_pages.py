"""Prisma schemas and the catalogs that they mean, as the pages in `frontends/prisma` tell them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from schemalint.config import Settings
from schemalint.frontends.prisma.read import parsed, read
from schemalint.knowledge.dialects import DIALECTS
from schemalint.reading import Reading
from schemalint.replay import build
from schemalint.source import Sources
from tests.catalog_text import catalog_text
from tests.pages import Section, all_sections, sections

PAGES = Path(__file__).parent / "frontends" / "prisma"


def schema_files(section: Section) -> Mapping[str, str]:
    """The files of a section that are Prisma schemas."""
    return {path: text for path, text in section.files.items() if path.endswith(".prisma")}


def model_lines() -> Iterator[tuple[str, bool]]:
    """Lines of a model, and whether they are well-formed."""
    for section in sections(PAGES.with_name("prisma_lines.md")):
        for fence in section.fences:
            for line in fence.text.splitlines():
                yield line, fence.language == "taken"


def model_with(line: str) -> str:
    """A schema whose one model has a line."""
    return f'datasource db {{\n  provider = "postgresql"\n}}\n\nmodel A {{\n  id Int @id\n  {line}\n}}\n'


def _settings(section: Section) -> Settings:
    notes = {note for fence in section.fences for note in fence.notes}
    dialect = next((name for name in DIALECTS if name in notes), None)
    return Settings(dialect=dialect)  # type: ignore[arg-type]


def _told(reading: Reading, sources: Sources) -> str:
    catalog, troubles = build(reading.operations, reading.dialect)
    lines = [f"{reading.source}: {reading.dialect}, because {reading.dialect_reason}"]
    for problem in reading.unreadable:
        at = sources.read(problem.span.path).position(problem.span.start)
        lines.append(f"unreadable {problem.span.path}:{at.line}:{at.column}: {problem.message}")
    lines += [f"refused: {trouble.reason}" for trouble in troubles]
    return "".join(f"{line}\n" for line in lines) + catalog_text(catalog)


@pytest.mark.parametrize("section", all_sections(PAGES), ids=str)
def test_schema_means_its_catalog(section: Section) -> None:
    sources = Sources.of(schema_files(section))
    readings = read(sources, _settings(section))
    told = "\n".join(_told(reading, sources) for reading in readings)
    assert told == "\n".join(fence.text for fence in section.fences if fence.language == "catalog")


@pytest.mark.parametrize(("line", "taken"), list(model_lines()))
def test_line_is_well_formed_or_not(line: str, *, taken: bool) -> None:
    problems = parsed(model_with(line)).problems
    assert bool(problems) != taken
    assert len(problems) <= 1
