"""Models that inherit from models with tables: their parents, and the fields that lead to these.

Source: `ModelBase.__new__` in `django/db/models/base.py`, "Multi-table inheritance" in its documentation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from schemalint.frontends.django.class_metas import Metas
from schemalint.frontends.django.context import Context
from schemalint.frontends.django.fields import Field, ModelKey
from schemalint.frontends.django.model_state import ModelState
from schemalint.frontends.django.state import parent_link
from schemalint.frontends.python_source.classes import bases
from schemalint.frontends.python_source.definitions import ClassDefinition, External

_MAXIMUM_DEPTH = 30


def parents_of(
    definition: ClassDefinition,
    context: Context,
    metas: Metas,
    is_modelled: Callable[[ClassDefinition], bool],
    depth: int = 0,
) -> Iterator[ModelKey]:
    """The models with a table among the bases, the nearest in every line; for a proxy, its base.

    `is_modelled` says which classes are models, or may be; `depth` how many bases lie between.
    """
    if depth > _MAXIMUM_DEPTH:
        return
    for base in bases(context.project, definition):
        if isinstance(base, ClassDefinition):
            if metas.is_concrete(base) and context.meta_value(base, "proxy") is not True:
                key = context.class_key(base)
                if key is not None:
                    yield key
            elif is_modelled(base):
                yield from parents_of(base, context, metas, is_modelled, depth + 1)
        elif isinstance(base, External):
            known = context.known_base(base.name)
            if known is not None and known.concrete is not None:
                yield known.concrete


def with_parent_links(
    fields: dict[str, Field], parents: list[ModelKey], *, certain: bool
) -> dict[str, Field]:
    """The fields with a one-to-one field to each parent that none of them is a link to.

    `certain` says that there are no other fields, which might be such links.
    """
    links: dict[str, Field] = {}
    for parent in parents:
        own = [
            name
            for name, field in fields.items()
            if field.type.relation == "one to one"
            and field.to == parent
            and field.option("parent_link", False) is not False
        ]
        if own:
            fields[own[0]] = fields[own[0]].with_options(parent_link=True)
        else:
            link = parent_link(ModelState(app=parent[0], name=parent[1], fields={}))
            links[link.name] = replace(link, to=parent, certain=certain)
    if not any(field.primary_key for field in {**links, **fields}.values()) and parents:
        for name, field in {**links, **fields}.items():
            if field.to == parents[0] and field.option("parent_link") is True:
                promoted = field.with_options(primary_key=True)
                (links if name in links else fields)[name] = promoted
                break
    return {**links, **fields}
