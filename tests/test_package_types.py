"""The types of well-known packages are in each database what the packages' own compilers said."""

from __future__ import annotations

import pytest

from schemalint.config import Settings
from schemalint.frontends.sqlalchemy import read
from schemalint.knowledge.dialects import Dialect
from schemalint.replay import build
from schemalint.source import Sources

_TYPES: dict[str, tuple[str, str, str]] = {
    "sqlalchemy_utils.EmailType": ("varchar(255)", "varchar(255)", "varchar(255)"),
    "sqlalchemy_utils.EmailType(100)": ("varchar(100)", "varchar(100)", "varchar(100)"),
    "sqlalchemy_utils.PhoneNumberType(max_length=30)": ("varchar(30)", "varchar(30)", "varchar(30)"),
    "sqlalchemy_utils.URLType": ("text", "text", "text"),
    "sqlalchemy_utils.LocaleType": ("varchar(10)", "varchar(10)", "varchar(10)"),
    "sqlalchemy_utils.types.country.CountryType": ("varchar(2)", "varchar(2)", "varchar(2)"),
    "sqlalchemy_utils.JSONType": ("json", "text", "text"),
    "sqlalchemy_utils.UUIDType": ("uuid", "binary(16)", "binary(16)"),
    "sqlalchemy_utils.UUIDType(binary=False)": ("uuid", "char(32)", "char(32)"),
    "sqlalchemy_utils.ArrowType(timezone=True)": ("timestamp with time zone", "datetime", "datetime"),
    "sqlalchemy_utils.EncryptedType(sa.Unicode, 'key')": ("bytea", "blob", "blob"),
    "sqlalchemy_utils.StringEncryptedType(sa.Unicode, 'key', length=99)": (
        "varchar(99)",
        "varchar(99)",
        "varchar(99)",
    ),
    "sqlalchemy_utils.ChoiceType([('a', 'A')])": ("varchar(255)", "varchar(255)", "varchar(255)"),
    "sqlalchemy_utils.ChoiceType(Kind, impl=sa.Integer())": ("integer", "integer", "integer"),
    "sqlalchemy_utils.types.encrypted.encrypted_type.StringEncryptedType": ("varchar", "varchar", "varchar"),
    "pgvector.sqlalchemy.Vector(3)": ("vector(3)", "vector(3)", "vector(3)"),
    "pgvector.sqlalchemy.vector.VECTOR(dim=3)": ("vector(3)", "vector(3)", "vector(3)"),
    "pgvector.sqlalchemy.Vector": ("vector", "vector", "vector"),
    "pgvector.sqlalchemy.HALFVEC(3)": ("halfvec(3)", "halfvec(3)", "halfvec(3)"),
    "pgvector.sqlalchemy.SPARSEVEC(3)": ("sparsevec(3)", "sparsevec(3)", "sparsevec(3)"),
    "citext.CIText": ("citext", "citext", "citext"),
    "sqlalchemy_json.NestedMutableJson": ("json", "json", "json"),
    "advanced_alchemy.types.guid.GUID(length=16)": ("uuid", "binary(16)", "binary(16)"),
    "advanced_alchemy.types.GUID(binary=False)": ("uuid", "char(32)", "char(32)"),
    "advanced_alchemy.types.datetime.DateTimeUTC(timezone=True)": (
        "timestamp with time zone",
        "datetime",
        "datetime",
    ),
    "advanced_alchemy.types.JsonB": ("jsonb", "json", "json"),
    "advanced_alchemy.types.BigIntIdentity": ("bigint", "bigint", "integer"),
    "fastapi_users_db_sqlalchemy.generics.GUID()": ("uuid", "char(36)", "char(36)"),
    "fastapi_users_db_sqlalchemy.generics.TIMESTAMPAware(timezone=True)": (
        "timestamp with time zone",
        "timestamp",
        "timestamp",
    ),
}
_DIALECTS: tuple[Dialect, ...] = ("postgresql", "mariadb", "sqlite")


@pytest.mark.parametrize("written", _TYPES)
@pytest.mark.parametrize("place", range(3), ids=_DIALECTS)
def test_a_type_is_what_its_package_makes_of_it(written: str, place: int) -> None:
    module = written.partition("(")[0].rpartition(".")[0]
    model = f"""
import sqlalchemy as sa
import {module}

metadata = sa.MetaData()

class Kind:
    pass

sa.Table("t", metadata, sa.Column("c", {written}))
"""
    (reading,) = read.read(Sources.of({"models.py": model}), Settings(dialect=_DIALECTS[place]))
    catalog, _ = build(reading.operations, reading.dialect)
    (table,) = catalog.tables.values()
    assert table.columns[0].type.replace("character varying", "varchar") == _TYPES[written][place]
