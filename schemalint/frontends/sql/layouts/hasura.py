"""Hasura: `migrations/[<database>/]<milliseconds>_<name>/up.sql` and `down.sql`, by number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemalint.frontends.sql.layouts.diesel import folders_of_migrations, script
from schemalint.frontends.sql.layouts.versions import by_number
from schemalint.frontends.sql.plan import Plan
from schemalint.frontends.sql.tree import Tree, base

_MILLISECONDS = re.compile(r"1\d{12}_.*")


def find(tree: Tree) -> Iterator[Plan]:
    """Every folder whose subfolders with an `up.sql` are called by milliseconds, as Hasura calls them."""
    for root, folders in folders_of_migrations(tree).items():
        if not any(_MILLISECONDS.fullmatch(base(folder)) for folder in folders):
            continue
        yield Plan(
            layout="hasura",
            source=root,
            scripts=tuple(
                script(tree, folder) for folder in sorted(folders, key=lambda folder: by_number(base(folder)))
            ),
        )
        for folder in folders:
            tree.leave_out_rest(folder, (), "only up.sql and down.sql of a migration's folder are run")
