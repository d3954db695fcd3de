"""How Django changes a column in place: `BaseDatabaseSchemaEditor._alter_field`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import UNSET

from schemalint.catalog import Check, Index, Key
from schemalint.frontends.django import columns, introspection
from schemalint.frontends.django.column_types import column_check
from schemalint.frontends.django.deferred import Deferred
from schemalint.frontends.django.editor import ColumnChange, SchemaEditor
from schemalint.frontends.django.fields import Field, ModelKey
from schemalint.frontends.django.names import index_name, table_name
from schemalint.frontends.django.state import Model
from schemalint.operations import (
    AddCheck,
    AddForeignKey,
    AddIndex,
    AlterColumn,
    DropConstraint,
    RenameColumn,
)


class Related(NamedTuple):
    """A foreign key to a model, before and after."""

    old_model: Model
    old: Field
    new_model: Model
    new: Field


class AlteringEditor(SchemaEditor):
    """Changes columns in place, which every database but SQLite can do."""

    def alter_many_to_many(self, old_model: Model, old: Field, new_model: Model, new: Field) -> None:
        """Rename the table of a many-to-many field, and point its columns elsewhere."""
        old_through, new_through = old_model.through(old), new_model.through(new)
        if old_through is None or new_through is None:
            return
        self.alter_db_table(old_through.table, new_through.table)
        for position in (1, 0):  # the key to the other model first
            old_link = list(old_through.source.fields.values())[position]
            new_link = list(new_through.source.fields.values())[position]
            self.alter_field(new_through, old_through, old_link, new_through, new_link)

    def alter_column(self, change: ColumnChange) -> None:
        """The steps of `_alter_field`, in its order."""
        model, old, new = change.model, change.old, change.new
        table = table_name(model.table)
        old_type, new_type = self.type_of(change.old_model, old), self.type_of(change.new_model, new)
        dropped = self._drop_own_foreign_keys(change)
        self._forget_reference(change)
        self._drop_unique(change)
        retyped = old_type != new_type or old.option("db_collation") != new.option("db_collation")
        incoming = ((old.primary_key and new.primary_key) or (old.unique and new.unique)) and retyped
        if incoming:
            for related in self.related(change):
                related_table = table_name(related.new_model.table)
                found = introspection.names(
                    self.catalog, related_table, (related.new.column,), foreign_key=True
                )
                for name in list(found):
                    self.drop_foreign_key(related.new_model, name)
        self._drop_index(change)
        old_check, new_check = self._check_of(old), self._check_of(new)
        if old_check != new_check and old_check is not None:
            self._drop_checks(change)
        if old.column != new.column:
            self.run(RenameColumn(table=table, column=old.column, new_name=new.column, span=self.span))
            for item in self.deferred:
                item.rename_column(model.table, old.column, new.column)
        self._alter_type_and_null(change, old_type, new_type, retyped=retyped)
        if old.primary_key and not new.primary_key:
            self._drop_primary_key(model)
        if not new.primary_key and new.unique and (not old.unique or old.primary_key):
            self._add_unique(change)
        if (not old.db_index or old.unique) and new.db_index and not new.unique:
            self.run(self.field_index(model, new).operation(self.dialect))
        if not old.primary_key and new.primary_key:
            self._add_primary_key(change)
        if incoming or (not old.primary_key and new.primary_key):
            for related in self.related(change):
                self._retype_related(related)
        if (
            new.is_relation
            and new.db_constraint
            and (dropped or not old.is_relation or not old.db_constraint)
        ):
            self._add_foreign_key(change)
        elif new.is_relation and new.to is not None and not new.db_constraint:
            key = columns.foreign_key(change.new_model, new, None)
            self.run(AddForeignKey(table=table, foreign_key=key, span=self.span))
        if incoming:
            for related in self.related(change):
                if related.new.db_constraint:
                    self.create_foreign_key(related.new_model, related.new, "_fk")
        if old_check != new_check and new_check is not None:
            self._add_check(change)
        self.after_alteration(change, old_type, new_type)

    def after_alteration(self, change: ColumnChange, old_type: str, new_type: str) -> None:
        """What one database does besides."""

    def before_new_type(self, change: ColumnChange, old_type: str, new_type: str) -> None:
        """What one database does before a column changes its type."""

    def _drop_own_foreign_keys(self, change: ColumnChange) -> bool:
        old = change.old
        if not old.is_relation or not old.db_constraint:
            return False
        table = table_name(change.model.table)
        found = list(introspection.names(self.catalog, table, (old.column,), foreign_key=True))
        for name in found:
            self.drop_foreign_key(change.model, name)
        return bool(found)

    def _forget_reference(self, change: ColumnChange) -> None:
        """A reference that the database never knew of goes with the field that made it."""
        table = self.catalog.find(table_name(change.model.table))
        for key in table.foreign_keys if table is not None else ():
            if not key.enforced and key.columns == (change.old.column,):
                self.drop_foreign_key(change.model, key.name or "")

    def _drop_unique(self, change: ColumnChange) -> None:
        old, new = change.old, change.new
        became_key = not old.primary_key and new.primary_key
        if not old.unique or (new.unique and not became_key):
            return
        exclude = {item.name for item in change.model.option("constraints", ())}
        table = table_name(change.model.table)
        found = introspection.names(
            self.catalog, table, (old.column,), unique=True, primary_key=False, exclude=exclude
        )
        for name in list(found):
            self.drop_unique(change.model, name)

    def _drop_index(self, change: ColumnChange) -> None:
        """Every index of the column alone goes, whoever made it, unless Meta names it."""
        old, new, model = change.old, change.new, change.model
        if not old.db_index or old.unique or (new.db_index and not new.unique):
            return
        exclude = {self.meta_index_name(model, index) for index in model.option("indexes", ())}
        table = table_name(model.table)
        found = introspection.names(
            self.catalog, table, (old.column,), index=True, kind="idx", exclude=exclude
        )
        for name in list(found):
            self.drop_index(model, name)

    def _check_of(self, field: Field) -> str | None:
        """The field's CHECK; since Django 5.0 about a column of no name: renaming does not change it."""
        name = "__column_name__" if self.version >= (5, 0) else field.column
        return column_check(field, name, self.dialect)

    def _drop_checks(self, change: ColumnChange) -> None:
        exclude = {item.name for item in change.model.option("constraints", ())}
        table = table_name(change.model.table)
        found = introspection.names(self.catalog, table, (change.old.column,), check=True, exclude=exclude)
        for name in list(found):
            self.run(DropConstraint(table=table, name=name, kind="check", span=self.span))

    def _add_check(self, change: ColumnChange) -> None:
        new, table = change.new, change.model.table
        text = column_check(new, new.column, self.dialect)
        if text is not None:
            name = index_name(table, [new.column], "_check", self.dialect)
            check = Check(name=name, expression=text, columns=(new.column,), span=new.span)
            self.run(AddCheck(table=table_name(table), check=check, span=self.span))

    def _alter_type_and_null(
        self, change: ColumnChange, old_type: str, new_type: str, *, retyped: bool
    ) -> None:
        old, new = change.old, change.new
        if retyped or old.auto != new.auto:
            self.before_new_type(change, old_type, new_type)
        collation = new.option("db_collation")
        new_column = columns.column(change.new_model, new)
        old_column = columns.column(change.old_model, old)
        what = AlterColumn(
            table=table_name(change.model.table),
            column=new.column,
            type=new_type if retyped or old.auto != new.auto else UNSET,
            nullable=new_column.nullable if old_column.nullable != new_column.nullable else UNSET,
            default=new_column.default if old_column.default != new_column.default else UNSET,
            identity=new.auto if old.auto != new.auto else UNSET,
            collation=collation if collation != old.option("db_collation") else UNSET,
            span=self.span,
        )
        settings = (what.type, what.nullable, what.default, what.identity, what.collation)
        if any(setting is not UNSET for setting in settings):
            self.run(what)

    def _drop_primary_key(self, model: Model) -> None:
        table = table_name(model.table)
        for name in list(introspection.names(self.catalog, table, primary_key=True)):
            written = None if name == "PRIMARY" else name
            self.run(DropConstraint(table=table, name=written, kind="primary key", span=self.span))

    def _add_primary_key(self, change: ColumnChange) -> None:
        new, table = change.new, change.model.table
        index = Index(
            name=index_name(table, [new.column], "_pk", self.dialect),
            keys=(Key(column=new.column),),
            unique=True,
            origin="primary key",
            implied_by="primary_key=True",
            span=new.span,
        )
        self.run(AddIndex(table=table_name(table), index=index, span=self.span))

    def _add_unique(self, change: ColumnChange) -> None:
        (index,) = columns.keys(change.new)
        made = Deferred(change.model.table, index=index, suffix="_uniq", span=self.span)
        self.run(made.operation(self.dialect))

    def _add_foreign_key(self, change: ColumnChange) -> None:
        key = columns.foreign_key(change.new_model, change.new, None)
        target, _ = change.new_model.target(change.new)
        made = Deferred(change.model.table, foreign_key=key, target=target.table, span=self.span)
        self.run(made.operation(self.dialect))

    def _retype_related(self, related: Related) -> None:
        change = ColumnChange(
            related.new_model, related.old_model, related.old, related.new_model, related.new
        )
        old_type = self.type_of(related.old_model, related.old)
        self.before_new_type(change, old_type, self.type_of(related.new_model, related.new))
        self.run(
            AlterColumn(
                table=table_name(related.new_model.table),
                column=related.new.column,
                type=self.type_of(related.new_model, related.new),
                span=self.span,
            )
        )

    def related(self, change: ColumnChange) -> list[Related]:
        """The foreign keys to the field that is changed, and those to a key that is such a foreign key."""
        return list(_related((change.old_model, change.old), (change.new_model, change.new), set()))


def _related(
    old: tuple[Model, Field], new: tuple[Model, Field], seen: set[tuple[ModelKey, str]]
) -> Iterator[Related]:
    """What refers to a field, before and after, each with what refers to it."""
    now = {(model.key, field.name): (model, field) for model, field in incoming(*new)}
    for old_model, old_field in incoming(*old):
        place = old_model.key, old_field.name
        if place in now and place not in seen:
            seen.add(place)
            yield Related(old_model, old_field, *now[place])
            yield from _related((old_model, old_field), now[place], seen)


def incoming(model: Model, field: Field) -> Iterator[tuple[Model, Field]]:
    """The foreign keys to one field of a model."""
    for other, key in _incoming_to_model(model):
        named = key.to_field_name()
        if named == field.name or (named is None and field.primary_key):
            yield other, key


def _incoming_to_model(model: Model) -> Iterator[tuple[Model, Field]]:
    """Every foreign key to a model, those of many-to-many tables included."""
    for source in list(model.state.models.values()):
        for field in source.fields.values():
            if field.is_relation and field.to == model.key:
                yield model.state.model(source.key), field
            elif field.many_to_many and model.key in (field.to, source.key):
                owner = model.state.model(source.key)
                through = owner.through(field)
                if through is None:
                    continue
                for link in through.source.fields.values():
                    if link.to == model.key:
                        yield through, link
