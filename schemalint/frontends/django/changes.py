"""What operations of migrations have in common, and those that hold others.

Source: `django/db/migrations/operations/base.py` and `special.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from schemalint.frontends.django.editor import SchemaEditor
from schemalint.frontends.django.fields import Field, ModelKey
from schemalint.frontends.django.names import table_name
from schemalint.frontends.django.state import Model, State
from schemalint.operations import Opaque, Operation
from schemalint.source import Span


class NotUnderstood(Exception):
    """An operation that can't be read; the reason finishes the sentence "not understood: …"."""


class Change(Struct, frozen=True, kw_only=True, eq=False):
    """One operation of a migration.

    `irreversible` says why Django can't undo it, to finish the sentence "migration … cannot be rolled
    back: …"; it is `meant` where its code says so.
    """

    span: Span
    irreversible: str | None = None
    meant: bool = False

    def state(self, state: State) -> State:
        """The models after it."""
        return state

    def forwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """What it does to the database, between the models before and after."""

    def backwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """What undoes it; `old` are the models after it, `new` those before."""


class Collation(Change, frozen=True, kw_only=True, eq=False):
    """CreateCollation: Django asks of the collation of a text whether it is deterministic."""

    name: str
    deterministic: bool = True

    def state(self, state: State) -> State:
        """The models are what they were; what holds for all of them is not."""
        return state if self.deterministic else state.with_nondeterministic(self.name)


class ModelChange(Change, frozen=True, kw_only=True, eq=False):
    """An operation on one model."""

    key: ModelKey

    def changed(self, state: State, **options: Any) -> State:
        """The state with options of the model set."""
        model = state.models.get(self.key)
        return state if model is None else state.with_model(model.with_options(**options))


class Sql(Change, frozen=True, kw_only=True, eq=False):
    """RunSQL, and SQL in a RunPython: operations that were read from text."""

    up: tuple[Operation, ...] = ()
    down: tuple[Operation, ...] = ()
    changes: tuple[Change, ...] = ()

    def state(self, state: State) -> State:
        """What `state_operations` say."""
        for change in self.changes:
            state = change.state(state)
        return state

    def forwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Runs the SQL."""
        for operation in self.up:
            editor.run(operation)

    def backwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Runs the SQL that undoes it."""
        for operation in self.down:
            editor.run(operation)


class Overridden(Change, frozen=True, kw_only=True, eq=False):
    """An operation whose class changes how it is run: so that it may fail, is not run, or not undone.

    `runs` and `is_undone` are None where that is not known.
    """

    change: Change
    may_fail: bool = False
    runs: bool | None = True
    is_undone: bool | None = True

    def state(self, state: State) -> State:
        """What the operation does."""
        return self.change.state(state)

    def forwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """What the operation does, as far as the database takes it."""
        editor.lenient = self.may_fail
        _do(self.change.forwards, self.runs, editor, old, new)
        editor.lenient = False

    def backwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """What undoes the operation, if anything does."""
        _do(self.change.backwards, self.is_undone, editor, old, new)


def _do(
    way: Callable[[SchemaEditor, State, State], None],
    certainly: bool | None,
    editor: SchemaEditor,
    old: State,
    new: State,
) -> None:
    """Go a way, certainly, perhaps, or not at all."""
    if certainly:
        way(editor, old, new)
    elif certainly is None:
        editor.flush()
        editor.doubt = "an operation that its class runs under a condition"
        way(editor, old, new)
        editor.flush()
        editor.doubt = None


class Separate(Change, frozen=True, kw_only=True, eq=False):
    """SeparateDatabaseAndState."""

    database: tuple[Change, ...] = ()
    models: tuple[Change, ...] = ()

    def state(self, state: State) -> State:
        """What the state operations say."""
        for change in self.models:
            state = change.state(state)
        return state

    def forwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """What the database operations do, each between the models of its own making."""
        for change in self.database:
            after = change.state(old)
            change.forwards(editor, old, after)
            old = after

    def backwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """The database operations undone, the last one first."""
        states = [new]
        for change in self.database:
            states.append(change.state(states[-1]))
        for position in range(len(self.database) - 1, -1, -1):
            change = self.database[position]
            change.backwards(editor, states[position + 1], states[position])


def opaque_about(model: Model, reason: str, span: Span) -> Opaque:
    """Says that something is not understood that may change a model's table."""
    return Opaque(reason=reason, tables=(table_name(model.table),), span=span)


def uncertainty(field: Field) -> str:
    """Why a field is not certain, to finish the sentence "not understood: …"."""
    return f"the field {field.name} of class {field.path}"
