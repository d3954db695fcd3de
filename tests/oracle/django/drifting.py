"""What `schema-drift` compares of Django, in the terms in which `states.py` tells Django's own comparison."""

from __future__ import annotations

from schemalint.catalog import Check, ForeignKey, Index
from schemalint.comparison import Difference

Fact = tuple[str, ...]

ANY_DATABASE = {"ENGINE": "django.db.backends.postgresql", "NAME": "none"}
SQLITE = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
"""The databases that Django is asked for; they are never connected to."""


def fact(difference: Difference) -> Fact:
    """A difference as a fact: subject, table, name (or columns in brackets), aspect."""
    element = difference.left if difference.left is not None else difference.right
    table = "" if difference.table is None else str(difference.table)
    subject, name, aspect = difference.subject, difference.name, difference.aspect or ""
    if isinstance(element, Index):
        if element.origin == "primary key":
            return "primary key", table, "", aspect
        written = element.implied_by is None
        name = name if written else f"({', '.join(element.columns)})"
        return "unique" if element.unique else "index", table, name, aspect
    if isinstance(element, ForeignKey):
        return subject, table, f"({', '.join(element.columns)})", aspect
    if isinstance(element, Check) and difference.table is not None:
        given = f"{difference.table.name}_{'_'.join(element.columns)}_check"
        if element.name is None or element.name == given:  # a field's own
            return subject, table, f"({', '.join(element.columns)})", aspect
    return subject, table, name, aspect
