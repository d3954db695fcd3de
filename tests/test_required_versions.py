"""Which version of a package a project uses, by what its requirement files say."""

from __future__ import annotations

import pytest

from schemalint.config import Settings
from schemalint.engine import Project
from schemalint.frontends.prisma.read import parsed
from schemalint.frontends.prisma.required_version import major_version
from schemalint.frontends.prisma.schema import File
from schemalint.frontends.python_source.requirements import Version, required_version
from schemalint.source import Sources

_KNOWN = [(3, 2), (4, 0), (4, 1), (4, 2), (5, 0), (5, 1), (5, 2), (6, 0)]


@pytest.mark.parametrize(
    ("files", "version"),
    [
        ({"requirements.txt": "django==4.2.16\n"}, (4, 2)),
        ({"requirements.txt": "Django>=4.2,<5.1\n"}, (5, 0)),
        ({"requirements.txt": "Django>=4.2,<5\n"}, (4, 2)),
        ({"requirements.txt": "django~=5.1.2\n"}, (5, 1)),
        ({"requirements/base.txt": "Django[argon2]==5.0.1; python_version > '3'\n"}, (5, 0)),
        ({"api/poetry.lock": '[[package]]\nname = "django"\nversion = "4.2.22"\n'}, (4, 2)),
        (
            {"pyproject.toml": 'Django = "^5.0"\n', "poetry.lock": 'name = "django"\nversion = "5.2.1"\n'},
            (5, 2),
        ),
        ({"Pipfile": 'django = "==4.1.3"\n'}, (4, 1)),
        ({"pyproject.toml": '[tool.poetry.dependencies]\nDjango = "^4.1"\n'}, (4, 2)),
        ({"requirements.txt": "django<5\n", "docs/requirements.txt": "django==3.2\n"}, (3, 2)),
        ({"requirements.txt": "django==4.2\n", "docs/requirements.txt": "django==3.2\n"}, (4, 2)),
        ({"requirements.txt": "django\ndjango-extensions==3.2\n"}, None),
        ({"requirements.txt": "django>=4.2\n"}, None),
        ({"requirements.txt": "django==1.11\n"}, None),
        ({"notrequirements.txt": "django==4.2\n"}, None),
        ({"shop-1.0.dist-info/METADATA": "Name: shop\nRequires-Dist: Django<5.1,>=4.2\n\nShop\n"}, (5, 0)),
        (
            {"shop-1.0.dist-info/METADATA": "Requires-Dist: django (==4.2.*,>=4.2.3) ; extra == 'web'\n"},
            (4, 2),
        ),
        ({"shop-1.0.dist-info/METADATA": "Name: shop\n\ndjango==4.2\nRequires-Dist: django==4.2\n"}, None),
        (
            {"vendor/shop-1.0.dist-info/METADATA": "Requires-Dist: Django==4.0\n", "blog/models.py": ""},
            None,
        ),
        (
            {
                "wheel/shop-1.0.dist-info/METADATA": "Requires-Dist: Django==4.0\n",
                "wheel/shop/models.py": "",
            },
            (4, 0),
        ),
        (
            {
                "shop-1.0.dist-info/METADATA": "Requires-Dist: Django<5.1\n",
                "blog-1.0.dist-info/METADATA": "Requires-Dist: Django==4.0\n",
            },
            None,
        ),
    ],
)
def test_what_requirements_say(files: dict[str, str], version: Version | None) -> None:
    assert required_version(Sources.of(files), "django", _KNOWN) == version


_MODEL = "from django.db import models\n\nclass Order(models.Model):\n    day = models.DateField()\n"


@pytest.mark.parametrize(("wanted", "key"), [("django==4.2\n", "integer"), ("django==6.0\n", "bigint")])
def test_a_project_of_django_is_read_as_its_version_does(wanted: str, key: str) -> None:
    sources = Sources.of({"shop/models.py": _MODEL, "requirements.txt": wanted})
    (database,) = Project(sources, Settings(dialect="postgresql")).databases
    assert database.declared_catalog is not None
    (table,) = database.declared_catalog.base_tables()
    assert table.columns[0].type == key


_USER = """from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    pass
"""


@pytest.mark.parametrize(("wanted", "lengths"), [("2.2", (30, 150)), ("1.11", (30, 30)), ("4.2", (150, 150))])
def test_a_user_has_the_columns_of_the_version(wanted: str, lengths: tuple[int, int]) -> None:
    """Release notes of Django 2.0 and 3.1."""
    sources = Sources.of({"people/models.py": _USER, "requirements.txt": f"django=={wanted}\n"})
    (database,) = Project(sources, Settings(dialect="postgresql")).databases
    assert database.declared_catalog is not None
    (table,) = (one for one in database.declared_catalog.base_tables() if one.name.name == "people_user")
    types = {column.name: column.type for column in table.columns}
    assert (types["first_name"], types["last_name"]) == tuple(f"varchar({length})" for length in lengths)


_HERO = """from sqlmodel import Field, SQLModel


class Hero(SQLModel, table=True):
    id: int = Field(default=None, primary_key=True)
    name: str = None
    team: str = Field(None, index=True)
    power: str = "none"
    code: str
"""


@pytest.mark.parametrize(("wanted", "nullable"), [("1.10.4", ["name", "team"]), ("2.9.1", [])])
def test_a_default_of_none_makes_a_field_optional_before_pydantic_2(wanted: str, nullable: list[str]) -> None:
    """Asked of SQLModel 0.0.22 with Pydantic 1.10 and with Pydantic 2."""
    sources = Sources.of({"models.py": _HERO, "requirements.txt": f"pydantic=={wanted}\n"})
    (database,) = Project(sources, Settings(dialect="postgresql")).databases
    assert database.declared_catalog is not None
    (table,) = database.declared_catalog.base_tables()
    assert [column.name for column in table.columns if column.nullable] == nullable


_PARCEL = """from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Parcel(Base):
    __tablename__ = "parcels"
    id: Mapped[int] = mapped_column(primary_key=True)
    weight: Mapped[float]
"""


@pytest.mark.parametrize(
    ("wanted", "kind"),
    [
        ("sqlalchemy==2.0.50", "float"),
        ("sqlalchemy[asyncio]>=2.0,<2.1", "float"),
        ("sqlalchemy>=2.0,<3", "double"),
        ("sqlalchemy==2.1.9", "double"),
        ("sqlalchemy-utils==0.41", "double"),
    ],
)
def test_a_float_is_a_double_since_sqlalchemy_2_1(wanted: str, kind: str) -> None:
    """Asked of SQLAlchemy 2.0.50 and 2.1.9."""
    sources = Sources.of({"models.py": _PARCEL, "requirements.txt": f"{wanted}\n"})
    (database,) = Project(sources, Settings(dialect="sqlite")).databases
    assert database.declared_catalog is not None
    (table,) = database.declared_catalog.base_tables()
    assert [column.type for column in table.columns] == ["integer", kind]


def test_a_wheel_asks_for_all_that_is_in_it() -> None:
    files = {"parcels/models.py": _PARCEL, "parcels-1.dist-info/METADATA": "Requires-Dist: sqlalchemy<2.1\n"}
    (database,) = Project(Sources.of(files), Settings(dialect="sqlite")).databases
    assert database.declared_catalog is not None
    (table,) = database.declared_catalog.base_tables()
    assert [column.type for column in table.columns] == ["integer", "float"]


_SCHEMA = 'datasource db {\n  provider = "postgresql"\n}\n'


@pytest.mark.parametrize(
    ("files", "version"),
    [
        ({}, 7),
        ({"package.json": '{"devDependencies": {"prisma": "^5.22.0"}}'}, 5),
        ({"package.json": '{"dependencies": {"@prisma/client": "6"}}'}, 6),
        ({"package.json": '{"dependencies": {"@prisma/client": "4.x"}}'}, 4),
        ({"package.json": '{"dependencies": {"@prisma/client": "5.1.0-dev.3"}}'}, 5),
        ({"package.json": '{"dependencies": {"@prisma/client": "5.1.0", "prisma": "6.0.1"}}'}, 6),
        ({"package.json": '{"dependencies": {"prisma": ">=4"}, "scripts": {"prisma": "prisma 5"}}'}, 7),
        ({"package.json": '{"dependencies": {"prisma": "latest", "prisma-lint": "5.0.0"}}'}, 7),
        ({"package.json": '"prisma": "' + " " * 1_000_000, "pnpm-workspace.yaml": " " * 1_000_000}, 7),
        ({"package.json": '{"prisma": {"schema": "db/prisma/schema.prisma"}}'}, 7),
        ({"package.json": '{"prisma": "5.0.0"}', "db/package.json": '{"prisma": "6.0.0"}'}, 6),
        ({"package.json": '{"prisma": "5.0.0"}', "db/package.json": '{"prisma": "catalog:"}'}, 5),
        (
            {
                "db/package.json": '{"prisma": "catalog:"}',
                "pnpm-workspace.yaml": 'catalog:\n  "@prisma/client": ^5.22.0\n  prisma: ^5.22.0\n',
            },
            5,
        ),
        ({"db/package.json": '{"prisma": "catalog:"}', "pnpm-workspace.yaml": "catalog:\n  zod: 5.0\n"}, 7),
        ({"pnpm-workspace.yaml": "catalog:\n  prisma: 5.22.0\n"}, 7),
        ({"server/package.json": '{"prisma": "5.0.0"}', "web/package.json": '{"react": "19.0.0"}'}, 5),
        ({"server/package.json": '{"prisma": "5.0.0"}', "web/package.json": '{"prisma": "6.0.0"}'}, 7),
        ({"my-package.json": '{"prisma": "5.0.0"}', "node_modules/a/package.json": '{"prisma": "4.0.0"}'}, 7),
        ({"db/prisma/client.prisma": 'generator a {\n  provider = "prisma-client-py"\n}\n'}, 5),
        ({"db/prisma/client.prisma": 'generator a {\n  provider = "prisma-client-js"\n}\n'}, 7),
    ],
)
def test_what_a_package_says_of_prisma(files: dict[str, str], version: int) -> None:
    sources = Sources.of({"db/prisma/schema.prisma": _SCHEMA, **files})
    schema = [
        File(path, text, parsed(text).blocks) for path, text in files.items() if path.endswith(".prisma")
    ]
    assert major_version(schema, "db/prisma/schema.prisma", sources) == version
