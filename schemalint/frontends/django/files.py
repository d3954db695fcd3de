"""Which Python files can concern Django, by a look at their bytes: nothing else is parsed."""

from __future__ import annotations

import re

from msgspec import Struct

from schemalint.frontends.django import known_bases
from schemalint.source import Sources

_SETTINGS = (b"INSTALLED_APPS", b"DATABASES", b"AUTH_USER_MODEL", b"DEFAULT_AUTO_FIELD", b"MIGRATION_MODULES")
_DJANGO = re.compile(rb"^[ \t]*(?:from|import)[ \t]+django\b|[\"']django\.", re.MULTILINE)
_SETTING = re.compile(rb"^(?:" + b"|".join(_SETTINGS) + rb")\b", re.MULTILINE)
_CLASS = re.compile(rb"^[ \t]*class[ \t]+(\w+)[ \t]*(?:\[[^\]]*\])?\(([^)]*)\)", re.MULTILINE)
_MADE = re.compile(rb"\n([A-Z]\w*)[ \t]*=[ \t]*[\w.]+\(([^()]{0,300}(?:\([^()]{0,300}\)[^()]{0,300}){0,4})\)")
_TYPE = re.compile(rb"\btype\([^,()]{0,80}(?:\([^()]{0,80}\)[^,()]{0,80})?,[ \t\r\n]*\(")
"""`type(name, (Base,), …`: where nobody calls it so, no call makes a model."""

_ALIAS = re.compile(rb"\b(\w+)[ \t]+as[ \t]+(\w+)")
_LAST_NAME = re.compile(rb"(\w+)[ \t\r\n]*(?:\[[^\]]*\])?[ \t\r\n]*(?:,|$|\()")
_MIGRATION = re.compile(rb"^[ \t]*class[ \t]+Migration\b|^[ \t]*from\b.*\bMigration\b", re.MULTILINE)

_CHANGING = re.compile(
    rb"\.(?:add_to_class|contribute_to_class)\(|\._meta\.get_field\([^()\n]{0,200}\)\.\w{1,60}[ \t]*=[^=]"
)
_MODEL_BASES = frozenset(name.encode() for name in known_bases.CLASS_NAMES)


class Interesting(Struct, frozen=True, kw_only=True):
    """The files of a project that Django's front end wants, by what they seem to hold."""

    migrations: dict[str, list[str]]
    configurations: list[str]
    settings: list[str]
    models: frozenset[str]
    changing: frozenset[str]
    defaults: list[str]
    postgres: bool
    translated: bool
    manage: list[str]


def interesting(sources: Sources) -> Interesting | None:
    """A look at every Python file; None where nothing has to do with Django.

    `migrations` are by folder. `models` are the files with a class that may be a model: one whose base's
    name is `Model`, or the name of such a class; `changing` those that add fields to classes of others, or
    change them. `defaults` are those that set settings from outside: `settings.NAME = …`.
    `translated` says that a package is used that puts a field for each language beside a field
    (https://django-modeltranslation.readthedocs.io).
    """
    if not _is_imported(sources):
        return None
    migrations: dict[str, list[str]] = {}
    configurations: list[str] = []
    settings: list[str] = []
    classes: dict[str, list[tuple[bytes, list[bytes]]]] = {}
    aliases: list[tuple[bytes, bytes]] = []
    postgres = translated = makes_classes = False
    manage: list[str] = []
    changing: list[str] = []
    defaults: list[str] = []
    for path, data in sources.readable(".py"):
        folder, _, name = path.rpartition("/")
        if name == "manage.py" and b"django" in data:
            manage.append(path)
        if name[0] not in "_~" and _in_migrations(folder) and _MIGRATION.search(data):
            migrations.setdefault(folder, []).append(path)
            postgres = postgres or b"contrib.postgres" in data
            continue
        if b"AppConfig" in data or (name == "apps.py" and b"class " in data):
            configurations.append(path)
        if any(word in data for word in _SETTINGS) and _SETTING.search(data):
            settings.append(path)
        translated = translated or b"modeltranslation" in data
        if _CHANGING.search(data):
            changing.append(path)
        if b"\nsettings." in data:
            defaults.append(path)
        makes_classes = makes_classes or (b"type(" in data and _TYPE.search(data) is not None)
        if b"class " not in data:
            continue
        found = [(match[1], _LAST_NAME.findall(match[2])) for match in _CLASS.finditer(data)]
        if found:
            classes[path] = found
            postgres = postgres or b"contrib.postgres" in data
            if b" as " in data:
                aliases += _ALIAS.findall(data)
    if makes_classes:
        _add_made_classes(sources, classes)
    return Interesting(
        migrations=migrations,
        configurations=configurations,
        settings=settings,
        models=_with_models(classes, aliases),
        changing=frozenset(changing),
        defaults=defaults,
        postgres=postgres,
        translated=translated,
        manage=manage,
    )


def _add_made_classes(sources: Sources, classes: dict[str, list[tuple[bytes, list[bytes]]]]) -> None:
    """Add what calls with classes among their arguments may make: `Post = make(AbstractPost)`."""
    for path, data in sources.readable(".py"):
        if not _in_migrations(path.rpartition("/")[0]):
            made = [(match[1], _LAST_NAME.findall(match[2])) for match in _MADE.finditer(data)]
            if made:
                classes.setdefault(path, []).extend(made)


def _is_imported(sources: Sources) -> bool:
    return any(b"django" in data and _DJANGO.search(data) for _, data in sources.readable(".py"))


_MODELS_FOLDER = re.compile(r"(^|/)\w*models?\w*(\.py$|/)")


def _in_migrations(folder: str) -> bool:
    parts = folder.split("/")
    return any("migrations" in part for part in parts[-2:])


def _with_models(
    classes: dict[str, list[tuple[bytes, list[bytes]]]], aliases: list[tuple[bytes, bytes]]
) -> frozenset[str]:
    """The files with a class that may be a model, going by names of classes alone, in any number of steps.

    What is called `models` is always looked into.
    """
    derived: dict[bytes, list[tuple[str, bytes]]] = {}
    for path, found in classes.items():
        for name, bases in found:
            for base in bases:
                derived.setdefault(base, []).append((path, name))
    known = {base for base in derived if base.endswith(b"Model") or base in _MODEL_BASES}
    also: dict[bytes, list[bytes]] = {}
    for original, alias in aliases:
        also.setdefault(original, []).append(alias)
    waiting = list(known)
    paths = {path for path in classes if _MODELS_FOLDER.search(path)}
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
