"""Which files an environment may import, at most: tables declared elsewhere are not compared."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from schemalint.frontends.python_interpreter.imports import imported_names
from schemalint.frontends.python_source.project import Project

_BY_NAME = frozenset(
    {"import_module", "__import__", "import_string", "exec_module", "run_path", "exec", "eval"}
)
_MOST_FILES = 3_000

_Function = ast.FunctionDef | ast.AsyncFunctionDef


class PossibleReach:
    """The files that may be imported when some are run, those among them; worked out when first asked for.

    A function counts where something that is run names one like it, in whatever file, and each method that
    Python calls by itself. Where one that counts imports by a name that is put together, all files count.
    """

    def __init__(self, project: Project, starts: Iterable[str]) -> None:
        self._project = project
        self._starts = tuple(starts)
        self._files: set[str] | None = None
        self._waiting: list[str] = []
        self._called: set[str] = set()
        self._functions: dict[str, list[tuple[_Function, str]]] = {}
        self._everything = False

    def covers(self, path: str) -> bool:
        """Whether a file may be imported."""
        if self._files is None:
            self._files = set()
            self._waiting = list(self._starts)
            while self._waiting and not self._everything:
                self._import(self._waiting.pop(), self._files)
        return self._everything or path in self._files

    def _import(self, path: str, files: set[str]) -> None:
        if path in files:
            return
        files.add(path)
        module = self._project.parse(path)
        self._everything = module is None or len(files) > _MOST_FILES
        if module is not None:
            self._run(module.tree.body, path)

    def _run(self, body: Iterable[ast.AST], path: str) -> None:
        """Everything that runs when the statements do, in this file or in functions elsewhere."""
        bodies = [(body, path)]
        while bodies:
            statements, place = bodies.pop()
            for node in _run_with(statements):
                if isinstance(node, _Function):
                    self._functions.setdefault(node.name, []).append((node, place))
                    if node.name in self._called or _is_called_by_python(node.name):
                        bodies.append((node.body, place))
                elif isinstance(node, ast.Import | ast.ImportFrom):
                    self._waiting += self._imported(node, place)
                elif isinstance(node, ast.Name | ast.Attribute):
                    name = node.id if isinstance(node, ast.Name) else node.attr
                    self._everything = self._everything or name in _BY_NAME
                    if name not in self._called:
                        self._called.add(name)
                        bodies += [
                            (function.body, there) for function, there in self._functions.get(name, ())
                        ]

    def _imported(self, node: ast.Import | ast.ImportFrom, near: str) -> Iterator[str]:
        """The files of the modules that are imported, and of the packages that they lie in."""
        for name in imported_names([node], self._project.folders.module_name(near), near):
            parts = name.split(".")
            for count in range(1, len(parts) + 1):
                located = self._project.locate(".".join(parts[:count]), near)
                if located is None:
                    break
                if located.path is not None:
                    yield located.path


def _run_with(statements: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The nodes that run with the statements: not what stands in functions, which are given as they are.

    A name counts as a call: what is named may be called by another function that it is given to.
    """
    waiting = list(statements)
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, _Function):
            waiting += [
                *node.decorator_list,
                *node.args.defaults,
                *(one for one in node.args.kw_defaults if one),
            ]
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            waiting += node.orelse
        else:
            waiting += ast.iter_child_nodes(node)


def _is_called_by_python(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")
