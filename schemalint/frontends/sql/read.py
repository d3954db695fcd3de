"""From the SQL files of a project to the histories and schemas that they are."""

from __future__ import annotations

from collections import Counter

from schemalint.config import Settings
from schemalint.frontends.sql.dialect import decide
from schemalint.frontends.sql.history import read_history, read_schema
from schemalint.frontends.sql.layouts import plans
from schemalint.frontends.sql.plan import Plan
from schemalint.frontends.sql.tree import Tree, base, parent
from schemalint.reading import Reading
from schemalint.source import Sources

_FOLDERS_FOR_MIGRATIONS = frozenset({"migrations", "migration", "migrate"})


def read(sources: Sources, settings: Settings) -> list[Reading]:
    """One reading for each history and each declared schema; what is none of them is left out by name."""
    tree = Tree(sources)
    decided = [(plan, decide(plan, _source(plan), tree, settings)) for plan in plans(tree)]
    names = _names([plan for plan, _ in decided])
    readings: list[Reading] = []
    own: list[set[str]] = []
    for (plan, decision), name in zip(decided, names, strict=True):
        paths = {part.path for script in plan.scripts for part in (*script.up, *(script.down or ()))}
        if decision.dialect is None:
            for path in paths:
                sources.leave_out(path, decision.reason)
            continue
        read_plan = read_schema if plan.kind == "sql-schema" else read_history
        database = f"{name} ({decision.dialect})" if plan.layout == "popx" else name
        readings.append(read_plan(plan, _source(plan), database, decision.dialect, decision.reason, sources))
        own.append(paths)
    return _without_included(readings, own, sources)


def _without_included(readings: list[Reading], own: list[set[str]], sources: Sources) -> list[Reading]:
    """The readings but for those whose files another one runs, which are no schema of their own."""
    included = [
        {path for path in reading.paths if path not in paths}
        for reading, paths in zip(readings, own, strict=True)
    ]
    run: set[str] = set()
    kept: set[int] = set()
    for position in sorted(range(len(readings)), key=lambda at: (-len(included[at]), at)):
        if not own[position] or not own[position] <= run:
            kept.add(position)
            run |= included[position]
    chosen = [reading for position, reading in enumerate(readings) if position in kept]
    for reading in chosen:
        for path in reading.paths:  # what one reading has no use for, another may share
            sources.left_out.pop(path, None)
    return chosen


def _source(plan: Plan) -> str:
    return plan.source or "."


def _names(listed: list[Plan]) -> list[str]:
    """A name to show for each: the folder that its migrations or its file lie in, if that is clear enough."""
    short = [(_short_name(plan), plan.kind == "sql-schema") for plan in listed]
    count = Counter(short)
    return [
        name if count[name, declared] == 1 else _source(plan)
        for plan, (name, declared) in zip(listed, short, strict=True)
    ]


def _short_name(plan: Plan) -> str:
    folder = plan.source
    if folder[-4:].lower() == ".sql" or base(folder).lower() in _FOLDERS_FOR_MIGRATIONS:
        folder = parent(folder) or folder
    return folder or "."
