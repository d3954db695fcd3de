"""Enumerations of choices: their values, labels and names, as lengths of fields are worked out of them.

Source: `ChoicesType` in `django/db/models/enums.py`. A member counts for its value.
"""

from __future__ import annotations

import ast

from schemalint.frontends.python_source.classes import ancestors
from schemalint.frontends.python_source.definitions import ClassDefinition, External
from schemalint.frontends.python_source.evaluate import Evaluator
from schemalint.frontends.python_source.values import Reference, Scope, Value

_PLACES = {"values": 0, "__iter__": 0, "labels": 1, "names": 2}
_CLASSES = frozenset({"Choices", "IntegerChoices", "TextChoices"})


def member(owner: Value, name: str, evaluator: Evaluator) -> Value:
    """An attribute of an enumeration of choices; `...` where it is none, or does not say its members."""
    if name not in _PLACES and name != "choices":
        return ...
    if not isinstance(owner, Reference) or not isinstance(owner.definition, ClassDefinition):
        return ...
    definition = owner.definition
    if not any(_is_choices(base) for base in ancestors(evaluator.project, definition)):
        return ...
    members: list[tuple[Value, Value, str]] = []
    for one, node in evaluator.project.class_bindings(definition).names.items():
        if one.startswith("_") or not isinstance(node, ast.expr):
            continue
        value = evaluator.value(node, Scope(module=definition.module, within=definition))
        if isinstance(value, tuple | list) and len(value) == 2:
            members.append((*value, one))
        else:
            members.append((value, one.replace("_", " ").title(), one))
    if name == "choices":
        return [item[:2] for item in members]
    return [item[_PLACES[name]] for item in members]


def _is_choices(base: object) -> bool:
    if not isinstance(base, External):
        return False
    package, _, name = base.name.rpartition(".")
    return package.startswith("django.db.models") and name in _CLASSES
