"""What the two sides of a difference have, in words that fit behind a colon."""

from __future__ import annotations

from schemalint.catalog import Column, ForeignKey, Index, Key
from schemalint.comparison import Difference, Element
from schemalint.knowledge.expressions import tidy
from schemalint.knowledge.types import is_serial


def both_sides(difference: Difference, here: str, there: str) -> str:
    """What either side has of an element that both have; empty where that takes more than a few words.

    `here` and `there` say where the left side and the right side are, as in "text here, uuid there".
    """
    one, other = difference.left, difference.right
    if isinstance(one, tuple) and isinstance(other, tuple):
        only = ((here, set(one) - set(other)), (there, set(other) - set(one)))
        return "; ".join(f"only {where}: {', '.join(sorted(labels))}" for where, labels in only if labels)
    if one is None or other is None:
        return ""
    if isinstance(one, ForeignKey) and isinstance(other, ForeignKey):
        pairs = [
            (left, right) for left, right in zip(_parts(one), _parts(other), strict=True) if left != right
        ]
        return ", ".join(f"{left} {here}, {right} {there}" for left, right in pairs)
    left, right = _told(one, difference.aspect), _told(other, difference.aspect)
    return f"{left} {here}, {right} {there}" if left and right and left != right else ""


def one_side(element: Element) -> str:
    """What an element is that only one side has: a column's type, an index's or a key's columns."""
    if isinstance(element, Column):
        return element.type if element.nullable else f"{element.type} NOT NULL"
    return _told(element, "definition")


def _told(element: Element, aspect: str | None) -> str:
    if isinstance(element, Column):
        if aspect == "type":
            return element.type
        if aspect == "nullability":
            return "NULL" if element.nullable else "NOT NULL"
        return _default(element) if aspect == "default" else ""
    if isinstance(element, Index):
        where = f" where {element.predicate}" if element.predicate is not None else ""
        unique = "unique " if element.unique and element.origin != "primary key" else ""
        return f"{unique}({', '.join(map(_key, element.keys))}){where}"
    return " ".join(_parts(element)[:2]) if isinstance(element, ForeignKey) else ""


def _default(column: Column) -> str:
    if is_serial(column.type) or (column.default or "").lower().startswith("nextval"):
        return "a sequence"
    return "none" if column.default is None else tidy(column.default)


def _parts(key: ForeignKey) -> tuple[str, ...]:
    """A foreign key's columns, its target and its actions."""
    columns = f"({', '.join(key.target_columns)})" if key.target_columns else ""
    return (
        f"({', '.join(key.columns)})",
        f"to {key.target}{columns}",
        f"on delete {key.on_delete}",
        f"on update {key.on_update}",
    )


def _key(key: Key) -> str:
    subject = key.column if key.column is not None else f"({key.expression})"
    return f"{subject} desc" if key.order == "desc" else subject
