"""Alembic histories, and what they leave in a database, as the pages in `frontends/alembic` tell them.

A fenced catalog is what is there after all upgrades, on the databases behind its language; `left` is what
stays after all downgrades, nothing where there is no such fence. Notes behind `python` limit a section to
some databases where the oracle runs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from schemalint.catalog import Catalog
from schemalint.config import Settings
from schemalint.frontends.alembic.read import read
from schemalint.knowledge.dialects import Dialect
from schemalint.migration import Migration
from schemalint.operations import Opaque
from schemalint.replay import Refused, Run, replay
from schemalint.source import Sources
from tests.catalog_text import catalog_text
from tests.pages import Section, all_sections
from tests.test_sqlalchemy_pages import project_files, shortly, told_catalogs

PAGES = Path(__file__).parent / "frontends" / "alembic"


def catalogs_on_the_way_down(
    migrations: Sequence[Migration], dialect: Dialect
) -> list[tuple[Catalog, list[str]]]:
    """The catalog after each downgrade, the newest first, with what could not be done on the way."""
    run = Run(replay(migrations, dialect).catalog)
    search_path = run.catalog.search_path
    found = []
    for migration in reversed(migrations):
        problems = []
        for operation in migration.down:
            if isinstance(operation, Opaque):
                problems.append(f"not understood: {operation.reason}")
            try:
                run.do(operation)
            except Refused as refusal:
                problems.append(f"refused: {refusal}")
        run.end_migration(search_path)
        found.append((run.catalog, problems))
    return found


def _left(section: Section, dialect: str) -> str:
    """What a section says is left after all downgrades."""
    fences = [fence for fence in section.fences if fence.language == "left"]
    return "".join(fence.text for fence in fences if not fence.notes or dialect in fence.notes)


@pytest.mark.parametrize(("section", "dialect", "catalog"), told_catalogs(all_sections(PAGES)), ids=shortly)
def test_a_history_ends_in_its_catalog(section: Section, dialect: Dialect, catalog: str) -> None:
    histories = read(Sources.of(project_files(section)), Settings(dialect=dialect))
    told, left = [], []
    for history in histories:
        replayed = replay(history.migrations, dialect)
        lines = [f"not understood: {operation.reason}" for operation in history.not_understood()]
        lines += [f"refused: {trouble.reason}" for trouble in replayed.troubles]
        told.append("".join(f"{line}\n" for line in lines) + catalog_text(replayed.catalog))
        on_the_way = catalogs_on_the_way_down(history.migrations, dialect)
        lines = [problem for _, problems in on_the_way for problem in problems]
        left.append("".join(f"{line}\n" for line in lines) + catalog_text(on_the_way[-1][0]))
    assert "\n".join(told) == catalog
    assert "".join(left) == _left(section, dialect)
