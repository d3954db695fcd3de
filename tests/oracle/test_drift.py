"""Drift between Prisma schemas and migrations that Prisma's own engine made, of the same schema or another.

Of the same schema there is none. Of another one it is what differs between the two databases that the SQL of
the engine makes on a real PostgreSQL.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

import pytest

from schemalint.config import Settings
from schemalint.drift.sides import drift
from schemalint.engine import Project
from schemalint.source import Sources
from tests.oracle import prisma
from tests.oracle.rolling_back import PostgreSQL
from tests.oracle.schema_facts import Fact, Facts, differing
from tests.oracle.schemas import SchemaWriter

_RANDOM = 30
_CHANGED = 12
_LOCK = "prisma/migrations/migration_lock.toml"


def _drift(schema: str, migration: str, provider: str) -> set[Fact]:
    sources = Sources.of(
        {
            "prisma/schema.prisma": schema,
            _LOCK: f'provider = "{provider}"\n',
            "prisma/migrations/1_init/migration.sql": migration,
        }
    )
    (database,) = Project(sources, Settings()).databases
    found: set[Fact] = set()
    for difference in drift(database):
        name = "" if difference.subject == "primary key" else difference.name
        table = "" if difference.table is None else str(difference.table)
        found.add((difference.subject, table, name, difference.aspect or ""))
    return found


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
        assert _drift(schema, sql, provider) == set(), (schema, sql)


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


def _facts(server: PostgreSQL, sql: str) -> Facts:
    database = server.create()
    server.run(database, sql)
    return server.facts(database)


def test_drift_is_what_differs(prisma_engine: prisma.Engine, postgresql_server: str) -> None:
    server = PostgreSQL(postgresql_server, keeps=True)
    chance = random.Random(1)
    schemas = _schemas("postgresql", _CHANGED)
    others = [_changed(schema, chance) for schema in schemas]
    files: list[Mapping[str, str]] = [{"schema.prisma": schema} for schema in (*schemas, *others)]
    answers = prisma_engine.answers(files)
    told = 0
    for schema, answer, other in zip(others, answers[_CHANGED:], answers[:_CHANGED], strict=True):
        if "sql" not in answer or "sql" not in other or "CREATE EXTENSION" in answer["sql"]:
            continue
        expected = differing(_facts(server, answer["sql"]), _facts(server, other["sql"]))
        assert _drift(schema, other["sql"], "postgresql") == expected, schema
        told += bool(expected)
    assert told > 2
