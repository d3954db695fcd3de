"""The SQL files of a project by folder, as layouts see them: each takes what is its own out of the tree."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from itertools import islice

from schemalint.frontends.sql.plan import Plan
from schemalint.source import SourceFile, Sources, UnreadableFile

_HEAD = 3
_HEAD_LENGTH = 100_000
_SCHEMA_NAME = (
    r"(?i)(?:.*[._-])?(?:schema|structure|ddl|latest)"
    r"(?:[._-](?:mariadb|postgres|\w*sql|sqlite\d?|\w*dump))?\.sql"
)
_NUMBERED = r"(?i)v?\d+[_.-]"
_NO_SCHEMA = r"(?i)(?:^|[._-])(?:drop|alter|update|upgrade|delete|migrate|test|patch|diff|down)[._-]"
_SEED_NAME = (
    r"(?i)(?:[a-z_.-]*[._-])?(?:seeds?|fixtures?|test_?data|sample_?data|dummy_?data)(?:[._-].*)?\.sql"
)


def join(folder: str, name: str) -> str:
    """The path of `name` in `folder`; the project's root is ""."""
    return f"{folder}/{name}" if folder else name


def parent(path: str) -> str:
    """The folder that holds a file or folder; "" for the root and what lies in it."""
    return path.rpartition("/")[0]


def base(path: str) -> str:
    """The last component of a path."""
    return path.rpartition("/")[2]


def is_schema_name(name: str) -> bool:
    """Whether a file is called as one that holds a whole schema, and not as one migration of several."""
    return re.compile(_NUMBERED).match(name) is None and ends_like_schema(name)


def ends_like_schema(name: str) -> bool:
    """Whether a file is called as one that holds a whole schema, whatever number it has."""
    return re.compile(_SCHEMA_NAME).fullmatch(name) is not None and not re.compile(_NO_SCHEMA).search(name)


def is_seed_name(name: str) -> bool:
    """Whether a file, which has no number, is called as one with data to begin with."""
    return re.compile(_SEED_NAME).fullmatch(name) is not None


class Tree:
    """The SQL files that no layout has taken yet: `folders` holds their names by folder, in order.

    A folder that has given all its files away is gone from `folders`: go through a copy of it.
    """

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.folders: dict[str, dict[str, None]] = {}
        self._heads: dict[str, list[str]] = {}
        for path in sources.paths:
            if path[-4:] == ".sql" or path[-4:].lower() == ".sql":
                folder, _, name = path.rpartition("/")
                self.folders.setdefault(folder, {})[name] = None

    def file(self, path: str) -> SourceFile | None:
        """The file, or None if it can't be read as text; whoever reads its statements reports that."""
        try:
            return self.sources.read(path)
        except UnreadableFile:
            return None

    def text(self, path: str) -> str:
        """The file's text; nothing if it can't be read."""
        file = self.file(path)
        return "" if file is None else file.text

    def mentions(self, folder: str, *marks: str) -> bool:
        """Whether one of a folder's first files holds one of these texts (in lower case)."""
        return any(mark in head for head in self.heads(folder) for mark in marks)

    def heads(self, folder: str) -> list[str]:
        """The beginnings of a folder's first files, in lower case."""
        heads = self._heads.get(folder)
        if heads is None:
            names = islice(self.folders[folder], _HEAD)
            heads = [self.text(join(folder, name))[:_HEAD_LENGTH].lower() for name in names]
            self._heads[folder] = heads
        return heads

    def take(self, plan: Plan) -> None:
        """What a plan runs belongs to it."""
        for script in plan.scripts:
            for part in script.up:
                self._remove(part.path)
            for part in script.down or ():
                self._remove(part.path)

    def leave_out(self, folder: str, names: Iterable[str], reason: str) -> None:
        """Files of a folder that no tool runs: `reason` finishes "not read: …"."""
        for name in list(names):
            path = join(folder, name)
            self._remove(path)
            self.sources.leave_out(path, reason)

    def leave_out_rest(self, folder: str, taken: Iterable[str], reason: str) -> None:
        """What a layout leaves in its folder besides the names it takes, but for whole schemas."""
        for name in taken:
            self._remove(join(folder, name))
        names = self.folders.get(folder, ())
        self.leave_out(folder, [name for name in names if not is_schema_name(name)], reason)

    def _remove(self, path: str) -> None:
        self.sources.left_out.pop(path, None)
        folder, _, name = path.rpartition("/")
        names = self.folders.get(folder)
        if names is not None and name in names:
            del names[name]
            if not names:
                del self.folders[folder]

    def other_files(self, folder: str) -> list[str]:
        """The names of all files of the project that lie directly in a folder, whatever they are."""
        paths = self.sources.paths
        prefix = f"{folder}/" if folder else ""
        found = []
        for at in range(bisect_left(paths, prefix), len(paths)):
            path = paths[at]
            if not path.startswith(prefix):
                break
            name = path[len(prefix) :]
            if "/" not in name:
                found.append(name)
        return found

    def nearest(self, folder: str, *names: str, levels: int = 20) -> str | None:
        """The path of a file of one of these names in the folder or the nearest one above it."""
        for _ in range(levels):
            for name in names:
                path = join(folder, name)
                if path in self.sources:
                    return path
            if not folder:
                break
            folder = parent(folder)
        return None
