"""Settings from `schemalint.toml`, or from `[tool.schemalint]` in `pyproject.toml`.

A key more is a line more: in `Settings`, and in `_KEYS` here. Everything that is wrong with a file is said
at once, each with its place and what may have been meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, get_args

from msgspec import Struct

from schemalint.config import DatabaseSettings, RollbackPolicy, Settings, Severity
from schemalint.knowledge.dialects import DIALECTS
from schemalint.printable import printable
from schemalint.project import read_bytes
from schemalint.source import Position, SourceFile, UnreadableFile

_Path = tuple[str | int, ...]


class Problem(Struct, frozen=True):
    """Something wrong with a file: the place, if there is one, and a sentence without a full stop."""

    position: Position | None
    message: str


class ConfigurationError(Exception):
    """A configuration that can't be used; its text has a line for each problem."""

    def __init__(self, path: str, problems: list[Problem]) -> None:
        self.path = path
        self.problems = problems
        super().__init__("\n".join(self._lines()))

    def _lines(self) -> list[str]:
        return [
            f"{printable(self.path)}:"
            + (f"{problem.position.line}:{problem.position.column}:" if problem.position else "")
            + f" {printable(problem.message)}"
            for problem in self.problems
        ]


def load(root: Path, rules: Mapping[str, str]) -> Settings:
    """The settings of the project at `root`; what holds without any where it has none.

    `rules` are the names of all rules with their categories. `schemalint.toml` is stronger than a
    `pyproject.toml` beside it. ConfigurationError where a file can't be read or says something wrong.
    """
    for name, table in (("schemalint.toml", ()), ("pyproject.toml", ("tool", "schemalint"))):
        path = root / name
        if path.is_file():
            settings = read(path, table, rules)
            if settings is not None:
                return settings
    return Settings()


def read(path: Path, table: tuple[str, ...], rules: Mapping[str, str]) -> Settings | None:
    """The settings in a table of a file; None where the file has no such table."""
    shown = _shown(path)
    try:
        data = read_bytes(path)
    except UnreadableFile as error:
        raise ConfigurationError(shown, [Problem(None, f"can't be read: {error.reason}")]) from error
    except OSError as error:
        raise ConfigurationError(shown, [Problem(None, f"can't be read: {error.strerror}")]) from error
    if table and table[-1].encode() not in data:
        return None
    file = SourceFile.decode(shown, data)
    document = _parsed(file)
    found: Any = document
    for key in table:
        if not isinstance(found, dict) or key not in found:
            return None
        found = found[key]
    reading = _Reading(rules)
    settings: Settings = _struct(found, table, reading, _KEYS, Settings)
    if reading.wrong_keys or reading.wrong_values:
        raise ConfigurationError(shown, _placed(file, reading))
    return settings


def _shown(path: Path) -> str:
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except (OSError, ValueError):
        return path.as_posix()


def _parsed(file: SourceFile) -> dict[str, Any]:
    import tomllib

    if file.undecodable is not None:
        raise ConfigurationError(file.path, [Problem(file.position(file.undecodable), "this is not UTF-8")])
    try:
        return tomllib.loads(file.text)
    except RecursionError as error:
        raise ConfigurationError(file.path, [Problem(None, "it is nested too deeply")]) from error
    except ValueError as error:
        message, _, place = str(error).rpartition(" (at ")
        numbers = re.fullmatch(r"line (\d+), column (\d+)\)", place)
        position = Position(int(numbers[1]), int(numbers[2])) if numbers else file.position(len(file.text))
        raise ConfigurationError(
            file.path, [Problem(position, f"this is not TOML: {message or error}")]
        ) from error


class _Reading:
    """What is known while a file is read, and what was found wrong so far."""

    def __init__(self, rules: Mapping[str, str]) -> None:
        self.names = (*rules, *sorted(set(rules.values())))
        self.wrong_keys: list[tuple[_Path, str]] = []
        self.wrong_values: list[tuple[_Path, str]] = []

    def wrong_key(self, path: _Path, message: str, meant: Collection[str] = ()) -> None:
        """Something wrong with the key at the end of `path`, which may have been meant as one of `meant`."""
        self.wrong_keys.append((path, message + _suggestion(str(path[-1]), meant)))

    def wrong_value(self, path: _Path, message: str, word: str = "", meant: Collection[str] = ()) -> None:
        """Something wrong with the value at `path`, a `word` that may have been meant as one of `meant`."""
        self.wrong_values.append((path, message + _suggestion(word, meant)))


def _suggestion(word: str, meant: Collection[str]) -> str:
    from difflib import get_close_matches

    folded = word.lower().replace("_", "-")
    if not folded:
        return ""
    # Names are long here, and people shorten them.
    like = get_close_matches(folded, meant, 1) or [name for name in meant if folded in name]
    return f'; did you mean "{like[0]}"?' if len(like) == 1 else ""


def _placed(file: SourceFile, reading: _Reading) -> list[Problem]:
    from schemalint.config.toml_places import Places

    places = Places(file.text)
    located = [(places.of(path, key=True), message) for path, message in reading.wrong_keys]
    located += [(places.of(path, key=False), message) for path, message in reading.wrong_values]
    return [Problem(file.position(offset), message) for offset, message in sorted(located)]


_Reader = Callable[[Any, _Path, _Reading], Any]
"""Makes a setting of a value, or says what is wrong with it."""


def _struct(
    value: Any, path: _Path, reading: _Reading, keys: Mapping[str, _Reader], result: type[Any]
) -> Any:
    """A table with a fixed set of keys."""
    if not isinstance(value, dict):
        reading.wrong_value(path, f"{_name(path)} must be a table, not {_kind(value)}")
        return result()
    settings = {}
    for key, item in value.items():
        if key in keys:
            settings[key.replace("-", "_")] = keys[key](item, (*path, key), reading)
        elif key == "tool" and not path:
            reading.wrong_key((key,), "keys stand at the top of schemalint.toml, without [tool.schemalint]")
        else:
            reading.wrong_key((*path, key), f'unknown key "{key}"', keys)
    return result(**settings)


def _list(value: Any, path: _Path, reading: _Reading) -> tuple[str, ...]:
    """A list of strings."""
    if not isinstance(value, list):
        reading.wrong_value(path, f"{_name(path)} must be a list of strings, not {_kind(value)}")
        return ()
    for number, item in enumerate(value):
        if not isinstance(item, str):
            reading.wrong_value((*path, number), f"{_name(path)} must hold strings, not {_kind(item)}")
    return tuple(item for item in value if isinstance(item, str))


def _rules(value: Any, path: _Path, reading: _Reading) -> tuple[str, ...]:
    """A list of names of rules and categories."""
    if isinstance(value, list):
        for number, name in enumerate(value):
            if isinstance(name, str) and name not in reading.names:
                message = f'"{name}" is neither a rule nor a category'
                reading.wrong_value((*path, number), message, name, reading.names)
    return _list(value, path, reading)


def _severities(value: Any, path: _Path, reading: _Reading) -> dict[str, Any]:
    """A table from names of rules and categories to severities."""
    if not isinstance(value, dict):
        reading.wrong_value(path, f"{_name(path)} must be a table of rules, not {_kind(value)}")
        return {}
    for name in value:
        if name not in reading.names:
            reading.wrong_key((*path, name), f'"{name}" is neither a rule nor a category', reading.names)
    return {name: _severity(severity, (*path, name), reading) for name, severity in value.items()}


def _one_of(options: Collection[str]) -> _Reader:
    """A reader of one word out of a few."""

    def reader(value: Any, path: _Path, reading: _Reading) -> Any:
        if value not in options:
            listed = ", ".join(f'"{option}"' for option in options)
            shown = f'"{value}"' if isinstance(value, str) else _kind(value)
            word = value if isinstance(value, str) else ""
            reading.wrong_value(path, f"{_name(path)} must be one of {listed}, not {shown}", word, options)
        return value

    return reader


def _databases(value: Any, path: _Path, reading: _Reading) -> dict[str, DatabaseSettings]:
    """A table from folders, relative to the root, to what holds for the databases in them."""
    if not isinstance(value, dict):
        reading.wrong_value(path, f"{_name(path)} must be a table of folders, not {_kind(value)}")
        return {}
    databases = {}
    for folder, settings in value.items():
        parts = [part for part in folder.replace("\\", "/").split("/") if part not in ("", ".")]
        if folder.startswith("/") or ".." in parts:
            reading.wrong_key(
                (*path, folder), f'"{folder}" must be a folder of the project, relative to its root'
            )
        elif not isinstance(settings, dict):
            reading.wrong_value(
                (*path, folder), f'the folder "{folder}" must be a table, not {_kind(settings)}'
            )
        else:
            databases["/".join(parts)] = _struct(
                settings, (*path, folder), reading, _DATABASE_KEYS, DatabaseSettings
            )
    return databases


def _name(path: _Path) -> str:
    named = [str(part) for part in path if isinstance(part, str)]
    return named[-1] if named else "this"


def _kind(value: Any) -> str:
    kinds = {
        bool: "a boolean",
        int: "a number",
        float: "a number",
        str: "a string",
        list: "a list",
        dict: "a table",
    }
    return kinds.get(type(value), "a date")


_severity = _one_of(get_args(Severity))
_dialect = _one_of(DIALECTS)
_rollback = _one_of(get_args(RollbackPolicy))

_DATABASE_KEYS: dict[str, _Reader] = {
    "dialect": _dialect,
    "rollback": _rollback,
}

_KEYS: dict[str, _Reader] = {
    "select": _rules,
    "ignore": _rules,
    "severity": _severities,
    "fail-on": _severity,
    "dialect": _dialect,
    "exclude": _list,
    "rollback": _rollback,
    "databases": _databases,
}
