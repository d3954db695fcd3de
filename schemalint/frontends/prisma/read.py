"""From the `.prisma` files of a project to the databases that they declare."""

from __future__ import annotations

from functools import lru_cache
from posixpath import dirname

from schemalint.config import Settings
from schemalint.frontends.prisma import SUFFIXES
from schemalint.frontends.prisma.automaton import Unexpected
from schemalint.frontends.prisma.ddl import operations
from schemalint.frontends.prisma.layout import SchemaFiles, schemas
from schemalint.frontends.prisma.parser import parse
from schemalint.frontends.prisma.prisma_8 import prisma_8_place
from schemalint.frontends.prisma.providers import PROVIDERS
from schemalint.frontends.prisma.required_version import major_version
from schemalint.frontends.prisma.schema import File, assemble, datasource
from schemalint.frontends.prisma.syntax import Array, Parsed, Text
from schemalint.knowledge.dialects import Dialect
from schemalint.operations import Operation
from schemalint.reading import Reading, Unreadable
from schemalint.source import Sources, Span, UnreadableFile


def read(sources: Sources, settings: Settings) -> list[Reading]:
    """The declared side of every Prisma schema among the sources."""
    files: list[File] = []
    unreadable: dict[str, list[Unreadable]] = {}
    for path in sources.ending(*SUFFIXES):
        file, problems = _read_file(path, sources)
        files.append(file)
        unreadable[path] = problems
    return [_reading(found, unreadable, sources, settings) for found in schemas(files)]


@lru_cache(maxsize=256)
def parsed(text: str) -> Parsed:
    """The blocks of a schema, well-formed or not, kept for whoever asks for them again. Never raises."""
    try:
        return Parsed(tuple(parse(text)))
    except Unexpected:
        from schemalint.frontends.prisma.recovery import recovered

        return recovered(text)


def _read_file(path: str, sources: Sources) -> tuple[File, list[Unreadable]]:
    try:
        source = sources.read(path)
    except UnreadableFile as error:
        return File(path, "", ()), [Unreadable(Span(path, 0, 0), error.reason)]
    found = parsed(source.text)
    problems = [
        Unreadable(source.span(problem.start, problem.end), problem.message) for problem in found.problems
    ]
    if source.undecodable is not None:
        at = source.undecodable
        problems.append(Unreadable(source.span(at, at + 1), "this is not UTF-8"))
    return File(path, source.text, found.blocks), problems


def _reading(
    found: SchemaFiles, unreadable: dict[str, list[Unreadable]], sources: Sources, settings: Settings
) -> Reading:
    dialect, reason = _dialect(found, settings)
    problems = [problem for file in found.files for problem in unreadable[file.path]]
    made: tuple[Operation, ...] = ()
    prisma_8 = next(filter(None, map(prisma_8_place, found.files)), None)
    if prisma_8 is not None:
        problems = [Unreadable(prisma_8, "this is a Prisma 8 schema, a language that is not read yet")]
    else:
        version = major_version(found.files, found.source, sources)
        made = tuple(operations(assemble(found.files, dialect, version)))
    return Reading(
        kind="prisma-schema",
        side="declared",
        source=found.source,
        database=_database_name(found.source),
        dialect=dialect,
        dialect_reason=reason,
        operations=made,
        unreadable=tuple(problems),
        complete=not problems,
        statements=sum(len(file.blocks) for file in found.files),
        paths=tuple(file.path for file in found.files),
    )


def _database_name(source: str) -> str:
    """The folder that holds the schema; the schema's own name where it lies in the root."""
    if not source.endswith(SUFFIXES):
        return source
    return dirname(source) or source


def _dialect(found: SchemaFiles, settings: Settings) -> tuple[Dialect, str]:
    """The database that a schema is for, and how that is known."""
    configured = settings.dialect_of(found.source)
    if configured is not None:
        return configured, "the configuration says so"
    source = datasource(found.files)
    if source is None:
        return "postgresql", "no datasource says otherwise"
    provider = source.setting("provider")
    if isinstance(provider, Array) and provider.items:  # Prisma 1 and 2 took several
        provider = provider.items[0]
    if not isinstance(provider, Text):
        return "postgresql", f"the provider of datasource {source.name} is no plain string"
    dialect = PROVIDERS.get(provider.text)
    if dialect is None:
        return "postgresql", f"the provider {provider.text!r} of datasource {source.name} is unknown"
    return dialect, f"the datasource {source.name} has the provider {provider.text}"
