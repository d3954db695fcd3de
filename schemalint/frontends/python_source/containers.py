"""Lists, tuples, sets, dictionaries and f-strings as values, comprehensions included."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from schemalint.frontends.python_source import builtin_calls, formatting
from schemalint.frontends.python_source.limits import MAXIMUM_LENGTH, MAXIMUM_STEPS, Exhausted
from schemalint.frontends.python_source.values import Scope, Unknown, Value, is_known

if TYPE_CHECKING:
    from schemalint.frontends.python_source.evaluate import Evaluator


def elements(evaluator: Evaluator, nodes: Iterable[ast.expr], scope: Scope) -> list[Value] | Unknown:
    """The values of elements, starred ones unpacked; Unknown where one can't be."""
    found: list[Value] = []
    for node in nodes:
        if isinstance(node, ast.Starred):
            value = evaluator.value(node.value, scope)
            items = builtin_calls.items(value)
            if items is None:
                return Unknown("a starred value")
            found += items
        else:
            found.append(evaluator.value(node, scope))
        if len(found) > MAXIMUM_LENGTH:
            raise Exhausted
    return found


def list_(evaluator: Evaluator, node: ast.List, scope: Scope) -> Value:
    """A list."""
    return elements(evaluator, node.elts, scope)


def tuple_(evaluator: Evaluator, node: ast.Tuple, scope: Scope) -> Value:
    """A tuple."""
    found = elements(evaluator, node.elts, scope)
    return tuple(found) if isinstance(found, list) else found


def set_(evaluator: Evaluator, node: ast.Set, scope: Scope) -> Value:
    """A set."""
    found: Value = elements(evaluator, node.elts, scope)
    if not is_known(found):
        return Unknown("a set of unknown values")
    try:
        return frozenset(found)
    except TypeError:
        return Unknown("a set of unhashable values")


def dict_(evaluator: Evaluator, node: ast.Dict, scope: Scope) -> Value:
    """A dictionary."""
    found: dict[Any, Value] = {}
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        value = evaluator.value(value_node, scope)
        if key_node is None:
            if not isinstance(value, dict):
                return Unknown("a dictionary with unknown entries")
            found.update(value)
            continue
        key = evaluator.value(key_node, scope)
        try:
            found[key] = value
        except TypeError:
            return Unknown("a dictionary with unhashable keys")
    return found


def joined(evaluator: Evaluator, node: ast.JoinedStr, scope: Scope) -> Value:
    """An f-string."""
    parts: list[str] = []
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            value = evaluator.value(part.value, scope)
            specification = evaluator.value(part.format_spec, scope) if part.format_spec is not None else ""
            text: Value = formatting.formatted(value, part.conversion, specification)
        else:
            text = evaluator.value(part, scope)
        if not isinstance(text, str):
            return text if isinstance(text, Unknown) else Unknown("a string with unknown parts")
        parts.append(text)
    whole = formatting.joined(parts)
    return Unknown("a long string") if whole is None else whole


def comprehension(evaluator: Evaluator, node: Any, scope: Scope) -> Value:
    """A list or set comprehension, or a generator."""
    found: list[Value] = []
    for names in rounds(evaluator, node.generators, scope):
        if names is None:
            return Unknown("a loop over unknown values")
        found.append(evaluator.value(node.elt, names))
        if len(found) > MAXIMUM_LENGTH:
            raise Exhausted
    if isinstance(node, ast.SetComp):
        return frozenset(found) if is_known(found) else Unknown("a set of unknown values")
    return found


def dict_comprehension(evaluator: Evaluator, node: ast.DictComp, scope: Scope) -> Value:
    """A dictionary comprehension."""
    found: dict[Any, Value] = {}
    for names in rounds(evaluator, node.generators, scope):
        if names is None:
            return Unknown("a loop over unknown values")
        key = evaluator.value(node.key, names)
        if not is_known(key):
            return Unknown("a dictionary with unknown keys")
        try:
            found[key] = evaluator.value(node.value, names)
        except TypeError:
            return Unknown("a dictionary with unhashable keys")
    return found


def rounds(evaluator: Evaluator, generators: list[ast.comprehension], scope: Scope) -> Iterator[Scope | None]:
    """The scope of each round of nested loops; None where one is over something unknown."""
    if not generators:
        yield scope
        return
    first, rest = generators[0], generators[1:]
    items = evaluator.items(evaluator.value(first.iter, scope))
    if items is None:
        yield None
        return
    for item in items:
        evaluator.steps += 1
        if evaluator.steps > MAXIMUM_STEPS:
            raise Exhausted
        names = dict(scope.names)
        if not bind(first.target, item, names):
            yield None
            return
        inner = Scope(module=scope.module, within=scope.within, names=names)
        conditions = [evaluator.value(condition, inner) for condition in first.ifs]
        if not is_known(conditions):
            yield None
            return
        if all(conditions):
            yield from rounds(evaluator, rest, inner)


def bind(target: ast.expr, value: Value, names: dict[str, Value]) -> bool:
    """Give the names of an assignment's target their values; whether that was possible."""
    match target:
        case ast.Name(id=name):
            names[name] = value
            return True
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            items = builtin_calls.items(value)
            if items is None or len(items) != len(targets):
                return False
            return all(bind(inner, item, names) for inner, item in zip(targets, items, strict=True))
    return False
