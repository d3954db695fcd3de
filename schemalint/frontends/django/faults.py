"""What Django itself would say of migrations: conflicts in an app, dependencies that are not there.

Source: `MigrationLoader.detect_conflicts` and `MigrationLoader.build_graph`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemalint.frontends.django.migration_files import MigrationFile, Node
from schemalint.reading import Fault


def faults(files: Iterable[MigrationFile]) -> Iterator[Fault]:
    """The faults of the migrations of all apps; apps that are not in the project are not judged."""
    listed = list(files)
    known: set[Node] = {file.node for file in listed}
    replaced = {old for file in listed for old in file.replaces}
    apps = {app for app, _ in known}
    for file in listed:
        if file.node in replaced:
            continue
        for app, name in file.dependencies:
            if app in apps and (app, name) not in known | replaced and not name.startswith("__"):
                yield Fault(
                    kind="broken",
                    name=f"{file.node[0]}.{file.node[1]}",
                    span=file.span,
                    message=f"{file.node[0]}.{file.node[1]} depends on {app}.{name}, which is not there",
                )
    yield from _leaves([file for file in listed if file.node not in replaced])


def _leaves(files: list[MigrationFile]) -> Iterator[Fault]:
    """The apps with several newest migrations. A squashed migration is depended on by what it replaces."""
    stands_for = {old: file.node for file in files for old in file.replaces}
    followed = {
        (file.node[0], stands_for.get(node, node))
        for file in files
        for node in file.dependencies
        if node[0] == file.node[0]
    }
    leaves: dict[str, list[MigrationFile]] = {}
    for file in files:
        if (file.node[0], file.node) not in followed:
            leaves.setdefault(file.node[0], []).append(file)
    for app, ends in leaves.items():
        if len(ends) > 1:
            named = " and ".join([", ".join(end.node[1] for end in ends[:-1]), ends[-1].node[1]])
            yield Fault(
                kind="heads",
                name=f"{app}.{ends[-1].node[1]}",
                span=ends[-1].span,
                message=f"the app {app} has {len(ends)} leaf migrations: {named}",
                others=tuple((end.span, "another leaf") for end in ends[:-1]),
            )
