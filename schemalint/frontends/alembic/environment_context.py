"""`alembic.context` as an `env.py` uses it, and Flask-Migrate's part in that: what is configured is kept."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from schemalint.frontends.python_interpreter.interpreter import Interpreter
from schemalint.frontends.python_interpreter.values import Arguments, Native, PythonObject, Unknown, Value
from schemalint.frontends.python_source.project import Project
from schemalint.frontends.sqlalchemy_constructs.connection import ContextObject
from schemalint.frontends.sqlalchemy_constructs.dialect_objects import DialectObject
from schemalint.frontends.sqlalchemy_constructs.effects import effects_of
from schemalint.frontends.sqlalchemy_constructs.flask_sqlalchemy import FlaskDatabase
from schemalint.source import UnreadableFile


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


def environment_natives(environment: EnvironmentContext, project: Project) -> Mapping[str, Value]:
    """What an `env.py` asks for besides SQLAlchemy."""
    engine = Native("engine_from_config", lambda interpreter, arguments: _Engine())
    return {
        "alembic.context": environment,
        "flask.current_app": _CurrentApplication(project, environment),
        **dict.fromkeys(_MAKING_ENGINES, engine),
    }


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


class _CurrentApplication(PythonObject):
    """`flask.current_app`, whose extension "migrate" knows the database."""

    __slots__ = ("environment", "project")

    def __init__(self, project: Project, environment: EnvironmentContext) -> None:
        self.project = project
        self.environment = environment

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """`extensions`."""
        if name == "extensions":
            return {"migrate": _MigrateExtension(self.project, self.environment)}
        return Unknown(f"current_app.{name}")


class _MigrateExtension(PythonObject):
    """What `Migrate(app, db, …)` leaves: the database, and what is passed on to `context.configure`."""

    __slots__ = ("environment", "project")

    def __init__(self, project: Project, environment: EnvironmentContext) -> None:
        self.project = project
        self.environment = environment

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """`db`: the one of the project; `configure_args`: those of its `Migrate`."""
        if name == "db":
            self.environment.is_of_application = True
            found = list(self._databases(interpreter))
            return found[0] if len(found) == 1 else Unknown("the database of Flask-Migrate")
        if name == "configure_args":
            return self._options()
        return Unknown(f"{name} of Flask-Migrate")

    def _databases(self, interpreter: Interpreter) -> Iterator[FlaskDatabase]:
        seen: list[FlaskDatabase] = []
        for path in self._files(b"SQLAlchemy("):
            module = interpreter.module(path)
            for name in list(module.frame.variables) if module is not None else ():
                assert module is not None
                value = interpreter.settled(module.frame.variables[name], module.frame.variables, name)
                if isinstance(value, FlaskDatabase) and not any(value is other for other in seen):
                    seen.append(value)
                    yield value

    def _options(self) -> Value:
        """The constant arguments of `Migrate(…)` and its `init_app`; Flask-Migrate 4 compares types."""
        options: dict[Value, Value] = {"compare_type": True, "render_as_batch": True}
        for path in self._files(b"Migrate("):
            module = self.project.parse(path)
            for node in ast.walk(module.tree) if module is not None else ():
                if isinstance(node, ast.Call) and _is_migrate(node.func):
                    options |= {
                        keyword.arg or "**": keyword.value.value
                        if isinstance(keyword.value, ast.Constant)
                        else Unknown("an option of Flask-Migrate")
                        for keyword in node.keywords
                        if keyword.arg not in _OF_THE_EXTENSION
                    }
        return options

    def _files(self, word: bytes) -> Iterator[str]:
        sources = self.project.sources
        for path in sources.ending(".py"):
            try:
                data = sources.bytes(path)
            except UnreadableFile:
                continue
            if word in data and b"flask" in data:
                yield path


_OF_THE_EXTENSION = frozenset({"app", "db", "directory", "command"})
"""The parameters of `Migrate` that are not passed on."""


def _is_migrate(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute) and function.attr == "init_app":
        return isinstance(function.value, ast.Name) and "migrate" in function.value.id.lower()
    return (isinstance(function, ast.Name) and function.id == "Migrate") or (
        isinstance(function, ast.Attribute) and function.attr == "Migrate"
    )
