"""Models and revisions as hostile programs: none is executed, and the reading of each comes to an end."""

from __future__ import annotations

import textwrap
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemalint.config import Settings
from schemalint.frontends.alembic import read as alembic
from schemalint.frontends.sqlalchemy import read as sqlalchemy
from schemalint.operations import CreateTable, Opaque
from schemalint.reading import Reading
from schemalint.replay import build, replay
from schemalint.source import Sources
from tests.pages import Section, all_sections, sections
from tests.test_sqlalchemy_pages import project_files

_FRONTENDS = Path(__file__).parent / "frontends"
_LONGEST = 30.0
"""Seconds, on a busy machine; a program that a person wrote takes a thousandth of that."""

_HEAD = """
import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, String, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, declarative_base, mapped_column

Base = declarative_base()
metadata = Base.metadata
"""


def _read(files: dict[str, str]) -> list[Reading]:
    """Both sides of a project, replayed too."""
    sources = Sources.of(files)
    readings = [*sqlalchemy.read(sources, Settings()), *alembic.read(sources, Settings())]
    for reading in readings:
        build(reading.operations, reading.dialect)
        replay(reading.migrations, reading.dialect)
        for migration in reading.migrations:
            for operation in (*migration.up, *migration.down):
                assert operation.span is not None
                text = sources.read(operation.span.path).text
                assert 0 <= operation.span.start <= operation.span.end <= len(text)
    return readings


def _as_models(body: str) -> dict[str, str]:
    return {"models.py": _HEAD + textwrap.dedent(body)}


def _as_revision(body: str) -> dict[str, str]:
    inner = textwrap.indent(textwrap.dedent(body), "    ")
    start = "revision = '1'\ndown_revision = None\ndef upgrade():\n    pass\n"
    return {"migrations/versions/1.py": f"{_HEAD}{start}{inner}\ndef downgrade(): pass\n"}


def test_nothing_is_executed(tmp_path: Path) -> None:
    """Files that write a file when they are imported, or when a function in them is called."""
    planted = tmp_path / "planted"
    plant = (
        f"import os, pathlib\nopen({str(planted)!r}, 'w')\npathlib.Path({str(planted)!r}).write_text('x')\n"
        f"os.system('touch {planted}')\n__import__('os').mkdir({str(planted)!r})\n"
        f"exec(\"open({str(planted)!r}, 'w')\")\neval(\"open({str(planted)!r}, 'w')\")\n"
        f"getattr(pathlib.Path({str(planted)!r}), 'touch')()\n"
    )
    inner = textwrap.indent(plant, "    ")
    files = {
        "app/__init__.py": plant,
        "app/models.py": f"{plant}{_HEAD}class A(Base):\n    __tablename__ = 'a'\n"
        f"    id = Column(Integer, primary_key=True)\n{inner}",
        "conftest.py": plant,
        "setup.py": plant,
        "migrations/env.py": f"{plant}from app.models import Base\ntarget_metadata = Base.metadata\n",
        "migrations/versions/1.py": f"{plant}{_HEAD}revision = '1'\ndown_revision = None\n"
        f"def upgrade():\n{inner}    op.create_table('b', Column('id', Integer))\ndef downgrade():\n{inner}",
        "alembic.ini": "[alembic]\nscript_location = migrations\n",
    }
    for path, text in files.items():
        (tmp_path / "project" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "project" / path).write_text(text, encoding="utf-8")
    sources = Sources(list(files), lambda path: (tmp_path / "project" / path).read_bytes())
    (models,) = sqlalchemy.read(sources, Settings())
    (history,) = alembic.read(sources, Settings())
    assert [one.table.name.name for one in models.operations if isinstance(one, CreateTable)] == ["a"]
    made = [one.table.name.name for one in history.migrations[0].up if isinstance(one, CreateTable)]
    assert made == ["b"]
    assert not planted.exists()


def _nested(line: str, depth: int, innermost: str) -> str:
    """Blocks within blocks; `line` opens each."""
    lines = ["    " * level + line.format(level) for level in range(depth)]
    return "\n".join([*lines, "    " * depth + innermost])


_WHAT = "from somewhere import what\n"
_MADE = {
    "Nested loops": _nested("for x{} in range(1000):", 9, "y = 1"),
    "Nested undecided branches": _WHAT + _nested("if what({}):", 18, "op.drop_table('t')"),
    "Nested undecided loops": _WHAT + _nested("for x{} in what():", 15, "op.drop_table('t')"),
    "Undecided branches": _WHAT
    + "".join(f"if what({n}):\n    op.drop_table('t{n}')\nelse:\n    x{n} = 2\n" for n in range(200)),
    "Many bases": "class A0(Base):\n    __abstract__ = True\n"
    + "".join(f"class A{n}(A{n - 1}):\n    c{n} = Column(Integer)\n" for n in range(1, 150)),
    "Diamonds": "class A0: pass\nclass B0: pass\n"
    + "".join(f"class A{n}(A{n - 1}, B{n - 1}): pass\nclass B{n}(B{n - 1}): pass\n" for n in range(1, 40)),
    "Deep brackets": f"x = {'(' * 150}1{')' * 150}\ny = {'[' * 150}{']' * 150}",
    "Long chains": f"x = {' + '.join(['1'] * 5000)}\ny = a{'.b' * 3000}\nz = a{'()' * 3000}",
}
_PROGRAMS = _MADE | {
    section.title: section.fences[0].text for section in sections(_FRONTENDS / "hostile_programs.md")
}


@pytest.mark.parametrize("title", _PROGRAMS)
def test_hostile_programs_end(title: str) -> None:
    started = time.process_time()
    _read(_as_models(_PROGRAMS[title]))
    _read(_as_revision(_PROGRAMS[title]))
    assert time.process_time() - started < _LONGEST


def test_what_cannot_be_followed_is_said() -> None:
    """An endless revision is opaque, and the tables that it names are not wholly known."""
    body = "op.create_table('t', Column('id', Integer))\nop.create_table('other', Column('id', Integer))"
    endless = "while True:\n    op.add_column('t', Column('x', Integer))"
    files = _as_revision(body) | {
        "migrations/versions/2.py": f"{_HEAD}revision = '2'\ndown_revision = '1'\n"
        f"def upgrade():\n{textwrap.indent(endless, '    ')}\n"
    }
    (history,) = alembic.read(Sources.of(files), Settings())
    assert any(isinstance(operation, Opaque) for operation in history.migrations[1].up)
    tables = replay(history.migrations, history.dialect).catalog.tables.values()
    assert {table.name.name: table.complete for table in tables} == {"t": False, "other": True}


def test_a_function_that_is_not_known_is_said() -> None:
    """What stands behind an endless statement of a revision is not run, `upgrade` neither."""
    files = _as_revision("op.create_table('t', Column('id', Integer))") | {
        "migrations/versions/2.py": f"{_HEAD}revision = '2'\ndown_revision = '1'\nwhile True: pass\n"
        "def upgrade():\n    op.drop_table('t')\n",
        "migrations/versions/3.py": f"{_HEAD}from elsewhere import upgrade\n"
        "revision = '3'\ndown_revision = '2'\n",
        "migrations/versions/4.py": f"{_HEAD}revision = '4'\ndown_revision = '3'\n",
    }
    (history,) = alembic.read(Sources.of(files), Settings())
    opaque = [
        any(isinstance(operation, Opaque) for operation in migration.up) for migration in history.migrations
    ]
    assert opaque == [False, True, True, False]


def test_what_could_not_be_run_of_models_is_said() -> None:
    """A table behind an endless statement, one that fails, and one in a file of its own without others."""
    fails = (
        "class A(Base):\n    __tablename__ = 'a'\n    id = Column(Integer, primary_key=True)\n    x = 1 / 0\n"
    )
    behind = "while True: pass\nclass B(Base):\n    __tablename__ = 'b'\n    id = Column(Integer)\n"
    fine = "class C(Base):\n    __tablename__ = 'c'\n    id = Column(Integer, primary_key=True)\n"
    readings = _read({"models.py": f"{_HEAD}{fine}{fails}{behind}", "more.py": f"{_HEAD}{behind}"})
    said = {
        path: [str(one.tables[0]) for one in reading.not_understood() if one.tables]
        for reading in readings
        for path in reading.paths
    }
    assert said == {"models.py": ["a", "b"], "more.py": ["b"]}
    assert any(isinstance(one, CreateTable) for reading in readings for one in reading.operations)


_PAGES = [section for folder in ("sqlalchemy", "alembic") for section in all_sections(_FRONTENDS / folder)]


@pytest.mark.parametrize("section", _PAGES, ids=str)
def test_a_project_cut_off_anywhere_is_read(section: Section) -> None:
    files = project_files(section)
    for path, text in files.items():
        for end in range(0, len(text), max(97, len(text) // 12)):
            _read(files | {path: text[:end]})


_NAMES = "a b t op sa metadata Base Column Table Index inspector".split()
_ATOMS = [
    *_NAMES,
    "1",
    "'t'",
    "None",
    "[]",
    "{}",
    "True",
    "op.get_bind()",
    "sa.inspect(op.get_bind())",
    "Integer",
]
_EXPRESSIONS = (
    "{0}.c",
    "{0}[{1}]",
    "{0}({1})",
    "{0}({1}, {2})",
    "{0} + {1}",
    "{0} == {1}",
    "{0} in {1}",
    "not {0}",
    "[{0} for a in {1}]",
    "{{{0}: {1}}}",
    "(lambda a: {0})",
    "{0} if {1} else {2}",
    "f'{{{0}}}'",
    "'%s' % {0}",
    "*{0}, {1}",
    "op.execute({0})",
    "op.create_table({0}, {1})",
    "op.add_column({0}, {1})",
    "op.create_index({0}, {1}, {2})",
    "op.drop_constraint({0}, {1}, type_={2})",
    "op.alter_column({0}, {1}, nullable={2})",
    "Column({0}, {1}, ForeignKey({2}))",
    "Table({0}, metadata, {1})",
    "Index({0}, {1})",
    "type({0}, ({1},), {{}})",
    "getattr({0}, {1})",
    "sorted({0}, key={1})",
    "{0}.has_table({1})",
    "{0}.get_columns({1})",
    "{{}}.setdefault({0}, {1})",
    "{{1: {0}}}.pop({1}, {2})",
    "dict([({0}, {1})])",
    "dict.fromkeys([{0}], {1})",
    "{{}}.update([({0}, {1})])",
    "set().add({0})",
    "{{{0}}}.discard({1})",
    "'a'.translate({{97: {0}}})",
    "{0}.replace({1}, {2})",
)
_STATEMENTS = (
    "a = {0}",
    "b, t = {0}",
    "a += {0}",
    "del a",
    "{0}",
    "if {0}:\n    a = {1}\nelse:\n    b = {2}",
    "for a in {0}:\n    b = {1}\n    if {2}: break",
    "while {0}:\n    a = {1}\n    break",
    "def t(a, *b, **c):\n    return {0}",
    "class b({0}):\n    a = {1}\n    __tablename__ = {2}",
    "try:\n    a = {0}\nexcept {1}:\n    b = {2}\nfinally:\n    pass",
    "with {0} as b:\n    a = {1}",
    "with op.batch_alter_table({0}) as b:\n    b.add_column({1})\n    b.drop_column({2})",
    "raise {0}",
    "assert {0}",
    "import {0}",
    "match {0}:\n    case {1}:\n        a = 1",
)


def _filled(templates: tuple[str, ...], inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda template, *given: template.format(*given), st.sampled_from(templates), inner, inner, inner
    )


_EXPRESSION = st.recursive(st.sampled_from(_ATOMS), lambda inner: _filled(_EXPRESSIONS, inner), max_leaves=8)
_PROGRAM = st.lists(_filled(_STATEMENTS, _EXPRESSION), min_size=1, max_size=8).map("\n".join)


@settings(max_examples=150, deadline=None)
@given(program=_PROGRAM)
def test_any_program_is_read(program: str) -> None:
    _read(_as_models(program))
    _read(_as_revision(program))


def test_models_of_several_folders_are_those_of_the_folder_around_them() -> None:
    base = "from sqlalchemy.orm import DeclarativeBase\n\n\nclass Base(DeclarativeBase):\n    pass\n"
    table = "class {0}(Base):\n    __tablename__ = '{0}'\n    id = Column(Integer, primary_key=True)\n"
    head = "from sqlalchemy import Column, Integer\nfrom base import Base\n\n\n"
    files = {
        "base.py": base,
        "shop/models.py": head + table.format("A"),
        "billing/models.py": head + table.format("B"),
    }
    (reading,) = _read(files)
    assert (reading.source, reading.database) == (".", ".")


@pytest.mark.parametrize(
    ("package", "made", "reasons"),
    [
        ("fastapi_users.db", ["user", "a"], []),
        ("fastapi_users_db_sqlalchemy", ["user", "a"], []),
        ("elsewhere", ["a"], ["what the table of Person is called"]),
    ],
)
def test_a_base_of_another_package_may_name_a_table(
    package: str, made: list[str], reasons: list[str]
) -> None:
    """Of a table that nothing names it is said that there is one."""
    text = f"""
    from {package} import SQLAlchemyBaseUserTableUUID

    class Person(SQLAlchemyBaseUserTableUUID, Base):
        age = Column(Integer)

    class A(Base):
        __tablename__ = "a"
        id = Column(Integer, primary_key=True)
    """
    (reading,) = _read(_as_models(text))
    tables = [one.table for one in reading.operations if isinstance(one, CreateTable)]
    assert [table.name.name for table in tables] == made
    assert all(table.complete for table in tables)
    assert [one.reason for one in reading.not_understood()] == reasons
    catalog, _ = build(reading.operations, reading.dialect)
    assert all(table.complete for table in catalog.base_tables())


@pytest.mark.parametrize(
    ("package", "made", "reasons"),
    [
        ("flask_dance.consumer.storage.sqla", ["user", "flask_dance_login"], []),
        ("elsewhere", ["user"], ["what the table of Login is called"]),
    ],
)
def test_a_base_of_another_package_may_name_a_table_of_flask_sqlalchemy(
    package: str, made: list[str], reasons: list[str]
) -> None:
    """A base that brings the key may bring the name, which is not made of the class's then."""
    text = f"""
from flask_login import UserMixin
from flask_sqlalchemy import SQLAlchemy
from {package} import OAuthConsumerMixin

db = SQLAlchemy()

class User(UserMixin, db.Model):
    id = db.Column(db.Integer, primary_key=True)

class Login(OAuthConsumerMixin, db.Model):
    user_id = db.Column(db.Integer)
"""
    (reading,) = _read({"models.py": text})
    tables = [one.table for one in reading.operations if isinstance(one, CreateTable)]
    assert [table.name.name for table in tables] == made
    assert [one.reason for one in reading.not_understood()] == reasons


def test_mixins_of_sqlalchemy_mixins_bring_no_more_than_their_columns() -> None:
    text = """
    from sqlalchemy_mixins import AllFeaturesMixin, TimestampsMixin

    class Thing(Base, AllFeaturesMixin, TimestampsMixin):
        __tablename__ = "thing"
        id = Column(Integer, primary_key=True)
    """
    (reading,) = _read(_as_models(text))
    (table,) = [one.table for one in reading.operations if isinstance(one, CreateTable)]
    assert table.complete
    assert [(column.name, column.nullable) for column in table.columns] == [
        ("id", False),
        ("created_at", False),
        ("updated_at", False),
    ]
