"""What an `env.py` tells autogenerate to compare: which MetaData, which facts, and what to leave out."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial

from msgspec.structs import replace

from schemalint.frontends.alembic.environment_context import EnvironmentContext
from schemalint.frontends.alembic.include_hooks import Hooks
from schemalint.frontends.alembic.left_out import LeftOut
from schemalint.frontends.alembic.models_elsewhere import imports_models_from_elsewhere
from schemalint.frontends.alembic.reach import Reach
from schemalint.frontends.alembic.required_version import compares_types
from schemalint.frontends.python_interpreter.functions import Function
from schemalint.frontends.python_interpreter.interpreter import Interpreter
from schemalint.frontends.python_interpreter.modules import run_again
from schemalint.frontends.python_interpreter.signals import Exhausted, Signal
from schemalint.frontends.python_interpreter.values import (
    Arguments,
    External,
    Missing,
    Site,
    Unknown,
    Value,
)
from schemalint.frontends.python_source.parse import Module
from schemalint.frontends.sqlalchemy_constructs.connection import ContextObject
from schemalint.frontends.sqlalchemy_constructs.metadata import MetaDataObject
from schemalint.frontends.sqlalchemy_constructs.outside_bases import OUTSIDE
from schemalint.frontends.sqlalchemy_constructs.tables import TableObject
from schemalint.scope import Scope

_NOTHING_KNOWN = Scope(types=None, defaults=None, schemas=None, includes=lambda compared: None)


def scope_of(
    interpreter: Interpreter,
    environment: EnvironmentContext,
    env: str,
    metadata: MetaDataObject | None,
    revisions: Iterable[str],
) -> Scope:
    """What autogenerate compares in the environment of `env`, of which `metadata` is the target if known.

    `revisions` are the files of its revisions, which are imported before anything is compared.
    """
    module = interpreter.project.parse(env)
    if module is None:
        return _NOTHING_KNOWN
    with suppress(Signal, Exhausted):
        interpreter.within_bounds(lambda: interpreter.module(env))
    files = tuple(revisions)
    reach, left_out = Reach(interpreter.project, (env, *files)), LeftOut(interpreter.project, env, files)
    for path in filter(interpreter.concerns, reach.by_calls):
        with suppress(Signal, Exhausted):
            interpreter.within_bounds(partial(interpreter.module, path))
    for loaded in list(interpreter.modules.values()):
        with suppress(Signal, Exhausted):
            run_again(interpreter, loaded)
    given = environment.configured.get(env, [])
    configured = given[-1] if given else _written(interpreter, module)
    if configured is None:
        return _NOTHING_KNOWN
    types = compares_types(interpreter.project.requirements, env)
    scope = _scope(interpreter, configured, metadata, types=types)
    if environment.is_of_application:
        return scope
    scope = replace(scope, reaches=reach.covers, leaves_out=left_out.has)
    if scope.declarations is not None and imports_models_from_elsewhere(interpreter.project, module):
        return replace(scope, declarations=(*scope.declarations, OUTSIDE), leaves_out=Scope().leaves_out)
    return scope


def _scope(
    interpreter: Interpreter, given: Arguments, metadata: MetaDataObject | None, *, types: bool
) -> Scope:
    """The scope that the arguments of `context.configure` make; `types` is Alembic's own choice."""
    options = given.keywords
    target = options.get("target_metadata", None if given.complete else Unknown("the target"))
    if isinstance(target, Unknown | Missing) and metadata is not None:
        target = metadata
    targets = list(target) if isinstance(target, list | tuple) else [target]
    unknown = not given.complete or "**" in options
    hooks = [options[name] for name in ("include_object", "include_name") if options.get(name) is not None]
    includes = Scope().includes
    if unknown:
        includes = _NOTHING_KNOWN.includes
    elif hooks:
        includes = Hooks(interpreter, options, given.site, dict(_tables(targets)))
    bookkeeping = options.get("version_table")
    return Scope(
        declarations=_identities(targets),
        tables=frozenset(key for key, _ in _tables(targets)),
        files=frozenset(table.site.span.path for _, table in _tables(targets)),
        types=_compares(interpreter, given, "compare_type", types, unknown=unknown),
        defaults=_compares(interpreter, given, "compare_server_default", False, unknown=unknown),
        schemas=_flag(options, "include_schemas", False, unknown=unknown),
        bookkeeping=bookkeeping if isinstance(bookkeeping, str) else None,
        includes=includes,
    )


def _flag(options: dict[str, Value], name: str, default: bool, *, unknown: bool) -> bool | None:
    value = options.get(name, None if unknown else default)
    return value if isinstance(value, bool) else None


def _compares(
    interpreter: Interpreter, given: Arguments, name: str, default: bool, *, unknown: bool
) -> bool | None:
    """Whether types or defaults are compared, by a flag or by what a function answers of any column."""
    value = given.keywords.get(name)
    if not isinstance(value, Function):
        return _flag(given.keywords, name, default, unknown=unknown)
    columns: list[Value] = [Unknown("a column")] * _ASKED_OF[name]
    arguments = Arguments(positional=[ContextObject(), *columns], site=given.site)
    try:
        answer = interpreter.within_bounds(lambda: interpreter.called(value, arguments))
    except (Signal, Exhausted):
        return None
    return True if answer is None else False if answer is False else None


_ASKED_OF = {"compare_type": 4, "compare_server_default": 5}
"""What the functions are given beside the context."""


def _identities(targets: list[Value]) -> tuple[str, ...] | None:
    """What tells the targets from others; None where one of them is not known, nothing for no target."""
    found = []
    for target in targets:
        if isinstance(target, MetaDataObject):
            found.append(target.identity)
        elif isinstance(target, External) and target.name.endswith(".metadata"):
            found.append(OUTSIDE)
        elif target is not None:
            return None
    return tuple(found)


def _tables(targets: list[Value]) -> Iterator[tuple[str, TableObject]]:
    """The tables of the targets by key, as far as the modules that `env.py` imports declare them."""
    for target in targets:
        if isinstance(target, MetaDataObject):
            yield from target.tables.items()


def _written(interpreter: Interpreter, module: Module) -> Arguments | None:
    """The call of `context.configure` with a connection as it is written, where it was not reached."""
    loaded = interpreter.module(module.path)
    calls = [
        node
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "configure"
        and any(keyword.arg == "connection" for keyword in node.keywords)
    ]
    if loaded is None or not calls:
        return None
    keywords: dict[str, Value] = {}
    complete = True
    for keyword in calls[-1].keywords:
        if keyword.arg is None:
            complete = False
            continue
        keywords[keyword.arg] = _evaluated(interpreter, loaded.path, keyword.value)
    return Arguments(positional=[], keywords=keywords, site=Site(module, calls[-1]), complete=complete)


def _evaluated(interpreter: Interpreter, path: str, expression: ast.expr) -> Value:
    loaded = interpreter.module(path)
    if loaded is None:
        return Unknown("a module")
    try:
        value: Value = interpreter.within_bounds(lambda: interpreter.evaluate(expression, loaded.frame))
    except (Signal, Exhausted):
        return Unknown("an expression")
    return value
