"""Django projects and the catalogs that they mean, as the pages in `frontends/django` tell them.

A `catalog` fence is what comes of the section: for the database that it notes, else for PostgreSQL; for the
side that it notes ("declared", "migrated"), else for both, which must be the same. Notes on a source fence
say for which databases the section is (else for all), and for which versions of Django ("django>=5.2",
"django<5.1"). What is noted as "unproved" is not shown to Django, because it would refuse it.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemalint.config import Settings
from schemalint.frontends.django.read import read
from schemalint.knowledge.dialects import Dialect
from schemalint.reading import Reading, Side
from schemalint.replay import build, replay
from schemalint.source import Sources
from tests.catalog_text import catalog_text
from tests.pages import Fence, Section, all_sections

PAGES = Path(__file__).parent / "frontends" / "django"
DIALECTS: tuple[Dialect, ...] = ("postgresql", "sqlite", "mariadb")
_VERSION = re.compile(r"django(>=|<)(\d+)\.(\d+)")


def project_files(section: Section) -> dict[str, str]:
    """The section's Python files, with the `__init__.py` of every folder."""
    files = {path: text for path, text in section.files.items() if path.endswith(".py")}
    for path in list(files):
        folder = path.rpartition("/")[0]
        while folder:
            files.setdefault(f"{folder}/__init__.py", "")
            folder = folder.rpartition("/")[0]
    return files


def dialects(section: Section) -> list[Dialect]:
    """The databases that a section is for."""
    noted = {note for fence in section.fences if fence.language == "python" for note in fence.notes}
    return [dialect for dialect in DIALECTS if dialect in noted] or list(DIALECTS)


def is_for(section: Section, version: tuple[int, int]) -> bool:
    """Whether a section holds for a version of Django."""
    compare = {">=": operator.ge, "<": operator.lt}
    return all(
        compare[match[1]](version, (int(match[2]), int(match[3])))
        for fence in section.fences
        for note in fence.notes
        if (match := _VERSION.fullmatch(note))
    )


def versions(section: Section) -> list[tuple[int, int]]:
    """Versions of Django that differ, of those that a section holds for."""
    return [version for version in ((4, 2), (5, 2), (6, 1)) if is_for(section, version)]


def readings(
    section: Section, dialect: Dialect, version: tuple[int, int] | None = None
) -> tuple[list[Reading], Sources]:
    """What is read of a section for a database, and for a version of Django."""
    files = project_files(section)
    if version is not None:
        files["django/__init__.py"] = f"VERSION = ({version[0]}, {version[1]}, 0, 'final', 0)\n"
    sources = Sources.of(files)
    return read(sources, Settings(dialect=dialect)), sources


def told(reading: Reading, sources: Sources) -> str:
    """A reading in plain words: what is not understood, then the catalog."""
    lines: list[str] = []
    if reading.side == "declared":
        catalog, troubles = build(reading.operations, reading.dialect)
    else:
        run = replay(reading.migrations, reading.dialect)
        catalog, troubles = run.catalog, run.troubles
        lines += (
            f"{migration.rollback} rollback: {migration.name}"
            for migration in reading.migrations
            if migration.rollback != "present"
        )
    for problem in reading.unreadable:
        at = sources.read(problem.span.path).position(problem.span.start)
        lines.append(f"unreadable {problem.span.path}:{at.line}:{at.column}: {problem.message}")
    for opaque in reading.not_understood():
        tables = "anything" if opaque.tables is None else ", ".join(map(str, opaque.tables)) or "nothing"
        lines.append(f"not understood: {opaque.reason} (may change {tables})")
    lines += [f"refused: {trouble.reason}" for trouble in troubles]
    return "".join(f"{line}\n" for line in lines) + catalog_text(catalog)


def _expectations() -> Iterator[tuple[Section, Fence]]:
    for section in all_sections(PAGES):
        for fence in section.fences:
            if fence.language == "catalog":
                yield section, fence


def fence_dialect(section: Section, fence: Fence) -> Dialect:
    """The database that a catalog fence is about."""
    return next((name for name in DIALECTS if name in fence.notes), dialects(section)[0])


def fence_sides(fence: Fence) -> tuple[Side, ...]:
    """The sides that a catalog fence is about."""
    both: tuple[Side, ...] = ("declared", "migrated")
    return tuple(side for side in both if side in fence.notes) or both


@pytest.mark.parametrize(
    ("section", "fence"),
    list(_expectations()),
    ids=lambda part: str(part) if isinstance(part, Section) else " ".join(part.notes),
)
def test_a_project_means_its_catalog(section: Section, fence: Fence) -> None:
    found, sources = readings(section, fence_dialect(section, fence))
    sides = fence_sides(fence)
    texts = [
        "\n".join(told(reading, sources) for reading in found if reading.side == side)
        for side in sides
        if any(reading.side == side for reading in found)
    ]
    assert texts, "nothing was read"
    for text in texts:
        assert text == fence.text


@pytest.mark.parametrize("section", all_sections(PAGES), ids=str)
def test_a_section_says_what_comes_of_it(section: Section) -> None:
    assert any(fence.language == "catalog" for fence in section.fences)
    assert all(fence.path.endswith(".py") for fence in section.fences if fence.language == "python")
