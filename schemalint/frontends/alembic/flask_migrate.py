"""Flask-Migrate: its `env.py` asks the running application for the database and for what to compare.

Source: the templates and `Migrate` of Flask-Migrate 4, where `current_app.extensions["migrate"]` has `db` and
`configure_args`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from schemalint.frontends.alembic.environment_context import EnvironmentContext
from schemalint.frontends.python_interpreter.interpreter import Interpreter
from schemalint.frontends.python_interpreter.signals import Signal
from schemalint.frontends.python_interpreter.values import PythonObject, Unknown, Value
from schemalint.frontends.python_source.project import Project
from schemalint.frontends.sqlalchemy_constructs.flask_sqlalchemy import FlaskDatabase
from schemalint.source import UnreadableFile

_OF_THE_EXTENSION = frozenset({"app", "db", "directory", "command"})
"""The parameters of `Migrate` that are not passed on to `context.configure`."""


class CurrentApplication(PythonObject):
    """`flask.current_app`, of which an environment asks for the extension "migrate"."""

    __slots__ = ("environment",)

    def __init__(self, environment: EnvironmentContext) -> None:
        self.environment = environment

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """`extensions`."""
        if name == "extensions":
            return {"migrate": _Extension(self.environment)}
        return Unknown(f"current_app.{name}")


class _Extension(PythonObject):
    """What `Migrate(app, db, …)` leaves: the database, and what is passed on to `context.configure`."""

    __slots__ = ("environment",)

    def __init__(self, environment: EnvironmentContext) -> None:
        self.environment = environment

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """`db` and `configure_args`."""
        if name == "db":
            self.environment.is_of_application = True
            return _database(interpreter)
        if name == "configure_args":
            return _options(interpreter.project)
        return Unknown(f"{name} of Flask-Migrate")


def _database(interpreter: Interpreter) -> Value:
    """The one database that is passed to `Migrate`; where none is that can be told, the only one there is."""
    found = _distinct(_passed(interpreter)) or _distinct(_at_the_top_of_modules(interpreter))
    return found[0] if len(found) == 1 else Unknown("the database of Flask-Migrate")


def _distinct(values: Iterator[Value]) -> list[FlaskDatabase]:
    found: list[FlaskDatabase] = []
    for value in values:
        if isinstance(value, FlaskDatabase) and not any(value is other for other in found):
            found.append(value)
    return found


def _passed(interpreter: Interpreter) -> Iterator[Value]:
    """What is passed as `db`: to `Migrate(app, db)`, or to `migrate.init_app(app, db)`."""
    for path, call in _calls_of_migrate(interpreter.project):
        given = [keyword.value for keyword in call.keywords if keyword.arg == "db"] or call.args[1:2]
        module = interpreter.module(path)
        if module is None:
            continue
        for expression in given:
            try:
                yield interpreter.evaluate(expression, module.frame)
            except Signal:
                continue


def _at_the_top_of_modules(interpreter: Interpreter) -> Iterator[Value]:
    for path in _files_with(interpreter.project, b"SQLAlchemy("):
        module = interpreter.module(path)
        variables = module.frame.variables if module is not None else {}
        for name in list(variables):
            yield interpreter.settled(variables[name], variables, name)


def _options(project: Project) -> dict[Value, Value]:
    """The constant arguments of `Migrate(…)` and its `init_app`, and what Flask-Migrate 4 adds."""
    options: dict[Value, Value] = {"compare_type": True, "render_as_batch": True}
    for _, call in _calls_of_migrate(project):
        for keyword in call.keywords:
            if keyword.arg not in _OF_THE_EXTENSION:
                known = isinstance(keyword.value, ast.Constant)
                value = ast.literal_eval(keyword.value) if known else Unknown("an option of Flask-Migrate")
                options[keyword.arg or "**"] = value
    return options


def _calls_of_migrate(project: Project) -> Iterator[tuple[str, ast.Call]]:
    """The calls of `Migrate` and of its `init_app`, with the files that they are in."""
    for path in _files_with(project, b"igrate"):
        module = project.parse(path)
        for node in ast.walk(module.tree) if module is not None else ():
            if isinstance(node, ast.Call) and _is_of_migrate(node.func):
                yield path, node


def _is_of_migrate(function: ast.expr) -> bool:
    """Whether `Migrate` is called, or `init_app` of what is named after it."""
    name = getattr(function, "attr", getattr(function, "id", ""))
    if name == "init_app" and isinstance(function, ast.Attribute):
        owner = function.value
        name = getattr(owner, "attr", getattr(owner, "id", ""))
        return "migrat" in name.lower()
    return bool(name == "Migrate")


def _files_with(project: Project, word: bytes) -> Iterator[str]:
    for path in project.sources.ending(".py"):
        try:
            data = project.sources.bytes(path)
        except UnreadableFile:
            continue
        if word in data and b"flask" in data:
            yield path
