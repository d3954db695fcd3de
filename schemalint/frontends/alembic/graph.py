"""The revisions of one environment as graphs: what belongs together, in the order of its runs."""

from __future__ import annotations

from schemalint.frontends.alembic.revisions import Revision
from schemalint.reachable import reachable


class Graph:
    """Revisions by id; a parent may be named by a label, or by the beginning of its id."""

    def __init__(self, revisions: list[Revision]) -> None:
        self.revisions: dict[str, Revision] = {}
        for revision in revisions:
            self.revisions.setdefault(revision.id, revision)
        self._labels = {label: revision for revision in revisions for label in revision.labels}
        self._parents = {key: self._resolved(revision) for key, revision in self.revisions.items()}
        self._children: dict[str, list[str]] = {key: [] for key in self.revisions}
        for key, parents in self._parents.items():
            for parent in parents:
                self._children[parent].append(key)

    def _resolved(self, revision: Revision) -> list[str]:
        found = []
        for name in revision.parents:
            parent = self.named(name)
            if parent is not None and parent != revision.id and parent not in found:
                found.append(parent)
        return found

    def named(self, name: str) -> str | None:
        """The id of the revision that a parent's name means: an id, the beginning of one, a label."""
        if name in self.revisions:
            return name
        plain = name.partition("@")[2] or name
        if plain in self.revisions:
            return plain
        label = name.partition("@")[0]
        if label in self._labels:
            return self._labels[label].id
        if len(plain) >= 4:
            matching = [key for key in self.revisions if key.startswith(plain)]
            if len(matching) == 1:
                return matching[0]
        return None

    def parents(self, identifier: str) -> list[str]:
        """The revisions that have to be run before one, as far as they are there."""
        return self._parents[identifier]

    def components(self) -> list[list[Revision]]:
        """The revisions that hang together, each group in the order in which `upgrade heads` runs it."""
        seen: set[str] = set()
        found: list[list[Revision]] = []
        for start in self.revisions:
            if start in seen:
                continue
            group = reachable([start], lambda key: [*self._parents[key], *self._children[key]])
            seen |= group
            found.append([self.revisions[key] for key in self._ordered(group)])
        return found

    def _ordered(self, group: set[str]) -> list[str]:
        """Parents first. As Alembic does it: down one branch from the first head, then down the next.

        Source: `RevisionMap._topological_sort`, whose order from the heads down is run backwards.
        """
        keys = [key for key in self.revisions if key in group]
        heads = [key for key in keys if not any(child in group for child in self._children[key])]
        waiting_for = {key: sum(child in group for child in self._children[key]) for key in keys}
        output: list[str] = []
        done: set[str] = set()
        stack = list(reversed(heads))
        while stack:
            current = stack.pop()
            if current in done or waiting_for[current] > 0:
                continue
            done.add(current)
            output.append(current)
            ready = []
            for parent in self._parents[current]:
                if parent in group:
                    waiting_for[parent] -= 1
                    if waiting_for[parent] == 0:
                        ready.append(parent)
            stack += reversed(ready)
        output += [key for key in reversed(keys) if key not in done]  # a circle
        return output[::-1]
