"""Functions of extensions that SQL calls: PostGIS adds the columns that it was seen to add (PostGIS 3.3)."""

from __future__ import annotations

import pytest

from schemalint.frontends.sql.session import Session
from schemalint.frontends.sql.split import statements
from schemalint.knowledge.dialects import Dialect
from schemalint.operations import Opaque, Operation
from schemalint.replay import build
from tests.catalog_text import catalog_text

_TABLE = "CREATE SCHEMA s; CREATE TABLE t (id int, name text); CREATE TABLE s.u (id int);\n"
_ADDED = {
    "SELECT AddGeometryColumn('t', 'g', 4326, 'POINT', 2)": "g geometry(point,4326)",
    "SELECT addgeometrycolumn ('t', 'G', -1, 'GEOMETRY', 2)": "G geometry",
    "SELECT public.AddGeometryColumn('', 't', 'g', 0, 'POLYGON', 3)": "g geometry(polygonz)",
    "SELECT AddGeometryColumn('', 'public', 't', 'g', 99, 'LINESTRING', 4)": "g geometry(linestringzm,99)",
    "SELECT AddGeometryColumn('t', 'g', 4326, 'POINTM', 3, true)": "g geometry(pointm,4326)",
    "SELECT * FROM AddGeometryColumn('t'::text, 'g', 4326, 'MULTIPOINT', 2)": "g geometry(multipoint,4326)",
    "DO $$ BEGIN PERFORM AddGeometryColumn('t', 'g', 4326, 'POINT', 2); END $$": "g geometry(point,4326)",
}
_OPAQUE = {
    "SELECT UpdateGeometrySRID('t', 'g', 3857)": "UpdateGeometrySRID",
    "SELECT AddGeometryColumn('t', 'g', 4326, 'POINT', 2, false)": "AddGeometryColumn",
    "SELECT AddGeometryColumn('t', name, 4326, 'POINT', 2) FROM names": "AddGeometryColumn",
    "SELECT create_hypertable('t', 'name')": "create_hypertable",
    "SELECT * FROM create_hypertable('public.t'::regclass, by_range('name'))": "create_hypertable",
    "SELECT audit.follow('t')": "audit.follow",
}
_SILENT = (
    "SELECT setval('t', 9)",
    "SELECT pg_catalog.setval(pg_get_serial_sequence('t', 'id'), 9, true)",
    "SELECT count(*) FROM t",
    "SELECT lower('t'), max(id) FROM t",
    "SELECT cron.schedule('nightly', '0 3 * * *', 'DELETE FROM t')",
    "SELECT graphile_worker.add_job('another')",
    "SELECT has_table_privilege('t', 'select')",
    "SELECT EXISTS (SELECT 1 FROM t)",
)


def _read(text: str, dialect: Dialect = "postgresql") -> list[Operation]:
    session = Session()
    return [
        operation
        for statement in statements(_TABLE + text, "a.sql", dialect)
        for operation in session.read(statement)
    ]


@pytest.mark.parametrize("call", _ADDED)
def test_postgis_adds_a_column(call: str) -> None:
    catalog, troubles = build(_read(call), "postgresql")
    assert not troubles
    assert f"  {_ADDED[call]}" in catalog_text(catalog).splitlines()


def test_postgis_drops_a_column_or_a_table() -> None:
    text = (
        "SELECT AddGeometryColumn('s', 'u', 'g', 4326, 'POINT', 2); CREATE INDEX u_g ON s.u USING gist (g);"
    )
    dropped, _ = build(_read(f"{text} SELECT DropGeometryColumn('s', 'u', 'g')"), "postgresql")
    assert catalog_text(dropped).splitlines()[-2:] == ["table s.u", "  id int"]
    gone, _ = build(_read(f"{text} SELECT DropGeometryTable('s', 'u')"), "postgresql")
    assert [str(table.name) for table in gone.base_tables()] == ["t"]


def test_spatialite_adds_a_column() -> None:
    text = "SELECT AddGeometryColumn('t', 'g', 4326, 'POINT', 'XY');"
    catalog, _ = build(_read(text, "sqlite"), "sqlite")
    assert "  g POINT" in catalog_text(catalog).splitlines()


@pytest.mark.parametrize("call", _OPAQUE)
def test_what_a_function_does_to_a_table_that_it_is_given_is_not_known(call: str) -> None:
    (found,) = [operation for operation in _read(call) if isinstance(operation, Opaque)]
    assert found.reason == f"what {_OPAQUE[call]}() does"
    assert [name.name for name in found.tables or ()] == ["t"]


@pytest.mark.parametrize("call", _SILENT)
def test_functions_that_alter_nothing(call: str) -> None:
    assert not [operation for operation in _read(call) if isinstance(operation, Opaque)]
    assert not [operation for operation in _read(call, "mysql") if isinstance(operation, Opaque)]
