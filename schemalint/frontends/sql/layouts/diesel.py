"""Diesel: a folder a migration with `up.sql` and `down.sql`, by the version with its dashes removed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemalint.frontends.sql.layouts.beside import down_beside
from schemalint.frontends.sql.plan import Part, Plan, Script
from schemalint.frontends.sql.tree import Tree, base, join, parent

_WITHOUT_TRANSACTION = re.compile(r"(?m)^[ \t]*run_in_transaction[ \t]*=[ \t]*false\b")


def find(tree: Tree) -> Iterator[Plan]:
    """Every folder whose subfolders hold an `up.sql`, but for those of Hasura."""
    for root, candidates in folders_of_migrations(tree).items():
        folders = [folder for folder in candidates if not base(folder).startswith(".")]
        yield Plan(
            layout="diesel",
            source=root,
            scripts=tuple(
                script(tree, folder, transactional=_in_transaction(tree, folder))
                for folder in sorted(folders, key=lambda folder: (_version(base(folder)), base(folder)))
            ),
        )
        for folder in folders:
            tree.leave_out_rest(folder, (), "only up.sql and down.sql of a migration's folder are run")


def folders_of_migrations(tree: Tree) -> dict[str, list[str]]:
    """The folders with an `up.sql`, by the folder above them."""
    roots: dict[str, list[str]] = {}
    for folder, names in tree.folders.items():
        if "up.sql" in names and folder:
            roots.setdefault(parent(folder), []).append(folder)
    return roots


def script(tree: Tree, folder: str, *, transactional: bool = True) -> Script:
    """The migration in one folder."""
    down = down_beside(tree, folder, "up.sql")
    return Script(
        name=base(folder),
        up=(Part(join(folder, "up.sql")),),
        down=None if down is None else (Part(down),),
        transactional=transactional,
    )


def _version(name: str) -> str:
    return name.partition("_")[0].replace("-", "")


def _in_transaction(tree: Tree, folder: str) -> bool:
    metadata = join(folder, "metadata.toml")
    return metadata not in tree.sources or not _WITHOUT_TRANSACTION.search(tree.text(metadata))
