"""What reading one Django project needs everywhere: its sources, its apps, and which model a name means."""

from __future__ import annotations

from schemalint.frontends.django.apps import App, Group
from schemalint.frontends.django.fields import ModelKey
from schemalint.frontends.django.known_apps import APP_LABELS
from schemalint.frontends.django.read_field import FieldReader, Resolve
from schemalint.frontends.django.settings import DjangoSettings
from schemalint.frontends.python_source.definitions import Assigned, ClassDefinition, External
from schemalint.frontends.python_source.evaluate import Evaluator
from schemalint.frontends.python_source.project import Project
from schemalint.frontends.python_source.values import Call, Reference, Value

OUTSIDE = (
    "django.db",
    "django.apps",
    "django.conf",
    "django.core",
    "django.utils",
    "django.contrib.postgres",
    "django.contrib.gis.db",
    "django.contrib.contenttypes.fields",
)
"""What is known of Django and not read, even where Django is among the sources."""


class Context:
    """One project being read."""

    def __init__(self, project: Project, group: Group, settings: DjangoSettings) -> None:
        self.project = project
        self.group = group
        self.settings = settings
        self.evaluator = Evaluator(project, settings.external)
        self.fields = FieldReader(project, self.evaluator)
        self.apps = {app.label: app for app in group.apps}
        self._by_depth = sorted(group.apps, key=lambda app: len(app.folder), reverse=True)

    def app_of(self, path: str) -> App | None:
        """The app that a file belongs to: the one whose folder is the nearest above it."""
        for app in self._by_depth:
            if not app.folder or path.startswith(f"{app.folder}/"):
                return app
        return None

    def class_key(self, definition: ClassDefinition) -> ModelKey | None:
        """The model that a class is."""
        label = self.meta_value(definition, "app_label")
        if not isinstance(label, str):
            app = self.app_of(definition.module.path)
            if app is None:
                return None
            label = app.label
        return (label, definition.node.name.lower())

    def meta_value(self, definition: ClassDefinition, name: str) -> Value:
        """An attribute of a class's own Meta; None where it has none."""
        meta = self.project.class_bindings(definition).names.get("Meta")
        if meta is None:
            return None
        inner = self.project.member(definition, "Meta")
        if not isinstance(inner, ClassDefinition):
            return None
        member = self.project.member(inner, name)
        return self.evaluator.of(member) if isinstance(member, Assigned) else None

    def resolver(self, app: str, model: str) -> Resolve:
        """Which model a target means, as a model of this app sees it."""

        def resolve(value: Value) -> ModelKey | None:
            return self.model_key(value, app, model)

        return resolve

    def model_key(self, value: Value, app: str, model: str) -> ModelKey | None:
        """The model that the target of a relation means; None where that can't be told."""
        if isinstance(value, str):
            if value == "self":
                return (app, model.lower())
            label, dot, name = value.rpartition(".")
            if not name:
                return None
            return (label.rpartition(".")[2] if dot else app, name.lower())
        if isinstance(value, Reference):
            if isinstance(value.definition, ClassDefinition):
                return self.class_key(value.definition)
            if isinstance(value.definition, External):
                return external_key(value.name)
        if isinstance(value, Call):
            return self._called(value, app, model)
        return None

    def _called(self, call: Call, app: str, model: str) -> ModelKey | None:
        last = call.name.rpartition(".")[2]
        if last == "get_user_model":
            return self.model_key(self.settings.user_model(), app, model)
        if last in ("get_model", "get_model_name", "load_model"):
            names = [item for item in (*call.arguments, *call.keywords.values()) if isinstance(item, str)]
            if len(names) == 1:
                return self.model_key(names[0], app, model)
            if len(names) >= 2:
                swapped = self.settings.value(f"{names[0].upper()}_{names[1].upper()}_MODEL")
                if last == "get_model_name" and isinstance(swapped, str):
                    return self.model_key(swapped, app, model)
                return (names[0], names[1].lower())
        return None


def external_key(name: str) -> ModelKey | None:
    """The model that an external class is, going by where it was imported from."""
    parts = name.split(".")
    if len(parts) < 2:
        return None
    package = parts[:-1]
    while package:
        label = APP_LABELS.get(".".join(package))
        if label is not None:
            return (label, parts[-1].lower())
        package = package[:-1]
    modules = parts[:-1]
    for marker in ("models", "model", "abstract_models", "api", "django"):
        if marker in modules:
            modules = modules[: modules.index(marker)]
            break
    return (modules[-1] if modules else parts[0], parts[-1].lower())
