"""Repairs in the words of a Prisma schema, and what the schema is after them."""

from __future__ import annotations

import pytest

from schemalint.catalog import Index, Key, Name
from schemalint.config import Settings
from schemalint.diagnostic import Fix
from schemalint.finding import Repair
from schemalint.frontends.prisma.parser import parse
from schemalint.frontends.prisma.read import read
from schemalint.frontends.prisma.write import fix
from schemalint.operations import AddIndex, DropConstraint, DropIndex, DropTable, Operation
from schemalint.replay import build
from schemalint.source import Sources, Span

_PATH = "prisma/schema.prisma"


def _fixed(schema: str, place: str, *operations: Operation, safe: bool = True) -> tuple[Fix | None, str]:
    """The fix of a repair at the first occurrence of `place`, and the schema after it."""
    sources = Sources.of({_PATH: schema})
    start = schema.index(place)
    span = Span(_PATH, start, start + len(place))
    found = fix(Repair(operations=operations, span=span, dialect="postgresql", safe=safe), sources)
    text = schema
    for edit in sorted(found.edits, key=lambda edit: -edit.span.start) if found is not None else ():
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    parse(text)
    return found, text


def _drop(name: str = "x") -> DropIndex:
    return DropIndex(index=Name(name))


def _add(table: str, *columns: str | Key) -> AddIndex:
    keys = tuple(Key(column=column) if isinstance(column, str) else column for column in columns)
    return AddIndex(table=Name(table), index=Index(name=None, keys=keys))


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("before", "attribute", "after"),
    [
        ('|  a Int|  @@index([a])|  @@map("m")|}', "@@index([a])", '|  a Int|  @@map("m")|}'),
        ("|  a Int||  @@index([a])|}", "@@index([a])", "|  a Int||}"),
        ("|\ta Int|\t@@index([a])  |}", "@@index([a])", "|\ta Int|}"),
        ("|  a Int|  @@index([a]) // why|}", "@@index([a])", "|  a Int|  // why|}"),
        ("|  a Int|  @@index([a]) /// why|}", "@@index([a])", "|  a Int|  /// why|}"),
        ("|  a Int @unique|  b Int|}", "@unique", "|  a Int|  b Int|}"),
        ('|  a Int @unique @map("x")|}', "@unique", '|  a Int @map("x")|}'),
        (
            '|  a Int   @map("x")   @unique(map: "y") // c|}',
            '@unique(map: "y")',
            '|  a Int   @map("x") // c|}',
        ),
        ('|  a Int @unique@map("x")|}', "@unique", '|  a Int@map("x")|}'),
    ],
)
def test_an_attribute_goes_with_its_line_or_alone(
    before: str, attribute: str, after: str, line_end: str
) -> None:
    header = "model A {|  id Int @id"
    found, text = _fixed((header + before).replace("|", line_end), attribute, _drop())
    assert found is not None
    assert found.title == f"remove `{attribute}`"
    assert text == (header + after).replace("|", line_end)


def test_a_constraint_of_sql_server_goes_in_the_same_way() -> None:
    found, text = _fixed(
        "model A {\n  id Int @id\n  a  Int\n\n  @@unique([a])\n}\n",
        "@@unique([a])",
        DropConstraint(table=Name("A"), name="A_a_key"),
        safe=False,
    )
    assert found is not None
    assert not found.safe
    assert text == "model A {\n  id Int @id\n  a  Int\n\n}\n"


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("before", "columns", "words", "after"),
    [
        pytest.param(
            "|  ~|  bId Int|}|",
            ("bId",),
            "@@index([bId])",
            "|  ~|  bId Int||  @@index([bId])|}|",
            id="behind the fields",
        ),
        pytest.param(
            '|  ~|  bId Int||  @@unique([bId, id])|  @@map("a") // m|}|',
            ("bId",),
            "@@index([bId])",
            '|  ~|  bId Int||  @@unique([bId, id])|  @@map("a") // m|  @@index([bId])|}|',
            id="behind the attributes",
        ),
        pytest.param(
            '|  ~|  bId Int @map("b_id")|  c Int @map("c_c")||}|',
            ("b_id", "c_c"),
            "@@index([bId, c])",
            '|  ~|  bId Int @map("b_id")|  c Int @map("c_c")||  @@index([bId, c])|}|',
            id="in the names of the fields",
        ),
        pytest.param(
            '|\t~|\tbId Int|\t// @@map("x")|\t}|',
            ("bId",),
            "@@index([bId])",
            '|\t~|\tbId Int|\t// @@map("x")||\t@@index([bId])|\t}|',
            id="with tabs",
        ),
        pytest.param(
            "|    ~|    bId String||    @@index([id])|}|",
            (Key(column="bId", order="desc", length=10), "id"),
            "@@index([bId(sort: Desc, length: 10), id])",
            "|    ~|    bId String||    @@index([id])|    @@index([bId(sort: Desc, length: 10), id])|}|",
            id="with options",
        ),
    ],
)
def test_an_index_is_added_in_the_style_of_the_model(
    before: str, columns: tuple[str | Key, ...], words: str, after: str, line_end: str
) -> None:
    relation = "b   B   @relation(fields: [bId], references: [id])"
    other = "model Z {|  id Int @id||  @@index([id])|}||"
    header = other + "model A {|  id Int @id"
    schema = (header + before).replace("|", line_end).replace("~", relation)
    found, text = _fixed(schema, relation, _add("A", *columns))
    assert found is not None
    assert found.title == f"add `{words}`"
    assert text == (header + after).replace("|", line_end).replace("~", relation)


def test_after_the_fix_the_index_is_there() -> None:
    schema = (
        'datasource db {\n  provider = "postgresql"\n}\n\n'
        "model User {\n  id    Int    @id\n  posts Post[]\n}\n\n"
        "model Post {\n  id       Int  @id\n"
        "  author   User @relation(fields: [authorId], references: [id])\n"
        '  authorId Int  @map("author_id")\n}\n'
    )
    _, text = _fixed(schema, "author   User @relation", _add("Post", "author_id"))
    (reading,) = read(Sources.of({_PATH: text}), Settings())
    catalog, _ = build(reading.operations, reading.dialect)
    post = catalog.get(Name("Post"))
    assert post is not None
    assert [index.name for index in post.indexes] == ["Post_pkey", "Post_author_id_idx"]


@pytest.mark.parametrize(
    ("schema", "place", "operation"),
    [
        pytest.param("model A {\n  id Int @id\n}\n", "id Int", _drop(), id="what is no attribute"),
        pytest.param("model A {\n  id Int @id\n}\n", "id Int", _add("A", "other"), id="a column of no field"),
        pytest.param(
            "model A {\n  id Int @id\n\n  @@index([id])\n}\n",
            "id Int",
            _add("A", "id"),
            id="an index declared",
        ),
        pytest.param("enum A {\n  X\n}\n", "X", _add("A", "id"), id="outside a model"),
        pytest.param(
            "model A {\n  id Int @id\n}\n", "id Int", DropTable(table=Name("A")), id="other operations"
        ),
    ],
)
def test_what_cannot_be_said_is_not(schema: str, place: str, operation: Operation) -> None:
    found, text = _fixed(schema, place, operation)
    assert found is None
    assert text == schema


def test_a_broken_model_is_left_alone() -> None:
    schema = "model A {\n  id Int @id\n  b ?\n}\n"
    repair = Repair(operations=(_add("A", "id"),), span=Span(_PATH, 12, 18), dialect="postgresql")
    assert fix(repair, Sources.of({_PATH: schema})) is None


def test_a_file_that_is_gone_gives_no_fix() -> None:
    def load(path: str) -> bytes:
        raise FileNotFoundError(2, "No such file", path)

    repair = Repair(operations=(_drop(),), span=Span(_PATH, 0, 1), dialect="postgresql")
    assert fix(repair, Sources([_PATH], load)) is None
