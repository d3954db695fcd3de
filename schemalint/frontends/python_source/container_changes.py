"""What changes a list or a dictionary while a function is followed: methods, and statements about its items.

Values are never changed in place: all names that stood for the container stand for another one afterwards.
What is done to a container in a way that can't be told leaves one that is not known.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from schemalint.frontends.python_source.limits import MAXIMUM_LENGTH, Exhausted
from schemalint.frontends.python_source.values import Call, Scope, Unknown, Value, is_known

if TYPE_CHECKING:
    from schemalint.frontends.python_source.evaluate import Evaluator

_OF_DICTIONARIES = frozenset({"clear", "pop", "popitem", "setdefault", "update"})
_OF_LISTS = frozenset({"append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"})


class NotFollowed(Exception):
    """A function does something to the values of its caller."""


_CHANGED = Unknown("a container that is changed in a way that is not followed")


def by_method(evaluator: Evaluator, node: ast.Call, scope: Scope) -> Value:
    """The value of a call of a method that changes a container of the scope; `...` for all other calls."""
    match node.func:
        case ast.Attribute(value=ast.Name(id=name), attr=method) if scope.followed:
            if not _is_changing(scope.names.get(name), method):
                return ...
            call = evaluator.call(node, scope)
            owner = scope.names.get(name)  # after what its arguments may have changed
            new, value = _CHANGED, _CHANGED
            if isinstance(owner, dict):
                new, value = _dictionary(owner, method, call)
            elif isinstance(owner, list):
                new, value = _list(owner, method, call)
            rebind(scope, owner, new)
            return value
    return ...


def _is_changing(owner: Value, method: str) -> bool:
    if isinstance(owner, dict):
        return method in _OF_DICTIONARIES
    return isinstance(owner, list) and method in _OF_LISTS


def set_item(target: ast.Subscript, key: Value, value: Value, scope: Scope) -> bool:
    """`name[key] = value`; whether it was followed."""
    if not isinstance(target.value, ast.Name):
        return False
    owner = scope.names.get(target.value.id)
    if not isinstance(owner, dict):
        return False
    rebind(scope, owner, {**owner, key: value} if _is_key(key) else _CHANGED)
    return True


def delete_item(evaluator: Evaluator, target: ast.expr, scope: Scope) -> bool:
    """`del name[key]`; whether it was followed."""
    if not isinstance(target, ast.Subscript) or not isinstance(target.value, ast.Name):
        return False
    owner = scope.names.get(target.value.id)
    if not isinstance(owner, dict):
        return False
    key = evaluator.value(target.slice, scope)
    known = _is_key(key) and key in owner
    rebind(scope, owner, {one: item for one, item in owner.items() if one != key} if known else _CHANGED)
    return True


def rebind(scope: Scope, owner: Value, new: Value) -> None:
    """Let the names that stand for a container stand for another one.

    NotFollowed where a caller has it, too.
    """
    assert isinstance(scope.names, dict)
    if any(owner is one for one in scope.lent):
        raise NotFollowed
    if isinstance(new, list | dict) and len(new) > MAXIMUM_LENGTH:
        raise Exhausted
    for name, value in scope.names.items():
        if value is owner:
            scope.names[name] = new


def _is_key(value: Value) -> bool:
    return isinstance(value, str | int | None)


def _dictionary(owner: dict[Any, Value], method: str, call: Call) -> tuple[Value, Value]:
    """What a method leaves of a dictionary, and what it gives."""
    if method == "update":
        return _updated(owner, call), None
    if method == "clear":
        return {}, None
    key = call.arguments[0] if call.arguments else _CHANGED
    if not call.complete or call.keywords or not _is_key(key) or method == "popitem":
        return _CHANGED, _CHANGED
    default = call.arguments[1] if len(call.arguments) > 1 else None
    if method == "setdefault":
        return ({**owner, key: default}, default) if key not in owner else (owner, owner[key])
    if key not in owner:
        return owner, default if len(call.arguments) > 1 else Unknown("a key that is not there")
    return {one: item for one, item in owner.items() if one != key}, owner[key]


def _updated(owner: dict[Any, Value], call: Call) -> Value:
    found = dict(owner)
    for argument in call.arguments:
        pairs = isinstance(argument, list | tuple) and all(_is_pair(item) for item in argument)
        if pairs or isinstance(argument, dict):
            found.update(argument)
        else:
            return _CHANGED
    return {**found, **call.keywords} if call.complete else _CHANGED


def _is_pair(item: Value) -> bool:
    return isinstance(item, list | tuple) and len(item) == 2 and _is_key(item[0])


def _list(owner: list[Value], method: str, call: Call) -> tuple[Value, Value]:
    """What a method leaves of a list, and what it gives."""
    match method, call.arguments:
        case _ if not call.complete or call.keywords:
            pass
        case "append", (item,):
            return [*owner, item], None
        case "extend", (list() | tuple() as items,):
            return [*owner, *items], None
        case "insert", (int(place), item):
            return [*owner[:place], item, *owner[place:]], None
        case "pop", () if owner:
            return owner[:-1], owner[-1]
        case "pop", (int(place),) if -len(owner) <= place < len(owner):
            place %= len(owner)
            return [*owner[:place], *owner[place + 1 :]], owner[place]
        case "remove", (item,) if is_known(owner) and is_known(item) and item in owner:
            place = owner.index(item)
            return [*owner[:place], *owner[place + 1 :]], None
        case "clear", ():
            return [], None
        case "reverse", ():
            return owner[::-1], None
    return _CHANGED, _CHANGED
