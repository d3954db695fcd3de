"""`alembic.context` as an `env.py` uses it: what is configured is kept."""

from __future__ import annotations

from schemalint.frontends.python_interpreter.interpreter import Interpreter
from schemalint.frontends.python_interpreter.values import Arguments, Native, PythonObject, Unknown, Value
from schemalint.frontends.sqlalchemy_constructs.connection import ContextObject
from schemalint.frontends.sqlalchemy_constructs.dialect_objects import DialectObject
from schemalint.frontends.sqlalchemy_constructs.effects import effects_of


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
    return dict.fromkeys(_MAKING_ENGINES, made)


_MAKING_ENGINES = (
    *("sqlalchemy.engine_from_config", "sqlalchemy.engine.engine_from_config"),
    "sqlalchemy.ext.asyncio.async_engine_from_config",
)


class _Engine(PythonObject):
    """An engine after the configuration: of no more is known than its kind of database."""

    __slots__ = ()

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """`name` and `dialect`."""
        dialect = DialectObject(effects_of(interpreter).dialect)
        if name == "dialect":
            return dialect
        return dialect.attribute(interpreter, name) if name == "name" else Unknown(f"{name} of an engine")
