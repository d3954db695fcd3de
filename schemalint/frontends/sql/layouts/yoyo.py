"""yoyo: `X.sql` with `X.rollback.sql` beside it, after the migrations that its `-- depends:` line names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from itertools import islice

from schemalint.frontends.sql.layouts.sections import divided, marked_lines
from schemalint.frontends.sql.layouts.versions import stem
from schemalint.frontends.sql.plan import Part, Plan, Script
from schemalint.frontends.sql.tree import Tree, is_schema_name, join

_DEPENDS = re.compile(r"(?im)^[ \t]*(?:--|\#)[ \t]*depends[ \t]*:([^\n]*)$")
_PYTHON_DEPENDS = re.compile(r"__depends__\s*=\s*[\[{(]([^\]})]*)")
_WITHOUT_TRANSACTION = re.compile(r"(?im)^[ \t]*--[ \t]*transactional[ \t]*:[ \t]*false\b")
_ROLLBACK = ".rollback.sql"


def find(tree: Tree) -> Iterator[Plan]:
    """Every folder with rollback files of yoyo's names, or whose files say what they depend on."""
    for folder in list(tree.folders):
        if not _is_own(tree, folder):
            continue
        names = tree.folders[folder]
        scripts: dict[str, Script] = {}
        for name in names:
            if not name.endswith(_ROLLBACK) and not is_schema_name(name):
                scripts[stem(name)] = _script(tree, folder, name)
        for name in tree.other_files(folder):
            if name.endswith(".py") and name[:-3] not in scripts and not name.startswith("_"):
                scripts[name[:-3]] = _program(tree, folder, name)
        yield Plan(layout="yoyo", source=folder, scripts=tuple(_ordered(scripts)))
        tree.leave_out_rest(folder, (), "there is no migration that it would roll back")


def _is_own(tree: Tree, folder: str) -> bool:
    """Whether files roll others back by yoyo's names, or say what they depend on."""
    names = tree.folders[folder]
    if any(name.endswith(_ROLLBACK) and name[: -len(_ROLLBACK)] + ".sql" in names for name in names):
        return True
    return tree.mentions(folder, "depends:") and any(
        _DEPENDS.search(tree.text(join(folder, name))) for name in islice(names, 20)
    )


def _script(tree: Tree, folder: str, name: str) -> Script:
    path = join(folder, name)
    file = tree.file(path)
    text = "" if file is None else file.text
    up: tuple[Part, ...] = (Part(path),)
    down: tuple[Part, ...] | None = None
    marker = None
    marks = [("up", mark) for mark in marked_lines(text, "migrate: apply")]
    marks += [("down", mark) for mark in marked_lines(text, "migrate: rollback")]
    if file is not None and any(side == "up" for side, _ in marks):
        sections = divided(file, sorted(marks, key=lambda pair: pair[1].start), "-- migrate: apply")
        up, down, marker = sections.up, sections.down, sections.marker
    beside = join(folder, stem(name) + _ROLLBACK)
    if beside in tree.sources:
        down, marker = (Part(beside),), None
    return Script(
        name=stem(name),
        up=up,
        down=down,
        marker=marker,
        transactional=not _WITHOUT_TRANSACTION.search(text),
        parents=_names(_DEPENDS.findall(text)),
    )


def _program(tree: Tree, folder: str, name: str) -> Script:
    path = join(folder, name)
    depends = [
        found.replace('"', " ").replace("'", " ").replace(",", " ")
        for found in _PYTHON_DEPENDS.findall(tree.text(path))
    ]
    return Script(name=name[:-3], up=(), program=f"a migration in Python, {path}", parents=_names(depends))


def _names(found: list[str]) -> tuple[str, ...]:
    return tuple(name for line in found for name in line.split())


def _ordered(scripts: dict[str, Script]) -> Iterator[Script]:
    """By name, but each after those that it depends on; those in a circle come last."""
    waiting = {
        name: {parent for parent in script.parents or () if parent in scripts and parent != name}
        for name, script in scripts.items()
    }
    followers: dict[str, list[str]] = {}
    for name, parents in waiting.items():
        for parent in parents:
            followers.setdefault(parent, []).append(name)
    ready = [name for name, parents in waiting.items() if not parents]
    heapify(ready)
    done: set[str] = set()
    while ready:
        name = heappop(ready)
        done.add(name)
        yield scripts[name]
        for follower in followers.get(name, ()):
            waiting[follower].discard(name)
            if not waiting[follower]:
                heappush(ready, follower)
    yield from (scripts[name] for name in sorted(scripts) if name not in done)
