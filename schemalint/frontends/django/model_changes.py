"""Operations on models: what each does to the models, and to the database there and back.

Source: `django/db/migrations/operations/models.py`.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from schemalint.frontends.django.changes import Change, ModelChange, opaque_about, uncertainty
from schemalint.frontends.django.editor import SchemaEditor
from schemalint.frontends.django.fields import ModelKey
from schemalint.frontends.django.model_state import ModelState, Together
from schemalint.frontends.django.stale_options import stale_field
from schemalint.frontends.django.state import Model, State
from schemalint.operations import Failure
from schemalint.source import Span


class CreateModel(Change, frozen=True, kw_only=True, eq=False):
    """CreateModel."""

    model: ModelState

    def state(self, state: State) -> State:
        """Adds the model."""
        return state.with_model(self.model)

    def forwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Makes its table, and the indexes that Django 5.1 no longer makes with it."""
        model = new.model(self.model.key)
        if model.managed:
            editor.create_model(model)
            editor.create_index_together(model)
            _report_uncertain(editor, model, self.span)

    def backwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Drops its table."""
        model = old.model(self.model.key)
        if model.managed:
            editor.delete_model(model)


class DeleteModel(ModelChange, frozen=True, kw_only=True, eq=False):
    """DeleteModel."""

    def state(self, state: State) -> State:
        """Takes the model away."""
        return state.without(self.key)

    def forwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Drops its table."""
        model = old.model(self.key)
        if model.managed and self.key in old.models:
            editor.delete_model(model)

    def backwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Makes its table."""
        model = new.model(self.key)
        if model.managed and self.key in new.models:
            missing = stale_field(model)
            if missing is not None:
                reason = f"{model.source.name} has no field named {missing}, which its Meta names"
                editor.run(Failure(reason=reason, span=self.span))
            editor.create_model(model)


class RenameModel(ModelChange, frozen=True, kw_only=True, eq=False):
    """RenameModel."""

    new_name: str

    @property
    def new_key(self) -> ModelKey:
        """How models refer to it afterwards."""
        return (self.key[0], self.new_name.lower())

    def state(self, state: State) -> State:
        """Renames the model, and all that refers to it."""
        model = state.models.get(self.key)
        if model is None:
            return state
        state = state.with_model(replace(model, name=self.new_name), instead_of=self.key)
        models = dict(state.models)
        for key, other in state.models.items():
            models[key] = _repointed(other, self.key, self.new_key)
        return state.of(models)

    def forwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Renames the table, and points everything that refers to it there."""
        self._rename(editor, old, self.key, new, self.new_key)

    def backwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Renames it back."""
        self._rename(editor, old, self.new_key, new, self.key)

    @staticmethod
    def _rename(editor: SchemaEditor, old: State, old_key: ModelKey, new: State, new_key: ModelKey) -> None:
        if old_key not in old.models or new_key not in new.models:
            return
        old_model, new_model = old.model(old_key), new.model(new_key)
        if not new_model.managed:
            return
        editor.alter_db_table(old_model.table, new_model.table)
        for source, field in list(old.references(old_key)):
            if field.to != old_key or (
                str(field.option("related_name", "")).endswith("+") and not field.many_to_many
            ):
                continue
            key = new_key if source.key == old_key else source.key
            changed = new.model(key)
            new_field = changed.source.fields.get(field.name)
            if new_field is not None and changed.managed:
                editor.alter_field(changed, old.model(source.key), field, changed, new_field)
        for old_field, new_field in zip(old_model.many_to_many, new_model.many_to_many, strict=False):
            if new_field.to != new_key and new_model.through(new_field) is not None:
                editor.alter_many_to_many(old_model, old_field, new_model, new_field)


def _repointed(model: ModelState, old: ModelKey, new: ModelKey) -> ModelState:
    """A model with its fields and bases pointing to a renamed model."""
    fields = dict(model.fields)
    touched = False
    for name, field in model.fields.items():
        if old in (field.to, field.through):
            touched = True
            fields[name] = replace(
                field,
                to=new if field.to == old else field.to,
                through=new if field.through == old else field.through,
            )
    if old in model.bases:
        touched = True
    bases = tuple(new if base == old else base for base in model.bases)
    return replace(model, fields=fields, bases=bases) if touched else model


class AlterModelTable(ModelChange, frozen=True, kw_only=True, eq=False):
    """AlterModelTable."""

    table: str | None

    def state(self, state: State) -> State:
        """Sets `db_table`."""
        return self.changed(state, db_table=self.table)

    def forwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Renames the table, and those of its many-to-many fields."""
        if self.key not in old.models:
            return
        old_model, new_model = old.model(self.key), new.model(self.key)
        if not new_model.managed:
            return
        editor.alter_db_table(old_model.table, new_model.table)
        for old_field, new_field in zip(old_model.many_to_many, new_model.many_to_many, strict=False):
            old_through, new_through = old_model.through(old_field), new_model.through(new_field)
            if old_through is not None and new_through is not None:
                editor.alter_db_table(old_through.table, new_through.table)

    def backwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Renames them back."""
        self.forwards(editor, old, new)


class AlterOptions(ModelChange, frozen=True, kw_only=True, eq=False):
    """AlterModelOptions: nothing for the database."""

    options: dict[str, Any]
    absent: tuple[str, ...] = ()
    understood: bool = True

    def state(self, state: State) -> State:
        """Sets the options, and takes away those of AlterModelOptions that it does not name."""
        model = state.models.get(self.key)
        if model is None:
            return state
        options = {name: value for name, value in model.options.items() if name not in self.absent}
        complete = model.complete and self.understood
        return state.with_model(replace(model, options={**options, **self.options}, complete=complete))


class AlterTogether(ModelChange, frozen=True, kw_only=True, eq=False):
    """AlterUniqueTogether and AlterIndexTogether."""

    option: str
    together: Together

    def state(self, state: State) -> State:
        """Sets the option."""
        return self.changed(state, **{self.option: self.together, f"{self.option} span": self.span})

    def forwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Drops and makes what differs."""
        if self.key not in old.models:
            return
        model = new.model(self.key)
        if model.managed:
            before = old.model(self.key).option(self.option, ())
            after = model.option(self.option, ())
            if self.option == "unique_together":
                editor.alter_unique_together(model, before, after)
            else:
                editor.alter_index_together(model, before, after)

    def backwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """The same the other way round."""
        self.forwards(editor, old, new)


class AlterOrder(ModelChange, frozen=True, kw_only=True, eq=False):
    """AlterOrderWithRespectTo."""

    order: str | None

    def state(self, state: State) -> State:
        """Sets the option."""
        return self.changed(state, order_with_respect_to=self.order)

    def forwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Adds or removes the column `_order`."""
        if self.key not in old.models:
            return
        before, after = old.model(self.key), new.model(self.key)
        if not after.managed:
            return
        had, has = before.option("order_with_respect_to"), after.option("order_with_respect_to")
        if had and not has:
            field = before.field("_order")
            if field is not None:
                editor.remove_field(before, field)
        elif has and not had:
            field = after.field("_order")
            if field is not None:
                editor.add_field(before, field.with_options(default=0))

    def backwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """The same the other way round."""
        self.forwards(editor, old, new)


def _report_uncertain(editor: SchemaEditor, model: Model, span: Span) -> None:
    for field in model.source.fields.values():
        if not field.certain:
            place = field.span or model.source.span or span
            editor.run(opaque_about(model, uncertainty(field), place))
