"""How values are bound to targets: names, attributes, elements, tuples of these."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.frames import Frame
from schemalint.frontends.python_interpreter.values import (
    CONTAINERS,
    PythonObject,
    Rest,
    Unknown,
    Value,
    rest_of,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


def sure_items(interpreter: Interpreter, value: Value) -> tuple[list[Value], Unknown | None]:
    """The elements that are there in any case, and what makes the rest uncertain."""
    if isinstance(value, CONTAINERS) and (rest := rest_of(value)):
        return [item for item in value if not isinstance(item, Rest)], rest
    items = interpreter.items(value)
    return ([], items) if isinstance(items, Unknown) else (items, None)


def bind(interpreter: Interpreter, target: ast.expr, value: Value, frame: Frame) -> None:
    """Assign a value to a target: a name, an attribute, an element, several of them."""
    match target:
        case ast.Name(id=name):
            interpreter.bind(name, value, frame)
        case ast.Attribute(value=owner_node, attr=name):
            owner = interpreter.evaluate(owner_node, frame)
            if isinstance(owner, PythonObject):
                owner.set_attribute(interpreter, frame.mangled(name), value)
        case ast.Subscript(value=owner_node, slice=slice_node):
            owner = interpreter.evaluate(owner_node, frame)
            set_element(interpreter, owner, interpreter.evaluate(slice_node, frame), value)
        case ast.Starred(value=inner):
            bind(interpreter, inner, value, frame)
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            _bind_all(interpreter, targets, value, frame)


def _bind_all(interpreter: Interpreter, targets: list[ast.expr], value: Value, frame: Frame) -> None:
    items = interpreter.items(value)
    star = next((place for place, target in enumerate(targets) if isinstance(target, ast.Starred)), None)
    if isinstance(items, Unknown) or (
        len(items) != len(targets) if star is None else len(items) < len(targets) - 1
    ):
        unknown = items if isinstance(items, Unknown) else Unknown("values that don't fit their names")
        for target in targets:
            bind(interpreter, target, unknown, frame)
        return
    if star is not None:
        behind = len(targets) - star - 1
        middle = items[star : len(items) - behind]
        items = [*items[:star], middle, *items[len(items) - behind :]]
    for target, item in zip(targets, items, strict=True):
        bind(interpreter, target, item, frame)


def set_element(interpreter: Interpreter, owner: Value, key: Value, value: Value) -> None:
    """`owner[key] = value`."""
    if isinstance(owner, PythonObject):
        owner.set_item(interpreter, key, value)
    elif isinstance(owner, dict):
        try:
            interpreter.record(owner, key)
            owner[key] = value
        except TypeError:
            pass
    elif isinstance(owner, list) and isinstance(key, int) and -len(owner) <= key < len(owner):
        interpreter.record(owner)
        owner[key] = value
