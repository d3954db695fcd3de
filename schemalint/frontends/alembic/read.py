"""From the revisions of a project to the histories that they are."""

from __future__ import annotations

import re

from msgspec.structs import replace

from schemalint.catalog import Catalog
from schemalint.config import Settings
from schemalint.frontends.alembic.beginning import made_before
from schemalint.frontends.alembic.environments import Environment, environments
from schemalint.frontends.alembic.faults import faults
from schemalint.frontends.alembic.graph import Graph
from schemalint.frontends.alembic.history import History
from schemalint.frontends.alembic.naming_conventions import target_metadata
from schemalint.frontends.alembic.operations import OperationsObject
from schemalint.frontends.alembic.presumption import may_be_made, presumed_tables, without
from schemalint.frontends.alembic.questions import made_by, unmade, with_questions
from schemalint.frontends.alembic.revisions import Revision, read_revision, revision_files
from schemalint.frontends.alembic.rollback import function_named
from schemalint.frontends.alembic.scope import scope_of
from schemalint.frontends.python_source.evaluate import Evaluator
from schemalint.frontends.python_source.project import Project
from schemalint.frontends.sqlalchemy_constructs.dialect_choice import choose, is_test
from schemalint.frontends.sqlalchemy_constructs.machine import OUTSIDE, Look
from schemalint.reading import Reading, Unreadable, under_different_names
from schemalint.replay import build
from schemalint.scope import Scope
from schemalint.source import Sources

_NAMED_UPGRADE = re.compile(r"upgrade_(\w*)\Z")


def read(sources: Sources, settings: Settings, start: Catalog | None = None) -> list[Reading]:
    """One reading for each history; `start` is what the databases hold before it, nothing mostly."""
    paths = [path for path in revision_files(sources) if not is_test(path, sources)]
    if not paths:
        return []
    project = Project(sources, outside=OUTSIDE)
    evaluator = Evaluator(project)
    revisions = [
        revision for path in paths if (revision := read_revision(project, evaluator, path)) is not None
    ]
    unreadable = [project.unreadable[path] for path in paths if path in project.unreadable]
    look = Look(sources)
    targets: dict[str, tuple[OperationsObject, Scope]] = {}
    readings: list[Reading] = []
    for environment in environments(sources, revisions):
        graph = Graph(list(environment.revisions))
        for group in graph.components():
            found = tuple(faults(list(environment.revisions), group, graph))
            readings += [
                replace(reading, faults=found)
                for reading in _histories(
                    environment, group, project, look, sources, settings, start, targets
                )
            ]
    return _complete(readings, unreadable)


def _histories(
    environment: Environment,
    revisions: list[Revision],
    project: Project,
    look: Look,
    sources: Sources,
    settings: Settings,
    start: Catalog | None,
    targets: dict[str, tuple[OperationsObject, Scope]],
) -> list[Reading]:
    """One history, or one for each database of an environment that has several.

    `targets` keeps what each `env.py` gives as its target: it is asked once.
    """
    found = []
    for database in _databases(environment, revisions):
        paths = [revision.path for revision in revisions]
        source = _folder(paths)
        url = environment.urls.get(database or "")
        dialect, reason = choose(sources, settings, source, url)
        scope = None
        history = History(project, look, dialect, start)
        history.operations.revisions = {revision.id: revision.path for revision in revisions}
        if environment.env is not None:
            if environment.env not in targets:
                targets[environment.env] = _target(history, environment.env, paths)
            told, scope = targets[environment.env]
            if told is not history.operations:
                history.operations.adopt(told)
        migrations = tuple(history.migration(revision, database) for revision in revisions)
        presumed = unmade(migrations, history.absent)
        if presumed and may_be_made(history, presumed):
            trial = History(project, look, dialect, start)
            trial.operations.adopt(history.operations)
            presumed = presumed_tables(trial, revisions, database, made_by(migrations))
        before = made_before(history, migrations, presumed) if start is None else ()
        if presumed or before:  # once more, as where the application makes them
            beginning = build(before, dialect)[0] if before else start
            again = History(project, look, dialect, beginning, without(presumed, beginning))
            again.operations.adopt(history.operations)
            migrations = tuple(again.migration(revision, database) for revision in revisions)
            migrations = with_questions(migrations, again.absent)
        found.append(
            Reading(
                kind="alembic",
                side="migrated",
                source=source,
                database=database or source,
                dialect=dialect,
                dialect_reason=reason,
                operations=before,
                migrations=migrations,
                layout="alembic",
                statements=sum(migration.statements for migration in migrations),
                paths=tuple(paths),
                scope=scope if database is None else None,
            )
        )
    return found


def _target(history: History, env: str, revisions: list[str]) -> tuple[OperationsObject, Scope]:
    """What an `env.py` configures: the operations, and what is compared with the database."""
    history.environment.running = env
    metadata = target_metadata(history.interpreter, history.environment, env)
    history.operations.metadata = metadata
    scope = scope_of(history.interpreter, history.environment, env, metadata, revisions)
    calls = history.environment.configured.get(env, [])
    history.operations.configured = calls[0] if len(calls) == 1 else None
    return history.operations, scope


def _folder(paths: list[str]) -> str:
    """The folder that holds the revisions."""
    folders = {path.rpartition("/")[0] for path in paths}
    shortest = min(folders, key=len)
    while shortest and not all(folder == shortest or folder.startswith(f"{shortest}/") for folder in folders):
        shortest = shortest.rpartition("/")[0]
    return shortest or "."


def _databases(environment: Environment, revisions: list[Revision]) -> list[str | None]:
    """The databases whose functions a revision holds (`upgrade_engine1`); the one nameless, mostly."""
    for revision in revisions:
        upgrade = function_named(revision.module, "upgrade")
        if upgrade is None or not upgrade.args.args or upgrade.args.defaults:
            return [None]
    named: dict[str | None, None] = dict.fromkeys(environment.databases)
    for revision in revisions:
        for statement in revision.module.tree.body:
            match = _NAMED_UPGRADE.match(getattr(statement, "name", ""))
            if match is not None:
                named.setdefault(match[1])
    return list(named) or [None]


def _complete(readings: list[Reading], unreadable: list[Unreadable]) -> list[Reading]:
    """Files that can't be parsed belong to the history in whose folder they lie."""
    found = []
    left = list(unreadable)
    for reading in readings:
        own = [place for place in left if place.span.path.startswith(f"{reading.source}/")]
        left = [place for place in left if place not in own]
        found.append(replace(reading, unreadable=tuple(own), complete=False) if own else reading)
    if left:
        found.append(
            Reading(
                kind="alembic",
                side="migrated",
                source=left[0].span.path.rpartition("/")[0] or ".",
                database=left[0].span.path.rpartition("/")[0] or ".",
                dialect="postgresql",
                dialect_reason="nothing says otherwise",
                layout="alembic",
                unreadable=tuple(left),
                complete=False,
                paths=tuple(place.span.path for place in left),
            )
        )
    return under_different_names(found)
