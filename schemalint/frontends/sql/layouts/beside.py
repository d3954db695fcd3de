"""Down scripts that a project keeps beside its migrations although its tool has no place for them."""

from __future__ import annotations

from collections.abc import Iterable

from schemalint.frontends.sql.layouts.versions import stem
from schemalint.frontends.sql.plan import Part, Script
from schemalint.frontends.sql.tree import Tree, base, join, parent

_NAMES_IN_FOLDER = ("down.sql", "rollback.sql", "revert.sql", "undo.sql")
_SUFFIXES = (
    ".down.sql",
    ".rollback.sql",
    "_down.sql",
    "_rollback.sql",
    "-down.sql",
    "-rollback.sql",
    ".undo.sql",
)
_PREFIXES = ("down_", "rollback_", "revert_", "undo_")
_FOLDERS = ("down", "downs", "rollback", "rollbacks", "revert", "reverts", "undo")


def down_beside(tree: Tree, folder: str, script: str) -> str | None:
    """The down script in a migration's own folder."""
    names = tree.folders.get(folder, {})
    for name in _NAMES_IN_FOLDER:
        if name in names and name != script:
            return join(folder, name)
    return None


def scripts_beside(
    tree: Tree, folder: str, names: Iterable[str], *, transactional: bool = True
) -> list[Script]:
    """A script for each file of a folder, with its down script where there is one."""
    downs = _downs_beside(tree, folder)
    return [
        Script(
            name=stem(name),
            up=(Part(join(folder, name)),),
            down=(Part(downs[name]),) if name in downs else None,
            transactional=transactional,
        )
        for name in names
    ]


def _downs_beside(tree: Tree, folder: str) -> dict[str, str]:
    """The down scripts of a folder of many migrations, by the name of the file that each takes back.

    They stand beside it, or under the same name in a folder for them.
    """
    found: dict[str, str] = {}
    for name in tree.folders.get(folder, ()):
        lowered = name.lower()
        for suffix in _SUFFIXES:
            if lowered.endswith(suffix):
                found[name[: -len(suffix)] + ".sql"] = join(folder, name)
        for prefix in _PREFIXES:
            if lowered.startswith(prefix):
                found[name[len(prefix) :]] = join(folder, name)
    for other in _FOLDERS:
        for place in (join(folder, other), join(parent(folder), other)):
            for name in tree.folders.get(place, ()):
                migration = name[:-9] + ".sql" if name.lower().endswith(".down.sql") else name
                if migration in tree.folders.get(folder, ()):
                    found.setdefault(migration, join(place, name))
    return found


def is_down_name(name: str) -> bool:
    """Whether a file says by its name that it takes something back."""
    lowered = name.lower()
    return lowered.endswith(_SUFFIXES) or lowered.startswith(_PREFIXES) or lowered in _NAMES_IN_FOLDER


def is_down_folder(folder: str) -> bool:
    """Whether a folder is one for down scripts."""
    return base(folder).lower() in _FOLDERS
