"""The operations of migrations: what each does to the models, and to the database there and back.

Source: `django/db/migrations/operations/` and `django/contrib/postgres/operations.py`.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from schemalint.frontends.django import introspection
from schemalint.frontends.django.editor import SchemaEditor
from schemalint.frontends.django.fields import REMOVED, Field, ModelKey
from schemalint.frontends.django.meta import MetaConstraint, MetaIndex
from schemalint.frontends.django.names import table_name
from schemalint.frontends.django.state import Model, ModelState, State, Together
from schemalint.operations import AlterConstraint as ConstraintAltered
from schemalint.operations import Opaque, Operation
from schemalint.source import Span


class Change(Struct, frozen=True, kw_only=True, eq=False):
    """One operation of a migration. `reversible` is False where Django can't undo it."""

    span: Span
    reversible: bool = True

    def state(self, state: State) -> State:
        """The models after it."""
        return state

    def forwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """What it does to the database, between the models before and after."""

    def backwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """What undoes it; `old` are the models after it, `new` those before."""


class ModelChange(Change, frozen=True, kw_only=True, eq=False):
    """An operation on one model."""

    key: ModelKey

    def changed(self, state: State, **options: Any) -> State:
        """The state with options of the model set."""
        model = state.models.get(self.key)
        return state if model is None else state.with_model(model.with_options(**options))


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
            _report_uncertain(editor, model)

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
        return State(models, state.environment)

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
    """AlterModelOptions, AlterModelManagers, AlterModelTableComment: nothing for the database."""

    options: dict[str, Any]
    absent: tuple[str, ...] = ()

    def state(self, state: State) -> State:
        """Sets the options, and takes away those of AlterModelOptions that it does not name."""
        model = state.models.get(self.key)
        if model is None:
            return state
        options = {name: value for name, value in model.options.items() if name not in self.absent}
        return state.with_model(replace(model, options={**options, **self.options}))


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


class AddIndex(ModelChange, frozen=True, kw_only=True, eq=False):
    """AddIndex and AddIndexConcurrently."""

    index: MetaIndex
    concurrently: bool = False

    def state(self, state: State) -> State:
        """Adds the index."""
        model = state.models.get(self.key)
        indexes = (*(model.options.get("indexes", ()) if model is not None else ()), self.index)
        return self.changed(state, indexes=indexes)

    def forwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Makes it."""
        model = new.model(self.key)
        if self.key in new.models and model.managed:
            editor.add_index(model, self.index, concurrently=self.concurrently)

    def backwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Drops it."""
        model = old.model(self.key)
        if self.key in old.models and model.managed:
            editor.remove_index(model, self.index, concurrently=self.concurrently)


class RemoveIndex(ModelChange, frozen=True, kw_only=True, eq=False):
    """RemoveIndex and RemoveIndexConcurrently."""

    name: str
    concurrently: bool = False

    def state(self, state: State) -> State:
        """Takes the index away."""
        model = state.models.get(self.key)
        kept = tuple(
            index
            for index in (model.options.get("indexes", ()) if model is not None else ())
            if index.name != self.name
        )
        return self.changed(state, indexes=kept)

    def forwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Drops it."""
        if self.key not in old.models:
            return
        model = old.model(self.key)
        index = model.source.index(self.name) or MetaIndex(name=self.name)
        if model.managed:
            editor.remove_index(model, index, concurrently=self.concurrently)

    def backwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Makes it again."""
        if self.key not in new.models:
            return
        model = new.model(self.key)
        index = model.source.index(self.name)
        if model.managed and index is not None:
            editor.add_index(model, index, concurrently=self.concurrently)


class RenameIndex(ModelChange, frozen=True, kw_only=True, eq=False):
    """RenameIndex, of an index with a name or of one of `index_together`."""

    new_name: str
    old_name: str | None = None
    old_fields: tuple[str, ...] = ()

    def state(self, state: State) -> State:
        """Renames the index."""
        model = state.models.get(self.key)
        if model is None:
            return state
        indexes = model.options.get("indexes", ())
        if self.old_fields:
            together = tuple(
                names for names in model.options.get("index_together", ()) if names != self.old_fields
            )
            index = MetaIndex(
                name=self.new_name,
                fields=self.old_fields,
                descending=(False,) * len(self.old_fields),
                span=self.span,
            )
            return self.changed(state, indexes=(*indexes, index), index_together=together)
        renamed = tuple(
            replace(index, name=self.new_name) if index.name == self.old_name else index for index in indexes
        )
        return self.changed(state, indexes=renamed)

    def forwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Renames it."""
        if self.key not in old.models:
            return
        model = new.model(self.key)
        if not model.managed:
            return
        name = self.old_name
        if self.old_fields:
            before = old.model(self.key)
            named = before.columns(self.old_fields)
            found = list(
                introspection.names(editor.catalog, table_name(before.table), named, index=True, unique=False)
            )
            name = found[0] if len(found) == 1 else None
        index = model.source.index(self.new_name)
        if name is not None and index is not None and name != self.new_name:
            editor.rename_index(model, name, index)

    def backwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Renames it back; one that had no name of its own keeps the new one."""
        if self.old_name is None or self.key not in new.models:
            return
        model = new.model(self.key)
        index = model.source.index(self.old_name)
        if model.managed and index is not None:
            editor.rename_index(model, self.new_name, index)


class AddConstraint(ModelChange, frozen=True, kw_only=True, eq=False):
    """AddConstraint and AddConstraintNotValid."""

    constraint: MetaConstraint
    validated: bool = True

    def state(self, state: State) -> State:
        """Adds the constraint."""
        model = state.models.get(self.key)
        known = model.options.get("constraints", ()) if model is not None else ()
        return self.changed(state, constraints=(*known, self.constraint))

    def forwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Makes it."""
        model = new.model(self.key)
        if self.key in new.models and model.managed:
            editor.add_constraint(model, self.constraint, validated=self.validated)

    def backwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Drops it."""
        model = new.model(self.key)
        if self.key in new.models and model.managed:
            editor.remove_constraint(model, self.constraint)


class RemoveConstraint(ModelChange, frozen=True, kw_only=True, eq=False):
    """RemoveConstraint."""

    name: str

    def state(self, state: State) -> State:
        """Takes the constraint away."""
        model = state.models.get(self.key)
        known = model.options.get("constraints", ()) if model is not None else ()
        return self.changed(state, constraints=tuple(item for item in known if item.name != self.name))

    def forwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Drops it."""
        if self.key not in old.models:
            return
        model = new.model(self.key)
        constraint = old.models[self.key].constraint(self.name)
        if not model.managed:
            return
        if constraint is None:
            editor.run(_opaque(self.span, f"a constraint {self.name} that nothing made", model))
        else:
            editor.remove_constraint(model, constraint)

    def backwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Makes it again."""
        if self.key not in new.models:
            return
        model = new.model(self.key)
        constraint = new.models[self.key].constraint(self.name)
        if model.managed and constraint is not None:
            editor.add_constraint(model, constraint)


class AlterConstraint(ModelChange, frozen=True, kw_only=True, eq=False):
    """AlterConstraint (Django 5.2): its message changes, and nothing in the database."""

    name: str
    constraint: MetaConstraint

    def state(self, state: State) -> State:
        """Puts the new constraint in the place of the old one."""
        model = state.models.get(self.key)
        known = model.options.get("constraints", ()) if model is not None else ()
        changed = tuple(self.constraint if item.name == self.name else item for item in known)
        return self.changed(state, constraints=changed)


class ValidateConstraint(ModelChange, frozen=True, kw_only=True, eq=False):
    """ValidateConstraint of PostgreSQL."""

    name: str

    def forwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """VALIDATE CONSTRAINT."""
        model = new.model(self.key)
        if model.managed:
            editor.run(ConstraintAltered(table=model.name, name=self.name, validated=True, span=self.span))


class FieldChange(ModelChange, frozen=True, kw_only=True, eq=False):
    """An operation on one field."""

    name: str


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
            editor.run(_opaque(field.span or self.span, _uncertainty(field), model))

    def backwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """Takes them away."""
        if self.key not in old.models:
            return
        model = old.model(self.key)
        field = model.field(self.name) or model.source.fields.get(self.name)
        if model.managed and field is not None:
            editor.remove_field(model, field)


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
        if self.key not in old.models:
            return
        model = old.model(self.key)
        field = model.field(self.name) or model.source.fields.get(self.name)
        if model.managed and field is not None:
            editor.remove_field(model, field)

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
        before = old_model.field(self.name) or old_model.source.fields.get(self.name)
        after = field or new_model.field(self.name) or new_model.source.fields.get(self.name)
        if not new_model.managed or before is None or after is None:
            return
        editor.alter_field(old_model, old_model, before, new_model, after)
        if not after.certain and before.certain:
            editor.run(_opaque(after.span or self.span, _uncertainty(after), new_model))


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
        before = old_model.field(old_name) or old_model.source.fields.get(old_name)
        after = new_model.field(new_name) or new_model.source.fields.get(new_name)
        if new_model.managed and before is not None and after is not None:
            editor.alter_field(old_model, old_model, before, new_model, after)


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
    """An operation whose class changes how it is run: so that it may fail, or so that nothing undoes it."""

    change: Change
    may_fail: bool = False
    stays: bool = False

    def state(self, state: State) -> State:
        """What the operation does."""
        return self.change.state(state)

    def forwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """What the operation does, as far as the database takes it."""
        editor.lenient = self.may_fail
        self.change.forwards(editor, old, new)
        editor.lenient = False

    def backwards(self, editor: SchemaEditor, old: State, new: State) -> None:
        """What undoes the operation, if anything does."""
        if not self.stays:
            self.change.backwards(editor, old, new)


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


def _stored(field: Field, preserve_default: bool) -> Field:
    """The field as the state keeps it: a one-off default is forgotten."""
    return field if preserve_default else field.with_options(default=REMOVED)


def _with_state(model: Model, state: State) -> Model:
    """A model as it was, with its fields referring to the models of another moment."""
    return Model(model.source, state, model.through_of)


def _opaque(span: Span, reason: str, model: Model) -> Opaque:
    return Opaque(reason=reason, tables=(table_name(model.table),), span=span)


def _uncertainty(field: Field) -> str:
    return f"the field {field.name} of class {field.path}"


def _report_uncertain(editor: SchemaEditor, model: Model) -> None:
    for field in model.source.fields.values():
        if not field.certain:
            editor.run(
                _opaque(field.span or model.source.span or editor_span(editor), _uncertainty(field), model)
            )


def editor_span(editor: SchemaEditor) -> Span:
    """The place of the operation that the editor is at."""
    return editor.span if editor.span is not None else Span("", 0, 0)
