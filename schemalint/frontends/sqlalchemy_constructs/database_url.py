"""The URL of a database: programs tell by its beginning which database they run on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.values import Arguments, Native, Unknown, Value

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

_SAME = frozenset({"__str__", "drivername"})
_SAME_WHEN_CALLED = frozenset({"render_as_string", "__to_string__", "lower", "strip"})
_BACKENDS = ("postgres", "postgresql", "cockroachdb", "mysql", "mariadb", "sqlite", "mssql", "oracle")


class DatabaseUrl(Unknown):
    """`engine.url`, its text, and its `drivername`: only the name of the database is known, which begins it.

    PostgreSQL's may be `postgres` as well (https://docs.sqlalchemy.org/en/13/core/engines.html).
    """

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        super().__init__("the URL of the database")
        self.name = name

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """What tells the database; nothing is known of the rest."""
        if name in _SAME:
            return self
        if name in _SAME_WHEN_CALLED:
            return Native(f"URL.{name}", lambda machine, given: self)
        if name == "get_backend_name":
            return Native("URL.get_backend_name", lambda machine, given: self.name)
        if name == "startswith":
            return Native("URL.startswith", self._starts_with)
        return Unknown(f"{name} of the URL of the database")

    def contains(self, interpreter: Interpreter, value: Value) -> Value:
        """`"sqlite" in url`, where a database is named."""
        return value in self.name if isinstance(value, str) and value in _BACKENDS else Unknown(self.reason)

    def _starts_with(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        given = arguments.get(0, "prefix")
        answers = [
            self._begins(one) if isinstance(one, str) else None
            for one in (given if isinstance(given, tuple) else (given,))
        ]
        if any(answers):
            return True
        return False if all(answer is False for answer in answers) else Unknown(self.reason)

    def _begins(self, prefix: str) -> bool | None:
        if self.name.startswith(prefix):
            return True
        return None if prefix.startswith((self.name, "postgres:")) else False
