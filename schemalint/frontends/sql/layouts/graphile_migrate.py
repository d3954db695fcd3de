"""Graphile Migrate: `committed/000001-name.sql` in order, then `current`; it goes forward only."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemalint.frontends.sql.layouts.versions import stem
from schemalint.frontends.sql.plan import Decision, Part, Plan, Script
from schemalint.frontends.sql.tree import Tree, base, join, parent

_COMMITTED = re.compile(r"\d+(?:-.*)?\.sql")
_HEADER = re.compile(r"\s*--! Previous:")
_WITHOUT_TRANSACTION = re.compile(r"(?m)^--! no-transaction\b")
_DECISION = Decision("postgresql", "Graphile Migrate is for PostgreSQL")


def find(tree: Tree) -> Iterator[Plan]:
    """Every folder `committed` whose files name the one before them, with `current.sql` or `current/`."""
    for folder in [folder for folder in tree.folders if base(folder) == "committed"]:
        names = [name for name in tree.folders[folder] if _COMMITTED.fullmatch(name)]
        if not names or not _HEADER.match(tree.text(join(folder, names[0]))):
            continue
        root = parent(folder)
        current = join(root, "current")
        working = [join(current, name) for name in tree.folders.get(current, ())]
        if "current.sql" in tree.folders.get(root, ()):
            working.append(join(root, "current.sql"))
        paths = [*(join(folder, name) for name in names), *working]
        yield Plan(
            layout="graphile-migrate",
            source=root,
            scripts=tuple(
                Script(
                    name=stem(base(path)),
                    up=(Part(path),),
                    transactional=not _WITHOUT_TRANSACTION.search(tree.text(path)),
                )
                for path in paths
            ),
            has_down_parts=False,
            forward_only=True,
            decision=_DECISION,
        )
        tree.leave_out_rest(folder, (), "Graphile Migrate runs only files called <number>.sql")
