"""Which sources tell of one database, and what is a copy of another one."""

from __future__ import annotations

from collections.abc import Mapping

from schemalint.config import DatabaseSettings, Settings
from schemalint.engine import Project, check
from schemalint.source import Sources

_MODELS = """
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table

metadata = MetaData()
users = Table("users", metadata, Column("id", Integer, primary_key=True))
posts = Table(
    "posts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", ForeignKey("users.id")),
)
"""
_TAGS = """
from sqlalchemy import Column, Integer, MetaData, String, Table

metadata = MetaData()
tags = Table("tags", metadata, Column("id", Integer, primary_key=True), Column("name", String(20)))
"""
_REVISION = """
from alembic import op
import sqlalchemy as sa

revision = "1"
down_revision = None


def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer, primary_key=True))
    op.create_table(
        "posts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id")),
    )
    op.create_table(
        "tags", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20))
    )


def downgrade():
    op.drop_table("tags")
    op.drop_table("posts")
    op.drop_table("users")
"""
_DUMP = """
CREATE TABLE users (id integer PRIMARY KEY);
CREATE TABLE posts (id integer PRIMARY KEY, user_id integer REFERENCES users (id));
"""


def _project(files: Mapping[str, str], settings: Settings | None = None) -> Project:
    return Project(Sources.of(files), settings or Settings())


def _found(project: Project) -> list[tuple[str, str]]:
    return [(one.rule, one.region.path) for one in check(project).shown() if one.rule != "schema-drift"]


def test_models_of_two_metadata_and_the_history_that_makes_all_their_tables() -> None:
    project = _project(
        {"app/posts.py": _MODELS, "app/tags.py": _TAGS, "alembic/versions/1_init.py": _REVISION}
    )
    (database,) = project.databases
    assert database.declared is not None
    assert database.migrated is not None
    assert set(database.declared.paths) == {"app/posts.py", "app/tags.py"}
    assert _found(project) == [("missing-foreign-key-index", "app/posts.py")]


def test_models_and_history_of_one_dialect_though_only_one_of_them_names_it() -> None:
    config = 'URL = "mysql+pymysql://localhost/blog"\n'
    project = _project(
        {"app/config.py": config, "app/models.py": _MODELS, "alembic/versions/1_init.py": _REVISION}
    )
    assert [database.dialect for database in project.databases] == ["mysql"]
    assert _found(project) == []


def test_a_dump_beside_the_models_is_not_reported_again() -> None:
    project = _project({"app/models.py": _MODELS, "db/schema.sql": _DUMP})
    assert len(project.databases) == 2
    assert _found(project) == [("missing-foreign-key-index", "app/models.py")]
    assert any("a copy of app/models.py" in line for line in check(project).decisions)


def test_what_only_the_dump_has_is_reported_there() -> None:
    dump = _DUMP + "CREATE INDEX one ON posts (id, user_id);\nCREATE INDEX two ON posts (id, user_id);\n"
    found = _found(_project({"app/models.py": _MODELS, "db/schema.sql": dump}))
    assert ("duplicate-index", "db/schema.sql") in found
    assert ("missing-foreign-key-index", "db/schema.sql") not in found


def test_a_second_history_for_another_kind_of_database() -> None:
    project = _project(
        {
            "app/models.py": _MODELS,
            "alembic/postgresql/versions/1_init.py": _REVISION,
            "alembic/sqlite/versions/1_init.py": _REVISION,
        },
        Settings(databases={"alembic/sqlite": DatabaseSettings(dialect="sqlite")}),
    )
    assert sorted(database.dialect for database in project.databases) == ["postgresql", "sqlite"]
    assert _found(project) == [("missing-foreign-key-index", "app/models.py")]


def test_models_as_they_were_are_no_database() -> None:
    before = _MODELS.replace('"user_id"', '"owner_id"')
    project = _project(
        {"app/models.py": _MODELS, "app/first_models.py": before, "alembic/versions/1_init.py": _REVISION}
    )
    assert _found(project) == [("missing-foreign-key-index", "app/models.py")]


def test_databases_of_two_services_are_two() -> None:
    files = {
        f"{service}/{path}": text
        for service in ("shop", "blog")
        for path, text in (("app/models.py", _MODELS), ("alembic/versions/1_init.py", _REVISION))
    }
    project = _project(files)
    assert len(project.databases) == 2
    assert _found(project) == [
        ("missing-foreign-key-index", "blog/app/models.py"),
        ("missing-foreign-key-index", "shop/app/models.py"),
    ]


def test_a_history_that_makes_no_table_is_not_that_of_models_which_another_one_makes() -> None:
    """Two branches of one environment, of which the models are nearer to the empty one."""
    empty = 'revision = "2"\ndown_revision = None\n\n\ndef upgrade():\n    pass\n'
    project = _project(
        {
            "app/migrations/alembic.ini": (
                "[alembic]\nscript_location = alembic\n"
                "version_locations = %(here)s/alembic/main/versions %(here)s/empty\n"
            ),
            "app/migrations/alembic/main/versions/1_init.py": _REVISION,
            "app/migrations/empty/2_branch.py": empty,
            "app/model.py": _MODELS,
        }
    )
    paired = [database for database in project.databases if database.declared is not None]
    assert [database.migrated and database.migrated.source for database in paired] == [
        "app/migrations/alembic/main/versions"
    ]


_PRISMA = 'datasource db {{\n  provider = "postgresql"\n}}\n\nmodel {} {{\n  id Int @id\n}}\n'
_FIRST = 'CREATE TABLE "{0}" ("id" INTEGER NOT NULL, CONSTRAINT "{0}_pkey" PRIMARY KEY ("id"));\n'


def test_a_prisma_schema_and_the_migrations_beside_it_that_make_other_tables() -> None:
    files = {
        "prisma/schema.prisma": _PRISMA.format("Quote"),
        "prisma/migrations/migration_lock.toml": 'provider = "postgresql"\n',
        "prisma/migrations/1_init/migration.sql": _FIRST.format("Saying"),
    }
    (database,) = _project(files).databases
    assert database.declared is not None
    assert database.migrated is not None


_TWICE = """
import sqlalchemy as sa

metadata = sa.MetaData()
sa.Table("users", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20)))
sa.Table("posts", metadata, sa.Column("user_id", sa.ForeignKey("users.id"), primary_key=True))
sa.Table("likes", metadata, sa.Column("id", sa.Integer), sa.Column("user_id", sa.ForeignKey("users.id")))
"""
_ENVIRONMENT = """
from alembic import context
from models import metadata

context.configure(connection=None, target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
"""
_FIRST_REVISION = """
from alembic import op
import sqlalchemy as sa

revision = "1"
down_revision = None


def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer, primary_key=True){})
    op.create_table("posts", sa.Column("user_id", sa.ForeignKey("users.id"), primary_key=True))
    op.create_table("likes", sa.Column("id", sa.Integer), sa.Column("user_id", sa.ForeignKey("users.id")))


def downgrade():
    pass
"""


def test_models_with_a_history_for_each_kind_of_database() -> None:
    files = {"models.py": _TWICE}
    for folder, column in (("postgresql", ', sa.Column("name", sa.String(20))'), ("sqlite", "")):
        files[f"migrations/{folder}/env.py"] = _ENVIRONMENT
        files[f"migrations/{folder}/versions/1.py"] = _FIRST_REVISION.format(column)
    project = _project(files)
    assert [database.dialect for database in project.databases if database.declared] == [
        "postgresql",
        "sqlite",
    ]
    shown = [
        one for one in check(project).shown() if one.rule in ("schema-drift", "missing-foreign-key-index")
    ]
    assert [(one.rule, one.message.partition(";")[0]) for one in shown] == [
        ("schema-drift", "column users.name is declared, and no migration makes it"),
        ("missing-foreign-key-index", "foreign key likes.user_id → users has no index"),
    ]
