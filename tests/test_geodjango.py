"""GeoDjango's columns and indexes are those that Django made in PostGIS and MariaDB.

The catalogs were compared with databases that Django 4.2 and 5.2 migrated: PostGIS 3.3, MariaDB 10.11.
"""

from __future__ import annotations

import pytest

from schemalint.config import Settings
from schemalint.engine import Project
from schemalint.knowledge.dialects import Dialect
from schemalint.rule import Database
from schemalint.source import Sources
from tests.catalog_text import catalog_text

_APPS = """
from django.apps import AppConfig

class PlacesConfig(AppConfig):
    name = "places"
"""
_MODELS = """
from django.contrib.gis.db import models

class Place(models.Model):
    id = models.BigAutoField(primary_key=True)
    a = models.PointField()
    b = models.PointField("Where", 3, srid=3857, null=True)
    c = models.PolygonField(geography=True)
    d = models.LineStringField(dim=3, spatial_index=False)
    e = models.GeometryField(srid=0)
    f = models.MultiPolygonField(db_index=True, spatial_index=False, null=True)
    g = models.RasterField(null=True)
    i = models.PointField(geography=True, dim=3)

    class Meta:
        db_table = "place"
        indexes = [models.Index(fields=["-b"], name="place_b_idx", condition=models.Q(a__isnull=False))]
"""
_ON_POSTGIS = """\
table place
  id bigint not null identity
  a geometry(point,4326) not null
  b geometry(pointz,3857)
  c geography(polygon,4326) not null
  d geometry(linestringz,4326) not null
  e geometry not null
  f geometry(multipolygon,4326)
  g raster
  i geography(pointz,4326) not null
  primary key place_pkey (id) [from primary_key=True]
  index place_a_2b40ccad_id (a) using gist [from PointField]
  index place_b_3d848b48_id (b gist_geometry_ops_nd) using gist [from PointField]
  index place_c_f75811b5_id (c) using gist [from PolygonField]
  index place_e_56b45c48_id (e) using gist [from GeometryField]
  index place_f_9c89ecef_id (f) using gist [from MultiPolygonField]
  index place_g_e0a8ddea_id ((ST_ConvexHull("g"))) using gist [from RasterField]
  index place_i_10ba50cf_id (i) using gist [from PointField]
  index place_b_idx (b gist_geometry_ops_nd) using gist
"""
_FLAT = """
from django.contrib.gis.db import models

class Place(models.Model):
    id = models.BigAutoField(primary_key=True)
    a = models.PointField()
    b = models.PointField(srid=3857, null=True)
    c = models.PolygonField()
    d = models.GeometryField(spatial_index=False)

    class Meta:
        db_table = "place"
"""
_ON_MARIADB = """\
table place
  id bigint not null identity
  a point not null
  b point
  c polygon not null
  d geometry not null
  primary key (id) [from primary_key=True]
  index place_a_id (a) using spatial [from PointField]
  index place_c_id (c) using spatial [from PolygonField]
"""
_MADE = """
import django.contrib.gis.db.models.fields as gis
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = []
    operations = [
        migrations.CreateModel(
            "Place",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("a", gis.PointField(srid=4326)),
                ("b", gis.PointField(srid=4326, spatial_index=False)),
                ("c", gis.RasterField(srid=4326)),
            ],
            options={"db_table": "place"},
        ),
        migrations.RenameField("place", "c", "picture"),
        migrations.CreateModel(
            "Lake",
            [("id", models.BigAutoField(primary_key=True)), ("p", gis.PointField())],
            options={"db_table": "lake"},
        ),
        migrations.AlterModelTable("lake", "pond"),
    ]
"""
_ALTERED = """
import django.contrib.gis.db.models.fields as gis
from django.db import migrations

class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial")]
    operations = [
        migrations.AlterField("place", "a", gis.PointField(srid=4326, dim=3, spatial_index=False)),
        migrations.AlterField("place", "b", gis.MultiPointField(srid=4326)),
    ]
"""
_RESULT = """\
table place
  id bigint not null identity
  a geometry(pointz,4326) not null
  b geometry(multipoint,4326) not null
  picture raster not null
  primary key place_pkey (id) [from primary_key=True]
  {}
  index place_c_f75811b5_id ((ST_ConvexHull("picture"))) using gist [from RasterField]
table pond
  id bigint not null identity
  p geometry(point,4326) not null
  primary key lake_pkey (id) [from primary_key=True]
  index lake_p_7d2d23b8_id (p) using gist [from PointField]
"""


def _read(files: dict[str, str], dialect: Dialect) -> Database:
    shared = {"places/__init__.py": "", "places/migrations/__init__.py": "", "places/apps.py": _APPS}
    (database,) = Project(Sources.of({**shared, **files}), Settings(dialect=dialect)).databases
    return database


def _declared(models: str, dialect: Dialect) -> str:
    catalog = _read({"places/models.py": models}, dialect).declared_catalog
    assert catalog is not None
    return catalog_text(catalog)


def test_models_on_postgis() -> None:
    assert _declared(_MODELS, "postgresql") == _ON_POSTGIS


def test_models_on_mariadb() -> None:
    assert _declared(_FLAT, "mariadb") == _ON_MARIADB


@pytest.mark.parametrize(
    ("version", "index"),
    [
        ("5.2", "index place_b_3d848b48_id (b) using gist [from MultiPointField]"),
        ("4.2", "index place_a_2b40ccad_id (a) using gist [from PointField]"),
    ],
)
def test_since_5_2_an_index_comes_and_goes_with_its_option(version: str, index: str) -> None:
    """An index that is put off keeps the name that the table gives it at first."""
    files = {
        "requirements.txt": f"Django=={version}\n",
        "places/migrations/0001_initial.py": _MADE,
        "places/migrations/0002_altered.py": _ALTERED,
    }
    catalog = _read(files, "postgresql").migrated_catalog
    assert catalog is not None
    lines = catalog_text(catalog).splitlines()
    assert sorted(lines) == sorted(_RESULT.format(index).splitlines())
