"""Which arguments a field class of the project keeps from migrations: what its `deconstruct` takes away.

`makemigrations` compares what `deconstruct` gives, and so sees no change of such an argument.
Source: `Field.deconstruct`, `Field.clone` in `django/db/models/fields/__init__.py`; `deep_deconstruct` in
`django/db/migrations/autodetector.py`.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable, Iterator
from typing import NamedTuple, TypeGuard

from schemalint.frontends.django.constructors import method, own_name
from schemalint.frontends.python_source.definitions import ClassDefinition, FunctionDefinition
from schemalint.frontends.python_source.project import Project

_ALL = frozenset(
    {
        "base_field",
        "db_collation",
        "db_column",
        "db_constraint",
        "db_default",
        "db_index",
        "decimal_places",
        "max_digits",
        "max_length",
        "null",
        "on_delete",
        "primary_key",
        "size",
        "to_field",
        "unique",
    }
)
"""The arguments that shape a column."""


class Unwritten(NamedTuple):
    """What a class keeps from migrations: arguments that are `removed`, and those that it has `decided`."""

    removed: frozenset[str]
    decided: frozenset[str]


def unwritten(classes: Iterable[ClassDefinition], given: Container[str], project: Project) -> Unwritten:
    """What the methods of a class and of those above it do with arguments, on whatever condition.

    Where a method writes down attributes instead, the constructor works the arguments out of them that are
    not `given` to it.
    """
    removed: set[str] = set()
    decided: set[str] = set()
    for cls in classes:
        deconstructing = method(cls, "deconstruct", project)
        if deconstructing is None:
            continue
        found = _of_method(deconstructing.node)
        writes = _writes_attributes(deconstructing)
        removed |= {name for name in found.removed if name in given}
        decided |= found.decided
        if not writes:
            decided |= {name for name in found.removed if name not in given}
    return Unwritten(frozenset(removed), frozenset(decided))


def _writes_attributes(function: FunctionDefinition) -> bool:
    """Whether a method makes use of attributes of `self`, which nothing else needs it to."""
    own = own_name(function)
    return any(
        isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == own
        for node in ast.walk(function.node)
    )


def _of_method(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Unwritten:
    nothing: frozenset[str] = frozenset()
    kept = _name_of_arguments(function)
    if kept is None:
        return Unwritten(nothing, nothing if _passes_on(function) else _ALL)
    nodes = list(ast.walk(function))
    removed = _names((key for node in nodes for key in _removed(node, kept)), function)
    decided = _names((key for node in nodes for key in _decided(node, kept)), function)
    if removed is None or decided is None or any(_is_made_anew(node, kept) for node in nodes):
        return Unwritten(nothing, _ALL)
    return Unwritten(removed, decided)


def _names(keys: Iterable[ast.expr], function: ast.AST) -> frozenset[str] | None:
    """What keys are; None where that can't be told of one of them."""
    texts = [_texts(key, function) for key in keys]
    return None if None in texts else frozenset().union(*(one for one in texts if one is not None))


def _name_of_arguments(function: ast.AST) -> str | None:
    """What the method calls the keyword arguments that its base gives; None where it has no name for them."""
    for node in ast.walk(function):
        match node:
            case ast.Assign(
                targets=[ast.Tuple(elts=[_, _, _, ast.Name(id=name)])],
                value=ast.Call(func=ast.Attribute(attr="deconstruct")),
            ):
                return name
    return None


def _passes_on(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether the method returns what its base gives."""
    match function.body[-1]:
        case ast.Return(value=ast.Call(func=ast.Attribute(attr="deconstruct"))):
            return True
    return False


def _removed(node: ast.AST, kept: str) -> Iterator[ast.expr]:
    """The keys of the arguments that a piece of code takes away."""
    match node:
        case ast.Delete(targets=targets):
            yield from (place.slice for place in targets if _is_of(place, kept))
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="pop"), args=[key, *_]):
            if name == kept:
                yield key


def _decided(node: ast.AST, kept: str) -> Iterator[ast.expr]:
    """The keys of the arguments to which a piece of code gives a value that is always the same."""
    match node:
        case ast.Assign(targets=targets, value=ast.Constant()):
            yield from (place.slice for place in targets if _is_of(place, kept))
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="update")) if name == kept:
            yield from (
                ast.Constant(keyword.arg)
                for keyword in node.keywords
                if keyword.arg is not None and isinstance(keyword.value, ast.Constant)
            )
        case ast.Return(value=ast.Tuple(elts=[*_, ast.Dict(keys=keys, values=values)])):
            for key, value in zip(keys, values, strict=True):
                if key is not None and isinstance(value, ast.Constant):
                    yield key


def _is_of(place: ast.expr, kept: str) -> TypeGuard[ast.Subscript]:
    return isinstance(place, ast.Subscript) and isinstance(place.value, ast.Name) and place.value.id == kept


def _texts(key: ast.expr, function: ast.AST) -> set[str] | None:
    """What a key is, each in turn where a loop goes through them; None where that can't be told."""
    if isinstance(key, ast.Constant):
        return {str(key.value)}
    for node in ast.walk(function):
        match node:
            case ast.For(target=ast.Name(id=name), iter=ast.Tuple(elts=items) | ast.List(elts=items)):
                if isinstance(key, ast.Name) and key.id == name:
                    texts = {str(item.value) for item in items if isinstance(item, ast.Constant)}
                    return texts if len(texts) == len(items) else None
    return None


def _is_made_anew(node: ast.AST, kept: str) -> bool:
    """Whether other arguments are given than those of the base."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name == kept
        case ast.Return(value=ast.Tuple(elts=[*_, last])):
            return not any(isinstance(inner, ast.Name) and inner.id == kept for inner in ast.walk(last))
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="clear")):
            return name == kept
    return False
