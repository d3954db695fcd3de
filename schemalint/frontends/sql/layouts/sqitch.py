"""Sqitch: order by `sqitch.plan`, scripts of a change in `deploy/`, `revert/` and `verify/`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemalint.frontends.sql.plan import Decision, Part, Plan, Script
from schemalint.frontends.sql.tree import Tree, base, join, parent
from schemalint.knowledge.dialects import Dialect
from schemalint.reading import Fault

PLAN = "sqitch.plan"
CONFIGURATION = "sqitch.conf"

_ENGINES: dict[str, Dialect] = {
    "pg": "postgresql",
    "cockroach": "cockroachdb",
    "mysql": "mysql",
    "sqlite": "sqlite",
}
_ENGINE = re.compile(r"(?m)^[ \t]*engine[ \t]*=[ \t]*(\w+)")
_MOST_TAGS = 100
_LINE = re.compile(r"(?P<operator>[+-]?)[ \t]*(?P<name>[^\s\[#]+)[ \t]*(?:\[(?P<requires>[^\]]*)\])?")


class _Change:
    """One line of the plan; `tags` are those before its rework: its scripts then have one in their names."""

    def __init__(self, name: str, requires: tuple[str, ...], start: int, end: int) -> None:
        self.name = name
        self.requires = requires
        self.start = start
        self.end = end
        self.tags: list[str] = []
        self.tags_before = 0


def find(tree: Tree) -> Iterator[Plan]:
    """Every `deploy` folder with a plan in a folder above it."""
    for folder in list(tree.folders):
        top = _top(folder)
        if top is None or join(top, "deploy") not in tree.folders:
            continue
        path = tree.nearest(top, PLAN, levels=3)
        if path is None:
            continue
        yield _read(tree, top, path)
        for part, reason in (
            ("deploy", f"{PLAN} has no change of this name"),
            ("revert", f"{PLAN} has no change of this name"),
            ("verify", "it only verifies a deployment"),
        ):
            for other in [place for place in tree.folders if _is_under(place, join(top, part))]:
                tree.leave_out(other, tree.folders[other], reason)


def _top(folder: str) -> str | None:
    """The folder that holds the `deploy` folder in which (or in a folder of which) files lie."""
    components = folder.split("/")
    if "deploy" not in components:
        return None
    return "/".join(components[: components.index("deploy")])


def _is_under(folder: str, top: str) -> bool:
    return folder == top or folder.startswith(f"{top}/")


def _read(tree: Tree, top: str, path: str) -> Plan:
    text = tree.text(path)
    scripts = []
    faults: list[Fault] = []
    for change in _changes(text):
        names = [*(f"{change.name}@{tag}.sql" for tag in change.tags), f"{change.name}.sql"]
        deploy = _script(tree, join(top, "deploy"), names)
        if deploy is None:
            file = tree.file(path)
            if file is not None:
                where = file.span(change.start, change.end)
                message = f"the plan names deploy/{names[0]}, which does not exist"
                faults.append(Fault(kind="broken", name=change.name, span=where, message=message))
            continue
        revert = _script(tree, join(top, "revert"), names)
        scripts.append(
            Script(
                name=change.name,
                up=(Part(deploy),),
                down=None if revert is None else (Part(revert),),
                transactional=False,
                parents=change.requires,
            )
        )
    return Plan(
        layout="sqitch",
        source=top,
        scripts=tuple(scripts),
        decision=_engine(tree, path),
        faults=tuple(faults),
    )


def _script(tree: Tree, folder: str, names: list[str]) -> str | None:
    for name in names:
        path = join(folder, name)
        if path in tree.sources:
            return path
    return None


def _changes(text: str) -> list[_Change]:
    """The changes in their order; a name that comes again reworks the change before it."""
    changes: list[_Change] = []
    latest: dict[str, _Change] = {}
    tags: list[str] = []
    at = 0
    for line in text.splitlines(keepends=True):
        start, at = at, at + len(line)
        stripped = line.strip()
        if not stripped or stripped[0] in "#%":
            continue
        if stripped[0] == "@":
            tags += stripped[1:].split()[:1]
            continue
        found = _LINE.match(stripped)
        if found is None or found["operator"] == "-":
            continue
        requires = tuple(
            name.partition("@")[0] for name in (found["requires"] or "").split() if not name.startswith("!")
        )
        change = _Change(found["name"], requires, start, start + len(line.rstrip()))
        change.tags_before = len(tags)
        if (reworked := latest.get(change.name)) is not None:
            reworked.tags = tags[reworked.tags_before :][:_MOST_TAGS]
        latest[change.name] = change
        changes.append(change)
    return changes


def _engine(tree: Tree, plan: str) -> Decision | None:
    path = tree.nearest(parent(plan), CONFIGURATION, levels=3)
    if path is not None and (found := _ENGINE.search(tree.text(path))):
        dialect = _ENGINES.get(found[1])
        return Decision(dialect, f"{base(path)} says so" if dialect else f"{base(path)} says {found[1]}")
    return None
