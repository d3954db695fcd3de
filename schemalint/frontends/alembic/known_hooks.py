"""Hooks for `context.configure` that other packages bring: which tables autogenerate is not to see.

Source: `include_object` in `geoalchemy2/alembic_helpers.py` (GeoAlchemy2 0.20).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.values import Arguments, Native, Unknown, Value

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

_OF_SPATIAL_EXTENSIONS = (
    "geometry_columns",
    "spatial_ref_sys",
    "spatialite_history",
    "sqlite_sequence",
    "views_geometry_columns",
    "virts_geometry_columns",
    "idx_",
    "gpkg_",
    "vgpkg_",
)


def known_hooks() -> dict[str, Value]:
    """The hooks by the paths that they are imported from."""
    name = "geoalchemy2.alembic_helpers.include_object"
    return {name: Native(name, _include_object)}


def _include_object(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`include_object(object, name, type, reflected, compare_to)`: no table of a spatial extension."""
    name, kind = arguments.get(1, "name"), arguments.get(2, "obj_type")
    if kind != "table":
        return True
    return not name.startswith(_OF_SPATIAL_EXTENSIONS) if isinstance(name, str) else Unknown("a table")
