"""What Django does on PostgreSQL, and on CockroachDB: `django/db/backends/postgresql/schema.py`."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from schemalint.catalog import Index
from schemalint.frontends.django.altering import AlteringEditor
from schemalint.frontends.django.deferred import Deferred
from schemalint.frontends.django.editor import ColumnChange
from schemalint.frontends.django.fields import Field
from schemalint.frontends.django.meta import MetaIndex
from schemalint.frontends.django.names import index_name
from schemalint.frontends.django.spatial import has_spatial_index, is_spatial, spatial_index
from schemalint.frontends.django.state import Model

_TEXT_TYPES = ("varchar", "text", "citext")


class PostgreSQLEditor(AlteringEditor):
    """PostgreSQL: a second index, for LIKE, on text columns that are indexed or unique."""

    supports_covering_indexes = True
    supports_deferrable_unique = True
    supports_nulls_distinct = True
    supports_operator_classes = True
    drop_index_if_exists = True

    @staticmethod
    def method(method: str) -> str:
        """PostgreSQL has all of them."""
        return method

    def should_be_indexed(self, model: Model, field: Field) -> bool:
        """Spatial fields are, unless they are told not to be."""
        return has_spatial_index(field) or super().should_be_indexed(model, field)

    def field_index(
        self, model: Model, field: Field, suffix: str = "", operator_class: str | None = None
    ) -> Deferred:
        """The index of one field; that of a spatial one is spatial, even where `db_index` asks for it."""
        if not is_spatial(field):
            return super().field_index(model, field, suffix, operator_class)
        name = index_name(model.table, [field.column], "_id", self.dialect)  # whatever is renamed later
        return Deferred(model.table, index=spatial_index(field, name), span=self.span)

    def meta_index(self, model: Model, index: MetaIndex) -> Index | None:
        """An entry of `Meta.indexes`; on one spatial field it is a spatial one, and nothing else."""
        field = model.field(index.fields[0]) if len(index.fields) == 1 else None
        if field is None or not is_spatial(field):
            return super().meta_index(model, index)
        made = spatial_index(field, self.meta_index_name(model, index))
        return replace(made, implied_by=None, span=index.span)

    def field_indexes(self, model: Model, field: Field) -> Iterator[Deferred]:
        """The index of a field, and the one for LIKE."""
        yield from super().field_indexes(model, field)
        like = self.like_index(model, field)
        if like is not None:
            yield like

    def like_index(self, model: Model, field: Field) -> Deferred | None:
        """The index for LIKE; there is none on arrays, nor under a collation that is not deterministic."""
        if not (field.db_index or field.unique) or not field.has_column:
            return None
        written = self.type_of(model, field)
        if "[" in written:
            return None
        collation = field.option("db_collation")
        if not collation and field.is_relation:
            target = model.target_field(field)
            collation = target.option("db_collation") if target is not None else None
        if collation in model.environment.nondeterministic_collations:
            return None
        for start in ("varchar", "text"):
            if written.startswith(start):
                return self.field_index(model, field, "_like", f"{start}_pattern_ops")
        return None

    def before_new_type(self, change: ColumnChange, old_type: str, new_type: str) -> None:
        """The index for LIKE goes with a text type."""
        if _is_leaving_text(change.old, old_type, new_type):
            self._drop_like_index(change)

    def _drop_like_index(self, change: ColumnChange) -> None:
        name = index_name(change.model.table, [change.old.column], "_like", self.dialect)
        self.drop_index(change.model, name)

    def after_alteration(self, change: ColumnChange, old_type: str, new_type: str) -> None:
        """The index for LIKE comes with an index, and goes with a unique constraint."""
        old, new = change.old, change.new
        if self.version >= (5, 2):
            self._alter_spatial_index(change)
        if (
            (not (old.db_index or old.unique) and new.db_index)
            or (not old.unique and new.unique)
            or (self.version >= (5, 2) and _is_leaving_text(old, old_type, new_type))
        ):
            like = self.like_index(change.new_model, new)
            if like is not None:
                like.table = change.model.table
                self.run(like.operation(self.dialect))
        if old.unique and not (new.db_index or new.unique):
            self._drop_like_index(change)

    def _alter_spatial_index(self, change: ColumnChange) -> None:
        before, after = has_spatial_index(change.old), has_spatial_index(change.new)
        if before and not after:
            name = index_name(change.model.table, [change.old.column], "_id", self.dialect)
            self.drop_index(change.model, name)
        elif after and not before:
            self.run(self.field_index(change.model, change.new).operation(self.dialect))


def _is_leaving_text(old: Field, old_type: str, new_type: str) -> bool:
    return (old.db_index or old.unique) and any(
        old_type.startswith(start) and not new_type.startswith(start) for start in _TEXT_TYPES
    )


class CockroachDBEditor(PostgreSQLEditor):
    """django-cockroachdb: no index for foreign keys, and none for LIKE."""

    def should_be_indexed(self, model: Model, field: Field) -> bool:
        """Foreign keys get no index."""
        return super().should_be_indexed(model, field) and not (field.is_relation and field.db_constraint)

    def like_index(self, model: Model, field: Field) -> Deferred | None:
        """There is none."""
        return None
