"""Reading SQL: whatever the text is, no exception, no long wait, places within the text; sqlglot agrees."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp
from sqlglot.errors import SqlglotError

from schemalint.catalog import Name
from schemalint.frontends.sql.lexer import lex
from schemalint.frontends.sql.session import Session
from schemalint.frontends.sql.split import statements
from schemalint.knowledge.dialects import Dialect
from schemalint.knowledge.names import postgresql_cut
from schemalint.operations import CreateSchema, CreateTable, Opaque, Operation
from schemalint.operations.rows import Rows
from schemalint.replay import build
from tests.pages import all_sections

_PAGES = {
    section.title: (section.page.stem, "\n".join(fence.text for fence in section.fences))
    for section in all_sections(Path(__file__).parent / "frontends" / "sql")
}
_DIALECTS: tuple[Dialect, ...] = ("postgresql", "mysql", "sqlite")
_WORDS = (
    *"CREATE ALTER DROP TABLE INDEX UNIQUE PRIMARY KEY FOREIGN REFERENCES CHECK CONSTRAINT DEFAULT".split(),
    *"NOT NULL ADD COLUMN RENAME TO SET DO BEGIN END IF THEN ELSE EXECUTE LOOP CASE WHEN EXISTS ON".split(),
    *"USING WHERE AS SELECT FROM INTO PROCEDURE FUNCTION CALL PREPARE TYPE ENUM SCHEMA VIEW".split(),
    *"NULLS DISTINCT DEFERRABLE INITIALLY INCLUDE GENERATED COLLATE LIKE".split(),
    *"a b t int text 1 'x' \"q\" `q` [q]".split(),
    *"( ) , ; . :: $$ $x$ -- /* */ ' \" ` = := || @x # \\ \n COPY stdin DELIMITER //".split(" "),
)


def _read(text: str, dialect: Dialect) -> list[Operation]:
    session = Session()
    return [
        operation for statement in statements(text, "a.sql", dialect) for operation in session.read(statement)
    ]


@settings(max_examples=300, deadline=None)
@given(words=st.lists(st.sampled_from(_WORDS), max_size=40), dialect=st.sampled_from(_DIALECTS))
def test_any_words_are_read(words: list[str], dialect: Dialect) -> None:
    text = " ".join(words)
    for operation in _read(text, dialect):
        assert operation.span is not None
        assert 0 <= operation.span.start <= operation.span.end <= len(text)


@settings(max_examples=300, deadline=None)
@given(
    title=st.sampled_from(sorted(_PAGES)),
    places=st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=3),
    words=st.lists(st.sampled_from(_WORDS), min_size=3, max_size=3),
)
def test_pages_with_other_words_in_them_are_read(title: str, places: list[float], words: list[str]) -> None:
    dialect, text = _PAGES[title]
    tokens = text.split(" ")
    for place, word in zip(places, words, strict=False):
        tokens[int(place * len(tokens))] += f" {word}"
    _read(" ".join(tokens), dialect)  # type: ignore[arg-type]


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=200), dialect=st.sampled_from(_DIALECTS))
def test_tokens_stand_where_they_say(text: str, dialect: Dialect) -> None:
    tokens = lex(text, dialect)
    for token, start in zip(tokens.texts, tokens.starts, strict=True):
        assert text[start : start + len(token)] == token


@pytest.mark.parametrize("title", _PAGES)
def test_a_history_cut_off_anywhere_is_read(title: str) -> None:
    dialect, text = _PAGES[title]
    for end in range(0, len(text), 61):
        _read(text[:end], dialect)  # type: ignore[arg-type]


@pytest.mark.parametrize("dialect", _DIALECTS)
@pytest.mark.parametrize(
    "text",
    [
        "(" * 200_000,
        "CREATE TABLE t (" + "a int, " * 50_000,
        "CREATE TABLE t (a int DEFAULT " + "(" * 50_000 + ")" * 50_000 + ")",
        "$a$ " * 100_000,
        "".join(f"$a{number}$ " for number in range(50_000)),
        "/*" * 200_000,
        "'" * 200_001,
        "E'\\" * 100_000,
        "DO $$ " + "BEGIN " * 20_000 + "$$",
        "DO $$ BEGIN " + "IF a THEN " * 5_000 + "$$",
        "CREATE PROCEDURE p() BEGIN " + "CASE " * 50_000,
        "COPY t FROM stdin;\n" * 20_000,
        "ALTER TABLE t " + "ADD a int, " * 50_000,
        "CREATE PROCEDURE p() BEGIN CALL p(); CALL p(); END; CALL p();",
        "DELIMITER //\n" * 20_000,
        "CREATE INDEX i ON t (a) NULLS NOT",
        "CREATE TABLE t (a int UNIQUE NULLS, UNIQUE (a) NOT VALID)",
        "CREATE TABLE t (EXCLUDE USING gist (a WITH =) NOT x)",
        f"CREATE TABLE t (a text, KEY (a({'9' * 5_000})), KEY (a(²)))",
        "DO $$ DECLARE " + "a int; " * 50_000 + "BEGIN END $$",
        ";" * 500_000,
    ],
    ids=lambda text: f"{text[:24]!r}, {len(text)}",
)
def test_hostile_text_takes_no_time(text: str, dialect: Dialect) -> None:
    started = time.process_time()
    _read(text, dialect)
    assert time.process_time() - started < 5


def test_sqlglot_sees_the_same_columns() -> None:
    """Another parser as a witness: of each CREATE TABLE that it reads, the same columns."""
    seen = 0
    for dialect, text in _PAGES.values():
        for statement in statements(text, "a.sql", dialect):  # type: ignore[arg-type]
            sql = " ".join(statement.texts[statement.first : statement.end])
            created = [one for one in Session().read(statement) if isinstance(one, CreateTable)]
            if not created or created[0].likes:
                continue
            try:
                parsed = sqlglot.parse_one(sql, dialect={"postgresql": "postgres"}.get(dialect, dialect))
            except SqlglotError:
                continue
            schema = parsed.find(exp.Schema)
            if not isinstance(parsed, exp.Create) or schema is None:
                continue
            columns = [
                postgresql_cut(one.name.lower())
                for one in schema.expressions
                if isinstance(one, exp.ColumnDef)
            ]
            assert [column.name.lower() for column in created[0].table.columns] == columns, sql
            seen += 1
    assert seen > 60


def test_what_is_not_known_hides_only_itself() -> None:
    text = (
        "CREATE TABLE a (id int, x int NOT FROBNICATE, UNIQUE (id));\n"
        "ALTER TABLE a ADD COLUMN b int, FROBNICATE c, ADD COLUMN d int;\n"
        "FROBNICATE;\n"
        "CREATE TABLE e (id int);\n"
    )
    operations = _read(text, "postgresql")
    opaque = [operation for operation in operations if isinstance(operation, Opaque)]
    assert len(opaque) == 3
    assert len(operations) == 7


def test_dashes_that_begin_a_line_are_a_comment_in_mysql_too() -> None:
    # The server wants a blank behind them; the runners' separators and rulers have none.
    operations = _read("--split\nCREATE TABLE a (b int DEFAULT (5--3));\n--------\n", "mysql")
    assert [type(operation) for operation in operations] == [CreateTable]


def test_a_unique_index_within_a_table_of_cockroachdb() -> None:
    (created,) = _read("CREATE TABLE a (b int, UNIQUE INDEX c (b), UNIQUE INDEX (b DESC))", "cockroachdb")
    assert isinstance(created, CreateTable)
    assert [(index.name, index.unique) for index in created.table.indexes] == [("c", True), (None, True)]


@pytest.mark.parametrize("number", ["9" * 5_000, "²", "١٢"])
@pytest.mark.parametrize("dialect", _DIALECTS)
@pytest.mark.parametrize(
    "template",
    [
        "CREATE TABLE t (a varchar({n}), b float({n}), KEY k (a({n})))",
        (
            "CREATE TABLE t (a int, CONSTRAINT t_ibfk_{n} FOREIGN KEY (a) REFERENCES u);"
            "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u"
        ),
        "DO $$ BEGIN EXECUTE format('CREATE TABLE %{n}$I (a int)', 'a'); END $$",
    ],
)
def test_numbers_that_python_does_not_read(template: str, dialect: Dialect, number: str) -> None:
    """More than 4,300 digits, or digits of other scripts, are no reason to fail."""
    catalog, _ = build(_read(template.replace("{n}", number), dialect), dialect)
    assert len(catalog.tables) <= 1


def test_what_is_made_along_with_a_schema_is_said_to_be_unknown() -> None:
    (schema, rest) = _read("CREATE SCHEMA s CREATE TABLE t (id int) CREATE INDEX i ON t (id)", "postgresql")
    assert isinstance(schema, CreateSchema)
    assert isinstance(rest, Opaque)
    assert rest.tables == (Name("t", "s"),)


def test_half_a_character_is_left_as_it_is_written() -> None:
    (table,) = _read('CREATE TABLE U&"a\\d800" (id int)', "postgresql")
    assert isinstance(table, CreateTable)
    assert table.table.name.name == "a\\d800"


def test_a_table_with_its_history_is_made_from_no_query() -> None:
    (table,) = _read("CREATE TABLE t (a int) WITH SYSTEM VERSIONING", "mariadb")
    assert isinstance(table, CreateTable)
    assert table.table.complete


def test_loops_within_loops_take_no_time() -> None:
    loops = "".join(f"FOR {name} IN 1..999 LOOP " for name in "abcdef")
    text = f"DO $$ BEGIN {loops} EXECUTE format('CREATE TABLE t%s (id int)', f); {'END LOOP; ' * 6} END $$"
    started = time.process_time()
    assert any(isinstance(operation, Opaque) for operation in _read(text, "postgresql"))
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE t OF pair (PRIMARY KEY (a))",
        "ALTER TYPE pair ADD ATTRIBUTE c int CASCADE",
        "ALTER MATERIALIZED VIEW m RENAME COLUMN x TO y",
        "ALTER VIEW v RENAME x TO y",
    ],
)
def test_what_is_not_followed_is_said(statement: str) -> None:
    assert any(isinstance(operation, Opaque) for operation in _read(statement, "postgresql"))


@pytest.mark.parametrize(
    ("statement", "dialect", "spares_columns"),
    [
        ("DELETE FROM pg_enum WHERE enumlabel = 'x'", "postgresql", True),
        ("UPDATE pg_catalog.pg_attribute SET attnotnull = true", "postgresql", False),
        ("UPDATE sqlite_master SET sql = 'CREATE TABLE t (a int)'", "sqlite", False),
    ],
)
def test_rows_of_the_own_catalog_are_the_schema(
    statement: str, dialect: Dialect, spares_columns: bool
) -> None:
    (operation,) = _read(statement, dialect)
    assert isinstance(operation, Opaque)
    assert operation.spares_columns is spares_columns


def test_rows_beside_the_schema_are_no_matter() -> None:
    assert isinstance(_read("DELETE FROM sqlite_sequence", "sqlite")[0], Rows)
    assert isinstance(_read("UPDATE sqlite_master SET sql = ''", "postgresql")[0], Rows)


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_a_temporary_view_is_gone_with_the_connection(dialect: Dialect) -> None:
    assert _read("CREATE TEMP VIEW v AS SELECT 1 AS a", dialect) == []
    assert _read("CREATE VIEW v AS SELECT 1 AS a", dialect) != []


@pytest.mark.parametrize("statement", ["ALTER VIEW v SET (security_invoker = on)", "ALTER TYPE e OWNER TO x"])
def test_what_changes_no_catalog_is_not(statement: str) -> None:
    assert _read(statement, "postgresql") == []
