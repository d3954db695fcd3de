"""A project's migrations, run on paper by Django's own rules: what each of them does there and back."""

from __future__ import annotations

from collections.abc import Container, Iterable

from schemalint.catalog import Catalog
from schemalint.frontends.django.editor import SchemaEditor
from schemalint.frontends.django.editor_mysql import MySQLEditor
from schemalint.frontends.django.editor_postgresql import CockroachDBEditor, PostgreSQLEditor
from schemalint.frontends.django.editor_sqlite import SQLiteEditor
from schemalint.frontends.django.fields import ModelKey
from schemalint.frontends.django.migration_files import MigrationFile
from schemalint.frontends.django.model_state import Environment
from schemalint.frontends.django.state import State
from schemalint.knowledge.dialects import MYSQL_FAMILY
from schemalint.migration import Migration, RollbackState
from schemalint.operations import Operation
from schemalint.source import Span


def editor(catalog: Catalog, version: tuple[int, int]) -> SchemaEditor:
    """The schema editor of Django's backend for the catalog's database."""
    if catalog.dialect in MYSQL_FAMILY:
        return MySQLEditor(catalog, version)
    if catalog.dialect == "sqlite":
        return SQLiteEditor(catalog, version)
    return (
        CockroachDBEditor(catalog, version)
        if catalog.dialect == "cockroachdb"
        else PostgreSQLEditor(catalog, version)
    )


def declared(state: State, span: Span | None = None, joined: Container[ModelKey] = ()) -> list[Operation]:
    """What makes the tables of all models of nothing; of those `joined`, no more than their join tables."""
    made = editor(Catalog(dialect=state.environment.dialect), state.environment.version)
    made.follows = False
    for key in state.models:
        model = state.model(key)
        if model.managed:
            made.span = model.source.span or span
            made.create_model(model)
            made.create_index_together(model)
        elif key in joined:
            made.create_join_tables(model)
    made.flush()
    return made.take()


def run(files: Iterable[MigrationFile], environment: Environment) -> tuple[list[Migration], State]:
    """The migrations in order, with what they do to the database, and the models after the last."""
    state = State({}, environment)
    forth = editor(Catalog(dialect=environment.dialect), environment.version)
    found: list[Migration] = []
    for file in files:
        states = [state]
        for change in file.changes:
            after = change.state(state)
            forth.span = change.span
            change.forwards(forth, state, after)
            state = after
            states.append(state)
        forth.flush()
        up = forth.take()
        found.append(_migration(file, up, _undone(file, states, forth.catalog, environment.version)))
    return found, state


def _undone(
    file: MigrationFile, states: list[State], catalog: Catalog, version: tuple[int, int]
) -> list[Operation]:
    """What Django does to go back."""
    back = editor(catalog, version)
    for position in range(len(file.changes) - 1, -1, -1):
        change = file.changes[position]
        back.span = change.span
        change.backwards(back, states[position + 1], states[position])
    back.flush()
    back.close(catalog)
    return back.take()


def _migration(file: MigrationFile, up: list[Operation], down: list[Operation]) -> Migration:
    stuck = file.irreversible()
    rollback: RollbackState = "present"
    if stuck is not None:
        rollback = "irreversible" if stuck.meant else "absent"
    return Migration(
        name=f"{file.node[0]}.{file.node[1]}",
        path=file.path,
        span=file.span,
        parents=tuple(f"{app}.{name}" for app, name in file.dependencies),
        transactional=file.atomic,
        up=tuple(up),
        down=() if stuck is not None else tuple(down),
        rollback=rollback,
        rollback_reason=stuck.irreversible if stuck is not None else None,
        rollback_span=stuck.span if stuck is not None else None,
        statements=len(file.changes),
    )
