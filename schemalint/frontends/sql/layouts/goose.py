"""goose: `-- +goose Up` and `-- +goose Down` in each file, by number; migrations in Go stand among them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemalint.frontends.sql.layouts.sections import Mark, divided, has_mark, marked_lines, unbalanced
from schemalint.frontends.sql.layouts.versions import by_number, stem
from schemalint.frontends.sql.plan import Part, Plan, Script
from schemalint.frontends.sql.tree import Tree, join
from schemalint.reading import Unreadable

_MIGRATION = re.compile(r"(?i)\d+_.*\.sql")
_PROGRAM = re.compile(r"\d+_.*(?<!_test)\.go")
_NAMES = {
    "up": "up",
    "down": "down",
    "statementbegin": "begin",
    "statementend": "end",
    "no": "no",
    "envsub": "envsub",
}


def find(tree: Tree) -> Iterator[Plan]:
    """Every folder whose files hold the marks."""
    for folder in list(tree.folders):
        if not has_mark(tree, folder, "+goose"):
            continue
        unreadable: list[Unreadable] = []
        names = [name for name in tree.folders[folder] if _MIGRATION.fullmatch(name)]
        names += [name for name in tree.other_files(folder) if _PROGRAM.fullmatch(name)]
        scripts = []
        for name in sorted(names, key=by_number):
            if name.endswith(".go"):
                scripts.append(
                    Script(name=name[:-3], up=(), program=f"a migration in Go, {join(folder, name)}")
                )
            else:
                scripts.append(_script(tree, join(folder, name), stem(name), unreadable))
        yield Plan(layout="goose", source=folder, scripts=tuple(scripts), unreadable=tuple(unreadable))
        tree.leave_out_rest(folder, names, "goose runs only files called <number>_<name>.sql")


def _script(tree: Tree, path: str, name: str, unreadable: list[Unreadable]) -> Script:
    file = tree.file(path)
    if file is None:
        return Script(name=name, up=(Part(path),))
    marks = [
        (_NAMES[mark.words[0].lower()], mark)
        for mark in marked_lines(file.text, "+goose")
        if mark.words and mark.words[0].lower() in _NAMES
    ]
    sections = divided(file, marks, "-- +goose Up")
    unreadable += sections.unreadable
    unreadable += unbalanced(file, marks, "begin", "end")
    return Script(
        name=name,
        up=sections.up,
        down=sections.down,
        marker=sections.marker,
        transactional=not any(_is_no_transaction(mark) for kind, mark in marks if kind == "no"),
    )


def _is_no_transaction(mark: Mark) -> bool:
    return [word.upper() for word in mark.words[:2]] == ["NO", "TRANSACTION"]
