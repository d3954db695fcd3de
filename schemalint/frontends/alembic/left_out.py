"""Which files an environment certainly does not import, whatever its imports run.

Autogenerate takes tables that the database has, and no module that `env.py` imports, for removed. To say so
takes more than to follow the imports at the top of modules: functions import too, and may be called.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from schemalint.frontends.alembic.import_facts import ClassFacts, ModuleFacts, Part, module_facts
from schemalint.frontends.alembic.imported_files import files_imported
from schemalint.frontends.python_source.project import Project
from schemalint.source import Sources, UnreadableFile

_MOST_FILES = 3_000
_COMPARES = re.compile(
    rb"autogenerate|compare_metadata|produce_migrations|CommandLine|\brevision\s*\(|\bcheck\s*\(\s*\w*(?:cfg|conf)"
    rb"|config\.main|config\s+import\s+[^\n]*\bmain\b|getattr\(\s*(?:alembic\.)?command\b|flask_migrate"
    rb"|pytest_alembic|command\.(?:check|revision)|command\s+import\s+[^\n]*\b(?:check|revision)\b"
)
"""What a program says that may compare models with a database itself, and import models before."""
_IS_REVISION = re.compile(rb"^down_revision\b", re.MULTILINE)


def compares_by_program(sources: Sources) -> bool:
    """Whether another file than an `env.py` may have autogenerate compare, with modules that it imports."""
    for path in sources.ending(".py"):
        if path.rpartition("/")[2] == "env.py":
            continue
        try:
            data = sources.bytes(path)
        except UnreadableFile:
            return True
        speaks = b"alembic" in data or b"flask_migrate" in data
        if speaks and _COMPARES.search(data) and not _IS_REVISION.search(data):
            return True
    return False


class LeftOut:
    """The files that are not imported when some are run; worked out when first asked for."""

    def __init__(self, project: Project, env: str, revisions: Iterable[str]) -> None:
        self._project = project
        self._starts = (env, *revisions)

    def has(self, path: str) -> bool:
        """Whether a file is certainly not imported."""
        return self._possible is not None and path not in self._possible

    @cached_property
    def _possible(self) -> frozenset[str] | None:
        """The files that may be imported; None for all."""
        if compares_by_program(self._project.sources):
            return None
        search = _Search(self._project)
        return frozenset(search.found) if search.run(self._starts) else None


class _Search:
    """The files that may be imported when some are.

    A function may run where what may run refers to it by its name; a method where its name is asked of
    something, and its class is referred to.
    """

    def __init__(self, project: Project) -> None:
        self.found: set[str] = set()
        self._project = project
        self._waiting: list[str] = []
        self._parts: list[Part] = []
        self._facts: dict[str, ModuleFacts] = {}
        self._references: dict[str, set[str]] = {}
        self._attributes: set[str] = set()
        self._methods: dict[str, list[Part]] = {}
        self._alive: set[int] = set()
        self._run: set[int] = set()

    def run(self, starts: Iterable[str]) -> bool:
        """Find the files; False where any may be imported."""
        self._waiting += starts
        while self._waiting or self._parts:
            if self._parts:
                part = self._parts.pop()
                if part.is_dynamic:
                    return False
                self._follow(part)
                continue
            path = self._waiting.pop()
            if path in self.found:
                continue
            self.found.add(path)
            module = self._project.parse(path)
            if module is None or len(self.found) > _MOST_FILES:
                return False
            facts = module_facts(module, self._project.folders.module_name(path))
            self._facts[path] = facts
            self._parts.append(facts.top)
            for name in sorted(self._references.get(path, ())):
                self._meet(facts, name)
        return True

    def _follow(self, part: Part) -> None:
        """Take up what a part imports and refers to."""
        if id(part) in self._run:
            return
        self._run.add(id(part))
        facts = self._facts[part.path]
        for imported in part.imports:
            names = self._all_of(imported[:-2], part.path) if imported.endswith(".*") else [imported]
            for name in names:
                self._waiting += files_imported(self._project, name, part.path)
        for name in part.names:
            self._meet(facts, name)
        for dotted in part.dotted:
            first, _, rest = dotted.partition(".")
            self._resolve(f"{facts.aliases[first]}.{rest}", part.path)
        self._ask(part.attributes)
        for root, name in part.rooted:
            first = facts.aliases[root].partition(".")[0]
            if self._project.locate(first, part.path) is not None:
                self._ask({name})

    def _refer(self, path: str, name: str) -> None:
        """What may run refers to a name of a module."""
        known = self._references.setdefault(path, set())
        if name in known:
            return
        known.add(name)
        if path in self._facts:
            self._meet(self._facts[path], name)
        else:
            self._waiting.append(path)

    def _meet(self, facts: ModuleFacts, name: str) -> None:
        self._parts += facts.functions.get(name, ())
        for found in facts.classes.get(name, ()):
            self._enliven(found)
        if name in facts.aliases:
            self._resolve(facts.aliases[name], facts.path)
        elif name not in facts.functions and name not in facts.classes:
            for star in facts.stars:
                self._resolve(f"{star}.{name}", facts.path)

    def _resolve(self, dotted: str, near: str) -> None:
        """Refer to what an absolute dotted name means, if the project has it."""
        words = dotted.split(".")
        module = None
        count = 0
        for length in range(1, len(words) + 1):
            located = self._project.locate(".".join(words[:length]), near)
            if located is None:
                break
            if located.path is not None:
                module, count = located.path, length
        if module is None or count == len(words):
            return
        self._refer(module, words[count])
        self._ask(set(words[count + 1 :]))

    def _ask(self, names: set[str]) -> None:
        """Attributes of these names are asked of something."""
        for name in names - self._attributes:
            self._attributes.add(name)
            self._parts += self._methods.pop(name, ())

    def _enliven(self, found: ClassFacts) -> None:
        """There may be instances of a class: its methods are called where they are asked for."""
        if id(found) in self._alive:
            return
        self._alive.add(id(found))
        for name, parts in found.methods.items():
            if name in self._attributes or name.startswith("__"):
                self._parts += parts
            else:
                self._methods.setdefault(name, []).extend(parts)

    def _all_of(self, package: str, near: str) -> list[str]:
        """What `from package import *` may import: the strings of a package may name its modules."""
        located = self._project.locate(package, near)
        if located is None or located.path is None or not located.path.endswith("__init__.py"):
            return [package]
        module = self._project.parse(located.path)
        texts = module_facts(module, package).texts if module is not None else frozenset()
        return [package, *(f"{package}.{text}" for text in sorted(texts))]
