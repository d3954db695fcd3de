"""What is read of Alembic environments besides catalogs: databases, order, rollback, what is unreadable."""

from __future__ import annotations

import pytest

from schemalint.config import Settings
from schemalint.frontends.alembic.read import read
from schemalint.migration import Migration
from schemalint.operations import CreateTable
from schemalint.reading import Reading
from schemalint.replay import replay
from schemalint.source import Sources

_REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "{name}"
down_revision = {after}


{body}
"""
_MADE = "def upgrade():\n    op.create_table('t', sa.Column('id', sa.Integer))\n\n\n"


def _revision(name: str, after: str | None, body: str) -> str:
    return _REVISION.format(name=name, after=repr(after), body=body)


def _read(files: dict[str, str]) -> list[Reading]:
    return read(Sources.of(files), Settings())


def _only(body: str) -> Migration:
    (history,) = _read({"migrations/versions/1.py": _revision("1", None, body)})
    (migration,) = history.migrations
    return migration


def _tables(migration: Migration) -> list[str]:
    return [str(one.table.name) for one in migration.up if isinstance(one, CreateTable)]


def test_several_databases_are_several_histories() -> None:
    """Alembic's template `multidb`: each revision has a function for each database."""
    body = """
def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_users():
    op.create_table("users", sa.Column("id", sa.Integer))


def downgrade_users():
    op.drop_table("users")


def upgrade_events():
    op.create_table("events", sa.Column("id", sa.Integer))


def downgrade_events():
    pass
"""
    ini = (
        "[alembic]\nscript_location = migrations\ndatabases = users, events\n"
        "[users]\nsqlalchemy.url = mysql://localhost/users\n[events]\nsqlalchemy.url = sqlite:///events.db\n"
    )
    files = {
        "alembic.ini": ini,
        "migrations/env.py": "",
        "migrations/versions/1.py": _revision("1", None, body),
    }
    histories = {history.database: history for history in _read(files)}
    assert {name: history.dialect for name, history in histories.items()} == {
        "users": "mysql",
        "events": "sqlite",
    }
    assert _tables(histories["users"].migrations[0]) == ["users"]
    assert _tables(histories["events"].migrations[0]) == ["events"]
    assert histories["users"].migrations[0].rollback == "present"
    assert histories["events"].migrations[0].rollback == "empty"


@pytest.mark.parametrize(
    ("body", "rollback"),
    [
        (_MADE + "def downgrade():\n    op.drop_table('t')", "present"),
        (_MADE + "def downgrade():\n    pass", "empty"),
        (_MADE + "def downgrade():\n    '''Nothing to do.'''", "empty"),
        (_MADE + "def downgrade(): ...", "empty"),
        (_MADE, "absent"),
        (_MADE + "def downgrade():\n    raise NotImplementedError('rows are gone')", "irreversible"),
        ("def upgrade():\n    pass\n\n\ndef downgrade():\n    pass", "present"),
        ("def upgrade():\n    op.execute('UPDATE t SET a = 1')\n\n\ndef downgrade():\n    pass", "empty"),
    ],
)
def test_rollback(body: str, rollback: str) -> None:
    assert _only(body).rollback == rollback


def test_the_order_is_that_of_the_graph() -> None:
    files = {
        "versions/a.py": _revision("third", "second", _MADE),
        "versions/b.py": _revision("first", None, _MADE),
        "versions/c.py": _revision("second", "first", _MADE),
    }
    (history,) = _read(files)
    assert [migration.name for migration in history.migrations] == ["first", "second", "third"]


def test_a_revision_in_a_circle_ends() -> None:
    files = {
        "versions/a.py": _revision("1", "2", _MADE),
        "versions/b.py": _revision("2", "1", _MADE),
    }
    assert sum(len(history.migrations) for history in _read(files)) == 2


def test_what_cannot_be_read_is_said() -> None:
    files = {
        "versions/1.py": _revision("1", None, _MADE),
        "versions/2.py": _revision("2", "1", _MADE) + "\ndef broken(:\n",
    }
    (history,) = _read(files)
    assert [place.span.path for place in history.unreadable] == ["versions/2.py"]
    assert not history.complete


def test_places_are_those_of_the_calls() -> None:
    migration = _only(_MADE)
    (operation,) = migration.up
    text = _revision("1", None, _MADE)
    assert operation.span is not None
    assert text[operation.span.start : operation.span.end].startswith("op.create_table('t'")


def test_transactions() -> None:
    inside = "def upgrade():\n    op.execute('CREATE INDEX i ON t (a)')\n"
    outside = (
        "def upgrade():\n    with op.get_context().autocommit_block():\n"
        "        op.create_index('i', 't', ['a'], postgresql_concurrently=True)\n"
    )
    assert _only(inside).transactional
    assert not _only(outside).transactional


@pytest.mark.parametrize(
    "given", ["migrate = Migrate(app, database)", "def start(app):\n    migrate.init_app(app, db=database)"]
)
def test_flask_migrate_is_given_the_database_whose_convention_counts(given: str) -> None:
    """`env.py` of Flask-Migrate asks the running application for it; a folder named flask isn't Flask."""
    application = (
        "from flask_migrate import Migrate\nfrom flask_sqlalchemy import SQLAlchemy\n"
        "from sqlalchemy import MetaData\n\napp = make()\nmigrate = Migrate()\n"
        "database = SQLAlchemy(metadata=MetaData(naming_convention={'pk': 'key_of_%(table_name)s'}))\n"
    )
    made = "op.create_table('t', sa.Column('id', sa.Integer), sa.PrimaryKeyConstraint('id'))"
    files = {
        "application.py": f"{application}{given}\n",
        "web/flask/__init__.py": "",
        "migrations/env.py": (
            "from flask import current_app\ntarget_metadata = current_app.extensions['migrate'].db.metadata\n"
        ),
        "migrations/versions/1.py": _revision("1", None, f"def upgrade():\n    {made}"),
    }
    (history,) = _read(files)
    (table,) = replay(history.migrations, history.dialect).catalog.tables.values()
    assert table.primary_key is not None
    assert table.primary_key.name == "key_of_t"


def test_revisions_that_a_program_of_the_project_runs_are_given_the_operations() -> None:
    """Alembic calls `upgrade()` itself; applications with plugins pass it `op`."""
    made = "def upgrade(op=None):\n    op.create_table('t', Column('id', Integer))"
    revision = "from sqlalchemy import Column, Integer\nrevision = '1'\ndown_revision = None\n"
    (history,) = _read({"plugin/migrations/1.py": f"{revision}{made}\n"})
    assert [
        table.name.name for table in replay(history.migrations, "postgresql").catalog.tables.values()
    ] == ["t"]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("url.startswith('postgresql+psycopg2://')", None),
        ("url.startswith('mysql')", False),
        ("'mysql' in url", False),
        ("'production' in url", None),
        ("url.database.startswith('a')", None),
        ("url.startswith(('mysql', 'postgresql:'))", None),
    ],
)
def test_of_the_url_only_its_beginning_is_known(question: str, answer: bool | None) -> None:
    asked = f"url = op.get_bind().engine.url\n    if {question}:\n        op.drop_table('t')"
    files = {"migrations/versions/1.py": _revision("1", None, f"def upgrade():\n    {asked}")}
    (history,) = read(Sources.of(files), Settings(dialect="postgresql"))
    (migration,) = history.migrations
    found = {type(operation).__name__ for operation in migration.up}
    assert found == (set() if answer is False else {"Opaque"} if answer is None else {"DropTable"})


def test_what_the_environment_passes_on_is_not_known() -> None:
    asked = (
        "profile = op.get_context().opts['profile']\n    if profile.is_new:\n        op.execute('SELECT 1')"
    )
    migration = _only(f"def upgrade():\n    {asked}\n    op.create_table('t', sa.Column('id', sa.Integer))")
    assert [type(operation).__name__ for operation in migration.up] == ["CreateTable"]


def test_a_batch_that_is_given_more_than_constraints_is_said() -> None:
    """`table_args` may hold whatever a `Table` takes; what a column makes of the table is not followed."""
    given = "table_args=(sa.Column('a', sa.Integer),)"
    body = (
        "def upgrade():\n    op.create_table('t', sa.Column('id', sa.Integer))\n"
        f"    with op.batch_alter_table('t', recreate='always', {given}) as batch:\n"
        "        batch.add_column(sa.Column('b', sa.Integer))"
    )
    files = {"migrations/versions/1.py": _revision("1", None, body)}
    (history,) = read(Sources.of(files), Settings(dialect="sqlite"))
    assert "Opaque" in {type(operation).__name__ for operation in history.migrations[0].up}


@pytest.mark.parametrize(
    ("file", "known"),
    [("[alembic]\nscript_location = migrations\n", True), ("[alembic]\nrepair = 1\n", False)],
)
def test_an_option_that_no_file_sets_has_its_default(file: str, known: bool) -> None:
    body = (
        "def upgrade():\n"
        "    if op.get_context().config.get_main_option('repair'):\n"
        "        op.drop_table('old')\n"
        "    else:\n"
        "        op.create_table('t', sa.Column('id', sa.Integer))\n"
    )
    files = {"migrations/versions/1.py": _revision("1", None, body), "alembic.ini": file}
    (history,) = _read(files)
    (migration,) = history.migrations
    made = [one for one in migration.up if isinstance(one, CreateTable) and one.guard is None]
    assert bool(made) is known
