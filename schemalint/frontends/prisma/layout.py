"""Which files of a project make one schema together.

A schema has one datasource block, in a file of its own or with everything else, and Prisma reads a file, or a
folder with all `.prisma` files under it. What it was told to read stands in a command line or a configuration
that runs; so it is concluded from where the files lie.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from posixpath import commonpath, dirname

from msgspec import Struct

from schemalint.frontends.prisma.schema import File
from schemalint.frontends.prisma.syntax import Block


class SchemaFiles(Struct, frozen=True):
    """The files of one schema; `source` is the file, or the folder of several."""

    source: str
    files: tuple[File, ...]


def schemas(files: Iterable[File]) -> Iterator[SchemaFiles]:
    """The schemas that the files make, each file in at most one.

    A file without a datasource belongs to the one nearest to it: beside it or above it, or elsewhere under
    a folder that is named for Prisma. It is left out where it only repeats what the file with the datasource
    says: tools that put a schema together leave both lying about. Files that belong to no datasource are
    schemas by folder.
    """
    listed = sorted(files, key=lambda file: file.path)
    roots = [file for file in listed if _has_datasource(file)]
    members: dict[str, list[File]] = {root.path: [root] for root in roots}
    alone: dict[str, list[File]] = {}
    for file in listed:
        if file.path in members:
            continue
        root = _root_of(file, roots)
        if root is None:
            alone.setdefault(dirname(file.path), []).append(file)
        elif not _repeats(file, root):
            members[root.path].append(file)
    for group in members.values():
        yield _together(group)
    for group in _by_outermost_folder(alone):
        yield _together(group)


def _has_datasource(file: File) -> bool:
    return any(block.keyword == "datasource" for block in file.blocks)


def _declared(file: File) -> set[str]:
    return {block.name for block in file.blocks if _declares(block)}


def _declares(block: Block) -> bool:
    return block.keyword in ("model", "view", "type", "enum")


def _repeats(file: File, root: File) -> bool:
    return not _declared(file).isdisjoint(_declared(root))


def _root_of(file: File, roots: list[File]) -> File | None:
    """The file with the datasource that a file belongs to; None if there is none, or no telling which."""
    folder = dirname(file.path)
    while True:
        beside = [root for root in roots if dirname(root.path) == folder]
        if beside:
            return beside[0] if len(beside) == 1 else None
        name = folder.rpartition("/")[2]
        if _is_named_for_schemas(name):
            below = [root for root in roots if root.path.startswith(f"{folder}/")]
            if below:
                return below[0] if len(below) == 1 else None
        if not folder:
            return None
        folder = dirname(folder)


def _is_named_for_schemas(folder: str) -> bool:
    name = folder.lower()
    return "prisma" in name or "schema" in name or name in ("db", "database", "model", "models")


def _by_outermost_folder(alone: Mapping[str, list[File]]) -> Iterator[list[File]]:
    """Folders of files without a datasource, each with what lies under it."""
    outermost: dict[str, list[File]] = {}
    for folder in sorted(alone):
        above = next((other for other in outermost if other and folder.startswith(f"{other}/")), folder)
        outermost.setdefault(above, []).extend(alone[folder])
    yield from outermost.values()


def _together(files: list[File]) -> SchemaFiles:
    if len(files) == 1:
        return SchemaFiles(files[0].path, tuple(files))
    ordered = tuple(sorted(files, key=lambda file: file.path))
    folder = commonpath([dirname(file.path) or "." for file in ordered]) if ordered else ""
    return SchemaFiles(folder or ".", ordered)
