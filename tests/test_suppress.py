"""Suppression by comment: which lines a comment counts for, by language, and what is said of idle ones."""

from __future__ import annotations

import time

import pytest

from schemalint.comments import Language, language_of
from schemalint.diagnostic import Suppression
from schemalint.source import SourceFile
from schemalint.suppress import Suppressions

RULES = {"missing-index": "index", "duplicate-index": "index", "missing-rollback": "rollback"}


def suppressions(text: str, language: Language = "sql") -> Suppressions:
    return Suppressions.of(SourceFile("file", text), language, RULES)


def silenced(text: str, language: Language = "sql", rule: str = "missing-index") -> list[int]:
    """The lines on which a finding of one line is silenced."""
    found = suppressions(text, language)
    return [line for line in range(1, text.count("\n") + 2) if found.match(rule, line, line)]


IGNORE = "schemalint: ignore[missing-index]"


@pytest.mark.parametrize(
    ("language", "text", "lines"),
    [
        ("prisma", f"model A {{\n  x Int // {IGNORE}\n  y Int\n}}", [2]),
        ("prisma", f"model A {{\n  /// {IGNORE}\n  y Int\n  z Int\n}}", [2, 3]),
        ("prisma", f'datasource db {{\n  url = "mysql://{IGNORE}"\n}}', []),
        ("prisma", f'a String @default("\\"// {IGNORE}")\nb', []),
        ("prisma", f'a String @default("//") // {IGNORE}', [1]),
        ("prisma", f"/* {IGNORE} */\nmodel A {{", [1, 2]),
        ("prisma", f"/*\n * {IGNORE}\n * because it is small\n */\nmodel A {{", [1, 4, 5]),
        ("sql", f"-- {IGNORE}\nCREATE TABLE a;\nCREATE TABLE b;", [1, 2]),
        ("sql", f"-- CreateTable\n-- {IGNORE}\n-- more\n/* and\nmore */\nCREATE TABLE a;", [2, 6]),
        ("sql", f"-- {IGNORE}\n\nCREATE TABLE a;", [1]),
        ("sql", f"CREATE TABLE a (  /* {IGNORE} */\n  b int);", [1]),
        ("sql", f"/* {IGNORE} */ CREATE TABLE a (\n  b int);", [1]),
        ("sql", f"CREATE TABLE a ( /* on\n two {IGNORE} */\n  b int);", [1, 2]),
        ("sql", f"INSERT INTO a VALUES ('-- {IGNORE}');", []),
        ("sql", f"INSERT INTO a VALUES ('it''s'); -- {IGNORE}", [1]),
        ("sql", f"DO $$ it's\nALTER TABLE a; -- {IGNORE}\n$$;", [2]),
        ("sql", f"SELECT a # {IGNORE}\n;", []),
        ("mysql", f"SELECT a; # {IGNORE}\n;", [1]),
        ("mysql", f"SELECT 'it\\'s'; -- {IGNORE}\n;", [1]),
        ("python", f"x = 1  # {IGNORE}\ny = 2", [1]),
        ("python", f"    # {IGNORE}\n    # and so on\n    x = Column()\n", [1, 3]),
        ("python", f"x = '# {IGNORE}'\n", []),
        ("python", f'x = "it\'s"  # {IGNORE}\n', [1]),
        ("python", f'op.execute("""\n  -- {IGNORE}\n  ALTER TABLE a\n""")', [2, 3]),
        ("sql", f"-- {IGNORE}\r\nCREATE TABLE a;\r\nCREATE TABLE b;\r\n", [1, 2]),
        ("sql", f"-- {IGNORE}", [1]),
        ("sql", "-- schemalint:ignore[ duplicate-index ,missing-index ]\nCREATE TABLE a;", [1, 2]),
        ("sql", "-- schemalint: ignore[index]\nCREATE TABLE a;", [1, 2]),
        ("sql", "-- schemalint: ignore[rollback]\nCREATE TABLE a;", []),
        ("sql", "-- schemalint: ignore\nCREATE TABLE a;", []),
        ("sql", "-- schemalint: ignore[]\nCREATE TABLE a;", []),
        ("sql", "--schemalint:ignore[missing-index]\nCREATE TABLE a;", [1, 2]),
        ("prisma", "///schemalint:ignore[missing-index]\nmodel A {", [1, 2]),
        ("sql", "-- say `schemalint: ignore[missing-index]`\nCREATE TABLE a;", []),
        ("sql", "-- schemalint: irreversible because the rows are gone\nDROP TABLE a;", []),
    ],
)
def test_lines(language: Language, text: str, lines: list[int]) -> None:
    assert silenced(text, language) == lines


@pytest.mark.parametrize(
    ("language", "text", "whole"),
    [
        ("sql", "\n-- License\n/* of\nours */ -- schemalint: ignore-file[index]\nCREATE TABLE a;\n", True),
        ("sql", "CREATE TABLE a;\n-- schemalint: ignore-file[index]\n", False),
        ("sql", "SELECT 1; -- schemalint: ignore-file[index]\nCREATE TABLE a;\n", False),
        ("prisma", "// schemalint: ignore-file[missing-index]\nmodel A {\n}", True),
        (
            "python",
            '#!/usr/bin/env python\n"""A\nrevision"""\n# schemalint: ignore-file[index]\nx = 1\n',
            True,
        ),
        ("python", '"""A"""\n"""B"""\n# schemalint: ignore-file[index]\nx = 1\n', False),
        ("python", "import x\n# schemalint: ignore-file[index]\n", False),
    ],
)
def test_whole_files(language: Language, text: str, whole: bool) -> None:
    last = text.count("\n")
    found = suppressions(text, language)
    assert bool(found.match("missing-index", last, last)) is whole
    said = [unused.message for unused in found.unused(RULES)]
    assert said == [] if whole else ["`ignore-file` counts only above the first line of code"]


def test_an_element_of_several_lines_is_silenced_from_any_of_them() -> None:
    text = f"CREATE TABLE a (\n  b int, -- {IGNORE}\n  c int\n);\n"
    for first, last, expected in ((1, 4, True), (2, 3, True), (1, 1, False), (3, 4, False)):
        assert bool(suppressions(text).match("missing-index", first, last)) is expected


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        (f"-- {IGNORE} because it is small", "it is small"),
        (f"-- {IGNORE}: low volume", "low volume"),
        (f"-- {IGNORE} — Because, well", "well"),
        (f"-- {IGNORE}", None),
        (f"/* {IGNORE} because\n   of   that */", "of that"),
        (f"-- {IGNORE} because one schemalint: ignore[missing-rollback] because two", "one"),
        (f"-- {IGNORE} becauseway", "becauseway"),
    ],
)
def test_reasons(comment: str, reason: str | None) -> None:
    found = suppressions(f"{comment}\nCREATE TABLE a;").match("missing-index", 1, 99)
    assert found == Suppression("comment", reason)


def unused(
    text: str, used: tuple[str, ...] = (), run: tuple[str, ...] = tuple(RULES)
) -> list[tuple[str, str]]:
    """What is said after findings of the `used` rules on every line, and the text after the fixes."""
    file = SourceFile("file", text)
    found = Suppressions.of(file, "sql", RULES)
    for rule in used:
        found.match(rule, 1, 99)
    said = []
    for one in found.unused(run):
        fixed = ""
        if one.fix is not None:
            (edit,) = one.fix.edits
            fixed = text[: edit.span.start] + edit.text + text[edit.span.end :]
        said.append((f"{one.severity}: {one.message}", fixed))
    return said


def test_what_silences_nothing_is_said() -> None:
    line = f"CREATE TABLE a; -- {IGNORE} because\r\nDROP TABLE a;"
    idle = "info: `ignore[missing-index]` silences nothing"
    assert unused(line) == [(idle, "CREATE TABLE a;\r\nDROP TABLE a;")]
    assert unused(line, used=("missing-index",)) == []
    assert unused(line, run=("missing-rollback",)) == []
    assert unused(f"x;\n  -- {IGNORE}\ny;") == [(idle, "x;\ny;")]
    assert unused(f"x /* {IGNORE} */ y") == [(idle, "x y")]
    assert unused(f"-- see above {IGNORE}\ny;") == [(idle, "")]


def test_part_of_a_comment_may_be_idle() -> None:
    text = "-- schemalint: ignore[missing-index, duplicate-index, missing-rollback] because\nx;"
    assert unused(text, used=("duplicate-index",)) == [
        (
            "info: `ignore[missing-index, missing-rollback]` silences nothing",
            "-- schemalint: ignore[duplicate-index] because\nx;",
        )
    ]
    assert unused("-- schemalint: ignore[index]\nx;", run=("missing-index",)) == []
    assert unused("-- schemalint: ignore[index]\nx;", used=("duplicate-index",)) == []


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("ignore", "`ignore` without a rule or category silences nothing; write `ignore[rule]`"),
        (
            "ignore-file[]",
            "`ignore-file` without a rule or category silences nothing; write `ignore-file[rule]`",
        ),
        ("ingore[index]", "`schemalint: ingore` has no meaning; did you mean `ignore`?"),
        ("ignore_file[index]", "`schemalint: ignore_file` has no meaning; did you mean `ignore-file`?"),
        (
            "ignore[missing_index]",
            "there is no rule or category `missing_index`; did you mean `missing-index`?",
        ),
        ("ignore[E501]", "there is no rule or category `E501`"),
    ],
)
def test_mistakes(comment: str, message: str) -> None:
    assert unused(f"-- schemalint: {comment}\nx;") == [(f"warning: {message}", "")]


def test_the_nearest_comment_is_the_one_in_use() -> None:
    text = f"-- schemalint: ignore-file[index] because of the file\nx; -- {IGNORE} because of the line\ny;\n"
    found = suppressions(text)
    assert found.match("missing-index", 2, 2) == Suppression("comment", "of the line")
    assert [one.names for one in found.unused(RULES)] == [("index",)]
    assert found.match("missing-index", 3, 3) == Suppression("comment", "of the file")
    assert list(found.unused(RULES)) == []


def test_languages() -> None:
    assert language_of("a/b.sql", "mysql") == language_of("b.sql", "mariadb") == "mysql"
    assert language_of("B.SQL", None) == language_of("b.sql", "postgresql") == "sql"
    assert language_of("schema.prisma", "mysql") == "prisma"
    assert language_of("models.py", None) == "python"
    assert language_of("alembic.ini", None) is None


@pytest.mark.parametrize(
    "piece",
    [
        f"-- {IGNORE}\n",
        f"/* {IGNORE}\n",
        f"/* {IGNORE} */",
        f"{IGNORE} ",
        "/* schemalint: ignore[",
        f"x; -- {IGNORE}\n",
        f"'it -- {IGNORE}\n",
        f"-- /* {IGNORE}\n",
        "-- schemalint: ignore-file[index]\n",
    ],
)
@pytest.mark.parametrize("language", ["sql", "mysql", "prisma", "python"])
def test_many_comments_take_no_more_than_their_share(piece: str, language: Language) -> None:
    text = piece * (150_000 // len(piece))
    for prefix in ("", "/* ", "-- "):
        started = time.process_time()
        found = suppressions(prefix + text, language)
        lines = text.count("\n") + 1
        for line in range(1, lines, max(1, lines // 50)):
            found.match("missing-index", line, lines)
        for count, _ in enumerate(found.unused(RULES)):
            if count > 100:
                break
        assert time.process_time() - started < 3
