"""Columns written in SQL and in Prisma's language, paired at random: whether they are the same to the engine.

Each pair is a table of its own, so that its answer says which ones differ. Left out is what the engine finds
to differ and no database tells apart, such as `dbgenerated("1")` beside a plain 1.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping

from schemalint.config import Settings
from schemalint.drift.sides import drift
from schemalint.engine import Project
from schemalint.source import Sources
from tests.oracle import prisma
from tests.oracle.rolling_back import PostgreSQL

_PAIRS = 300
_LOCK = "prisma/migrations/migration_lock.toml"
_FIRST = "prisma/migrations/1_init/migration.sql"
_Family = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""Fields, what they have for a default, and the same in SQL."""

_POSTGRESQL: tuple[_Family, ...] = (
    (
        ("String", "String @db.VarChar(10)"),
        ('""', '"a"', '"it\'s"', '"a\\\\b"', "uuid()", "dbgenerated(\"lower('A'::text)\")", "dbgenerated()"),
        ("text", "varchar(10)", "CHARACTER VARYING(10)"),
        (
            "''",
            "'a'",
            "'it''s'",
            "E'a\\\\b'",
            "$$a$$",
            "NULL",
            "lower('A')",
            "CAST('a' AS text)",
            "concat('a')",
        ),
    ),
    (
        ("Int", "BigInt", "Int @db.SmallInt"),
        ("0", "1", "-7", "autoincrement()", 'dbgenerated("(1 + 1)")'),
        ("int", "INTEGER", "int8", "smallint"),
        ("0", "'1'", "-7", "-(7)", "+1", "1::bigint", "(1)", "1 + 1", "1e2", "nextval('numbers')"),
    ),
    (
        ("Float", "Float @db.Real", "Decimal", "Decimal @db.Decimal(10, 2)"),
        ("0", "1.5", "1.50", "-2"),
        ("float", "float(20)", "double precision", "numeric(65,30)", "decimal(10,2)"),
        ("0", "1.5", "'1.50'", ".0", "-2.0", "'NaN'", "1.5::real"),
    ),
    (
        ("DateTime", "DateTime @db.Timestamptz(6)", "DateTime @db.Date", "DateTime @db.Time"),
        ("now()", '"2020-01-01T00:00:00Z"', "dbgenerated(\"timezone('utc'::text, now())\")"),
        ("timestamp(3)", "timestamptz", "date", "time(3)", "TIMESTAMP (6) WITH TIME ZONE"),
        ("now()", "CURRENT_TIMESTAMP", "LOCALTIMESTAMP", "now()::date", "now() + '1 day'::interval", "NULL"),
    ),
    (
        ("Boolean", "Json", "Bytes"),
        ("true", "false", '"{}"', '"AAEC"'),
        ("boolean", "jsonb", "bytea", "json"),
        ("true", "'f'", "'{}'", "'{ }'::jsonb", "'\\x000102'", "'\\000\\001\\002'", "(1 = 1)"),
    ),
    (
        ("String[]", "Int[]", "Mood[]", "DateTime[]"),
        ("[]", '["a", "b"]', "[1, -2]", "[GOOD]"),
        ("text[]", "int ARRAY", 'public."Mood"[]', "timestamp(3)[]"),
        ("'{}'", "ARRAY['a', 'b']", "'{1,-2}'", "ARRAY[]::int[]", "'{GOOD}'", "ARRAY[now()]"),
    ),
)
_SQLITE: tuple[_Family, ...] = (
    (
        ("String", "Int", "BigInt", "Float", "Decimal", "Boolean", "Mood"),
        ("1", '"1"', "1.50", "true", "GOOD", '"it\'s"'),
        (
            "TEXT",
            "varchar(3)",
            "INT",
            "INTEGER",
            "bigint",
            "REAL",
            "numeric(4,2)",
            "BOOLEAN",
            "STRING",
            "SERIAL",
        ),
        ("1", "'1'", "(1)", "1.5", "1.0", "true", "'GOOD'", "'good'", '"it\'s"', "(1 + 1)", "NULL"),
    ),
    (
        ("DateTime",),
        ("now()", '"2020-01-01T00:00:00Z"'),
        ("DATETIME", "date", "TIMESTAMP", "TEXT"),
        ("CURRENT_TIMESTAMP", "(datetime('now'))", "'2020-01-01'", "0", "NULL"),
    ),
)
_ENUM = "enum Mood {\n  GOOD\n}\n"
_MADE_BEFORE = "CREATE TYPE \"Mood\" AS ENUM ('GOOD');\nCREATE SEQUENCE numbers;\n"


def _field(family: _Family, chance: random.Random) -> str:
    kind, _, native = chance.choice(family[0]).partition(" ")
    arity = "" if kind.endswith("]") else chance.choice(("", "", "?"))
    default = f" @default({chance.choice(family[1])})" if chance.random() < 0.6 else ""
    return f"{kind}{arity} {native}{default}"


def _column(family: _Family, chance: random.Random) -> str:
    default = f" DEFAULT {chance.choice(family[3])}" if chance.random() < 0.7 else ""
    return f"{chance.choice(family[2])}{default}{chance.choice(('', ' NOT NULL'))}"


def _pairs(
    provider: str, engine: prisma.Engine, runs: Callable[[str], bool]
) -> tuple[Mapping[str, str], dict[str, tuple[str, str]]]:
    """A project of many pairs, and the pairs by table: those that the database and the engine take."""
    chance = random.Random(7)
    families, before = (_POSTGRESQL, _MADE_BEFORE) if provider == "postgresql" else (_SQLITE, "")
    pairs = [
        (_field(family, chance), _column(family, chance)) for family in chance.choices(families, k=_PAIRS)
    ]
    head = f'datasource db {{\n  provider = "{provider}"\n}}\n{_ENUM}'
    models = [f"model T{at} {{\n  id Int @id\n  c {field}\n}}\n" for at, (field, _) in enumerate(pairs)]
    tables = [
        f'CREATE TABLE "T{at}" (id INTEGER NOT NULL CONSTRAINT "T{at}_pkey" PRIMARY KEY, c {column});\n'
        for at, (_, column) in enumerate(pairs)
    ]
    answers = engine.answers([{"schema.prisma": head + model} for model in models])
    taken = [at for at, answer in enumerate(answers) if "sql" in answer and runs(before + tables[at])]
    files = {
        "prisma/schema.prisma": head + "".join(models[at] for at in taken),
        _LOCK: f'provider = "{provider}"\n',
        _FIRST: before + "".join(tables[at] for at in taken),
    }
    return files, {f"T{at}": pairs[at] for at in taken}


def _assert_the_same_differ(
    pairs: Mapping[str, tuple[str, str]], files: Mapping[str, str], answer: Mapping[str, str]
) -> None:
    assert "summary" in answer, answer
    theirs = set(re.findall(r"(?:Changed the|Redefined table) `(T\d+)`", answer["summary"]))
    (database,) = Project(Sources.of(files), Settings()).databases
    ours = {str(difference.table) for difference in drift(database)}
    assert len(pairs) > _PAIRS // 3
    assert len(theirs) < len(pairs)
    assert {pairs[table] for table in ours - theirs} == set(), "told, and the same to the engine"
    assert {pairs[table] for table in theirs - ours} == set(), "not told"


def test_columns_on_postgresql(prisma_differ: prisma.Engine, postgresql_server: str) -> None:
    import psycopg

    server = PostgreSQL(postgresql_server, keeps=True)
    database = server.create()

    def runs(script: str) -> bool:
        with psycopg.connect(server.dsn(database)) as connection:
            try:
                connection.execute(script.encode())
            except psycopg.Error:
                return False
            finally:
                connection.rollback()
        return True

    files, pairs = _pairs("postgresql", prisma_differ, runs)
    server.run(database, files[_FIRST])
    schema = {"schema.prisma": files["prisma/schema.prisma"]}
    (answer,) = prisma_differ.drift([{"files": schema, "database": database}], postgresql_server)
    _assert_the_same_differ(pairs, files, answer)


def test_columns_on_sqlite(prisma_differ: prisma.Engine) -> None:
    files, pairs = _pairs("sqlite", prisma_differ, lambda script: True)
    schema = {"schema.prisma": files["prisma/schema.prisma"]}
    (answer,) = prisma_differ.drift([{"files": schema, "sqlite": files[_FIRST]}])
    _assert_the_same_differ(pairs, files, answer)
