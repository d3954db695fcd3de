"""Migrations of wagtail through schemalint and django-migration-linter (PyPI).

Usage: python -m tests.benchmarks.django_migration_linter PYTHON

PYTHON is that of an environment with wagtail and django-migration-linter in it. schemalint reads wagtail
where it is installed there, models and migrations, cold and without a cache. The linter has no cache either,
looks at the migrations of wagtail alone, and goes on where Django can't give it SQL; it runs in a project
made for it, on a migrated SQLite database.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.side_by_side import compare, schemalint

_SETTINGS = """
SECRET_KEY = "x"
INSTALLED_APPS = [
    *(f"django.contrib.{name}" for name in ("contenttypes", "auth", "sessions", "admin", "messages")),
    "django_migration_linter",
    *(f"wagtail.contrib.{name}" for name in (
        "forms", "redirects", "search_promotions", "settings", "simple_translation"
    )),
    *(f"wagtail.{name}" for name in (
        "embeds", "sites", "users", "snippets", "documents", "images", "search", "admin"
    )),
    "wagtail",
    "modelcluster",
    "taggit",
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "database.sqlite3"}}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ROOT_URLCONF = "urls"
STATIC_URL = "/static/"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
WAGTAILADMIN_BASE_URL = "http://example.org"
"""

_LABELS = (
    *(f"wagtail{name}" for name in ("core", "admin", "docs", "embeds", "forms", "images", "redirects")),
    *(f"wagtail{name}" for name in ("search", "searchpromotions", "users")),
    "simple_translation",
)
"""The apps of wagtail that have migrations."""

_MANAGE = """
import os
import sys

from django.core.management import execute_from_command_line

os.chdir(os.path.dirname(os.path.abspath(__file__)))
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
execute_from_command_line(sys.argv)
"""


def main(python: str) -> None:
    """Print one line, behind what the linter says of its first run."""
    found = subprocess.run(
        [python, "-c", "import wagtail; print(wagtail.__path__[0])"],
        capture_output=True,
        text=True,
        check=True,
    )
    wagtail = found.stdout.strip()
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        (project / "settings.py").write_text(_SETTINGS)
        (project / "urls.py").write_text("urlpatterns = []\n")
        (project / "manage.py").write_text(_MANAGE)
        migrate = [python, str(project / "manage.py"), "migrate", "--verbosity=0", "--skip-checks"]
        subprocess.run(migrate, check=True)
        options = ["--no-cache", "--ignore-sqlmigrate-errors", "--include-apps", *_LABELS]
        linter = [python, str(project / "manage.py"), "lintmigrations", *options]
        first = subprocess.run(linter, capture_output=True, text=True, check=False)
        print(*first.stdout.splitlines()[-6:] or first.stderr.splitlines()[-3:], sep="\n")
        print(wagtail, compare(schemalint("check", wagtail), linter, runs=3))


if __name__ == "__main__":
    main(*sys.argv[1:])
