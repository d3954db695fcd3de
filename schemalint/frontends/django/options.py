"""The options of a model's Meta that a database sees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemalint.frontends.django import meta
from schemalint.frontends.django.context import Context
from schemalint.frontends.django.database_features import are_there
from schemalint.frontends.django.model_state import Together
from schemalint.frontends.python_source.values import Value
from schemalint.source import Span

_PLAIN = (
    "db_table",
    "managed",
    "proxy",
    "swappable",
    "order_with_respect_to",
    "required_db_vendor",
    "abstract",
)


def together(value: Value) -> Together | None:
    """`unique_together` as tuples of names, whichever way it is written; None where it is computed."""
    if not value:
        return ()
    if isinstance(value, frozenset):
        value = sorted(value, key=repr)
    if not isinstance(value, list | tuple):
        return None
    if all(isinstance(item, str) for item in value):
        return (tuple(value),)
    found = []
    for names in value:
        if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
            return None
        found.append(tuple(names))
    return tuple(found)


def read_options(
    values: Mapping[str, Value], context: Context, span: Mapping[str, Span] | None
) -> tuple[dict[str, Any], bool]:
    """The options, and whether all that the database sees were understood.

    `span` says where the options stand that make an index or a constraint by themselves.
    """
    found: dict[str, Any] = {}
    understood = True
    for name in _PLAIN:
        if name in values:
            if isinstance(values[name], str | bool | None):
                found[name] = values[name]
            else:
                understood = False
    if values.get("required_db_features"):
        answer = are_there(values["required_db_features"], context.dialect)
        understood = understood and answer is not None
        found["is_supported"] = answer is not False
    for name in ("unique_together", "index_together"):
        if name in values:
            names = together(values[name])
            understood = understood and names is not None
            found[name] = names or ()
            if span is not None and name in span:
                found[f"{name} span"] = span[name]
    if "indexes" in values:
        indexes = [meta.read_index(item, context.project) for item in _items(values["indexes"])]
        understood = understood and None not in indexes and _is_list(values["indexes"])
        found["indexes"] = tuple(index for index in indexes if index is not None)
    if "constraints" in values:
        constraints = [meta.read_constraint(item, context.project) for item in _items(values["constraints"])]
        understood = understood and None not in constraints and _is_list(values["constraints"])
        found["constraints"] = tuple(item for item in constraints if item is not None)
    return found, understood


def _items(value: Value) -> list[Value]:
    return list(value) if isinstance(value, list | tuple) else []


def _is_list(value: Value) -> bool:
    return isinstance(value, list | tuple)
