"""The types of sqlalchemy-utils are in each database what that library's own compilers say of them."""

from __future__ import annotations

import pytest

from schemalint.config import Settings
from schemalint.frontends.sqlalchemy import read
from schemalint.knowledge.dialects import Dialect
from schemalint.replay import build
from schemalint.source import Sources

_TYPES: dict[str, tuple[str, str, str]] = {
    "EmailType": ("varchar(255)", "varchar(255)", "varchar(255)"),
    "EmailType(100)": ("varchar(100)", "varchar(100)", "varchar(100)"),
    "PhoneNumberType(max_length=30)": ("varchar(30)", "varchar(30)", "varchar(30)"),
    "URLType": ("text", "text", "text"),
    "LocaleType": ("varchar(10)", "varchar(10)", "varchar(10)"),
    "types.country.CountryType": ("varchar(2)", "varchar(2)", "varchar(2)"),
    "JSONType": ("json", "text", "text"),
    "UUIDType": ("uuid", "binary(16)", "binary(16)"),
    "UUIDType(binary=False)": ("uuid", "char(32)", "char(32)"),
    "ArrowType(timezone=True)": ("timestamp with time zone", "datetime", "datetime"),
    "EncryptedType(sa.Unicode, 'key')": ("bytea", "blob", "blob"),
    "StringEncryptedType(sa.Unicode, 'key', length=99)": ("varchar(99)", "varchar(99)", "varchar(99)"),
    "ChoiceType([('a', 'A')])": ("varchar(255)", "varchar(255)", "varchar(255)"),
    "ChoiceType(Kind, impl=sa.Integer())": ("integer", "integer", "integer"),
    "types.encrypted.encrypted_type.StringEncryptedType": ("varchar", "varchar", "varchar"),
}
_DIALECTS: tuple[Dialect, ...] = ("postgresql", "mariadb", "sqlite")
_HEAD = "import sqlalchemy as sa\nimport sqlalchemy_utils\n\nmetadata = sa.MetaData()\nclass Kind: pass\n"


@pytest.mark.parametrize("written", _TYPES)
@pytest.mark.parametrize("place", range(3), ids=_DIALECTS)
def test_a_type_is_what_it_decorates(written: str, place: int) -> None:
    model = f'{_HEAD}sa.Table("t", metadata, sa.Column("c", sqlalchemy_utils.{written}))\n'
    (reading,) = read.read(Sources.of({"models.py": model}), Settings(dialect=_DIALECTS[place]))
    catalog, _ = build(reading.operations, reading.dialect)
    (table,) = catalog.tables.values()
    assert table.columns[0].type.replace("character varying", "varchar") == _TYPES[written][place]
