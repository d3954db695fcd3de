"""sqlx: `N_x.up.sql` with `N_x.down.sql`, or `N_x.sql` without a way back; by number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from schemalint.frontends.sql.layouts.beside import is_down_name, scripts_beside
from schemalint.frontends.sql.layouts.pairs import half, paired
from schemalint.frontends.sql.layouts.versions import by_number
from schemalint.frontends.sql.plan import Plan
from schemalint.frontends.sql.tree import Tree

_MIGRATION = re.compile(r"\d+_.+\.sql")
_WITHOUT_TRANSACTION = "-- no-transaction"
_SIGNS = ("Cargo.toml", "sqlx.toml", "sqlx-data.json", "build.rs")
_OTHERS = ("go.mod", "package.json", "pyproject.toml", "pom.xml", "build.gradle", "Gemfile", "composer.json")


def find(tree: Tree) -> Iterator[Plan]:
    """Every folder of numbered files in a Rust package."""
    for folder in list(tree.folders):
        names = [name for name in tree.folders[folder] if _MIGRATION.fullmatch(name)]
        if not names or not in_rust_package(tree, folder):
            continue
        halves = [found for name in names if (found := half(name)) is not None]
        in_pairs = {found.name for found in halves}
        simple = [name for name in names if name not in in_pairs and not is_down_name(name)]
        scripts = [
            *paired(folder, halves, transactional=True),
            *scripts_beside(tree, folder, simple),
        ]
        scripts.sort(key=lambda script: by_number(script.name))
        yield Plan(
            layout="sqlx",
            source=folder,
            scripts=tuple(
                replace(script, transactional=False)
                if tree.text(script.up[0].path).startswith(_WITHOUT_TRANSACTION)
                else script
                for script in scripts
            ),
            has_down_parts=bool(halves),
        )
        tree.leave_out_rest(folder, (), "sqlx runs only files called <number>_<name>.sql")


def in_rust_package(tree: Tree, folder: str) -> bool:
    """Whether the nearest package over a folder is one in Rust; a folder of crates says so too."""
    path = tree.nearest(folder, *_SIGNS, *_OTHERS)
    if path is not None:
        return path.endswith(_SIGNS)
    return "crates" in folder.split("/")
