"""Ordered folders of plain SQL files, which no tool's marks or names explain."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from schemalint.frontends.sql.dialect_names import dialect_named
from schemalint.frontends.sql.layouts.beside import is_down_folder, is_down_name, scripts_beside
from schemalint.frontends.sql.layouts.schema_files import CREATES_TABLE
from schemalint.frontends.sql.layouts.versions import natural
from schemalint.frontends.sql.plan import Part, Plan, Script
from schemalint.frontends.sql.tree import Tree, base, is_schema_name, is_seed_name, join, parent

_MIGRATIONS = frozenset(
    "migrations migration migrate migrates schema_migrations db_migrations dbmigrations sql_migrations"
    " deltas delta updates update upgrades upgrade patches patch evolutions changes versions versioned"
    " revisions".split()
)
_NUMBERED = re.compile(r"(?i)(?P<prefix>[a-z_.-]{0,30}?)(?P<number>\d+(?:[._-]\d+)*)(?!\d).*\.sql")
_PREFIXES = frozenset(
    "v version migration migrate mig m patch update upgrade step schema db delta release change rev".split()
)
_VERSION_FOLDER = re.compile(r"v?\d+(?:[._-]\d+)*(?:[._-].*)?")
_FIRST = re.compile(r"(?i)(?:init|initial|initialize|base|baseline|create|setup)(?:[._-].*)?\.sql")
_SHAPES_CATALOG = re.compile(
    r"(?i)\b(?:create|alter|drop)\s+(?:(?:unlogged|unique)\s+)?(?:table|index|type)\b"
)
_MOST = 0.8


class _Manifest(msgspec.Struct):
    SchemaUpdateCqlFiles: list[str] = []


def find(tree: Tree) -> Iterator[Plan]:
    """Every folder called for migrations or with numbered files, and folders of folders with a version."""
    yield from _by_version_folder(tree)
    for folder in list(tree.folders):
        if is_down_folder(folder):
            continue
        names = [name for name in tree.folders[folder] if not _is_of_another_kind(name)]
        called = _is_called_for_migrations(folder)
        chosen = _ordered(names) if called else _numbered_alike(names)
        makes = _SHAPES_CATALOG if called else CREATES_TABLE
        if any(makes.search(tree.text(join(folder, name))) for name in chosen):
            yield _plan(tree, folder, chosen)
            tree.leave_out_rest(folder, (), "it is not numbered like the migrations beside it")


def _is_called_for_migrations(folder: str) -> bool:
    """`migrations`, and `migrations/mysql` for one of several databases."""
    if dialect_named(base(folder)) is not None:
        folder = parent(folder)
    return base(folder).lower() in _MIGRATIONS


def _is_of_another_kind(name: str) -> bool:
    return is_down_name(name) or is_schema_name(name) or is_seed_name(name)


def _ordered(names: list[str]) -> list[str]:
    """The migrations of a folder that is called for them: numbered ones, with what comes before them."""
    numbered = [name for name in names if _NUMBERED.fullmatch(name)]
    if len(numbered) <= len(names) / 2:
        numbered = names
    first = [name for name in names if name not in numbered and _FIRST.fullmatch(name)]
    return [*first, *sorted(numbered, key=natural)]


def _numbered_alike(names: list[str]) -> list[str]:
    """The files of any folder, if nearly all are numbered behind the same word, and each differently."""
    by_prefix: dict[str, list[str]] = {}
    numbers: set[str] = set()
    for name in names:
        found = _NUMBERED.fullmatch(name)
        if found is not None and (not found["prefix"] or found["prefix"].lower().strip("_.-") in _PREFIXES):
            by_prefix.setdefault(found["prefix"].lower(), []).append(name)
            numbers.add(found["number"])
    alike = max(by_prefix.values(), key=len, default=[])
    if len(alike) < 2 or len(alike) < _MOST * len(names) or len(numbers) < _MOST * len(alike):
        return []
    return sorted(alike, key=natural)


def _plan(tree: Tree, folder: str, names: list[str]) -> Plan:
    return Plan(
        layout="plain",
        source=folder,
        scripts=tuple(scripts_beside(tree, folder, names, transactional=False)),
        has_down_parts=False,
    )


def _by_version_folder(tree: Tree) -> Iterator[Plan]:
    """A folder for migrations that holds one folder for each version."""
    roots: dict[str, list[str]] = {}
    for folder in tree.folders:
        if _VERSION_FOLDER.fullmatch(base(folder)) and _is_called_for_migrations(parent(folder)):
            roots.setdefault(parent(folder), []).append(folder)
    for root, folders in roots.items():
        if len(folders) < 2:
            continue
        scripts = []
        for folder in sorted(folders, key=lambda folder: natural(base(folder))):
            names = _in_manifest_order(tree, folder)
            scripts.append(
                Script(
                    name=base(folder),
                    up=tuple(Part(join(folder, name)) for name in names if not is_down_name(name)),
                    down=tuple(Part(join(folder, name)) for name in names if is_down_name(name)) or None,
                    transactional=False,
                )
            )
        if any(_SHAPES_CATALOG.search(tree.text(part.path)) for script in scripts for part in script.up):
            yield Plan(layout="plain", source=root, scripts=tuple(scripts), has_down_parts=False)
            for folder in folders:
                tree.leave_out_rest(folder, (), "manifest.json does not name it")


def _in_manifest_order(tree: Tree, folder: str) -> list[str]:
    """By the list in a `manifest.json`, as Cadence and Temporal keep it, or else by number."""
    names = sorted(tree.folders[folder], key=natural)
    manifest = join(folder, "manifest.json")
    if manifest in tree.sources:
        try:
            listed = msgspec.json.decode(tree.text(manifest), type=_Manifest).SchemaUpdateCqlFiles
        except (msgspec.DecodeError, msgspec.ValidationError, RecursionError, UnicodeEncodeError):
            return names
        return [name for name in listed if name in tree.folders[folder]] or names
    return names
