"""golang-migrate, and everything else that pairs `N_x.up.sql` with `N_x.down.sql`, by number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from schemalint.frontends.sql.layouts.pairs import Half, dashed_halves, half, paired
from schemalint.frontends.sql.layouts.versions import by_number, stem
from schemalint.frontends.sql.plan import Part, Plan, Script
from schemalint.frontends.sql.tree import Tree, base, is_schema_name, join, parent

_NUMBERED = re.compile(r"\d+[_.-]")


def find(tree: Tree) -> Iterator[Plan]:
    """Every folder with an up file; then every folder `up` with a folder `down` beside it."""
    for folder in list(tree.folders):
        names = tree.folders[folder]
        halves = [found for name in names if (found := half(name)) is not None] or dashed_halves(names)
        if not any(found.side == "up" for found in halves) or _is_another_runner(names, halves):
            continue
        yield Plan(
            layout="golang-migrate", source=folder, scripts=paired(folder, halves, transactional=False)
        )
        tree.leave_out_rest(folder, (), "only files called <number>_<name>.up.sql and .down.sql are run")
    for folder in list(tree.folders):
        if base(folder).lower() == "up" and (downs := join(parent(folder), "down")) in tree.folders:
            yield _in_two_folders(tree, folder, downs)


def _is_another_runner(names: Iterable[str], halves: list[Half]) -> bool:
    """A folder without a down file, in which files that have no side are numbered like the others."""
    return all(found.side == "up" for found in halves) and any(
        half(name) is None and _NUMBERED.match(name) and not is_schema_name(name) for name in names
    )


def _in_two_folders(tree: Tree, ups: str, downs: str) -> Plan:
    down_names = tree.folders[downs]
    return Plan(
        layout="golang-migrate",
        source=parent(ups),
        scripts=tuple(
            Script(
                name=stem(name),
                up=(Part(join(ups, name)),),
                down=(Part(join(downs, name)),) if name in down_names else None,
                transactional=False,
            )
            for name in sorted(tree.folders[ups], key=by_number)
        ),
    )
