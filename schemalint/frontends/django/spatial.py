"""Columns and indexes of GeoDjango: what PostGIS, MySQL and MariaDB are given for a geometry.

Source: `geo_db_type` in `django/contrib/gis/db/backends/*/operations.py`, and the `schema.py` beside it
(Django 4.2 to 6.1); what PostGIS 3.3 lists of the types.
"""

from __future__ import annotations

from schemalint.catalog import Index, Key
from schemalint.frontends.django.field_types import GEOMETRIES
from schemalint.frontends.django.fields import Field
from schemalint.knowledge.dialects import POSTGRESQL_FAMILY, Dialect

_LONGITUDE_AND_LATITUDE = 4326
_FLAT = 2


def is_spatial(field: Field) -> bool:
    """Whether a field is one of `django.contrib.gis`."""
    return field.type.internal in GEOMETRIES


def has_spatial_index(field: Field) -> bool:
    """Whether a field has a spatial index by itself."""
    return is_spatial(field) and field.option("spatial_index", True) is not False


def spatial_type(field: Field, dialect: Dialect) -> str:
    """The type of a spatial field's column; "" where it can't be told."""
    kind = field.type.internal.removesuffix("Field").lower()
    if dialect not in POSTGRESQL_FAMILY or kind == "raster":
        return kind
    system = field.option("srid", _LONGITUDE_AND_LATITUDE)
    if not isinstance(system, int):
        return ""
    shape = f"{kind}z" if _dimensions(field) > _FLAT else kind
    name = "geography" if _is_geography(field) else "geometry"
    if system > 0:
        return f"{name}({shape},{system})"
    return name if shape == "geometry" else f"{name}({shape})"


def spatial_index(field: Field, name: str) -> Index:
    """The index of one spatial field on PostGIS, whoever asks for one; nothing but its name can be chosen."""
    if field.type.internal == "RasterField":
        key = Key(expression=f'ST_ConvexHull("{field.column}")')
    elif _dimensions(field) > _FLAT and not _is_geography(field):
        key = Key(column=field.column, operator_class="gist_geometry_ops_nd")
    else:
        key = Key(column=field.column)
    return Index(name=name, keys=(key,), method="gist", implied_by=field.type.internal, span=field.span)


def _dimensions(field: Field) -> int:
    dimensions = field.option("dim", _FLAT)
    return dimensions if isinstance(dimensions, int) else _FLAT


def _is_geography(field: Field) -> bool:
    return field.option("geography", False) is True
