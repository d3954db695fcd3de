"""What reading one Django project needs everywhere: its sources, its apps, and which model a name means."""

from __future__ import annotations

import ast
from collections.abc import Container
from functools import cached_property
from typing import TYPE_CHECKING

from schemalint.frontends.django import choices, known_bases
from schemalint.frontends.django.apps import App, Group
from schemalint.frontends.django.bases_of_packages import KnownBase
from schemalint.frontends.django.fields import ModelKey
from schemalint.frontends.django.known_apps import CONTRIB_MODELS, label_of
from schemalint.frontends.django.made_classes import inner_class
from schemalint.frontends.django.read_field import FieldReader, Resolve
from schemalint.frontends.django.settings import DjangoSettings, UnlessSet
from schemalint.frontends.django.state import State
from schemalint.frontends.python_source.classes import ancestors
from schemalint.frontends.python_source.definitions import (
    Assigned,
    ClassDefinition,
    Definition,
    External,
)
from schemalint.frontends.python_source.evaluate import Evaluator
from schemalint.frontends.python_source.project import Project
from schemalint.frontends.python_source.values import Call, Member, Reference, Unknown, Value
from schemalint.knowledge.dialects import MYSQL_FAMILY, POSTGRESQL_FAMILY, Dialect

if TYPE_CHECKING:
    from schemalint.frontends.django.module_values import ModuleValues

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


_CONNECTIONS = frozenset(
    {
        "django.db.connection",
        "schema_editor.connection",
        "schema_editor.connection.features.connection",
        "django.db.connections.default",
    }
)
HISTORICAL = "historical:"
"""Before the label of a model that a function of a migration gets from `apps.get_model`."""

_ENGINES = {
    "mariadb": "mysql",
    "sqlite": "sqlite3",
    "cockroachdb": "django_cockroachdb",
    "sqlserver": "mssql",
}
_MODEL_CALLS = frozenset({"get_user_model", "get_model", "get_registered_model"})


class Context:
    """One project being read."""

    def __init__(
        self,
        project: Project,
        group: Group,
        settings: DjangoSettings,
        dialect: Dialect,
        models: Container[str] = (),
    ) -> None:
        """`models` are the files that hold some.

        Two attributes are set once the migrations are read, which tell of classes of other packages:
        `inherited` are models among the bases of the project's own, `plain` are bases that are no models.
        """
        self.inherited: tuple[ModelKey, ...] = ()
        self.plain: frozenset[str] = frozenset()
        self._models = models
        self._made_metas: dict[ast.Call, ClassDefinition | None] = {}
        self.project = project
        self.group = group
        self.settings = settings
        self.dialect = dialect
        self.state: State | None = None
        self.evaluator = Evaluator(
            project, self._external, self._external_call, self._external_member, self._computed
        )
        self.fields = FieldReader(project, self.evaluator)
        self.apps = {app.label: app for app in group.apps}
        self._by_depth = sorted(group.apps, key=lambda app: len(app.folder), reverse=True)

    def known_base(self, name: str) -> KnownBase | None:
        """What a class of another package gives to a model; None where nothing is known of it."""
        known = known_bases.of(name, self.dialect, self.settings.said_version)
        if known is not None:
            return known
        *packages, last = name.split(".")
        return next(
            (
                KnownBase(concrete=key)
                for key in self.inherited
                if key[0] in packages and key[1] == last.lower()
            ),
            None,
        )

    def _external(self, name: str) -> Value:
        """The value of something external: a setting, or what the connection says of itself."""
        owner, _, attribute = name.rpartition(".")
        if owner in _CONNECTIONS:
            return self._connection(attribute)
        if name == "django.conf.settings.DATABASES":
            return {"default": self._connection("settings_dict")}
        if name == "django.conf.settings.INSTALLED_APPS" and not self.settings.installed_apps():
            return [app.name for app in self.group.apps]  # a package runs with what it has
        if name.startswith(HISTORICAL) and owner.endswith("._meta"):
            return self._historical(owner.removeprefix(HISTORICAL).removesuffix("._meta"), attribute)
        return self.settings.external(name)

    def _historical(self, label: str, attribute: str) -> Value:
        """What a model said of itself at the moment of the migration that is being run."""
        app, _, name = label.partition(".")
        if attribute == "db_table" and self.state is not None:
            return self.state.model((app, name)).table
        return {"app_label": app, "model_name": name}.get(attribute, ...)

    def _computed(self, definition: Assigned, value: Value) -> Value:
        """What a name holds once its module has been run on paper, where no expression says it.

        That is so, too, where it says that it is a setting, and nobody sets that.
        """
        is_setting = isinstance(value, Reference) and value.name.startswith("django.conf.settings.")
        if not (isinstance(value, Unknown) or is_setting):
            return ...
        return self._values.value(definition.module, definition.name.rpartition(".")[2])

    @cached_property
    def _values(self) -> ModuleValues:
        from schemalint.frontends.django.module_values import ModuleValues  # few projects need an interpreter

        return ModuleValues(
            self.project, lambda name: self._external(f"django.conf.settings.{name}"), self._models
        )

    def _connection(self, attribute: str) -> Value:
        if attribute == "vendor":
            if self.dialect in MYSQL_FAMILY:
                return "mysql"
            return "postgresql" if self.dialect in POSTGRESQL_FAMILY else self.dialect
        if attribute == "settings_dict":
            return {"ENGINE": f"django.db.backends.{_ENGINES.get(self.dialect, self.dialect)}"}
        return self.dialect == "mariadb" if attribute == "mysql_is_mariadb" else ...

    def _external_member(self, owner: Value, name: str) -> Value:
        """The value of `Model._meta.db_table` and its kin, and of the attributes of a connection."""
        if isinstance(owner, Member) and owner.name == "_meta" and isinstance(owner.owner, Reference):
            definition = owner.owner.definition
            key = self.class_key(definition) if isinstance(definition, ClassDefinition) else None
            if key is not None:
                written = (
                    self.meta_value(definition, name) if isinstance(definition, ClassDefinition) else None
                )
                names = {"db_table": f"{key[0]}_{key[1]}", "app_label": key[0], "model_name": key[1]}
                return written if isinstance(written, str) and written else names.get(name, ...)
        if isinstance(owner, Reference):
            return choices.member(owner, name, self.evaluator)
        if isinstance(owner, Member) and owner.name == "connection":
            return self._connection(name)
        return ...

    def _external_call(self, call: Call) -> Value:
        """The value of a call that asks Django for a model or a setting; `...` for all others."""
        last = call.name.rpartition(".")[2]
        if call.name == "apps.get_model":
            key = self._called(call, "", "")
            return Reference(External(f"{HISTORICAL}{key[0]}.{key[1]}")) if key is not None else ...
        if call.name.startswith("django.") and last in _MODEL_CALLS:
            key = self._called(call, "", "")
            definition = self.model_class(key) if key is not None else None
            return Reference(definition) if definition is not None else ...
        if last == "import_string" and call.name.startswith("django.") and call.arguments:
            path = call.arguments[0]
            found = self.project.look_up(path, call.module.path) if isinstance(path, str) else None
            return Reference(found) if found is not None else ...
        if call.name in known_bases.MAKERS_OF_PLAIN:
            return Reference(External("builtins.object"))
        if call.name.startswith("swapper."):
            return self._swapper(last, call)
        return self.settings.external_call(call)

    def _swapper(self, function: str, call: Call) -> Value:
        """The package `swapper`: models swapped by settings that are named after them."""
        names = [item for item in call.arguments if isinstance(item, str)]
        if len(names) != 2:
            return ...
        setting = f"{names[0].upper()}_{names[1].upper()}_MODEL"
        value = self.settings.value(setting)
        swapped = isinstance(value, str) and value.lower() != f"{names[0]}.{names[1]}".lower()
        label = value if swapped else f"{names[0]}.{names[1]}"
        answers = {
            "is_swapped": value if swapped else False,
            "swappable_setting": setting,
            "get_model_name": label if isinstance(value, str) else UnlessSet(label),
        }
        return answers.get(function, ...)

    def model_class(self, key: ModelKey) -> Definition | None:
        """The class of a model, where its app's `models` has one of that name."""
        app = self.apps.get(key[0])
        if app is None:
            name = CONTRIB_MODELS.get(key)
            return External(name) if name is not None else None
        for path in (f"{app.folder}/models.py", f"{app.folder}/models/__init__.py"):
            module = self.project.parse(path) if path in self.project.sources else None
            if module is None:
                continue
            for name in self.project.bindings(module).names:
                if name.lower() == key[1]:
                    definition = self.project.resolve(module, name)
                    if isinstance(definition, ClassDefinition):
                        return definition
        return None

    def app_of(self, path: str) -> App | None:
        """The app that a file belongs to: the one whose folder is the nearest above it."""
        for app in self._by_depth:
            if not app.folder or path.startswith(f"{app.folder}/"):
                return app
        return None

    def class_key(self, definition: ClassDefinition) -> ModelKey | None:
        """The model that a class is."""
        label = self._written_label(definition)
        if not isinstance(label, str):
            app = self.app_of(definition.module.path)
            if app is None:
                return None
            label = app.label
        return (label, definition.node.name.lower())

    def _written_label(self, definition: ClassDefinition) -> Value:
        """The `app_label` of a class's own Meta; where it has none, of that of its first abstract base."""
        for ancestor in ancestors(self.project, definition):
            if not isinstance(ancestor, ClassDefinition):
                continue
            if "Meta" in self.project.class_bindings(ancestor).names and (
                ancestor.node is definition.node or self.meta_value(ancestor, "abstract") is True
            ):
                return self.meta_value(ancestor, "app_label")
        return None

    def meta_value(self, definition: ClassDefinition, name: str) -> Value:
        """An attribute of a class's own Meta; None where it has none."""
        meta = self.own_meta(definition)
        member = self.project.member(meta, name) if meta is not None else None
        return self.evaluator.of(member) if isinstance(member, Assigned) else None

    def own_meta(self, definition: ClassDefinition) -> ClassDefinition | None:
        """The Meta that the body of a class has, whether a statement makes it or a call of `type`."""
        binding = self.project.class_bindings(definition).names.get("Meta")
        if binding is None:
            return None
        if isinstance(binding, ast.Call):
            if binding not in self._made_metas:
                self._made_metas[binding] = inner_class(definition, binding, self.evaluator)
            return self._made_metas[binding]
        member = self.project.member(definition, "Meta")
        return member if isinstance(member, ClassDefinition) else None

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
        if last in ("get_model", "get_registered_model", "get_model_name", "load_model"):
            given = (call.argument(0, "app_label"), call.argument(1, "model_name"))
            names = [item for item in given if isinstance(item, str)]
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
    label = label_of(name)
    if label is not None:
        return (label, parts[-1].lower())
    modules = parts[:-1]
    for marker in ("models", "model", "abstract_models", "api", "django"):
        if marker in modules:
            modules = modules[: modules.index(marker)]
            break
    return (modules[-1] if modules else parts[0], parts[-1].lower())
