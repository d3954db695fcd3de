"""Numbers that are none, or too long for one, stand where a length or a precision belongs: nothing breaks."""

from __future__ import annotations

import pytest

from schemalint.config import Settings
from schemalint.drift.sides import drift
from schemalint.engine import Project
from schemalint.knowledge.dialects import Dialect
from schemalint.knowledge.numbers import whole_number
from schemalint.source import Sources

_NUMBERS = ["\N{SUPERSCRIPT TWO}", "\N{ARABIC-INDIC DIGIT THREE}", "9" * 5000]
_NO_NUMBERS = ["sNaN", "NaN", "-Infinity", "1e99999999999999999999"]
"""What `decimal.Decimal` takes for a number, or fails on."""

_DIALECTS: tuple[Dialect, ...] = ("postgresql", "mariadb", "sqlite")


def test_numbers_are_ascii_digits() -> None:
    assert [whole_number(text) for text in _NUMBERS] == [None, None, None]
    assert [whole_number(text) for text in ("", "-1", "1.5", " 1", "1_0")] == [None] * 5
    assert whole_number("0012") == 12


def _compare(declared: str, made: str, options: str, dialect: Dialect) -> None:
    """Compare the columns of models with those that a revision of Alembic makes."""
    files = {
        "models.py": "import sqlalchemy as sa\nmetadata = sa.MetaData()\n"
        f"sa.Table('t', metadata, {declared})\n",
        "migrations/env.py": "from alembic import context\nfrom models import metadata\n"
        f"context.configure(target_metadata=metadata, {options})\n",
        "migrations/versions/1.py": "from alembic import op\nrevision = '1'\ndown_revision = None\n"
        f"def upgrade():\n    op.execute('CREATE TABLE t ({made})')\n",
    }
    for database in Project(Sources.of(files), Settings(dialect=dialect)).databases:
        list(drift(database))


@pytest.mark.parametrize("dialect", _DIALECTS)
@pytest.mark.parametrize("number", _NUMBERS, ids=["superscript", "arabic", "long"])
def test_a_type_with_such_a_precision_is_compared(number: str, dialect: Dialect) -> None:
    declared = "sa.Column('a', sa.Float(3)), sa.Column('b', sa.Numeric(3, 1))"
    _compare(declared, f"a float({number}), b numeric({number})", "compare_type=True", dialect)


@pytest.mark.parametrize("dialect", _DIALECTS)
@pytest.mark.parametrize("number", [*_NUMBERS, "9" * 17], ids=["superscript", "arabic", "long", "large"])
def test_a_default_of_such_a_type_is_compared(number: str, dialect: Dialect) -> None:
    declared = "sa.Column('a', sa.Numeric(3, 1), server_default='1')"
    _compare(declared, f"a decimal(3, {number}) DEFAULT 2", "compare_server_default=True", dialect)


@pytest.mark.parametrize("provider", ["postgresql", "mysql", "sqlite"])
@pytest.mark.parametrize("number", [*_NUMBERS, *_NO_NUMBERS], ids=lambda text: text[:9])
def test_a_column_with_such_a_number_is_compared_with_one_of_prisma(number: str, provider: str) -> None:
    schema = f'datasource db {{\n  provider = "{provider}"\n  url = "x"\n}}\n'
    schema += "model A {\n  id Int @id\n  f Float @default(1)\n  i Int @default(1)\n}\n"
    script = (
        f"CREATE TABLE A (id int PRIMARY KEY, f float({number}) DEFAULT {number}, i int DEFAULT '{number}');"
    )
    files = {
        "prisma/schema.prisma": schema,
        "prisma/migrations/migration_lock.toml": f'provider = "{provider}"\n',
        "prisma/migrations/1_init/migration.sql": script.replace(" A ", ' "A" ')
        if provider != "mysql"
        else script,
    }
    for database in Project(Sources.of(files), Settings()).databases:
        list(drift(database))


@pytest.mark.parametrize("number", _NUMBERS, ids=["superscript", "arabic", "long"])
def test_an_index_with_such_a_length_is_read(number: str) -> None:
    schema = 'datasource db {\n  provider = "mysql"\n  url = "x"\n}\n'
    schema += f"model A {{\n  id Int @id\n  s String\n  @@index([s(length: {number})])\n}}\n"
    for database in Project(Sources.of({"schema.prisma": schema}), Settings()).databases:
        assert database.declared_catalog is not None
