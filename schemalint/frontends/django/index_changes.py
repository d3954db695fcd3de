"""Operations on indexes and constraints, there and back.

Source: `django/db/migrations/operations/models.py` and `django/contrib/postgres/operations.py`.
"""

from __future__ import annotations

from msgspec.structs import replace

from schemalint.frontends.django import introspection
from schemalint.frontends.django.changes import ModelChange, opaque_about
from schemalint.frontends.django.editor import SchemaEditor
from schemalint.frontends.django.meta import MetaConstraint, MetaIndex
from schemalint.frontends.django.names import table_name
from schemalint.frontends.django.state import State
from schemalint.operations import AlterConstraint as ConstraintAltered


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
            editor.run(opaque_about(model, f"a constraint {self.name} that nothing made", self.span))
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
