"""The types of GeoAlchemy2 are what PostGIS calls them, and each brings its index.

What is said here was seen of GeoAlchemy2 0.20 and PostGIS 3.3: the tables that it made, and what
autogenerate found of them.
"""

from __future__ import annotations

import pytest

from schemalint.config import Settings
from schemalint.drift.sides import drift
from schemalint.engine import Project
from schemalint.frontends.sqlalchemy import read
from schemalint.replay import build
from schemalint.source import Sources
from tests.catalog_text import catalog_text

_TYPES = {
    "Geometry": "geometry",
    "Geometry(srid=4326)": "geometry(geometry,4326)",
    "Geometry('POLYGON')": "geometry(polygon)",
    "Geometry('POINTZ', 4326, 3)": "geometry(pointz,4326)",
    "Geometry(None)": "geometry",
    "types.Geometry(geometry_type='POINT', srid=0)": "geometry(point)",
    "Geography('POINT')": "geography(point,4326)",
    "Geography(srid=4269)": "geography(geometry,4269)",
    "Raster": "raster",
    "Geometry('POINT', use_typmod=False)": "",
}
_HEAD = """
import geoalchemy2
import sqlalchemy as sa
from sqlalchemy import types
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass
"""
_MODEL = f"""{_HEAD}
class Point(types.TypeDecorator):
    impl = geoalchemy2.Geometry("POINT")

class Lake(Base):
    __tablename__ = "lake"
    id: Mapped[int] = mapped_column(primary_key=True)
    shore = mapped_column(geoalchemy2.Geometry("POLYGON", nullable=False))
    plain = mapped_column(geoalchemy2.Geometry("POINT", spatial_index=False))
    depth = mapped_column(geoalchemy2.Geometry("POINTZ", use_N_D_index=True))
    picture = mapped_column(geoalchemy2.Raster)
    middle = mapped_column(Point)
"""
_CATALOG = """\
table lake
  id serial not null
  shore geometry(polygon) not null
  plain geometry(point)
  depth geometry(pointz)
  picture raster
  middle geometry(point)
  primary key lake_pkey (id) [from primary_key=True]
  index idx_lake_shore (shore) using gist
  index idx_lake_depth (depth gist_geometry_ops_nd) using gist
  index idx_lake_picture ((ST_ConvexHull ( picture ))) using gist
  index idx_lake_middle (middle) using gist
"""


@pytest.mark.parametrize("written", _TYPES)
def test_a_type_is_what_postgis_calls_it(written: str) -> None:
    model = f'{_HEAD}sa.Table("t", Base.metadata, sa.Column("c", geoalchemy2.{written}))\n'
    (reading,) = read.read(Sources.of({"models.py": model}), Settings(dialect="postgresql"))
    catalog, _ = build(reading.operations, reading.dialect)
    (table,) = catalog.tables.values()
    assert table.columns[0].type == _TYPES[written]


def test_a_column_brings_its_index() -> None:
    (reading,) = read.read(Sources.of({"models.py": _MODEL}), Settings(dialect="postgresql"))
    catalog, _ = build(reading.operations, reading.dialect)
    assert reading.not_understood() == []
    assert catalog_text(catalog) == _CATALOG


def test_spatial_indexes_of_other_databases_are_not_known() -> None:
    (reading,) = read.read(Sources.of({"models.py": _MODEL}), Settings(dialect="mysql"))
    assert {one.reason for one in reading.not_understood()} == {"the spatial index of a column"}


_HOOKS = ("", "include_object=alembic_helpers.include_object")


@pytest.mark.parametrize("hook", _HOOKS)
def test_indexes_made_along_with_columns_have_not_drifted(hook: str) -> None:
    assert _told("spatial_index=True", hook) == set()


@pytest.mark.parametrize("hook", _HOOKS)
def test_the_index_of_a_column_that_wants_none_any_more_has_drifted(hook: str) -> None:
    assert _told("spatial_index=False", hook) == {("index", "idx_lake_shore"), ("index", "idx_lake_later")}


def _told(option: str, hook: str) -> set[tuple[str, str]]:
    models = f"""{_HEAD}
class Lake(Base):
    __tablename__ = "lake"
    id: Mapped[int] = mapped_column(primary_key=True)
    shore = mapped_column(geoalchemy2.Geometry("POLYGON", {option}))
    later = mapped_column(geoalchemy2.Geometry("POINT", {option}))
    bare = mapped_column(geoalchemy2.Geometry("POINT", spatial_index=False))
"""
    revision = """
import geoalchemy2
import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None

def upgrade():
    op.create_table(
        "lake",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shore", geoalchemy2.types.Geometry("POLYGON", from_text="ST_GeomFromEWKT")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.add_column("lake", sa.Column("later", geoalchemy2.Geometry("POINT")))
    op.add_geospatial_column("lake", sa.Column("bare", geoalchemy2.Geometry("POINT")))

def downgrade():
    op.drop_table("lake")
"""
    environment = f"""
from alembic import context
from geoalchemy2 import alembic_helpers
from models import Base

context.configure(target_metadata=Base.metadata, {hook})
"""
    files = {
        "alembic.ini": "[alembic]\nscript_location = migrations\nsqlalchemy.url = postgresql://h/d\n",
        "migrations/env.py": environment,
        "migrations/versions/1.py": revision,
        "models.py": models,
    }
    (database,) = Project(Sources.of(files), Settings()).databases
    return {(difference.subject, difference.name) for difference in drift(database)}
