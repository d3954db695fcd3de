"""What Django's schema editor does to a database, in operations: `BaseDatabaseSchemaEditor`.

An editor goes through a history with a catalog of its own, because Django looks into the database for the
names of what it drops. `operations` collects what it has done since they were last taken.
"""

from __future__ import annotations

from typing import NamedTuple

from schemalint.catalog import Check, ForeignKey, Index, Key, Table
from schemalint.frontends.django import columns, introspection
from schemalint.frontends.django.column_types import column_type
from schemalint.frontends.django.deferred import Deferred
from schemalint.frontends.django.editor_indexes import IndexEditor
from schemalint.frontends.django.fields import Field
from schemalint.frontends.django.names import foreign_key_suffix, index_name, table_name
from schemalint.frontends.django.state import Model
from schemalint.operations import (
    AddColumn,
    AddForeignKey,
    CreateTable,
    DropColumn,
    DropConstraint,
    DropTable,
    RenameTable,
)


class ColumnChange(NamedTuple):
    """A field before and after, each with its model; `model` is the one whose table is changed."""

    model: Model
    old_model: Model
    old: Field
    new_model: Model
    new: Field


class SchemaEditor(IndexEditor):
    """Does what Django does on every database; its subclasses know what differs."""

    # tables

    def create_model(self, model: Model) -> None:
        """CREATE TABLE, with everything that belongs to the model."""
        for names in model.option("unique_together", ()):
            self.deferred.append(self._unique_together(model, names))
        self.run(self.table(model))
        self.deferred.extend(self.model_indexes(model))
        self.create_join_tables(model)

    def create_join_tables(self, model: Model) -> None:
        """CREATE TABLE for each of the model's many-to-many fields that name no model of their own."""
        for field in model.many_to_many:
            through = model.through(field)
            if through is not None:
                self.create_model(through)

    def table(self, model: Model) -> CreateTable:
        """The CREATE TABLE of a model; what can't be in it is put off."""
        indexes: list[Index] = []
        foreign_keys: list[ForeignKey] = []
        checks: list[Check] = []
        composite = model.composite_key
        for field in model.fields:
            indexes += columns.keys(field)
            checks += columns.checks(model, field)
            if field.is_relation and field.to is not None:
                if self.inline_foreign_keys or not field.db_constraint:
                    foreign_keys.append(columns.foreign_key(model, field, None))
                else:
                    self.deferred.append(self._deferred_foreign_key(model, field))
        for constraint in model.option("constraints", ()):
            index, check = self._inline_constraint(model, constraint)
            indexes += [index] if index is not None else []
            checks += [check] if check is not None else []
        if composite:
            keys = tuple(Key(column=name) for name in composite)
            span = next((field.span for field in model.source.fields.values() if not field.has_column), None)
            indexes.append(
                Index(
                    name=None,
                    keys=keys,
                    unique=True,
                    origin="primary key",
                    implied_by="CompositePrimaryKey",
                    span=span,
                )
            )
        table = Table(
            name=table_name(model.table),
            columns=tuple(columns.column(model, field) for field in model.fields),
            indexes=tuple(self._marked(model, index) for index in indexes),
            foreign_keys=tuple(foreign_keys),
            checks=tuple(checks),
            complete=model.source.complete and all(field.certain for field in model.fields),
            holds=model.source.complete or model.source.holds,
            unsure=model.source.unsure,
            framework_made=model.through_of is not None,
            span=model.source.span,
        )
        return CreateTable(table=table, span=self.span)

    def delete_model(self, model: Model) -> None:
        """DROP TABLE, and those of its many-to-many fields."""
        for field in model.many_to_many:
            through = model.through(field)
            if through is not None:
                self.delete_model(through)
        self.drop_table(model)

    def drop_table(self, model: Model) -> None:
        """DROP TABLE, and nothing that was put off for it is done."""
        self.run(DropTable(table=table_name(model.table), cascade=self.dialect != "sqlite", span=self.span))
        self.deferred = [item for item in self.deferred if not item.is_about_table(model.table)]

    def alter_db_table(self, old: str, new: str) -> None:
        """RENAME TABLE."""
        if old == new:
            return
        self.run(RenameTable(table=table_name(old), new_name=table_name(new), span=self.span))
        for item in self.deferred:
            item.rename_table(old, new)

    # fields

    def add_field(self, model: Model, field: Field) -> None:
        """ADD COLUMN; `model` is the model before it. A many-to-many field makes a table instead."""
        if field.many_to_many:
            through = model.through(field)
            if through is not None:
                self.create_model(through)
            return
        if not field.has_column:
            return
        self.run(self.added_column(model, field))
        self.deferred.extend(self.field_indexes(model, field))

    def added_column(self, model: Model, field: Field) -> AddColumn:
        """ADD COLUMN with the constraints that are written on it."""
        foreign_keys: tuple[ForeignKey, ...] = ()
        if field.is_relation and field.to is not None:
            name = self.foreign_key_name(model, field) if field.db_constraint else None
            foreign_keys = (columns.foreign_key(model, field, name),)
        return AddColumn(
            table=table_name(model.table),
            column=columns.column(model, field),
            indexes=columns.keys(field),
            foreign_keys=foreign_keys,
            checks=columns.checks(model, field),
            span=self.span,
        )

    def foreign_key_name(self, model: Model, field: Field, suffix: str | None = None) -> str:
        """The name of a field's foreign key."""
        if suffix is None:
            suffix = foreign_key_suffix(model.target(field)[0].table, model.target_column(field))
        return index_name(model.table, [field.column], suffix, self.dialect)

    def _deferred_foreign_key(self, model: Model, field: Field) -> Deferred:
        target, _ = model.target(field)
        key = columns.foreign_key(model, field, None)
        return Deferred(model.table, foreign_key=key, target=target.table, span=self.span)

    def remove_field(self, model: Model, field: Field) -> None:
        """DROP COLUMN."""
        if field.many_to_many:
            through = model.through(field)
            if through is not None:
                self.delete_model(through)
            return
        if not field.has_column:
            return
        table = table_name(model.table)
        if field.is_relation:
            for name in list(introspection.names(self.catalog, table, (field.column,), foreign_key=True)):
                self.drop_foreign_key(model, name)
        self.run(
            DropColumn(table=table, column=field.column, cascade=self.dialect != "sqlite", span=self.span)
        )
        self.deferred = [
            item for item in self.deferred if not item.is_about_column(model.table, field.column)
        ]

    def drop_foreign_key(self, model: Model, name: str) -> None:
        """DROP CONSTRAINT of a foreign key."""
        drop = DropConstraint(table=table_name(model.table), name=name, kind="foreign key", span=self.span)
        self.run(drop)

    def create_foreign_key(self, model: Model, field: Field, suffix: str | None = None) -> None:
        """ADD FOREIGN KEY."""
        key = columns.foreign_key(model, field, self.foreign_key_name(model, field, suffix))
        self.run(AddForeignKey(table=table_name(model.table), foreign_key=key, span=self.span))

    def alter_field(self, model: Model, old_model: Model, old: Field, new_model: Model, new: Field) -> None:
        """Change a column of `model` from one field to another, each with the model that it is of."""
        if not self.should_be_altered(old_model, old, new_model, new):
            return
        if old.many_to_many and new.many_to_many:
            self.alter_many_to_many(old_model, old, new_model, new)
        elif old.has_column and new.has_column:
            self.alter_column(ColumnChange(model, old_model, old, new_model, new))

    def alter_column(self, change: ColumnChange) -> None:
        """Change a column."""
        raise NotImplementedError

    def alter_many_to_many(self, old_model: Model, old: Field, new_model: Model, new: Field) -> None:
        """Change the table of a many-to-many field."""
        raise NotImplementedError

    def should_be_altered(self, old_model: Model, old: Field, new_model: Model, new: Field) -> bool:
        """Whether a change of a field changes the database (`_field_should_be_altered`)."""
        if not old.type.column and not new.type.column:
            return False
        if old.column != new.column:
            return True
        if old.deconstructed() != new.deconstructed():
            return True
        if old.type.relation and new.type.relation:
            if old.to_field_name() != new.to_field_name() and not _is_key(old_model, old, new_model, new):
                return True
            if old.many_to_many or new.many_to_many:
                return old.to != new.to or old.name != new.name
            if self.version < (5, 0):
                return old.to != new.to
            return old_model.target(old)[0].table != new_model.target(new)[0].table
        return False

    def type_of(self, model: Model, field: Field) -> str:
        """The type of a field's column."""
        return column_type(field, model, self.dialect) or ""


def _is_key(old_model: Model, old: Field, new_model: Model, new: Field) -> bool:
    """Whether two fields refer to the primary key, said or not."""
    one, other = old_model.target_field(old), new_model.target_field(new)
    return one is not None and other is not None and one.primary_key and other.primary_key
