"""The project of a page's section, written to a folder for Django to import."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from posixpath import basename, dirname
from typing import Any

from tests.pages import Section
from tests.test_django_pages import is_for

_OTHERS = {
    "auth": ("django.contrib.contenttypes", "django.contrib.auth"),
    "AUTH_USER_MODEL": ("django.contrib.contenttypes", "django.contrib.auth"),
    "get_user_model": ("django.contrib.contenttypes", "django.contrib.auth"),
    "contenttypes": ("django.contrib.contenttypes",),
    "contrib.postgres": ("django.contrib.postgres",),
    "simple_history": ("django.contrib.contenttypes", "django.contrib.auth"),
    "sites": ("django.contrib.sites",),
}
"""The apps of Django's own that a page's project needs, by the words in its files."""


def written(files: Mapping[str, str], folder: Path) -> dict[str, Any]:
    """Writes the files, and gives what a job says of the project in any database and for any side."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    settings = next((path for path in files if basename(path) == "settings.py"), None)
    text = "".join(files.values())
    others = dict.fromkeys(app for word, apps in _OTHERS.items() if word in text for app in apps)
    return {
        "path": [str(folder)],
        "apps": sorted(_apps(files)),
        "others": list(others),
        "settings": None if settings is None else settings.removesuffix(".py").replace("/", "."),
        "values": {},
        "preparation": None,
    }


def _apps(files: Collection[str]) -> set[str]:
    """The packages with models or migrations; models alone are part of the package around them."""
    found, migrated = set(), {dirname(dirname(path)) for path in files if "/migrations/" in path}
    for path in files:
        if path.endswith(("/models/__init__.py", "/migrations/__init__.py")):
            found.add(dirname(dirname(path)))
        elif path.endswith("/models.py") and not path.endswith("/models/models.py"):
            found.add(dirname(path))
    parts = {
        folder
        for folder in found - migrated
        if any(folder.startswith(f"{other}/") and _is_certain(other, files) for other in found)
    }
    return {folder.replace("/", ".") for folder in found - parts}


def _is_certain(folder: str, files: Collection[str]) -> bool:
    """Whether a package is certainly an app: it has a configuration or migrations."""
    return any(path == f"{folder}/apps.py" or path.startswith(f"{folder}/migrations/") for path in files)


def can_be_proved(section: Section, version: tuple[int, int]) -> bool:
    """Whether a section is about a version of Django, and does not say that nobody can run it."""
    unproved = any("unproved" in fence.notes for fence in section.fences)
    return is_for(section, version) and not unproved
