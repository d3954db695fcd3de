"""Liquibase's root changelogs in XML, YAML or JSON, as far as they list other files."""

from __future__ import annotations

import re

from schemalint.frontends.sql.tree import Tree, join, parent

_NAME = re.compile(r"(?i).*(?:changelog|master|liquibase).*\.(?:xml|ya?ml|json)")
_INCLUDE = re.compile(
    r"\b(?P<all>includeAll|include)\b[^<>]{0,300}?\b(?:file|path)\b"
    r'"?\s*[:=]\s*["\']?(?P<path>[^"\'\s<>,}]+)'
    r'|(?P<change><changeSet\b|\bchangeSet"?\s*:)'
)
_LEVELS = 5
_MOST_FILES = 20_000


def ordered_files(tree: Tree, folder: str, wanted: list[str]) -> tuple[str, list[str]] | None:
    """The files that the topmost changelog over `folder` runs, in order, if some of `wanted` is among them.

    The first of the pair is the folder of that changelog. A changelog that holds changes of its own
    stands in the list too.
    """
    found: tuple[str, list[str]] | None = None
    names = set(wanted)
    for _ in range(_LEVELS):
        for name in tree.other_files(folder):
            if _NAME.fullmatch(name):
                files: list[str] = []
                _collect(tree, join(folder, name), files, set())
                if names.intersection(files) and (found is None or len(files) > len(found[1])):
                    found = (folder, files)
        if not folder:
            break
        folder = parent(folder)
    return found


def _collect(tree: Tree, path: str, files: list[str], seen: set[str]) -> None:
    """Add what a changelog runs; files already seen are not read again, so circles end."""
    stack = [path]
    while stack and len(files) < _MOST_FILES:
        path = stack.pop()
        if path in seen:
            continue
        seen.add(path)
        if path.lower().endswith(".sql"):
            files.append(path)
            continue
        included: list[str] = []
        own_changes = False
        for match in _INCLUDE.finditer(tree.text(path)):
            if match["change"]:
                own_changes = True
            elif match["all"] == "includeAll":
                included += _everything_in(tree, path, match["path"])
            elif (place := _resolved(tree, path, match["path"])) is not None:
                included.append(place)
        if own_changes:
            files.append(path)
        stack += reversed(included)


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


def _resolved(tree: Tree, changelog: str, path: str) -> str | None:
    return next((place for place in _candidates(changelog, path) if place in tree.sources), None)


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
