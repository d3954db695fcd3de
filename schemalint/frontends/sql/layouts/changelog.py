"""Liquibase's root changelogs in XML, YAML or JSON, as far as they list other files."""

from __future__ import annotations

import re

from msgspec import Struct

from schemalint.frontends.sql.tree import Tree, join, parent

_NAME = re.compile(r"(?i).*(?:changelog|master|liquibase).*\.(?:xml|ya?ml|json)")
_INCLUDE = re.compile(
    r"\b(?P<all>includeAll|include)\b[^<>]{0,300}?\b(?:file|path)\b"
    r'"?\s*[:=]\s*["\']?(?P<path>[^"\'\s<>,}]+)'
    r'|(?P<change><changeSet\b|\bchangeSet"?\s*:)'
)
_LEVELS = 5
_MOST_FILES = 20_000


class Listed(Struct, frozen=True):
    """What a root changelog runs, in its order; `folder` is where it lies.

    A changelog that holds changes of its own is among the files. `complete` is False where one that it
    includes is not there to be read.
    """

    folder: str
    files: list[str]
    complete: bool


def ordered_files(tree: Tree, folder: str) -> Listed | None:
    """What the topmost changelog over `folder` runs, if it lists SQL files."""
    found: Listed | None = None
    for _ in range(_LEVELS):
        for name in tree.other_files(folder):
            if _NAME.fullmatch(name):
                files = _collected(tree, join(folder, name))
                known = [path for path in files if path in tree.sources]
                if any(path.endswith(".sql") for path in known) and (
                    found is None or len(known) >= len(found.files)
                ):
                    found = Listed(folder, known, len(known) == len(files))
        if not folder:
            break
        folder = parent(folder)
    return found


def _collected(tree: Tree, path: str) -> list[str]:
    """What a changelog runs; a file already seen is not read again, so circles end."""
    files: list[str] = []
    seen: set[str] = set()
    stack = [(path, False)]
    while stack and len(files) < _MOST_FILES:
        path, holds_changes = stack.pop()
        if holds_changes or path.lower().endswith(".sql") or path not in tree.sources:
            files.append(path)
        elif path not in seen:
            seen.add(path)
            stack += reversed(_entries(tree, path))
    return list(dict.fromkeys(files))


def _entries(tree: Tree, changelog: str) -> list[tuple[str, bool]]:
    """What a changelog includes, and itself where it holds changes of its own."""
    entries: list[tuple[str, bool]] = []
    for match in _INCLUDE.finditer(tree.text(changelog)):
        if match["change"]:
            entries.append((changelog, True))
        elif match["all"] == "includeAll":
            entries += [(path, False) for path in _everything_in(tree, changelog, match["path"])]
        else:
            entries.append((_resolved(tree, changelog, match["path"]), False))
    return entries


def _clean(path: str) -> str:
    path = path.removeprefix("classpath:").lstrip("/")
    while path.startswith("./"):
        path = path[2:]
    return path.rstrip("/")


def _candidates(changelog: str, path: str) -> list[str]:
    """Where a path in a changelog may lead: from its own folder, or from any above it."""
    path = _clean(path)
    folder = parent(changelog)
    while path.startswith("../"):
        path, folder = path[3:], parent(folder)
    found = [join(folder, path)]
    while folder:
        folder = parent(folder)
        found.append(join(folder, path))
    return found


def _resolved(tree: Tree, changelog: str, path: str) -> str:
    candidates = _candidates(changelog, path)
    return next((place for place in candidates if place in tree.sources), candidates[0])


def _everything_in(tree: Tree, changelog: str, path: str) -> list[str]:
    """The changelogs of a folder and its subfolders, by name."""
    for folder in _candidates(changelog, path):
        prefix = f"{folder}/"
        found = [
            other
            for other in tree.sources.paths
            if other.startswith(prefix) and other.lower().endswith((".sql", ".xml", ".yaml", ".yml", ".json"))
        ]
        if found:
            return found
    return []
