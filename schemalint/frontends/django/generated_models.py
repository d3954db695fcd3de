"""Models that migrations know and no class declares: whether code may make them when it runs.

Packages make models beside those that are declared (a history of each, a table of settings or translations),
and name them after those: from a decorator, from an attribute of the class, from a base, from a call.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from schemalint.frontends.django import known_bases
from schemalint.frontends.django.fields import ModelKey
from schemalint.frontends.django.models import ModelReader
from schemalint.frontends.python_source.classes import UnknownBase, ancestors
from schemalint.frontends.python_source.definitions import ClassDefinition, External
from schemalint.frontends.python_source.values import Call, Unknown
from schemalint.source import Sources

_SHORTEST = 3
"""Names with fewer letters are in every other name."""


def generated(
    missing: Iterable[ModelKey],
    declared: Mapping[ModelKey, ClassDefinition],
    reader: ModelReader,
    migrations: Iterable[str],
) -> set[ModelKey]:
    """Those of the `missing` models that code may make.

    Also those whose class is there, and was not known for a model's, and all of an app that declares none or
    makes classes whose names are computed.
    """
    waiting = set(missing)
    if not waiting:
        return set()
    classes, registered, making = _mentioned(reader.project.sources, frozenset(migrations))
    apps = {key[0] for key in declared}
    found: set[ModelKey] = {key for key in waiting if key[1] in classes or key[0] not in apps}
    for path, words in making:
        app = reader.context.app_of(path)
        label = None if app is None else app.label
        found |= {key for key in waiting if _may_be_called(key, words, label)}
    for name in registered:
        if len(name) >= _SHORTEST:
            found |= {key for key in waiting if name in key[1]}
    for (_, name), definition in declared.items():
        if len(name) >= _SHORTEST:
            derived = {key for key in waiting - found if name in key[1]}
            if derived and _makes_models(definition, reader):
                found |= derived
    return found


_CLASS = re.compile(rb"\bclass[ \t]+(\w+)")
_ASSIGNED = re.compile(rb"^[ \t]*([A-Z]\w*)[ \t]*=[ \t]*[\w.]+\(", re.MULTILINE)
_DECORATED = re.compile(rb"^[ \t]*@[^\n]*\n(?:[^@\n]*\n){0,12}?[ \t]*class[ \t]+(\w+)", re.MULTILINE)
_REGISTERED = re.compile(rb"regist\w{0,40}\(\s*(?:\w+\.)*(\w+)")
_ADMIN = re.compile(rb"(?:admin\w*|site)\.\w*$")
_MAKING = re.compile(rb"(?<![.\w])(?:type|(?:types\.)?new_class)\(\s*((?:[^(),]|\([^()]*\))+),")
_MODEL = re.compile(rb"Model\b")
_TEXT = re.compile(rb"""["']([^"']*)["']""")
_PLACE = re.compile(rb"\{[^}]*\}|%\w")
_WORD = re.compile(rb"\w+")
_LONGEST = 40


def _mentioned(
    sources: Sources, migrations: frozenset[str]
) -> tuple[set[str], set[str], list[tuple[str, list[str]]]]:
    """The names of all that may be classes, and of those that are decorated or registered somewhere.

    Then the files that make classes by calls, with the words that are part of their names.

    The admin's registration makes no models.
    """
    classes: set[str] = set()
    registered: set[str] = set()
    making: list[tuple[str, list[str]]] = []
    for path, data in sources.readable(".py"):
        if path in migrations:
            continue
        classes.update(map(_lowered, _CLASS.findall(data)))
        classes.update(map(_lowered, _ASSIGNED.findall(data)))
        if _MODEL.search(data):
            making += ((path, _words(name)) for name in _MAKING.findall(data))
        registered.update(map(_lowered, _DECORATED.findall(data)))
        for match in _REGISTERED.finditer(data):
            if not _ADMIN.search(data[max(match.start() - _LONGEST, 0) : match.start()]):
                registered.add(_lowered(match[1]))
    return classes, registered, making


def _words(name: bytes) -> list[str]:
    """What an expression says of the name that it makes: `f"{model}History"` that it holds `history`."""
    texts = b" ".join(_PLACE.sub(b" ", text) for text in _TEXT.findall(name))
    return list(map(_lowered, _WORD.findall(texts)))


def _may_be_called(key: ModelKey, words: list[str], label: str | None) -> bool:
    """Whether a model may have a name with these words, or is of the app that makes it."""
    return all(word in key[1] for word in words) if words else key[0] == label


def _lowered(name: bytes) -> str:
    return name.decode("utf-8", "replace").lower()


def _makes_models(definition: ClassDefinition, reader: ModelReader) -> bool:
    """Whether a decorator, a base or an attribute of a class may make another model of it."""
    for ancestor in ancestors(reader.project, definition):
        if isinstance(ancestor, UnknownBase):
            return True
        if isinstance(ancestor, External):
            known = reader.context.known_base(ancestor.name)
            if known is None and not known_bases.is_plain(ancestor.name) and not _is_django(ancestor.name):
                return True
        elif ancestor.node.decorator_list or _has_maker(ancestor, reader):
            return True
    return False


def _has_maker(definition: ClassDefinition, reader: ModelReader) -> bool:
    for value, _ in reader.attributes(definition):
        if isinstance(value, Unknown):
            return True
        if isinstance(value, Call) and not _is_django(value.name) and "manager" not in value.name.lower():
            field = reader.context.fields.read(value, lambda _: None)
            if field is None or not field.type.internal:
                return True
    return False


def _is_django(name: str) -> bool:
    return name.startswith(("django.", "builtins."))
