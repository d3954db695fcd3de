"""SQL layouts on their pages: each section is a project, and its last fence what is recognised in it.

A history is a line with its tool, source, kind, dialect and reason, and then a line for each migration in
order: the operations of both sides, what can be rolled back, and what is not as usual.
"""

from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest

from schemalint.config import DatabaseSettings, Settings
from schemalint.frontends.sql.read import read
from schemalint.migration import Migration
from schemalint.reading import Fault, Reading, Unreadable
from schemalint.source import Sources, UnreadableFile
from tests.pages import Section, all_sections

_PAGES = Path(__file__).parent / "frontends" / "sql" / "layouts"
_EXPECTED = "histories"


def recognised(sources: Sources) -> str:
    """What is recognised in a project, as the pages write it."""
    lines: list[str] = []
    for reading in read(sources, Settings()):
        lines += _reading(reading, sources)
    for path, reason in sorted(sources.left_out.items()):
        lines.append(f"not read: {path}: {reason}")
    return "\n".join(lines) + "\n"


def _reading(reading: Reading, sources: Sources) -> list[str]:
    notes = [
        note
        for note, holds in (
            ("forward only", reading.forward_only),
            ("incomplete", not reading.complete),
        )
        if holds
    ]
    words = f" ({', '.join(notes)})" if notes else ""
    decision = f"{reading.dialect}, because {reading.dialect_reason}"
    lines = [f"{reading.layout} {reading.source}: {reading.kind}{words}, {decision}"]
    if reading.side == "declared":
        lines.append(f"  {len(reading.operations)} operations from {', '.join(reading.paths)}")
    lines += [_migration(migration) for migration in reading.migrations]
    problems: list[Unreadable | Fault] = [*reading.unreadable, *reading.faults]
    for problem in problems:
        try:
            position = sources.read(problem.span.path).position(problem.span.start)
            place = f"{problem.span.path}:{position.line}:{position.column}"
        except UnreadableFile:
            place = problem.span.path
        kind = "unreadable" if isinstance(problem, Unreadable) else "fault"
        lines.append(f"  {kind}: {place}: {problem.message}")
    return lines


def _migration(migration: Migration) -> str:
    words = [f"up {len(migration.up)}", f"down {len(migration.down)}", migration.rollback]
    if migration.rollback_reason is not None:
        words[-1] += f" because {migration.rollback_reason}"
    if not migration.transactional:
        words.append("no transaction")
    return f"  {migration.name}: {', '.join(words)}"


def files_of(section: Section) -> dict[str, str]:
    """The project's files."""
    return {fence.path: fence.text for fence in section.fences if fence.language != _EXPECTED}


@pytest.mark.parametrize("section", all_sections(_PAGES), ids=str)
def test_layout_is_recognised(section: Section) -> None:
    expected = [fence.text for fence in section.fences if fence.language == _EXPECTED]
    assert len(expected) == 1, f"{section} needs one fence `{_EXPECTED}`"
    assert recognised(Sources.of(files_of(section))) == expected[0]


@pytest.mark.parametrize("section", all_sections(_PAGES), ids=str)
def test_every_file_is_read_or_said_to_be_left_out(section: Section) -> None:
    sources = Sources.of(files_of(section))
    taken = {path for reading in read(sources, Settings()) for path in reading.paths}
    files = {path for path in sources.paths if path.lower().endswith(".sql")}
    assert files == taken | set(sources.left_out)
    assert not taken & set(sources.left_out)


def _of_bytes(files: dict[str, bytes]) -> Sources:
    return Sources(files, lambda path: files[path])


def test_file_that_is_no_text_hides_only_itself() -> None:
    sources = _of_bytes(
        {
            "migrations/1_a.sql": b"CREATE TABLE a (id int);",
            "migrations/2_b.sql": b"CREATE TABLE b\0 (id int);",
            "migrations/3_c.sql": "-- caf\xe9\nCREATE TABLE c (id int);".encode("latin-1"),
        }
    )
    assert recognised(sources) == (
        "plain migrations: sql-migrations (incomplete), postgresql, because nothing says otherwise\n"
        "  1_a: up 1, down 0, unsupported, no transaction\n"
        "  2_b: up 1, down 0, unsupported, no transaction\n"
        "  3_c: up 1, down 0, unsupported, no transaction\n"
        "  unreadable: migrations/2_b.sql: can't be read: it holds NUL bytes, so it is no text\n"
        "  unreadable: migrations/3_c.sql:1:7: this is not UTF-8\n"
    )


@pytest.mark.parametrize(
    "mark",
    [
        "-- +goose Up",
        "-- +migrate Up",
        "-- migrate:up",
        "--liquibase formatted sql",
        "---- create above / drop below ----",
        "-- depends:",
    ],
)
def test_marked_file_that_is_no_text(mark: str) -> None:
    sources = _of_bytes(
        {
            "db/1_a.sql": f"{mark}\n--changeset a:1\nCREATE TABLE a (id int);\n".encode(),
            "db/2_b.sql": b"\0\1\2",
        }
    )
    readings = read(sources, Settings())
    assert [problem.span.path for reading in readings for problem in reading.unreadable] == ["db/2_b.sql"]
    assert not readings[0].complete


def test_names_with_spaces_and_folders_called_like_files() -> None:
    sources = Sources.of(
        {
            "my project/schema.sql/migrations/1 first one.sql": "CREATE TABLE a (id int);",
            "my project/schema.sql/migrations/2 second\none.sql": "CREATE TABLE b (id int);",
        }
    )
    assert recognised(sources) == (
        "plain my project/schema.sql/migrations: sql-migrations, postgresql, because nothing says otherwise\n"
        "  1 first one: up 1, down 0, unsupported, no transaction\n"
        "  2 second\none: up 1, down 0, unsupported, no transaction\n"
    )


@pytest.mark.parametrize(
    ("files", "source"),
    [
        ({"1_a.up.sql": "CREATE TABLE a (id int);", "1_a.down.sql": "DROP TABLE a;"}, "."),
        ({"20240101_a/migration.sql": "CREATE TABLE a (id int);"}, "."),
        ({"1/up.sql": "CREATE TABLE a (id int);"}, "."),
        ({"V1__a.sql": "CREATE TABLE a (id int);"}, "."),
        ({"schema.sql": "CREATE TABLE a (id int);"}, "schema.sql"),
        ({"1_a.sql": "-- +goose Up\nCREATE TABLE a (id int);"}, "."),
        ({"sqitch.plan": "a 2024", "deploy/a.sql": "CREATE TABLE a (id int);"}, "."),
    ],
)
def test_project_that_is_the_folder_of_migrations(files: dict[str, str], source: str) -> None:
    assert [reading.source for reading in read(Sources.of(files), Settings())] == [source]


_SCHEMA = "CREATE TABLE a (id int);\n"


@pytest.mark.parametrize(
    ("files", "names"),
    [
        ({"db/001_first_schema.sql": _SCHEMA, "db/002_b.sql": _SCHEMA}, ["001_first_schema", "002_b"]),
        (
            {
                "db/2_schema.sql": f"-- +migrate Up\n{_SCHEMA}-- +migrate Down\nDROP TABLE a;",
                "db/1_b.sql": f"-- +migrate Up\n{_SCHEMA}",
            },
            ["1_b", "2_schema"],
        ),
        (
            {"db/1_schema.sql": f"-- Up Migration\n{_SCHEMA}", "db/2_b.sql": f"-- Up Migration\n{_SCHEMA}"},
            ["1_schema", "2_b"],
        ),
        (
            {"db/20240101000000_schema.sql": _SCHEMA, "db/20240102000000_b.sql": _SCHEMA, "db/atlas.sum": ""},
            ["20240101000000_schema", "20240102000000_b"],
        ),
    ],
)
def test_migration_called_like_a_schema(files: dict[str, str], names: list[str]) -> None:
    (reading,) = read(Sources.of(files), Settings())
    assert [migration.name for migration in reading.migrations] == names


@pytest.mark.parametrize("tool", ["goose", "migrate"])
def test_a_statement_ends_with_its_mark(tool: str) -> None:
    text = (
        f"-- +{tool} Up\nCREATE TABLE a (id int);\n-- +{tool} StatementBegin\n"
        "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.id = 1; END\n"
        f"-- +{tool} StatementEnd\nCREATE TABLE b (id int);\n"
        f"-- +{tool} Down\n-- +{tool} StatementBegin\nDROP TRIGGER t\n-- +{tool} StatementEnd\n"
        "DROP TABLE b;\n"
    )
    (reading,) = read(Sources.of({"db/1_a.sql": text}), Settings(dialect="mysql"))
    (migration,) = reading.migrations
    assert [type(one).__name__ for one in migration.up] == ["CreateTable", "CreateTable"]
    assert [type(one).__name__ for one in migration.down] == ["DropTable"]


def test_schema_with_a_number() -> None:
    (reading,) = read(Sources.of({"docker/01-schema.sql": _SCHEMA}), Settings())
    assert (reading.kind, reading.source) == ("sql-schema", "docker/01-schema.sql")


def test_folder_for_tests_is_read_where_all_that_was_asked_for_is_in_it() -> None:
    file = "CREATE TABLE a (id int);"
    asked = Sources.of({"tests/shop/migrations/1_a.sql": file, "tests/shop/tests/migrations/1_a.sql": file})
    assert [reading.source for reading in read(asked, Settings())] == ["tests/shop/migrations"]
    whole = Sources.of({"tests/shop/migrations/1_a.sql": file, "migrations/1_a.sql": file})
    assert [reading.source for reading in read(whole, Settings())] == ["migrations"]


def test_configuration_decides() -> None:
    files = {"shop/mysql/migrations/1_a.sql": "CREATE TABLE a (id int);", "bar/migrations/1_a.sql": ";"}
    settings = Settings(databases={"shop": DatabaseSettings(dialect="sqlite")})
    readings = read(Sources.of(files), settings)
    assert [(reading.dialect, reading.dialect_reason) for reading in readings] == [
        ("sqlite", "the configuration says so")
    ]


def test_configuration_reads_what_is_for_another_database_by_its_name() -> None:
    files = {"migrations/oracle/1_a.sql": "CREATE TABLE a (id int);"}
    readings = read(Sources.of(files), Settings(dialect="postgresql"))
    assert [reading.dialect for reading in readings] == ["postgresql"]


def test_names_of_databases_are_told_apart() -> None:
    file = "CREATE TABLE a (id int);"
    files = {
        f"{folder}/1_a.sql": file for folder in ("a/migrations", "a/migration", "b/migrations", "migrations")
    }
    files["b/schema.sql"] = file
    names = {reading.source: reading.database for reading in read(Sources.of(files), Settings())}
    assert names == {
        "a/migration": "a/migration",
        "a/migrations": "a/migrations",
        "b/migrations": "b",
        "b/schema.sql": "b",
        "migrations": "migrations",
    }


@pytest.mark.parametrize("section", all_sections(_PAGES), ids=str)
def test_files_that_end_too_early_are_no_trouble(section: Section) -> None:
    """Every file of every page cut off at some places: nothing is raised."""
    files = files_of(section)
    for path, text in files.items():
        for cut in range(0, len(text), max(1, len(text) // 7)):
            read(Sources.of(files | {path: text[:cut]}), Settings())


@pytest.mark.parametrize(
    "text",
    [
        "-- +goose Up\n" + "-- +goose StatementBegin\n" * 20_000 + "SELECT 1;\n-- +goose Down\n" * 1_000,
        "--liquibase formatted sql\n"
        + "--changeset a:1\nCREATE TABLE a (id int);\n--rollback DROP TABLE a;\n" * 5_000,
        "CREATE TABLE a (id int);\n" + "COPY a FROM stdin;\n1\n\\.\n" * 20_000,
        "${" * 100_000 + "{{" * 100_000,
        "CREATE TABLE a (b int " + "(" * 10_000,
    ],
    ids=["goose", "liquibase", "copy", "placeholders", "brackets"],
)
def test_hostile_files_take_time_in_proportion(text: str) -> None:
    start = process_time()
    read(Sources.of({"migrations/1_a.sql": text}), Settings())
    assert process_time() - start < 5


def test_rows_of_a_large_dump_are_not_read() -> None:
    row = "(1,'it\\'s a row',NULL)"
    text = (
        "-- MySQL dump 10.13\nCREATE TABLE `a` (`id` int NOT NULL) ENGINE=InnoDB;\n"
        + f"INSERT INTO `a` VALUES {row},{row};\n" * 5_000
        + "INSERT INTO `a` VALUES\n"
        + f"{row},\n" * 5_000
        + f"{row};\nCREATE TABLE `b` (`id` int);\n"
    )
    (reading,) = read(Sources.of({"dump.sql": text}), Settings())
    assert [type(operation).__name__ for operation in reading.operations] == ["CreateTable", "CreateTable"]
    last = reading.operations[-1].span
    assert last is not None
    assert text[last.start : last.end] == "CREATE TABLE `b` (`id` int)"
