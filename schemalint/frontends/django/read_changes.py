"""Calls of migration operations to changes: `migrations.AddField(model_name=…, name=…, field=…)`."""

from __future__ import annotations

from schemalint.frontends.django import sql_changes
from schemalint.frontends.django.changes import Change, NotUnderstood, Separate
from schemalint.frontends.django.classes import django_name
from schemalint.frontends.django.constructors import followed, own_classes
from schemalint.frontends.django.fields import ModelKey
from schemalint.frontends.django.operation_reader import Reader
from schemalint.frontends.django.overriding import overridden
from schemalint.frontends.django.read_index_changes import INDEX_READERS
from schemalint.frontends.django.read_model_changes import MODEL_READERS
from schemalint.frontends.django.sql_changes import NotRead
from schemalint.frontends.python_source.definitions import ClassDefinition, External
from schemalint.frontends.python_source.values import Call, Reference, Unknown, Value
from schemalint.source import Span

_EXTENSIONS = frozenset(
    {
        "CreateExtension",
        "BloomExtension",
        "BtreeGinExtension",
        "BtreeGistExtension",
        "CITextExtension",
        "CryptoExtension",
        "HStoreExtension",
        "TrigramExtension",
        "UnaccentExtension",
        "RemoveCollation",
    }
)


_NO_SCHEMA = frozenset(
    {
        "django_add_default_value.AddDefaultValue",
        "django_add_default_value.add_default_value.AddDefaultValue",
        "django_migration_linter.IgnoreMigration",
        "django_migration_linter.operations.IgnoreMigration",
        "hierarkey.utils.CleanHierarkeyDuplicates",
        "pgvector.django.VectorExtension",
    }
)
_TRIGGERS = ("pgtrigger.migrations.", "pghistory.", "pgtrigger.")
"""Operations of other packages that leave tables as they are."""

_READERS = {**MODEL_READERS, **INDEX_READERS}


def read_change(reader: Reader, value: Value, around: Span, depth: int = 0) -> Change:
    """The change that a value in `operations` is; an opaque one where it is not understood.

    `around` is the place of what it stands in, where a value without a place of its own is reported.
    """
    if not isinstance(value, Call):
        reason = value.reason if isinstance(value, Unknown) else "an operation that is computed"
        return sql_changes.opaque(around, reason)
    span = value.module.span(value.node)
    if depth > 20:
        return sql_changes.opaque(span, "operations nested too deeply")
    try:
        change = _change(reader, value, span, depth)
        return overridden(value, change, reader.context, reader.dialect)
    except NotUnderstood as problem:
        return sql_changes.opaque(span, str(problem), _about(reader, value))


def _about(reader: Reader, call: Call) -> ModelKey | None:
    """The model that an operation of Django's own names, if it does."""
    kind = django_name(call.function, reader.context.project).rpartition(".")[2]
    if kind not in _READERS:
        return None
    name = call.argument(0, "model_name" if "model_name" in call.keywords else "name")
    return (reader.app, name.lower()) if isinstance(name, str) else None


def _change(reader: Reader, call: Call, span: Span, depth: int) -> Change:
    project = reader.context.project
    kind = django_name(call.function, project).rpartition(".")[2]
    if isinstance(call.function, Reference) and isinstance(call.function.definition, ClassDefinition):
        classes = own_classes(call.function.definition, project)
        if kind == "Operation" or not kind:
            return sql_changes.own_operation(call, classes, reader.context, reader.dialect, span)
        made = followed(call, classes, project, reader.context.evaluator)
        if sql_changes.replaces_forwards(classes, reader.context):
            done = sql_changes.own_operation(call, classes, reader.context, reader.dialect, span)
            if kind in ("RunSQL", "RunPython") or isinstance(done, sql_changes.NotRead):
                return done
            read = _READERS.get(kind)
            said = read(reader, made.call, span) if read is not None and made is not None else None
            models = (said if said is not None else NotRead(span=span),)
            return Separate(span=span, database=(done,), models=models)
        if made is None:
            raise NotUnderstood(f"the operation {call.name}")
        call = made.call
    if isinstance(call.function, Reference) and isinstance(call.function.definition, External) and not kind:
        return _external(reader, call, span)
    if kind in _EXTENSIONS:
        return Change(span=span)
    if kind == "RunSQL":
        return sql_changes.run_sql(
            call, span, reader.dialect, _nested(reader, call, 2, "state_operations", depth)
        )
    if kind == "RunPython":
        return sql_changes.run_python(call, span, reader.context, reader.dialect)
    if kind == "SeparateDatabaseAndState":
        return Separate(
            span=span,
            database=_nested(reader, call, 0, "database_operations", depth),
            models=_nested(reader, call, 1, "state_operations", depth),
        )
    found = _READERS.get(kind)
    if found is None:
        raise NotUnderstood(f"the operation {call.name or 'that is computed'}")
    return found(reader, call, span)


def _external(reader: Reader, call: Call, span: Span) -> Change:
    """An operation of another package: opaque, for the model that it names if it names one."""
    if call.name in _NO_SCHEMA or call.name.startswith(_TRIGGERS):
        return Change(span=span)
    name = call.keywords.get("model_name", call.keywords.get("name"))
    key = (reader.app, name.lower()) if isinstance(name, str) else None
    return sql_changes.foreign(call.name, key, span)


def _nested(reader: Reader, call: Call, position: int, keyword: str, depth: int) -> tuple[Change, ...]:
    value = call.argument(position, keyword)
    if value is None:
        return ()
    span = call.module.span(call.node)
    if not isinstance(value, list | tuple):
        return (sql_changes.opaque(span, f"{keyword} that are computed"),)
    return tuple(read_change(reader, item, span, depth + 1) for item in value)
