"""What a program makes by itself before its first revision runs, where a history does not begin from nothing.

`Base.metadata.create_all(engine)` and then `command.upgrade(config, "heads")`: the tables of that MetaData
are there when the history begins.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from functools import partial

from schemalint.catalog import Name
from schemalint.frontends.alembic.history import History
from schemalint.frontends.alembic.questions import made_by
from schemalint.frontends.python_interpreter.signals import Exhausted, Signal
from schemalint.frontends.python_interpreter.values import Value
from schemalint.frontends.python_source.project import Project
from schemalint.frontends.sqlalchemy_constructs.creating import create_all
from schemalint.frontends.sqlalchemy_constructs.dialect_choice import is_test
from schemalint.frontends.sqlalchemy_constructs.metadata import MetaDataObject
from schemalint.migration import Migration
from schemalint.operations import CreateTable, Operation
from schemalint.reachable import reachable
from schemalint.source import UnreadableFile

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_SAID = (b".create_all(", b"upgrade(", b"alembic")


def made_before(
    history: History, migrations: tuple[Migration, ...], unmade: frozenset[str]
) -> tuple[Operation, ...]:
    """What makes the tables that the program has before the first revision; nothing where that can't be told.

    `unmade` are tables that revisions ask for and none makes. Only one MetaData may be what a program begins
    with, another than the one that it ends with, and none of its tables may be made by a revision again.
    """
    wanted = _used(migrations) - made_by(migrations) | {name.lower() for name in unmade}
    if not wanted:
        return ()
    found: dict[int, MetaDataObject] = {}
    for value in _made_by_programs(history):
        if not isinstance(value, MetaDataObject):
            return ()
        found[id(value)] = value
    if len(found) != 1:
        return ()
    (metadata,) = found.values()
    if metadata is history.operations.metadata:
        return ()
    try:
        operations: tuple[Operation, ...] = history.interpreter.within_bounds(
            lambda: tuple(create_all(history.interpreter, metadata, checks=False))
        )
    except (Signal, Exhausted):
        return ()
    names = {one.table.name.name.lower() for one in operations if isinstance(one, CreateTable)}
    if not names & wanted or names & _made(migrations):
        return ()
    return operations


def _used(migrations: tuple[Migration, ...]) -> set[str]:
    """The tables that revisions change."""
    tables = (getattr(one, "table", None) for migration in migrations for one in migration.up)
    return {table.name.lower() for table in tables if isinstance(table, Name)}


def _made(migrations: tuple[Migration, ...]) -> set[str]:
    """The tables that revisions make whether they are there or not."""
    return {
        one.table.name.name.lower()
        for migration in migrations
        for one in migration.up
        if isinstance(one, CreateTable) and not one.if_not_exists and one.guard is None
    }


def _made_by_programs(history: History) -> Iterator[Value]:
    """Whose `create_all` functions call that run the revisions afterwards."""
    interpreter = history.interpreter
    for path, collection in _makers(interpreter.project):
        module = interpreter.module(path)
        if module is None:
            continue
        frame = module.frame
        try:
            value: Value = interpreter.within_bounds(partial(interpreter.evaluate, collection, frame))
        except (Signal, Exhausted):
            value = None
        yield value


def _makers(project: Project) -> Iterator[tuple[str, ast.expr]]:
    """Each MetaData of which a function makes all tables and then runs the revisions, and its file."""
    for path in project.sources.ending(".py"):
        try:
            data = project.sources.bytes(path)
        except UnreadableFile:
            continue
        if any(word not in data for word in _SAID) or is_test(path, project.sources):
            continue
        module = project.parse(path)
        if module is None:
            continue
        functions = [
            (node.name, _calls(node)) for node in ast.walk(module.tree) if isinstance(node, _Function)
        ]
        upgrading = _upgrading(functions)
        for _, calls in functions:
            collections: list[ast.expr] = []
            for call in calls:
                if isinstance(call.func, ast.Attribute) and call.func.attr == "create_all":
                    collections.append(call.func.value)
                elif collections and _runs_revisions(call, upgrading):
                    yield from ((path, collection) for collection in collections)
                    break


def _upgrading(functions: list[tuple[str, list[ast.Call]]]) -> set[str]:
    """The functions of a module that run the revisions, by name; each is given with its calls."""
    callers: dict[str, set[str]] = {}
    for name, calls in functions:
        for call in calls:
            if isinstance(call.func, ast.Name):
                callers.setdefault(call.func.id, set()).add(name)
    at_once = [name for name, calls in functions if any(_runs_revisions(call, set()) for call in calls)]
    return reachable(at_once, lambda name: callers.get(name, ()))


def _runs_revisions(call: ast.Call, upgrading: Collection[str]) -> bool:
    """Whether `command.upgrade` is called, or a function that does."""
    function = call.func
    if isinstance(function, ast.Name):
        return function.id in upgrading
    if not isinstance(function, ast.Attribute) or function.attr != "upgrade":
        return False
    owner = function.value
    return getattr(owner, "attr", getattr(owner, "id", None)) == "command"


def _calls(function: _Function) -> list[ast.Call]:
    """The calls in a function in the order in which they are written."""
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    return sorted(calls, key=lambda call: (call.lineno, call.col_offset))
