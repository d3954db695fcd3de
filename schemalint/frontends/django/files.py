"""Which Python files can concern Django, by a look at their bytes: nothing else is parsed."""

from __future__ import annotations

import re

from msgspec import Struct

from schemalint.source import Sources, UnreadableFile

_MENTIONS = re.compile(
    rb"(?P<config>AppConfig)"
    rb"|(?P<settings>^(?:INSTALLED_APPS|DATABASES|AUTH_USER_MODEL|DEFAULT_AUTO_FIELD|MIGRATION_MODULES)\b)"
    rb"|(?P<django>django)"
    rb"|(?P<postgres>contrib\.postgres)",
    re.MULTILINE,
)
_CLASS = re.compile(rb"^[ \t]*class[ \t]+(\w+)[ \t]*(?:\[[^\]]*\])?\(([^)]*)\)", re.MULTILINE)
_ALIAS = re.compile(rb"\b(\w+)[ \t]+as[ \t]+(\w+)")
_LAST_NAME = re.compile(rb"(\w+)[ \t\r\n]*(?:\[[^\]]*\])?[ \t\r\n]*(?:,|$|\()")
_MIGRATION = re.compile(rb"^[ \t]*class[ \t]+Migration\b|^[ \t]*from\b.*\bMigration\b", re.MULTILINE)

_MODEL_ENDINGS = (b"Model", b"Node", b"MPTT", b"Page", b"Snippet", b"Base", b"Mixin", b"Abstract")


class Interesting(Struct, frozen=True, kw_only=True):
    """The files of a project that Django's front end wants, by what they seem to hold."""

    migrations: dict[str, list[str]]
    configurations: list[str]
    settings: list[str]
    models: frozenset[str]
    postgres: bool
    manage: list[str]


def interesting(sources: Sources) -> Interesting | None:
    """A look at every Python file; None where nothing has to do with Django.

    `migrations` are by folder. `models` are the files with a class that may be a model: one whose base's
    name is `Model`, or the name of such a class.
    """
    migrations: dict[str, list[str]] = {}
    configurations: list[str] = []
    settings: list[str] = []
    classes: dict[str, list[tuple[bytes, list[bytes]]]] = {}
    aliases: list[tuple[bytes, bytes]] = []
    postgres = django = False
    manage: list[str] = []
    for path in sources.paths:
        if not path.endswith(".py"):
            continue
        try:
            data = sources.bytes(path)
        except UnreadableFile:
            continue
        kinds = {match.lastgroup for match in _MENTIONS.finditer(data)}
        django = django or "django" in kinds
        folder, _, name = path.rpartition("/")
        if name == "manage.py" and "django" in kinds:
            manage.append(path)
        if name != "__init__.py" and _in_migrations(folder) and _MIGRATION.search(data):
            migrations.setdefault(folder, []).append(path)
            postgres = postgres or b"contrib.postgres" in data
            continue
        if "config" in kinds:
            configurations.append(path)
        if "settings" in kinds:
            settings.append(path)
        found = [(match[1], _LAST_NAME.findall(match[2])) for match in _CLASS.finditer(data)]
        if found:
            classes[path] = found
            postgres = postgres or b"contrib.postgres" in data
            if b" as " in data:
                aliases += _ALIAS.findall(data)
    if not django:
        return None
    return Interesting(
        migrations=migrations,
        configurations=configurations,
        settings=settings,
        models=_with_models(classes, aliases),
        postgres=postgres,
        manage=manage,
    )


def _in_migrations(folder: str) -> bool:
    parts = folder.split("/")
    return any("migrations" in part for part in parts[-2:])


def _with_models(
    classes: dict[str, list[tuple[bytes, list[bytes]]]], aliases: list[tuple[bytes, bytes]]
) -> frozenset[str]:
    """The files with a class that may be a model, going by names of classes alone, in any number of steps."""
    derived: dict[bytes, list[tuple[str, bytes]]] = {}
    for path, found in classes.items():
        for name, bases in found:
            for base in bases:
                derived.setdefault(base, []).append((path, name))
    known: set[bytes] = {base for base in derived if base.endswith(_MODEL_ENDINGS) or base.startswith(b"Abstract")}
    also: dict[bytes, list[bytes]] = {}
    for original, alias in aliases:
        also.setdefault(original, []).append(alias)
    waiting = list(known)
    paths: set[str] = set()
    while waiting:
        base = waiting.pop()
        for alias in also.get(base, ()):
            if alias not in known:
                known.add(alias)
                waiting.append(alias)
        for path, name in derived.get(base, ()):
            paths.add(path)
            if name not in known:
                known.add(name)
                waiting.append(name)
    return frozenset(paths)
