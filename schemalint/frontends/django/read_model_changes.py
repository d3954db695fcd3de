"""Calls of operations on models and their fields, to changes of the state of models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from schemalint.frontends.django import field_changes, model_changes
from schemalint.frontends.django.changes import Change, Collation, NotUnderstood
from schemalint.frontends.django.context import external_key
from schemalint.frontends.django.fields import Field, ModelKey
from schemalint.frontends.django.model_state import ModelState
from schemalint.frontends.django.operation_reader import Reader
from schemalint.frontends.django.options import read_options, together
from schemalint.frontends.python_source.definitions import ClassDefinition, External
from schemalint.frontends.python_source.values import Call, Reference, Value
from schemalint.source import Span

_OPTION_KEYS = (
    "base_manager_name",
    "default_manager_name",
    "default_related_name",
    "get_latest_by",
    "managed",
    "ordering",
    "permissions",
    "default_permissions",
    "select_on_save",
    "verbose_name",
    "verbose_name_plural",
)
"""`AlterModelOptions.ALTER_OPTION_KEYS`."""


def _create_model(reader: Reader, call: Call, span: Span) -> Change:
    name = reader.text(call, 0, "name")
    listed = call.argument(1, "fields", [])
    complete = isinstance(listed, list | tuple)
    fields: dict[str, Field] = {}
    for item in listed if isinstance(listed, list | tuple) else ():
        if not isinstance(item, list | tuple) or len(item) != 2 or not isinstance(item[0], str):
            complete = False
            continue
        place = item[1].module.span(item[1].node) if isinstance(item[1], Call) else span
        try:
            fields[item[0]] = reader.field(item[1], item[0], name, place)
        except NotUnderstood:
            complete = False
    options = call.argument(2, "options")
    read, understood = read_options(options if isinstance(options, dict) else {}, reader.context, None)
    if options is not None and not isinstance(options, dict):
        understood = False
    bases: list[ModelKey] = []
    mixins: list[ClassDefinition | External] = []
    listed_bases = call.argument(3, "bases")
    for base in listed_bases if isinstance(listed_bases, list | tuple) else ():
        key = _base(reader, base, name)
        if key is not None:
            bases.append(key)
        elif isinstance(base, Reference) and isinstance(base.definition, ClassDefinition | External):
            mixins.append(base.definition)
    header = call.module.span(call.node.func)
    if reader.context.settings.swaps(read.get("swappable"), reader.app, name):
        read["swapped"] = True
    state = ModelState(
        app=reader.app,
        name=name,
        fields=fields,
        options=read,
        bases=tuple(bases),
        mixins=tuple(mixins),
        complete=complete and understood,
        span=Span(header.path, header.start, span.end) if span.end - header.start < 200 else header,
    )
    return model_changes.CreateModel(span=span, model=state)


def _base(reader: Reader, base: Value, model: str) -> ModelKey | None:
    """A base that is a model; None for `models.Model` and mixins."""
    if isinstance(base, str):
        return reader.context.model_key(base, reader.app, model)
    if isinstance(base, Reference) and isinstance(base.definition, External):
        if base.name.startswith("django.db.models"):
            return None
        return external_key(base.name) if base.name.startswith("django.contrib.") else None
    return None


def _alter_options(reader: Reader, call: Call, span: Span) -> Change:
    options = call.argument(1, "options", {})
    read, understood = read_options(options if isinstance(options, dict) else {}, reader.context, None)
    absent = tuple(key for key in _OPTION_KEYS if not isinstance(options, dict) or key not in options)
    return model_changes.AlterOptions(
        span=span,
        key=reader.key(call, 0, "name"),
        options=read,
        absent=absent,
        understood=understood and isinstance(options, dict),
    )


def _alter_together(option: str) -> Callable[[Reader, Call, Span], Change]:
    def read(reader: Reader, call: Call, span: Span) -> Change:
        names = together(call.argument(1, option))
        if names is None:
            raise NotUnderstood(f"{option} that is computed")
        return model_changes.AlterTogether(
            span=span, key=reader.key(call, 0, "name"), option=option, together=names
        )

    return read


def _alter_table(reader: Reader, call: Call, span: Span) -> Change:
    table = call.argument(1, "table")
    if not isinstance(table, str | None):
        raise NotUnderstood("the name of a table that is computed")
    return model_changes.AlterModelTable(span=span, key=reader.key(call, 0, "name"), table=table)


def _alter_order(reader: Reader, call: Call, span: Span) -> Change:
    order = call.argument(1, "order_with_respect_to")
    return model_changes.AlterOrder(
        span=span, key=reader.key(call, 0, "name"), order=order if isinstance(order, str) else None
    )


def _rename_model(reader: Reader, call: Call, span: Span) -> Change:
    return model_changes.RenameModel(
        span=span, key=reader.key(call, 0, "old_name"), new_name=reader.text(call, 1, "new_name")
    )


def _delete_model(reader: Reader, call: Call, span: Span) -> Change:
    return model_changes.DeleteModel(span=span, key=reader.key(call, 0, "name"))


def _field_change(cls: Any) -> Callable[[Reader, Call, Span], Change]:
    def read(reader: Reader, call: Call, span: Span) -> Change:
        key, name = reader.key(call), reader.text(call, 1, "name")
        value = call.argument(2, "field")
        place = value.module.span(value.node) if isinstance(value, Call) else span
        field = reader.field(value, name, key[1], place)
        preserve = call.argument(3, "preserve_default", default=True) is not False
        found: Change = cls(span=span, key=key, name=name, field=field, preserve_default=preserve)
        return found

    return read


def _remove_field(reader: Reader, call: Call, span: Span) -> Change:
    return field_changes.RemoveField(span=span, key=reader.key(call), name=reader.text(call, 1, "name"))


def _rename_field(reader: Reader, call: Call, span: Span) -> Change:
    return field_changes.RenameField(
        span=span,
        key=reader.key(call),
        name=reader.text(call, 1, "old_name"),
        new_name=reader.text(call, 2, "new_name"),
    )


def _create_collation(reader: Reader, call: Call, span: Span) -> Change:
    deterministic = call.keywords.get("deterministic", True)
    return Collation(span=span, name=reader.text(call, 0, "name"), deterministic=deterministic is not False)


def _nothing(reader: Reader, call: Call, span: Span) -> Change:
    return Change(span=span)


MODEL_READERS: dict[str, Callable[[Reader, Call, Span], Change]] = {
    "CreateModel": _create_model,
    "DeleteModel": _delete_model,
    "RenameModel": _rename_model,
    "AlterModelTable": _alter_table,
    "AlterModelTableComment": _nothing,
    "AlterModelOptions": _alter_options,
    "AlterModelManagers": _nothing,
    "AlterUniqueTogether": _alter_together("unique_together"),
    "AlterIndexTogether": _alter_together("index_together"),
    "AlterOrderWithRespectTo": _alter_order,
    "CreateCollation": _create_collation,
    "AddField": _field_change(field_changes.AddField),
    "AlterField": _field_change(field_changes.AlterField),
    "RemoveField": _remove_field,
    "RenameField": _rename_field,
}
"""How each of Django's operations is read, by its name."""
