"""Drift between SQLAlchemy models and Alembic revisions, as the page `drift/alembic.md` tells it.

A section holds models and revisions, and what `schemalint diff` says of them, for the databases that stand
behind `drift` or for all. An `env.py` that compares `models.metadata` is added where there is none.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from schemalint.cli.diff import as_text
from schemalint.config import Settings
from schemalint.engine import Project
from schemalint.knowledge.dialects import Dialect
from schemalint.rule import Database
from schemalint.source import Sources
from tests.pages import Section, sections

PAGE = Path(__file__).parent / "drift" / "alembic.md"
_DIALECTS: tuple[Dialect, ...] = ("postgresql", "sqlite", "mariadb")
_ENVIRONMENT = """
from alembic import context
from models import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
"""
_REVISION = "import sqlalchemy as sa\nfrom alembic import op\n\nrevision = '1'\ndown_revision = None\n\n"


def told() -> list[tuple[Section, Dialect, str]]:
    """Each section with a database and what is told of it."""
    found: list[tuple[Section, Dialect, str]] = []
    for section in sections(PAGE):
        for fence in section.fences:
            if fence.language == "drift":
                dialects = [one for one in _DIALECTS if one in fence.notes] or list(_DIALECTS)
                found += [(section, dialect, fence.text) for dialect in dialects]
    return found


def project_files(section: Section) -> dict[str, str]:
    """The files of a section's project; the head of a revision goes without saying."""
    files = {fence.path: fence.text for fence in section.fences if fence.language == "python"}
    files.setdefault("migrations/env.py", _ENVIRONMENT)
    return {
        path: _REVISION + text if "/versions/" in path and "revision =" not in text else text
        for path, text in files.items()
    }


def databases(section: Section, dialect: Dialect) -> list[Database]:
    """The databases that a section's project tells of."""
    return Project(Sources.of(project_files(section)), Settings(dialect=dialect)).databases


def case_name(value: object) -> str:
    """The name of a test's parameter; the text of a fence is none."""
    return "" if isinstance(value, str) and ("\n" in value or not value) else str(value)


@pytest.mark.parametrize(("section", "dialect", "text"), told(), ids=case_name)
def test_what_has_drifted(section: Section, dialect: Dialect, text: str) -> None:
    report = as_text(databases(section, dialect)).splitlines()[1:]
    lines = [line.strip() for line in report]
    assert sorted(lines) == sorted(text.splitlines())


_EVENT = """
from datetime import datetime
from sqlmodel import Field, SQLModel

metadata = SQLModel.metadata

class Event(SQLModel, table=True):
    id: int = Field(primary_key=True)
    made: datetime
    name: str = Field(max_length=30)
"""


@pytest.mark.parametrize("moment", ["sa.DateTime()", "sa.DateTime(timezone=True)", "sqltypes.UTCDateTime()"])
def test_moments_of_sqlmodel_have_a_time_zone_or_none(moment: str) -> None:
    columns = "sa.Column('id', sa.Integer(), primary_key=True), sa.Column('made', {}, nullable=False)"
    name = "sa.Column('name', sqltypes.AutoString(length=20), nullable=False)"
    revision = (
        "from sqlmodel.sql import sqltypes\n\ndef upgrade():\n"
        f"    op.create_table('event', {columns.format(moment)}, {name})\n"
    )
    files = {
        "models.py": _EVENT,
        "migrations/env.py": _ENVIRONMENT,
        "migrations/versions/1.py": _REVISION + revision,
    }
    found = Project(Sources.of(files), Settings(dialect="postgresql")).databases
    (told_line,) = as_text(found).splitlines()[1:]
    assert "column event.name" in told_line


@pytest.mark.parametrize(
    ("imported", "count"),
    [
        ("import geoalchemy2.types", 2),
        ("from sqlalchemy.orm import Session", 2),
        ("from plugin.models import Plugin", 0),
        ("from plugin import models as more", 0),
        ("import plugin.blog_models", 0),
    ],
)
def test_models_of_another_package_may_declare_what_is_in_no_file(imported: str, count: int) -> None:
    revision = "def upgrade():\n" + "".join(
        f"    op.create_table('{name}', sa.Column('id', sa.Integer(), primary_key=True))\n"
        for name in ("things", "plugins", "others")
    )
    declared = "sa.Table('{0}', metadata, sa.Column('id', sa.Integer, primary_key=True))\n"
    files = {
        "models.py": "import sqlalchemy as sa\nmetadata = sa.MetaData()\n" + declared.format("things"),
        "others.py": "import sqlalchemy as sa\nfrom models import metadata\n" + declared.format("others"),
        "migrations/env.py": f"{imported}\n{_ENVIRONMENT}",
        "migrations/versions/1.py": _REVISION + revision,
    }
    found = Project(Sources.of(files), Settings(dialect="postgresql")).databases
    assert len(as_text(found).splitlines()[1:]) == count
