"""Postgrator: `001.do.name.sql` with `001.undo.name.sql`, by number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemalint.frontends.sql.layouts.versions import leading_number
from schemalint.frontends.sql.plan import Part, Plan, Script
from schemalint.frontends.sql.tree import Tree, join

_SCRIPT = re.compile(r"(?i)(\d+)\.(do|undo)(?:\.(.*))?\.sql")


def find(tree: Tree) -> Iterator[Plan]:
    """Every folder with files of these names."""
    for folder in list(tree.folders):
        ups: dict[int, str] = {}
        downs: dict[int, str] = {}
        for name in tree.folders[folder]:
            found = _SCRIPT.fullmatch(name)
            number = leading_number(name)
            if found is not None and number is not None:
                (ups if found[2].lower() == "do" else downs)[number] = name
        if not ups:
            continue
        yield Plan(
            layout="postgrator",
            source=folder,
            scripts=tuple(
                Script(
                    name=ups[number][:-4],
                    up=(Part(join(folder, ups[number])),),
                    down=(Part(join(folder, downs[number])),) if number in downs else None,
                    transactional=False,
                )
                for number in sorted(ups)
            ),
        )
        tree.leave_out_rest(folder, (), "Postgrator runs only files called <number>.do.<name>.sql")
