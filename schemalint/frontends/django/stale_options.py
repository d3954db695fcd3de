"""What a model's Meta still says of fields that it has no more: with that its table cannot be made again.

Django removes a field from the state of a model and leaves indexes and constraints there that name it. The
database has dropped them with the column; when DeleteModel is taken back, `Options.get_field` raises.
Source: `ProjectState.remove_field` in `django/db/migrations/state.py`, measured on Django 5.2.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from schemalint.frontends.django import columns
from schemalint.frontends.django.state import Model


def stale_field(model: Model) -> str | None:
    """A field that the model's Meta names and the model does not have; None where none is known."""
    if not model.source.complete:
        return None
    for name in _named(model):
        if model.field(name) is None and name not in model.source.fields:
            return name
    return None


def _named(model: Model) -> Iterator[str]:
    for option in ("unique_together", "index_together"):
        for names in model.option(option, ()):
            yield from names
    for index in model.option("indexes", ()):
        yield from index.fields
    for constraint in model.option("constraints", ()):
        yield from constraint.fields
        if constraint.kind == "check":
            asked: list[str] = []
            writer = replace(columns.writer(model), columns=asked.append)
            writer.condition(constraint.condition)
            yield from asked
