"""The Django apps of a project: their labels, their folders, and which of them make one database."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Container, Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from schemalint.frontends.django.files import Interesting
from schemalint.frontends.django.key_classes import key_class
from schemalint.frontends.django.settings import DjangoSettings
from schemalint.frontends.python_source.classes import ancestors
from schemalint.frontends.python_source.definitions import Assigned, ClassDefinition, External
from schemalint.frontends.python_source.evaluate import Evaluator
from schemalint.frontends.python_source.project import Project
from schemalint.frontends.python_source.values import Value
from schemalint.source import Sources

_TEST_FOLDER = re.compile(
    r"(^|/)(tests?|testing|test_?apps?|test_?project|tests?_\w+|\w+_tests?|examples?|example_?project|sandbox|demo|docs"
    r"|(?:project|app)_template)(/|$)"
)


class App(Struct, frozen=True, kw_only=True):
    """An app: its label, its package as dotted name and folder, and the folder of its migrations."""

    label: str
    name: str
    folder: str
    migrations: str | None = None
    auto_field: str | None = None

    @property
    def is_for_tests(self) -> bool:
        """Whether it is there for the tests, or as an example, of other apps."""
        return is_test_folder(self.folder)


def is_test_folder(folder: str) -> bool:
    """Whether what is in a folder is there for tests, as an example, or as a template."""
    return _TEST_FOLDER.search(folder) is not None


class _Configuration(Struct, frozen=True, kw_only=True):
    name: str
    label: str
    auto_field: str | None
    folder: str


def find_apps(
    project: Project, files: Interesting, settings: DjangoSettings, evaluator: Evaluator
) -> list[App]:
    """Every app that has migrations, models, or a configuration of its own."""
    installed = settings.installed_apps()
    configurations = _configurations(project, files, evaluator, installed)
    by_folder: dict[str, str | None] = {}
    elsewhere = settings.migration_modules()
    for folder in files.migrations:
        by_folder[folder.rpartition("/")[0]] = folder
    own = set(configurations)
    for path in sorted(files.models):
        holding = _folder_of_models(path, project.sources)
        if holding is not None:
            by_folder.setdefault(holding, None)
            own.add(holding)
    for configuration in configurations.values():
        by_folder.setdefault(configuration.folder, None)
    apps: dict[str, App] = {}
    for folder, beside in sorted(by_folder.items()):
        migrations = beside
        name = _package_name(project, folder)
        found = configurations.get(folder)
        label = found.label if found is not None else name.rpartition(".")[2]
        if label in elsewhere:
            located = project.locate(elsewhere[label], f"{folder}/x.py")
            if located is not None and located.path is not None:
                migrations = located.path.rpartition("/")[0]
        elif beside is not None and folder and _is_moved(beside):
            continue
        app = App(
            label=label,
            name=name,
            folder=folder,
            migrations=migrations,
            auto_field=found.auto_field if found is not None else None,
        )
        apps[folder] = app
    for app in _of_others(project, files, elsewhere, {app.label for app in apps.values()}):
        beside = app.folder.rpartition("/")[0]
        if beside in own and beside in apps:
            apps[beside] = replace(apps[beside], migrations=None)
        else:
            apps.pop(beside, None)
        apps[app.folder] = app
    return [app for app in apps.values() if not _is_part(app, apps, configurations, installed)]


def _of_others(
    project: Project, files: Interesting, elsewhere: Mapping[str, str], labels: Container[str]
) -> Iterator[App]:
    """The apps of other packages whose migrations the project keeps, as `MIGRATION_MODULES` says."""
    for label, name in elsewhere.items():
        for folder in files.migrations:
            located = project.locate(name, f"{folder}/x.py") if label not in labels else None
            if located is not None and located.path == f"{folder}/__init__.py":
                yield App(label=label, name=name, folder=folder, migrations=folder)


def _is_part(
    app: App, apps: Mapping[str, App], configurations: Container[str], installed: Collection[str]
) -> bool:
    """Whether the models of a package are those of an app around it, as nothing says that it is installed.

    Source: `Apps.get_containing_app_config` in `django/apps/registry.py`.
    """
    if app.migrations is not None or app.folder in configurations:
        return False
    if any(name == app.name or name.startswith(f"{app.name}.") for name in installed):
        return False
    parts = app.folder.split("/")
    around = (apps.get("/".join(parts[:count])) for count in range(1, len(parts)))
    return any(
        other is not None and (other.migrations is not None or other.folder in configurations)
        for other in around
    )


def _is_moved(migrations: str) -> bool:
    """A folder such as `south_migrations` or `migrations_old` is no app's own."""
    return migrations.rpartition("/")[2] not in ("migrations", "django_migrations", "db_migrations")


def _folder_of_models(path: str, sources: Sources) -> str | None:
    """The folder of the app that a file of models seems to belong to; None where its name does not tell."""
    above, separator, _ = f"/{path}".rpartition("/models/")
    if separator and f"{above}/models/__init__.py".lstrip("/") in sources:
        return above.lstrip("/")
    folder, _, name = path.rpartition("/")
    return folder if name == "models.py" else None


def _package_name(project: Project, folder: str) -> str:
    if not folder:
        return ""
    return (
        project.folders.module_name(f"{folder}/__init__.py")
        if f"{folder}/__init__.py" in project.sources
        else (folder.rpartition("/")[2])
    )


def _configurations(
    project: Project, files: Interesting, evaluator: Evaluator, installed: Collection[str]
) -> dict[str, _Configuration]:
    """The AppConfig of each folder that has one."""
    found: dict[str, _Configuration] = {}
    for path in files.configurations:
        module = project.parse(path)
        if module is None:
            continue
        own: list[ClassDefinition] = []
        others = 0
        for name, binding in project.bindings(module).names.items():
            definition = project.resolve(module, name)
            if isinstance(definition, ClassDefinition) and _is_configuration(definition, project):
                if isinstance(binding, ast.ClassDef):
                    own.append(definition)
                else:
                    others += 1
            elif isinstance(definition, External):
                last = definition.name.rpartition(".")[2]
                others += last.endswith("Config") and last != "AppConfig"
        for definition in _chosen(own, others, project, evaluator, installed):
            configuration = _read(definition, path, project, evaluator)
            if configuration is not None:
                found.setdefault(configuration.folder, configuration)
    return found


def _chosen(
    own: list[ClassDefinition],
    others: int,
    project: Project,
    evaluator: Evaluator,
    installed: Collection[str],
) -> list[ClassDefinition]:
    """The classes of a module that Django takes: the one that is named, or the only one, or the default.

    `others` are classes that the module imports, which count as well. Where nothing says how the app is
    installed, any may be named. Source: `AppConfig.create` in `django/apps/config.py`.
    """
    named = [
        definition
        for definition in own
        if _is_one_of(f"{definition.module.path.removesuffix('.py')}/{definition.node.name}", installed)
    ]
    if named or len(own) + others < 2:
        return named or own
    if not own or not _is_one_of(own[0].module.path.rpartition("/")[0], installed):
        return own
    by_default = [
        definition
        for definition in own
        if isinstance(member := project.member(definition, "default"), Assigned)
        and evaluator.of(member) is True
    ]
    return by_default if len(by_default) == 1 else []


def _is_one_of(place: str, installed: Collection[str]) -> bool:
    """Whether a place in the project is named in `INSTALLED_APPS`, from whichever folder that is imported."""
    dotted = place.replace("/", ".")
    return any(dotted == name or dotted.endswith(f".{name}") for name in installed)


def _is_configuration(definition: ClassDefinition, project: Project) -> bool:
    return any(
        isinstance(ancestor, External) and ancestor.name.endswith("AppConfig")
        for ancestor in ancestors(project, definition)
    )


def _read(
    definition: ClassDefinition, path: str, project: Project, evaluator: Evaluator
) -> _Configuration | None:
    def attribute(name: str) -> Value:
        member = project.member(definition, name)
        return evaluator.of(member) if isinstance(member, Assigned) else None

    here = path.rpartition("/")[0]
    name = attribute("name")
    folder = here
    if isinstance(name, str):
        located = project.locate(name, path)
        if located is not None:
            inner = name.replace(".", "/")
            folder = f"{located.root}/{inner}" if located.root else inner
        elif name.rpartition(".")[2] != here.rpartition("/")[2]:
            return None
    elif project.class_bindings(definition).names.get("name") is None:
        return None
    else:
        name = _package_name(project, here)
    label, auto_field = attribute("label"), attribute("default_auto_field")
    return _Configuration(
        name=name,
        label=label if isinstance(label, str) else str(name).rpartition(".")[2],
        auto_field=key_class(auto_field, project, path) if isinstance(auto_field, str) else None,
        folder=folder,
    )


class Group(Struct, frozen=True, kw_only=True):
    """Apps that share a database; `settings` are the modules that speak for it."""

    folder: str
    apps: tuple[App, ...]
    settings: tuple[str, ...]

    @property
    def is_for_tests(self) -> bool:
        """Whether all its apps are there for the tests of others."""
        return all(app.is_for_tests for app in self.apps)


def groups(apps: Iterable[App], files: Interesting) -> list[Group]:
    """Apps by the project that they belong to, where several have a `manage.py` beside each other."""
    homes = sorted({path.rpartition("/")[0] for path in files.manage}, key=len)
    tops = [home for home in homes if not any(_is_below(home, other) for other in homes if other != home)]
    if len(tops) < 2:
        return _without_clashes(list(apps), files.settings, tops[0] if tops else "")
    found = []
    rest = list(apps)
    for top in tops:
        inside = [app for app in rest if _is_below(app.folder, top)]
        rest = [app for app in rest if app not in inside]
        settings = [path for path in files.settings if _is_below(path, top)]
        if inside:
            found += _without_clashes(inside, settings, top)
    if rest:
        settings = [path for path in files.settings if not any(_is_below(path, top) for top in tops)]
        found += _without_clashes(rest, settings, "")
    return found


def _is_below(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(f"{folder}/")


def _without_clashes(apps: list[App], settings: Iterable[str], folder: str) -> list[Group]:
    """One group, or several where two apps have one label."""
    buckets: list[dict[str, App]] = []
    for app in sorted(apps, key=lambda app: (app.is_for_tests, app.folder.count("/"), app.folder)):
        for bucket in buckets:
            if app.label not in bucket:
                bucket[app.label] = app
                break
        else:
            buckets.append({app.label: app})
    return [Group(folder=folder, apps=tuple(bucket.values()), settings=tuple(settings)) for bucket in buckets]
