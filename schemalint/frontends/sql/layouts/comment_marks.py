"""Up and down parts told apart by a comment that says just that: `-- Up`, `# --- !Downs`, `-- //@UNDO`.

Play's evolutions, MyBatis Migrations, dbdeploy, npm's sqlite and many runners of a project's own do so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemalint.frontends.sql.layouts.pairs import half
from schemalint.frontends.sql.layouts.sections import Mark, divided
from schemalint.frontends.sql.layouts.versions import natural, stem
from schemalint.frontends.sql.plan import Part, Plan, Script
from schemalint.frontends.sql.tree import Tree, is_schema_name, is_seed_name, join
from schemalint.source import SourceFile

_EDGE = r"[ \t]*(?:--+|#)[-=#*!+:>@/ \t]*"
_END = r"(?:[ \t]+(?:migration|script|part|section|changes))?[-=#*!+:<. \t]*\r?$"
_UP = re.compile(rf"(?im)^{_EDGE}(?:ups?|upgrade|apply|forwards?){_END}")
_DOWN = re.compile(rf"(?im)^{_EDGE}(?:downs?|downgrade|rollback|revert|undo|backwards?){_END}")
_STATEMENT = re.compile(r"(?m)^[ \t]*(?!--|#|/\*)[A-Za-z]")
_ENOUGH = 0.5


def find(tree: Tree) -> Iterator[Plan]:
    """Every folder in which such comments divide most of the files, with statements behind both."""
    for folder in list(tree.folders):
        if not tree.mentions(folder, "down", "undo", "rollback", "revert", "backward"):
            continue
        names = [
            name
            for name in tree.folders[folder]
            if not is_schema_name(name) and not is_seed_name(name) and half(name) is None
        ]
        divided_names = [name for name in names if _is_divided(tree.text(join(folder, name)))]
        if not divided_names or len(divided_names) < _ENOUGH * len(names):
            continue
        yield Plan(
            layout="plain",
            source=folder,
            scripts=tuple(_script(tree, join(folder, name)) for name in sorted(names, key=natural)),
        )


def _is_divided(text: str) -> bool:
    down = _DOWN.search(text)
    if down is None or not _STATEMENT.search(text, down.end()):
        return False
    up = _UP.search(text)
    return up is not None or "undo" in down[0].lower()


def _script(tree: Tree, path: str) -> Script:
    name = stem(path.rpartition("/")[2])
    file = tree.file(path)
    if file is None:
        return Script(name=name, up=(Part(path),))
    marks = _marks(file)
    if not marks:
        return Script(name=name, up=(Part(path),))
    sections = divided(file, marks, "-- Up")
    return Script(name=name, up=sections.up, down=sections.down, marker=sections.marker)


def _marks(file: SourceFile) -> list[tuple[str, Mark]]:
    """The first mark of each side; without one for the up side, it begins where the file does."""
    text = file.text
    up, down = _UP.search(text), _DOWN.search(text)
    marks = [("up", Mark(0, 0, ()) if up is None else Mark(up.start(), up.end(), ()))]
    if down is not None:
        marks.append(("down", Mark(down.start(), down.end(), ())))
    return sorted(marks, key=lambda pair: pair[1].start)
