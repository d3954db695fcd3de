"""SQL files that no layout explains: they are not read, and that is said."""

from __future__ import annotations

from collections.abc import Iterator

from schemalint.frontends.sql.plan import Plan
from schemalint.frontends.sql.tree import Tree, ends_like_schema, is_seed_name


def find(tree: Tree) -> Iterator[Plan]:
    """No plan."""
    for folder in list(tree.folders):
        names = tree.folders[folder]
        tree.leave_out(
            folder, [name for name in names if is_seed_name(name)], "it is called as seed data are"
        )
    for folder in list(tree.folders):
        schemas = [name for name in tree.folders[folder] if ends_like_schema(name)]
        tree.leave_out(folder, schemas, "it creates no table")
    for folder in list(tree.folders):
        tree.leave_out(folder, tree.folders[folder], "no migration tool's layout and no schema by its name")
    yield from ()
