"""Which projects have to do with Django: what only speaks of it is not read as its own."""

from __future__ import annotations

import pytest

from schemalint.frontends.django.files import interesting
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
