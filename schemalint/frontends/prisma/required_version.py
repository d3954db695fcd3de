"""Which Prisma a project uses: since version 6 many-to-many tables have a primary key on PostgreSQL.

The schema does not say; `package.json` does, and generators for other languages bring a Prisma of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from posixpath import dirname

from schemalint.frontends.prisma import CATALOG, PACKAGE
from schemalint.frontends.prisma.schema import File
from schemalint.frontends.prisma.syntax import Text
from schemalint.source import Sources, UnreadableFile

_NEWEST = 7
"""The major version of the newest release (https://github.com/prisma/prisma/releases, 2025)."""

_REQUIRED = re.compile(
    r'"(?:prisma|@prisma/client)"\s{0,9}:\s{0,9}"'
    r'\s{0,9}(?:[\^~=v]|<=)?\s{0,9}(\d{1,3})(?:\.[\dx*]{1,5}){0,2}(?:[-+][\w.+-]{0,50})?\s{0,9}"'
)
_FROM_CATALOG = re.compile(r'"(?:prisma|@prisma/client)"\s{0,9}:\s{0,9}"catalog:')
_IN_CATALOG = re.compile(
    r"""(?m)^[ \t]*["']?(?:prisma|@prisma/client)["']?[ \t]*:[ \t]*["']?[\^~=v]?(\d{1,3})\b"""
)
_OF_CLIENTS = {"prisma-client-py": 5, "cargo prisma": 5}
"""Clients that run a Prisma of their own, and whose last releases are older than Prisma 6."""


def major_version(files: Iterable[File], source: str, sources: Sources) -> int:
    """The major version of Prisma that a schema is for; the newest where nothing says.

    The nearest `package.json` around the schema that asks for Prisma counts, else what all others agree upon.
    """
    for file in files:
        for block in file.blocks:
            provider = block.setting("provider") if block.keyword == "generator" else None
            if isinstance(provider, Text) and provider.text in _OF_CLIENTS:
                return _OF_CLIENTS[provider.text]
    for path in _around(source, PACKAGE):
        if path in sources and (version := _required(path, sources)) is not None:
            return version
    others = {
        version
        for path in sources.ending(PACKAGE)
        if path.rpartition("/")[2] == PACKAGE and "/node_modules/" not in f"/{path}"
        if (version := _required(path, sources)) is not None
    }
    return others.pop() if len(others) == 1 else _NEWEST


def _around(source: str, name: str) -> Iterator[str]:
    """Where a file may lie: in the folder of the source, if it is one, and in those around it."""
    folder = source
    while True:
        yield f"{folder}/{name}" if folder else name
        if not folder:
            return
        folder = dirname(folder)


def _required(path: str, sources: Sources) -> int | None:
    """The version that a `package.json` asks for, by itself or by way of pnpm's catalog."""
    text = _text(path, sources)
    found = max((int(match[1]) for match in _REQUIRED.finditer(text)), default=None)
    if found is None and _FROM_CATALOG.search(text):
        catalog = next((other for other in _around(dirname(path), CATALOG) if other in sources), None)
        listed = _IN_CATALOG.finditer(_text(catalog, sources) if catalog is not None else "")
        found = max((int(match[1]) for match in listed), default=None)
    return found


def _text(path: str, sources: Sources) -> str:
    try:
        return sources.read(path).text
    except UnreadableFile:
        return ""
