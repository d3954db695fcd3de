"""The types of GeoAlchemy2: what PostGIS calls them, and the index that each brings to its table.

Source: `get_col_spec` and `check_management` in GeoAlchemy2 0.20, and its listener to `after_parent_attach`;
what becomes of a type modifier was asked of PostGIS 3.3.
"""

from __future__ import annotations

from schemalint.frontends.python_interpreter.values import Unknown, Value
from schemalint.frontends.sqlalchemy_constructs.schema_items import ColumnItem
from schemalint.frontends.sqlalchemy_constructs.sql_text import SqlExpression, raw
from schemalint.frontends.sqlalchemy_constructs.types import TypeClass, TypeObject
from schemalint.knowledge.dialects import POSTGRESQL_FAMILY, Dialect

SPATIAL = "geoalchemy2"
"""The package."""

_GEOGRAPHY_DEFAULT = 4326
"""The reference system of a geography that names none (PostGIS, `geography_typmod_in`)."""

_ARGUMENTS = "geometry_type srid dimension spatial_index use_N_D_index use_typmod from_text name nullable"
_PLACES = {
    "Geometry": {name: place for place, name in enumerate(_ARGUMENTS.split())},
    "Geography": {name: place for place, name in enumerate(_ARGUMENTS.split())},
    "Raster": {name: place for place, name in enumerate("spatial_index from_text name nullable".split())},
}
_DEFAULTS: dict[str, Value] = {
    "geometry_type": "GEOMETRY",
    "srid": -1,
    "spatial_index": True,
    "use_N_D_index": False,
    "use_typmod": None,
    "nullable": True,
}


def spatial_natives() -> dict[str, Value]:
    """The types by the paths that they are imported from."""
    return {
        f"{SPATIAL}{path}.{name}": TypeClass(name, SPATIAL) for name in _PLACES for path in ("", ".types")
    }


def is_spatial(kind: TypeObject | None) -> bool:
    """Whether a type is one of GeoAlchemy2's."""
    return kind is not None and kind.package == SPATIAL


def spatial_text(kind: TypeObject, dialect: Dialect) -> str:
    """The type as PostGIS lists it; "" where it can't be told, as in other databases."""
    if dialect not in POSTGRESQL_FAMILY:
        return ""
    name = kind.name.lower()
    if name == "raster":
        return name
    shape, system = _option(kind, "geometry_type"), _option(kind, "srid")
    if _option(kind, "use_typmod") is False or not isinstance(system, int):
        return ""
    if not shape:
        return name
    if not isinstance(shape, str):
        return ""
    if system <= 0 and name == "geography":
        system = _GEOGRAPHY_DEFAULT
    if system > 0:
        return f"{name}({shape.lower()},{system})"
    return name if shape.lower() == "geometry" else f"{name}({shape.lower()})"


def spatial_index(
    kind: TypeObject, column: ColumnItem, table_name: str
) -> tuple[Value, dict[str, Value]] | Unknown | None:
    """The key and the keywords of the index that a column of the type brings to its table.

    None where it brings none; Unknown where that can't be told.
    """
    wanted = _option(kind, "spatial_index")
    if wanted is False:
        return None
    if wanted is not True or _option(kind, "use_typmod") is False:
        return Unknown("the spatial index of a column")
    keywords: dict[str, Value] = {
        "name": f"idx_{table_name}_{column.name}",
        "postgresql_using": "gist",
    }
    if kind.name == "Raster":
        return SqlExpression(raw("ST_ConvexHull("), column, raw(")")), keywords
    if _option(kind, "use_N_D_index") is True:
        keywords["postgresql_ops"] = {column.name: "gist_geometry_ops_nd"}
    return column, keywords


def forbids_nulls(kind: TypeObject) -> bool:
    """Whether the type, and not the column, says that there are no nulls."""
    return _option(kind, "nullable") is False


def _option(kind: TypeObject, name: str) -> Value:
    place = _PLACES[kind.name].get(name)
    return _DEFAULTS[name] if place is None else kind.get(place, name, _DEFAULTS[name])
