"""Classes with their bases, across files: the order in which attributes are looked up."""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from schemalint.frontends.python_source.definitions import (
    Assigned,
    ClassDefinition,
    Definition,
    External,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_source.project import Project

_MAXIMUM_ANCESTORS = 500


class UnknownBase(Struct, frozen=True, eq=False):
    """A base that can't be told; `text` is how it is written."""

    text: str


Ancestor = ClassDefinition | External | UnknownBase


def bases(project: Project, definition: ClassDefinition) -> list[Ancestor]:
    """The direct bases. `Generic[T]` counts as `Generic`, `with_metaclass(M, A, B)` as A and B."""
    found: list[Ancestor] = []
    nodes = list(definition.node.bases)
    while nodes:
        node = nodes.pop(0)
        match node:
            case ast.Subscript(value=value):
                nodes.insert(0, value)
                continue
            case ast.Call(func=ast.Name(id="with_metaclass") | ast.Attribute(attr="with_metaclass")):
                nodes = [*node.args[1:], *nodes]
                continue
        target: Definition | None = project.definition(definition.module, node)
        if target is None or isinstance(target, Assigned):
            target = project.computed(definition.module, node)
        if target is None and isinstance(node, ast.Name) and hasattr(builtins, node.id):
            if node.id != "object":
                found.append(External(f"builtins.{node.id}"))
            continue
        itself = isinstance(target, ClassDefinition) and target.node is definition.node
        if isinstance(target, ClassDefinition | External) and not itself:
            found.append(target)
        else:
            found.append(UnknownBase(definition.module.source(node)))
    return found


def ancestors(project: Project, definition: ClassDefinition) -> list[Ancestor]:
    """The class and all its bases, each once, in Python's order (C3); a cycle ends in some order."""
    known = project.linearized.get(definition.node)
    if known is None:
        if definition.node in project.linearizing:  # `class models(models.Model)`
            return [definition]
        project.linearizing.add(definition.node)
        found = _linearized(project, definition, ())
        known = found if found is not None else _depth_first(project, definition)
        project.linearizing.discard(definition.node)
        project.linearized[definition.node] = known
    return known


def _key(ancestor: Ancestor) -> object:
    return ancestor.node if isinstance(ancestor, ClassDefinition) else ancestor


def _linearized(
    project: Project, definition: ClassDefinition, below: tuple[ast.ClassDef, ...]
) -> list[Ancestor] | None:
    if definition.node in below or len(below) > 50:
        return None
    known = project.linearized.get(definition.node)
    if known is not None:
        return known
    direct = bases(project, definition)
    sequences: list[list[Ancestor]] = []
    for base in direct:
        if isinstance(base, ClassDefinition):
            order = _linearized(project, base, (*below, definition.node))
            if order is None:
                return None
            sequences.append(list(order))
        else:
            sequences.append([base])
    merged = _merged([*sequences, list(direct)])
    if merged is None or len(merged) > _MAXIMUM_ANCESTORS:
        return None
    merged.insert(0, definition)
    project.linearized[definition.node] = merged
    return merged


def _merged(sequences: list[list[Ancestor]]) -> list[Ancestor] | None:
    """The merge of C3: each time the first that stands behind none elsewhere; None where there is none."""
    behind = Counter(_key(other) for sequence in sequences for other in sequence[1:])
    places = [0] * len(sequences)
    merged: list[Ancestor] = []
    while True:
        heads = [
            sequence[place]
            for sequence, place in zip(sequences, places, strict=True)
            if place < len(sequence)
        ]
        if not heads:
            return merged
        candidate = next((head for head in heads if not behind[_key(head)]), None)
        if candidate is None:
            return None
        merged.append(candidate)
        chosen = _key(candidate)
        for number, sequence in enumerate(sequences):
            place = places[number]
            if place < len(sequence) and _key(sequence[place]) == chosen:
                places[number] = place + 1
                if place + 1 < len(sequence):
                    behind[_key(sequence[place + 1])] -= 1


def _depth_first(project: Project, definition: ClassDefinition) -> list[Ancestor]:
    found: list[Ancestor] = []
    seen: set[object] = set()
    waiting: list[Ancestor] = [definition]
    while waiting and len(found) < _MAXIMUM_ANCESTORS:
        current = waiting.pop(0)
        if _key(current) in seen:
            continue
        seen.add(_key(current))
        found.append(current)
        if isinstance(current, ClassDefinition):
            waiting = [*bases(project, current), *waiting]
    return found
