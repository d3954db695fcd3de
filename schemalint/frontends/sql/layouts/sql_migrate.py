"""sql-migrate (and micrate): `-- +migrate Up` and `-- +migrate Down` in each file, numbered files first."""

from __future__ import annotations

from collections.abc import Iterator

from schemalint.frontends.sql.layouts.sections import divided, has_mark, marked_lines, unbalanced
from schemalint.frontends.sql.layouts.versions import leading_number, stem
from schemalint.frontends.sql.plan import Part, Plan, Script
from schemalint.frontends.sql.tree import Tree, is_schema_name, join
from schemalint.reading import Unreadable

_NAMES = {"up": "up", "down": "down", "statementbegin": "begin", "statementend": "end"}


def find(tree: Tree) -> Iterator[Plan]:
    """Every folder whose files hold the marks."""
    for folder in list(tree.folders):
        for layout, mark in (("sql-migrate", "+migrate"), ("micrate", "+micrate")):
            if folder in tree.folders and has_mark(tree, folder, mark):
                unreadable: list[Unreadable] = []
                names = [name for name in tree.folders[folder] if not is_schema_name(name)]
                scripts = tuple(
                    _script(tree, join(folder, name), stem(name), mark, unreadable)
                    for name in sorted(names, key=_order)
                )
                yield Plan(layout=layout, source=folder, scripts=scripts, unreadable=tuple(unreadable))
                tree.leave_out_rest(folder, names, "")


def _order(name: str) -> tuple[bool, int, str]:
    """Numbers before names, and equal numbers by name."""
    number = leading_number(name) if name[:1].isdecimal() else None
    return (number is None, number or 0, name)


def _script(tree: Tree, path: str, name: str, mark: str, unreadable: list[Unreadable]) -> Script:
    file = tree.file(path)
    if file is None:
        return Script(name=name, up=(Part(path),))
    marks = [
        (_NAMES[found.words[0].lower()], found)
        for found in marked_lines(file.text, mark)
        if found.words and found.words[0].lower() in _NAMES
    ]
    sections = divided(file, marks, f"-- {mark} Up")
    unreadable += sections.unreadable
    unreadable += unbalanced(file, marks, "begin", "end")
    return Script(
        name=name,
        up=sections.up,
        down=sections.down,
        marker=sections.marker,
        transactional=not any("notransaction" in found.words for kind, found in marks if kind == "up"),
    )
