"""What a history says of the models that it ends with: Django's project state, as `makemigrations` sees it.

SQL is no part of it, nor is what `SeparateDatabaseAndState` does to the database alone.
Source: `django/db/migrations/autodetector.py`.
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from msgspec.structs import replace

from schemalint.frontends.django import history
from schemalint.frontends.django.fields import REMOVED, Field, ModelKey, fingerprint
from schemalint.frontends.django.model_state import ModelState
from schemalint.frontends.django.names import table_name
from schemalint.frontends.django.state import Model, State
from schemalint.frontends.python_source.values import Unknown, Value
from schemalint.operations import Opaque, RenameColumn, RenameTable
from schemalint.reading import Record
from schemalint.source import Span

Rename = RenameTable | RenameColumn


def record(migrated: State, declared: State, apps: Container[str], unmigrated: Container[str]) -> Record:
    """What the migrations say of the models of some apps, of which the `unmigrated` have none.

    A model and a field are known by their names: where a table or a column is called otherwise, it has the
    name that it is declared with, as everything has that is called after it.
    """
    migrated = migrated.of(
        {key: _as_compared(model, declared.models.get(key)) for key, model in migrated.models.items()}
    )
    models: dict[ModelKey, ModelState] = {}
    renames: list[Rename] = []
    joined: set[ModelKey] = set()
    for key, model in migrated.models.items():
        other = declared.models.get(key)
        if other is not None and key[0] in apps:
            renames += _renames(migrated.model(key), declared.model(key))
            models[key] = _aligned(model, other, migrated, declared)
            if _is_managed(other) and not _is_managed(model):
                joined.add(key)
        else:
            models[key] = model
    models.update((key, model) for key, model in declared.models.items() if key[0] in unmigrated)
    operations = history.declared(migrated.of(models).within(apps), joined=joined)
    if migrated.unsure:
        operations.insert(0, Opaque(reason="what the migrations say of models"))
    return Record(operations=tuple(operations), renames=tuple(renames))


def _as_compared(model: ModelState, other: ModelState | None) -> ModelState:
    """A model with what its declaration says of fields and migrations do not learn, as far as they agree.

    Source: `generate_altered_fields` in `django/db/migrations/autodetector.py`.
    """
    if other is None:
        return model
    for name, wanted in other.fields.items():
        field = model.fields.get(name)
        if field is not None and wanted.lost:
            agreed = (one for one, value in wanted.lost.items() if _agrees(value, field, one))
            said = {one: wanted.options.get(one, REMOVED) for one in agreed}
            model = model.with_field(name, field.with_options(**said))
    return model


def _agrees(value: Value, field: Field, argument: str) -> bool:
    """Whether migrations may take an argument of a field for a certain value."""
    other = field.lost.get(argument, field.options.get(argument))
    if isinstance(value, Unknown) or isinstance(other, Unknown):
        return True
    return fingerprint(value) == fingerprint(other) or not (value or other)


def _is_managed(model: ModelState) -> bool:
    return model.options.get("managed", True) is not False


def _aligned(model: ModelState, other: ModelState, migrated: State, declared: State) -> ModelState:
    """A model with the names that its table and its columns have where it is declared.

    What is not certain of either is not of the other: a join table that one may have is not missing from it.
    Neither is that of a model that is no longer managed, as long as the one at its other end is.
    """
    if _is_managed(model) and not _is_managed(other):
        model = _without_join_tables(model, other, declared)
    if not (model.complete and other.complete):
        known = {name: field for name, field in other.fields.items() if field.many_to_many}
        if _names_hold(model):
            known = {name: field for name, field in known.items() if not field.certain}
        model = replace(model, fields={**known, **model.fields}, complete=False, holds=_names_hold(model))
        for name, field in model.fields.items():
            if field.many_to_many and name not in other.fields and _may_have(other, name):
                model = model.with_field(name, replace(field, certain=False))
    if model.options.get("db_table") != other.options.get("db_table"):
        table = declared.model(other.key).table
        if table != migrated.model(model.key).table:
            model = model.with_options(db_table=table)
    for name, field in model.fields.items():
        wanted = other.fields.get(name)
        if wanted is None or wanted.many_to_many != field.many_to_many:
            continue
        if field.many_to_many:
            if field.option("db_table") != wanted.option("db_table"):
                through = declared.model(other.key).through(wanted)
                if through is not None:
                    model = model.with_field(name, field.with_options(db_table=through.table))
        elif field.has_column and wanted.has_column and field.column != wanted.column:
            model = model.with_field(name, field.with_options(db_column=wanted.column))
    elsewhere = {
        name: field.column
        for name, field in other.fields.items()
        if name not in model.fields and field.has_column
    }
    return replace(model, elsewhere=elsewhere)


def _may_have(model: ModelState, name: str) -> bool:
    """Whether a declared model that is not known in full may have a field of a name that it does not show."""
    return not model.unsure or any(one in name for one in model.unsure)


def _without_join_tables(model: ModelState, other: ModelState, declared: State) -> ModelState:
    """A model without the many-to-many fields that its declaration has, too, and of which one end is managed.

    Source: `set_managed` in `create_many_to_many_intermediary_model`, `django/db/models/fields/related.py`.
    """
    kept = dict(model.fields)
    for name, field in model.fields.items():
        wanted = other.fields.get(name)
        if field.many_to_many and wanted is not None and wanted.many_to_many and wanted.to is not None:
            target = declared.models.get(wanted.to)
            if target is None or _is_managed(target):
                del kept[name]
    return replace(model, fields=kept)


def _renames(model: Model, wanted: Model) -> Iterator[Rename]:
    """What has to be renamed for a model to have its declared names, where those are certain."""
    source, other = model.source, wanted.source
    if not (model.managed and wanted.managed):
        return
    if model.table != wanted.table and _names_hold(source) and _names_hold(other):
        yield _rename_table(model.table, wanted.table, other.span)
    for name, field in source.fields.items():
        after = other.fields.get(name)
        if after is None or not (field.certain and after.certain):
            continue
        if field.many_to_many and after.many_to_many:
            if field.option("db_table") != after.option("db_table"):
                yield from _renamed_through(model, field, wanted, after)
        elif field.has_column and after.has_column and field.column != after.column:
            yield RenameColumn(
                table=table_name(wanted.table), column=field.column, new_name=after.column, span=after.span
            )


def _names_hold(model: ModelState) -> bool:
    """Whether the model's options are known, and with them what its table is called."""
    return model.complete or model.holds


def _renamed_through(model: Model, field: Field, wanted: Model, after: Field) -> Iterator[Rename]:
    through, through_now = model.through(field), wanted.through(after)
    if through is not None and through_now is not None and through.table != through_now.table:
        yield _rename_table(through.table, through_now.table, after.span)


def _rename_table(old: str, new: str, span: Span | None) -> RenameTable:
    return RenameTable(table=table_name(old), new_name=table_name(new), span=span)
