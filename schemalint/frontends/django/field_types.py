"""What Django's field classes are: their internal types, defaults and relations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from schemalint.frontends.python_source.values import Value

Relation = Literal["", "foreign key", "one to one", "many to many"]


class FieldType(Struct, frozen=True, kw_only=True):
    """A class of fields.

    `internal` is what `get_internal_type` gives: the key into each database's table of column types.
    `column` is False for fields that make none (GenericRelation, CompositePrimaryKey). `column_type` is
    set where a class says its type itself (`db_type`); a mapping is by database, and "" holds for others.
    `computed` names, by option, the default that the class works out where the option is given: how long a
    list of all countries is. `to` is the target of a class that has one of its own. `known` is False for a
    class that was not found.
    """

    internal: str
    relation: Relation = ""
    column: bool = True
    defaults: Mapping[str, Value] = {}
    computed: Mapping[str, str] = {}
    column_type: str | Mapping[str, str] | None = None
    empty_strings: bool = False
    to: str | None = None
    known: bool = True


def _text(internal: str, **defaults: Value) -> FieldType:
    return FieldType(internal=internal, empty_strings=True, defaults=defaults)


_PLAIN = (
    "AutoField BigAutoField SmallAutoField BooleanField DateField DateTimeField DecimalField DurationField"
    " FloatField IntegerField BigIntegerField SmallIntegerField PositiveIntegerField PositiveBigIntegerField"
    " PositiveSmallIntegerField TimeField UUIDField JSONField"
)

CORE: dict[str, FieldType] = {
    **{name: FieldType(internal=name) for name in _PLAIN.split()},
    "NullBooleanField": FieldType(internal="BooleanField", defaults={"null": True}),
    "CharField": _text("CharField"),
    "CommaSeparatedIntegerField": _text("CharField"),
    "EmailField": _text("CharField", max_length=254),
    "URLField": _text("CharField", max_length=200),
    "SlugField": _text("SlugField", max_length=50, db_index=True),
    "TextField": _text("TextField"),
    "FileField": _text("FileField", max_length=100),
    "ImageField": _text("FileField", max_length=100),
    "FilePathField": _text("FilePathField", max_length=100),
    "BinaryField": _text("BinaryField"),
    "IPAddressField": FieldType(internal="IPAddressField"),
    "GenericIPAddressField": FieldType(internal="GenericIPAddressField"),
    "OrderWrt": FieldType(internal="IntegerField"),
    "ForeignKey": FieldType(internal="ForeignKey", relation="foreign key", defaults={"db_index": True}),
    "OneToOneField": FieldType(
        internal="OneToOneField", relation="one to one", defaults={"db_index": True, "unique": True}
    ),
    "ManyToManyField": FieldType(internal="ManyToManyField", relation="many to many"),
    "GeneratedField": FieldType(internal="GeneratedField"),
    "CompositePrimaryKey": FieldType(internal="CompositePrimaryKey", column=False),
    "ForeignObject": FieldType(internal="ForeignObject", column=False),
    "Field": FieldType(internal="Field"),
}
"""The classes of `django.db.models`, by name."""

CONTENT_TYPES: dict[str, FieldType] = {
    "GenericForeignKey": FieldType(internal="GenericForeignKey", column=False),
    "GenericRelation": FieldType(internal="GenericRelation", column=False),
}

POSTGRESQL: dict[str, FieldType] = {
    "ArrayField": FieldType(internal="ArrayField"),
    "HStoreField": FieldType(internal="HStoreField", column_type="hstore"),
    "JSONField": FieldType(internal="JSONField"),
    "IntegerRangeField": FieldType(internal="IntegerRangeField", column_type="int4range"),
    "BigIntegerRangeField": FieldType(internal="BigIntegerRangeField", column_type="int8range"),
    "DecimalRangeField": FieldType(internal="DecimalRangeField", column_type="numrange"),
    "FloatRangeField": FieldType(internal="DecimalRangeField", column_type="numrange"),
    "DateTimeRangeField": FieldType(internal="DateTimeRangeField", column_type="tstzrange"),
    "DateRangeField": FieldType(internal="DateRangeField", column_type="daterange"),
    "CICharField": FieldType(internal="CICharField", empty_strings=True, column_type="citext"),
    "CIEmailField": FieldType(
        internal="CIEmailField", empty_strings=True, column_type="citext", defaults={"max_length": 254}
    ),
    "CITextField": FieldType(internal="CITextField", empty_strings=True, column_type="citext"),
    "SearchVectorField": FieldType(internal="SearchVectorField", column_type="tsvector"),
    "SearchQueryField": FieldType(internal="SearchQueryField", column_type="tsquery"),
    "OID": FieldType(internal="OID", column_type="oid"),
}
"""The classes of `django.contrib.postgres`, by name."""

GEOMETRIES = frozenset(
    {
        "GeometryField",
        "PointField",
        "LineStringField",
        "PolygonField",
        "MultiPointField",
        "MultiLineStringField",
        "MultiPolygonField",
        "GeometryCollectionField",
        "RasterField",
    }
)
"""The classes of `django.contrib.gis`: each has a spatial index unless `spatial_index=False`."""


SPATIAL: dict[str, FieldType] = {
    **{name: FieldType(internal=name, defaults={"spatial_index": True}) for name in GEOMETRIES},
    "ExtentField": FieldType(internal="ExtentField", column=False),
}

UNKNOWN = FieldType(internal="", known=False)


def of(name: str) -> FieldType | None:
    """The type of a class of Django's own, by its dotted name; None for every other name."""
    if not name.startswith("django."):
        return None
    last = name.rpartition(".")[2]
    if name.startswith("django.contrib.postgres."):
        return POSTGRESQL.get(last)
    if name.startswith("django.contrib.gis."):
        return SPATIAL.get(last) or CORE.get(last)
    if name.startswith("django.contrib.contenttypes."):
        return CONTENT_TYPES.get(last)
    if name.startswith("django.db.models"):
        return CORE.get(last)
    return None


def canonical(name: str) -> str:
    """A class's dotted name as `deconstruct` writes it: `django.db.models.CharField`."""
    if name.startswith(("django.db.models.", "django.contrib.gis.db.models.")):
        return f"django.db.models.{name.rpartition('.')[2]}"
    if name.startswith("django.contrib.postgres."):
        return f"django.contrib.postgres.{name.rpartition('.')[2]}"
    return name
