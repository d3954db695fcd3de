"""From the Python files of a project to the schemas that its models declare."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import commonpath, dirname

from msgspec.structs import replace

from schemalint.catalog import Catalog
from schemalint.config import Settings
from schemalint.frontends.python_interpreter.imports import imported_names
from schemalint.frontends.python_interpreter.interpreter import Interpreter
from schemalint.frontends.python_interpreter.signals import Exhausted, Signal
from schemalint.frontends.python_source.project import Project
from schemalint.frontends.sqlalchemy.model_files import model_files
from schemalint.frontends.sqlalchemy.passed_over import passed_over
from schemalint.frontends.sqlalchemy.table_makers import table_makers
from schemalint.frontends.sqlalchemy_constructs.account import Account
from schemalint.frontends.sqlalchemy_constructs.connection import ConnectionObject
from schemalint.frontends.sqlalchemy_constructs.creating import create_all
from schemalint.frontends.sqlalchemy_constructs.dialect_choice import choose
from schemalint.frontends.sqlalchemy_constructs.effects import SQLALCHEMY_NAMES, SchemaEffects
from schemalint.frontends.sqlalchemy_constructs.machine import OUTSIDE, Look, machine
from schemalint.frontends.sqlalchemy_constructs.metadata import MetaDataObject
from schemalint.frontends.sqlalchemy_constructs.naming import final_name
from schemalint.frontends.sqlalchemy_constructs.rendering import table_name, written_schema
from schemalint.frontends.sqlalchemy_constructs.sql_text import SqlExpression
from schemalint.frontends.sqlalchemy_constructs.tables import TableObject
from schemalint.knowledge.dialects import Dialect
from schemalint.operations import AddIndex, CreateTable, Opaque, Operation
from schemalint.reading import Reading, Unreadable, under_different_names
from schemalint.source import Sources


def read(sources: Sources, settings: Settings) -> list[Reading]:
    """One reading for each MetaData that has tables."""
    paths = model_files(sources)
    if not paths:
        return []
    project = Project(sources, outside=OUTSIDE)
    effects = SchemaEffects("postgresql")
    effects.dialect = choose(sources, settings, ".")[0]
    interpreter = machine(project, effects, Look(sources))
    for path in _imported_first(project, paths):
        interpreter.module(path)
    readings = [_reading(interpreter, metadata, sources, settings) for metadata in _declared(effects)]
    if readings and (makers := table_makers(sources)):
        readings = [_made_after(reading, makers) for reading in readings]
    readings = _with_passed_over(readings, passed_over(interpreter.modules, paths), effects.dialect)
    unreadable = tuple(project.unreadable[path] for path in paths if path in project.unreadable)
    return under_different_names(_with_unreadable(readings, unreadable, paths))


def _imported_first(project: Project, paths: list[str]) -> list[str]:
    """The files in an order in which each comes after those that it imports, as far as there is one.

    Running a module runs what it needs of others first, each within the other; begun from the bottom, that
    goes no deeper than a class has bases.
    """
    wanted = set(paths)
    found: dict[str, None] = {}
    for start in paths:
        waiting: list[tuple[str, list[str]]] = [(start, _imports(project, start, wanted))]
        entered = {start}
        while waiting:
            path, rest = waiting[-1]
            inner = rest.pop() if rest else None
            if inner is None:
                found.setdefault(path)
                waiting.pop()
            elif inner not in found and inner not in entered:
                entered.add(inner)
                waiting.append((inner, _imports(project, inner, wanted)))
    return list(found)


def _imports(project: Project, path: str, wanted: set[str]) -> list[str]:
    """The wanted files that a file imports at its top, the last one first."""
    module = project.parse(path)
    found: list[str] = []
    tree = [] if module is None else module.tree.body
    for name in imported_names(tree, project.folders.module_name(path), path):
        located = project.locate(name, path)
        if located is not None and located.path in wanted:
            found.append(located.path)
    return found[::-1]


def _declared(effects: SchemaEffects) -> list[MetaDataObject]:
    """Every MetaData that still has tables, in the order in which their first table was declared."""
    found: list[MetaDataObject] = []
    for table in effects.tables:
        metadata = table.metadata
        if table in metadata.tables.values() and not any(metadata is other for other in found):
            found.append(metadata)
    return found


def _reading(
    interpreter: Interpreter, metadata: MetaDataObject, sources: Sources, settings: Settings
) -> Reading:
    tables: list[TableObject] = list(metadata.tables.values())
    files = tuple(sorted({table.site.module.path for table in tables}))
    source = _common(files)
    dialect, reason = choose(sources, settings, source)
    try:
        operations = interpreter.within_bounds(lambda: _created(interpreter, metadata, dialect))
    except Exhausted:
        reason = "what `create_all` does, which takes too long to be followed"
        operations = [Opaque(reason=reason, span=metadata.site.span)]
    operations = [*_unnamed(metadata), *operations]
    return Reading(
        kind="sqlalchemy-models",
        side="declared",
        source=source,
        database=metadata.database_key or source,
        dialect=dialect,
        dialect_reason=reason,
        operations=tuple(operations),
        statements=len(operations),
        paths=files,
        declares=(metadata.identity,),
        elsewhere=_names_elsewhere(tables, dialect),
        besides=_names_besides(tables, operations, dialect),
        textual=_names_of_textual(tables, dialect),
    )


def _unnamed(metadata: MetaDataObject) -> Iterator[Operation]:
    """Of each class whose table has a name that is not known, that there is another table."""
    for cls in metadata.unnamed:
        yield Opaque(reason=f"what the table of {cls.name} is called", span=cls.site.span)


def _names_elsewhere(tables: list[TableObject], dialect: Dialect) -> frozenset[str]:
    """The names of the indexes and constraints that are made in other databases only (`ddl_if`)."""
    items = (item for table in tables for item in (*table.indexes, *table.constraints))
    names = (
        final_name(item.name, dialect) for item in items if not item.applies_to(SQLALCHEMY_NAMES[dialect])
    )
    return frozenset(name for name in names if name is not None)


def _names_besides(
    tables: list[TableObject], operations: list[Operation], dialect: Dialect
) -> frozenset[str]:
    """The names of the tables and indexes that listeners make, which no MetaData holds."""
    declared = {written_schema(table_name(table), dialect) for table in tables}
    indexes = {final_name(index.name, dialect) for table in tables for index in table.indexes}
    constraints = {final_name(item.name, dialect) for table in tables for item in table.constraints}
    found = set()
    for operation in operations:
        if isinstance(operation, CreateTable) and operation.table.name not in declared:
            found.add(str(operation.table.name))
        if isinstance(operation, AddIndex) and operation.index.name not in indexes | constraints:
            found.add(operation.index.name or "")
    return frozenset(found)


def _names_of_textual(tables: list[TableObject], dialect: Dialect) -> frozenset[str]:
    """The names of the indexes with a key in which SQLAlchemy sees no column: `text("made DESC")`."""
    names = {
        final_name(index.name, dialect)
        for table in tables
        for index in table.indexes
        if any(isinstance(key, SqlExpression) and not key.columns for key in index.columns)
    }
    return frozenset(name for name in names if name is not None)


def _created(interpreter: Interpreter, metadata: MetaDataObject, dialect: Dialect) -> list[Operation]:
    """What `create_all` does to an empty database, listeners included."""
    effects = interpreter.effects
    assert isinstance(effects, SchemaEffects)
    account = Account(dialect, Catalog(dialect=dialect))
    account.interpreter = interpreter
    account.goes_on_from(effects)
    interpreter.effects = account
    try:
        for operation in create_all(interpreter, metadata, ConnectionObject()):
            account.emit(operation)
    except Signal:
        account.emit(Opaque(reason="what a listener does", span=metadata.site.span))
    finally:
        interpreter.effects = effects
        interpreter.attempts = 0
    return account.operations


def _common(files: tuple[str, ...]) -> str:
    """The one file, or the folder that holds all of them."""
    if len(files) == 1:
        return files[0]
    return commonpath([dirname(path) for path in files]) or "."


def _made_after(reading: Reading, makers: list[Opaque]) -> Reading:
    """A reading to which others may add tables; of its own they change none."""
    operations = (*makers, *reading.operations)
    return replace(reading, operations=operations, statements=reading.statements + len(makers))


def _with_passed_over(
    readings: list[Reading], passed: dict[str, list[Opaque]], dialect: Dialect
) -> list[Reading]:
    """The readings, each with what was not understood in its files; what is in none's files is a reading."""
    found = []
    for reading in readings:
        own = [opaque for path in reading.paths for opaque in passed.pop(path, ())]
        operations = (*reading.operations, *own)
        found.append(replace(reading, operations=operations, statements=reading.statements + len(own)))
    for path, left in passed.items():
        found.append(
            Reading(
                kind="sqlalchemy-models",
                side="declared",
                source=path,
                database=path,
                dialect=dialect,
                dialect_reason="nothing says otherwise",
                operations=tuple(left),
                statements=len(left),
                paths=(path,),
            )
        )
    return found


def _with_unreadable(
    readings: list[Reading], unreadable: tuple[Unreadable, ...], paths: list[str]
) -> list[Reading]:
    if not unreadable:
        return readings
    if not readings:
        return [
            Reading(
                kind="sqlalchemy-models",
                side="declared",
                source=unreadable[0].span.path,
                database=unreadable[0].span.path,
                dialect="postgresql",
                dialect_reason="nothing says otherwise",
                unreadable=unreadable,
                complete=False,
                paths=tuple(place.span.path for place in unreadable),
            )
        ]
    first = replace(readings[0], unreadable=unreadable, complete=False)
    return [first, *(replace(reading, complete=False) for reading in readings[1:])]
