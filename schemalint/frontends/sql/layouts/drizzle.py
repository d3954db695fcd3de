"""Drizzle Kit: order and membership by `meta/_journal.json`; newer versions keep a folder a migration."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from schemalint.frontends.sql.layouts.beside import down_beside, scripts_beside
from schemalint.frontends.sql.layouts.versions import stem
from schemalint.frontends.sql.plan import Decision, Part, Plan, Script
from schemalint.frontends.sql.tree import Tree, base, join, parent
from schemalint.knowledge.dialects import Dialect
from schemalint.reading import Fault, Unreadable

JOURNAL = "meta/_journal.json"
SNAPSHOT = "snapshot.json"

_DIALECTS: dict[str, Dialect] = {
    "pg": "postgresql",
    "postgres": "postgresql",
    "postgresql": "postgresql",
    "mysql": "mysql",
    "singlestore": "mysql",
    "sqlite": "sqlite",
    "turso": "sqlite",
    "cockroach": "cockroachdb",
    "cockroachdb": "cockroachdb",
    "mssql": "sqlserver",
}


class _Entry(msgspec.Struct):
    tag: str


class _Journal(msgspec.Struct):
    entries: list[_Entry] = []
    dialect: str = ""


class _Snapshot(msgspec.Struct):
    dialect: str = ""


def find(tree: Tree) -> Iterator[Plan]:
    """Every folder with a journal, then those whose migrations are folders with a snapshot."""
    for folder in list(tree.folders):
        journal = join(folder, JOURNAL)
        if journal in tree.sources:
            yield _by_journal(tree, folder, journal)
            tree.leave_out_rest(folder, (), "Drizzle runs only the files that meta/_journal.json names")
    yield from _by_folder(tree)


def _by_journal(tree: Tree, folder: str, path: str) -> Plan:
    names = tree.folders[folder]
    unreadable: list[Unreadable] = []
    faults: list[Fault] = []
    file = tree.file(path)
    decision: Decision | None = None
    text = "" if file is None else file.text
    try:
        journal = msgspec.json.decode(text, type=_Journal)
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError, UnicodeEncodeError) as error:
        journal = _Journal([_Entry(stem(name)) for name in names])
        where = file.span(0, 0) if file is not None else None
        if where is not None:
            unreadable.append(
                Unreadable(where, f"the journal can't be read, so files go by their names: {error}")
            )
    if journal.dialect in _DIALECTS:
        decision = Decision(_DIALECTS[journal.dialect], f"{JOURNAL} says so")
    present = []
    at = 0
    for entry in journal.entries:
        name = f"{entry.tag}.sql"
        if name in names:
            present.append(name)
        elif file is not None:
            found = text.find(f'"{entry.tag}"', at)
            at = max(found, at)
            where = file.span(at, at + len(entry.tag) + 2 if found >= 0 else at)
            message = f"the journal names {name}, which does not exist"
            faults.append(Fault(kind="broken", name=entry.tag, span=where, message=message))
    return _plan(folder, scripts_beside(tree, folder, present), decision, unreadable, faults)


def _by_folder(tree: Tree) -> Iterator[Plan]:
    roots: dict[str, list[str]] = {}
    for folder, names in tree.folders.items():
        if "migration.sql" in names and folder and join(folder, SNAPSHOT) in tree.sources:
            roots.setdefault(parent(folder), []).append(folder)
    for root, folders in roots.items():
        folders.sort()
        yield _plan(
            root,
            [_folder_script(tree, folder) for folder in folders],
            _of_snapshot(tree, folders[-1]),
            [],
            [],
        )


def _folder_script(tree: Tree, folder: str) -> Script:
    down = down_beside(tree, folder, "migration.sql")
    return Script(
        name=base(folder),
        up=(Part(join(folder, "migration.sql")),),
        down=None if down is None else (Part(down),),
    )


def _of_snapshot(tree: Tree, folder: str) -> Decision | None:
    try:
        snapshot = msgspec.json.decode(tree.text(join(folder, SNAPSHOT)), type=_Snapshot)
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError, UnicodeEncodeError):
        return None
    dialect = _DIALECTS.get(snapshot.dialect)
    return None if dialect is None else Decision(dialect, f"{SNAPSHOT} says so")


def _plan(
    source: str,
    scripts: list[Script],
    decision: Decision | None,
    unreadable: list[Unreadable],
    faults: list[Fault],
) -> Plan:
    return Plan(
        layout="drizzle",
        kind="drizzle-migrations",
        source=source,
        scripts=tuple(scripts),
        has_down_parts=False,
        forward_only=True,
        decision=decision,
        unreadable=tuple(unreadable),
        faults=tuple(faults),
    )
