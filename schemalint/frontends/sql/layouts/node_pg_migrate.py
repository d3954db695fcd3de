"""node-pg-migrate: `-- Up Migration` and `-- Down Migration` in SQL files, among migrations in JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemalint.frontends.sql.layouts.pairs import half
from schemalint.frontends.sql.layouts.sections import divided, marked_lines
from schemalint.frontends.sql.layouts.versions import by_number, stem
from schemalint.frontends.sql.plan import Decision, Part, Plan, Script
from schemalint.frontends.sql.tree import Tree, is_schema_name, join

_PROGRAM = re.compile(r"\d+[_-].*(?<!\.d)\.(?:js|ts|mjs|cjs|mts|cts)")


def find(tree: Tree) -> Iterator[Plan]:
    """Every folder whose files hold the marks."""
    for folder in list(tree.folders):
        if not tree.mentions(folder, "up migration", "down migration") or not _is_own(tree, folder):
            continue
        names = [name for name in tree.folders[folder] if not is_schema_name(name)]
        names += [name for name in tree.other_files(folder) if _PROGRAM.fullmatch(name)]
        yield Plan(
            layout="node-pg-migrate",
            source=folder,
            scripts=tuple(_script(tree, folder, name) for name in sorted(names, key=by_number)),
            decision=Decision("postgresql", "node-pg-migrate is for PostgreSQL"),
        )


def _is_own(tree: Tree, folder: str) -> bool:
    """Whether a file has both marks, or the package asks for the tool; pairs of files are another tool's."""
    names = tree.folders[folder]
    if any(half(name) for name in names):
        return False
    package = tree.nearest(folder, "package.json")
    if package is not None and '"node-pg-migrate"' in tree.text(package):
        return True
    return any(
        all(any(marked_lines(text, f"{side} migration")) for side in ("up", "down"))
        for name in names
        if (text := tree.text(join(folder, name)))
    )


def _script(tree: Tree, folder: str, name: str) -> Script:
    path = join(folder, name)
    if not name.lower().endswith(".sql"):
        return Script(name=name.partition(".")[0], up=(), program=f"a migration in JavaScript, {path}")
    file = tree.file(path)
    if file is None:
        return Script(name=stem(name), up=(Part(path),))
    marks = [
        (kind, mark)
        for kind in ("up", "down")
        for mark in list(marked_lines(file.text, f"{kind} migration"))[:1]
    ]
    marks.sort(key=lambda pair: pair[1].start)
    if not any(kind == "up" for kind, _ in marks):  # without a mark, the whole file is the up part
        downs = [mark for kind, mark in marks if kind == "down"]
        down = (Part(path, downs[0].end),) if downs else None
        return Script(
            name=stem(name),
            up=(Part(path),),
            down=down,
            marker=file.span(downs[0].start, downs[0].end) if downs else None,
        )
    sections = divided(file, marks, "-- Up Migration")
    return Script(name=stem(name), up=sections.up, down=sections.down, marker=sections.marker)
