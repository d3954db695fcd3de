"""`schemalint rollback` for histories in Python: what is printed, and what is put into the files."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from schemalint.cli import main
from schemalint.frontends.alembic.down_side import executed
from schemalint.frontends.python_source.literals import literal

_HEAD = "from alembic import op\nimport sqlalchemy as sa\n\nrevision = '{0}'\ndown_revision = {1}\n\n\n"
_FIRST = (
    _HEAD.format("a1", None)
    + "def upgrade():\n"
    + "    id = sa.Column('id', sa.Integer, primary_key=True)\n"
    + "    op.create_table('users', id, sa.Column('age', sa.Integer))\n"
    + "    op.create_index('by_age', 'users', ['age'])\n"
)
_CHANGES = (
    "    op.drop_index('by_age', 'users')\n"
    "    op.alter_column('users', 'age', nullable=False)\n"
    "    op.add_column('users', sa.Column('name', sa.Text))\n"
    "    op.create_unique_constraint('one_name', 'users', ['name'])\n"
    "    op.alter_column('users', 'age', type_=sa.BigInteger())\n"
)
_BACK = (
    "    # the values of users.name go with it\n"
    "    op.execute('ALTER TABLE users ALTER COLUMN age TYPE integer USING age::text::integer')\n"
    "    op.drop_constraint(op.f('one_name'), 'users', type_='unique')\n"
    "    op.drop_column('users', 'name')\n"
    "    op.alter_column('users', 'age', nullable=True)\n"
    "    op.create_index('by_age', 'users', ['age'])\n"
)


def _project(folder: Path, second: str) -> Path:
    """A history of two revisions; the path of the second one."""
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    (folder / "pyproject.toml").write_text('[tool.schemalint]\ndialect = "postgresql"\n')
    (versions / "a1.py").write_text(_FIRST)
    path = versions / "a2.py"
    path.write_text(_HEAD.format("a2", "'a1'") + second)
    return path


def _printed(path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["rollback", str(path)]) == 0
    return capsys.readouterr().out


def test_directives_in_the_style_of_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _project(tmp_path, f"def upgrade() -> None:\n{_CHANGES}")
    assert _printed(path, capsys) == f"def downgrade() -> None:\n{_BACK}"
    before = path.read_text()
    assert main(["rollback", "--write", str(path)]) == 0
    assert path.read_text() == f"{before}\n\ndef downgrade() -> None:\n{_BACK}"
    assert main(["rollback", "--write", str(path)]) == 2  # there is one


@pytest.mark.parametrize(
    ("empty", "filled"),
    [
        ("def downgrade():\n    pass\n", "def downgrade():\n{0}"),
        ("def downgrade(): pass\n", "def downgrade():\n{0}"),
        ('def downgrade():\n    """Back."""\n', 'def downgrade():\n    """Back."""\n{0}'),
        ('def downgrade(): """Back."""\n', 'def downgrade():\n    """Back."""\n{0}'),
        ('def downgrade(): """Back."""; pass\n', 'def downgrade():\n    """Back."""\n{0}'),
        ('def downgrade():\n    """Back."""  # all\n', 'def downgrade():\n    """Back."""  # all\n{0}'),
        (
            'def downgrade():\n    """Back."""\n    pass\n    return\n',
            'def downgrade():\n    """Back."""\n{0}',
        ),
        (
            "def downgrade():\n    # begin\n    pass\n    # end\n",
            "def downgrade():\n    # begin\n{0}    # end\n",
        ),
    ],
)
def test_an_empty_body_is_filled(tmp_path: Path, empty: str, filled: str) -> None:
    path = _project(tmp_path, f"def upgrade():\n{_CHANGES}\n\n{empty}")
    start = path.read_text().removesuffix(empty)
    assert main(["rollback", "--write", str(path)]) == 0
    assert path.read_text() == start + filled.format(_BACK)
    ast.parse(path.read_text())


def test_tabs_stay_tabs(tmp_path: Path) -> None:
    path = _project(tmp_path, f"def upgrade():\n{_CHANGES}\n\nif True:\n\tdef downgrade(): pass\n")
    assert main(["rollback", "--write", str(path)]) == 0
    back = "".join(f"\t{line}" for line in _BACK.splitlines(keepends=True))
    assert path.read_text().endswith(f"\tdef downgrade():\n{back}")
    ast.parse(path.read_text())


def test_carriage_returns_stay(tmp_path: Path) -> None:
    path = _project(tmp_path, f"def upgrade():\n{_CHANGES}\n\ndef downgrade():\n    pass\n")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert main(["rollback", "--write", str(path)]) == 0
    assert path.read_bytes().endswith(f"def downgrade():\n{_BACK}".replace("\n", "\r\n").encode())


@pytest.mark.parametrize(
    ("imported", "called", "first"),
    [
        ("from alembic import op as alembic_op", "alembic_op", ""),
        ("import alembic.op as o", "o", ""),
        ("import alembic.op", "alembic.op", ""),
        ("from alembic.op import add_column", "op", "    from alembic import op\n"),
    ],
)
def test_operations_have_the_name_that_the_file_gives_them(
    tmp_path: Path, imported: str, called: str, first: str
) -> None:
    add = "add_column" if first else f"{called}.add_column"
    path = _project(tmp_path, f"def upgrade():\n    {add}('users', sa.Column('name', sa.Text))\n")
    path.write_text(path.read_text().replace("from alembic import op", imported))
    assert main(["rollback", "--write", str(path)]) == 0
    back = f"    # the values of users.name go with it\n    {called}.drop_column('users', 'name')\n"
    assert path.read_text().endswith(f"def downgrade():\n{first}{back}")


def test_each_database_of_an_environment_has_its_function(tmp_path: Path) -> None:
    versions = tmp_path / "migrations" / "versions"
    versions.mkdir(parents=True)
    (tmp_path / "alembic.ini").write_text(
        "[alembic]\nscript_location = migrations\ndatabases = first, second\n"
        "[first]\nsqlalchemy.url = postgresql://h/a\n[second]\nsqlalchemy.url = postgresql://h/b\n"
    )
    (tmp_path / "migrations" / "env.py").write_text("")
    path = versions / "a1.py"
    both = "def {0}(engine_name):\n    globals()['{0}_%s' % engine_name]()\n\n\n"
    own = "def {0}_{1}():\n    {2}\n\n\n"
    made = "op.create_table('{0}', sa.Column('id', sa.Integer))"
    parts = [_HEAD.format("a1", None), both.format("upgrade"), both.format("downgrade")]
    for name in ("first", "second"):
        parts += [own.format("upgrade", name, made.format(name)), own.format("downgrade", name, "pass")]
    path.write_text("".join(parts))
    assert main(["rollback", "--write", str(path)]) == 0
    for name in ("first", "second"):
        back = f"# the rows of {name} go with it\n    op.drop_table('{name}')"
        assert own.format("downgrade", name, back) in path.read_text()


def test_tables_that_the_history_does_not_make(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asks = (
        "def upgrade():\n    if '{0}' in sa.inspect(op.get_bind()).get_table_names():\n"
        "        op.add_column('{0}', sa.Column('name', sa.Text))\n"
    )
    path = _project(tmp_path, asks.format("others"))
    assert main(["rollback", str(path)]) == 2
    assert "asks whether there is a table others, which its history does not make" in capsys.readouterr().err
    path.write_text(_HEAD.format("a2", "'a1'") + asks.format("users").replace(" in ", " not in "))
    assert _printed(path, capsys) == "def downgrade():\n    pass\n"


def test_docstrings_are_no_statements(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = "op.create_table('event', sa.Column('id', sa.Integer))"
    path = _project(tmp_path, f'def upgrade():\n    """Create event table."""\n    {made}\n')
    assert "drop_table('event')" in _printed(path, capsys)
    path.write_text(path.read_text() + "    op.execute('CREATE FUNCTION f() RETURNS int')\n")
    assert main(["rollback", str(path)]) == 2
    assert "CREATE FUNCTION is not followed here" in capsys.readouterr().err


_RENAMED_LABELS = (
    "from alembic_postgresql_enum import TableReference\n\n\n"
    "def upgrade():\n"
    "    op.execute(\"CREATE TYPE state AS ENUM ('new', 'done')\")\n"
    "    state = sa.Enum('new', 'done', name='state', create_type=False)\n"
    "    op.add_column('users', sa.Column('state', state, server_default='new'))\n"
    "    column = TableReference('users', 'state', existing_server_default=\"'new'::state\")\n"
    "    op.sync_enum_values('public', 'state', ['NEW', 'DONE'], [column], [{0}])\n"
)


@pytest.mark.parametrize(
    ("renamed", "default"),
    [("('done', 'DONE'), ['new', 'NEW']", "NEW"), ("('done', 'DONE')", "new")],
)
def test_a_default_goes_with_a_label_that_is_renamed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], renamed: str, default: str
) -> None:
    path = _project(tmp_path, _RENAMED_LABELS.format(renamed))
    third = path.with_name("a3.py")
    third.write_text(_HEAD.format("a3", "'a2'") + "def upgrade():\n    op.drop_column('users', 'state')\n")
    assert f"'{default}'" in _printed(third, capsys)


def test_a_default_whose_label_may_be_renamed_is_not_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _project(tmp_path, _RENAMED_LABELS.format("*renamed_elsewhere()"))
    assert main(["rollback", str(path)]) == 2
    assert "which labels are renamed" in capsys.readouterr().err


def test_mysql_columns_keep_their_collation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _project(tmp_path, "def upgrade():\n    op.alter_column('users', 'url', type_=sa.Text())\n")
    first = path.with_name("a1.py")
    column = "sa.Column('url', sa.String(900, collation='latin1_bin'), nullable=True)"
    first.write_text(first.read_text() + f"    op.add_column('users', {column})\n")
    assert main(["rollback", "--dialect", "mysql", str(path)]) == 0
    assert capsys.readouterr().out == (
        "def downgrade():\n"
        "    op.execute('ALTER TABLE users MODIFY COLUMN url varchar(900) COLLATE latin1_bin')\n"
    )


def test_mysql_a_collation_may_not_be_known(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _project(tmp_path, "def upgrade():\n    op.drop_column('users', 'url')\n")
    first = path.with_name("a1.py")
    column = "sa.Column('url', sa.String(900, **configured()), nullable=True)"
    imported = first.read_text().replace("\n", "\nfrom settings import configured\n", 1)
    first.write_text(imported + f"    op.add_column('users', {column})\n")
    assert main(["rollback", "--dialect", "postgresql", str(path)]) == 0
    assert "ADD COLUMN url varchar(900)" in capsys.readouterr().out
    assert main(["rollback", "--dialect", "mysql", str(path)]) == 2
    assert "the collation of column url is not known" in capsys.readouterr().err


def test_mysql_tables_keep_their_character_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _project(tmp_path, "def upgrade():\n    op.drop_table('posts')\n")
    first = path.with_name("a1.py")
    options = "mysql_default_charset='utf8mb4', mysql_collate='utf8mb4_bin'"
    made = f"    op.create_table('posts', sa.Column('id', sa.Integer), {options})\n"
    first.write_text(first.read_text() + made)
    assert main(["rollback", "--dialect", "mysql", str(path)]) == 0
    assert ") CHARACTER SET utf8mb4 COLLATE utf8mb4_bin" in capsys.readouterr().out
    assert main(["rollback", "--dialect", "postgresql", str(path)]) == 0
    assert "utf8mb4" not in capsys.readouterr().out


def test_mariadb_has_a_check_for_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    renamed = "op.alter_column('users', 'data', new_column_name='more', existing_type=sa.JSON())"
    path = _project(tmp_path, f"def upgrade():\n    {renamed}\n")
    first = path.with_name("a1.py")
    first.write_text(first.read_text() + "    op.add_column('users', sa.Column('data', sa.JSON()))\n")
    assert main(["rollback", "--dialect", "mariadb", str(path)]) == 0
    assert "MODIFY COLUMN data json" in capsys.readouterr().out
    assert main(["rollback", "--dialect", "mysql", str(path)]) == 0
    assert "MODIFY" not in capsys.readouterr().out


def test_on_sqlite_tables_are_made_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _project(tmp_path, "def upgrade():\n    op.drop_index('by_age', 'users')\n")
    assert main(["rollback", "--dialect", "sqlite", str(path)]) == 0
    assert "    op.create_index('by_age', 'users', ['age'])\n" in capsys.readouterr().out
    path.write_text(_HEAD.format("a2", "'a1'") + "def upgrade():\n    op.drop_column('users', 'id')\n")
    assert main(["rollback", "--dialect", "sqlite", str(path)]) == 0
    out = capsys.readouterr().out
    assert "op.execute('INSERT INTO users_before" in out
    assert "op.create_index(" not in out


def test_a_table_made_anew_no_longer_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    anew = (
        "    with op.batch_alter_table('users') as batch:\n        batch.alter_column('age', nullable={0})\n"
    )
    path = _project(tmp_path, "def upgrade():\n" + anew.format(False))
    later = path.with_name("a3.py")
    later.write_text(_HEAD.format("a3", "'a2'") + "def upgrade():\n" + anew.format(True))
    first = path.with_name("a1.py")
    first.write_text(first.read_text().replace("sa.Integer))\n", "sa.Integer), sqlite_autoincrement=True)\n"))
    assert main(["rollback", "--dialect", "sqlite", str(path)]) == 0
    assert "    id integer NOT NULL PRIMARY KEY AUTOINCREMENT,\n    age integer\n" in capsys.readouterr().out
    assert main(["rollback", "--dialect", "sqlite", str(later)]) == 0
    assert "    age integer NOT NULL,\n    PRIMARY KEY (id)\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    "statement",
    [
        'DROP TABLE "user"',
        "ALTER TABLE a ALTER COLUMN b SET DEFAULT ' :c \\d'",
        """COMMENT ON TABLE a IS '""\"'""",
        "ALTER TABLE a ALTER COLUMN b TYPE text USING b::text",
        'CREATE TABLE a (\n    "b"\n)',
        'CREATE TABLE a (\n    b\n) AS "c"',
        "COMMENT ON TABLE a IS 'one\rtwo\r\n\x00\t\x1b\u2028'",
        "COMMENT ON TABLE a IS '\ud800'",
    ],
)
@pytest.mark.parametrize("quote", ["'", '"'])
def test_python_reads_what_was_written(statement: str, quote: str) -> None:
    assert ast.literal_eval(literal(statement, quote)) == statement
    (call,) = ast.walk(ast.parse(executed(statement, quote), mode="eval")).__next__().body.args  # type: ignore[attr-defined]
    assert ast.literal_eval(call).replace("\\:", ":") == statement


_MIGRATION = """from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = []
    operations = [
        migrations.CreateModel(
            "User", [("id", models.AutoField(primary_key=True)), ("age", models.IntegerField())]
        ),
        migrations.RunSQL("CREATE INDEX by_age ON shop_user (age)"),
        migrations.AddField("User", "name", models.TextField(null=True)),
        migrations.RunSQL(
            [
                "ALTER TABLE shop_user ADD COLUMN size integer",
                "CREATE INDEX by_size ON shop_user (size)",
            ],
            hints={},
        ),
    ]
"""
_FIRST_CALL = 'migrations.RunSQL("CREATE INDEX by_age ON shop_user (age)"'


def _django(folder: Path, text: str = _MIGRATION) -> Path:
    path = folder / "shop" / "migrations" / "0001_initial.py"
    path.parent.mkdir(parents=True)
    (folder / "pyproject.toml").write_text('[tool.schemalint]\ndialect = "postgresql"\n')
    for package in (folder / "shop", path.parent):
        (package / "__init__.py").write_text("")
    path.write_text(text)
    return path


def test_django_gets_a_reverse_for_each_statement(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _django(tmp_path)
    expected = (
        '# line 10\nreverse_sql="DROP INDEX by_age;",\n# line 12\nreverse_sql="""\n'
        "-- the values of shop_user.size go with it\nDROP INDEX by_size;\n"
        'ALTER TABLE shop_user DROP COLUMN size;\n""",\n'
    )
    assert _printed(path, capsys) == expected
    assert main(["rollback", "--write", str(path)]) == 0
    written = path.read_text()
    assert f'{_FIRST_CALL}, reverse_sql="DROP INDEX by_age;"),\n' in written
    assert '            hints={},\n            reverse_sql="""\n-- the values' in written
    ast.parse(written)
    capsys.readouterr()
    assert _printed(path, capsys) == expected
    assert main(["rollback", "--write", str(path)]) == 2
    assert "has a down side already" in capsys.readouterr().err


def test_django_takes_back_what_else_a_migration_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    operation = 'migrations.AddField("User", "name", models.TextField(null=True))'
    start = _MIGRATION.index("        migrations.RunSQL(")
    end = _MIGRATION.index("    ]\n", start)
    path = _django(tmp_path, f"{_MIGRATION[:start]}        {operation},\n{_MIGRATION[end:]}")
    assert main(["rollback", str(path)]) == 2
    assert "has no RunSQL; all of its operations take themselves back" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("call", "written"),
    [
        ("migrations.RunSQL(({0}))", "migrations.RunSQL(({0}), reverse_sql={1})"),
        ("migrations.RunSQL(sql=(({0})),)", "migrations.RunSQL(sql=(({0})), reverse_sql={1})"),
        (
            "migrations.RunSQL(\n            sql=(\n                {0}\n            ),  # (all)\n        )",
            (
                "migrations.RunSQL(\n            sql=(\n                {0}\n            ),\n"
                "            reverse_sql={1},  # (all)\n        )"
            ),
        ),
        (
            "migrations.RunSQL(\n            {0}  # :)\n        )",
            "migrations.RunSQL(\n            {0},\n            reverse_sql={1}  # :)\n        )",
        ),
        ("migrations.RunSQL([({0}, None)])", "migrations.RunSQL([({0}, None)], reverse_sql={1})"),
        (
            "migrations.SeparateDatabaseAndState([migrations.RunSQL({0})], [])",
            "migrations.SeparateDatabaseAndState([migrations.RunSQL({0}, reverse_sql={1})], [])",
        ),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_django_arguments_as_they_are_written(tmp_path: Path, call: str, written: str, line_end: str) -> None:
    sql = '"CREATE INDEX by_age ON shop_user (age)"'
    text = _MIGRATION[: _MIGRATION.index("        migrations.AddField(")] + "    ]\n"
    path = _django(tmp_path, text)
    path.write_bytes(text.replace(f"{_FIRST_CALL})", call.format(sql)).replace("\n", line_end).encode())
    assert main(["rollback", "--write", str(path)]) == 0
    expected = text.replace(f"{_FIRST_CALL})", written.format(sql, '"DROP INDEX by_age;"'))
    assert path.read_bytes().decode() == expected.replace("\n", line_end)
    ast.parse(path.read_bytes())


def test_django_what_changes_nothing_is_taken_back_by_nothing(tmp_path: Path) -> None:
    called = "migrations.RunSQL(migrations.RunSQL.noop), migrations.RunSQL({0})"
    sql = '"ALTER TABLE shop_user ADD COLUMN IF NOT EXISTS age integer"'
    path = _django(tmp_path, _MIGRATION.replace(f"{_FIRST_CALL})", called.format(sql)))
    assert main(["rollback", "--write", str(path)]) == 0
    noop = "reverse_sql=migrations.RunSQL.noop"
    assert f"migrations.RunSQL(migrations.RunSQL.noop, {noop}), migrations.RunSQL({sql}, {noop})," in (
        path.read_text()
    )


def test_django_sequences_get_their_names_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    renamed = 'migrations.RunSQL("ALTER TABLE shop_user_id_seq RENAME TO users_id_seq")'
    path = _django(tmp_path, _MIGRATION.replace(f"{_FIRST_CALL})", renamed))
    assert 'reverse_sql="ALTER TABLE users_id_seq RENAME TO shop_user_id_seq;",' in _printed(path, capsys)


def test_django_keys_are_deferred_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = "FOREIGN KEY (age) REFERENCES shop_user (id) DEFERRABLE INITIALLY DEFERRED"
    made = f'migrations.RunSQL("ALTER TABLE shop_user ADD CONSTRAINT older {key}", "")'
    dropped = 'migrations.RunSQL("ALTER TABLE shop_user DROP CONSTRAINT older")'
    path = _django(tmp_path, _MIGRATION.replace(f"{_FIRST_CALL})", f"{made}, {dropped}"))
    assert f'reverse_sql="ALTER TABLE shop_user ADD CONSTRAINT older {key};",' in _printed(path, capsys)


def test_django_rows_are_for_a_person_to_bring_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = _MIGRATION.replace("CREATE INDEX by_age ON shop_user (age)", "UPDATE shop_user SET age = 1")
    path = _django(tmp_path, text)
    assert "# line 10 changes rows alone: whether they come back" in _printed(path, capsys)
    alone = text[: text.index("        migrations.RunSQL(\n")] + "    ]\n"
    path.write_text(alone)
    assert main(["rollback", str(path)]) == 2
    assert "its SQL changes rows alone" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("made", "what"),
    [
        ("op.execute('CREATE TRIGGER t BEFORE INSERT ON users EXECUTE FUNCTION f()')", "CREATE TRIGGER"),
        ("op.execute('CREATE SEQUENCE numbers')", "CREATE SEQUENCE"),
        ("op.execute(sa.schema.CreateSequence(sa.Sequence('numbers')))", "CreateSequence"),
        ("op.create_entity(entity)", "op.create_entity"),
    ],
)
def test_what_is_in_no_catalog_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], made: str, what: str
) -> None:
    path = _project(tmp_path, f"def upgrade():\n    {made}\n")
    assert main(["rollback", str(path)]) == 2
    assert f"{what} is not followed here" in capsys.readouterr().err


def test_a_table_in_parts_comes_back_in_parts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = "    op.create_table('logs', sa.Column('day', sa.Date), postgresql_partition_by='RANGE (day)')\n"
    path = _project(tmp_path, f"def upgrade():\n{made}")
    dropped = path.with_name("a3.py")
    dropped.write_text(_HEAD.format("a3", "'a2'") + "def upgrade():\n    op.drop_table('logs')\n")
    assert ') PARTITION BY RANGE (day)"""' in _printed(dropped, capsys)


def test_an_index_that_may_have_been_another_is_not_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It was made if it was not there, on a table of which the history does not know all."""
    made = "    op.create_index('by_name', 'people', ['name'], if_not_exists=True)\n"
    path = _project(tmp_path, f"def upgrade():\n{made}")
    dropped = path.with_name("a3.py")
    dropped.write_text(
        _HEAD.format("a3", "'a2'") + "def upgrade():\n    op.drop_index('by_name', 'people')\n"
    )
    assert main(["rollback", str(dropped)]) == 2
    assert "the definition of by_name is not known" in capsys.readouterr().err
    path.write_text(path.read_text().replace(", if_not_exists=True", ""))
    assert "op.create_index('by_name', 'people', ['name'])" in _printed(dropped, capsys)


def test_what_the_old_way_back_did_is_no_matter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    up = "def upgrade():\n    op.drop_index('by_age', 'users')\n"
    path = _project(tmp_path, f"{up}\n\ndef downgrade():\n    op.execute('CREATE SEQUENCE numbers')\n")
    assert "op.create_index('by_age', 'users', ['age'])" in _printed(path, capsys)


def test_what_a_table_was_decides_what_happens_to_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = "sa.inspect(op.get_bind()).get_pk_constraint('others')['constrained_columns']"
    path = _project(
        tmp_path,
        "def upgrade():\n"
        "    op.create_index('by_name', 'others', ['name'])\n"
        f"    if {key} == ['old']:\n"
        "        op.alter_column('others', 'old', new_column_name='id')\n"
        "    else:\n"
        "        op.add_column('others', sa.Column('id', sa.Integer))\n",
    )
    assert main(["rollback", str(path)]) == 2
    assert "what happened to others depends on what it was" in capsys.readouterr().err
    later = path.with_name("a3.py")
    asks = f"    if not {key}:\n        op.create_primary_key('others_key', 'others', ['id'])\n"
    later.write_text(_HEAD.format("a3", "'a2'") + "def upgrade():\n" + asks)
    assert main(["rollback", str(later)]) == 2
    assert "what happened to others depends on what it was" in capsys.readouterr().err
    later.write_text(
        _HEAD.format("a3", "'a2'") + "def upgrade():\n    op.add_column('others', sa.Column('b', sa.Text))\n"
    )
    assert "op.drop_column('others', 'b')" in _printed(later, capsys)


def test_a_column_that_mysql_can_not_have_made_was_something_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = "    op.create_table('logs', sa.Column('name', sa.String), sa.Column('body', sa.String(9)))\n"
    path = _project(tmp_path, f"def upgrade():\n{made}")
    (tmp_path / "pyproject.toml").write_text('[tool.schemalint]\ndialect = "mysql"\n')
    changed = (
        "def upgrade():\n    op.alter_column('logs', '{}', type_=sa.Text(), existing_type=sa.String(9))\n"
    )
    (path.with_name("a3.py")).write_text(_HEAD.format("a3", "'a2'") + changed.format("name"))
    later = path.with_name("a4.py")
    again = changed.replace("sa.Text()", "sa.String(5)")
    later.write_text(_HEAD.format("a4", "'a3'") + again.format("name"))
    assert main(["rollback", str(later)]) == 2
    assert "what logs.name was is not known: it has no length" in capsys.readouterr().err
    later.write_text(_HEAD.format("a4", "'a3'") + again.format("body"))
    assert "MODIFY COLUMN body varchar(9)" in _printed(later, capsys)


def test_mysql_makes_another_check_of_one_on_a_column_that_becomes_a_number(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = (
        "    op.create_table('logs', sa.Column('kind', sa.String(9)), sa.Column('body', sa.String(9)),\n"
        "        sa.CheckConstraint(\"kind IN ('a', 'b')\", name='kinds'))\n"
    )
    path = _project(tmp_path, f"def upgrade():\n{made}")
    (tmp_path / "pyproject.toml").write_text('[tool.schemalint]\ndialect = "mariadb"\n')
    later = path.with_name("a3.py")
    changed = "def upgrade():\n    op.alter_column('logs', '{}', type_=sa.{}, existing_type=sa.String(9))\n"
    later.write_text(_HEAD.format("a3", "'a2'") + changed.format("kind", "BigInteger()"))
    assert main(["rollback", str(later)]) == 2
    assert "what kinds of logs has become is not known" in capsys.readouterr().err
    later.write_text(_HEAD.format("a3", "'a2'") + changed.format("kind", "String(12)"))
    assert "MODIFY COLUMN kind varchar(9)" in _printed(later, capsys)
    later.write_text(_HEAD.format("a3", "'a2'") + changed.format("body", "BigInteger()"))
    assert "MODIFY COLUMN body varchar(9)" in _printed(later, capsys)


@pytest.mark.parametrize(
    "change", ["drop_column('t', 'token')", "drop_table('t')", "alter_column('t', 'token', {})"]
)
def test_mariadb_may_have_another_type_for_uuids(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: str
) -> None:
    made = "    op.create_table('t', sa.Column('token', sa.Uuid), sa.Column('fixed', sa.CHAR(32)))\n"
    path = _project(tmp_path, f"def upgrade():\n{made}")
    settings = tmp_path / "pyproject.toml"
    settings.write_text('[tool.schemalint]\ndialect = "mariadb"\n')
    words = change.format("existing_type=sa.Uuid(), nullable=False")
    later = path.with_name("a3.py")
    later.write_text(_HEAD.format("a3", "'a2'") + f"def upgrade():\n    op.{words}\n")
    assert main(["rollback", str(later)]) == 2
    assert "t.token is uuid or char(32), by the version of MariaDB" in capsys.readouterr().err
    settings.write_text('[tool.schemalint]\ndialect = "mysql"\n')
    assert "token char(32)" in _printed(later, capsys)
    settings.write_text('[tool.schemalint]\ndialect = "mariadb"\n')
    later.write_text(_HEAD.format("a3", "'a2'") + "def upgrade():\n    op.drop_column('t', 'fixed')\n")
    assert "fixed char(32)" in _printed(later, capsys)


def test_sqlite_copies_no_column_whose_type_is_not_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = (
        "    from elsewhere import make\n"
        "    op.create_table('t', sa.Column('a', make()), sa.Column('b', sa.Integer))\n"
    )
    path = _project(tmp_path, f"def upgrade():\n{made}")
    (tmp_path / "pyproject.toml").write_text('[tool.schemalint]\ndialect = "sqlite"\n')
    later = path.with_name("a3.py")
    batch = "def upgrade():\n    with op.batch_alter_table('t') as batch:\n        batch.{}\n"
    changed = batch.format("alter_column('b', nullable=False)")
    later.write_text(_HEAD.format("a3", "'a2'") + changed)
    assert main(["rollback", str(later)]) == 2
    assert "the type of column t.a is not known" in capsys.readouterr().err
    later.write_text(_HEAD.format("a3", "'a2'") + batch.format("create_index('i', ['b'])"))
    assert "op.drop_index('i', table_name='t')" in _printed(later, capsys)
