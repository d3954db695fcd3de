"""The order in which Django would run the migrations of an empty database.

Source: `MigrationLoader.build_graph`, `MigrationGraph` and `MigrationExecutor.migration_plan`.
"""

from __future__ import annotations

from collections.abc import Iterable

from schemalint.frontends.django.migration_files import MigrationFile, Node
from schemalint.reachable import reachable


def in_order(files: Iterable[MigrationFile]) -> list[MigrationFile]:
    """The migrations in Django's order, squashed ones instead of those that they replace.

    Dependencies on apps that are not there are left out; a cycle ends somewhere.
    """
    by_node = {file.node: file for file in files}
    replaced = _replacements(by_node)
    kept = {node: file for node, file in by_node.items() if node not in replaced}
    parents: dict[Node, set[Node]] = {node: set() for node in kept}
    for node, file in kept.items():
        for dependency in file.dependencies:
            for found in _resolved(dependency, node, by_node, replaced):
                if found in kept and found != node:
                    parents[node].add(found)
        for dependent in file.run_before:
            for found in _resolved(dependent, node, by_node, replaced):
                if found in kept and found != node:
                    parents[found].add(node)
    for old, new in replaced.items():  # what the replaced ones needed, the squashed one needs
        for dependency in by_node[old].dependencies if old in by_node else ():
            for found in _resolved(dependency, new, by_node, replaced):
                if found in kept and new in kept and found != new and not _reaches(found, new, parents):
                    parents[new].add(found)
    children: dict[Node, set[Node]] = {node: set() for node in kept}
    for node, above in parents.items():
        for parent in above:
            children[parent].add(node)
    leaves = sorted(node for node in kept if all(child[0] != node[0] for child in children[node])) or sorted(
        kept
    )
    ordered: list[Node] = []
    seen: set[Node] = set()
    for leaf in [*leaves, *sorted(kept)]:
        for node in _forwards(leaf, parents):
            if node not in seen:
                seen.add(node)
                ordered.append(node)
    return [kept[node] for node in ordered]


def _replacements(by_node: dict[Node, MigrationFile]) -> dict[Node, Node]:
    """Which squashed migration stands in for a migration, be that still there or not.

    It is the last one where that was squashed again. Source: `MigrationGraph.remove_replaced_nodes`.
    """
    direct: dict[Node, Node] = {}
    for node in sorted(by_node):
        for old in by_node[node].replaces:
            if old != node:
                direct[old] = node
    found: dict[Node, Node] = {}
    for old, replacement in direct.items():
        new, steps = replacement, 0
        while new in direct and steps < len(direct):
            new, steps = direct[new], steps + 1
        if new != old:
            found[old] = new
    return found


def _resolved(
    wanted: Node, child: Node, by_node: dict[Node, MigrationFile], replaced: dict[Node, Node]
) -> list[Node]:
    """The migrations that a dependency means; `__first__` and `__latest__` are an app's first and last."""
    app, name = wanted
    if name in ("__first__", "__latest__"):
        if app == child[0]:
            return []
        own = sorted(node for node in by_node if node[0] == app and node not in replaced)
        within = {node: [above for above in by_node[node].dependencies if above[0] == app] for node in own}
        if name == "__first__":
            return [node for node in own if not within[node]][:1] or own[:1]
        needed = {dependency for dependencies in within.values() for dependency in dependencies}
        return [node for node in own if node not in needed][-1:] or own[-1:]
    return [replaced.get(wanted, wanted)]


def _reaches(start: Node, goal: Node, parents: dict[Node, set[Node]]) -> bool:
    """Whether `goal` is above `start`."""
    return goal in reachable([start], lambda node: parents.get(node, ()))


def _forwards(leaf: Node, parents: dict[Node, set[Node]]) -> list[Node]:
    """A migration after all that it needs (`MigrationGraph.iterative_dfs`)."""
    found: list[Node] = []
    seen: set[Node] = set()
    opened: set[Node] = set()
    stack: list[tuple[Node, bool]] = [(leaf, False)]
    while stack:
        node, done = stack.pop()
        if node in seen:
            continue
        if done:
            seen.add(node)
            found.append(node)
        elif node not in opened:
            opened.add(node)
            stack.append((node, True))
            stack += [(parent, False) for parent in sorted(parents.get(node, ())) if parent not in seen]
    return found
