"""A field as its column, with the keys and checks that are written on it."""

from __future__ import annotations

from schemalint.catalog import Check, Column, ForeignKey, Index, Key
from schemalint.frontends.django.column_types import column_check, column_type
from schemalint.frontends.django.expressions import Writer
from schemalint.frontends.django.fields import Field
from schemalint.frontends.django.names import table_name
from schemalint.frontends.django.state import Model
from schemalint.knowledge.dialects import MYSQL_FAMILY, Dialect

_SIZES = ("max_length", "max_digits", "decimal_places", "size")
"""Arguments that are part of a type."""

_MAXIMUM_STEPS = 20


def writer(model: Model) -> Writer:
    """Writes the expressions of a model."""
    return Writer(dialect=model.environment.dialect, columns=model.column)


def column(model: Model, field: Field, *, primary_key: bool | None = None) -> Column:
    """The column of a field."""
    dialect = model.environment.dialect
    collation = field.option("db_collation")
    generated = stored = None
    if field.generated:
        generated = writer(model).expression(field.option("expression"))
        persists = field.option("db_persist")
        stored = persists if isinstance(persists, bool) else None
    default = None
    if field.has_db_default:
        default = writer(model).expression(field.options["db_default"])
    nullable = field.generated or (field.null and not field.primary_key)
    return Column(
        name=field.column,
        type=column_type(field, model, dialect) or "",
        nullable=nullable and not primary_key,
        default=default,
        generated=generated,
        stored=stored,
        identity=field.auto,
        collation=collation if isinstance(collation, str) else None,
        assumed=not field.certain or _is_assumed(model, field),
        span=field.span,
    )


def _is_assumed(model: Model, field: Field) -> bool:
    """Whether a setting or a value that is not known decides its type, or that of what it refers to."""
    for _ in range(_MAXIMUM_STEPS):
        if not field.is_relation:
            break
        if not field.is_aimed:
            return True
        model, target = model.target(field)
        if target is None:
            return True
        field = target
    return field.assumed or not all(isinstance(field.options.get(name), int | None) for name in _SIZES)


def keys(field: Field) -> tuple[Index, ...]:
    """PRIMARY KEY or UNIQUE, as written on the column."""
    if field.primary_key:
        return (_key(field, "primary_key=True"),)
    if field.unique:
        words = "OneToOneField" if field.type.relation == "one to one" else "unique=True"
        return (_key(field, words),)
    return ()


def _key(field: Field, words: str) -> Index:
    primary = field.primary_key
    return Index(
        name=None,
        keys=(Key(column=field.column),),
        unique=True,
        origin="primary key" if primary else "unique constraint",
        implied_by=words,
        span=field.span,
    )


def checks(model: Model, field: Field) -> tuple[Check, ...]:
    """The CHECK that comes with the field's class."""
    text = column_check(field, field.column, model.environment.dialect)
    if text is None:
        return ()
    part_of = field.column if model.environment.dialect in ("mariadb", "sqlite") else None
    check = Check(name=None, expression=text, columns=(field.column,), part_of=part_of, span=field.span)
    return (check,)


def foreign_key(model: Model, field: Field, name: str | None, column_name: str | None = None) -> ForeignKey:
    """The foreign key of a field."""
    target, _ = model.target(field)
    dialect: Dialect = model.environment.dialect
    return ForeignKey(
        name=name,
        columns=(column_name or field.column,),
        target=table_name(target.table),
        target_columns=(model.target_column(field),),
        on_delete=field.action_of_database,
        enforced=field.db_constraint,
        deferrable=dialect not in MYSQL_FAMILY,
        deferred=dialect not in MYSQL_FAMILY,
        assumed=not (field.is_aimed and field.certain),
        part_of=field.column if dialect == "sqlite" else None,
        span=field.span,
    )
