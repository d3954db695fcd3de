"""Atlas: a folder with `atlas.sum`, files by name; what it takes back it works out by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from schemalint.frontends.sql.layouts.beside import is_down_name, scripts_beside
from schemalint.frontends.sql.plan import Plan
from schemalint.frontends.sql.tree import Tree, is_schema_name, join

_WITHOUT_TRANSACTION = re.compile(r"(?m)^--[ \t]*atlas:txmode[ \t]+none\b")
_CHECKPOINT = re.compile(r"(?m)^--[ \t]*atlas:checkpoint\b")


def find(tree: Tree) -> Iterator[Plan]:
    """Every folder with the sum file."""
    for folder in list(tree.folders):
        if join(folder, "atlas.sum") not in tree.sources:
            continue
        names = [n for n in tree.folders[folder] if not is_down_name(n) and not is_schema_name(n)]
        checkpoints = [n for n in names if n != names[0] and _CHECKPOINT.search(tree.text(join(folder, n)))]
        yield Plan(
            layout="atlas",
            source=folder,
            scripts=tuple(
                replace(script, transactional=not _WITHOUT_TRANSACTION.search(tree.text(script.up[0].path)))
                for script in scripts_beside(tree, folder, (n for n in names if n not in checkpoints))
            ),
            has_down_parts=False,
            forward_only=True,
        )
        tree.leave_out(folder, checkpoints, "a checkpoint repeats what the files before it do")
