"""What differs between models and what migrations say of them, as Django itself has both.

Imported by `make_databases.py`, in a Python that has Django. A fact is a thing of a catalog: its subject, the
table, its name (or its columns in brackets, where nobody names it), and a value for each of its aspects.
Models and fields are known by their names: where a table or a column is called otherwise in the migrations,
it goes by the name of today.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

Thing = tuple[str, str, str]
Facts = dict[Thing, dict[str, Any]]


def drift(apps_names: Collection[str]) -> dict[str, Any]:
    """The facts that differ, and the operations that `makemigrations` would write."""
    from django.apps import apps
    from django.conf import settings
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.state import ProjectState

    for model in apps.get_models(include_swapped=True):  # packages have defaults that Django doesn't know
        if model._meta.swappable and not hasattr(settings, model._meta.swappable):
            setattr(settings, model._meta.swappable, model._meta.label)
    labels = {config.label for config in apps.get_app_configs() if config.name in apps_names}
    loader = MigrationLoader(None, ignore_no_migrations=True)
    told, declared = loader.project_state(), ProjectState.from_apps(apps)
    changes = MigrationAutodetector(loader.project_state(), declared.clone()).changes(graph=loader.graph)
    operations = [
        f"{label}: {operation.describe()}"
        for label, migrations in changes.items()
        if label in labels
        for migration in migrations
        for operation in migration.operations
    ]
    names: dict[Any, str] = {}
    now = _facts(declared.apps, labels - set(loader.unmigrated_apps), names)
    then = _facts(told.apps, labels - set(loader.unmigrated_apps), names)
    return {"facts": sorted(_differing(now, then)), "operations": operations}


def _differing(now: Facts, then: Facts) -> Iterator[tuple[str, str, str, str]]:
    tables = {thing for thing in now.keys() & then.keys() if thing[0] == "table"}
    for thing in {*now, *then}:
        subject, table, name = thing
        if subject != "table" and ("table", "", table) not in tables:
            continue
        if thing not in now or thing not in then:
            yield subject, table, name, ""
        else:
            for aspect in now[thing].keys() & then[thing].keys() - {"reference"}:
                if aspect == "type" and _follows(now[thing]["reference"], then[thing]["reference"]):
                    continue
                if now[thing][aspect] != then[thing][aspect]:
                    yield subject, table, name, aspect


def _follows(now: Any, then: Any) -> bool:
    """Whether the type of a reference is told with its target: that has another one, or is another one."""
    return bool(now and then) and (now == then or (now[1] and then[1]))


def _facts(apps: Any, labels: Collection[str], names: dict[Any, str]) -> Facts:
    """All facts; `names` remembers the names of tables and columns, and gives those that it has."""
    from django.db import connection

    facts: Facts = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in labels and model._meta.can_migrate(connection):
            _add_model(facts, model, names)
    return facts


def _key(model: Any) -> Any:
    owner = model._meta.auto_created
    if owner:
        (field,) = _fields_through(model)
        return owner._meta.label_lower, field.name
    return model._meta.label_lower


def _fields_through(model: Any) -> list[Any]:
    fields = model._meta.auto_created._meta.local_many_to_many
    return [field for field in fields if field.remote_field.through is model]


def _table(model: Any, names: dict[Any, str]) -> str:
    return names.setdefault(_key(model), model._meta.db_table.replace('"', ""))  # a name in a schema


def _add_model(facts: Facts, model: Any, names: dict[Any, str]) -> None:
    options, table = model._meta, _table(model, names)
    fields = options.local_concrete_fields
    facts["table", "", table] = {"name": options.db_table}
    if options.auto_created:
        (field,) = _fields_through(model)  # without a name of its own, it is called after the model's table
        facts["table", "", table]["name"] = field.db_table
        links = [(field.column, _target(field, names), field.db_constraint) for field in fields[1:]]
        facts["table", "", table]["definition"] = links
        return
    columns = {field.name: names.setdefault((_key(model), field.name), field.column) for field in fields}

    def bracketed(field_names: Any) -> str:
        found = (columns.get(name) or names.get((_key(model), name), name) for name in field_names)
        return f"({', '.join(found)})"

    for field in fields:
        _add_field(facts, table, field, columns[field.name], names)
    for together in options.unique_together:
        facts["unique", table, bracketed(together)] = {}
    for together in getattr(options, "index_together", ()):
        facts["index", table, bracketed(together)] = {}
    for index in options.indexes:
        facts["index", table, index.name] = {"definition": _plain(index)}
    for constraint in options.constraints:
        subject = {"UniqueConstraint": "unique", "CheckConstraint": "check"}.get(
            type(constraint).__name__, "index"
        )
        facts[subject, table, constraint.name] = {"definition": _plain(constraint)}


def _add_field(facts: Facts, table: str, field: Any, column: str, names: dict[Any, str]) -> None:
    from django.db import connection

    parameters = field.db_parameters(connection)
    aspects = {
        "name": field.column,
        "nullability": field.null and not field.primary_key,
        "generation": (bool(getattr(field, "generated", False)), bool(field.db_type_suffix(connection))),
        "default": _plain(getattr(field, "db_default", None)),
        "type": parameters["type"],
        "reference": field.is_relation and (_target(field, names), field.db_constraint),
    }
    facts["column", table, column] = aspects
    if field.primary_key:
        facts["primary key", table, ""] = {"definition": column}
    elif field.unique:
        facts["unique", table, f"({column})"] = {}
    elif field.db_index:
        facts["index", table, f"({column})"] = {}
    if field.is_relation and field.db_constraint:
        facts["foreign key", table, f"({column})"] = {"definition": _target(field, names)}
    elif parameters["check"]:
        facts["check", table, f"({column})"] = {}


def _target(field: Any, names: dict[Any, str]) -> Any:
    remote = field.remote_field
    primary = remote.model._meta.pk
    named = None if primary is not None and remote.field_name == primary.name else remote.field_name
    action = getattr(remote.on_delete, "__name__", str(remote.on_delete))
    on_delete = action if action.startswith("DB_") else ""
    return _table(remote.model, names), named, on_delete


_NOT_IN_DATABASE = ("violation_error_message", "violation_error_code", "db_tablespace")


def _plain(value: Any) -> Any:
    """What a value is deconstructed into."""
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.state import ProjectState
    from django.db.models import Value

    if isinstance(value, Value):
        value = value.value

    parts = MigrationAutodetector(ProjectState(), ProjectState()).deep_deconstruct(value)
    if isinstance(parts, tuple) and len(parts) == 3 and isinstance(parts[2], dict):
        parts = (*parts[:2], {key: one for key, one in parts[2].items() if key not in _NOT_IN_DATABASE})
    return parts
