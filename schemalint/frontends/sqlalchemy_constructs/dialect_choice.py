"""Which database a project's SQLAlchemy code is for, and how that is known.

The configuration of schemalint decides; then the name of the folder; then the URL in the nearest
`alembic.ini`; then URLs written in the sources; then what the sources use of one dialect; then PostgreSQL.
"""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from posixpath import dirname

from msgspec import Struct

from schemalint.config import Settings
from schemalint.knowledge.dialects import Dialect
from schemalint.source import Sources, UnreadableFile

_SCHEMES: dict[str, Dialect] = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "cockroachdb": "cockroachdb",
    "mysql": "mysql",
    "mariadb": "mariadb",
    "sqlite": "sqlite",
    "mssql": "sqlserver",
}
_URL = re.compile(rb"[\"'=\s](postgresql|postgres|cockroachdb|mysql|mariadb|sqlite|mssql)(?:\+\w+)?://")
_USED = re.compile(
    rb"dialects\.(postgresql|mysql|mariadb|sqlite|mssql)\b"
    rb"|dialects import (postgresql|mysql|mariadb|sqlite|mssql)\b"
    rb"|\b(postgresql|mysql|sqlite|mssql)_(?:where|using|include|ops|concurrently|length|prefix|engine|charset)\b"
)
_NAMED = re.compile(rb"[\"'](postgresql|mysql|sqlite|mssql)[\"']")
_TEST = re.compile(r"(^|/)(tests?|testing)/|(^|/)(test_[^/]*|conftest)\.py$")


def is_test(path: str, sources: Sources) -> bool:
    """Whether a file belongs to a project's tests, whose models and databases are none of its own.

    A folder for tests that was asked for by itself is a project like any other.
    """
    return _TEST.search(path, len(sources.top)) is not None


@cache
def url_dialect(url: str) -> Dialect | None:
    """The dialect of a database URL; None where the scheme is none that is known."""
    match = re.match(r"(\w+)(?:\+\w+)?:", url.strip().strip("\"'"))
    return _SCHEMES.get(match[1].lower()) if match else None


def choose(sources: Sources, settings: Settings, source: str, url: str | None = None) -> tuple[Dialect, str]:
    """The dialect of what was read from `source`, and the end of the sentence "…, because".

    `url` is one that an environment names itself.
    """
    configured = settings.dialect_of(source)
    if configured is not None:
        return configured, "the configuration says so"
    folder = source.removesuffix("/versions").rpartition("/")[2].lower()
    if folder in _SCHEMES:
        return _SCHEMES[folder], f"the folder is called {folder}"
    if url is not None and (named := url_dialect(url)) is not None:
        return named, "its sqlalchemy.url says so"
    for path in _nearest([path for path in sources.ending(".ini") if not is_test(path, sources)], source):
        named = _ini_dialect(sources, path)
        if named is not None:
            return named, f"{path} says so"
    return _by_words(sources, source)


def _nearest(paths: list[str], source: str) -> list[str]:
    """The files that lie in a folder above `source` or anywhere below the first one, the nearest first."""
    folder = source if "." not in source.rpartition("/")[2] else dirname(source)
    parts = [part for part in folder.split("/") if part not in ("", ".")]

    def distance(path: str) -> int:
        other = [part for part in dirname(path).split("/") if part]
        shared = 0
        for left, right in zip(parts, other, strict=False):
            if left != right:
                break
            shared += 1
        return len(parts) + len(other) - 2 * shared

    return sorted(paths, key=lambda path: (distance(path), path))


def _ini_dialect(sources: Sources, path: str) -> Dialect | None:
    try:
        data = sources.bytes(path)
    except UnreadableFile:
        return None
    if b"sqlalchemy.url" not in data:
        return None
    parser = read_ini(data.decode("utf-8", "replace"))
    for section in parser.sections():
        url = parser.get(section, "sqlalchemy.url", fallback=None)
        if url is not None and (found := url_dialect(url)) is not None:
            return found
    return None


def read_ini(text: str) -> configparser.RawConfigParser:
    """An ini file as Alembic reads it, without interpolation; what can't be read gives no sections."""
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(text)
    except configparser.Error:
        return configparser.RawConfigParser()
    return parser


class _Evidence(Struct, frozen=True):
    """What one file says: the kinds of its URLs, and of what it uses or names of one dialect only."""

    path: str
    speaks: bool
    urls: frozenset[Dialect]
    used: frozenset[Dialect]
    named: frozenset[Dialect]


def _by_words(sources: Sources, source: str) -> tuple[Dialect, str]:
    """The dialect by what the files of an application say, those around `source` before all others.

    The models and the migrations of an application have its files in common, so that both come to the same.
    """
    levels = list(_levels(sources, source, _evidence(sources)))
    for files in levels:
        urls = {dialect for file in files for dialect in file.urls}
        used = {dialect for file in files for dialect in file.used}
        servers = urls - {"sqlite"} or used - {"sqlite"}
        if urls and len(servers) < 2:
            (dialect,) = servers or {"sqlite"}
            first = next((file.path for file in files if dialect in file.urls), None)
            if first is not None:
                return dialect, f"{first} names a database of that kind"
            return dialect, "its sources use what only that database has"
        if urls:
            break
    for files in levels:
        for words in (
            {dialect for file in files for dialect in file.used},
            {dialect for file in files for dialect in file.used | file.named},
        ):
            if len(words) == 1:
                (dialect,) = words
                return dialect, "its sources use what only that database has"
    return "postgresql", "nothing says otherwise"


def _levels(sources: Sources, source: str, evidence: list[_Evidence]) -> Iterator[list[_Evidence]]:
    """For each folder above `source` that has models and an environment, if any has: the files that count."""
    environments = [dirname(path) for path in sources.ending("env.py") if path.rpartition("/")[2] == "env.py"]
    folder = source if "." not in source.rpartition("/")[2] else dirname(source)
    while folder not in ("", "."):
        inside = [file for file in evidence if _lies_in(file.path, folder)]
        has_models = any(
            file.speaks and not any(_lies_in(file.path, environment) for environment in environments)
            for file in inside
        )
        has_environment = any(_lies_in(f"{environment}/", folder) for environment in environments)
        if has_models and (has_environment or not environments):
            yield inside
        folder = dirname(folder)
    yield evidence


def _lies_in(path: str, folder: str) -> bool:
    return not folder or path.startswith(f"{folder}/")


@lru_cache(maxsize=1)
def _evidence(sources: Sources) -> list[_Evidence]:
    """What the files of a project say, tests left out."""
    found = []
    for path in sources.ending(".py"):
        if is_test(path, sources):
            continue
        try:
            data = sources.bytes(path)
        except UnreadableFile:
            continue
        speaks = b"sqlalchemy" in data or b"sqlmodel" in data
        urls = _URL.findall(data) if b"://" in data else []
        if not speaks and not urls:
            continue
        used, named = set(), set()
        for match in _USED.finditer(data) if speaks else ():
            used.add(_SCHEMES[(match[1] or match[2] or match[3]).decode()])
        for match in _NAMED.finditer(data) if speaks else ():
            named.add(_SCHEMES[match[1].decode()])
        found.append(
            _Evidence(
                path,
                speaks,
                frozenset(_SCHEMES[url.decode()] for url in urls),
                frozenset(used),
                frozenset(named),
            )
        )
    return found
