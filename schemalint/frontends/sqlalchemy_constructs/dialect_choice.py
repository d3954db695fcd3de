"""Which database a project's SQLAlchemy code is for, and how that is known.

The configuration of schemalint decides; then the name of the folder; then the URL in the nearest
`alembic.ini`; then URLs written in the sources; then what the sources use of one dialect; then PostgreSQL.
"""

from __future__ import annotations

import configparser
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from posixpath import dirname

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
_EVIDENCE = re.compile(
    rb"dialects\.(postgresql|mysql|mariadb|sqlite|mssql)\b"
    rb"|dialects import (postgresql|mysql|mariadb|sqlite|mssql)\b"
    rb"|\b(postgresql|mysql|sqlite|mssql)_(?:where|using|include|ops|concurrently|length|prefix|engine|charset)\b"
    rb"|[\"'](postgresql|mysql|sqlite|mssql)[\"']"
)
_TEST = re.compile(r"(^|/)(tests?|testing)/|(^|/)(test_[^/]*|conftest)\.py$")


def is_test(path: str) -> bool:
    """Whether a file belongs to a project's tests, whose models and databases are none of its own."""
    return _TEST.search(path) is not None


@cache
def url_dialect(url: str) -> Dialect | None:
    """The dialect of a database URL; None where the scheme is none that is known."""
    match = re.match(r"(\w+)(?:\+\w+)?:", url.strip().strip("\"'"))
    return _SCHEMES.get(match[1].lower()) if match else None


def choose(
    sources: Sources, settings: Settings, source: str, files: Iterable[str], url: str | None = None
) -> tuple[Dialect, str]:
    """The dialect of what was read from `source`, and the end of the sentence "…, because".

    `files` are those whose words count as evidence; `url` is one that an environment names itself.
    """
    configured = settings.dialect_of(source)
    if configured is not None:
        return configured, "the configuration says so"
    folder = source.rpartition("/")[2].lower()
    if folder in _SCHEMES:
        return _SCHEMES[folder], f"the folder is called {folder}"
    if url is not None and (named := url_dialect(url)) is not None:
        return named, "its sqlalchemy.url says so"
    for path in _nearest(sources.ending(".ini"), source):
        named = _ini_dialect(sources, path)
        if named is not None:
            return named, f"{path} says so"
    return _by_words(sources, list(files), source)


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

    return sorted((path for path in paths if not is_test(path)), key=lambda path: (distance(path), path))


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


def _by_words(sources: Sources, files: list[str], source: str) -> tuple[Dialect, str]:
    urls: Counter[Dialect] = Counter()
    words: Counter[Dialect] = Counter()
    first: dict[Dialect, str] = {}
    for path in files:
        try:
            data = sources.bytes(path)
        except UnreadableFile:
            continue
        if not is_test(path):
            for match in _URL.finditer(data):
                dialect = _SCHEMES[match[1].decode()]
                urls[dialect] += 1
                first.setdefault(dialect, path)
        for match in _EVIDENCE.finditer(data):
            name = next(group for group in match.groups() if group)
            words[_SCHEMES[name.decode()]] += 1
    if len(urls) == 1:
        (dialect,) = urls
        return dialect, f"{first[dialect]} names a database of that kind"
    if urls:
        others = [dialect for dialect in urls if dialect != "sqlite"]
        if len(others) == 1 and others[0] == "postgresql":
            return others[0], f"{first[others[0]]} names a database of that kind"
    if len(words) == 1:
        (dialect,) = words
        return dialect, "its sources use what only that database has"
    return "postgresql", "nothing says otherwise"
