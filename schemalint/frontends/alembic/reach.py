"""Which files an environment imports: only tables that they declare are in the MetaData that it compares."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from schemalint.frontends.python_interpreter.imports import imported_names
from schemalint.frontends.python_source.project import Project

_ALL_OF_A_FOLDER = re.compile(r"\b(?:iter_modules|walk_packages|listdir|i?r?glob|find_packages|scandir)\b")
_BY_NAME = re.compile(r"\b(?:import_module|__import__|import_string)\b")
_MOST_FILES = 3_000


class Reach:
    """The files that are imported when some are run, those among them; worked out when first asked for."""

    def __init__(self, project: Project, starts: Iterable[str]) -> None:
        self._project = project
        self._starts = tuple(starts)
        self._files: dict[str, None] | None = None
        self._everything = False

    def covers(self, path: str) -> bool:
        """Whether a file is imported, as far as imports at the top of modules tell.

        Where one of them imports whatever lies in a folder, that is taken to be all models.
        """
        if self._files is None:
            self._files = {}
            self._follow()
        return self._everything or path in self._files

    def _follow(self) -> None:
        assert self._files is not None
        waiting = list(self._starts)
        while waiting and len(self._files) < _MOST_FILES:
            path = waiting.pop()
            if path in self._files:
                continue
            self._files[path] = None
            module = self._project.parse(path)
            if module is None:
                continue
            text = module.file.text
            if (path in self._starts or path.endswith("/__init__.py")) and (
                _BY_NAME.search(text) and _ALL_OF_A_FOLDER.search(text)
            ):
                self._everything = True
            names = imported_names(
                list(_at_the_top(module.tree.body)), self._project.folders.module_name(path), path
            )
            waiting += [found for imported in names for found in self._files_of(imported, path)]

    def _files_of(self, name: str, near: str) -> Iterator[str]:
        """The module of that name and the packages that it lies in."""
        parts = name.split(".")
        for count in range(1, len(parts) + 1):
            located = self._project.locate(".".join(parts[:count]), near)
            if located is None:
                return
            if located.path is not None:
                yield located.path


def _at_the_top(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when a module is imported, but for what only type checkers read."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.If):
            if "TYPE_CHECKING" not in ast.unparse(statement.test):
                yield from _at_the_top([*statement.body, *statement.orelse])
        elif isinstance(statement, ast.Try):
            yield from _at_the_top([*statement.body, *statement.orelse, *statement.finalbody])
        elif isinstance(statement, ast.With):
            yield from _at_the_top(statement.body)
