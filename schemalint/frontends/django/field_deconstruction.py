"""Which arguments a field class of the project keeps from migrations: what its `deconstruct` takes away.

`makemigrations` compares what `deconstruct` gives, and so sees no change of such an argument.
Source: `Field.deconstruct`, `Field.clone` in `django/db/models/fields/__init__.py`; `deep_deconstruct` in
`django/db/migrations/autodetector.py`.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable, Iterator

from schemalint.frontends.django.constructors import method, own_name
from schemalint.frontends.python_source.definitions import ClassDefinition, FunctionDefinition
from schemalint.frontends.python_source.project import Project

ALL = frozenset(
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
"""The arguments that shape a column: what is lost where it can't be told what `deconstruct` gives."""


def unwritten(classes: Iterable[ClassDefinition], given: Container[str], project: Project) -> frozenset[str]:
    """The arguments that the methods of a class and of those above it may take away or decide themselves.

    Where a method writes down attributes instead, the constructor works the arguments out of them that are
    not `given` to it.
    """
    found: set[str] = set()
    for cls in classes:
        deconstructing = method(cls, "deconstruct", project)
        if deconstructing is not None:
            names = _taken_away(deconstructing.node)
            if _writes_attributes(deconstructing):
                names = frozenset(name for name in names if name in given)
            found |= names
    return frozenset(found)


def _writes_attributes(function: FunctionDefinition) -> bool:
    """Whether a method makes use of attributes of `self`, which nothing else needs it to."""
    own = own_name(function)
    return any(
        isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == own
        for node in ast.walk(function.node)
    )


def _taken_away(function: ast.FunctionDef | ast.AsyncFunctionDef) -> frozenset[str]:
    kept = _name_of_arguments(function)
    if kept is None:
        return frozenset() if _passes_on(function) else ALL
    found: set[str] = set()
    for node in ast.walk(function):
        for key in _keys(node, kept):
            names = _texts(key, function)
            if names is None:
                return ALL
            found |= names
        if _is_made_anew(node, kept):
            return ALL
    return frozenset(found)


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


def _keys(node: ast.AST, kept: str) -> Iterator[ast.expr]:
    """The keys under which a piece of code takes an argument away, or gives one that is always the same."""
    match node:
        case ast.Delete(targets=targets):
            places: list[ast.expr] = targets
        case ast.Assign(targets=targets, value=ast.Constant()):
            places = targets
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="pop"), args=[key, *_]) if (
            name == kept
        ):
            yield key
            return
        case _:
            return
    for place in places:
        match place:
            case ast.Subscript(value=ast.Name(id=name), slice=key) if name == kept:
                yield key


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
