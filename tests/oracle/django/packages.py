"""Packages from PyPI that ship models and migrations, and how Django is told to use them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from schemalint.knowledge.dialects import Dialect
from schemalint.source import Sources
from tests.oracle.django.environments import Environment

_ALL: tuple[Dialect, ...] = ("postgresql", "sqlite", "mariadb")
_CONTRIB = tuple(
    f"django.contrib.{name}" for name in ("contenttypes", "auth", "sessions", "sites", "admin", "messages")
)


@dataclass(frozen=True)
class Package:
    """`folders` are what is read, within the folder of installed packages; `others` the apps it needs."""

    name: str
    folders: tuple[str, ...]
    apps: tuple[str, ...]
    others: tuple[str, ...] = _CONTRIB
    settings: str | None = None
    preparation: Path | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    dialects: tuple[Dialect, ...] = _ALL

    def __str__(self) -> str:
        return self.name

    def is_in(self, environment: Environment) -> bool:
        """Whether all of it is installed."""
        return all(environment.has(folder) for folder in self.folders)

    def job(self, database: Mapping[str, Any], side: str, path: Sequence[str] = ()) -> dict[str, Any]:
        """What Django is asked to do in a database; `path` are folders to import from first."""
        return {
            "path": list(path),
            "apps": self.apps,
            "others": self.others,
            "settings": self.settings,
            "values": self.values,
            "preparation": self.preparation and str(self.preparation),
            "database": database,
            "side": side,
        }

    def sources(self, top: Path, version: tuple[int, int]) -> Sources:
        """Its Python files under `top`, beside a Django that says its version."""
        django = "django/__init__.py"
        said = f"VERSION = {(*version, 0)!r}\n".encode()
        paths = {
            str(path.relative_to(top)) for folder in self.folders for path in (top / folder).rglob("*.py")
        }
        return Sources(
            sorted({*paths, django}), lambda path: said if path == django else (top / path).read_bytes()
        )


def _wagtail_apps() -> tuple[str, ...]:
    contrib = ("forms", "redirects", "search_promotions", "settings", "simple_translation")
    own = ("embeds", "sites", "users", "snippets", "documents", "images", "search", "admin")
    return (*(f"wagtail.contrib.{name}" for name in contrib), *(f"wagtail.{name}" for name in own), "wagtail")


_TEMPLATES = {
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "OPTIONS": {
        "context_processors": [
            "django.template.context_processors.request",
            "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
            "sekizai.context_processors.sekizai",
            "cms.context_processors.cms_settings",
        ]
    },
}

PACKAGES = (
    Package(
        "django.contrib",
        folders=tuple(
            f"django/contrib/{name}"
            for name in ("contenttypes", "auth", "sessions", "sites", "admin", "flatpages", "redirects")
        ),
        apps=(*_CONTRIB, "django.contrib.flatpages", "django.contrib.redirects"),
        others=(),
        values={"SITE_ID": 1},
    ),
    Package("oauth2_provider", folders=("oauth2_provider",), apps=("oauth2_provider",)),
    Package(
        "allauth",
        folders=("allauth",),
        apps=(
            "allauth",
            "allauth.account",
            "allauth.socialaccount",
            "allauth.socialaccount.providers.openid",
            "allauth.mfa",
            "allauth.usersessions",
            "allauth.idp.oidc",
        ),
        values={"MIDDLEWARE": ["allauth.account.middleware.AccountMiddleware"]},
    ),
    Package(
        "cms",
        folders=("cms", "menus"),
        apps=("cms", "menus"),
        others=(*_CONTRIB, "treebeard", "sekizai"),
        values={
            "CMS_CONFIRM_VERSION4": True,
            "LANGUAGE_CODE": "en",
            "LANGUAGES": [("en", "English")],
            "SITE_ID": 1,
            "TEMPLATES": [_TEMPLATES],
        },
    ),
    Package(
        "wagtail",
        folders=("wagtail",),
        apps=_wagtail_apps(),
        others=(*_CONTRIB, "modelcluster", "taggit"),
        values={"WAGTAILADMIN_BASE_URL": "http://example.org"},
    ),
    Package(
        "pulpcore",
        folders=("pulpcore", "pulp_file", "pulp_certguard"),
        apps=("pulpcore.app", "pulp_file.app", "pulp_certguard.app"),
        others=(*_CONTRIB, "django_filters", "rest_framework", "import_export"),
        preparation=Path(__file__).with_name("prepare_pulpcore.py"),
        dialects=("postgresql",),
    ),
)
