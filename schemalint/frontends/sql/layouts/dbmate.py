"""dbmate: `-- migrate:up` and `-- migrate:down` in each file, files by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from schemalint.frontends.sql.layouts.sections import Mark, divided, has_mark, marked_lines
from schemalint.frontends.sql.layouts.versions import stem
from schemalint.frontends.sql.plan import Part, Plan, Script
from schemalint.frontends.sql.tree import Tree, join
from schemalint.reading import Unreadable

_MIGRATION = re.compile(r"\d+.*\.sql")
_STATEMENT_BEFORE = re.compile(r"(?m)^[ \t]*(?!--)[^\s]")


def find(tree: Tree) -> Iterator[Plan]:
    """Every folder whose files hold the marks."""
    for folder in list(tree.folders):
        if not has_mark(tree, folder, "migrate:up"):
            continue
        unreadable: list[Unreadable] = []
        names = [name for name in tree.folders[folder] if _MIGRATION.fullmatch(name)]
        scripts = [_script(tree, join(folder, name), stem(name), unreadable) for name in names]
        yield Plan(layout="dbmate", source=folder, scripts=tuple(scripts), unreadable=tuple(unreadable))
        tree.leave_out_rest(folder, names, "dbmate runs only files whose name begins with a number")


def _script(tree: Tree, path: str, name: str, unreadable: list[Unreadable]) -> Script:
    file = tree.file(path)
    if file is None:
        return Script(name=name, up=(Part(path),))
    marks = []
    for side in ("up", "down"):  # of several such lines, the tool goes by the first
        marks += [(side, mark) for mark in islice(marked_lines(file.text, f"migrate:{side}"), 1)]
    marks.sort(key=lambda pair: pair[1].start)
    sections = divided(file, marks, "-- migrate:up")
    unreadable += sections.unreadable
    if marks and (found := _STATEMENT_BEFORE.search(file.text, 0, marks[0][1].start)):
        where = file.span(found.start(), marks[0][1].start)
        unreadable.append(Unreadable(where, "dbmate refuses statements before the line `-- migrate:up`"))
    return Script(
        name=name,
        up=sections.up,
        down=sections.down,
        marker=sections.marker,
        transactional=not any(_without_transaction(mark) for kind, mark in marks if kind == "up"),
    )


def _without_transaction(mark: Mark) -> bool:
    return "transaction:false" in mark.words
