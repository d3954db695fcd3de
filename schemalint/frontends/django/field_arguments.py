"""The arguments of calls of field classes, by name.

Source: the constructors in `django/db/models/fields/__init__.py` and `related.py` beside it.
"""

from __future__ import annotations

from schemalint.frontends.django.field_types import GEOMETRIES, FieldType
from schemalint.frontends.python_source.values import Call, Value
from schemalint.knowledge.numbers import whole_number

_COMMON = (
    "verbose_name",
    "name",
    "primary_key",
    "max_length",
    "unique",
    "blank",
    "null",
    "db_index",
    "rel",
    "default",
)
_POSITIONAL: dict[str, tuple[str, ...]] = {
    "DecimalField": ("verbose_name", "name", "max_digits", "decimal_places"),
    "FileField": ("verbose_name", "name", "upload_to", "storage"),
    "FilePathField": ("verbose_name", "name", "path", "match", "recursive", "allow_files", "allow_folders"),
    "DateField": ("verbose_name", "name", "auto_now", "auto_now_add"),
    "DateTimeField": ("verbose_name", "name", "auto_now", "auto_now_add"),
    "TimeField": ("verbose_name", "name", "auto_now", "auto_now_add"),
    "GenericIPAddressField": ("verbose_name", "name", "protocol", "unpack_ipv4"),
    "UUIDField": ("verbose_name",),
    "JSONField": ("verbose_name", "name", "encoder", "decoder"),
    "ForeignKey": (
        "to",
        "on_delete",
        "related_name",
        "related_query_name",
        "limit_choices_to",
        "parent_link",
        "to_field",
        "db_constraint",
    ),
    "OneToOneField": ("to", "on_delete", "to_field"),
    "ManyToManyField": (
        "to",
        "related_name",
        "related_query_name",
        "limit_choices_to",
        "symmetrical",
        "through",
        "through_fields",
        "db_constraint",
        "db_table",
        "swappable",
    ),
    "ArrayField": ("base_field", "size"),
    "CompositePrimaryKey": (),
    **dict.fromkeys(GEOMETRIES, ("verbose_name", "dim", "geography")),
    "RasterField": ("verbose_name", "srid", "spatial_index"),
}
_RELATIONS = {"foreign key": "ForeignKey", "one to one": "OneToOneField", "many to many": "ManyToManyField"}


def arguments_by_name(call: Call, kind: FieldType) -> dict[str, Value]:
    """A call's arguments by name; the first ones may come by position.

    Sizes that are written as texts are numbers to the database, as Django puts both into SQL in one way.
    """
    order = _POSITIONAL.get(_RELATIONS.get(kind.relation, kind.internal), _COMMON)
    named = dict(zip(order, call.arguments, strict=False))
    if kind.internal == "CompositePrimaryKey":
        named["fields"] = call.arguments
    found = {**named, **call.keywords}
    for size in ("max_length", "max_digits", "decimal_places"):
        if isinstance(written := found.get(size), str):
            number = whole_number(written)
            found[size] = written if number is None else number
    return found
