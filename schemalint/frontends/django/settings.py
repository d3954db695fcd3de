"""What a project's settings modules say, where they say it in so many words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from msgspec import Struct

from schemalint.frontends.django.key_classes import key_class
from schemalint.frontends.python_source.definitions import External
from schemalint.frontends.python_source.evaluate import Evaluator
from schemalint.frontends.python_source.parse import Module
from schemalint.frontends.python_source.project import Project
from schemalint.frontends.python_source.requirements import required_version
from schemalint.frontends.python_source.values import Call, Scope, Unknown, Value, is_known
from schemalint.knowledge.dialects import Dialect

_ENGINES: tuple[tuple[str, Dialect], ...] = (
    ("cockroach", "cockroachdb"),
    ("postgis", "postgresql"),
    ("postgres", "postgresql"),
    ("psycopg", "postgresql"),
    ("timescale", "postgresql"),
    ("pgsql", "postgresql"),
    ("mariadb", "mariadb"),
    ("mysql", "mysql"),
    ("spatialite", "sqlite"),
    ("sqlite", "sqlite"),
    ("mssql", "sqlserver"),
    ("sql_server", "sqlserver"),
)
NEWEST_DJANGO = (5, 2)
"""The version of Django whose ways are followed where nothing tells which one is used."""

_DJANGO_VERSIONS = (
    *((1, minor) for minor in range(8, 12)),
    *((2, minor) for minor in range(3)),
    *((3, minor) for minor in range(3)),
    *((4, minor) for minor in range(3)),
    *((5, minor) for minor in range(3)),
    *((6, minor) for minor in range(2)),
)
_SETTINGS = External("django.conf.settings")
_SECONDARY = re.compile(r"(^|[/_.])(dev|develop|development|local|ci)([/_.]|$)")
_OTHERS = r"examples?|sample|demo|docs?|sandbox|\w+_template"
_FOR_TESTS = re.compile(
    rf"(^|[/_.])(tests?|testing|test_?(?:apps?|project|settings|suite|utils)|{_OTHERS})([/_.]|$)"
)
_OF_OTHERS = re.compile(rf"(^|[/_.])({_OTHERS})([/_.]|$)")
"""Settings of projects that use the package beside them."""

_SCHEME = re.compile(r"^(\w+)(?:\+\w+)?://")


class Engine(Struct, frozen=True, kw_only=True):
    """The engine that a module of settings names; certain where the environment can't name another one."""

    dialect: Dialect
    path: str
    is_certain: bool


class UnlessSet(str):
    """The name that holds unless a setting says otherwise, and the settings are not in the project."""

    __slots__ = ()


class DjangoSettings:
    """The settings of one project, from all its settings modules; those for production before others."""

    def __init__(
        self,
        project: Project,
        paths: Iterable[str],
        *,
        defaults: Sequence[str] = (),
        for_tests: bool = True,
    ) -> None:
        """Those of `paths`; `for_tests` says whether the user model of tests is the project's.

        `defaults` are modules that set settings where nobody else does: `settings.NAME = getattr(…)`.
        `version` is Django's, the newest where nothing says which; `said_version` is None there.
        """
        self.project = project
        self._for_tests = for_tests
        self._defaults = defaults
        self.paths = sorted(paths, key=_rank)
        self._evaluator = Evaluator(project)
        self._values: dict[str, Value] = {}
        self._version_is_known = False
        self.said_version = self._version()
        self.version = self.said_version or NEWEST_DJANGO

    def _version(self) -> tuple[int, int] | None:
        """The version of Django that is among the sources, or that the project asks for."""
        module = (
            self.project.parse("django/__init__.py")
            if "django/__init__.py" in self.project.sources
            else next(map(self.project.parse, self.project.sources.ending("/django/__init__.py")), None)
        )
        node = self._bound(module, "VERSION") if module is not None else None
        if module is not None and node is not None:
            value = self._evaluator.evaluate(node, Scope(module=module))
            if (
                isinstance(value, tuple)
                and len(value) > 1
                and all(isinstance(part, int) for part in value[:2])
            ):
                self._version_is_known = True
                return value[0], value[1]
        return required_version(self.project.sources, "django", _DJANGO_VERSIONS)

    def value(self, name: str) -> Value:
        """A setting; one that is certain before others, `...` where no module sets it."""
        if name not in self._values:
            self._values[name] = ...  # whoever asks for it meanwhile gets a default
            values = [value for value in self._candidates(name) if not isinstance(value, Unknown)]
            self._values[name] = next(filter(is_known, values), values[0] if values else ...)
        return self._values[name]

    def external(self, name: str) -> Value:
        """The value of something external that is a setting; `...` for everything else."""
        if name == "django.VERSION":
            return (*self.version, 0, "final", 0)
        if name.startswith("django.conf.settings."):
            setting = name.removeprefix("django.conf.settings.")
            value = self.value(setting)
            if setting == "AUTH_USER_MODEL" and not isinstance(value, str):
                return "auth.User"
            if setting == "DEFAULT_AUTO_FIELD" and not isinstance(value, str):
                return f"django.db.models.{self.default_auto_field()}"
            return value if is_known(value) or value is ... else ...
        return ...

    def external_call(self, call: Call) -> Value:
        """The value of a call of something external that asks for the settings; `...` for all others."""
        if call.name == "django.apps.apps.is_installed" and call.arguments:
            name = call.arguments[0]
            installed = self.installed_apps()
            if not isinstance(name, str):
                return ...
            if installed:
                return any(app == name or app.startswith(f"{name}.apps.") for app in installed)
            return True  # a package without settings: it runs with what it asks for
        return ...

    def _candidates(self, name: str) -> Iterable[Value]:
        for path in self.paths:
            if name == "AUTH_USER_MODEL" and not self._for_tests and _FOR_TESTS.search(path):
                continue
            module = self.project.parse(path)
            if module is None:
                continue
            node = self._bound(module, name)
            if node is not None:
                yield self._evaluator.evaluate(node, Scope(module=module))
        for module, node in self._assigned.get(name, ()):
            yield self._evaluator.evaluate(node, Scope(module=module))

    @cached_property
    def _assigned(self) -> dict[str, list[tuple[Module, ast.expr]]]:
        """What modules set on the settings, by name."""
        found: dict[str, list[tuple[Module, ast.expr]]] = {}
        for path in self._defaults:
            module = self.project.parse(path)
            for statement in module.tree.body if module is not None else ():
                match statement:
                    case ast.Assign(targets=[ast.Attribute(value=ast.Name() as owner, attr=name)]):
                        if module is not None and self.project.definition(module, owner) == _SETTINGS:
                            found.setdefault(name, []).append((module, statement.value))
        return found

    def _sets(self, path: str, name: str) -> bool:
        module = self.project.parse(path)
        return module is not None and self._bound(module, name) is not None

    def _bound(self, module: Module, name: str) -> ast.expr | None:
        binding = self.project.bindings(module).names.get(name)
        return binding if isinstance(binding, ast.expr) else None

    def user_model(self) -> str:
        """`AUTH_USER_MODEL`."""
        value = self.value("AUTH_USER_MODEL")
        return value if isinstance(value, str) and "." in value else "auth.User"

    def swaps(self, swappable: Value, app: str, name: str) -> bool:
        """Whether a setting, `Meta.swappable` of a model, puts another model in its place."""
        value = self.external(f"django.conf.settings.{swappable}") if isinstance(swappable, str) else None
        return isinstance(value, str) and value.lower() != f"{app}.{name}".lower()

    def default_auto_field(self) -> str:
        """The class that `DEFAULT_AUTO_FIELD` names, or Django's own choice, which changed in 6.0."""
        return self._named_auto_field() or ("BigAutoField" if self.version >= (6, 0) else "AutoField")

    def _named_auto_field(self) -> str | None:
        value = self.value("DEFAULT_AUTO_FIELD")
        return key_class(value, self.project, self.paths[0]) if isinstance(value, str) else None

    def names_auto_field(self) -> bool:
        """Whether the project itself decides `default_auto_field`: by the setting, or by being without it.

        Without it the version of Django decides, which has to be among the sources.
        """
        value = self.value("DEFAULT_AUTO_FIELD")
        if value is ...:
            return self._version_is_known and any(not _FOR_TESTS.search(path) for path in self.paths)
        return self._named_auto_field() is not None and any(
            self._sets(path, "DEFAULT_AUTO_FIELD") for path in self.paths if not _OF_OTHERS.search(path)
        )

    def installed_apps(self) -> tuple[str, ...]:
        """What is named in `INSTALLED_APPS`, as far as it can be read."""
        found: list[str] = []
        for value in self._candidates("INSTALLED_APPS"):
            if isinstance(value, list | tuple):
                found += [item for item in value if isinstance(item, str) and item not in found]
        return tuple(found)

    def migration_modules(self) -> dict[str, str]:
        """`MIGRATION_MODULES`: where an app keeps its migrations, by its label."""
        value = self.value("MIGRATION_MODULES")
        if not isinstance(value, dict):
            return {}
        return {key: item for key, item in value.items() if isinstance(key, str) and isinstance(item, str)}

    def engine(self) -> Engine | None:
        """The engine of the default database.

        Where modules differ, one of production stands before one of development, and a server before SQLite.
        What tests run on says nothing.
        """
        found: list[Engine] = []
        for path in self.paths:
            if _FOR_TESTS.search(path):
                continue
            module = self.project.parse(path)
            node = self._bound(module, "DATABASES") if module is not None else None
            if module is None or node is None:
                continue
            value = self._evaluator.evaluate(node, Scope(module=module))
            dialect = _engine(value) or _engine_in_text(node)
            if dialect is not None:
                is_certain = dialect != "sqlite" and not _is_asked_for(value)
                found.append(Engine(dialect=dialect, path=path, is_certain=is_certain))
        return min(found, key=lambda engine: engine.dialect == "sqlite", default=None)


def _rank(path: str) -> tuple[bool, bool, int, str]:
    """Settings for production come first, those for tests last."""
    return bool(_FOR_TESTS.search(path)), bool(_SECONDARY.search(path)), path.count("/"), path


def _is_asked_for(databases: Value) -> bool:
    """Whether the environment is asked first: `dj_database_url.config(default="postgres://…")`."""
    return isinstance(databases, dict) and isinstance(databases.get("default"), Call)


def _engine(databases: Value) -> Dialect | None:
    if not isinstance(databases, dict):
        return None
    default = databases.get("default")
    if isinstance(default, dict):
        return _named(default.get("ENGINE"))
    if isinstance(default, Call):  # dj_database_url.config(default="postgres://…"), env.db("…", default=…)
        for value in (*default.arguments, *default.keywords.values()):
            if isinstance(value, str) and (match := _SCHEME.match(value)):
                return _named(match[1])
    return None


def _engine_in_text(node: ast.expr) -> Dialect | None:
    """An engine named by a constant anywhere in the expression: a default, or one branch of a choice."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            text: Any = inner.value
            match = _SCHEME.match(text)
            if match is not None or "backends." in text or text.startswith("django_"):
                dialect = _named(match[1] if match is not None else text)
                if dialect is not None:
                    return dialect
    return None


def _named(engine: Value) -> Dialect | None:
    if not isinstance(engine, str):
        return None
    lowered = engine.lower()
    return next((dialect for word, dialect in _ENGINES if word in lowered), None)
