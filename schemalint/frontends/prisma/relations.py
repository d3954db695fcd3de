"""Relations: the foreign keys they are, and the tables that implicit many-to-many relations make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from schemalint.catalog import Action, Column, ForeignKey, Index, Key, Name, Origin, Table
from schemalint.frontends.prisma import constraint_names as names
from schemalint.frontends.prisma.columns import column_type
from schemalint.frontends.prisma.providers import default_restricts
from schemalint.frontends.prisma.schema import Model, RelationField, Schema
from schemalint.knowledge.dialects import MYSQL_FAMILY, Dialect
from schemalint.source import Span

_ACTIONS: dict[str, Action] = {
    "Cascade": "cascade",
    "Restrict": "restrict",
    "NoAction": "no action",
    "SetNull": "set null",
    "SetDefault": "set default",
}

_KEYS_SINCE = 6
"""Prisma 6: "Schema change for implicit m-n relations on PostgreSQL" (its guide for upgrading)."""

_UNIQUE_ORIGINS: dict[Dialect, Origin] = {"sqlserver": "unique constraint"}


class JoinTable(Struct, frozen=True):
    """The table of an implicit many-to-many relation: the table, its other indexes, its foreign keys."""

    table: Table
    indexes: tuple[Index, ...]
    foreign_keys: tuple[ForeignKey, ...]


def foreign_keys(model: Model, schema: Schema, models: Mapping[str, Model]) -> Iterator[ForeignKey]:
    """The foreign keys of a model's table: one for each relation field that says which fields refer."""
    for relation in model.relations:
        if relation.fields is None or relation.field.arity == "list" or relation.target in schema.views:
            continue
        target = models.get(relation.target)
        columns = tuple(model.column(name) for name in relation.fields)
        references = relation.references or ()
        if target is None:
            target_name = Name(relation.target)
        else:
            target_name = target.table
            references = tuple(target.column(name) for name in references)
        field = relation.field
        yield ForeignKey(
            name=relation.map or names.foreign_key_name(model.table.name, columns, schema.dialect),
            columns=columns,
            target=target_name,
            target_columns=references,
            on_delete=_on_delete(relation, model, schema.dialect),
            on_update=_ACTIONS.get(relation.on_update or "Cascade", "cascade"),
            enforced=schema.enforced,
            span=Span(model.file.path, field.start, field.end),
        )


def _on_delete(relation: RelationField, model: Model, dialect: Dialect) -> Action:
    """As written; else by whether the relation is required: it is if any of its own fields is."""
    if relation.on_delete in _ACTIONS:
        return _ACTIONS[relation.on_delete]
    required = relation.field.arity == "required" or any(
        scalar is not None and scalar.field.arity == "required"
        for scalar in map(model.scalars.get, relation.fields or ())
    )
    if not required:
        return "set null"
    return "restrict" if default_restricts(dialect) else "no action"


def join_tables(schema: Schema, models: Mapping[str, Model]) -> Iterator[JoinTable]:
    """The tables of the implicit many-to-many relations, in the order of their first fields."""
    if schema.dialect == "mongodb":
        return
    for model in schema.models:
        for relation in model.relations:
            if relation.field.arity != "list" or relation.fields is not None:
                continue
            target = models.get(relation.target)
            if target is None:
                continue
            opposite = _opposite(relation, model, target)
            if opposite is None or opposite.field.arity != "list" or opposite.fields is not None:
                continue
            if (model.name, relation.field.name if model is target else "") <= (
                target.name,
                opposite.field.name if model is target else "",
            ):
                yield _join_table(relation, model, opposite, target, schema)


def _opposite(relation: RelationField, model: Model, target: Model) -> RelationField | None:
    """The field of the other model that is the other end of the relation."""
    for other in target.relations:
        if other.target == model.name and other.name == relation.name and other is not relation:
            return other
    return None


def _join_table(first: RelationField, a: Model, second: RelationField, b: Model, schema: Schema) -> JoinTable:
    """The table `_AToB` of the models A and B; A is the first in alphabetical order."""
    dialect = schema.dialect
    name = names.join_table_name(first.name or f"{a.name}To{b.name}", dialect)
    spans = (
        Span(a.file.path, first.field.start, first.field.end),
        Span(b.file.path, second.field.start, second.field.end),
    )
    columns = tuple(
        Column(name=column, type=_id_type(model, schema), nullable=False, span=span)
        for column, model, span in zip("AB", (a, b), spans, strict=True)
    )
    both = (Key(column="A"), Key(column="B"))
    ending, origin = "_AB_unique", _UNIQUE_ORIGINS.get(dialect, "explicit")
    if dialect == "postgresql" and schema.version >= _KEYS_SINCE:
        ending, origin = "_AB_pkey", "primary key"
    indexes = (
        Index(
            name=names.join_table_key_name(name, ending, dialect),
            keys=both,
            unique=True,
            origin=origin,
            framework_made=True,
            span=spans[0],
        ),
        Index(
            name=names.join_table_key_name(name, "_B_index", dialect),
            keys=both[1:],
            framework_made=True,
            span=spans[0],
        ),
    )
    action: Action = "no action" if dialect == "sqlserver" and a is b else "cascade"
    inside = tuple(index for index in indexes if index.is_constraint or dialect in MYSQL_FAMILY)
    return JoinTable(
        table=Table(
            name=Name(name, a.table.schema),
            columns=columns,
            indexes=inside,
            framework_made=True,
            span=spans[0],
        ),
        indexes=tuple(index for index in indexes if index not in inside),
        foreign_keys=tuple(
            ForeignKey(
                name=names.join_table_foreign_key_name(name, column, dialect),
                columns=(column,),
                target=model.table,
                target_columns=_id_columns(model),
                on_delete=action,
                on_update=action,
                enforced=schema.enforced,
                span=span,
            )
            for column, model, span in zip("AB", (a, b), spans, strict=True)
        ),
    )


def _id_columns(model: Model) -> tuple[str, ...]:
    for scalar in model.scalars.values():
        if scalar.field.attribute("id") is not None:
            return (scalar.column,)
    return ()


def _id_type(model: Model, schema: Schema) -> str:
    """The type of the key that a join table's column refers to."""
    for scalar in model.scalars.values():
        if scalar.field.attribute("id") is not None:
            return column_type(scalar, schema)
    return ""
