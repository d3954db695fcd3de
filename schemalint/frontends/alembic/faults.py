"""What Alembic itself would say of a history: several heads, revisions that are not there, ids used twice."""

from __future__ import annotations

from collections.abc import Iterator

from schemalint.frontends.alembic.graph import Graph
from schemalint.frontends.alembic.revisions import Revision
from schemalint.reading import Fault


def faults(revisions: list[Revision], group: list[Revision], graph: Graph) -> Iterator[Fault]:
    """The faults of a group of revisions that hang together; `revisions` are those of its environment."""
    members = {revision.id for revision in group}
    yield from _used_twice([revision for revision in revisions if revision.id in members])
    for revision in group:
        for parent in revision.down:
            if graph.named(parent) is None:
                yield Fault(
                    kind="broken",
                    name=revision.id,
                    span=revision.span,
                    message=f"revision {revision.id} follows {parent}, which is not there",
                )
    yield from _circle(group, graph)
    yield from _heads(group, graph)


def _used_twice(revisions: list[Revision]) -> Iterator[Fault]:
    seen: dict[str, Revision] = {}
    for revision in revisions:
        other = seen.setdefault(revision.id, revision)
        if other is not revision:
            yield Fault(
                kind="broken",
                name=revision.id,
                span=revision.span,
                message=f"revision {revision.id} is there twice",
                others=((other.span, "the other one"),),
            )


def _circle(group: list[Revision], graph: Graph) -> Iterator[Fault]:
    """Revisions that follow each other: what is left without every first and every last one."""
    parents = {revision.id: set(graph.parents(revision.id)) for revision in group}
    for _ in range(2):
        children: dict[str, set[str]] = {key: set() for key in parents}
        for key, above in parents.items():
            for parent in above & parents.keys():
                children[parent].add(key)
        count = {key: len(above & parents.keys()) for key, above in parents.items()}
        ready = [key for key, number in count.items() if not number]
        while ready:
            for child in children[ready.pop()]:
                count[child] -= 1
                if not count[child]:
                    ready.append(child)
        left = {key for key, number in count.items() if number}
        parents = {key: children[key] & left for key in left}
    circle = sorted((one for one in group if one.id in parents), key=lambda revision: revision.path)
    if circle:
        named = ", ".join(revision.id for revision in circle)
        yield Fault(
            kind="broken",
            name=circle[0].id,
            span=circle[0].span,
            message=f"revisions {named} follow each other in a circle",
            others=tuple((revision.span, "one of the circle") for revision in circle[1:]),
        )


def _heads(group: list[Revision], graph: Graph) -> Iterator[Fault]:
    """Several newest revisions, unless labels or dependencies say that the branches are there to stay."""
    if any(revision.labels or revision.depends_on for revision in group):
        return
    followed = {parent for revision in group for parent in graph.parents(revision.id)}
    heads = sorted((one for one in group if one.id not in followed), key=lambda head: head.path)
    if len(heads) > 1:
        named = " and ".join([", ".join(head.id for head in heads[:-1]), heads[-1].id])
        yield Fault(
            kind="heads",
            name=heads[-1].id,
            span=heads[-1].span,
            message=f"the history has {len(heads)} heads: {named}",
            others=tuple((head.span, "another head") for head in heads[:-1]),
        )
