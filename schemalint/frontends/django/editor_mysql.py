"""What Django does on MySQL and MariaDB: `django/db/backends/mysql/schema.py`."""

from __future__ import annotations

from collections.abc import Iterator

from schemalint.catalog import Catalog, Index, Key
from schemalint.frontends.django import introspection
from schemalint.frontends.django.altering import AlteringEditor
from schemalint.frontends.django.column_types import LIMITED
from schemalint.frontends.django.deferred import Deferred
from schemalint.frontends.django.editor import ColumnChange
from schemalint.frontends.django.fields import Field
from schemalint.frontends.django.meta import MetaConstraint, MetaIndex
from schemalint.frontends.django.names import table_name
from schemalint.frontends.django.spatial import has_spatial_index
from schemalint.frontends.django.state import Model
from schemalint.operations import DropConstraint


class MySQLEditor(AlteringEditor):
    """MySQL and MariaDB: InnoDB indexes foreign keys by itself, and there are no partial indexes."""

    supports_partial_indexes = False

    def __init__(self, catalog: Catalog, version: tuple[int, int]) -> None:
        super().__init__(catalog, version)
        self.supports_expression_indexes = catalog.dialect == "mysql"

    def _is_limited(self, model: Model, field: Field) -> bool:
        return self.type_of(model, field) in LIMITED

    def should_be_indexed(self, model: Model, field: Field) -> bool:
        """Not a foreign key that InnoDB indexes, nor text without a length."""
        if not super().should_be_indexed(model, field):
            return False
        if field.type.internal == "ForeignKey" and field.db_constraint:
            return False
        return not self._is_limited(model, field)

    def field_indexes(self, model: Model, field: Field) -> Iterator[Deferred]:
        """The index of a field; a spatial one only where there are no nulls."""
        if _is_indexed_spatially(field):
            yield self._spatial_index(model, field)
        else:
            yield from super().field_indexes(model, field)

    def _spatial_index(self, model: Model, field: Field) -> Deferred:
        index = Index(
            name=_spatial_index_name(model, field),
            keys=(Key(column=field.column),),
            method="spatial",
            implied_by=field.type.internal,
            span=field.span,
        )
        return Deferred(model.table, index=index, span=self.span)

    def after_alteration(self, change: ColumnChange, old_type: str, new_type: str) -> None:
        """Since Django 5.2 the spatial index comes and goes with what the field says of it."""
        before, after = _is_indexed_spatially(change.old), _is_indexed_spatially(change.new)
        if self.version < (5, 2) or before == after:
            return
        if after:
            self.run(self._spatial_index(change.model, change.new).operation(self.dialect))
        else:
            self.drop_index(change.model, _spatial_index_name(change.model, change.old))

    def remove_index(self, model: Model, index: MetaIndex, *, concurrently: bool = False) -> None:
        """DROP INDEX, after an index for a foreign key that needs this one."""
        self._create_missing_index(model, index.fields)
        super().remove_index(model, index, concurrently=concurrently)

    def remove_constraint(self, model: Model, constraint: MetaConstraint) -> None:
        """DROP, after an index for a foreign key that needs this one."""
        if constraint.kind == "unique" and self._supports(constraint):
            self._create_missing_index(model, constraint.fields)
        if constraint.kind == "check":
            table = table_name(model.table)
            drop = DropConstraint(
                table=table, name=constraint.name, kind="check", if_exists=True, span=self.span
            )
            self.run(drop)
            return
        super().remove_constraint(model, constraint)

    def drop_unique(self, model: Model, name: str) -> None:
        """DROP INDEX: here a unique constraint is one."""
        self.run(
            DropConstraint(table=table_name(model.table), name=name, kind="unique constraint", span=self.span)
        )

    def _delete_composed_index(self, model: Model, names: tuple[str, ...], *, unique: bool) -> None:
        self._create_missing_index(model, names)
        super()._delete_composed_index(model, names, unique=unique)

    def _create_missing_index(self, model: Model, names: tuple[str, ...]) -> None:
        """InnoDB's own index is gone where another begins with its column; it is made before that goes."""
        field = model.field(names[0]) if names else None
        if field is None or field.type.internal != "ForeignKey":
            return
        found = [
            constraint
            for constraint in introspection.constraints(self.catalog, table_name(model.table))
            if constraint.index and constraint.columns[:1] == (field.column,)
        ]
        if len(found) == 1:
            self.run(self.field_index(model, field).operation(self.dialect))


def _is_indexed_spatially(field: Field) -> bool:
    return has_spatial_index(field) and not field.null


def _spatial_index_name(model: Model, field: Field) -> str:
    return f"{model.table}_{field.column}_id"
