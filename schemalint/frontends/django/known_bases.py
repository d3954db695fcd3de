"""Base classes of other packages: the fields that models get from them where the package is not at hand.

A package that is among the sources is read like any other, and this table is not asked.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from schemalint.frontends.django.field_types import CORE, POSTGRESQL
from schemalint.frontends.django.fields import Field, ModelKey
from schemalint.frontends.django.meta import MetaIndex
from schemalint.frontends.python_source.values import Value
from schemalint.knowledge.dialects import Dialect


class KnownBase(Struct, frozen=True, kw_only=True):
    """An abstract model, or, where `concrete` is set, a model with a table of its own.

    `adds` says that its metaclass gives a model more: what that is depends on its version. `options` are
    those of its Meta, which hold for a model whose Meta comes from it.
    """

    fields: Mapping[str, Field] = {}
    adds: bool = False
    options: Mapping[str, Any] = {}
    concrete: ModelKey | None = None


def _field(kind: str, to: ModelKey | None = None, **options: Value) -> Field:
    base = CORE[kind]
    return Field(type=base, path=f"django.db.models.{kind}", options={**base.defaults, **options}, to=to)


def _abstract(**fields: Field) -> KnownBase:
    return KnownBase(fields=fields)


_USER_FIELDS = {
    "password": _field("CharField", max_length=128),
    "last_login": _field("DateTimeField", null=True),
}
_PERMISSIONS = {
    "is_superuser": _field("BooleanField", default=False),
    "groups": _field("ManyToManyField", to=("auth", "group")),
    "user_permissions": _field("ManyToManyField", to=("auth", "permission")),
}
_CREATED_MODIFIED = {
    "created": _field("DateTimeField"),
    "modified": _field("DateTimeField"),
}
_SAFELY_DELETED = {
    "deleted": _field("DateTimeField", null=True, db_index=True),
    "deleted_by_cascade": _field("BooleanField", default=False),
}
_POSITIVE = _field("PositiveIntegerField")
_INDEXED = _field("PositiveIntegerField", db_index=True)
_CONTENT_TYPE = ("contenttypes", "contenttype")
_DEVICE = {
    "user": _field("ForeignKey", to=("auth", "user")),
    "name": _field("CharField", max_length=64),
    "confirmed": _field("BooleanField", default=True),
}
ITSELF: ModelKey = ("", "self")
"""Stands for the model that has the field."""

_TREE_PARENT = _field("ForeignKey", to=ITSELF, null=True)
_TAG = {"tag": _field("ForeignKey", to=("taggit", "tag"))}
_TAGGED = {"content_type": _field("ForeignKey", to=_CONTENT_TYPE)}

_KNOWN: dict[str, KnownBase] = {
    "django.contrib.auth.models.AbstractBaseUser": KnownBase(fields=_USER_FIELDS),
    "django.contrib.auth.base_user.AbstractBaseUser": KnownBase(fields=_USER_FIELDS),
    "django.contrib.auth.models.PermissionsMixin": KnownBase(fields=_PERMISSIONS),
    "django.contrib.auth.models.AbstractUser": KnownBase(
        fields={
            **_USER_FIELDS,
            **_PERMISSIONS,
            "username": _field("CharField", max_length=150, unique=True),
            "first_name": _field("CharField", max_length=150),
            "last_name": _field("CharField", max_length=150),
            "email": _field("EmailField"),
            "is_staff": _field("BooleanField", default=False),
            "is_active": _field("BooleanField", default=True),
            "date_joined": _field("DateTimeField"),
        }
    ),
    "django.contrib.sessions.base_session.AbstractBaseSession": _abstract(
        session_key=_field("CharField", max_length=40, primary_key=True),
        session_data=_field("TextField"),
        expire_date=_field("DateTimeField", db_index=True),
    ),
    "django.contrib.auth.models.User": KnownBase(concrete=("auth", "user")),
    "django.contrib.auth.models.Group": KnownBase(concrete=("auth", "group")),
    "django.contrib.auth.models.Permission": KnownBase(concrete=("auth", "permission")),
    "django.contrib.contenttypes.models.ContentType": KnownBase(concrete=_CONTENT_TYPE),
    "django.contrib.sites.models.Site": KnownBase(concrete=("sites", "site")),
    "django.contrib.flatpages.models.FlatPage": KnownBase(concrete=("flatpages", "flatpage")),
    "django.contrib.sessions.models.Session": KnownBase(concrete=("sessions", "session")),
    "django_extensions.db.models.TimeStampedModel": KnownBase(fields=_CREATED_MODIFIED),
    "config_models.models.ConfigurationModel": _abstract(
        change_date=_field("DateTimeField", auto_now_add=True),
        changed_by=_field("ForeignKey", to=("auth", "user"), null=True),
        enabled=_field("BooleanField", default=False),
    ),
    "edx_rbac.models.UserRole": KnownBase(
        fields={
            **_CREATED_MODIFIED,
            "name": _field("CharField", unique=True, max_length=255, db_index=True),
            "description": _field("TextField", null=True),
        }
    ),
    "edx_rbac.models.UserRoleAssignment": KnownBase(
        fields={
            **_CREATED_MODIFIED,
            "user": _field("ForeignKey", to=("auth", "user")),
            "applies_to_all_contexts": _field("BooleanField", default=False),
        },
        adds=True,  # the relation to its role
    ),
    "django_extensions.db.models.TitleDescriptionModel": _abstract(
        title=_field("CharField", max_length=255), description=_field("TextField", null=True)
    ),
    "django_extensions.db.models.TitleSlugDescriptionModel": _abstract(
        title=_field("CharField", max_length=255),
        description=_field("TextField", null=True),
        slug=_field("SlugField"),
    ),
    "django_extensions.db.models.ActivatorModel": _abstract(
        status=_field("IntegerField", default=1),
        activate_date=_field("DateTimeField", null=True),
        deactivate_date=_field("DateTimeField", null=True),
    ),
    "django_lifecycle.LifecycleModel": KnownBase(),
    "django_otp.models.Device": KnownBase(fields=_DEVICE),
    "django_otp.models.SideChannelDevice": KnownBase(
        fields={
            **_DEVICE,
            "token": _field("CharField", max_length=16, null=True),
            "valid_until": _field("DateTimeField"),
        }
    ),
    "django_otp.models.CooldownMixin": _abstract(last_generated_timestamp=_field("DateTimeField", null=True)),
    "django_otp.models.TimestampMixin": _abstract(
        created_at=_field("DateTimeField", null=True), last_used_at=_field("DateTimeField", null=True)
    ),
    "django_otp.models.ThrottlingMixin": _abstract(
        throttling_failure_timestamp=_field("DateTimeField", null=True),
        throttling_failure_count=_field("PositiveIntegerField", default=0),
    ),
    "django_softdelete.models.SoftDeleteModel": _abstract(
        deleted_at=_field("DateTimeField", null=True),
        restored_at=_field("DateTimeField", null=True),
        transaction_id=_field("UUIDField", null=True),
    ),
    "fluent_contents.models.ContentItem": KnownBase(concrete=("fluent_contents", "contentitem")),
    "guardian.models.UserObjectPermissionBase": KnownBase(
        fields={
            "permission": _field("ForeignKey", to=("auth", "permission")),
            "user": _field("ForeignKey", to=("auth", "user")),
        },
        options={"unique_together": (("user", "permission", "content_object"),)},
    ),
    "guardian.models.GroupObjectPermissionBase": KnownBase(
        fields={
            "permission": _field("ForeignKey", to=("auth", "permission")),
            "group": _field("ForeignKey", to=("auth", "group")),
        },
        options={"unique_together": (("group", "permission", "content_object"),)},
    ),
    "invitations.base_invitation.AbstractBaseInvitation": _abstract(
        accepted=_field("BooleanField", default=False),
        key=_field("CharField", max_length=64, unique=True),
        sent=_field("DateTimeField", null=True),
        inviter=_field("ForeignKey", to=("auth", "user"), null=True),
    ),
    "model_utils.models.TimeStampedModel": KnownBase(fields=_CREATED_MODIFIED),
    "model_utils.models.TimeFramedModel": _abstract(
        start=_field("DateTimeField", null=True), end=_field("DateTimeField", null=True)
    ),
    "model_utils.models.StatusModel": _abstract(
        status=_field("CharField", max_length=100), status_changed=_field("DateTimeField")
    ),
    "model_utils.models.SoftDeletableModel": _abstract(is_removed=_field("BooleanField", default=False)),
    "model_utils.models.UUIDModel": _abstract(id=_field("UUIDField", primary_key=True)),
    "modelcluster.models.ClusterableModel": KnownBase(),
    "mptt.models.MPTTModel": KnownBase(
        fields={"lft": _POSITIVE, "rght": _POSITIVE, "tree_id": _INDEXED, "level": _POSITIVE},
        adds=True,  # an index on two of them
    ),
    "ordered_model.models.OrderedModelBase": KnownBase(),
    "ordered_model.models.OrderedModel": _abstract(order=_INDEXED),
    "organizations.abstract.AbstractOrganization": KnownBase(
        fields={
            **_CREATED_MODIFIED,
            "name": _field("CharField", max_length=200),
            "slug": _field("SlugField", max_length=200, unique=True),
            "is_active": _field("BooleanField", default=True),
        },
        adds=True,  # the relation to its users
    ),
    "parler.models.TranslatableModel": KnownBase(),
    "polymorphic.models.PolymorphicModel": _abstract(
        polymorphic_ctype=_field("ForeignKey", to=_CONTENT_TYPE, null=True)
    ),
    "rest_framework.authtoken.models.Token": KnownBase(concrete=("authtoken", "token")),
    "rest_framework_api_key.models.AbstractAPIKey": _abstract(
        id=_field("CharField", max_length=150, primary_key=True, unique=True),
        prefix=_field("CharField", max_length=8, unique=True),
        hashed_key=_field("CharField", max_length=150),
        created=_field("DateTimeField", db_index=True),
        name=_field("CharField", max_length=50),
        revoked=_field("BooleanField", default=False),
        expiry_date=_field("DateTimeField", null=True),
    ),
    "rules.contrib.models.RulesModel": KnownBase(),
    "safedelete.models.SafeDeleteMixin": KnownBase(fields=_SAFELY_DELETED),
    "safedelete.models.SafeDeleteModel": KnownBase(fields=_SAFELY_DELETED),
    "softdelete.models.SoftDeleteObject": _abstract(
        deleted_at=_field("DateTimeField", null=True, db_index=True)
    ),
    "solo.models.SingletonModel": KnownBase(),
    "taggit.models.TagBase": _abstract(
        name=_field("CharField", max_length=100, unique=True),
        slug=_field("SlugField", max_length=100, unique=True),
    ),
    "taggit.models.ItemBase": KnownBase(),
    "taggit.models.TaggedItemBase": KnownBase(fields=_TAG),
    "taggit.models.CommonGenericTaggedItemBase": KnownBase(fields=_TAGGED),
    "taggit.models.GenericTaggedItemBase": KnownBase(
        fields={**_TAGGED, "object_id": _field("IntegerField", db_index=True)}
    ),
    "taggit.models.GenericUUIDTaggedItemBase": KnownBase(
        fields={**_TAGGED, "object_id": _field("UUIDField", db_index=True)}
    ),
    "tree_queries.models.OrderableTreeNode": _abstract(parent=_TREE_PARENT, position=_INDEXED),
    "tree_queries.models.TreeNode": _abstract(parent=_TREE_PARENT),
    "treebeard.models.Node": KnownBase(),
    "treebeard.al_tree.AL_Node": KnownBase(),
    "treebeard.mp_tree.MP_Node": _abstract(
        path=_field("CharField", max_length=255, unique=True),
        depth=_POSITIVE,
        numchild=_field("PositiveIntegerField", default=0),
    ),
    "treebeard.ns_tree.NS_Node": _abstract(lft=_INDEXED, rgt=_INDEXED, tree_id=_INDEXED, depth=_INDEXED),
    "wagtail.models.Page": KnownBase(concrete=("wagtailcore", "page")),
    "wagtail.core.models.Page": KnownBase(concrete=("wagtailcore", "page")),
    "wagtail.models.Orderable": _abstract(sort_order=_field("IntegerField", null=True)),
    "wagtail.core.models.Orderable": _abstract(sort_order=_field("IntegerField", null=True)),
    "wagtail.models.CollectionMember": _abstract(
        collection=_field("ForeignKey", to=("wagtailcore", "collection"))
    ),
    "wagtail.models.DraftStateMixin": _abstract(
        live=_field("BooleanField", default=True),
        has_unpublished_changes=_field("BooleanField", default=False),
        first_published_at=_field("DateTimeField", null=True, db_index=True),
        last_published_at=_field("DateTimeField", null=True),
        live_revision=_field("ForeignKey", to=("wagtailcore", "revision"), null=True),
        go_live_at=_field("DateTimeField", null=True),
        expire_at=_field("DateTimeField", null=True),
        expired=_field("BooleanField", default=False),
    ),
    "wagtail.models.RevisionMixin": _abstract(
        latest_revision=_field("ForeignKey", to=("wagtailcore", "revision"), null=True)
    ),
    "wagtail.models.LockableMixin": _abstract(
        locked=_field("BooleanField", default=False),
        locked_at=_field("DateTimeField", null=True),
        locked_by=_field("ForeignKey", to=("auth", "user"), null=True),
    ),
    "wagtail.models.PreviewableMixin": KnownBase(),
    "wagtail.models.WorkflowMixin": KnownBase(),
    "wagtail.models.TranslatableMixin": KnownBase(
        fields={
            "translation_key": _field("UUIDField"),
            "locale": _field("ForeignKey", to=("wagtailcore", "locale")),
        },
        options={"unique_together": (("translation_key", "locale"),)},
    ),
    "wagtail.contrib.settings.models.BaseSiteSetting": _abstract(
        site=_field("OneToOneField", to=("wagtailcore", "site"))
    ),
    "wagtail.contrib.settings.models.BaseGenericSetting": KnownBase(),
    "wagtail.contrib.forms.models.AbstractFormField": _abstract(
        sort_order=_field("IntegerField", null=True),
        clean_name=_field("CharField", max_length=255),
        label=_field("CharField", max_length=255),
        field_type=_field("CharField", max_length=16),
        required=_field("BooleanField", default=True),
        choices=_field("TextField"),
        default_value=_field("TextField"),
        help_text=_field("CharField", max_length=255),
    ),
    "cms.models.pluginmodel.CMSPlugin": KnownBase(concrete=("cms", "cmsplugin")),
    "cms.models.CMSPlugin": KnownBase(concrete=("cms", "cmsplugin")),
}

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


_INDEX_ENTRY = {
    "content_type": _field("ForeignKey", to=_CONTENT_TYPE),
    "object_id": _field("CharField", max_length=50),
    "title_norm": _field("FloatField", default=1.0),
}
_ENTRY_OPTIONS = {"unique_together": (("content_type", "object_id"),)}
_ENTRY_TEXT = {
    "autocomplete": _field("TextField", null=True),
    "title": _field("TextField"),
    "body": _field("TextField", null=True),
}
_VECTOR = Field(type=POSTGRESQL["SearchVectorField"], path="django.contrib.postgres.search.SearchVectorField")
_ENTRY_INDEXES = tuple(
    MetaIndex(name=None, fields=(name,), descending=(False,), suffix="gin")
    for name in ("autocomplete", "title", "body")
)

_BY_DATABASE: dict[tuple[str, str], KnownBase] = {
    ("modelsearch.abstract_models.AbstractIndexEntry", "postgresql"): KnownBase(
        fields={
            **_INDEX_ENTRY,
            **dict.fromkeys(("autocomplete", "title", "body"), _VECTOR),
            "title_text": _field("TextField", default=""),
            "body_text": _field("TextField", default=""),
        },
        options={**_ENTRY_OPTIONS, "indexes": _ENTRY_INDEXES},
    ),
    ("modelsearch.abstract_models.AbstractIndexEntry", ""): KnownBase(
        fields={**_INDEX_ENTRY, **_ENTRY_TEXT}, options=_ENTRY_OPTIONS
    ),
    ("modelsearch.abstract_models.AbstractSQLiteFTSIndexEntry", "sqlite"): KnownBase(fields=_ENTRY_TEXT),
}
"""What differs by database; "" holds for those that are not named."""


CLASS_NAMES = frozenset(name.rpartition(".")[2] for name in (*_KNOWN, *(name for name, _ in _BY_DATABASE)))
"""The names of the classes that are known here, without their modules."""


_BEFORE: dict[str, tuple[tuple[tuple[int, int], dict[str, Field]], ...]] = {
    "django.contrib.auth.models.AbstractUser": (
        ((2, 0), {name: _field("CharField", max_length=30) for name in ("first_name", "last_name")}),
        ((3, 1), {"first_name": _field("CharField", max_length=30)}),
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
    found = _BY_DATABASE.get((name, dialect)) or _BY_DATABASE.get((name, "")) or _KNOWN.get(name)
    if found is not None:
        return found
    package, _, last = name.rpartition(".")
    while "." in package:
        package = package.rpartition(".")[0]
        found = _KNOWN.get(f"{package}.{last}")
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
