"""Whole schemas in a folder, one file a table or a step of the set-up: declared catalogs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemalint.frontends.sql.dialect_names import dialect_named
from schemalint.frontends.sql.layouts.schema_files import CREATES_TABLE
from schemalint.frontends.sql.layouts.versions import natural, stem
from schemalint.frontends.sql.plan import Part, Plan, Script
from schemalint.frontends.sql.tree import Tree, base, join

_FOLDERS = re.compile(
    r"(?i)schemas?|ddl|tables|(?:[\w.-]*[_.-])?init(?:db)?(?:[_.-](?:db|sql|scripts))?(?:\.d)?"
)
_OPPOSITE = re.compile(r"(?i)(?:^|[._-])(?:drop|down|teardown|clean|cleanup|truncate|delete)(?:[._-]|$)")


def find(tree: Tree) -> Iterator[Plan]:
    """Every folder of several files that is called as such folders are."""
    for folder in list(tree.folders):
        if _FOLDERS.fullmatch(base(folder)) and len(tree.folders[folder]) > 1:
            names = [name for name in tree.folders[folder] if not _OPPOSITE.search(stem(name))]
            if sum(dialect_named(stem(name)) is not None for name in names) > len(names) / 2:
                continue  # one file a database
            if any(CREATES_TABLE.search(tree.text(join(folder, name))) for name in names):
                yield Plan(
                    layout="schema",
                    kind="sql-schema",
                    source=folder,
                    scripts=tuple(
                        Script(name=stem(name), up=(Part(join(folder, name)),))
                        for name in sorted(names, key=natural)
                    ),
                )
