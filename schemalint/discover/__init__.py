"""Which files of a project may concern us, by their names alone.

Left out, below a folder that was asked for: what git ignores, what `exclude` in the configuration names,
version control, installed packages, caches, and a build's copies of files that the project has as sources.
A folder or file that is asked for by name is read even where git ignores it or it lies in a build's output,
but never where `exclude` names it: pre-commit asks by name for whatever has changed.

Links are not followed. What one points to within the project is found in its own place, and what lies outside
is none of the project's.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from schemalint.discover.gitignore import Patterns
from schemalint.project import read_bytes, relative_to
from schemalint.source import UnreadableFile

_NEVER_SOURCES = frozenset(
    {
        ".direnv", ".eggs", ".git", ".gradle", ".hg", ".jj", ".mypy_cache", ".next", ".nox", ".nuxt",
        ".output", ".pnpm-store", ".pytest_cache", ".ruff_cache", ".schemalint_cache", ".serverless",
        ".svelte-kit", ".svn", ".terraform", ".tox", ".turbo", ".venv", ".vercel", ".yarn", "__pycache__",
        "__pypackages__", "bower_components", "dist-packages", "node_modules", "site-packages",
    }
)  # fmt: skip

_BUILD_OUTPUT = frozenset({"_build", "build", "dist", "out", "target"})
"""Names under which a build leaves its output, and under which some projects keep sources."""

_MARKS = frozenset({"pyvenv.cfg", "conda-meta", "CACHEDIR.TAG"})
"""What a virtual environment, and a cache that follows https://bford.info/cachedir/, have in them."""

_VENDORED = frozenset({"modules.txt", "autoload.php"})
"""What Go and Composer put beside the packages of others in a folder `vendor`; others keep sources there."""


class Discovered(Struct, frozen=True, kw_only=True):
    """The files that were found, relative to the root and in order, and what could not be looked into."""

    paths: list[str]
    problems: list[UnreadableFile]


def discover(
    root: Path, paths: Iterable[Path], exclude: Iterable[str], suffixes: tuple[str, ...]
) -> Discovered:
    """The files at or below `paths` (absolute, or relative to the working directory) that end in a suffix.

    `exclude` are patterns as in a `.gitignore` of the root. A path that is missing or outside the root is a
    problem; nothing is raised.
    """
    top = os.path.realpath(root)
    walk = _Walk(top, Patterns("\n".join(exclude)), suffixes)
    for path in paths:
        relative = relative_to(os.path.realpath(path), top)
        if relative is None:
            walk.problems.append(UnreadableFile(os.fspath(path), "it is not in the project"))
        else:
            walk.add(relative)
    return Discovered(paths=sorted(walk.found()), problems=walk.problems)


class _Ignoring(Struct, frozen=True):
    """The patterns of one ignore file.

    `lead` makes a path of the project relative to the folder of the file where that is above the root;
    `base` is that folder, with a slash, where it is below.
    """

    patterns: Patterns
    lead: str = ""
    base: str = ""

    def ignores(self, path: str, *, folder: bool) -> bool | None:
        return self.patterns.ignores(self.lead + path[len(self.base) :], folder=folder)


_Chain = tuple[_Ignoring, ...]
"""Ignore files from the weakest to the strongest, which is the nearest."""


class _Walk:
    """One search through a project."""

    def __init__(self, top: str, exclude: Patterns, suffixes: tuple[str, ...]) -> None:
        self.problems: list[UnreadableFile] = []
        self._top = top
        self._exclude = exclude
        self._suffixes = suffixes
        self._sources: set[str] = set()
        self._built: dict[str, str] = {}

    def add(self, path: str) -> None:
        """Add a file that is asked for, or what is below a folder."""
        parts = path.split("/") if path else []
        if any(
            self._exclude.ignores("/".join(parts[:count]), folder=count < len(parts) or self._is_folder(path))
            for count in range(1, len(parts) + 1)
        ):
            return
        if self._is_folder(path):
            chain = _above(self._top)
            for count in range(len(parts)):
                chain = self._with_ignore_file(chain, "/".join(parts[:count]))
            self._search(path, chain)
        elif not os.path.lexists(os.path.join(self._top, path)):
            self.problems.append(UnreadableFile(path, "there is no such file or folder"))
        elif path.endswith(self._suffixes):
            self._sources.add(path)

    def found(self) -> set[str]:
        """The sources, and of what a build put out, all that is no copy of a source beside it."""
        by_tail: dict[str, list[str]] = {}
        for path in self._sources:
            by_tail.setdefault(_tail(path), []).append(path)
        return self._sources | {
            path
            for path, holder in self._built.items()
            if not any(source.startswith(holder) for source in by_tail.get(_tail(path), ()))
        }

    def _is_folder(self, path: str) -> bool:
        return os.path.isdir(os.path.join(self._top, path))

    def _search(self, start: str, chain: _Chain) -> None:
        waiting: list[tuple[str, _Chain, str | None]] = [(start, chain, None)]
        while waiting:
            folder, chain, holder = waiting.pop()
            entries = self._entries(folder)
            names = {entry.name for entry in entries}
            if folder != start and _is_foreign(folder, names):
                continue
            if ".gitignore" in names:
                chain = self._with_ignore_file(chain, folder)
            prefix = f"{folder}/" if folder else ""
            for entry in entries:
                path = prefix + entry.name
                is_folder = _is_own_folder(entry)
                if is_folder:
                    if entry.name in _NEVER_SOURCES or self._ignored(chain, path, folder=True):
                        continue
                    inside = prefix if holder is None and entry.name in _BUILD_OUTPUT else holder
                    waiting.append((path, chain, inside))
                elif path.endswith(self._suffixes) and entry.is_file(follow_symlinks=False):
                    if self._ignored(chain, path, folder=False):
                        continue
                    if holder is None:
                        self._sources.add(path)
                    else:
                        self._built[path] = holder

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(os.path.join(self._top, folder)) as entries:
                return list(entries)
        except OSError as error:
            self.problems.append(UnreadableFile(folder or ".", error.strerror or str(error)))
            return []

    def _ignored(self, chain: _Chain, path: str, *, folder: bool) -> bool:
        if self._exclude.ignores(path, folder=folder):
            return True
        for ignoring in reversed(chain):
            ignored = ignoring.ignores(path, folder=folder)
            if ignored is not None:
                return ignored
        return False

    def _with_ignore_file(self, chain: _Chain, folder: str) -> _Chain:
        patterns = _ignore_file(os.path.join(self._top, folder, ".gitignore"))
        base = f"{folder}/" if folder else ""
        return chain if patterns is None else (*chain, _Ignoring(patterns, base=base))


def _tail(path: str) -> str:
    """The name of a file and of the folder that it is in."""
    return "/".join(path.rsplit("/", 2)[-2:])


def _is_foreign(folder: str, names: set[str]) -> bool:
    """Whether a folder with these entries holds packages of others, or a cache."""
    return not names.isdisjoint(_MARKS) or (
        folder.rpartition("/")[2] == "vendor" and not names.isdisjoint(_VENDORED)
    )


def _is_own_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _above(top: str) -> _Chain:
    """What the repository says in folders above `top`, and in its own `info/exclude`."""
    lead = ""
    chain: _Chain = ()
    folder = top
    while True:
        git = os.path.join(folder, ".git")
        if os.path.lexists(git):
            patterns = _ignore_file(os.path.join(_git_directory(git), "info", "exclude"))
            return chain if patterns is None else (_Ignoring(patterns, lead), *chain)
        parent, name = os.path.split(folder)
        if parent == folder:
            return ()
        lead = f"{name}/{lead}"
        folder = parent
        patterns = _ignore_file(os.path.join(folder, ".gitignore"))
        if patterns is not None:
            chain = (_Ignoring(patterns, lead), *chain)


def _git_directory(git: str) -> str:
    """Where a repository keeps what all its work trees share."""
    if os.path.isdir(git):
        return git
    try:
        content = os.fsdecode(read_bytes(Path(git), 4096))
        directory = os.path.join(os.path.dirname(git), content.removeprefix("gitdir:").strip())
        common = os.path.join(directory, "commondir")
        if os.path.isfile(common):
            directory = os.path.join(directory, os.fsdecode(read_bytes(Path(common), 4096)).strip())
    except (OSError, UnreadableFile):
        return git
    return directory


def _ignore_file(path: str) -> Patterns | None:
    """The patterns in a file; None where there is none, or a link, which git does not follow here."""
    try:
        if os.path.islink(path):
            return None
        return Patterns(os.fsdecode(read_bytes(Path(path), 1_000_000)))
    except (OSError, UnreadableFile):
        return None
