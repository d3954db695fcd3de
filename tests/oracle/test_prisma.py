"""Prisma schemas through Prisma's own engine, and what it makes of them through real databases."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest

from schemalint.catalog import ForeignKey, Index
from schemalint.catalog_json import catalog_document
from schemalint.config import Settings
from schemalint.frontends.prisma.read import read
from schemalint.frontends.sql.ddl import read_statement
from schemalint.frontends.sql.split import statements
from schemalint.grouping import databases
from schemalint.knowledge.dialects import Dialect
from schemalint.operations import AddForeignKey, AddIndex, CreateSchema, CreateTable, CreateType, Operation
from schemalint.reading import Reading
from schemalint.replay import build
from schemalint.source import Sources
from tests.oracle import compare, postgresql, prisma, sqlite
from tests.oracle.schemas import SchemaWriter
from tests.pages import Section, all_sections
from tests.test_prisma_pages import PAGES, model_lines, model_with, schema_files

_KNOWN_TO_THE_ENGINE = ("postgresql", "cockroachdb", "sqlite")
_RANDOM = 60


def _is_refused(section: Section) -> bool:
    return any("refused" in fence.notes for fence in section.fences)


_SECTIONS = [section for section in all_sections(PAGES) if section.page.stem in _KNOWN_TO_THE_ENGINE]
_BROKEN = [
    section
    for section in all_sections(PAGES)
    if section.page.stem == "errors" and not section.title.startswith("Prisma 8")
]


@dataclass(frozen=True)
class _Made:
    """A schema, what was read of it, and what the engine answered."""

    files: Mapping[str, str]
    reading: Reading
    answer: Mapping[str, str]


def _ask(engine: prisma.Engine, schemas: Iterable[Mapping[str, str]]) -> list[_Made]:
    listed = list(schemas)
    answers = engine.answers(listed)
    return [_Made(files, _reading(files), answer) for files, answer in zip(listed, answers, strict=True)]


def _reading(files: Mapping[str, str]) -> Reading:
    (reading,) = read(Sources.of(files), Settings())
    return reading


@pytest.fixture(scope="module")
def pages(prisma_engine: prisma.Engine) -> dict[str, _Made]:
    """Every section of the pages through the engine."""
    made = _ask(prisma_engine, [schema_files(section) for section in _SECTIONS])
    return {str(section): one for section, one in zip(_SECTIONS, made, strict=True)}


@pytest.fixture(scope="module")
def random_schemas(prisma_engine: prisma.Engine) -> list[_Made]:
    """Schemas made up at random that the engine takes, and whose names differ where they are cut, too."""
    schemas = [
        {"schema.prisma": SchemaWriter(provider, seed).schema()}
        for provider in _KNOWN_TO_THE_ENGINE
        for seed in range(_RANDOM)
    ]
    taken = [made for made in _ask(prisma_engine, schemas) if _can_run(made.answer.get("sql"))]
    assert len(taken) > len(schemas) / 3
    return taken


def _can_run(sql: str | None) -> bool:
    names = re.findall(r'^CREATE (?:UNIQUE )?INDEX ("[^"]+")', sql or "", re.MULTILINE)
    return sql is not None and len(names) == len(set(names))


@pytest.mark.parametrize("section", [s for s in _SECTIONS if not _is_refused(s)], ids=str)
def test_the_engine_makes_the_same_in_the_same_order(section: Section, pages: dict[str, _Made]) -> None:
    _assert_same_operations(pages[str(section)])


@pytest.mark.parametrize("section", [s for s in _SECTIONS if _is_refused(s)], ids=str)
def test_the_engine_refuses(section: Section, pages: dict[str, _Made]) -> None:
    assert "error" in pages[str(section)].answer


@pytest.mark.parametrize(
    "section", [s for s in _SECTIONS if s.page.stem == "postgresql" and not _is_refused(s)], ids=str
)
def test_postgresql_ends_in_the_same_catalog(
    section: Section, pages: dict[str, _Made], postgresql_database: str
) -> None:
    _assert_same_in_postgresql(pages[str(section)], postgresql_database)


@pytest.mark.parametrize("section", [s for s in _SECTIONS if s.page.stem == "sqlite"], ids=str)
def test_sqlite_ends_in_the_same_catalog(
    section: Section, pages: dict[str, _Made], sqlite_database: sqlite3.Connection
) -> None:
    _assert_same_in_sqlite(pages[str(section)], sqlite_database)


def test_random_schemas(
    random_schemas: list[_Made],
    new_postgresql_database: Callable[[], str],
) -> None:
    servers = 12
    for made in random_schemas:
        try:
            _assert_same_operations(made)
            if made.reading.dialect == "postgresql" and servers:
                servers -= 1
                _assert_same_in_postgresql(made, new_postgresql_database())
            elif made.reading.dialect == "sqlite":
                with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
                    _assert_same_in_sqlite(made, connection)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{made.files['schema.prisma']}") from None


def test_broken_schemas_are_broken_for_the_engine_too(prisma_engine: prisma.Engine) -> None:
    header = 'datasource other {\n  provider = "postgresql"\n}\n'
    schemas = []
    for section in _BROKEN:
        (text,) = schema_files(section).values()
        schemas.append({"schema.prisma": text if "datasource" in text else header + text})
    for section, made in zip(_BROKEN, _ask(prisma_engine, schemas), strict=True):
        assert bool(made.reading.unreadable) == ("error" in made.answer), (section.title, made.answer)


_SYNTAX_ERROR = re.compile(
    r"This line is not a valid|This line is invalid|not an enum value definition|not a valid definition"
    r"|missing a name or a type|don't require a `:`|is no longer required|please use `Type\[\]`"
    r"|Optional lists|is missing a value|This block is invalid|must not start with a number"
)


def test_a_line_is_well_formed_where_the_engine_says_so(prisma_engine: prisma.Engine) -> None:
    lines = list(model_lines())
    answers = prisma_engine.answers([{"schema.prisma": model_with(line)} for line, _ in lines])
    wrong = [
        line
        for (line, taken), answer in zip(lines, answers, strict=True)
        if taken == (_SYNTAX_ERROR.search(answer.get("error", "")) is not None)
    ]
    assert not wrong


def _assert_same_operations(made: _Made) -> None:
    dialect = made.reading.dialect
    assert "sql" in made.answer, made.answer
    assert not made.reading.unreadable
    expected = [
        words
        for cursor in statements(made.answer["sql"], "engine.sql", dialect)
        for operation in read_statement(cursor)
        if (words := _told(operation, dialect)) is not None
    ]
    found = [
        words for operation in made.reading.operations if (words := _told(operation, dialect)) is not None
    ]
    assert found == expected


def _told(operation: Operation, dialect: Dialect) -> tuple[object, ...] | None:
    """What an operation makes, without what only one of the two front ends can know."""
    match operation:
        case CreateSchema():
            return None if operation.name == "public" else ("schema", operation.name)
        case CreateType():
            return "type", operation.name, operation.labels
        case CreateTable():
            table = operation.table
            columns = tuple(
                (column.name, column.type, column.nullable, _spaceless(column.default), column.identity)
                for column in table.columns
            )
            keys = tuple(_told_foreign_key(key) for key in table.foreign_keys if key.enforced)
            return "table", table.name, columns, tuple(_told_index(i, dialect) for i in table.indexes), keys
        case AddIndex():
            return "index", operation.table, _told_index(operation.index, dialect)
        case AddForeignKey():
            key = operation.foreign_key
            return ("foreign key", operation.table, _told_foreign_key(key)) if key.enforced else None
        case _:
            return "something else", operation


def _told_index(index: Index, dialect: Dialect) -> tuple[object, ...]:
    keys = tuple((key.column, key.order, key.operator_class, key.length) for key in index.keys)
    name = None if dialect == "sqlite" and index.origin == "primary key" else index.name
    predicate = re.sub(r"[\s()]", "", index.predicate or "")
    return name, keys, index.unique, index.method, predicate, index.origin


def _told_foreign_key(key: ForeignKey) -> tuple[object, ...]:
    return key.name, key.columns, key.target, key.target_columns, key.on_delete, key.on_update


def _spaceless(text: str | None) -> str | None:
    return None if text is None else re.sub(r"\s+", "", text)


def _assert_same_in_postgresql(made: _Made, dsn: str) -> None:
    import psycopg

    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(made.answer["sql"].encode())
    compare.assert_same(postgresql.catalog(dsn), _facts(made))


def _assert_same_in_sqlite(made: _Made, connection: sqlite3.Connection) -> None:
    connection.executescript(made.answer["sql"])
    compare.assert_same(sqlite.catalog(connection), _facts(made))


def _facts(made: _Made) -> dict[str, Any]:
    _, troubles = build(made.reading.operations, made.reading.dialect)
    assert not troubles
    document = catalog_document(databases([made.reading], Settings()), Sources.of(made.files))
    (catalog,) = document["catalogs"]
    facts: dict[str, Any] = catalog
    return facts
