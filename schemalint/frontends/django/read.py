"""A Django project's models and migrations to readings, without settings, imports or a database."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from schemalint.config import Settings
from schemalint.frontends.django import files, history, known_apps
from schemalint.frontends.django.apps import Group, find_apps, groups, is_test_folder
from schemalint.frontends.django.class_metas import MODEL
from schemalint.frontends.django.context import OUTSIDE, Context
from schemalint.frontends.django.faults import faults
from schemalint.frontends.django.fields import ModelKey
from schemalint.frontends.django.generated_models import generated
from schemalint.frontends.django.historical_models import historical_models
from schemalint.frontends.django.migration_files import MigrationFile, read_migration, without_effect
from schemalint.frontends.django.migration_graph import in_order
from schemalint.frontends.django.model_state import Environment, ModelState
from schemalint.frontends.django.models import ModelReader
from schemalint.frontends.django.names import table_name
from schemalint.frontends.django.record import record
from schemalint.frontends.django.routers import without_database
from schemalint.frontends.django.settings import DjangoSettings
from schemalint.frontends.django.state import State
from schemalint.frontends.python_source.classes import ancestors
from schemalint.frontends.python_source.definitions import ClassDefinition, External
from schemalint.frontends.python_source.evaluate import Evaluator
from schemalint.frontends.python_source.project import Project, without_collection
from schemalint.knowledge.dialects import Dialect
from schemalint.migration import Migration
from schemalint.operations import Opaque, Operation
from schemalint.reading import Fault, Reading, Record, Unreadable
from schemalint.source import Sources


def read(sources: Sources, settings: Settings) -> list[Reading]:
    """The declared and the migrated side of every Django project among the sources."""
    found = files.interesting(sources)
    if found is None:
        return []
    project = Project(sources, OUTSIDE)
    with without_collection():
        evaluator = Evaluator(project)
        apps = find_apps(project, found, DjangoSettings(project, found.settings), evaluator)
        readings: list[Reading] = []
        projects = groups(apps, found)
        for group in [one for one in projects if not one.is_for_tests] or projects:
            readings += _ProjectReading(project, group, found, settings).readings()
        project.close()
    return readings


class _ProjectReading:
    """One project on its way to readings."""

    def __init__(self, project: Project, group: Group, found: files.Interesting, settings: Settings) -> None:
        self.project = project
        self.group = group
        self.files = found
        self.django = DjangoSettings(
            project, group.settings, defaults=found.defaults, for_tests=group.is_for_tests
        )
        self.apps = self._reported()
        self.source = _common_folder(app.folder for app in group.apps if app.label in self.apps)
        self.dialect, self.reason = self._dialect(settings)
        self.context = Context(project, group, self.django, self.dialect, found.models)
        self.faults: list[Fault] = []
        self.classes: dict[ModelKey, ClassDefinition] = {}

    def _dialect(self, settings: Settings) -> tuple[Dialect, str]:
        configured = settings.dialect_of(self.source or ".")
        if configured is not None:
            return configured, "the configuration says so"
        named = self.django.engine()
        if self.files.postgres and (named is None or not named.is_certain):  # there for development, then
            return "postgresql", "django.contrib.postgres is used"
        if named is None:
            return "postgresql", "nothing names another"
        return named.dialect, f"{named.path} names its engine"

    def readings(self) -> list[Reading]:
        """Both sides. Apps for the tests of others are left out, unless there are no others."""
        environment = self._environment()
        written = self._migration_files()
        self.faults = [fault for fault in faults(written) if fault.name.partition(".")[0] in self.apps]
        migrations, migrated = history.run(in_order(written), environment)
        self.context.inherited = _inherited(migrated)
        self.context.plain = _plain(migrated, self.project)
        reader = ModelReader(
            self.context,
            {key: _written(model) for key, model in migrated.models.items()},
            translated=self.files.translated,
        )
        models = self._models(reader, frozenset(migrated.models))
        state = State({model.key: model for model in models}, migrated.environment)
        histories = historical_models(state, self.classes, reader, migrated)
        state = state.of({**{model.key: model for model in histories}, **state.models})
        return self._sides(state, reader, migrations, migrated)

    def _reported(self) -> set[str]:
        """The labels of the apps whose tables the database has."""
        installed = DjangoSettings(self.project, _own(self.group.settings)).installed_apps()
        apps = {
            app.label
            for app in self.group.apps
            if not app.is_for_tests
            or any(name == app.name or name.startswith(f"{app.name}.") for name in installed)
        }
        return apps or {app.label for app in self.group.apps}

    def _environment(self) -> Environment:
        auto = {app.label: app.auto_field for app in self.group.apps if app.auto_field is not None}
        outside = dict(known_apps.outside_models())
        return Environment(
            dialect=self.dialect,
            version=self.django.version,
            default_auto_field=self.django.default_auto_field(),
            names_auto_field=self.django.names_auto_field(),
            auto_fields=auto,
            outside=outside,
        )

    def _migration_files(self) -> list[MigrationFile]:
        found = []
        labels = [app.label for app in self.group.apps]
        nowhere = without_database(labels, self.django, self.project, self.context.evaluator)
        for app in self.group.apps:
            if app.migrations is None:
                continue
            for path in self.files.migrations.get(app.migrations, ()):
                file = read_migration(path, app, self.context, self.dialect)
                if file is not None:
                    found.append(without_effect(file) if app.label in nowhere else file)
        return found

    def _models(self, reader: ModelReader, migrated: frozenset[ModelKey]) -> list[ModelState]:
        """The models that Django would load, and those that migrations know of."""
        found: dict[ModelKey, ModelState] = {}
        loaded = self._loaded()
        for path in sorted(self.files.changing):
            if path in loaded or not is_test_folder(path.rpartition("/")[0]):
                module = self.project.parse(path)
                if module is not None:
                    reader.changes.read(module, loaded=path in loaded)
        for path in sorted(self.files.models):
            if self.context.app_of(path) is None:
                continue
            module = self.project.parse(path)
            if module is None:
                continue
            for definition in reader.classes(module):
                key = self.context.class_key(definition)
                if key is None or key in found or (path not in loaded and key not in migrated):
                    continue
                if key[0] not in self.context.apps:
                    continue
                model = reader.read(definition)
                if model is not None:
                    found[key] = model
                    self.classes[key] = definition
        return list(found.values())

    def _loaded(self) -> set[str]:
        """The files that importing each app's `models` imports, as far as they may hold models."""
        waiting: list[str] = []
        for app in self.group.apps:
            prefix = f"{app.folder}/" if app.folder else ""
            waiting += [
                path
                for path in (f"{prefix}models.py", f"{prefix}models/__init__.py")
                if path in self.project.sources
            ]
        seen: set[str] = set()
        while waiting:
            path = waiting.pop()
            if path in seen:
                continue
            seen.add(path)
            module = self.project.parse(path)
            if module is None:
                continue
            for name in _imported(module.tree, self.project.folders.module_name(path), path):
                located = self.project.locate(name, path)
                if located is not None and located.path is not None and located.path in self.files.models:
                    waiting.append(located.path)
        return seen

    def _record(self, migrated: State, declared: State, reader: ModelReader) -> Record | None:
        """What the migrations say of the models; None where not all of them can be read."""
        if not declared.models or self._unreadable("migrations") or self.faults:
            return None
        unmigrated = {
            app.label
            for app in self.group.apps
            if app.migrations is None and f"{app.folder}/migrations/__init__.py" not in self.project.sources
        }
        missing = (key for key in migrated.models if key not in declared.models and key[0] in self.apps)
        paths = (path for listed in self.files.migrations.values() for path in listed)
        for key in generated(missing, self.classes, reader, paths):
            migrated = migrated.doubted(key)
        return record(migrated, declared, self.apps, unmigrated)

    def _sides(
        self, state: State, reader: ModelReader, migrations: list[Migration], migrated: State
    ) -> list[Reading]:
        apps = self.apps
        database = self.source.rpartition("/")[2] or "django"
        found: list[Reading] = []
        models = state.within(apps)
        if models.models:
            operations = history.declared(models)
            paths = sorted({model.span.path for model in models.models.values() if model.span is not None})
            unreadable = self._unreadable("models")
            found.append(
                Reading(
                    kind="django-models",
                    side="declared",
                    source=self.source or ".",
                    database=database,
                    dialect=self.dialect,
                    dialect_reason=self.reason,
                    operations=(*operations, *self._troubles(reader, apps, state)),
                    unreadable=unreadable,
                    complete=not unreadable,
                    layout="django",
                    statements=len(models.models),
                    paths=tuple(paths),
                )
            )
        own = [migration for migration in migrations if migration.name.partition(".")[0] in apps]
        if own:
            paths = [migration.path for migration in own]
            unreadable = self._unreadable("migrations")
            found.append(
                Reading(
                    kind="django-migrations",
                    side="migrated",
                    source=self.source or ".",
                    database=database,
                    dialect=self.dialect,
                    dialect_reason=self.reason,
                    migrations=tuple(own),
                    unreadable=unreadable,
                    faults=tuple(self.faults),
                    complete=not unreadable,
                    layout="django",
                    statements=sum(migration.statements for migration in own),
                    paths=tuple(paths),
                    record=self._record(migrated, state, reader),
                )
            )
        return found

    def _troubles(self, reader: ModelReader, apps: set[str], state: State) -> Iterable[Operation]:
        for trouble in reader.troubles:
            if trouble.key[0] in apps and trouble.key in state.models:
                table = table_name(state.model(trouble.key).table)
                yield Opaque(reason=trouble.reason, tables=(table,), span=trouble.span)

    def _unreadable(self, side: str) -> tuple[Unreadable, ...]:
        """The files of one side that could not be parsed."""
        migrations = {path for listed in self.files.migrations.values() for path in listed}
        found = []
        for path, problem in self.project.unreadable.items():
            if (path in migrations) == (side == "migrations") and self.context.app_of(path) is not None:
                found.append(problem)
        return tuple(found)


def _own(settings: Iterable[str]) -> list[str]:
    """Settings modules that are not there for tests or as a template."""
    return [path for path in settings if not is_test_folder(path.rpartition("/")[0])]


def _common_folder(folders: Iterable[str]) -> str:
    parts: list[str] | None = None
    for folder in folders:
        split = folder.split("/") if folder else []
        if parts is None:
            parts = split
            continue
        shared = 0
        for one, other in zip(parts, split, strict=False):
            if one != other:
                break
            shared += 1
        parts = parts[:shared]
    return "/".join(parts or ())


def _imported(tree: ast.Module, name: str, path: str) -> Iterable[str]:
    """The dotted names of the modules that a module imports when it is imported itself."""
    package = name if path.endswith("__init__.py") else name.rpartition(".")[0]
    waiting: list[ast.stmt] = list(tree.body)
    while waiting:
        node = waiting.pop()
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom():
                base = node.module or ""
                if node.level:
                    above = package.split(".")
                    above = above[: len(above) - (node.level - 1)]
                    base = ".".join([*above, *([base] if base else [])])
                yield base
                yield from (f"{base}.{alias.name}" for alias in node.names if alias.name != "*")
            case ast.If() | ast.With() | ast.ClassDef():
                waiting += [*node.body, *(node.orelse if isinstance(node, ast.If) else ())]
            case ast.Try():
                waiting += [*node.body, *node.orelse, *node.finalbody]
                waiting += [statement for handler in node.handlers for statement in handler.body]


def _inherited(state: State) -> tuple[ModelKey, ...]:
    """The models among the bases of others that no migration at hand makes, in order."""
    bases = {base for model in state.models.values() for base in model.bases}
    return tuple(sorted(base for base in bases if base not in state.models or state.models[base].outside))


def _plain(state: State, project: Project) -> frozenset[str]:
    """The names of classes of other packages that are above classes which are no models.

    Migrations name no abstract models, but what these have for bases (`ModelState.from_model` in
    `django/db/migrations/state.py`); and whatever has a model above it is one.
    """
    found: set[str] = set()
    for model in state.models.values():
        for mixin in model.mixins:
            above = [mixin] if isinstance(mixin, External) else ancestors(project, mixin)
            names = {one.name for one in above if isinstance(one, External)}
            found |= names if MODEL.isdisjoint(names) else set()
    return frozenset(found)


def _written(model: ModelState) -> frozenset[str]:
    """The names of a model's fields that make something, less the key that Django adds where none is."""
    return frozenset(
        name
        for name, field in model.fields.items()
        if (field.has_column or field.many_to_many) and not (field.auto and field.primary_key)
    )
