"""Where a project's Python files lie: which file a dotted name means, and what a file is imported as."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from schemalint.frontends.python_source.definitions import ModuleDefinition


class Folders:
    """The folders of Python files, each of which may be on `sys.path`."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._tops: dict[str, list[str]] = {}
        self._folders: set[str] = set()
        self._packages: set[str] = set()
        self._modules = dict.fromkeys(paths)
        for path in self._modules:
            self._file(path)

    def _file(self, path: str) -> None:
        folder, _, name = path.rpartition("/")
        if name == "__init__.py":
            self._packages.add(folder)
        else:
            self._top(name.removesuffix(".py"), folder)
        while folder not in self._folders:
            self._folders.add(folder)
            parent, _, last = folder.rpartition("/")
            if last:
                self._top(last, parent)
            folder = parent

    def _top(self, name: str, root: str) -> None:
        roots = self._tops.setdefault(name, [])
        if root not in roots[-1:]:
            roots.append(root)

    def module_name(self, path: str) -> str:
        """The dotted name of a file within its import root."""
        root = self.import_root(path)
        inner = path[len(root) + 1 :] if root else path
        return inner.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def import_root(self, path: str) -> str:
        """The folder that would be on `sys.path` for this file: the nearest without an `__init__.py`."""
        folder = path.rpartition("/")[0]
        while folder and folder in self._packages:
            folder = folder.rpartition("/")[0]
        return folder

    def is_package(self, folder: str) -> bool:
        """Whether a folder has an `__init__.py`: it is seldom on `sys.path` then."""
        return folder in self._packages

    def locate(self, name: str, near: str, *, other_than: str | None = None) -> ModuleDefinition | None:
        """The module or package of that dotted name, as the file `near` would import it.

        It is looked for in each folder but the one that is `other_than`.
        """
        first = name.partition(".")[0]
        roots = self._tops.get(first)
        if not roots:
            return None
        home = self.import_root(near)
        if first in sys.stdlib_module_names:
            # the standard library comes first on `sys.path`, but for the folder one starts in
            roots = [root for root in roots if root == home]
        inner = name.replace(".", "/")
        ranked = sorted(roots, key=lambda root: (_distance(root, home), root in self._packages, len(root)))
        namespace = None
        for root in ranked:
            if root == other_than:
                continue
            whole = f"{root}/{inner}" if root else inner
            if whole in self._packages:
                return ModuleDefinition(name, f"{whole}/__init__.py", root)
            if f"{whole}.py" in self._modules:
                if "." not in name and root in self._packages and not near.startswith(f"{root}/"):
                    continue  # a part of a package that `near` is no part of
                return ModuleDefinition(name, f"{whole}.py", root)
            if namespace is None and whole in self._folders:
                namespace = ModuleDefinition(name, None, root)
        return namespace


def _distance(root: str, home: str) -> int:
    """How far a folder is from the import root of a file, in folders up and down."""
    one, other = (root.split("/") if root else []), (home.split("/") if home else [])
    common = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        common += 1
    return len(one) - common + len(other) - common
