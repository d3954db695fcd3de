"""Projects made to break a linter: every command on every one of them, no exception, no long wait."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from schemalint.catalog_json import catalog_document
from schemalint.cli.diff import as_sql, as_text
from schemalint.cli.rollback import down_side
from schemalint.config import Settings
from schemalint.down_side import Refusal
from schemalint.engine import Project, check
from schemalint.printable import json_document
from schemalint.registry import selected_rules
from schemalint.reporters import formats, render
from schemalint.source import Sources
from tests.pages import all_sections
from tests.reporters import samples
from tests.test_sqlalchemy_pages import project_files

_TESTS = Path(__file__).parent
_PAGES = {
    f"{folder}: {section}": project_files(section)
    if any(path.endswith(".py") for path in section.files)
    else dict(section.files)
    for folder in ("rules", "drift", "frontends/django", "frontends/alembic", "frontends/sqlalchemy")
    for section in all_sections(_TESTS / folder)
}


def _run(files: Mapping[str, bytes]) -> str:
    """What all commands say about a project, in every format."""
    sources = Sources(files, lambda path: files[path])
    project = Project(sources, Settings(rollback="required"))
    report = check(project)
    context = replace(
        samples.CONTEXT,
        rules={rule.name: rule for rule in selected_rules(project.settings)},
        verbose=True,
    )
    said = [render(name, report, sources, context) for name in formats()]
    said += [as_text(project.databases), as_sql(project.databases)]
    said.append(json_document(catalog_document(project.databases, sources), indent=1).decode())
    for database in project.databases:
        for migration in database.migrated.migrations if database.migrated is not None else ():
            try:
                said.append(down_side(project.databases, sources, migration.path).text)
            except Refusal as refusal:
                said.append(str(refusal))
    return "\n".join(said)


_HEAD = "from django.db import migrations, models\nimport sqlalchemy as sa\n"
_LONG = "f" * 5_000
_MODELS = {
    "half of a surrogate pair": """
class A(models.Model):
    b = models.CharField("c", db_column="\\ud800", db_index=True)
""",
    "half of a surrogate pair, calculated": """
sa.Table("t", sa.MetaData(), sa.Column(chr(0xD800), sa.String, index=True))
""",
    "a length of 6,000 digits": f"""
class A(models.Model):
    b = models.CharField(max_length=0x{_LONG})
""",
    "a default of 6,000 digits": f"""
check = sa.CheckConstraint(sa.column("a") > int("{_LONG[:3_900]}", 16))
default = sa.text(str(-(0x{_LONG})))
sa.Table("t", sa.MetaData(), sa.Column("a", sa.Integer, check, server_default=default))
""",
    "an index on nothing": """
class A(models.Model):
    b = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=[], name="i")]
        constraints = [models.UniqueConstraint(fields=[], name="u")]
""",
    "an index on nothing in SQLAlchemy": """
sa.Table("t", sa.MetaData(), sa.Index("i"), sa.Column("a"))
""",
    "text without end": """
a = "a" * 999_000
b = "%s" * 300_000 % ((a,) * 300_000)

class A(models.Model):
    c = models.CharField(db_column="%s%s" % (b, ("{}" * 9_000).format(*[a] * 9_000)))
    d = models.CharField(db_column=f"{a:>999}{a}{a}{a}" + "".join([a] * 99_999))
    e = models.CharField(db_column=str([a] * 99_999))
""",
}


@pytest.mark.parametrize("text", _MODELS.values(), ids=_MODELS)
def test_models(text: str) -> None:
    started = time.process_time()
    _run({"shop/__init__.py": b"", "shop/models.py": f"{_HEAD}{text}".encode()})
    assert time.process_time() - started < 5


_STATEMENTS = {
    "an index on nothing": "CREATE TABLE t (a int); CREATE INDEX i ON t (); ALTER TABLE t ADD UNIQUE ();",
    "a foreign key of nothing": "CREATE TABLE t (a int, FOREIGN KEY () REFERENCES t (a));"
    " ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY () REFERENCES t;",
    "commas alone": "CREATE TABLE t (a int, UNIQUE (a, ,));",
    "a number of 5,000 digits": f"CREATE TABLE t (a varchar({'9' * 5_000}), KEY k (a({'9' * 5_000})));",
    "a digit that is no number": "CREATE TABLE t (a varchar(²), b bit(²), KEY k (a(²)));",
    "brackets without end": f"CREATE TABLE t (a int); CREATE INDEX ON t ({'(' * 5_000}a{')' * 5_000});",
    "casts without end": f"CREATE TABLE t (a int); CREATE INDEX ON t ((a{'::int' * 3_000}));",
    "one column again and again": f"CREATE TABLE t (a int); CREATE INDEX ON t ({', '.join(['a'] * 5_000)});",
    "a key with a large number": f"CREATE TABLE t (a int, CONSTRAINT t_ibfk_{'9' * 5_000} FOREIGN KEY (a)"
    " REFERENCES t (a), FOREIGN KEY (a) REFERENCES t (a));",
}


@pytest.mark.parametrize("first", ["", "-- ENGINE=InnoDB\nCREATE TABLE `m` (`a` int) ENGINE=InnoDB;\n"])
@pytest.mark.parametrize("text", _STATEMENTS.values(), ids=_STATEMENTS)
def test_statements(text: str, first: str) -> None:
    started = time.process_time()
    _run({"migrations/1_a.sql": f"{first}{text}".encode(), "migrations/2_b.sql": b"ALTER TABLE t ADD z int;"})
    assert time.process_time() - started < 5


def test_a_migration_that_cannot_be_read_has_no_way_back() -> None:
    said = _run({"migrations/1_a.sql": b"CREATE TABLE a (b int);", "migrations/2_b.sql": b"DROP TABLE \0a;"})
    assert "migrations/2_b.sql can't be read: it holds NUL bytes" in said


def test_a_path_that_is_no_text() -> None:
    """Bytes of a path that are no UTF-8 stand as escapes in whatever is JSON."""
    path = b"\xff/schema.prisma".decode("utf-8", "surrogateescape")
    files = {path: b"model A {\n  id Int @id\n  b Int @unique\n  @@index([b])\n}\n"}
    assert r"\xff/schema.prisma" in _run(files)
    sources = Sources(files, lambda path: files[path])
    document = catalog_document(Project(sources, Settings()).databases, sources)
    assert json.loads(json_document(document, indent=0))["catalogs"][0]["source"] == r"\xff/schema.prisma"


_APP = {
    "manage.py": "import django\n",
    "shop/__init__.py": "",
    "shop/models.py": f"{_HEAD}\n\nclass A(models.Model):\n    pass\n",
    "shop/migrations/__init__.py": "",
    "shop/migrations/0001_a.py": f"""{_HEAD}
class Migration(migrations.Migration):
    operations = [migrations.CreateModel("Gone", [("id", models.AutoField(primary_key=True))])]
""",
}
_ENVIRONMENT = {
    "alembic.ini": "[alembic]\nscript_location = migrations\n",
    "models.py": """
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class A(Base):
    __tablename__ = "a"
    id: Mapped[int] = mapped_column(primary_key=True)
""",
    "migrations/env.py": """
from alembic import context
from models import Base

context.configure(target_metadata=Base.metadata)
""",
    "migrations/versions/1.py": """
import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None

def upgrade():
    op.create_table("a", sa.Column("id", sa.Integer, primary_key=True))
""",
}
_SCRIPTS = {"migrations/1_a.up.sql": "CREATE TABLE a (id int);"}


_LATE = {
    **_ENVIRONMENT,
    "migrations/versions/1.py": (
        "from alembic import op\nimport sqlalchemy as sa\nrevision = '1'\ndown_revision = None\n"
        "def upgrade():\n    op.add_column('runs', sa.Column('a', sa.Integer))\n"
    ),
}
_CALLING_EACH_OTHER = (
    "from alembic import command\n"
    + "".join(
        f"def f{number}():\n    Base.metadata.create_all(e)\n    f{number + 1}()\n" for number in range(8_000)
    )
    + "def f8000():\n    command.upgrade(c)\n"
)


@pytest.mark.parametrize(
    ("project", "path", "text"),
    [
        (_SCRIPTS, "go.mod", "\n" * 400_000),
        ({}, "schema.prisma", " " * 400_000),
        ({}, "schema.prisma", "model A {\n  id Int @id\n}\n" + "\f" * 400_000),
        (_APP, "shop/other.py", "@" * 400_000),
        (_APP, "shop/other.py", "regist" * 60_000),
        (_ENVIRONMENT, "requirements.txt", "alembic\n" + "\n" * 400_000),
        (_ENVIRONMENT, "Pipfile.lock", '"alembic":{' * 40_000),
        (_APP, "requirements.txt", "django<" * 60_000),
        (_APP, "poetry.lock", 'name = "django"\n' * 25_000),
        (_LATE, "store.py", _CALLING_EACH_OTHER),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else None,
)
def test_one_thing_again_and_again(project: dict[str, str], path: str, text: str) -> None:
    started = time.process_time()
    _run({name: content.encode() for name, content in {**project, path: text}.items()})
    assert time.process_time() - started < 5


_CHAIN = range(1, 1_500)


@pytest.mark.parametrize(
    "text",
    [
        "CREATE VIEW v AS SELECT {} FROM {};".format(
            *(",".join(f"{letter}{n}" for n in range(4_000)) for letter in "at")
        ),
        "".join(f"CREATE VIEW v{n} AS SELECT a FROM v{n - 1};\n" for n in _CHAIN) + "DROP VIEW v1 CASCADE;",
        "CREATE TABLE t0 (a int);\n"
        + "".join(f"CREATE VIEW v{n} AS SELECT a FROM t0;\n" for n in _CHAIN)
        + "".join(f"ALTER TABLE t{n} RENAME TO t{n + 1};\n" for n in range(80)),
        "CREATE TABLE p0 (a int) PARTITION BY RANGE (a);\n"
        + "".join(
            f"CREATE TABLE p{n} PARTITION OF p{n - 1} DEFAULT PARTITION BY RANGE (a);\n" for n in _CHAIN
        )
        + "DROP TABLE p0;",
        "CREATE TABLE p (a int) PARTITION BY LIST (a);\n"
        + "".join(f"CREATE TABLE p{n} PARTITION OF p FOR VALUES IN ({n});\n" for n in _CHAIN)
        + "".join(f"ALTER TABLE p ADD COLUMN c{n} int;\n" for n in range(8))
        + "".join(f"ALTER TABLE p RENAME COLUMN c{n} TO d{n};\n" for n in range(2)),
    ],
    ids=[
        "wide view",
        "views of views",
        "a table renamed below views",
        "partitions of partitions",
        "many partitions",
    ],
)
def test_views_and_partitions_without_end(text: str) -> None:
    started = time.process_time()
    _run({"db/1_a.up.sql": text.encode(), "db/1_a.down.sql": b"SELECT 1;"})
    assert time.process_time() - started < 8


_ODD = (
    *("\x00", "\ufeff", "\u2028", "\r", "\x1b[31m", "\u202e", "²", "é", "\\", "'", '"', "`", "$$", "/*"),
    *("(", ")", "[", "]", "{", "}", ",", ";", ":", "@", "@@", "--", "#", "()", "[]", "{}", "''", '""', "``"),
    *(
        "9" * 5_000,
        "0x" + "f" * 5_000,
        "-1",
        "1e999",
        "9**9**9",
        "'a'*10**9",
        "[0]*10**9",
        "'\\ud800'",
        "None",
    ),
    *("NULL", "DEFAULT", "(" * 3_000, "x" * 5_000, "*[]", "**{}", "lambda x: x", "'a.b.c.d'", "[[1]]", "1j"),
    *(
        "{(1,): [2]}",
        "dict([([1],2)])",
        "sa.Column('x')",
        "models.Q(a=1)",
        "'²'",
        "float('nan')",
        "b'x'",
        "...",
    ),
)
_TOKEN = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|\w+|[^\w\s]")


def _spoiled(text: str, chance: random.Random) -> str:
    """A text with something left out, doubled, cut off, or put where it doesn't belong."""
    tokens = list(_TOKEN.finditer(text))
    if not tokens:
        return text
    token, other = chance.choice(tokens), chance.choice(tokens)
    lines = text.split("\n")
    line = chance.randrange(len(lines))
    return chance.choice(
        (
            text[: token.start()] + chance.choice(_ODD) + text[token.end() :],
            text[: token.start()] + other[0] + text[token.end() :],
            text[: token.start()] + text[token.end() :],
            text[: token.end()] + chance.choice(_ODD) + text[token.end() :],
            text[: token.start()],
            "\n".join(lines[:line] + lines[line + 1 :]),
            "\n".join(lines[:line] + lines[line : line + 1] * 2 + lines[line + 1 :]),
            text.replace("\n", chance.choice(("\r\n", "\r", " "))),
        )
    )


@settings(max_examples=80, deadline=None)
@given(title=st.sampled_from(sorted(_PAGES)), seed=st.integers(0, 1 << 32), times=st.integers(1, 4))
def test_pages_that_were_spoiled(title: str, seed: int, times: int) -> None:
    chance = random.Random(seed)
    files = {path: text.encode() for path, text in _PAGES[title].items()}
    for _ in range(times):
        path = chance.choice(sorted(files))
        files[path] = _spoiled(files[path].decode(), chance).encode("utf-8", "surrogatepass")
    started = time.process_time()
    _run(files)
    assert time.process_time() - started < 10
