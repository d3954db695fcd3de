"""What Django does on SQLite, which changes most things by making the table anew.

Source: `django/db/backends/sqlite3/schema.py`.
"""

from __future__ import annotations

from msgspec.structs import replace

from schemalint.catalog import Catalog
from schemalint.frontends.django import columns
from schemalint.frontends.django.altering import incoming
from schemalint.frontends.django.editor import ColumnChange, SchemaEditor
from schemalint.frontends.django.fields import Field, fingerprint
from schemalint.frontends.django.meta import MetaConstraint
from schemalint.frontends.django.names import table_name
from schemalint.frontends.django.state import Model, State
from schemalint.operations import DropTable, Failure, RenameColumn, RenameTable
from schemalint.operations.rows import Rows


class SQLiteEditor(SchemaEditor):
    """SQLite: foreign keys stand in the table's text, and so do unique constraints."""

    inline_foreign_keys = True
    unique_together_is_index = True

    def close(self, begun: Catalog) -> None:
        """`check_constraints`: SQLite looks for no rows along a foreign key whose target is not there."""
        lost = {
            (place, column.name.lower())
            for place, table in self.catalog.tables.items()
            if table.complete and (before := begun.tables.get(place)) is not None and before is not table
            for column in before.columns
            if table.column(column.name, self.dialect) is None
        }
        if not lost:
            return
        for table in self.catalog.tables.values():
            for key in table.foreign_keys:
                target = self.catalog.key(key.target)
                if key.enforced and any((target, column.lower()) in lost for column in key.target_columns):
                    reason = f"{table.name} refers to a column that {key.target} has no longer"
                    self.run(Failure(reason=reason, span=self.span))
                    return

    # the table made anew

    def remake(
        self,
        model: Model,
        created: Field | None = None,
        deleted: Field | None = None,
        altered: tuple[tuple[Field, Field], ...] = (),
        state: State | None = None,
    ) -> None:
        """`_remake_table`: a new table under another name, the rows copied, the old one dropped.

        `state` is the one in which the fields refer to models, where it is not the model's own.
        """
        fields = {field.name: field for field in model.fields}
        fields |= {name: field for name, field in model.source.fields.items() if not field.type.column}
        brings_key = (created is not None and created.primary_key) or any(
            new.primary_key for _, new in altered
        )
        if brings_key:
            for name, field in list(fields.items()):
                if field.primary_key and not any(name == new.name for _, new in altered):
                    if field.auto_created:
                        del fields[name]
                    else:
                        fields[name] = field.with_options(primary_key=False)
        if created is not None:
            fields[created.name] = created
        renamed: dict[str, str] = {}
        for old, new in altered:
            fields.pop(old.name, None)
            fields[new.name] = new
            renamed[old.name] = new.name
        if deleted is not None:
            fields.pop(deleted.name, None)
        indexes = model.option("indexes", ())
        if deleted is not None:
            indexes = tuple(index for index in indexes if deleted.name not in index.fields)
        together = {
            option: tuple(
                tuple(renamed.get(name, name) for name in names) for names in model.option(option, ())
            )
            for option in ("unique_together", "index_together")
        }
        kept = {
            name: field for name, field in model.source.options.items() if name != "order_with_respect_to"
        }
        source = replace(
            model.source,
            fields=fields,
            options={**kept, **together, "db_table": model.table, "indexes": indexes},
        )
        new_model = Model(source, state or model.state, model.through_of)
        self._replace(model, new_model, deleted)

    def _replace(self, model: Model, new_model: Model, deleted: Field | None) -> None:
        table = table_name(model.table)
        temporary = replace(table, name=f"new__{table.name}")
        created = self._remade(new_model, deleted)
        self.deferred = [item for item in self.deferred if not item.is_about_table(model.table)]
        for names in new_model.option("unique_together", ()):
            self.deferred.append(self._unique_together(new_model, names))
        statement = self.table(created)
        self.run(replace(statement, table=replace(statement.table, name=temporary)))
        self.deferred.extend(self.model_indexes(created))
        self.run(Rows(verb="insert", table=temporary, span=self.span))
        waiting, self.deferred = self.deferred, []
        self.run(DropTable(table=table, span=self.span))
        self.run(RenameTable(table=temporary, new_name=table, span=self.span))
        self.deferred = waiting
        self.flush()

    @staticmethod
    def _remade(model: Model, deleted: Field | None) -> Model:
        """Without the key that Django would add where the key itself was deleted."""
        if deleted is not None and deleted.primary_key:
            fields = [field for field in model.fields if field.column != deleted.column]
            model._fields = fields
        return model

    # fields

    def add_field(self, model: Model, field: Field) -> None:
        """ADD COLUMN where SQLite can do that, which is for plain columns that may be null."""
        if field.many_to_many or not field.has_column:
            super().add_field(model, field)
        elif (
            field.primary_key
            or field.unique
            or not field.null
            or field.effective_default()
            or (field.has_db_default and not _is_constant(field.options["db_default"]))
        ):
            self.remake(model, created=field)
        else:
            super().add_field(model, field)

    def foreign_key_name(self, model: Model, field: Field, suffix: str | None = None) -> str:
        """There are no names of foreign keys here."""
        return ""

    def remove_field(self, model: Model, field: Field) -> None:
        """DROP COLUMN where nothing hangs on it."""
        if field.many_to_many or not field.has_column:
            super().remove_field(model, field)
        elif (
            field.primary_key or field.unique or field.db_index or (field.is_relation and field.db_constraint)
        ):
            self.remake(model, deleted=field)
        else:
            super().remove_field(model, field)

    def alter_column(self, change: ColumnChange) -> None:
        """Rename a column, or make the table anew, and the tables that refer to it."""
        model, old_model, old, new_model, new = change
        constrained = (old.is_relation and old.db_constraint) or (new.is_relation and new.db_constraint)
        if old.column != new.column and self._same_column(change) and not constrained:
            table = table_name(model.table)
            self.run(RenameColumn(table=table, column=old.column, new_name=new.column, span=self.span))
            return
        self.remake(model, altered=((old, new),), state=new_model.state)
        retyped = self.type_of(old_model, old) != self.type_of(new_model, new)
        recollated = old.option("db_collation") != new.option("db_collation")
        if new.unique and (retyped or recollated):
            self._remake_referring(change)

    def _same_column(self, change: ColumnChange) -> bool:
        """Whether the two columns differ in nothing but their name."""
        old = columns.column(change.old_model, change.old)
        new = columns.column(change.new_model, change.new)
        same_keys = [index.origin for index in columns.keys(change.old)] == [
            index.origin for index in columns.keys(change.new)
        ]
        return replace(old, name=new.name) == new and same_keys

    def _remake_referring(self, change: ColumnChange) -> None:
        """Tables with foreign keys to a field whose type changed."""
        seen = {change.new_model.key}
        for other, _ in incoming(change.new_model, change.new):
            if other.key not in seen:
                seen.add(other.key)
                self.remake(other)

    def alter_many_to_many(self, old_model: Model, old: Field, new_model: Model, new: Field) -> None:
        """Make the table of a many-to-many field anew."""
        old_through, new_through = old_model.through(old), new_model.through(new)
        if old_through is None or new_through is None:
            return
        if old_through.table == new_through.table:
            pairs = zip(old_through.source.fields.values(), new_through.source.fields.values(), strict=True)
            self.remake(old_through, altered=tuple(reversed(list(pairs))), state=new_model.state)
            return
        self.create_model(new_through)
        self.run(Rows(verb="insert", table=table_name(new_through.table), span=self.span))
        self.drop_table(old_through)

    # constraints

    @staticmethod
    def _is_in_table(constraint: MetaConstraint) -> bool:
        """Whether a constraint stands in the table's text."""
        return not (
            constraint.kind == "unique"
            and (
                constraint.condition is not None
                or constraint.expressions
                or constraint.include
                or constraint.deferrable
            )
        )

    def add_constraint(self, model: Model, constraint: MetaConstraint, *, validated: bool = True) -> None:
        """CREATE UNIQUE INDEX, or the table anew; `model` has the constraint already."""
        if self._is_in_table(constraint):
            self.remake(model)
        else:
            super().add_constraint(model, constraint, validated=validated)

    def remove_constraint(self, model: Model, constraint: MetaConstraint) -> None:
        """DROP INDEX, or the table anew; `model` has the constraint no longer."""
        if self._is_in_table(constraint):
            self.remake(model)
        else:
            super().remove_constraint(model, constraint)

    def drop_unique(self, model: Model, name: str) -> None:
        """DROP INDEX: constraints over several fields are indexes here."""
        self.drop_index(model, name)


def _is_constant(value: object) -> bool:
    return fingerprint(value) != "?" and not hasattr(value, "function")
