"""tern: one line between the up and the down part of each file, files by number; PostgreSQL only."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemalint.frontends.sql.layouts.versions import by_number, stem
from schemalint.frontends.sql.plan import Decision, Part, Plan, Script
from schemalint.frontends.sql.tree import Tree, join

_MIGRATION = re.compile(r"\d+_.+\.sql")
_DIVIDER = "---- create above / drop below ----"
_WITHOUT_TRANSACTION = "---- tern: disable-tx ----"


def find(tree: Tree) -> Iterator[Plan]:
    """Every folder with tern's configuration, or whose files hold tern's lines."""
    for folder in list(tree.folders):
        if join(folder, "tern.conf") not in tree.sources and not tree.mentions(
            folder, _DIVIDER, _WITHOUT_TRANSACTION
        ):
            continue
        names = [name for name in tree.folders[folder] if _MIGRATION.fullmatch(name)]
        yield Plan(
            layout="tern",
            source=folder,
            scripts=tuple(
                _script(tree, join(folder, name), stem(name)) for name in sorted(names, key=by_number)
            ),
            decision=Decision("postgresql", "tern is for PostgreSQL"),
        )
        tree.leave_out_rest(folder, (), "tern runs only files called <number>_<name>.sql")


def _script(tree: Tree, path: str, name: str) -> Script:
    file = tree.file(path)
    if file is None:
        return Script(name=name, up=(Part(path),))
    at = file.text.find(_DIVIDER)
    transactional = _WITHOUT_TRANSACTION not in file.text
    if at < 0:
        return Script(name=name, up=(Part(path),), transactional=transactional)
    return Script(
        name=name,
        up=(Part(path, 0, at),),
        down=(Part(path, at + len(_DIVIDER)),),
        marker=file.span(at, at + len(_DIVIDER)),
        transactional=transactional,
    )
