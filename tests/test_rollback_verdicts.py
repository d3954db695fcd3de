"""What is said of rollbacks that rest on what no history made: nothing that is not sure."""

from __future__ import annotations

from schemalint.cli.rollback import down_side
from schemalint.config import Settings
from schemalint.down_side import Refusal
from schemalint.engine import Project
from schemalint.knowledge.dialects import Dialect
from schemalint.rollback.verdicts import Rollback, rollbacks
from schemalint.source import Sources

_REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "{name}"
down_revision = {after}


def upgrade():
    {up}


def downgrade():
    {down}
"""


def _rollbacks(*sides: tuple[str, str]) -> list[Rollback]:
    files = {}
    for number, (up, down) in enumerate(sides, 1):
        after = repr(str(number - 1)) if number > 1 else None
        text = _REVISION.format(name=number, after=after, up=up, down=down)
        files[f"migrations/versions/{number}.py"] = text
    (database,) = Project(Sources.of(files), Settings(dialect="postgresql")).databases
    assert database.migrated is not None
    assert database.replay is not None
    return list(rollbacks(database.migrated.migrations, database.replay))


def test_a_table_that_no_revision_made_may_have_been_so() -> None:
    """What was dropped unseen is back after the down side, and looks left over."""
    _, dropped = _rollbacks(
        ("op.add_column('users', sa.Column('age', sa.Integer))", "op.drop_column('users', 'age')"),
        (
            "op.drop_table('users')",
            "op.create_table('users', sa.Column('id', sa.Integer), sa.Column('age', sa.Integer))",
        ),
    )
    assert dropped.verdict == "unknown"


def test_what_was_seen_of_a_table_that_no_revision_made_is_missed() -> None:
    _, dropped, left = _rollbacks(
        ("op.add_column('users', sa.Column('age', sa.Integer))", "op.drop_column('users', 'age')"),
        ("op.drop_table('users')", "op.create_table('users', sa.Column('id', sa.Integer))"),
        ("op.add_column('orders', sa.Column('price', sa.Integer))", "op.drop_column('orders', 'cost')"),
    )
    assert [str(remnant.difference) for remnant in dropped.remnants] == ["column users.age"]
    assert [str(remnant.difference) for remnant in left.remnants] == ["column orders.price"]


_ADD_IF_THERE = """
    if sa.inspect(op.get_bind()).has_table("users"):
        columns = [column["name"] for column in sa.inspect(op.get_bind()).get_columns("users")]
        if "age" not in columns:
            op.add_column("users", sa.Column("age", sa.Integer))
"""


def test_a_table_that_a_revision_asks_for_and_none_makes_is_presumed() -> None:
    drops, keeps, forgets = _rollbacks(
        (_ADD_IF_THERE, "op.drop_column('users', 'age')"),
        (_ADD_IF_THERE.replace("age", "name"), _ADD_IF_THERE.replace("age", "other")),
        (
            "if 'gone' in sa.inspect(op.get_bind()).get_table_names():\n        op.drop_table('gone')",
            "op.execute('SELECT 1')",
        ),
    )
    assert [one.verdict for one in (drops, keeps, forgets)] == ["complete", "unknown", "unknown"]


def test_a_column_whose_type_is_known_on_one_side_only_may_differ() -> None:
    made = "op.create_table('users', sa.Column('kind', some.Kind()), sa.Column('id', sa.Integer))"
    _, changed = _rollbacks(
        (made, "op.drop_table('users')"),
        ("op.drop_column('users', 'kind')", "op.add_column('users', sa.Column('kind', sa.Text))"),
    )
    assert (changed.verdict, changed.reason) == ("unknown", "the type of column users.kind is not known")


def test_what_fails_before_the_database_is_asked_rests_on_no_table() -> None:
    (refused,) = _rollbacks(
        (
            "op.create_unique_constraint(None, 'users', ['name'])",
            "op.drop_constraint(None, 'users', type_='unique')",
        )
    )
    assert refused.verdict == "refused"


def _way_back(*ups: str, dialect: Dialect = "postgresql") -> str:
    """What is written for the last of some revisions; the reason where nothing is."""
    files = {}
    for number, up in enumerate(ups, 1):
        after = repr(str(number - 1)) if number > 1 else None
        text = _REVISION.format(name=number, after=after, up=up, down="pass")
        files[f"migrations/versions/{number}.py"] = text
    project = Project(Sources.of(files), Settings(dialect=dialect))
    try:
        return down_side(project.databases, project.sources, f"migrations/versions/{len(ups)}.py").text
    except Refusal as refusal:
        return str(refusal).partition(" known: ")[2]


def test_what_is_added_to_a_table_that_no_revision_made_is_dropped_again() -> None:
    assert _way_back("op.add_column('users', sa.Column('age', sa.Integer))").endswith(
        "op.drop_column('users', 'age')\n"
    )
    assert _way_back(
        "op.add_column('users', sa.Column('age', sa.Integer))", "op.create_index('i', 'users', ['age'])"
    ).endswith("op.drop_index('i', table_name='users')\n")


def test_what_was_never_seen_can_not_be_written_back() -> None:
    unseen = "the definition of column users.name is not known"
    assert _way_back("op.drop_column('users', 'name')") == unseen
    assert _way_back("op.alter_column('users', 'name', nullable=False)") == unseen
    dropped = "op.drop_constraint('users_check', 'users', type_='check')"
    assert _way_back(dropped) == "the definition of users_check is not known"
    added = "op.add_column('users', sa.Column('age', sa.Integer))"
    assert _way_back(added, "op.drop_table('users')") == "the definition of table users is not known"


def test_flasks_engine_tells_which_database_it_leads_to() -> None:
    asked = "from typing import cast\nfrom flask_sqlalchemy import SQLAlchemy\n\ndb = SQLAlchemy()\n\n\n"
    files = {
        "shop/db.py": f"{asked}def dialect_name() -> str:\n    return cast(str, db.engine.dialect.name)\n",
        "migrations/versions/1.py": _REVISION.format(
            name=1,
            after=None,
            up="from shop.db import db, dialect_name\n"
            "    op.create_table('users', sa.Column('id', sa.Integer))\n"
            "    if dialect_name() == 'mysql' or db.engine.name == 'sqlite':\n"
            "        op.execute(open('more.sql').read())",
            down="op.drop_table('users')",
        ),
    }
    (database,) = (one for one in Project(Sources.of(files), Settings(dialect="postgresql")).databases)
    assert database.migrated is not None
    assert database.replay is not None
    (rollback,) = rollbacks(database.migrated.migrations, database.replay)
    assert rollback.verdict == "complete"


def test_a_column_in_place_of_its_name_under_a_condition_ends_nothing_for_certain() -> None:
    table = "op.create_table('users', sa.Column('id', sa.Integer), sa.Column('age', sa.Integer))"
    drop = "op.drop_column('users', sa.Column('size'))"
    add = "op.add_column('users', sa.Column('size', sa.Text()))"
    _, always, perhaps = _rollbacks(
        (table, "op.drop_table('users')"),
        (add, drop),
        ("pass", f"if op.get_context().opts.get('thorough'): {drop}"),
    )
    assert (always.verdict, perhaps.verdict) == ("refused", "unknown")


def test_what_a_column_was_that_no_revision_made_is_not_known() -> None:
    alter = "op.alter_column('{0}', 'name', type_=sa.String({1}), existing_type=sa.String({2}))"
    add = "op.add_column('users', sa.Column('name', sa.String(100)))"
    unseen, _, seen, renamed = _rollbacks(
        (alter.format("teams", 255, 100), alter.format("teams", 100, 255)),
        (add, "op.drop_column('users', 'name')"),
        (alter.format("users", 255, 100), alter.format("users", 100, 255)),
        (
            "op.alter_column('teams', 'name', new_column_name='title')",
            "op.alter_column('teams', 'title', new_column_name='name')",
        ),
    )
    assert (unseen.verdict, unseen.reason) == ("unknown", "what column teams.name was is not known")
    assert (seen.verdict, renamed.verdict) == ("complete", "complete")


_MODELS = """
import sqlalchemy as sa

metadata = sa.MetaData()
users = sa.Table("users", metadata, sa.Column("id", sa.Integer, primary_key=True))
"""
_ENVIRONMENT = """
from alembic import context
from models import metadata

context.configure(connection=None, target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
"""
_ASK = 'inspector = sa.inspect(op.get_bind())\n    if "{0}" in inspector.get_table_names():\n        '
_ADD = (
    'if "{1}" not in [one["name"] for one in inspector.get_columns("{0}")]:\n'
    '            op.add_column("{0}", sa.Column("{1}", sa.String))'
)
_DROP = 'op.drop_column("{0}", "{1}")'
_INDEX = '\n            op.create_index("ix_{1}", "{0}", ["{1}"])'
_DROP_INDEX = '\n        op.drop_index("ix_{1}", "{0}")'


def _sides(table: str, column: str, *, indexed: bool = False) -> tuple[str, str]:
    up = _ASK + _ADD + (_INDEX if indexed else "")
    down = _ASK + _DROP + (_DROP_INDEX if indexed else "")
    return up.format(table, column), down.format(table, column)


def _told(dialect: Dialect, *sides: tuple[str, str], models: str = _MODELS) -> list[tuple[str, list[str]]]:
    """Each verdict, and what is not restored."""
    files = {"models.py": models, "migrations/env.py": _ENVIRONMENT} if models else {}
    for number, (up, down) in enumerate(sides, 1):
        after = repr(str(number - 1)) if number > 1 else None
        text = _REVISION.format(name=number, after=after, up=up, down=down)
        files[f"migrations/versions/{number}.py"] = text
    (database,) = Project(Sources.of(files), Settings(dialect=dialect)).databases
    assert database.migrated is not None
    assert database.replay is not None
    found = rollbacks(database.migrated.migrations, database.replay, declared=database.declared_catalog)
    return [(one.verdict, [str(remnant.difference) for remnant in one.remnants]) for one in found]


def test_a_table_that_is_declared_and_that_no_revision_makes_is_there() -> None:
    lost = ("incomplete", ["column users.name"])
    users, teams = _sides("users", "name"), _sides("teams", "name")
    once, twice, _, undeclared = _told("postgresql", users, users, teams, teams)
    assert (once, twice, undeclared) == (("complete", []), lost, ("unknown", []))
    _, alone = _told("postgresql", _sides("users", "name"), _sides("users", "name"), models="")
    assert alone == ("unknown", [])


def test_an_index_goes_with_its_column_whatever_else_the_table_holds() -> None:
    for dialect in ("postgresql", "sqlite"):
        users, teams = (_sides(one, "name" + one[0], indexed=True) for one in ("users", "teams"))
        assert _told(dialect, users, teams) == [("refused", []), ("unknown", [])]
    opaque = ("op.execute(open('some.sql').read())", "pass")
    (in_doubt,) = _told("postgresql", opaque, _sides("users", "name", indexed=True))
    assert in_doubt == ("unknown", [])


def test_mysql_has_to_be_told_whose_index_is_dropped() -> None:
    sides = ('op.create_index("ix_name", "teams", ["name"])', 'op.drop_index("ix_name")')
    assert _told("mysql", sides, models="") == [("refused", [])]


def test_an_index_that_was_perhaps_there_may_have_been_another() -> None:
    asked = _ASK + 'if "ix_name" not in [one["name"] for one in inspector.get_indexes("{0}")]:\n            '
    made = (asked + 'op.create_index("ix_name", "{0}", ["name"])').format("users")
    drop = 'op.drop_index("ix_name", "users")'
    (again,) = _told("mysql", (made, "pass"), (drop, 'op.create_index("ix_name", "users", ["name", "id"])'))
    assert again == ("unknown", [])


def test_what_an_up_side_can_not_have_made_on_mysql_was_there_before() -> None:
    """A VARCHAR without a length is none on MySQL, so the history began later there."""
    guarded, _ = _sides("users", "name")
    alter = "op.alter_column('users', 'name', type_=sa.Text(), existing_type=sa.String(50))"
    back = "op.alter_column('users', 'name', type_=sa.String(50), existing_type=sa.Text())"
    assert _told("mysql", (guarded, "pass"), (alter, back), models="")[-1] == ("unknown", [])
    table = "op.create_table('teams', sa.Column('name', sa.String))"
    change = (alter.replace("users", "teams"), back.replace("users", "teams"))
    assert _told("mysql", (table, "pass"), change, models="")[-1] == ("unknown", [])
    assert _told("postgresql", (table, "pass"), change, models="")[-1][0] == "incomplete"


def test_a_type_that_a_revision_gave_a_column_that_none_shows_is_known() -> None:
    alter = "op.alter_column('users', 'name', type_=sa.{0}, existing_type=sa.{1})"
    change = (alter.format("Text", "String"), alter.format("String", "Text"))
    first, second = _told("postgresql", change, change)
    assert first == ("unknown", [])
    assert second == ("incomplete", ["the type of column users.name"])


def test_the_key_of_a_column_that_numbers_itself_goes_with_it_on_mysql() -> None:
    made = "op.create_table('teams', sa.Column('name', sa.String(50)))"
    added = 'op.execute("ALTER TABLE teams ADD COLUMN id BIGINT PRIMARY KEY AUTO_INCREMENT")'
    both = 'op.execute("ALTER TABLE teams DROP PRIMARY KEY")\n    op.drop_column("teams", "id")'
    at_once = 'op.execute("ALTER TABLE teams DROP PRIMARY KEY, DROP COLUMN id")'
    for down, verdict in (
        (both, "refused"),
        (at_once, "complete"),
        ('op.drop_column("teams", "id")', "complete"),
    ):
        told = _told("mysql", (made, "op.drop_table('teams')"), (added, down), models="")
        assert told[-1] == (verdict, [])
    back = _way_back(made, added, dialect="mysql")
    assert "op.drop_column" in back
    assert "PRIMARY KEY" not in back
