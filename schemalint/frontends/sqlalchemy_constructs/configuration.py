"""`context.config`: what Alembic's command was given, and what stands in its file of settings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.values import Arguments, Native, PythonObject, Unknown, Value
from schemalint.source import Sources, UnreadableFile

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

_ALWAYS_SET = frozenset({"script_location", "sqlalchemy.url"})


class ConfigurationObject(PythonObject):
    """The configuration: of its options no more is known than that no file sets one."""

    __slots__ = ()

    def attribute(self, interpreter: Interpreter, name: str) -> Value:
        """`get_main_option`."""
        if name == "get_main_option":
            return Native("config.get_main_option", _main_option)
        return Unknown(f"{name} of the configuration")


def _main_option(interpreter: Interpreter, arguments: Arguments) -> Value:
    """The default of an option that no ini file names."""
    name = arguments.get(0, "name")
    if not isinstance(name, str) or name in _ALWAYS_SET:
        return Unknown("an option of the configuration")
    sources = interpreter.project.sources
    setting = re.compile(rf"(?m)^{re.escape(name)}[ \t]*[=:]".encode())
    if any(setting.search(_data(sources, path)) for path in sources.ending(".ini")):
        return Unknown(f"the option {name} of the configuration")
    return arguments.get(1, "default")


def _data(sources: Sources, path: str) -> bytes:
    try:
        return sources.bytes(path)
    except UnreadableFile:
        return b""
