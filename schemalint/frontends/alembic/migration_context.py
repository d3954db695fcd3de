"""`op.get_context()`: what the migration context of a revision tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.values import Arguments, Native, PythonObject, Unknown, Value
from schemalint.frontends.sqlalchemy_constructs.connection import ContextObject

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

_DEFAULTS: dict[str, Value] = {
    **dict.fromkeys(("include_name", "include_object", "target_metadata", "template_args", "tag")),
    **dict.fromkeys(("literal_binds", "render_as_batch", "include_schemas"), False),
    "transaction_per_migration": False,
    "upgrade_token": "upgrades",
    "downgrade_token": "downgrades",
    "sqlalchemy_module_prefix": "sa.",
    "user_module_prefix": None,
    "process_revision_directives": None,
    "on_version_apply": None,
}
"""What `opts` holds without being told (`EnvironmentContext.configure`)."""


class MigrationContext(ContextObject):
    """A migration context.

    `configured` is the one call of `context.configure` that made it, where that is known, `revisions` are the
    files of the history's revisions by their ids.
    """

    __slots__ = ("configured", "revisions")

    def __init__(self, configured: Arguments | None, revisions: Mapping[str, str]) -> None:
        self.configured = configured
        self.revisions = revisions

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """What `env.py` said, and the revisions."""
        if name == "opts":
            return self._options()
        if name == "script":
            return _Script(self.revisions)
        said = self.configured.keywords if self.configured is not None else {}
        if name in ("transactional_ddl", "version_table", "version_table_schema") and name in said:
            return said[name]
        return super().attribute(interpreter, name)

    def _options(self) -> Value:
        if self.configured is None or not self.configured.complete or "**" in self.configured.keywords:
            return Unknown("what the migration context is configured with")
        return {**_DEFAULTS, **self.configured.keywords}


class _Script(PythonObject):
    """`context.script`: the folder of the revisions."""

    __slots__ = ("revisions",)

    def __init__(self, revisions: Mapping[str, str]) -> None:
        self.revisions = revisions

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """`get_revision(id)`."""
        if name == "get_revision":
            return Native("ScriptDirectory.get_revision", self._revision)
        return Unknown(f"{name} of the revisions")

    def _revision(self, interpreter: Interpreter, arguments: Arguments) -> Value:
        name = arguments.get(0, "id_")
        path = self.revisions.get(name) if isinstance(name, str) else None
        return Unknown("a revision of the history") if path is None else _Revision(path)


class _Revision(PythonObject):
    """A revision: its `module` is what the file is."""

    __slots__ = ("path",)

    def __init__(self, path: str) -> None:
        self.path = path

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """`module`."""
        module = interpreter.module(self.path) if name == "module" else None
        return module if module is not None else Unknown(f"{name} of a revision")
