"""What is known of a base class of another package, where the package is not at hand."""

from __future__ import annotations

import sys

from msgspec.structs import replace

from schemalint.frontends.django.bases_of_packages import BY_DATABASE, KNOWN, KnownBase
from schemalint.frontends.django.fields import Field, core_field
from schemalint.knowledge.dialects import Dialect

_PLAIN_NAMES = frozenset(
    {
        "object",
        "Generic",
        "Protocol",
        "ABC",
        "dirtyfields.DirtyFieldsMixin",
        "django_lifecycle.LifecycleModelMixin",
        "guardian.mixins.GuardianUserMixin",
        "modelsearch.index.Indexed",
        "pydantic.BaseModel",
        "rules.contrib.models.RulesModelMixin",
        "wagtail.search.index.Indexed",
        "wagtail.contrib.routable_page.models.RoutablePageMixin",
        "wagtail.models.PreviewableMixin",
    }
)
"""Classes that are no models, and give none."""

MAKERS_OF_PLAIN = frozenset({"django_prometheus.models.ExportModelOperationsMixin"})
"""Functions that make such a class."""

_PLAIN = ("abc.", "typing.", "builtins.", "collections.", "enum.", "object", "django.utils.")

CLASS_NAMES = frozenset(name.rpartition(".")[2] for name in (*KNOWN, *(name for name, _ in BY_DATABASE)))
"""The names of the classes that are known here, without their modules."""


_BEFORE: dict[str, tuple[tuple[tuple[int, int], dict[str, Field]], ...]] = {
    "django.contrib.auth.models.AbstractUser": (
        ((2, 0), {name: core_field("CharField", max_length=30) for name in ("first_name", "last_name")}),
        ((3, 1), {"first_name": core_field("CharField", max_length=30)}),
    )
}
"""Fields that a class had before a version of Django (https://docs.djangoproject.com/en/stable/releases/)."""


def of(name: str, dialect: Dialect, version: tuple[int, int] | None) -> KnownBase | None:
    """What a class of another package gives to a model; None where nothing is known of it.

    `version` is Django's; without it, what depends on it is assumed.
    """
    found = _of(name, dialect)
    if found is None:
        return None
    for below, fields in _BEFORE.get(name, ()):
        if version is None:
            assumed = {field: replace(found.fields[field], assumed=True) for field in fields}
            return replace(found, fields={**found.fields, **assumed})
        if version < below:
            return replace(found, fields={**found.fields, **fields})
    return found


def _of(name: str, dialect: Dialect) -> KnownBase | None:
    found = BY_DATABASE.get((name, dialect)) or BY_DATABASE.get((name, "")) or KNOWN.get(name)
    if found is not None:
        return found
    package, _, last = name.rpartition(".")
    while "." in package:
        package = package.rpartition(".")[0]
        found = KNOWN.get(f"{package}.{last}")
        if found is not None:
            return found
    return None


def is_plain(name: str) -> bool:
    """Whether a class of another package is certainly no model."""
    return (
        name in _PLAIN_NAMES
        or name.startswith(_PLAIN)
        or ("." in name and name.partition(".")[0] in sys.stdlib_module_names)
    )
