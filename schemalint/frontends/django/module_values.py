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
    "ABSOLUTE_URL_OVERRIDES ADMINS ALLOWED_HOSTS APPEND_SLASH AUTHENTICATION_BACKENDS"
    " AUTH_PASSWORD_VALIDATORS AUTH_USER_MODEL BASE_DIR CACHES CACHE_MIDDLEWARE_ALIAS"
    " CACHE_MIDDLEWARE_KEY_PREFIX CACHE_MIDDLEWARE_SECONDS CSRF_COOKIE_AGE CSRF_COOKIE_DOMAIN"
    " CSRF_COOKIE_HTTPONLY CSRF_COOKIE_NAME CSRF_COOKIE_PATH CSRF_COOKIE_SAMESITE CSRF_COOKIE_SECURE"
    " CSRF_FAILURE_VIEW CSRF_HEADER_NAME CSRF_TRUSTED_ORIGINS CSRF_USE_SESSIONS DATABASES DATABASE_ROUTERS"
    " DATA_UPLOAD_MAX_MEMORY_SIZE DATA_UPLOAD_MAX_NUMBER_FIELDS DATA_UPLOAD_MAX_NUMBER_FILES"
    " DATETIME_FORMAT DATETIME_INPUT_FORMATS DATE_FORMAT DATE_INPUT_FORMATS DEBUG"
    " DEBUG_PROPAGATE_EXCEPTIONS DECIMAL_SEPARATOR DEFAULT_AUTO_FIELD DEFAULT_CHARSET"
    " DEFAULT_EXCEPTION_REPORTER DEFAULT_EXCEPTION_REPORTER_FILTER DEFAULT_FILE_STORAGE DEFAULT_FROM_EMAIL"
    " DEFAULT_INDEX_TABLESPACE DEFAULT_TABLESPACE DISALLOWED_USER_AGENTS EMAIL_BACKEND EMAIL_HOST"
    " EMAIL_HOST_PASSWORD EMAIL_HOST_USER EMAIL_PORT EMAIL_SSL_CERTFILE EMAIL_SSL_KEYFILE"
    " EMAIL_SUBJECT_PREFIX EMAIL_TIMEOUT EMAIL_USE_LOCALTIME EMAIL_USE_SSL EMAIL_USE_TLS"
    " FILE_UPLOAD_DIRECTORY_PERMISSIONS FILE_UPLOAD_HANDLERS FILE_UPLOAD_MAX_MEMORY_SIZE"
    " FILE_UPLOAD_PERMISSIONS FILE_UPLOAD_TEMP_DIR FIRST_DAY_OF_WEEK FIXTURE_DIRS FORCE_SCRIPT_NAME"
    " FORMAT_MODULE_PATH FORMS_URLFIELD_ASSUME_HTTPS FORM_RENDERER IGNORABLE_404_URLS INSTALLED_APPS"
    " INTERNAL_IPS LANGUAGES LANGUAGES_BIDI LANGUAGE_CODE LANGUAGE_COOKIE_AGE LANGUAGE_COOKIE_DOMAIN"
    " LANGUAGE_COOKIE_HTTPONLY LANGUAGE_COOKIE_NAME LANGUAGE_COOKIE_PATH LANGUAGE_COOKIE_SAMESITE"
    " LANGUAGE_COOKIE_SECURE LOCALE_PATHS LOGGING LOGGING_CONFIG LOGIN_REDIRECT_URL LOGIN_URL"
    " LOGOUT_REDIRECT_URL MANAGERS MEDIA_ROOT MEDIA_URL MESSAGE_STORAGE MIDDLEWARE MIGRATION_MODULES"
    " MONTH_DAY_FORMAT NUMBER_GROUPING PASSWORD_HASHERS PASSWORD_RESET_TIMEOUT PREPEND_WWW ROOT_URLCONF"
    " SECRET_KEY SECRET_KEY_FALLBACKS SECURE_CONTENT_TYPE_NOSNIFF SECURE_CROSS_ORIGIN_OPENER_POLICY"
    " SECURE_HSTS_INCLUDE_SUBDOMAINS SECURE_HSTS_PRELOAD SECURE_HSTS_SECONDS SECURE_PROXY_SSL_HEADER"
    " SECURE_REDIRECT_EXEMPT SECURE_REFERRER_POLICY SECURE_SSL_HOST SECURE_SSL_REDIRECT SERVER_EMAIL"
    " SESSION_CACHE_ALIAS SESSION_COOKIE_AGE SESSION_COOKIE_DOMAIN SESSION_COOKIE_HTTPONLY"
    " SESSION_COOKIE_NAME SESSION_COOKIE_PATH SESSION_COOKIE_SAMESITE SESSION_COOKIE_SECURE SESSION_ENGINE"
    " SESSION_EXPIRE_AT_BROWSER_CLOSE SESSION_FILE_PATH SESSION_SAVE_EVERY_REQUEST SESSION_SERIALIZER"
    " SHORT_DATETIME_FORMAT SHORT_DATE_FORMAT SIGNED_COOKIE_LEGACY_SALT_FALLBACK SIGNING_BACKEND"
    " SILENCED_SYSTEM_CHECKS SITE_ID STATICFILES_DIRS STATICFILES_FINDERS STATICFILES_STORAGE STATIC_ROOT"
    " STATIC_URL STORAGES TEMPLATES TEST_NON_SERIALIZED_APPS TEST_RUNNER THOUSAND_SEPARATOR TIME_FORMAT"
    " TIME_INPUT_FORMATS TIME_ZONE USE_I18N USE_L10N USE_THOUSAND_SEPARATOR USE_TZ USE_X_FORWARDED_HOST"
    " USE_X_FORWARDED_PORT WSGI_APPLICATION X_FRAME_OPTIONS YEAR_MONTH_FORMAT".split()
)
"""Settings that Django, or every project, has: what they are is not known where nobody sets them.

Source: `django/conf/global_settings.py` of Django 4.2 to 6.1.
"""


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
