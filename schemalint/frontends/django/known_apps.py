"""Apps of Django and of others whose sources may not be at hand: their labels, and what their models are."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from schemalint.frontends.django.field_types import CORE
from schemalint.frontends.django.fields import Field, ModelKey
from schemalint.frontends.django.model_state import ModelState
from schemalint.frontends.python_source.values import Value

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


def _field(kind: str, **options: Value) -> Field:
    base = CORE[kind]
    to = options.pop("to", None)
    return Field(
        type=base,
        path=f"django.db.models.{kind}",
        options={**base.defaults, **options},
        to=to if isinstance(to, tuple) else None,
    )


def _model(app: str, name: str, table: str | None = None, /, **fields: Field) -> ModelState:
    named = {key: _named(key, field) for key, field in fields.items()}
    options = {"db_table": table} if table else {}
    return ModelState(app=app, name=name, fields=named, options=options, outside=True)


def _named(name: str, field: Field) -> Field:
    return Field(
        name=name, type=field.type, path=field.path, options=field.options, to=field.to, span=field.span
    )


_ID = _field("AutoField", primary_key=True)


@cache
def outside_models() -> Mapping[ModelKey, ModelState]:
    """The models that others refer to most, with their keys: what is needed to refer to them."""
    found = [
        _model("auth", "User", id=_ID, username=_field("CharField", max_length=150, unique=True)),
        _model("auth", "Group", id=_ID, name=_field("CharField", max_length=150, unique=True)),
        _model("auth", "Permission", id=_ID, codename=_field("CharField", max_length=100)),
        _model("contenttypes", "ContentType", "django_content_type", id=_ID),
        _model("sites", "Site", "django_site", id=_ID),
        _model("admin", "LogEntry", "django_admin_log", id=_ID),
        _model("flatpages", "FlatPage", "django_flatpage", id=_ID),
        _model("redirects", "Redirect", "django_redirect", id=_ID),
        _model(
            "sessions",
            "Session",
            "django_session",
            session_key=_field("CharField", max_length=40, primary_key=True),
        ),
        _model("authtoken", "Token", key=_field("CharField", max_length=40, primary_key=True)),
        _model("taggit", "Tag", id=_ID, name=_field("CharField", max_length=100, unique=True)),
    ]
    return {model.key: model for model in found}
