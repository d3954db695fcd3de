"""The models that django-simple-history makes: one beside each model that has a `HistoricalRecords`.

Source: `HistoricalRecords.create_history_model` and `transform_field` in `simple_history/models.py` of 3.13.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from schemalint.frontends.django.context import Context
from schemalint.frontends.django.field_types import CORE
from schemalint.frontends.django.fields import REMOVED, Field, ModelKey, core_field
from schemalint.frontends.django.model_state import ModelState
from schemalint.frontends.django.models import ModelReader
from schemalint.frontends.django.state import Model, State
from schemalint.frontends.python_source.classes import ancestors
from schemalint.frontends.python_source.definitions import ClassDefinition
from schemalint.frontends.python_source.requirements import exact_versions, files_of_requirements
from schemalint.frontends.python_source.values import Call, Unknown, Value
from schemalint.source import Span

_RECORDS = frozenset({"simple_history.models.HistoricalRecords", "simple_history.HistoricalRecords"})
_FIRST_WITH_INDEX = (3, 1)
"""The version that first had an index on `history_date` (its changelog, 3.1.0)."""

_MOST_PARENTS = 30
_FOLLOWED = frozenset(
    {
        "app",
        "custom_model_name",
        "excluded_fields",
        "history_change_reason_field",
        "history_id_field",
        "history_user_id_field",
        "no_db_index",
        "related_name",
        "table_name",
        "user_db_constraint",
        "user_model",
    }
)
_NOT_FOLLOWED = frozenset({"bases", "excluded_field_kwargs"})
_COPIED_AS = {
    "AutoField": "IntegerField",
    "BigAutoField": "BigIntegerField",
    "FileField": "TextField",
    "SmallAutoField": "IntegerField",
}


class _Records(Struct, frozen=True, kw_only=True):
    """A `HistoricalRecords` of a model, with its arguments, and whether a base of the model has it.

    The history is made with the model's class: of the fields that are `added` to the class behind it, it has
    none, and those that are `altered` may be as they were.
    """

    arguments: Mapping[str, Value]
    inherited: bool
    added: frozenset[str]
    altered: frozenset[str]
    span: Span


def historical_models(
    state: State, classes: Mapping[ModelKey, ClassDefinition], reader: ModelReader, migrated: State
) -> Iterator[ModelState]:
    """The histories of all models of which it is known what they hold.

    Where neither a requirement nor a setting says whether `history_date` has an index, it is taken to be as
    it is `migrated`.
    """
    found = {key: _records(definition, reader) for key, definition in classes.items()}
    followed = {key: records for key, records in found.items() if records is not None}
    indexed = _is_date_indexed(reader.context) if followed else None
    for key, records in followed.items():
        made = _history(state.model(key), records, reader.context, migrated, indexed=indexed)
        if made is not None:
            yield made


def _records(definition: ClassDefinition, reader: ModelReader) -> _Records | None:
    """The one that counts for a model: its own, or that of a base which says `inherit=True`."""
    for ancestor in ancestors(reader.project, definition):
        if not isinstance(ancestor, ClassDefinition):
            continue
        for value, span in reader.attributes(ancestor):
            if not isinstance(value, Call) or value.name not in _RECORDS:
                continue
            inherited = ancestor.node is not definition.node
            if inherited and value.keywords.get("inherit") is not True:
                continue
            understood = value.complete and not value.arguments and _NOT_FOLLOWED.isdisjoint(value.keywords)
            arguments = {name: value.keywords[name] for name in _FOLLOWED & value.keywords.keys()}
            if not understood or any(isinstance(argument, Unknown) for argument in arguments.values()):
                return None
            return _Records(
                arguments=arguments,
                inherited=inherited,
                added=frozenset(reader.changes.additions(definition.node)),
                altered=frozenset(one.field for one in reader.changes.alterations(definition)),
                span=span,
            )
    return None


def _history(
    model: Model, records: _Records, context: Context, migrated: State, *, indexed: bool | None
) -> ModelState | None:
    given = records.arguments
    if isinstance(context.settings.value("SIMPLE_HISTORY_DATE_INDEX"), str):
        return None  # an index of two columns, which not all versions have
    followed = _fields_of(model, 0)
    name = given.get("custom_model_name") or f"Historical{model.source.name}"
    app = given.get("app") or model.source.app
    if followed is None or not isinstance(name, str) or not isinstance(app, str):
        return None
    excluded, without_index = _names(given.get("excluded_fields")), _names(given.get("no_db_index"))
    if excluded is None or without_index is None:
        return None
    excluded |= records.added
    fields = {one.name: _copied(one, context) for one in followed if one.name not in excluded}
    fields |= {one: replace(field, certain=False) for one, field in fields.items() if one in records.altered}
    for one in without_index & fields.keys():
        fields[one] = fields[one].with_options(db_index=False)
    if indexed is None:
        date = _date(migrated.models.get((app, name.lower())))
        indexed = date is None or date.db_index
    own = _own_fields(model, given, context, indexed=indexed)
    if own is None:
        return None
    fields |= own
    table = given.get("table_name")
    return ModelState(
        app=app,
        name=name,
        fields={one: replace(field, name=one, span=records.span) for one, field in fields.items()},
        options={"db_table": table} if isinstance(table, str) and not records.inherited else {},
        complete=model.source.complete,
        holds=model.source.holds,
        unsure=model.source.unsure,
        span=records.span,
    )


def _names(value: Value) -> frozenset[str] | None:
    if value is None:
        return frozenset()
    if isinstance(value, str):
        return frozenset({value})
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return frozenset(str(item) for item in value)
    return None


def _fields_of(model: Model, depth: int) -> list[Field] | None:
    """The fields with a column of a model and of its parents; None where not all of them are known."""
    if model.option("proxy") is True or model.source.outside or depth > _MOST_PARENTS:
        return None
    found = {field.name: field for field in model.fields}
    if any(field.type.internal == "CompositePrimaryKey" for field in model.source.fields.values()):
        return None
    for base in model.source.bases:
        above = _fields_of(model.state.model(base), depth + 1) if base in model.state.models else None
        if above is None:
            return None
        for field in above:
            found.setdefault(field.name, field)
    return list(found.values())


def _copied(field: Field, context: Context) -> Field:
    """A field as the history has it: not unique, no key, and a path in place of a file."""
    if field.is_relation:
        is_one = field.type.relation == "one to one"
        return replace(
            field.with_options(
                db_constraint=False,
                null=True,
                blank=True,
                primary_key=False,
                db_index=True,
                unique=False,
                parent_link=REMOVED,
            ),
            type=CORE["ForeignKey"] if is_one else field.type,
            path="django.db.models.ForeignKey" if is_one else field.path,
            auto_created=False,
        )
    copy = field.with_options(auto_now=REMOVED, auto_now_add=REMOVED, db_collation=REMOVED)
    if field.unique:
        copy = copy.with_options(primary_key=REMOVED, unique=REMOVED, db_index=True)
    kind = _COPIED_AS.get(field.type.internal)
    if kind == "TextField" and context.settings.value("SIMPLE_HISTORY_FILEFIELD_TO_CHARFIELD") is True:
        kind = "CharField"
    if kind is not None:
        copy = replace(copy, type=CORE[kind], path=f"django.db.models.{kind}")
    return replace(copy, auto_created=False)


def _own_fields(
    model: Model, given: Mapping[str, Value], context: Context, *, indexed: bool
) -> dict[str, Field] | None:
    """What a history has besides; None where a field of another class is asked for and not understood."""
    settings = context.settings
    is_text = settings.value("SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD") is True
    by_uuid = settings.value("SIMPLE_HISTORY_HISTORY_ID_USE_UUID") is True
    fields = {
        "history_id": core_field("UUIDField" if by_uuid else "AutoField", primary_key=True),
        "history_date": core_field("DateTimeField", db_index=indexed),
        "history_change_reason": core_field("TextField", null=True)
        if is_text
        else core_field("CharField", max_length=100, null=True),
        "history_type": core_field("CharField", max_length=1),
    }
    others = {
        "history_id_field": "history_id",
        "history_change_reason_field": "history_change_reason",
        "history_user_id_field": "history_user_id",
    }
    resolve = context.resolver(model.source.app, model.source.name)
    for argument, name in others.items():
        value = given.get(argument)
        if value is not None:
            field = context.fields.read(value, resolve)
            if field is None or not field.certain:
                return None
            fields[name] = field.with_options(primary_key=True) if name == "history_id" else field
    if "history_user_id" not in fields:
        user = given.get("user_model") or settings.user_model()
        if not isinstance(user, str):
            return None
        fields["history_user"] = replace(
            core_field(
                "ForeignKey",
                null=True,
                db_constraint=given.get("user_db_constraint", True) is not False,
            ),
            to=context.model_key(user, "auth", "user"),
            is_aimed="user_model" in given or isinstance(settings.value("AUTH_USER_MODEL"), str),
        )
    if given.get("related_name"):
        fields["history_relation"] = replace(core_field("ForeignKey", db_constraint=False), to=model.key)
    return fields


def _date(model: ModelState | None) -> Field | None:
    return model.fields.get("history_date") if model is not None else None


def _is_date_indexed(context: Context) -> bool | None:
    """Whether `history_date` has an index; None where neither a setting nor a requirement tells."""
    if context.settings.value("SIMPLE_HISTORY_DATE_INDEX") is False:
        return False
    versions = [
        version
        for _, text in files_of_requirements(context.project.sources, "django-simple-history")
        for version in exact_versions(text, "django-simple-history")
    ]
    return max(versions) >= _FIRST_WITH_INDEX if versions else None
