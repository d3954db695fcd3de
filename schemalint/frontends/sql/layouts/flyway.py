"""Flyway, and tools with its names (Evolve, refinery): `V1_2__x.sql`, `R__x.sql`, `U1_2__x.sql`.

Versions count by their numbers; repeatable migrations run after all of them. A location is read with its
subfolders, unless these are one for each database, which share what stands above them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from schemalint.frontends.sql.dialect_names import dialects_named
from schemalint.frontends.sql.layouts.versions import stem, version
from schemalint.frontends.sql.plan import Part, Plan, Script
from schemalint.frontends.sql.tree import Tree, base, join, parent

_VERSIONED = re.compile(r"(?i)([VUB])(\d+(?:[._]\d+)*)(?:__.*)?\.sql")
_REPEATABLE = re.compile(r"(?i)R__.*\.sql")
_CALLBACK = re.compile(r"(?i)(?:before|after|create)[A-Z]\w*(?:__.*)?\.sql")
_SHARED = frozenset({"common", "all", "shared", "base", "general", "generic"})
_OUTSIDE_TRANSACTION = re.compile(r"(?m)^[ \t]*executeInTransaction[ \t]*=[ \t]*false\b")


class _File(Struct, frozen=True):
    letter: str
    version: tuple[int, ...]
    folder: str
    name: str


def find(tree: Tree) -> Iterator[Plan]:
    """Every location: the topmost folder over those that hold such files."""
    files: dict[str, list[_File]] = {}
    for folder, names in tree.folders.items():
        found = [file for name in names if (file := _file(folder, name)) is not None]
        if any(file.letter == "V" for file in found):
            files[folder] = found
    for location, folders in _locations(files).items():
        for source, members in _histories(location, folders, files):
            yield _plan(tree, source, [file for folder in members for file in files[folder]])
        for folder in folders:
            names = tree.folders.get(folder, {})
            tree.leave_out(
                folder, [n for n in names if _CALLBACK.fullmatch(n)], "it is a callback, not a migration"
            )
            tree.leave_out(
                folder,
                [n for n in names if _file(folder, n)],
                "a baseline stands for what the versions before it do",
            )
            tree.leave_out_rest(
                folder, (), "Flyway runs only files called V<version>__<name>.sql and the like"
            )


def _file(folder: str, name: str) -> _File | None:
    if found := _VERSIONED.fullmatch(name):
        if found[1] in "vub" and "__" not in name:
            return None
        return _File(found[1].upper(), version(found[2]), folder, name)
    if _REPEATABLE.fullmatch(name):
        return _File("R", (), folder, name)
    return None


def _locations(files: dict[str, list[_File]]) -> dict[str, list[str]]:
    """The folders with such files, by the topmost of them over each; siblings for databases go together."""
    found: dict[str, list[str]] = {}
    for folder in sorted(files):
        location = folder
        above = parent(folder)
        if folder and (dialects_named(base(folder)) or base(folder).lower() in _SHARED):
            location = above
        while above:
            if above in found:
                location = above
                break
            above = parent(above)
        found.setdefault(location, []).append(folder)
    return found


def _histories(
    location: str, folders: list[str], files: dict[str, list[_File]]
) -> Iterator[tuple[str, list[str]]]:
    """The folders of each history of a location: its source, and those that are read together."""
    special = [folder for folder in folders if folder != location and _of_a_database(location, folder)]
    shared = [folder for folder in folders if folder not in special]
    apart: list[str] = []
    seen: dict[tuple[int, ...], str] = {}
    for folder in list(shared):
        versions = [file.version for file in files[folder] if file.letter == "V"]
        if any(version in seen for version in versions):
            shared.remove(folder)
            apart.append(folder)
        else:
            seen.update((version, folder) for version in versions)
    for folder in apart:
        yield folder, [folder]
    tops: dict[str, list[str]] = {}
    for folder in special:
        rest = folder[len(location) :].lstrip("/").split("/")
        tops.setdefault(join(location, rest[0]), []).append(folder)
    if not tops:
        if shared:
            yield (location if location in shared or len(shared) > 1 else shared[0]), shared
        return
    for top, members in tops.items():
        own = {file.version for folder in members for file in files[folder] if file.letter == "V"}
        common = [
            folder for folder in shared if not any(f.version in own for f in files[folder] if f.letter == "V")
        ]
        yield top, [*common, *members]
    used = {folder for folder in shared for top in tops}
    for folder in shared:
        if folder not in used:
            yield folder, [folder]


def _of_a_database(location: str, folder: str) -> bool:
    rest = folder[len(location) :].lstrip("/").split("/")
    return bool(rest) and bool(dialects_named(rest[0]))


def _plan(tree: Tree, source: str, files: list[_File]) -> Plan:
    undo = {file.version: file for file in files if file.letter == "U"}
    versioned = sorted(
        (file for file in files if file.letter == "V"), key=lambda file: (file.version, file.name)
    )
    baselines = [file for file in files if file.letter == "B"]
    if baselines:
        newest = max(baselines, key=lambda file: file.version)
        if not any(file.version <= newest.version for file in versioned):
            versioned.insert(0, newest)
    repeatable = sorted((file for file in files if file.letter == "R"), key=lambda file: file.name)
    scripts = [_script(tree, file, undo.get(file.version)) for file in versioned]
    for file in repeatable:
        script = _script(tree, file, None)
        scripts.append(
            Script(
                name=script.name,
                up=script.up,
                transactional=script.transactional,
                rollback="irreversible" if undo else None,
                rollback_reason="a repeatable migration is run again, not undone" if undo else None,
            )
        )
    return Plan(
        layout="flyway",
        source=source,
        scripts=tuple(scripts),
        has_down_parts=bool(undo),
        forward_only=not undo,
    )


def _script(tree: Tree, file: _File, undo: _File | None) -> Script:
    path = join(file.folder, file.name)
    configuration = f"{path}.conf"
    outside = configuration in tree.sources and bool(_OUTSIDE_TRANSACTION.search(tree.text(configuration)))
    return Script(
        name=stem(file.name),
        up=(Part(path),),
        down=None if undo is None else (Part(join(undo.folder, undo.name)),),
        transactional=False if outside else None,
    )
