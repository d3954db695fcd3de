"""The Prisma parser: its tables, its nodes and their places, and input that means it no good."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemalint.config import Settings
from schemalint.frontends.prisma import automaton, tables
from schemalint.frontends.prisma.automaton import Unexpected
from schemalint.frontends.prisma.parser import parse
from schemalint.frontends.prisma.read import parsed, read
from schemalint.frontends.prisma.syntax import Array, Block, Call, Number, Object, Text, Word
from schemalint.source import Sources, UnreadableFile
from tests.pages import all_sections
from tests.test_prisma_pages import PAGES, model_lines, model_with, schema_files

_SCHEMAS = [text for section in all_sections(PAGES) for text in schema_files(section).values()]
_WELL_FORMED = [text for text in _SCHEMAS if text.strip() and not parsed(text).problems]
_REAL = (Path(__file__).parent / "projects" / "sign-in-after" / "prisma" / "schema.prisma").read_text()


def _seconds(text: str) -> float:
    start = time.process_time()
    read(Sources.of({"schema.prisma": text}), Settings())
    return time.process_time() - start


def test_the_shipped_tables_are_those_of_the_grammar() -> None:
    shipped = (Path(automaton.__file__).with_name(automaton.TABLES)).read_bytes()
    generated = tables.encoded(tables.generated())
    assert shipped == generated, "run: python -m schemalint.frontends.prisma.tables"


def test_lark_takes_and_refuses_the_same_texts() -> None:
    from lark.exceptions import UnexpectedInput

    grammar = tables.lark()
    taken = 0
    for text in [*_SCHEMAS, *(model_with(line) for line, _ in model_lines())]:
        try:
            grammar.parse(text)
            by_lark = True
        except UnexpectedInput:
            by_lark = False
        assert by_lark == (not parsed(text).problems), text
        taken += by_lark
    assert 0 < taken < len(_SCHEMAS) + 100


def test_nodes_say_what_is_written() -> None:
    text = (
        "/// doc\nmodel User { // tail\n  id Int @id\n"
        '  a  Unsupported("x\\"y")[]'
        ' @default(dbgenerated("a\\u00e9\\n"), x: [1, -2.5, true, [], {k: {not: null}}])\n'
        '  @@index([a(sort: Desc), b.c], map: "m")\n}\r\nenum E {\r\n  A @map(name: "a")\r\n  B\r\n}'
    )
    user, kinds = parse(text)
    assert (user.keyword, user.name, kinds.keyword, kinds.name) == ("model", "User", "enum", "E")
    assert text[user.start : user.header_end] == "model User {"
    assert text[user.end - 1] == "}"
    first, second = user.fields
    assert text[first.start : first.end] == "id Int @id"
    assert (first.name, first.type, first.arity, first.unsupported) == ("id", "Int", "required", False)
    assert (second.type, second.arity, second.unsupported) == ('x"y', "list", True)
    assert text[second.start : second.end].endswith("null}}])")
    (default,) = second.attributes
    assert text[default.start : default.end].startswith("@default(dbgenerated(")
    call = default.argument("value", unnamed=True)
    assert isinstance(call, Call)
    assert isinstance(call.arguments[0].value, Text)
    assert call.arguments[0].value.text == "aé\n"
    array = default.argument("x")
    assert isinstance(array, Array)
    assert [type(item) for item in array.items] == [Number, Number, Word, Array, Object]
    (index,) = user.attributes
    assert text[index.start : index.end] == '@@index([a(sort: Desc), b.c], map: "m")'
    assert index.text("map") == "m"
    assert [line.name for line in kinds.lines] == ["A", "B"]


def test_a_syntax_error_is_raised_where_nothing_recovers_from_it() -> None:
    with pytest.raises(Unexpected):
        parse("model A {\n  id Int @id(\n}\n")


def test_a_schema_cut_off_after_any_character_loses_only_what_is_cut() -> None:
    whole = parse(_REAL)
    for end in range(len(_REAL)):
        found = parsed(_REAL[:end])
        assert len(found.problems) <= 1
        complete = [block for block in found.blocks if block.complete]
        assert complete == [block for block in whole if block.end <= end]
        for problem in found.problems:
            assert 0 <= problem.start <= problem.end <= end


def test_one_bad_line_anywhere_hides_only_itself() -> None:
    lines = _REAL.splitlines(keepends=True)
    whole = parse(_REAL)
    for position in range(len(lines) + 1):
        start = sum(map(len, lines[:position]))
        found = parsed("".join([*lines[:position], "  ?? !\n", *lines[position:]]))
        assert len(found.problems) == 1
        assert found.problems[0].start == start + 2
        inside = [block for block in whole if block.header_end < start < block.end]
        names = [block.name for block in found.blocks if block.complete]
        assert names == [block.name for block in whole if block not in inside]
        for block in inside:
            (kept,) = [other for other in found.blocks if other.name == block.name]
            assert [line.name for line in kept.lines] == [line.name for line in block.lines]


def test_every_message_is_a_sentence_with_its_place() -> None:
    for text in [*_SCHEMAS, *(model_with(line) for line, _ in model_lines())]:
        for problem in parsed(text).problems:
            assert problem.message
            assert not problem.message.endswith(".")
            assert "\n" not in problem.message
            assert 0 <= problem.start <= problem.end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("model A {\n  id Int @default(" + "[" * 10_000 + "\n}\n", id="brackets that open"),
        pytest.param("model A {\n  id Int @x(" + "[" * 10_000 + "]" * 10_000 + ")\n}\n", id="brackets"),
        pytest.param("model A {\n  id Int @x(" + "f(" * 10_000 + ")" * 10_000 + ")\n}\n", id="calls"),
        pytest.param("model A {\n  @@i(x: " + "{a: " * 10_000 + "1" + "}" * 10_000 + ")\n}\n", id="objects"),
        pytest.param("]" * 10_000, id="brackets that close"),
        pytest.param("model A {\n" * 10_000, id="blocks that open"),
        pytest.param("}\n" * 10_000, id="blocks that close"),
        pytest.param("model A {\n  x\n}\n" * 5_000, id="an error in every block"),
        pytest.param("model A {\n" + "  x ?\n" * 20_000 + "}\n", id="an error in every line"),
        pytest.param("/*" * 20_000, id="comments that open"),
        pytest.param("/* " + "\n" * 50_000, id="a comment that never ends"),
        pytest.param("//\n" * 20_000 + "?", id="comments before an error"),
        pytest.param("\n" * 200_000 + "?", id="lines before an error"),
        pytest.param(" " * 200_000 + "?", id="spaces before an error"),
        pytest.param('model A {\n  a String @default("' + "\\" * 100_000 + "\n}\n", id="a string of escapes"),
        pytest.param('"' * 50_000, id="quotes"),
        pytest.param("a" * 200_000, id="one word"),
        pytest.param("model " + "a" * 200_000 + " {\n  " + "b" * 200_000 + " Int\n}\n", id="long names"),
        pytest.param("model A {\n  x Int " + "@a " * 20_000 + "\n}\n", id="attributes"),
        pytest.param("model A {\n  @@index([" + "a, " * 50_000 + "\n}\n", id="a list that never ends"),
        pytest.param("model A {\n" + "".join(f"  f{n} Int\n" for n in range(5_000)) + "}\n", id="fields"),
        pytest.param("".join(f"model M{n} {{\n  id Int @id\n}}\n" for n in range(3_000)), id="models"),
        pytest.param("{" * 50_000, id="braces"),
        pytest.param("a {" * 20_000, id="headers on a line"),
        pytest.param("a.b" * 20_000 + " {", id="a path"),
        pytest.param("\r" * 50_000 + "model A {\r  id Int @id\r}", id="old line ends"),
        pytest.param("\ufeff\u2028\x85\x0c\x00\x1b[31m", id="control characters"),
    ],
)
def test_hostile_text_is_read_in_time(text: str) -> None:
    assert _seconds(text) < 5


def test_time_grows_with_the_text_and_no_faster() -> None:
    def text(times: int) -> str:
        return "model A {\n  x Int @default([1, {a: b}])\n  y ?\n}\n/* c */\n\n" * times

    small = min(_seconds(text(400)) for _ in range(3))
    large = min(_seconds(text(4_000)) for _ in range(3))
    assert large < small * 40


def test_many_relations_take_no_time() -> None:
    fields = "".join(f"  f{n} Post[]\n" for n in range(2_000))
    back = "".join(f"  f{n} User[]\n" for n in range(2_000))
    assert _seconds(f"model User {{\n  id Int @id\n{fields}}}\nmodel Post {{\n  id Int @id\n{back}}}\n") < 5


def test_bytes_that_are_no_text() -> None:
    files = {
        "prisma/schema.prisma": b'datasource db {\n  provider = "sqlite"\n}\n\n'
        b"model A {\n  id Int @id // \xff\xfe\n}\n",
        "prisma/nul.prisma": b"model B {\n  id Int @id\0\n}\n",
        "prisma/bom.prisma": b"\xef\xbb\xbfmodel C {\r\n  id Int @id\r\n}\r\n",
        "prisma/empty.prisma": b"",
    }

    def load(path: str) -> bytes:
        if path not in files:
            raise IsADirectoryError(21, "Is a directory")
        return files[path]

    (reading,) = read(Sources([*files, "prisma/folder.prisma"], load), Settings())
    assert reading.dialect == "sqlite"
    assert not reading.complete
    assert {(problem.span.path, problem.message) for problem in reading.unreadable} == {
        ("prisma/schema.prisma", "this is not UTF-8"),
        ("prisma/nul.prisma", "it holds NUL bytes, so it is no text"),
        ("prisma/folder.prisma", "Is a directory"),
    }
    assert len(reading.operations) == 2
    with pytest.raises(UnreadableFile):
        Sources(["prisma/folder.prisma"], load).read("prisma/folder.prisma")


_WORDS = st.sampled_from(
    [
        *(
            "model ",
            "enum ",
            "type ",
            "view ",
            "datasource db ",
            "generator g ",
            "types ",
            "User",
            " {\n",
            "\n}\n",
        ),
        *(
            "  id Int @id",
            "\n",
            "\r\n",
            " ",
            "  name String?",
            "[]",
            "?",
            "@unique",
            "@@index(",
            "[",
            "]",
            "(",
            ")",
        ),
        *(
            "@relation(fields: [a], references: [b])",
            '"',
            '"x"',
            "\\",
            ",",
            ":",
            "{",
            "}",
            "//",
            "///",
            "/*",
            "*/",
        ),
        *(
            "where: {a: {not: null}}",
            "raw(",
            "1",
            "-",
            ".",
            "@",
            "@@",
            "=",
            'provider = "mysql"',
            "ö",
            "\u2028",
            "\0",
        ),
        *(
            "@@unique([a, b])",
            "@@id([a])",
            "@@map(",
            "User[]",
            " @db.VarChar(1)",
            "@default(now())",
            "!",
            "#",
            "'",
        ),
    ]
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_WORDS, max_size=60).map("".join) | st.text(max_size=200))
def test_any_text_is_read_without_a_word(text: str) -> None:
    found = parsed(text)
    for problem in found.problems:
        assert 0 <= problem.start <= problem.end <= len(text)
    _assert_places(found.blocks, len(text))
    if "\0" not in text:
        for reading in read(Sources.of({"a.prisma": text, "b/c.prisma": _REAL}), Settings()):
            assert reading.complete == (not reading.unreadable)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(_WELL_FORMED), st.data())
def test_any_change_of_a_schema_is_read(schema: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(schema)))
    end = min(len(schema), start + data.draw(st.integers(0, 30)))
    text = schema[:start] + data.draw(_WORDS) + schema[end:]
    found = parsed(text)
    _assert_places(found.blocks, len(text))
    names = {block.name for block in found.blocks}
    for block in parsed(schema).blocks:
        untouched = block.end < start or "\n" in schema[end : block.start]
        if untouched and not _swallows(text):
            assert block.name in names


def _swallows(text: str) -> bool:
    """Whether a comment or a string may reach over blocks."""
    return "/*" in text or text.count("//") != _without(text, "//")


def _without(text: str, mark: str) -> int:
    return sum(line.count(mark) for line in text.splitlines() if line.lstrip().startswith(mark))


def _assert_places(blocks: tuple[Block, ...], length: int) -> None:
    last = 0
    for block in blocks:
        assert last <= block.start < block.header_end <= length
        assert block.start <= block.end <= length
        last = block.start
