"""node-pg-migrate: `-- Up Migration` and `-- Down Migration` in SQL files, among migrations in JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemalint.frontends.sql.layouts.sections import divided, first_line, marked_lines
from schemalint.frontends.sql.layouts.versions import by_number, stem
from schemalint.frontends.sql.plan import Decision, Part, Plan, Script
from schemalint.frontends.sql.tree import Tree, is_schema_name, join
from schemalint.source import SourceFile

_PROGRAM = re.compile(r"\d+[_-].*(?<!\.d)\.(?:js|ts|mjs|cjs|mts|cts)")


def find(tree: Tree) -> Iterator[Plan]:
    """Every folder whose files hold the marks."""
    for folder in list(tree.folders):
        if not tree.mentions(folder, "up migration", "down migration"):
            continue
        if not any(_marks(file) for name in tree.folders[folder] if (file := tree.file(join(folder, name)))):
            continue
        names = [name for name in tree.folders[folder] if not is_schema_name(name)]
        names += [name for name in tree.other_files(folder) if _PROGRAM.fullmatch(name)]
        yield Plan(
            layout="node-pg-migrate",
            source=folder,
            scripts=tuple(_script(tree, folder, name) for name in sorted(names, key=by_number)),
            decision=Decision("postgresql", "node-pg-migrate is for PostgreSQL"),
        )


def _marks(file: SourceFile) -> list[tuple[str, object]]:
    return [(kind, mark) for kind in ("up", "down") for mark in marked_lines(file.text, f"{kind} migration")]


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
            marker=file.span(downs[0].start, downs[0].end) if downs else first_line(file) if down else None,
        )
    sections = divided(file, marks, "-- Up Migration")
    return Script(name=stem(name), up=sections.up, down=sections.down, marker=sections.marker)
