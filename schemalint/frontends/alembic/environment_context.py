"""`alembic.context` as an `env.py` uses it: what is configured is kept."""

from __future__ import annotations

from schemalint.frontends.python_interpreter.interpreter import Interpreter
from schemalint.frontends.python_interpreter.values import Arguments, Native, PythonObject, Unknown, Value
from schemalint.frontends.sqlalchemy_constructs.connection import ContextObject
from schemalint.frontends.sqlalchemy_constructs.dialect_objects import DialectObject
from schemalint.frontends.sqlalchemy_constructs.effects import SQLALCHEMY_NAMES, effects_of


class EnvironmentContext(ContextObject):
    """The environment; `configured` are the calls of `context.configure`, by the `env.py` that led to them.

    `running` is the `env.py` that is being run; it may call what configures the context in another module.
    `is_of_application` says that the database was asked of a Flask application, which is run as a whole then.
    """

    __slots__ = ("configured", "is_of_application", "running")

    def __init__(self) -> None:
        self.configured: dict[str, list[Arguments]] = {}
        self.running: str | None = None
        self.is_of_application = False

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """What a migration context has, and `configure`."""
        if name == "configure":
            return Native("context.configure", self._configure)
        return super().attribute(interpreter, name)

    def _configure(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        if not isinstance(arguments.keywords.get("url"), str):
            env = self.running if self.running is not None else arguments.site.module.path
            self.configured.setdefault(env, []).append(arguments)
        return None


def ways_to_engines() -> dict[str, Value]:
    """What makes an engine of the configuration, under the names by which it is imported."""
    made = Native("engine_from_config", lambda interpreter, arguments: _Engine())
    return {
        **dict.fromkeys(_MAKING_ENGINES, made),
        **dict.fromkeys(_MAKING_URLS, Native("make_url", _make_url)),
    }


_MAKING_ENGINES = (
    *("sqlalchemy.engine_from_config", "sqlalchemy.engine.engine_from_config"),
    "sqlalchemy.ext.asyncio.async_engine_from_config",
)


_MAKING_URLS = ("sqlalchemy.make_url", "sqlalchemy.engine.make_url", "sqlalchemy.engine.url.make_url")


def _make_url(interpreter: Interpreter, arguments: Arguments) -> Value:
    given = arguments.get(0, "name_or_url")
    return given if isinstance(given, _Url) else _Url(given if isinstance(given, str) else None)


class _Url(PythonObject):
    """A URL of a database; one that is not known is that of the database that the run is for."""

    __slots__ = ("text",)

    def __init__(self, text: str | None) -> None:
        self.text = text

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """The kind of database, and the driver where it is written."""
        if name == "get_backend_name":
            return Native("URL.get_backend_name", lambda machine, given: self._backend(machine))
        if name == "get_dialect" and self.text is None:
            return Native(
                "URL.get_dialect", lambda machine, given: DialectObject(effects_of(machine).dialect)
            )
        if name == "drivername" and self.text is not None:
            return self.text.partition(":")[0]
        return Unknown(f"{name} of a URL")

    def _backend(self, interpreter: Interpreter) -> Value:
        if self.text is None:
            return SQLALCHEMY_NAMES[effects_of(interpreter).dialect]
        return self.text.partition(":")[0].partition("+")[0]


class _Engine(PythonObject):
    """An engine after the configuration: of no more is known than its kind of database."""

    __slots__ = ()

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """`name` and `dialect`."""
        dialect = DialectObject(effects_of(interpreter).dialect)
        if name == "dialect":
            return dialect
        return dialect.attribute(interpreter, name) if name == "name" else Unknown(f"{name} of an engine")
