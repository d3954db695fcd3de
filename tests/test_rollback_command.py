"""`schemalint rollback`: what it prints, where it writes, and when it refuses."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Protocol

import pytest

from schemalint.cli import main

_MADE = (
    "CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL);\nCREATE INDEX by_email ON users (email);\n"
)
_DROPPED = "ALTER TABLE users DROP COLUMN email;\n"
_FAILS = "-- users.email is NOT NULL without a default: this fails if users has rows\n"
_BACK = "ALTER TABLE users ADD COLUMN email text NOT NULL;\nCREATE INDEX by_email ON users (email);\n"


def _project(folder: Path, files: dict[str, str]) -> None:
    (folder / "pyproject.toml").write_text("[tool.schemalint]\n")
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


class _Print(Protocol):
    def __call__(self, made: str, up: str, dialect: str = "postgresql") -> str: ...


def _status(folder: Path, made: str, up: str, dialect: str) -> int:
    """How the command ends for a migration that follows on another one."""
    _project(folder, {"db/1_a.up.sql": made, "db/2_b.up.sql": up})
    return main(["rollback", "--dialect", dialect, str(folder / "db/2_b.up.sql")])


@pytest.fixture
def way_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> _Print:
    """What is printed for a migration that follows on another one."""

    def printed(made: str, up: str, dialect: str = "postgresql") -> str:
        assert _status(tmp_path, made, up, dialect) == 0
        return capsys.readouterr().out

    return printed


@pytest.fixture
def refusal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> _Print:
    """What is said where there is no way back."""

    def said(made: str, up: str, dialect: str = "postgresql") -> str:
        assert _status(tmp_path, made, up, dialect) == 2
        return capsys.readouterr().err

    return said


def test_prints_what_brings_everything_back(way_back: _Print) -> None:
    assert way_back(_MADE, _DROPPED) == f"-- the values of users.email are gone\n{_FAILS}{_BACK}"


def test_a_table_that_is_made_anew_keeps_its_rows(way_back: _Print) -> None:
    anew = (
        "CREATE TABLE new_users (id int PRIMARY KEY, email text);\n"
        "INSERT INTO new_users SELECT id, email FROM users;\n"
        "DROP TABLE users;\nALTER TABLE new_users RENAME TO users;\n"
    )
    assert not way_back(_MADE, anew, "sqlite").startswith("--")


def test_a_default_that_may_be_another_one_is_set_again(way_back: _Print) -> None:
    made = (
        "CREATE TABLE posts (tags text[] DEFAULT ARRAY['a', 'b'], price int DEFAULT (1 + 2),"
        " state text DEFAULT 'Draft', at timestamptz DEFAULT now(), number serial);\n"
    )
    changed = (
        "ALTER TABLE posts ALTER COLUMN tags SET DEFAULT ARRAY['a'],"
        " ALTER COLUMN price SET DEFAULT (1 + 3), ALTER COLUMN state SET DEFAULT 'draft',"
        " ALTER COLUMN at SET DEFAULT NOW ( ), ALTER COLUMN number SET DEFAULT nextval('posts_number_seq');\n"
    )
    assert way_back(made, changed) == (
        "ALTER TABLE posts ALTER COLUMN state SET DEFAULT 'Draft';\n"
        "ALTER TABLE posts ALTER COLUMN price SET DEFAULT (1 + 2);\n"
        "ALTER TABLE posts ALTER COLUMN tags SET DEFAULT ARRAY['a', 'b'];\n"
    )


def test_rows_that_refer_to_a_table_made_anew_are_kept(way_back: _Print) -> None:
    made = (
        "CREATE TABLE parents (id INTEGER PRIMARY KEY, n INT NOT NULL);\n"
        "CREATE TABLE children (id INTEGER PRIMARY KEY, p INT REFERENCES parents ON DELETE CASCADE);\n"
    )
    changed = (
        "PRAGMA foreign_keys=OFF;\nCREATE TABLE new_parents (id INTEGER PRIMARY KEY, n INT);\n"
        "INSERT INTO new_parents SELECT id, n FROM parents;\nDROP TABLE parents;\n"
        "ALTER TABLE new_parents RENAME TO parents;\nPRAGMA foreign_keys=ON;\n"
    )
    rows = "INSERT INTO parents VALUES (1, 1);\nINSERT INTO children VALUES (1, 1);\n"
    printed = way_back(made, changed, "sqlite")
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.executescript(f"{made}{rows}{changed}{printed}")
        assert connection.execute("SELECT * FROM children").fetchall() == [(1, 1)]
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_on_sqlite_rows_find_their_former_names(way_back: _Print) -> None:
    made = (
        "CREATE TABLE people (id INTEGER PRIMARY KEY, mail TEXT CHECK (mail <> ''), x TEXT);\n"
        "CREATE TABLE posts (id INTEGER PRIMARY KEY, person INT REFERENCES people (id));\n"
        "CREATE TABLE notices (id INT, CONSTRAINT notices_key PRIMARY KEY (id));\n"
        "CREATE INDEX by_mail ON people (mail);\nCREATE TABLE notes (id INTEGER PRIMARY KEY);\n"
    )
    changed = (
        "ALTER TABLE people RENAME TO users;\nALTER TABLE users RENAME COLUMN mail TO email;\n"
        "CREATE TABLE new_users (id INTEGER PRIMARY KEY, email TEXT);\n"
        "INSERT INTO new_users SELECT id, email FROM users;\n"
        "DROP TABLE users;\nALTER TABLE new_users RENAME TO users;\n"
        "DROP TABLE notes;\nCREATE TABLE other (id INTEGER PRIMARY KEY);\n"
        "CREATE TABLE new_notices (id INT, CONSTRAINT key_of_notices PRIMARY KEY (id));\n"
        "DROP TABLE notices;\nALTER TABLE new_notices RENAME TO notices;\n"
        "ALTER TABLE posts RENAME COLUMN person TO user;\nALTER TABLE posts ADD COLUMN person TEXT;\n"
        "CREATE INDEX by_user ON posts (user);\n"
    )
    down = way_back(made, changed, "sqlite")
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(made)
        shape = "SELECT name, replace(sql, '\"', '') FROM sqlite_schema ORDER BY name"
        columns = "SELECT m.name, i.* FROM sqlite_schema m, pragma_table_info(m.name) i ORDER BY 1, 2"
        keys = "SELECT m.name, i.* FROM sqlite_schema m, pragma_foreign_key_list(m.name) i"
        before = [database.execute(query).fetchall() for query in (columns, keys)]
        database.execute("INSERT INTO people VALUES (1, 'a@b', 'y')")
        database.execute("INSERT INTO posts VALUES (1, 1)")
        database.executescript(changed)
        database.executescript(down)
        assert [database.execute(query).fetchall() for query in (columns, keys)] == before
        assert database.execute("SELECT * FROM people").fetchall() == [(1, "a@b", None)]
        assert database.execute("SELECT person FROM posts").fetchall() == [(1,)]
        shapes = dict(database.execute(shape))
        assert "CHECK (mail <> '')" in shapes["people"]
        assert "CONSTRAINT notices_key" in shapes["notices"]


@pytest.mark.parametrize("when", ["", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED"])
def test_what_is_checked_late_is_checked_late_again(way_back: _Print, when: str) -> None:
    key = f"ADD CONSTRAINT above FOREIGN KEY (parent) REFERENCES users (id){when}"
    unique = f"ADD CONSTRAINT once UNIQUE (parent){when}"
    made = f"CREATE TABLE users (id int PRIMARY KEY, parent int);\nALTER TABLE users {key}, {unique};\n"
    dropped = "ALTER TABLE users DROP CONSTRAINT above, DROP CONSTRAINT once;\n"
    lines = way_back(made, dropped).splitlines()
    assert sorted(lines) == [f"ALTER TABLE users {key};", f"ALTER TABLE users {unique};"]


def test_mysql_has_an_index_for_a_key_before_another_goes(way_back: _Print) -> None:
    made = (
        "CREATE TABLE users (id int PRIMARY KEY);\nCREATE TABLE posts (id int PRIMARY KEY, user_id int,\n"
        "  number int, CONSTRAINT by_user FOREIGN KEY (user_id) REFERENCES users (id));\n"
    )
    unique = "ALTER TABLE posts ADD CONSTRAINT one UNIQUE (user_id, number);\n"
    assert way_back(made, unique, "mysql") == (
        "CREATE INDEX by_user ON posts (user_id);\nALTER TABLE posts DROP INDEX one;\n"
    )


def test_mysql_numbers_a_column_with_its_key(way_back: _Print) -> None:
    made = "CREATE TABLE users (id int AUTO_INCREMENT PRIMARY KEY, name int NOT NULL);\n"
    other = "ALTER TABLE users DROP COLUMN id, ADD PRIMARY KEY (name);\n"
    assert way_back(made, other, "mysql").endswith(
        "ALTER TABLE users DROP PRIMARY KEY;\n"
        "ALTER TABLE users ADD COLUMN id int NOT NULL AUTO_INCREMENT, ADD PRIMARY KEY (id);\n"
    )


def test_mysql_tables_keep_their_character_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = (
        "CREATE TABLE users (id int PRIMARY KEY) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4\n"
        "  COLLATE=utf8mb4_bin COMMENT='CHARSET';\n"
    )
    converted = "ALTER TABLE users CONVERT TO CHARACTER SET latin1 COLLATE latin1_bin;\n"
    _project(
        tmp_path, {"db/1_a.up.sql": made, "db/2_b.up.sql": converted, "db/3_c.up.sql": "DROP TABLE users;"}
    )
    assert main(["rollback", "--dialect", "mysql", str(tmp_path / "db/3_c.up.sql")]) == 0
    assert ") CHARACTER SET latin1 COLLATE latin1_bin;\n" in capsys.readouterr().out
    assert main(["rollback", "--dialect", "mysql", str(tmp_path / "db/2_b.up.sql")]) == 0
    back = "ALTER TABLE users CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;\n"
    assert capsys.readouterr().out == back
    (tmp_path / "db/1_a.up.sql").write_text("CREATE TABLE users (id int PRIMARY KEY);\n")
    assert main(["rollback", "--dialect", "mysql", str(tmp_path / "db/2_b.up.sql")]) == 2
    assert "the character set of users is not known" in capsys.readouterr().err


def test_mysql_columns_have_their_collation_back(way_back: _Print) -> None:
    made = "CREATE TABLE users (name varchar(9) COLLATE utf8mb4_bin);\n"
    other = "ALTER TABLE users MODIFY name varchar(9) COLLATE latin1_bin;\n"
    assert way_back(made, other, "mysql") == (
        "ALTER TABLE users MODIFY COLUMN name varchar(9) COLLATE utf8mb4_bin;\n"
    )


def test_an_index_of_mysqls_own_has_its_name_back(way_back: _Print) -> None:
    made = (
        "CREATE TABLE users (id int PRIMARY KEY);\nCREATE TABLE posts (id int PRIMARY KEY, author int,\n"
        "  FOREIGN KEY (author) REFERENCES users (id));\n"
    )
    other = "CREATE INDEX by_author ON posts (author);\n"
    printed = way_back(made, other, "mysql")
    assert printed == "CREATE INDEX author ON posts (author);\nDROP INDEX by_author ON posts;\n"


def test_a_column_that_was_filled_before_it_went(way_back: _Print) -> None:
    made = "CREATE TABLE users (id int PRIMARY KEY, url text);\n"
    other = "ALTER TABLE users ALTER COLUMN url SET NOT NULL;\nALTER TABLE users DROP COLUMN url;\n"
    printed = way_back(made, other)
    assert "ALTER TABLE users ADD COLUMN url text;\n" in printed
    assert "this fails if" not in printed


def test_partitions_lose_their_indexes_with_their_table(way_back: _Print) -> None:
    made = (
        "CREATE TABLE log (id int NOT NULL, day int NOT NULL) PARTITION BY RANGE (day);\n"
        "CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM (1) TO (2);\n"
    )
    other = (
        "CREATE INDEX one ON log_1 (id);\nCREATE INDEX two ON log_1 (day);\nCREATE INDEX all_ ON log (id);\n"
    )
    assert way_back(made, other) == "DROP INDEX all_;\nDROP INDEX two;\nDROP INDEX IF EXISTS one;\n"


def test_a_serial_column_is_one_again(way_back: _Print) -> None:
    made = "CREATE TABLE log (id int PRIMARY KEY, number smallserial);\n"
    other = "ALTER TABLE log ALTER COLUMN number TYPE bigint;\n"
    assert way_back(made, other) == (
        "CREATE SEQUENCE IF NOT EXISTS log_number_seq OWNED BY log.number;\n"
        "ALTER TABLE log ALTER COLUMN number DROP DEFAULT;\n"
        "ALTER TABLE log ALTER COLUMN number TYPE smallint USING number::text::smallint;\n"
        "ALTER TABLE log ALTER COLUMN number SET DEFAULT nextval('log_number_seq');\n"
    )


@pytest.mark.parametrize("verb", ["INSERT INTO users VALUES ('x')", "UPDATE users SET mood = 'x'"])
def test_rows_of_its_own_may_have_a_new_label(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], verb: str
) -> None:
    made = "CREATE TYPE mood AS ENUM ('a');\nCREATE TABLE users (mood mood);\nCREATE TABLE posts (id int);\n"
    added = "ALTER TYPE mood ADD VALUE 'x';\n"
    _project(tmp_path, {"db/1_a.up.sql": made, "db/2_b.up.sql": f"{added}{verb};\n"})
    assert main(["rollback", "--dialect", "postgresql", str(tmp_path / "db/2_b.up.sql")]) == 2
    assert "rows that it makes may have a new label in users.mood" in capsys.readouterr().err
    (tmp_path / "db/2_b.up.sql").write_text(f"{added}INSERT INTO posts VALUES (1);\n")
    assert main(["rollback", "--dialect", "postgresql", str(tmp_path / "db/2_b.up.sql")]) == 0


def test_on_sqlite_rows_may_have_no_way_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    anew = (
        "CREATE TABLE new_users (user_id int, user_email text);\n"
        "INSERT INTO new_users SELECT id, email FROM users;\n"
        "DROP TABLE users;\nALTER TABLE new_users RENAME TO users;\n"
    )
    _project(tmp_path, {"db/1_a.up.sql": _MADE, "db/2_b.up.sql": anew})
    assert main(["rollback", "--dialect", "sqlite", str(tmp_path / "db/2_b.up.sql")]) == 2
    assert "no column of users has the name that it had" in capsys.readouterr().err


def test_what_was_not_valid_is_not_valid_again(way_back: _Print) -> None:
    key = "ADD CONSTRAINT above FOREIGN KEY (parent) REFERENCES users (id) NOT VALID"
    check = "ADD CONSTRAINT high CHECK (id > 0) NOT VALID"
    made = f"CREATE TABLE users (id int PRIMARY KEY, parent int);\nALTER TABLE users {key}, {check};\n"
    valid = "ALTER TABLE users VALIDATE CONSTRAINT above, VALIDATE CONSTRAINT high;\n"
    assert way_back(made, valid) == (
        f"ALTER TABLE users DROP CONSTRAINT high;\nALTER TABLE users {check};\n"
        f"ALTER TABLE users DROP CONSTRAINT above;\nALTER TABLE users {key};\n"
    )


@pytest.mark.parametrize(("dropped", "status"), [("", 2), ("DROP TRIGGER noted ON users;\n", 0)])
def test_triggers_may_forbid_another_type(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], dropped: str, status: int
) -> None:
    made = (
        "CREATE TABLE users (id int PRIMARY KEY);\n"
        "CREATE TRIGGER noted AFTER UPDATE OF id ON users FOR EACH ROW EXECUTE FUNCTION note();\n"
    )
    changed = "ALTER TABLE users ALTER COLUMN id TYPE bigint;\n"
    _project(tmp_path, {"db/1_a.up.sql": made + dropped, "db/2_b.up.sql": changed})
    assert main(["rollback", "--dialect", "postgresql", str(tmp_path / "db/2_b.up.sql")]) == status
    refused = "a trigger may rest on the type of users.id" in capsys.readouterr().err
    assert refused == (status == 2)


def test_sqlite_takes_any_words_for_a_type(way_back: _Print) -> None:
    made = "CREATE TABLE users (id int, PRIMARY KEY (id));\nALTER TABLE users ADD COLUMN a TEXT AFTER id;\n"
    made += "ALTER TABLE users ADD COLUMN b varchar[10];\n"
    other = "ALTER TABLE users DROP COLUMN a;\nALTER TABLE users DROP COLUMN b;\n"
    printed = way_back(made, other, "sqlite")
    assert "ALTER TABLE users ADD COLUMN a text after id;\n" in printed
    assert "ALTER TABLE users ADD COLUMN b varchar[10];\n" in printed


def test_a_string_that_allows_escapes_is_a_string(way_back: _Print) -> None:
    made = "CREATE TABLE users (id int PRIMARY KEY, kind text DEFAULT E'none');\n"
    other = "ALTER TABLE users ALTER COLUMN kind SET DEFAULT E'some';\n"
    assert way_back(made, other) == "ALTER TABLE users ALTER COLUMN kind SET DEFAULT E'none';\n"


def test_a_type_keeps_its_quotes_while_it_has_another_name(way_back: _Print) -> None:
    made = 'CREATE TYPE "Kind" AS ENUM (\'a\');\nCREATE TABLE users (id int PRIMARY KEY, kind "Kind");\n'
    anew = (
        'ALTER TYPE "Kind" RENAME TO "OldKind";\nCREATE TYPE "NewKind" AS ENUM (\'a\', \'b\');\n'
        'ALTER TABLE users ALTER COLUMN kind TYPE "NewKind" USING kind::text::"NewKind";\n'
        'DROP TYPE "OldKind";\n'
    )
    printed = way_back(made, anew)
    assert 'TYPE "OldKind" USING kind::text::"OldKind"' in printed


_ROLES = (
    "CREATE TYPE role AS ENUM ('user', 'admin');\n"
    "CREATE TABLE users (id int PRIMARY KEY, role role NOT NULL DEFAULT 'user', roles role[],\n"
    "    CONSTRAINT known CHECK (role <> 'admin'));\n"
    "CREATE INDEX by_role ON users (role);\nCREATE INDEX admins ON users (id) WHERE role = 'admin';\n"
)


def test_labels_are_taken_out_of_a_type(way_back: _Print) -> None:
    added = "ALTER TYPE role ADD VALUE 'owner' BEFORE 'admin';\nALTER TYPE role ADD VALUE 'guest';\n"
    assert way_back(_ROLES, added) == (
        "-- this fails if a row has 'owner', 'guest' of the type role\n"
        "ALTER TYPE role RENAME TO role_old;\nCREATE TYPE role AS ENUM ('user', 'admin');\n"
        "DROP INDEX admins;\nALTER TABLE users DROP CONSTRAINT known;\n"
        "ALTER TABLE users ALTER COLUMN role DROP DEFAULT;\n"
        "ALTER TABLE users ALTER COLUMN role TYPE role USING role::text::role;\n"
        "ALTER TABLE users ALTER COLUMN role SET DEFAULT 'user';\n"
        "ALTER TABLE users ALTER COLUMN roles TYPE role[] USING roles::text::role[];\n"
        "ALTER TABLE users ADD CONSTRAINT known CHECK (role <> 'admin');\n"
        "CREATE INDEX admins ON users (id) WHERE role = 'admin';\nDROP TYPE role_old;\n"
    )


def test_labels_come_back_in_their_places(way_back: _Print) -> None:
    anew = (
        "ALTER TYPE role RENAME TO roles;\nCREATE TYPE role AS ENUM ('admin');\n"
        "DROP INDEX admins;\nALTER TABLE users DROP COLUMN role, DROP COLUMN roles;\nDROP TYPE roles;\n"
    )
    printed = way_back(_ROLES, anew)
    assert "CREATE TYPE roles AS ENUM ('user', 'admin');" in printed


def test_a_label_has_its_new_name_in_defaults(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    named = "ALTER TYPE role RENAME VALUE 'user' TO 'member';\nALTER TYPE role RENAME VALUE 'admin' TO 'a';\n"
    dropped = "ALTER TABLE users ALTER COLUMN role DROP DEFAULT;\nDROP INDEX admins;\n"
    files = {"db/1_a.up.sql": _ROLES, "db/2_b.up.sql": named, "db/3_c.up.sql": dropped}
    _project(tmp_path, files)
    assert main(["rollback", str(tmp_path / "db/3_c.up.sql")]) == 0
    assert capsys.readouterr().out == (
        "CREATE INDEX admins ON users (id) WHERE role = 'a';\n"
        "ALTER TABLE users ALTER COLUMN role SET DEFAULT 'member';\n"
    )


@pytest.mark.parametrize(
    ("besides", "reason"),
    [
        ("CREATE VIEW admins_only AS SELECT id FROM users;\n", "the view admins_only may rest on"),
        (
            "ALTER TABLE users ADD COLUMN is_admin bool GENERATED ALWAYS AS (role = 'admin') STORED;\n",
            "the column users.is_admin is generated from it",
        ),
    ],
)
def test_refuses_to_change_what_something_rests_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], besides: str, reason: str
) -> None:
    added = "ALTER TYPE role ADD VALUE 'guest';\n"
    _project(tmp_path, {"db/1_a.up.sql": _ROLES + besides, "db/2_b.up.sql": added})
    assert main(["rollback", str(tmp_path / "db/2_b.up.sql")]) == 2
    assert reason in capsys.readouterr().err


@pytest.mark.parametrize("change", ["ALTER TYPE mood ADD VALUE 'x';\n", "DROP TYPE mood;\n"])
def test_a_type_that_no_migration_made_is_not_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: str
) -> None:
    _project(tmp_path, {"db/1_a.up.sql": _MADE, "db/2_b.up.sql": change})
    assert main(["rollback", "--dialect", "postgresql", str(tmp_path / "db/2_b.up.sql")]) == 2
    assert "the definition of the type mood is not known" in capsys.readouterr().err


def test_comments_are_no_statements(way_back: _Print) -> None:
    remark = "-- create event rows later; see the old create trigger\n/* drop function */"
    assert way_back(_MADE, f"{remark}\n{_DROPPED}").endswith(_BACK)


def test_schemas_go_and_come_back(way_back: _Print) -> None:
    made = "CREATE SCHEMA a;\nCREATE TABLE a.users (id int);\n"
    other = "DROP TABLE a.users;\nDROP SCHEMA a;\nCREATE SCHEMA b;\nCREATE SCHEMA IF NOT EXISTS c;\n"
    assert way_back(made, other) == (
        "-- the rows of a.users are gone\n"
        "CREATE SCHEMA a;\nCREATE TABLE a.users (\n    id int\n);\nDROP SCHEMA b;\n"
    )


def test_without_a_repository_the_working_directory_is_the_project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _project(tmp_path, {"migrations/1_a/up.sql": _MADE, "migrations/2_b/up.sql": _DROPPED})
    (tmp_path / "pyproject.toml").unlink()
    monkeypatch.chdir(tmp_path)
    assert main(["rollback", "migrations/2_b/up.sql"]) == 0
    assert capsys.readouterr().out.endswith(_BACK)


@pytest.mark.parametrize(
    ("up", "down"),
    [
        ("db/1_a.up.sql", "db/1_a.down.sql"),
        ("migrations/2024-01-01-000000_a/up.sql", "migrations/2024-01-01-000000_a/down.sql"),
        ("prisma/migrations/1_a/migration.sql", "prisma/migrations/1_a/down.sql"),
    ],
)
def test_writes_a_file_beside(tmp_path: Path, up: str, down: str) -> None:
    lock = {"prisma/migrations/migration_lock.toml": 'provider = "postgresql"\n'} if "prisma" in up else {}
    _project(tmp_path, {up: _MADE, **lock})
    assert main(["rollback", "--write", str(tmp_path / up)]) == 0
    assert (tmp_path / down).read_text().endswith("DROP TABLE users;\n")
    assert main(["check", "--select", "rollback", str(tmp_path)]) == 0


@pytest.mark.parametrize(
    ("marks", "ending"),
    [
        (("-- +goose Up", "-- +goose Down"), "\n"),
        (("-- migrate:up", "-- migrate:down"), "\n"),
        (("-- +migrate Up", "-- +migrate Down"), "\r\n"),
    ],
)
@pytest.mark.parametrize("section", [True, False])
def test_fills_the_section(tmp_path: Path, marks: tuple[str, str], ending: str, section: bool) -> None:
    up, down = marks
    text = f"{up}\n{_MADE}" + (f"{down}\n" if section else "")
    _project(tmp_path, {"db/20240101000000_a.sql": text.replace("\n", ending)})
    path = tmp_path / "db/20240101000000_a.sql"
    assert main(["rollback", "--write", str(path)]) == 0
    written = path.read_bytes().decode()
    assert written.count(down) == 1
    assert written.count(ending) == written.count("\n")
    assert written.startswith(text.replace("\n", ending).rstrip())
    assert main(["check", "--select", "rollback", str(tmp_path)]) == 0
    assert main(["rollback", "--write", str(path)]) == 2  # there is one already


@pytest.mark.parametrize("line", ["--+GOOSE  down", "-- +goose Down\n-- nothing", "--   +Goose DOWN  "])
def test_finds_the_section_however_it_is_marked(tmp_path: Path, line: str) -> None:
    text = f"-- +goose Up\n-- İstanbul is longer in lower case; goose Down\n{_MADE}{line}\n"
    _project(tmp_path, {"db/00001_a.sql": text})
    path = tmp_path / "db/00001_a.sql"
    assert main(["rollback", "--write", str(path)]) == 0
    before = text.removesuffix(f"{line}\n")
    assert path.read_text().startswith(before + line.partition("\n")[0] + "\n")
    assert path.read_text().lower().count("+goose") == 2
    assert main(["check", "--select", "rollback", str(tmp_path)]) == 0


def test_a_folder_of_one_migration_stands_for_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _project(tmp_path, {"db/1_a/up.sql": _MADE, "db/2_b/up.sql": _DROPPED, "db/2_b/down.sql": ""})
    assert main(["rollback", str(tmp_path / "db/2_b")]) == 0
    _project(tmp_path, {"other/1_a.up.sql": _MADE, "other/2_b.up.sql": _DROPPED})
    capsys.readouterr()
    assert main(["rollback", str(tmp_path / "other")]) == 2
    assert "other holds 2 migrations: it is not clear which one is meant" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("empty", "filled"),
    [
        ("", "{0}"),
        ("-- nothing", "-- nothing\n{0}"),
        ("-- nothing\r\n", "-- nothing\r\n{0}"),
        ("BEGIN;\n\n-- XXX Add DDLs here.\n\nCOMMIT;\n", "BEGIN;\n\n-- XXX Add DDLs here.\n\n{0}COMMIT;\n"),
    ],
)
@pytest.mark.parametrize("folders", [("1_a.up", "2_b.up", "2_b.down"), ("1_a/up", "2_b/up", "2_b/down")])
def test_fills_a_file_that_does_nothing(
    tmp_path: Path, empty: str, filled: str, folders: tuple[str, str, str]
) -> None:
    first, second, down = (f"migrations/{name}.sql" for name in folders)
    before = first.replace("up.sql", "down.sql")
    _project(tmp_path, {first: _MADE, before: "DROP TABLE users;\n", second: _DROPPED, down: empty})
    assert main(["rollback", "--write", str(tmp_path / second)]) == 0
    lines = f"-- the values of users.email are gone\n{_FAILS}{_BACK}"
    if "\r\n" in empty:
        lines = lines.replace("\n", "\r\n")
    assert (tmp_path / down).read_bytes().decode() == filled.format(lines)


@pytest.mark.parametrize("said", ["", "SELECT 'down SQL query';\n"])
def test_what_goose_puts_into_a_section_gives_way(tmp_path: Path, said: str) -> None:
    nothing = f"-- +goose StatementBegin\n{said}-- +goose StatementEnd\n"
    files = {
        "db/1_a.sql": f"-- +goose Up\n{_MADE}-- +goose Down\nDROP TABLE users;\n",
        "db/2_b.sql": f"-- +goose Up\n{_DROPPED}\n-- +goose Down\n{nothing}",
    }
    _project(tmp_path, files)
    assert main(["rollback", "--write", str(tmp_path / "db/2_b.sql")]) == 0
    lines = f"-- the values of users.email are gone\n{_FAILS}{_BACK}"
    assert (tmp_path / "db/2_b.sql").read_text() == files["db/2_b.sql"].replace(nothing, lines)


def test_refuses_with_a_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    unread = "DO $$ BEGIN EXECUTE format('CREATE TABLE %I (id int)', current_user); END $$;\n"
    _project(tmp_path, {"db/1_a.up.sql": unread, "db/2_b.up.sql": "CREATE VIEW v AS SELECT 1 AS one;\n"})
    assert main(["rollback", str(tmp_path / "db/1_a.up.sql")]) == 2
    assert "1_a has no way back that is known" in capsys.readouterr().err
    assert main(["rollback", str(tmp_path / "pyproject.toml")]) == 2


def test_refuses_a_type_that_is_not_known(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    revision = (
        "from alembic import op\nimport sqlalchemy as sa\nfrom other import Kind\n\n"
        "revision = '{0}'\ndown_revision = {1}\n\n\ndef upgrade():\n    {2}\n"
    )
    made = "op.create_table('users', sa.Column('id', sa.Integer), sa.Column('kind', Kind()))"
    files = {
        "migrations/versions/a1.py": revision.format("a1", None, made),
        "migrations/versions/a2.py": revision.format("a2", "'a1'", "op.drop_column('users', 'kind')"),
    }
    _project(tmp_path, files)
    assert main(["rollback", str(tmp_path / "migrations/versions/a2.py")]) == 2
    assert "the type of column kind is not known" in capsys.readouterr().err


_LOST = """
revision = 'a2'
down_revision = 'a1'


def upgrade():
    op.drop_column('users', 'email')
"""
_MODEL = """
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [{dependencies}]
    operations = [migrations.RunSQL({sql!r})]
"""


@pytest.mark.parametrize(
    ("files", "path", "before"),
    [
        (
            {"prisma/migrations/1_a/migration.sql": _MADE, "prisma/migrations/2_b/migration.sql": _DROPPED},
            "prisma/migrations/2_b/migration.sql",
            "-- ",
        ),
        (
            {
                "versions/a1.py": "from alembic import op\nimport sqlalchemy as sa\nrevision = 'a1'\n"
                "down_revision = None\n\ndef upgrade():\n"
                "    op.create_table('users', sa.Column('id', sa.Integer, primary_key=True),\n"
                "        sa.Column('email', sa.Text, nullable=False))\n",
                "versions/a2.py": f"from alembic import op\n{_LOST}",
            },
            "versions/a2.py",
            "    # ",
        ),
        (
            {
                "shop/__init__.py": "",
                "shop/migrations/__init__.py": "",
                "shop/migrations/0001_a.py": _MODEL.format(dependencies="", sql=_MADE),
                "shop/migrations/0002_b.py": _MODEL.format(dependencies="('shop', '0001_a')", sql=_DROPPED),
            },
            "shop/migrations/0002_b.py",
            "-- ",
        ),
    ],
)
def test_says_what_fails_on_a_table_with_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], files: dict[str, str], path: str, before: str
) -> None:
    lock = {"prisma/migrations/migration_lock.toml": 'provider = "postgresql"\n'} if "prisma" in path else {}
    _project(tmp_path, {**files, **lock})
    assert main(["rollback", str(tmp_path / path)]) == 0
    assert f"{before}{_FAILS.removeprefix('-- ')}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "column",
    [
        "email text",
        "email text NOT NULL DEFAULT ''",
        "number serial",
        "number int GENERATED ALWAYS AS IDENTITY",
    ],
)
def test_says_nothing_of_a_column_that_gets_a_value(way_back: _Print, column: str) -> None:
    made = f"CREATE TABLE users (id int PRIMARY KEY, {column});\n"
    dropped = f"ALTER TABLE users DROP COLUMN {column.split(maxsplit=1)[0]};\n"
    printed = way_back(made, dropped)
    assert "fails" not in printed


def test_diff_lists_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schema = (
        'datasource db {\n  provider = "postgresql"\n}\n\n'
        "model User {\n  id Int @id\n  email String\n\n  @@index([email])\n}\n"
    )
    made = 'CREATE TABLE "User" ("id" INTEGER NOT NULL, CONSTRAINT "User_pkey" PRIMARY KEY ("id"));\n'
    files = {
        "prisma/schema.prisma": schema,
        "prisma/migrations/migration_lock.toml": 'provider = "postgresql"\n',
        "prisma/migrations/1_a/migration.sql": made,
    }
    _project(tmp_path, files)
    assert main(["diff", str(tmp_path)]) == 1
    assert capsys.readouterr().out.splitlines()[1:] == [
        "  + column User.email: text NOT NULL",
        "  + index User_email_idx of User: (email)",
    ]
    assert main(["diff", "--format", "sql", str(tmp_path)]) == 1
    statements = capsys.readouterr().out.partition("\n")[2]
    assert statements.splitlines() == [
        'ALTER TABLE "User" ADD COLUMN email text NOT NULL;',
        'CREATE INDEX "User_email_idx" ON "User" (email);',
    ]
    (tmp_path / "prisma/migrations/2_b").mkdir()
    (tmp_path / "prisma/migrations/2_b/migration.sql").write_text(statements)
    assert main(["diff", str(tmp_path)]) == 0


def test_leaves_bytes_as_they_are(tmp_path: Path) -> None:
    text = f"-- +goose Up\n{_MADE}".encode()
    _project(tmp_path, {})
    path = tmp_path / "00001_a.sql"
    path.write_bytes(b"\xef\xbb\xbf" + text)
    path.chmod(0o640)
    assert main(["rollback", "--write", str(path)]) == 0
    assert path.read_bytes().startswith(b"\xef\xbb\xbf" + text)
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(tmp_path.iterdir()) == [path, tmp_path / "pyproject.toml"]


def test_touches_nothing_that_is_not_utf8(tmp_path: Path) -> None:
    _project(tmp_path, {})
    path = tmp_path / "00001_a.sql"
    path.write_bytes(b"-- +goose Up\n-- \xff\nCREATE TABLE a (id int);\n")
    before = path.read_bytes()
    assert main(["rollback", "--write", str(path)]) == 2
    assert path.read_bytes() == before


_WITH_VIEWS = (
    "CREATE TABLE items (id int PRIMARY KEY, user_id int, label text);\n"
    "CREATE VIEW labels AS SELECT i.id, lower(i.label) AS label FROM items i WHERE i.label <> '';\n"
    "CREATE VIEW many AS SELECT * FROM labels;\n"
)


def test_views_come_back_as_they_were(way_back: _Print) -> None:
    changed = (
        "DROP VIEW many;\nDROP VIEW labels;\n"
        "ALTER TABLE items ADD COLUMN price int;\nALTER TABLE items DROP COLUMN user_id;\n"
        "CREATE VIEW labels AS SELECT id, price FROM items;\n"
    )
    assert way_back(_WITH_VIEWS, changed) == (
        "-- the values of items.price go with it\n-- the values of items.user_id are gone\n"
        "DROP VIEW labels;\n"
        "ALTER TABLE items ADD COLUMN user_id int;\nALTER TABLE items DROP COLUMN price;\n"
        "CREATE VIEW labels AS SELECT i.id, lower(i.label) AS label FROM items i WHERE i.label <> '';\n"
        "CREATE VIEW many AS SELECT * FROM labels;\n"
    )


def test_a_view_of_a_renamed_table_is_not_known_any_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {
        "db/1_a.up.sql": _WITH_VIEWS,
        "db/2_b.up.sql": "ALTER TABLE items RENAME TO things;\n",
        "db/3_c.up.sql": "DROP VIEW many;\nDROP VIEW labels;\n",
    }
    _project(tmp_path, files)
    assert main(["rollback", str(tmp_path / "db/2_b.up.sql")]) == 0
    assert capsys.readouterr().out == "ALTER TABLE things RENAME TO items;\n"
    assert main(["rollback", str(tmp_path / "db/3_c.up.sql")]) == 2
    assert "the definition of the view labels is not known" in capsys.readouterr().err


_ANEW = (
    "CREATE TABLE new_items (id int PRIMARY KEY, label text NOT NULL);\n"
    "DROP TABLE items;\nALTER TABLE new_items RENAME TO items;\n"
)


@pytest.mark.parametrize(
    "changed",
    [
        f"DROP VIEW many;\nDROP VIEW labels;\n{_ANEW}CREATE VIEW labels AS SELECT label FROM items;\n",
        f"PRAGMA legacy_alter_table = ON;\n{_ANEW}PRAGMA legacy_alter_table = OFF;\n",
        "ALTER TABLE items ADD COLUMN more text;\nCREATE VIEW more AS SELECT more FROM items;\n",
    ],
)
def test_on_sqlite_views_are_in_nobodys_way(way_back: _Print, changed: str) -> None:
    back = way_back(_WITH_VIEWS, changed, "sqlite")
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(_WITH_VIEWS)
        views = "SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name"
        columns = "SELECT name, type, [notnull], pk FROM pragma_table_info('items') ORDER BY name"
        before = database.execute(views).fetchall(), database.execute(columns).fetchall()
        database.executescript(f"{changed}{back}SELECT * FROM many;")
        assert (database.execute(views).fetchall(), database.execute(columns).fetchall()) == before


def test_a_table_called_like_a_view_that_is_gone(way_back: _Print) -> None:
    changed = (
        "DROP VIEW many;\nDROP VIEW labels;\nCREATE TABLE labels (id int PRIMARY KEY);\n"
        "CREATE VIEW many AS SELECT id FROM labels;\n"
    )
    assert way_back(_WITH_VIEWS, changed) == (
        "-- the rows of labels go with it\nDROP VIEW many;\nDROP TABLE labels;\n"
        "CREATE VIEW labels AS SELECT i.id, lower(i.label) AS label FROM items i WHERE i.label <> '';\n"
        "CREATE VIEW many AS SELECT * FROM labels;\n"
    )


def test_a_view_that_something_unknown_may_have_made_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unknown = "DO $$ BEGIN EXECUTE (SELECT statement FROM statements); END $$;\n"
    files = {"db/1_a.up.sql": _WITH_VIEWS, "db/2_b.up.sql": unknown, "db/3_c.up.sql": "DROP VIEW many;\n"}
    _project(tmp_path, files)
    assert main(["rollback", str(tmp_path / "db/3_c.up.sql")]) == 2
    assert "the definition of the view many is not known" in capsys.readouterr().err


def test_on_sqlite_a_default_in_the_wrong_quotes_is_no_expression(way_back: _Print) -> None:
    made = 'CREATE TABLE users (id int, settings text NOT NULL DEFAULT "{}");\n'
    printed = way_back(made, "ALTER TABLE users DROP COLUMN settings;\n", "sqlite")
    assert 'ADD COLUMN settings text NOT NULL DEFAULT "{}";' in printed


def test_on_sqlite_the_name_of_an_index_moves_to_another_table(way_back: _Print) -> None:
    made = (
        "CREATE TABLE data (id int);\nCREATE TABLE types (id int);\nCREATE INDEX by_id ON data (id);\n"
        "CREATE INDEX by_data ON types (id);\n"
    )
    changed = (
        "DROP INDEX by_id;\nCREATE INDEX by_id ON types (id);\n"
        "ALTER TABLE data RENAME TO old;\nCREATE TABLE data (id int NOT NULL);\n"
        "INSERT INTO data SELECT id FROM old;\nDROP TABLE old;\n"
    )
    back = way_back(made, changed, "sqlite")
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(made + changed + back)
        indexes = "SELECT name, tbl_name FROM sqlite_schema WHERE type = 'index' ORDER BY name"
        assert database.execute(indexes).fetchall() == [("by_data", "types"), ("by_id", "data")]


@pytest.mark.parametrize("words", ["ALTER VIEW", "ALTER ALGORITHM = MERGE SQL SECURITY INVOKER VIEW"])
def test_mysql_makes_a_view_anew_by_altering_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: str
) -> None:
    changed = f"{words} labels AS SELECT id, user_id FROM items;\n"
    files = {"db/1_a.up.sql": _WITH_VIEWS, "db/2_b.up.sql": changed, "db/3_c.up.sql": "DROP VIEW labels;\n"}
    _project(tmp_path, files)
    assert main(["rollback", "--dialect", "mysql", str(tmp_path / "db/3_c.up.sql")]) == 0
    assert "CREATE VIEW labels AS SELECT id, user_id FROM items;" in capsys.readouterr().out
    assert main(["rollback", "--dialect", "mysql", str(tmp_path / "db/2_b.up.sql")]) == 0
    assert "CREATE VIEW labels AS SELECT i.id, lower(i.label) AS label" in capsys.readouterr().out


_PARTED = (
    "CREATE TABLE m (id int NOT NULL, d date NOT NULL) PARTITION BY RANGE (d);\n"
    "CREATE TABLE m1 PARTITION OF m FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');\n"
    "CREATE TABLE m2 (id int NOT NULL, d date NOT NULL);\n"
    "CREATE TABLE m3 PARTITION OF m (id DEFAULT 3, CONSTRAINT above CHECK (id > 0)) DEFAULT;\n"
    "CREATE INDEX own ON m1 (id);\nCREATE INDEX m_d ON m (d);\nCREATE SERVER s FOREIGN DATA WRAPPER w;\n"
    "CREATE FOREIGN TABLE f (id int) SERVER s;\nCREATE TABLE t (id int);\n"
)


@pytest.mark.parametrize(
    ("up", "down"),
    [
        (
            "ALTER TABLE m DETACH PARTITION m1;",
            "ALTER TABLE m ATTACH PARTITION m1 FOR VALUES FROM('2020-01-01') TO('2021-01-01');\n",
        ),
        (
            "ALTER TABLE m ATTACH PARTITION m2 DEFAULT;",
            "ALTER TABLE m DETACH PARTITION m2;\nDROP INDEX m2_d_idx;\n",
        ),
        (
            "CREATE TABLE x (k int) PARTITION BY HASH (k);",
            "-- the rows of x go with it\nDROP TABLE x;\n",
        ),
        (
            "DROP TABLE m1;",
            (
                "-- the rows of m1 are gone\n"
                "CREATE TABLE m1 PARTITION OF m FOR VALUES FROM('2020-01-01') TO('2021-01-01');\n"
                "CREATE INDEX own ON m1 (id);\n"
            ),
        ),
        (
            "DROP TABLE m3;",
            (
                "-- the rows of m3 are gone\nCREATE TABLE m3 PARTITION OF m DEFAULT;\n"
                "ALTER TABLE m3 ALTER COLUMN id SET DEFAULT 3;\n"
                "ALTER TABLE m3 ADD CONSTRAINT above CHECK (id > 0);\n"
            ),
        ),
        ("CREATE FOREIGN TABLE g (id int) SERVER s;", "-- the rows of g go with it\nDROP FOREIGN TABLE g;\n"),
        (
            'CREATE SEQUENCE "A" OWNED BY t.id; CREATE SEQUENCE IF NOT EXISTS b;',
            'DROP SEQUENCE IF EXISTS b;\nDROP SEQUENCE IF EXISTS "A";\n',
        ),
    ],
)
def test_partitions_foreign_tables_and_sequences(way_back: _Print, up: str, down: str) -> None:
    assert way_back(_PARTED, up) == down


_FAMILY = (
    "CREATE TABLE base (id int PRIMARY KEY, n int, CONSTRAINT plus CHECK (n > 0));\n"
    "CREATE TABLE child (extra text) INHERITS (base);\nCREATE TABLE late (id int NOT NULL, n int);\n"
    "ALTER TABLE late ADD CONSTRAINT plus CHECK (n > 0);\n"
)


@pytest.mark.parametrize(
    ("up", "down"),
    [
        ("ALTER TABLE late INHERIT base;", "ALTER TABLE late NO INHERIT base;\n"),
        ("ALTER TABLE child NO INHERIT base;", "ALTER TABLE child INHERIT base;\n"),
        (
            "ALTER TABLE base ADD COLUMN x int CHECK (x > 1);",
            (
                "-- the values of base.x go with it\nALTER TABLE base DROP CONSTRAINT base_x_check;\n"
                "ALTER TABLE base DROP COLUMN x;\n"
            ),
        ),
        (
            "ALTER TABLE base DROP COLUMN n;",
            (
                "-- the values of base.n are gone\nALTER TABLE base ADD COLUMN n int;\n"
                "ALTER TABLE base ADD CONSTRAINT plus CHECK (n > 0);\n"
            ),
        ),
        (
            "DROP TABLE base CASCADE;",
            (
                "-- the rows of base are gone\n-- the rows of child are gone\n"
                "CREATE TABLE base (\n    id int NOT NULL,\n    n int,\n"
                "    CONSTRAINT base_pkey PRIMARY KEY (id),\n    CONSTRAINT plus CHECK (n > 0)\n);\n"
                "CREATE TABLE child (\n    extra text\n) INHERITS (base);\n"
            ),
        ),
    ],
)
def test_tables_that_inherit(way_back: _Print, up: str, down: str) -> None:
    assert way_back(_FAMILY, up) == down


@pytest.mark.parametrize(
    ("up", "dialect", "what"),
    [
        ("DROP SEQUENCE s;", "postgresql", "DROP SEQUENCE"),
        ("ALTER SEQUENCE s RENAME TO r;", "postgresql", "ALTER SEQUENCE S RENAME"),
        ("ALTER DOMAIN d DROP CONSTRAINT d_check;", "postgresql", "ALTER DOMAIN"),
        ("CREATE PUBLICATION p;", "postgresql", "CREATE PUBLICATION"),
        ("ALTER INDEX own SET (fillfactor = 70);", "postgresql", "ALTER INDEX OWN SET"),
        ("ALTER TABLE t DROP PARTITION p0;", "mysql", "ALTER TABLE T DROP PARTITION"),
    ],
)
def test_refuses_what_is_in_no_catalog(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], up: str, dialect: str, what: str
) -> None:
    made = "CREATE TABLE t (id int);\n" if dialect == "mysql" else _PARTED
    _project(tmp_path, {"db/1_a.up.sql": made, "db/2_b.up.sql": up})
    assert main(["rollback", "--dialect", dialect, str(tmp_path / "db/2_b.up.sql")]) == 2
    assert f"{what} is not followed here" in capsys.readouterr().err


def test_mysql_drops_a_numbered_column_with_its_key(way_back: _Print) -> None:
    up = "ALTER TABLE t ADD COLUMN k bigint NOT NULL AUTO_INCREMENT PRIMARY KEY FIRST;"
    out = way_back("CREATE TABLE t (id int);\n", up, "mysql")
    assert out == "-- the values of t.k go with it\nALTER TABLE t DROP COLUMN k;\n"


def test_a_mysql_table_in_parts_is_not_made_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = "CREATE TABLE t (id int) PARTITION BY HASH (id) PARTITIONS 4;\n"
    _project(tmp_path, {"db/1_a.up.sql": made, "db/2_b.up.sql": "DROP TABLE t;"})
    assert main(["rollback", "--dialect", "mysql", str(tmp_path / "db/2_b.up.sql")]) == 2
    assert "how t is partitioned is not known" in capsys.readouterr().err


def test_what_the_old_way_back_did_is_no_matter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    up = "-- +goose Up\nCREATE TABLE t (id int);\n-- +goose Down\nDROP SEQUENCE s; DROP TABLE t;\n"
    _project(tmp_path, {"db/00001_a.sql": up})
    assert main(["rollback", "--dialect", "postgresql", str(tmp_path / "db/00001_a.sql")]) == 0
    assert capsys.readouterr().out == "-- the rows of t go with it\nDROP TABLE t;\n"


@pytest.mark.parametrize(
    ("up", "reason"),
    [
        ("ALTER TABLE m DETACH PARTITION m1 CONCURRENTLY;", "leaves a check on m1 that is not known"),
        ("ALTER INDEX m_only ATTACH PARTITION m1_only;", "m_only took up stays"),
    ],
)
def test_refuses_what_no_statement_undoes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], up: str, reason: str
) -> None:
    only = "CREATE INDEX m_only ON ONLY m (id, d);\nCREATE INDEX m1_only ON m1 (id, d);\n"
    _project(tmp_path, {"db/1_a.up.sql": f"{_PARTED}{only}", "db/2_b.up.sql": up})
    assert main(["rollback", "--dialect", "postgresql", str(tmp_path / "db/2_b.up.sql")]) == 2
    assert reason in capsys.readouterr().err


@pytest.mark.parametrize(
    ("up", "down"),
    [
        (
            "DROP TABLE plain;",
            "CREATE TABLE plain (\n    n int,\n    g int,\n    i int NOT NULL\n);\n",
        ),
        (
            "DROP TABLE some_of_it;",
            (
                "CREATE TABLE some_of_it (\n    n int DEFAULT 4,\n"
                "    g int GENERATED ALWAYS AS (n * 2) STORED,\n    i int NOT NULL\n);\n"
            ),
        ),
    ],
)
def test_a_table_like_another_comes_back_as_it_was_made(way_back: _Print, up: str, down: str) -> None:
    made = (
        "CREATE TABLE source (n int DEFAULT 4, g int GENERATED ALWAYS AS (n * 2) STORED,"
        " i int GENERATED ALWAYS AS IDENTITY);\nCREATE TABLE plain (LIKE source);\n"
        "CREATE TABLE some_of_it (LIKE source INCLUDING DEFAULTS INCLUDING GENERATED);\n"
    )
    assert way_back(made, up).endswith(down)


@pytest.mark.parametrize(
    ("dialect", "up", "down"),
    [
        (
            "mysql",
            "ALTER TABLE t DROP CHECK plus; ALTER TABLE t DROP COLUMN twice;",
            (
                "-- the values of t.twice are gone\n"
                "ALTER TABLE t ADD COLUMN twice int GENERATED ALWAYS AS (`order` * 2) VIRTUAL;\n"
                "ALTER TABLE t ADD CONSTRAINT plus CHECK (`order` > 0);\n"
            ),
        ),
        (
            "mysql",
            "ALTER TABLE t MODIFY thrice int AS (`order` * 4) STORED;",
            "ALTER TABLE t MODIFY COLUMN thrice int GENERATED ALWAYS AS (`order` * 3) STORED;\n",
        ),
        (
            "sqlite",
            "ALTER TABLE t DROP COLUMN twice;",
            (
                "-- the values of t.twice are gone\n"
                'ALTER TABLE t ADD COLUMN twice int GENERATED ALWAYS AS ("order" * 2) VIRTUAL;\n'
            ),
        ),
        (
            "sqlite",
            "ALTER TABLE t DROP COLUMN twice; ALTER TABLE t DROP COLUMN thrice;",
            (
                "-- the values of t.twice are gone\n-- the values of t.thrice are gone\n"
                'CREATE TABLE t_before (\n    id int,\n    "order" int,\n'
                '    thrice int GENERATED ALWAYS AS ("order" * 3) STORED,\n'
                '    twice int GENERATED ALWAYS AS ("order" * 2) VIRTUAL,\n'
                '    CONSTRAINT plus CHECK ("order" > 0)\n);\n'
                'INSERT INTO t_before (id, "order") SELECT id, "order" FROM t;\n'
                "DROP TABLE t;\nALTER TABLE t_before RENAME TO t;\n"
            ),
        ),
    ],
)
def test_generated_columns_and_the_quotes_of_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], dialect: str, up: str, down: str
) -> None:
    made = (
        "CREATE TABLE t (id int, n int, thrice int AS (n * 3) STORED, twice int AS (n * 2),"
        " CONSTRAINT plus CHECK (n > 0));\n"
    )
    renamed = "ALTER TABLE t RENAME COLUMN n TO `order`;\n"
    _project(tmp_path, {"db/1_a.up.sql": made, "db/2_b.up.sql": renamed, "db/3_c.up.sql": up})
    assert main(["rollback", "--dialect", dialect, str(tmp_path / "db/3_c.up.sql")]) == 0
    assert capsys.readouterr().out == down


@pytest.mark.parametrize(
    ("up", "down"),
    [
        (
            "ALTER TABLE t DROP PRIMARY KEY, MODIFY a bigint NOT NULL, ADD PRIMARY KEY (a, f);",
            (
                "ALTER TABLE t DROP PRIMARY KEY;\nALTER TABLE t ADD PRIMARY KEY (a);\n"
                "ALTER TABLE t MODIFY COLUMN a int NOT NULL AUTO_INCREMENT;\n"
            ),
        ),
        (
            "ALTER TABLE u DROP INDEX id, MODIFY id int;",
            (
                "ALTER TABLE u ADD UNIQUE KEY id (id);\n"
                "ALTER TABLE u MODIFY COLUMN id int NOT NULL AUTO_INCREMENT;\n"
            ),
        ),
    ],
)
def test_on_mysql_the_key_stands_before_the_numbers(way_back: _Print, up: str, down: str) -> None:
    made = (
        "CREATE TABLE t (a int NOT NULL AUTO_INCREMENT PRIMARY KEY, f int NOT NULL);\n"
        "CREATE TABLE u (id int AUTO_INCREMENT UNIQUE, k int PRIMARY KEY);\n"
    )
    assert way_back(made, up, "mysql") == down


@pytest.mark.parametrize(
    "definition",
    [
        "FOREIGN KEY (a, b) REFERENCES p (a, b) MATCH FULL ON DELETE CASCADE",
        "FOREIGN KEY (a, b) REFERENCES p (a, b) ON DELETE SET NULL (b) ON UPDATE RESTRICT",
    ],
)
def test_a_foreign_key_comes_back_in_every_detail(way_back: _Print, definition: str) -> None:
    made = (
        "CREATE TABLE p (a int, b int, PRIMARY KEY (a, b));\n"
        f"CREATE TABLE c (a int, b int, CONSTRAINT k {definition});\n"
    )
    back = way_back(made, "ALTER TABLE c DROP CONSTRAINT k;")
    assert back == f"ALTER TABLE c ADD CONSTRAINT k {definition};\n"
