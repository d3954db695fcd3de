"""`alembic.context` as an `env.py` uses it: what is configured is kept."""

from __future__ import annotations

from schemalint.frontends.python_interpreter.interpreter import Interpreter
from schemalint.frontends.python_interpreter.values import Arguments, Native, Value
from schemalint.frontends.sqlalchemy_constructs.connection import ContextObject


class EnvironmentContext(ContextObject):
    """The environment; `configured` are the calls of `context.configure`, by the file that they are in.

    `is_of_application` says that the database was asked of a Flask application, which is run as a whole then.
    """

    __slots__ = ("configured", "is_of_application")

    def __init__(self) -> None:
        self.configured: dict[str, list[Arguments]] = {}
        self.is_of_application = False

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """What a migration context has, and `configure`."""
        if name == "configure":
            return Native("context.configure", self._configure)
        return super().attribute(interpreter, name)

    def _configure(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        if not isinstance(arguments.keywords.get("url"), str):
            self.configured.setdefault(arguments.site.module.path, []).append(arguments)
        return None
