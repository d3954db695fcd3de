"""Apps of Django and of others whose sources may not be at hand: their labels, and what their models are."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from msgspec.structs import replace

from schemalint.frontends.django.fields import Field, ModelKey, core_field
from schemalint.frontends.django.model_state import ModelState

APP_LABELS: dict[str, str] = {
    "django.contrib.admin": "admin",
    "django.contrib.auth": "auth",
    "django.contrib.contenttypes": "contenttypes",
    "django.contrib.flatpages": "flatpages",
    "django.contrib.redirects": "redirects",
    "django.contrib.sessions": "sessions",
    "django.contrib.sites": "sites",
    "wagtail": "wagtailcore",
    "wagtail.contrib.forms": "wagtailforms",
    "wagtail.contrib.redirects": "wagtailredirects",
    "wagtail.contrib.search_promotions": "wagtailsearchpromotions",
    "wagtail.documents": "wagtaildocs",
    "wagtail.embeds": "wagtailembeds",
    "wagtail.images": "wagtailimages",
    "wagtail.search": "wagtailsearch",
    "wagtail.users": "wagtailusers",
    "wagtail.admin": "wagtailadmin",
    "wagtail.locales": "wagtaillocales",
    "allauth.account": "account",
    "allauth.socialaccount": "socialaccount",
    "allauth.mfa": "mfa",
    "allauth.usersessions": "usersessions",
    "django_celery_beat": "django_celery_beat",
    "django_celery_results": "django_celery_results",
    "rest_framework.authtoken": "authtoken",
    "pulpcore.app": "core",
    "pulpcore.plugin": "core",
    "oscar.apps.catalogue": "catalogue",
    "oscar.apps.order": "order",
    "oscar.apps.partner": "partner",
    "oscar.apps.customer": "customer",
    "oscar.apps.basket": "basket",
    "oscar.apps.address": "address",
}
"""By package; the longest name that fits counts."""


def label_of(name: str) -> str | None:
    """The label of the app of another package that a class belongs to, by its dotted name."""
    package = name.rpartition(".")[0]
    while package:
        if package in APP_LABELS:
            return APP_LABELS[package]
        package = package.rpartition(".")[0]
    return None


CONTRIB_MODELS: dict[ModelKey, str] = {
    ("auth", "user"): "django.contrib.auth.models.User",
    ("auth", "group"): "django.contrib.auth.models.Group",
    ("auth", "permission"): "django.contrib.auth.models.Permission",
    ("contenttypes", "contenttype"): "django.contrib.contenttypes.models.ContentType",
    ("sites", "site"): "django.contrib.sites.models.Site",
}
"""Where the classes of Django's own models are."""


def _model(app: str, name: str, table: str | None = None, /, **fields: Field) -> ModelState:
    named = {key: replace(field, name=key) for key, field in fields.items()}
    options = {"db_table": table} if table else {}
    return ModelState(app=app, name=name, fields=named, options=options, outside=True)


_ID = core_field("AutoField", primary_key=True)


@cache
def outside_models() -> Mapping[ModelKey, ModelState]:
    """The models that others refer to most, with their keys: what is needed to refer to them."""
    found = [
        _model("auth", "User", id=_ID, username=core_field("CharField", max_length=150, unique=True)),
        _model("auth", "Group", id=_ID, name=core_field("CharField", max_length=150, unique=True)),
        _model("auth", "Permission", id=_ID, codename=core_field("CharField", max_length=100)),
        _model("contenttypes", "ContentType", "django_content_type", id=_ID),
        _model("sites", "Site", "django_site", id=_ID),
        _model("admin", "LogEntry", "django_admin_log", id=_ID),
        _model("flatpages", "FlatPage", "django_flatpage", id=_ID),
        _model("redirects", "Redirect", "django_redirect", id=_ID),
        _model(
            "sessions",
            "Session",
            "django_session",
            session_key=core_field("CharField", max_length=40, primary_key=True),
        ),
        _model("authtoken", "Token", key=core_field("CharField", max_length=40, primary_key=True)),
        _model("taggit", "Tag", id=_ID, name=core_field("CharField", max_length=100, unique=True)),
    ]
    return {model.key: model for model in found}
