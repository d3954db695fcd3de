"""Which files an environment imports: only tables that they declare are in the MetaData that it compares."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from schemalint.frontends.alembic.called_functions import called_functions
from schemalint.frontends.alembic.imported_files import files_imported
from schemalint.frontends.python_interpreter.imports import imported_names
from schemalint.frontends.python_source.project import Project

_ALL_OF_A_FOLDER = re.compile(r"\b(?:iter_modules|walk_packages|listdir|i?r?glob|find_packages|scandir)\b")
_BY_NAME = re.compile(r"\b(?:import_module|__import__|import_string)\b")
_MOST_FILES = 3_000


class Reach:
    """The files that are imported when some are run, those among them; worked out when first asked for.

    What is run first, an `env.py`, may call functions of the project for the modules that they import.
    """

    def __init__(self, project: Project, starts: Iterable[str]) -> None:
        self._project = project
        self._starts = tuple(starts)

    def covers(self, path: str) -> bool:
        """Whether a file is imported, as far as imports at the top of modules tell.

        Where one of them imports whatever lies in a folder, that is taken to be all models.
        """
        return self._files is None or path in self._files

    @cached_property
    def _files(self) -> frozenset[str] | None:
        """The files that are imported, None for all."""
        found: set[str] = set()
        waiting = list(self._starts)
        while waiting and len(found) < _MOST_FILES:
            path = waiting.pop()
            if path in found:
                continue
            found.add(path)
            module = self._project.parse(path)
            if module is None:
                continue
            if path in self._starts or path.endswith("/__init__.py"):
                text = module.file.text
                if _BY_NAME.search(text) and _ALL_OF_A_FOLDER.search(text):
                    return None
            waiting += self._imported(module.tree.body, path)
            if path == self._starts[0]:
                waiting += self.by_calls
        return frozenset(found)

    @cached_property
    def by_calls(self) -> list[str]:
        """The files that functions import which the first file calls."""
        module = self._project.parse(self._starts[0])
        called = called_functions(self._project, module) if module is not None else []
        return [located for one in called for located in self._imported(one.node.body, one.module.path)]

    def _imported(self, body: Iterable[ast.stmt], path: str) -> list[str]:
        """The files that statements of a file import."""
        names = imported_names(list(_at_the_top(body)), self._project.folders.module_name(path), path)
        return [located for imported in names for located in files_imported(self._project, imported, path)]


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
