"""Which projects have to do with Django: what only speaks of it is not read as its own."""

from __future__ import annotations

import pytest

from schemalint.config import Settings
from schemalint.frontends.django.files import interesting
from schemalint.frontends.django.read import read
from schemalint.source import Sources

_MODEL = "class User(Model):\n    pass\n"


@pytest.mark.parametrize(
    ("text", "is_django"),
    [
        ("from django.db.models import Model\n", True),
        ("import django.db.models as models\n", True),
        ("if True:\n    from django.conf import settings\n", True),
        ('INSTALLED_APPS = ["django.contrib.auth"]\n', True),
        ("# like `django shell`\n", False),
        ("from djangorestframework_like import Model\n", False),
        ("URL = 'https://www.djangoproject.com'\n", False),
    ],
)
def test_a_project_of_django_imports_it(text: str, is_django: bool) -> None:
    found = interesting(Sources.of({"app/models.py": _MODEL, "app/other.py": text}))
    assert (found is not None) is is_django


_SETTINGS = "import environ\n\nenv = environ.Env()\nDATABASES = {{'default': {}}}\n"
_PLAIN = "from django.db import models\n\n\nclass Order(models.Model):\n    number = models.IntegerField()\n"
_OF_POSTGRESQL = "from django.contrib.postgres.fields import ArrayField\n" + _PLAIN


@pytest.mark.parametrize(
    ("database", "models", "dialect"),
    [
        ("env.db_url('DATABASE_URL', default='sqlite:///db.sqlite3')", _PLAIN, "sqlite"),
        ("env.db_url('DATABASE_URL', default='sqlite:///db.sqlite3')", _OF_POSTGRESQL, "postgresql"),
        ("{'ENGINE': 'django.db.backends.sqlite3'}", _OF_POSTGRESQL, "postgresql"),
        ("{'ENGINE': 'django.db.backends.mysql'}", _OF_POSTGRESQL, "mysql"),
        ("env.db_url('DATABASE_URL', default='mysql://root@localhost/db')", _PLAIN, "mysql"),
        ("env.db_url('DATABASE_URL', default='mysql://root@localhost/db')", _OF_POSTGRESQL, "postgresql"),
        ("env.db_url('DATABASE_URL')", _PLAIN, "postgresql"),
        ("{'ENGINE': 'django.db.backends.sqlite3'}", _PLAIN, "sqlite"),
    ],
)
def test_the_database_of_a_project(database: str, models: str, dialect: str) -> None:
    files = {
        "shop/models.py": models,
        "shop/__init__.py": "",
        "config/settings.py": _SETTINGS.format(database),
    }
    (reading,) = read(Sources.of(files), Settings())
    assert reading.dialect == dialect


def test_a_project_keeps_the_migrations_of_a_package() -> None:
    head = "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
    files = {
        "config/settings.py": 'MIGRATION_MODULES = {"socialaccount": "adapters.migrations"}\n',
        "adapters/__init__.py": "",
        "adapters/migrations/__init__.py": "",
        "adapters/migrations/0001_initial.py": head + "    operations = []\n",
        "adapters/migrations/0002_more.py": head
        + '    dependencies = [("socialaccount", "0001_initial")]\n    operations = []\n',
        "shop/__init__.py": "",
        "shop/models.py": _PLAIN,
    }
    found = {reading.side: reading for reading in read(Sources.of(files), Settings())}
    assert [one.name for one in found["migrated"].migrations] == [
        "socialaccount.0001_initial",
        "socialaccount.0002_more",
    ]
    assert not found["migrated"].faults
    assert found["declared"].paths == ("shop/models.py",)
