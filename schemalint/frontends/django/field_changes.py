"""Operations on fields, there and back.

Source: `django/db/migrations/operations/fields.py`.
"""

from __future__ import annotations

from msgspec.structs import replace

from schemalint.frontends.django.changes import ModelChange, opaque_about, uncertainty
from schemalint.frontends.django.editor import SchemaEditor
from schemalint.frontends.django.fields import REMOVED, Field
from schemalint.frontends.django.state import Model, State


class FieldChange(ModelChange, frozen=True, kw_only=True, eq=False):
    """An operation on one field."""

    name: str

    def remove(self, editor: SchemaEditor, old: State) -> None:
        """Take away what the field made."""
        if self.key not in old.models:
            return
        model = old.model(self.key)
        field = model.named(self.name)
        if model.managed and field is not None:
            editor.remove_field(model, field)


class AddField(FieldChange, frozen=True, kw_only=True, eq=False):
    """AddField."""

    field: Field
    preserve_default: bool = True

    def state(self, state: State) -> State:
        """Adds the field."""
        model = state.models.get(self.key)
        if model is None:
            return state
        return state.with_model(model.with_field(self.name, _stored(self.field, self.preserve_default)))

    def forwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Adds its column, or makes its table."""
        if self.key not in old.models:
            return
        model = new.model(self.key)
        if not model.managed:
            return
        field = replace(self.field, name=self.name)
        editor.add_field(_with_state(old.model(self.key), new), field)
        if not field.certain:
            editor.run(opaque_about(model, uncertainty(field), field.span or self.span))

    def backwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Takes them away."""
        self.remove(editor, old)


class RemoveField(FieldChange, frozen=True, kw_only=True, eq=False):
    """RemoveField."""

    def state(self, state: State) -> State:
        """Takes the field away."""
        model = state.models.get(self.key)
        if model is None:
            return state
        kept = {name: field for name, field in model.fields.items() if name != self.name}
        return state.with_model(replace(model, fields=kept))

    def forwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Takes its column away, or its table."""
        self.remove(editor, old)

    def backwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Brings them back."""
        if self.key not in new.models:
            return
        model = new.model(self.key)
        field = model.source.fields.get(self.name)
        if model.managed and field is not None:
            editor.add_field(_with_state(old.model(self.key), new), field)


class AlterField(FieldChange, frozen=True, kw_only=True, eq=False):
    """AlterField."""

    field: Field
    preserve_default: bool = True

    def state(self, state: State) -> State:
        """Puts the new field in the place of the old one."""
        model = state.models.get(self.key)
        if model is None or self.name not in model.fields:
            return state
        return state.with_model(model.with_field(self.name, _stored(self.field, self.preserve_default)))

    def forwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Changes the column."""
        field = replace(self.field, name=self.name)
        self._alter(editor, old, new, None if self.preserve_default else field)

    def backwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Changes it back."""
        self._alter(editor, old, new, None)

    def _alter(self, editor: SchemaEditor, old: State, new: State, field: Field | None) -> None:
        if self.key not in old.models or self.key not in new.models:
            return
        old_model, new_model = old.model(self.key), new.model(self.key)
        before = old_model.named(self.name)
        after = field or new_model.named(self.name)
        if not new_model.managed or before is None or after is None:
            return
        editor.alter_field(old_model, old_model, before, new_model, after)
        if not after.certain and before.certain:
            editor.run(opaque_about(new_model, uncertainty(after), after.span or self.span))


class RenameField(FieldChange, frozen=True, kw_only=True, eq=False):
    """RenameField."""

    new_name: str

    def state(self, state: State) -> State:
        """Renames the field, in keys over several fields and in what refers to it, too."""
        model = state.models.get(self.key)
        if model is None or self.name not in model.fields:
            return state
        fields = {name: field for name, field in model.fields.items() if name != self.name}
        fields[self.new_name] = replace(model.fields[self.name], name=self.new_name)
        for name, field in fields.items():
            if field.type.internal == "CompositePrimaryKey":
                fields[name] = field.with_options(fields=self._renamed(field.options.get("fields", ())))
        options = dict(model.options)
        for option in ("unique_together", "index_together"):
            if option in options:
                options[option] = tuple(self._renamed(names) for names in options[option])
        state = state.with_model(replace(model, fields=fields, options=options))
        for other, field in list(state.references(self.key)):
            if field.to == self.key and field.to_field_name() == self.name:
                current = state.models[other.key]
                state = state.with_model(
                    current.with_field(field.name, field.with_options(to_field=self.new_name))
                )
        return state

    def _renamed(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self.new_name if name == self.name else name for name in names)

    def forwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Renames the column."""
        self._rename(editor, old, self.name, new, self.new_name)

    def backwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Renames it back."""
        self._rename(editor, old, self.new_name, new, self.name)

    def _rename(self, editor: SchemaEditor, old: State, old_name: str, new: State, new_name: str) -> None:
        if self.key not in old.models or self.key not in new.models:
            return
        old_model, new_model = old.model(self.key), new.model(self.key)
        before = old_model.named(old_name)
        after = new_model.named(new_name)
        if new_model.managed and before is not None and after is not None:
            editor.alter_field(old_model, old_model, before, new_model, after)


def _stored(field: Field, preserve_default: bool) -> Field:
    """The field as the state keeps it: a one-off default is forgotten."""
    return field if preserve_default else field.with_options(default=REMOVED)


def _with_state(model: Model, state: State) -> Model:
    """A model as it was, with its fields referring to the models of another moment."""
    return Model(model.source, state, model.through_of)
