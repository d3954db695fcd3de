"""Drift of Prisma schemas is what `prisma migrate diff` finds between them and real databases.

Prisma's own engine says what leads from the database that the migrations make to the schema; its script is
run, and what differs after it is what drift has to be. So for every page of the rule and of Prisma's drift,
and for random schemas beside the migrations of another one. A schema has not drifted from what the engine
makes of it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from schemalint.config import Settings
from schemalint.drift.sides import drift
from schemalint.engine import Project
from schemalint.source import Sources
from tests.oracle import prisma
from tests.oracle.rolling_back import PostgreSQL, Server, SQLite
from tests.oracle.schema_facts import Fact, differing
from tests.oracle.schemas import SchemaWriter
from tests.pages import all_sections
from tests.test_prisma_drift import SECTIONS, is_beyond_mending, project_files, told

_RANDOM = 30
_CHANGED = 12
_SCHEMA = "prisma/schema.prisma"
_LOCK = "prisma/migrations/migration_lock.toml"
_FIRST = "prisma/migrations/1_init/migration.sql"
_PAGES = Path(__file__).parent.parent / "rules"


def _schemas(provider: str, count: int) -> list[str]:
    return [SchemaWriter(provider, seed).schema() for seed in range(count)]


@pytest.mark.parametrize("provider", ["postgresql", "sqlite"])
def test_what_the_engine_makes_has_not_drifted(prisma_engine: prisma.Engine, provider: str) -> None:
    schemas = _schemas(provider, _RANDOM)
    answers = prisma_engine.answers([{"schema.prisma": schema} for schema in schemas])
    taken = [
        (schema, answer["sql"]) for schema, answer in zip(schemas, answers, strict=True) if "sql" in answer
    ]
    assert len(taken) > _RANDOM // 3
    for schema, sql in taken:
        files = {"prisma/schema.prisma": schema, _LOCK: f'provider = "{provider}"\n', _FIRST: sql}
        assert _told(files) == set(), (schema, sql)


def _changed(schema: str, chance: random.Random) -> str:
    """The schema with an index, a field or a mark less, or a field more."""
    lines = schema.splitlines()
    indexes = [at for at, line in enumerate(lines) if line.strip().startswith(("@@index", "@@unique"))]
    optional = [at for at, line in enumerate(lines) if re.match(r"\s+\w+\s+(?:Int|String|DateTime)\?", line)]
    models = [at for at, line in enumerate(lines) if line.startswith("model ")]
    kind = chance.choice(["index", "optional", "field"])
    if kind == "index" and indexes:
        del lines[chance.choice(indexes)]
    elif kind == "optional" and optional:
        at = chance.choice(optional)
        lines[at] = lines[at].replace("?", "", 1)
    else:
        lines.insert(chance.choice(models) + 1, "  addedLater Int?")
    return "\n".join(lines) + "\n"


def _sections(provider: str) -> dict[str, Mapping[str, str]]:
    """The sections about Prisma and a database, but for what nobody can run, and older versions' doings."""
    own = {section.title: project_files(section) for section in SECTIONS if not is_beyond_mending(section)}
    return {title: files for title, files in own.items() if f'provider = "{provider}"' in files[_LOCK]} | {
        section.title: section.files
        for section in all_sections(_PAGES)
        if section.page.stem == "schema-drift"
        and section.title.startswith("Prisma")
        and f'provider = "{provider}"' in section.files[_LOCK]
        and not section.title.endswith(("was not understood", "before Prisma 6"))
    }


def _told(files: Mapping[str, str]) -> set[Fact]:
    (database,) = Project(Sources.of(files), Settings()).databases
    return {
        (
            difference.subject,
            "" if difference.table is None else str(difference.table),
            "" if difference.subject == "primary key" else difference.name,
            difference.aspect or "",
        )
        for difference in drift(database)
    }


def _assert_as_the_engine_says(
    engine: prisma.Engine, server: Server, projects: Mapping[str, Mapping[str, str]], dsn: str | None = None
) -> int:
    """How many projects have drifted; a project is its files by path, and goes by its name.

    The databases are SQLite's where there is no `dsn` of a server.
    """
    databases = []
    pairs = []
    for files in projects.values():
        script = "".join(text for path, text in sorted(files.items()) if path.endswith(".sql"))
        databases.append(server.create())
        server.run(databases[-1], script)
        schema = {path: text for path, text in files.items() if path.endswith(".prisma")}
        where = {"sqlite": script} if dsn is None else {"database": databases[-1]}
        pairs.append({"files": schema, **where})
    told = 0
    for name, database, answer in zip(projects, databases, engine.drift(pairs, dsn or ""), strict=True):
        assert "summary" in answer, (name, answer)
        found = _told(projects[name])
        says_so = "No difference detected" not in answer["summary"]
        assert says_so == bool(found), (name, found, answer["summary"])
        before = server.facts(database)
        server.run(database, answer["script"])
        mended = set(differing(before, server.facts(database)))
        if dsn is None:  # SQLite has no names for its constraints
            found, mended = _by_table(found), _by_table(mended)
        assert found == mended, (name, answer["summary"])
        told += says_so
    return told


def _by_table(facts: Iterable[Fact]) -> set[Fact]:
    """Facts without the names of what SQLite does not name.

    The engine does not mind AUTOINCREMENT, and writes it when it makes a table anew.
    """
    found: set[Fact] = set()
    for kind, table, name, aspect in facts:
        if aspect == "generation":
            continue
        named = kind in ("table", "column")
        found.add((kind, table.lower(), name.lower() if named else "", aspect if named else ""))
    return found


def test_pages_on_postgresql(prisma_differ: prisma.Engine, postgresql_server: str) -> None:
    server, projects = PostgreSQL(postgresql_server, keeps=True), _sections("postgresql")
    told = _assert_as_the_engine_says(prisma_differ, server, projects, postgresql_server)
    assert told > len(projects) // 3


def test_pages_on_sqlite(prisma_differ: prisma.Engine) -> None:
    assert _assert_as_the_engine_says(prisma_differ, SQLite(), _sections("sqlite")) > 0


def _changed_projects(engine: prisma.Engine, provider: str) -> dict[str, Mapping[str, str]]:
    """Random schemas beside what the engine makes of them when they are a little other than they are."""
    chance = random.Random(1)
    schemas = _schemas(provider, _CHANGED)
    answers = engine.answers([{"schema.prisma": schema} for schema in schemas])
    lock = f'provider = "{provider}"\n'
    projects: dict[str, Mapping[str, str]] = {}
    for schema, answer in zip(schemas, answers, strict=True):
        if "sql" in answer and "CREATE EXTENSION" not in answer["sql"]:
            changed = _changed(schema, chance)
            projects[changed] = {"prisma/schema.prisma": changed, _LOCK: lock, _FIRST: answer["sql"]}
    return projects


def test_random_schemas_on_postgresql(prisma_differ: prisma.Engine, postgresql_server: str) -> None:
    projects = _changed_projects(prisma_differ, "postgresql")
    server = PostgreSQL(postgresql_server, keeps=True)
    assert _assert_as_the_engine_says(prisma_differ, server, projects, postgresql_server) > 2


def test_random_schemas_on_sqlite(prisma_differ: prisma.Engine) -> None:
    assert _assert_as_the_engine_says(prisma_differ, SQLite(), _changed_projects(prisma_differ, "sqlite")) > 2


def test_pages_that_the_script_does_not_mend(prisma_differ: prisma.Engine) -> None:
    for section in filter(is_beyond_mending, SECTIONS):
        files = project_files(section)
        (answer,) = prisma_differ.drift(
            [{"files": {"schema.prisma": files[_SCHEMA]}, "sqlite": files[_FIRST]}]
        )
        for line in told(section):
            assert line.removeprefix("- table ") in answer["summary"], (section.title, answer)
