"""Calls of migration operations to changes: `migrations.AddField(model_name=…, name=…, field=…)`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from schemalint.frontends.django import field_changes, model_changes, sql_changes
from schemalint.frontends.django.changes import Change, Collation, NotUnderstood, Separate
from schemalint.frontends.django.classes import django_name
from schemalint.frontends.django.constructors import followed, own_classes
from schemalint.frontends.django.context import Context, external_key
from schemalint.frontends.django.fields import Field, ModelKey
from schemalint.frontends.django.model_state import ModelState
from schemalint.frontends.django.options import read_options, together
from schemalint.frontends.django.overriding import overridden
from schemalint.frontends.django.read_index_changes import INDEX_READERS
from schemalint.frontends.django.sql_changes import NotRead
from schemalint.frontends.python_source.definitions import ClassDefinition, External
from schemalint.frontends.python_source.values import Call, Reference, Unknown, Value
from schemalint.knowledge.dialects import Dialect
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


class Reader(Struct, frozen=True, kw_only=True, eq=False):
    """Reads the operations of one app's migrations."""

    context: Context
    app: str
    dialect: Dialect

    def change(self, value: Value, around: Span, depth: int = 0) -> Change:
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
            change = self._change(value, span, depth)
            return overridden(value, change, self.context, self.dialect)
        except NotUnderstood as problem:
            return sql_changes.opaque(span, str(problem), self._about(value))

    def _about(self, call: Call) -> ModelKey | None:
        """The model that an operation of Django's own names, if it does."""
        kind = django_name(call.function, self.context.project).rpartition(".")[2]
        if kind not in _READERS:
            return None
        name = call.argument(0, "model_name" if "model_name" in call.keywords else "name")
        return (self.app, name.lower()) if isinstance(name, str) else None

    def _change(self, call: Call, span: Span, depth: int) -> Change:
        project = self.context.project
        kind = django_name(call.function, project).rpartition(".")[2]
        if isinstance(call.function, Reference) and isinstance(call.function.definition, ClassDefinition):
            classes = own_classes(call.function.definition, project)
            if kind == "Operation" or not kind:
                return sql_changes.own_operation(call, classes, self.context, self.dialect, span)
            made = followed(call, classes, project, self.context.evaluator)
            if sql_changes.replaces_forwards(classes, self.context):
                done = sql_changes.own_operation(call, classes, self.context, self.dialect, span)
                if kind in ("RunSQL", "RunPython") or isinstance(done, sql_changes.NotRead):
                    return done
                read = _READERS.get(kind)
                said = read(self, made.call, span) if read is not None and made is not None else None
                models = (said if said is not None else NotRead(span=span),)
                return Separate(span=span, database=(done,), models=models)
            if made is None:
                raise NotUnderstood(f"the operation {call.name}")
            call = made.call
        if (
            isinstance(call.function, Reference)
            and isinstance(call.function.definition, External)
            and not kind
        ):
            return self._external(call, span)
        if kind in _EXTENSIONS:
            return Change(span=span)
        if kind == "RunSQL":
            return sql_changes.run_sql(
                call, span, self.dialect, self._nested(call, 2, "state_operations", depth)
            )
        if kind == "RunPython":
            return sql_changes.run_python(call, span, self.context, self.dialect)
        if kind == "SeparateDatabaseAndState":
            return Separate(
                span=span,
                database=self._nested(call, 0, "database_operations", depth),
                models=self._nested(call, 1, "state_operations", depth),
            )
        reader = _READERS.get(kind)
        if reader is None:
            raise NotUnderstood(f"the operation {call.name or 'that is computed'}")
        return reader(self, call, span)

    def _external(self, call: Call, span: Span) -> Change:
        """An operation of another package: opaque, for the model that it names if it names one."""
        if call.name in _NO_SCHEMA or call.name.startswith(_TRIGGERS):
            return Change(span=span)
        name = call.keywords.get("model_name", call.keywords.get("name"))
        key = (self.app, name.lower()) if isinstance(name, str) else None
        return sql_changes.foreign(call.name, key, span)

    def _nested(self, call: Call, position: int, keyword: str, depth: int) -> tuple[Change, ...]:
        value = call.argument(position, keyword)
        if value is None:
            return ()
        span = call.module.span(call.node)
        if not isinstance(value, list | tuple):
            return (sql_changes.opaque(span, f"{keyword} that are computed"),)
        return tuple(self.change(item, span, depth + 1) for item in value)

    # arguments

    def text(self, call: Call, position: int, keyword: str) -> str:
        """An argument that is a string."""
        value = call.argument(position, keyword)
        if not isinstance(value, str):
            raise NotUnderstood(f"{call.name.rpartition('.')[2]} with a {keyword} that is computed")
        return value

    def key(self, call: Call, position: int = 0, keyword: str = "model_name") -> ModelKey:
        """The model that an operation is about."""
        return (self.app, self.text(call, position, keyword).lower())

    def field(self, value: Value, name: str, model: str, span: Span) -> Field:
        """The field of an operation: a call that is not understood makes one, too."""
        if not isinstance(value, Call):
            raise NotUnderstood(f"the field {name} of a class that is computed")
        resolve = self.context.resolver(self.app, model)
        found = self.context.fields.read(value, resolve, span) or self.context.fields.guess(
            value, resolve, span
        )
        return replace(found, name=name)


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


_READERS: dict[str, Callable[[Reader, Call, Span], Change]] = {
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
    **INDEX_READERS,
    "AddField": _field_change(field_changes.AddField),
    "AlterField": _field_change(field_changes.AlterField),
    "RemoveField": _remove_field,
    "RenameField": _rename_field,
}
