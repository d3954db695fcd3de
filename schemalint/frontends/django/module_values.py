"""What names of modules hold once the modules have been run on paper: the settings of packages, above all.

An expression that says its value is evaluated where it stands. This is for names that loops, conditions and
several statements make.
"""

from __future__ import annotations

from collections.abc import Callable, Container

from schemalint.frontends.python_interpreter import values as run_values
from schemalint.frontends.python_interpreter.interpreter import Interpreter
from schemalint.frontends.python_interpreter.modules import TAKES_TOO_LONG
from schemalint.frontends.python_interpreter.namespaces import ModuleObject
from schemalint.frontends.python_interpreter.signals import Exhausted, Signal
from schemalint.frontends.python_interpreter.values import MISSING, PythonObject
from schemalint.frontends.python_source.parse import Module
from schemalint.frontends.python_source.project import Project
from schemalint.frontends.python_source.values import Unknown, Value

_LONGEST = 60_000
"""Modules with more characters hold more than settings."""

_MOST_MODULES = 200
_MOST_ENDLESS = 3
"""So many modules may take too long to be run before no other is."""

_DEEPEST = 8
_OF_DJANGO = frozenset(
    "ALLOWED_HOSTS BASE_DIR CACHES DATABASES DEBUG DEFAULT_CHARSET DEFAULT_FILE_STORAGE"
    " DEFAULT_FROM_EMAIL EMAIL_HOST INSTALLED_APPS LANGUAGES LANGUAGE_CODE LOCALE_PATHS MEDIA_ROOT"
    " MEDIA_URL MIDDLEWARE ROOT_URLCONF SECRET_KEY SITE_ID STATICFILES_DIRS STATIC_ROOT STATIC_URL"
    " STORAGES TEMPLATES TEMPLATE_DEBUG TIME_ZONE USE_I18N USE_L10N USE_TZ".split()
)
"""Settings that Django, or every project, has: what they are is not known where nobody sets them."""


class _Settings(PythonObject):
    """`django.conf.settings`."""

    def __init__(self, setting: Callable[[str], Value]) -> None:
        self._setting = setting

    def attribute(self, interpreter: Interpreter, name: str) -> run_values.Value:
        """A setting; MISSING where nobody sets it."""
        value = self._setting(name)
        if value is ...:
            return run_values.Unknown(f"the setting {name}") if name in _OF_DJANGO else MISSING
        return _given(value, 0)


class ModuleValues:
    """Runs modules of one project when a name of theirs is asked for; none of those with `models`."""

    def __init__(self, project: Project, setting: Callable[[str], Value], models: Container[str]) -> None:
        self._models = models
        self._run: dict[str, ModuleObject | None] = {}
        self._interpreter = Interpreter(
            project, {"django.conf.settings": _Settings(setting)}, concerns=self._run.__contains__
        )
        self._endless = 0

    def value(self, module: Module, name: str) -> Value:
        """What a name of a module holds in the end; `...` where that is not known."""
        if module.path in self._models or len(module.file.text) > _LONGEST:
            return ...
        run = self._module(module.path)
        if run is None:
            return ...
        try:
            return _taken(self._interpreter.module_attribute(run, name), 0)
        except (Signal, Exhausted, RecursionError):
            return ...

    def _module(self, path: str) -> ModuleObject | None:
        """A module, run to its end; None where not all of its statements could be run."""
        if path not in self._run:
            if self._endless > _MOST_ENDLESS or len(self._run) > _MOST_MODULES:
                return None
            found = self._run[path] = None
            try:
                found = self._interpreter.module(path)
            except (Signal, Exhausted, RecursionError):
                self._endless += 1
            if found is not None and found.passed_over:
                self._endless += TAKES_TOO_LONG in found.passed_over.values()
                found = None
            self._run[path] = found
        return self._run[path]


def _given(value: Value, depth: int) -> run_values.Value:
    """A value as a program on paper has it."""
    if depth > _DEEPEST:
        return run_values.Unknown("a deep value")
    if isinstance(value, list | tuple):
        return type(value)(_given(item, depth + 1) for item in value)
    if isinstance(value, dict):
        return {key: _given(item, depth + 1) for key, item in value.items() if isinstance(key, str | int)}
    if value is None or isinstance(value, str | int | float | bytes):
        return value
    return run_values.Unknown("a setting")


def _taken(value: run_values.Value, depth: int) -> Value:
    """A value out of a program on paper: `...`, or within others Unknown, where it is no plain one."""
    if value is None or type(value) in (str, int, float, bool, bytes):
        return value
    if depth > _DEEPEST or type(value) not in (list, tuple, dict):
        return ...
    if isinstance(value, dict):
        if not all(isinstance(key, str | int) for key in value):
            return ...
        return {key: _within(item, depth) for key, item in value.items()}
    return type(value)(_within(item, depth) for item in value)


def _within(value: run_values.Value, depth: int) -> Value:
    taken = _taken(value, depth + 1)
    return Unknown("what a module computes") if taken is ... else taken
