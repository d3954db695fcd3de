"""What Django does on MySQL and MariaDB: `django/db/backends/mysql/schema.py`."""

from __future__ import annotations

from schemalint.catalog import Catalog
from schemalint.frontends.django import introspection
from schemalint.frontends.django.altering import AlteringEditor
from schemalint.frontends.django.column_types import LIMITED
from schemalint.frontends.django.fields import Field
from schemalint.frontends.django.meta import MetaConstraint, MetaIndex
from schemalint.frontends.django.names import table_name
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
