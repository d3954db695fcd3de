"""Base classes of Django and of packages: the fields that models get from them.

Sources: the packages themselves, by the dotted names below. One that is among the sources of a project is
read like any other, and this table is not asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from schemalint.frontends.django.field_types import POSTGRESQL
from schemalint.frontends.django.fields import Field, ModelKey, core_field
from schemalint.frontends.django.meta import MetaIndex


class KnownBase(Struct, frozen=True, kw_only=True):
    """An abstract model, or, where `concrete` is set, a model with a table of its own.

    Its metaclass gives a model more, which depends on its version and goes by the names in `adds`. `options`
    are those of its Meta, which hold for a model whose Meta comes from it.
    """

    fields: Mapping[str, Field] = {}
    adds: tuple[str, ...] = ()
    options: Mapping[str, Any] = {}
    concrete: ModelKey | None = None


def _abstract(**fields: Field) -> KnownBase:
    return KnownBase(fields=fields)


_USER_FIELDS = {
    "password": core_field("CharField", max_length=128),
    "last_login": core_field("DateTimeField", null=True),
}
_PERMISSIONS = {
    "is_superuser": core_field("BooleanField", default=False),
    "groups": core_field("ManyToManyField", to=("auth", "group")),
    "user_permissions": core_field("ManyToManyField", to=("auth", "permission")),
}
_CREATED_MODIFIED = {
    "created": core_field("DateTimeField"),
    "modified": core_field("DateTimeField"),
}
_SAFELY_DELETED = {
    "deleted": core_field("DateTimeField", null=True, db_index=True),
    "deleted_by_cascade": core_field("BooleanField", default=False),
}
_POSITIVE = core_field("PositiveIntegerField")
_INDEXED = core_field("PositiveIntegerField", db_index=True)
_CONTENT_TYPE = ("contenttypes", "contenttype")
_DEVICE = {
    "user": core_field("ForeignKey", to=("auth", "user")),
    "name": core_field("CharField", max_length=64),
    "confirmed": core_field("BooleanField", default=True),
}
ITSELF: ModelKey = ("", "self")
"""Stands for the model that has the field."""

_TREE_PARENT = core_field("ForeignKey", to=ITSELF, null=True)
_TAG = {"tag": core_field("ForeignKey", to=("taggit", "tag"))}
_TAGGED = {"content_type": core_field("ForeignKey", to=_CONTENT_TYPE)}

KNOWN: dict[str, KnownBase] = {
    "django.contrib.auth.models.AbstractBaseUser": KnownBase(fields=_USER_FIELDS),
    "django.contrib.auth.base_user.AbstractBaseUser": KnownBase(fields=_USER_FIELDS),
    "django.contrib.auth.models.PermissionsMixin": KnownBase(fields=_PERMISSIONS),
    "django.contrib.auth.models.AbstractUser": KnownBase(
        fields={
            **_USER_FIELDS,
            **_PERMISSIONS,
            "username": core_field("CharField", max_length=150, unique=True),
            "first_name": core_field("CharField", max_length=150),
            "last_name": core_field("CharField", max_length=150),
            "email": core_field("EmailField"),
            "is_staff": core_field("BooleanField", default=False),
            "is_active": core_field("BooleanField", default=True),
            "date_joined": core_field("DateTimeField"),
        }
    ),
    "django.contrib.sessions.base_session.AbstractBaseSession": _abstract(
        session_key=core_field("CharField", max_length=40, primary_key=True),
        session_data=core_field("TextField"),
        expire_date=core_field("DateTimeField", db_index=True),
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
        change_date=core_field("DateTimeField", auto_now_add=True),
        changed_by=core_field("ForeignKey", to=("auth", "user"), null=True),
        enabled=core_field("BooleanField", default=False),
    ),
    "edx_rbac.models.UserRole": KnownBase(
        fields={
            **_CREATED_MODIFIED,
            "name": core_field("CharField", unique=True, max_length=255, db_index=True),
            "description": core_field("TextField", null=True),
        }
    ),
    "edx_rbac.models.UserRoleAssignment": KnownBase(
        fields={
            **_CREATED_MODIFIED,
            "user": core_field("ForeignKey", to=("auth", "user")),
            "applies_to_all_contexts": core_field("BooleanField", default=False),
        },
        adds=("role",),
    ),
    "django_extensions.db.models.TitleDescriptionModel": _abstract(
        title=core_field("CharField", max_length=255), description=core_field("TextField", null=True)
    ),
    "django_extensions.db.models.TitleSlugDescriptionModel": _abstract(
        title=core_field("CharField", max_length=255),
        description=core_field("TextField", null=True),
        slug=core_field("SlugField"),
    ),
    "django_extensions.db.models.ActivatorModel": _abstract(
        status=core_field("IntegerField", default=1),
        activate_date=core_field("DateTimeField", null=True),
        deactivate_date=core_field("DateTimeField", null=True),
    ),
    "django_lifecycle.LifecycleModel": KnownBase(),
    "django_otp.models.Device": KnownBase(fields=_DEVICE),
    "django_otp.models.SideChannelDevice": KnownBase(
        fields={
            **_DEVICE,
            "token": core_field("CharField", max_length=16, null=True),
            "valid_until": core_field("DateTimeField"),
        }
    ),
    "django_otp.models.CooldownMixin": _abstract(
        last_generated_timestamp=core_field("DateTimeField", null=True)
    ),
    "django_otp.models.TimestampMixin": _abstract(
        created_at=core_field("DateTimeField", null=True), last_used_at=core_field("DateTimeField", null=True)
    ),
    "django_otp.models.ThrottlingMixin": _abstract(
        throttling_failure_timestamp=core_field("DateTimeField", null=True),
        throttling_failure_count=core_field("PositiveIntegerField", default=0),
    ),
    "django_softdelete.models.SoftDeleteModel": _abstract(
        deleted_at=core_field("DateTimeField", null=True),
        restored_at=core_field("DateTimeField", null=True),
        transaction_id=core_field("UUIDField", null=True),
    ),
    "fluent_contents.models.ContentItem": KnownBase(concrete=("fluent_contents", "contentitem")),
    "guardian.models.UserObjectPermissionBase": KnownBase(
        fields={
            "permission": core_field("ForeignKey", to=("auth", "permission")),
            "user": core_field("ForeignKey", to=("auth", "user")),
        },
        options={"unique_together": (("user", "permission", "content_object"),)},
    ),
    "guardian.models.GroupObjectPermissionBase": KnownBase(
        fields={
            "permission": core_field("ForeignKey", to=("auth", "permission")),
            "group": core_field("ForeignKey", to=("auth", "group")),
        },
        options={"unique_together": (("group", "permission", "content_object"),)},
    ),
    "invitations.base_invitation.AbstractBaseInvitation": _abstract(
        accepted=core_field("BooleanField", default=False),
        key=core_field("CharField", max_length=64, unique=True),
        sent=core_field("DateTimeField", null=True),
        inviter=core_field("ForeignKey", to=("auth", "user"), null=True),
    ),
    "model_utils.models.TimeStampedModel": KnownBase(fields=_CREATED_MODIFIED),
    "model_utils.models.TimeFramedModel": _abstract(
        start=core_field("DateTimeField", null=True), end=core_field("DateTimeField", null=True)
    ),
    "model_utils.models.StatusModel": _abstract(
        status=core_field("CharField", max_length=100), status_changed=core_field("DateTimeField")
    ),
    "model_utils.models.SoftDeletableModel": _abstract(is_removed=core_field("BooleanField", default=False)),
    "model_utils.models.UUIDModel": _abstract(id=core_field("UUIDField", primary_key=True)),
    "modelcluster.models.ClusterableModel": KnownBase(),
    "mptt.models.MPTTModel": KnownBase(
        fields={"lft": _POSITIVE, "rght": _POSITIVE, "tree_id": _INDEXED, "level": _POSITIVE},
        adds=("lft", "tree_id"),
    ),
    "ordered_model.models.OrderedModelBase": KnownBase(),
    "ordered_model.models.OrderedModel": _abstract(order=_INDEXED),
    "organizations.abstract.AbstractOrganization": KnownBase(
        fields={
            **_CREATED_MODIFIED,
            "name": core_field("CharField", max_length=200),
            "slug": core_field("SlugField", max_length=200, unique=True),
            "is_active": core_field("BooleanField", default=True),
        },
        adds=("users",),
    ),
    "parler.models.TranslatableModel": KnownBase(),
    "polymorphic.models.PolymorphicModel": _abstract(
        polymorphic_ctype=core_field("ForeignKey", to=_CONTENT_TYPE, null=True)
    ),
    "rest_framework.authtoken.models.Token": KnownBase(concrete=("authtoken", "token")),
    "rest_framework_api_key.models.AbstractAPIKey": _abstract(
        id=core_field("CharField", max_length=150, primary_key=True, unique=True),
        prefix=core_field("CharField", max_length=8, unique=True),
        hashed_key=core_field("CharField", max_length=150),
        created=core_field("DateTimeField", db_index=True),
        name=core_field("CharField", max_length=50),
        revoked=core_field("BooleanField", default=False),
        expiry_date=core_field("DateTimeField", null=True),
    ),
    "rules.contrib.models.RulesModel": KnownBase(),
    "safedelete.models.SafeDeleteMixin": KnownBase(fields=_SAFELY_DELETED),
    "safedelete.models.SafeDeleteModel": KnownBase(fields=_SAFELY_DELETED),
    "softdelete.models.SoftDeleteObject": _abstract(
        deleted_at=core_field("DateTimeField", null=True, db_index=True)
    ),
    "solo.models.SingletonModel": KnownBase(),
    "taggit.models.TagBase": _abstract(
        name=core_field("CharField", max_length=100, unique=True),
        slug=core_field("SlugField", max_length=100, unique=True),
    ),
    "taggit.models.ItemBase": KnownBase(),
    "taggit.models.TaggedItemBase": KnownBase(fields=_TAG),
    "taggit.models.CommonGenericTaggedItemBase": KnownBase(fields=_TAGGED),
    "taggit.models.GenericTaggedItemBase": KnownBase(
        fields={**_TAGGED, "object_id": core_field("IntegerField", db_index=True)}
    ),
    "taggit.models.GenericUUIDTaggedItemBase": KnownBase(
        fields={**_TAGGED, "object_id": core_field("UUIDField", db_index=True)}
    ),
    "tree_queries.models.OrderableTreeNode": _abstract(parent=_TREE_PARENT, position=_INDEXED),
    "tree_queries.models.TreeNode": _abstract(parent=_TREE_PARENT),
    "treebeard.models.Node": KnownBase(),
    "treebeard.al_tree.AL_Node": KnownBase(),
    "treebeard.mp_tree.MP_Node": _abstract(
        path=core_field("CharField", max_length=255, unique=True),
        depth=_POSITIVE,
        numchild=core_field("PositiveIntegerField", default=0),
    ),
    "treebeard.ns_tree.NS_Node": _abstract(lft=_INDEXED, rgt=_INDEXED, tree_id=_INDEXED, depth=_INDEXED),
    "wagtail.models.Page": KnownBase(concrete=("wagtailcore", "page")),
    "wagtail.core.models.Page": KnownBase(concrete=("wagtailcore", "page")),
    "wagtail.models.Orderable": _abstract(sort_order=core_field("IntegerField", null=True)),
    "wagtail.core.models.Orderable": _abstract(sort_order=core_field("IntegerField", null=True)),
    "wagtail.models.CollectionMember": _abstract(
        collection=core_field("ForeignKey", to=("wagtailcore", "collection"))
    ),
    "wagtail.models.DraftStateMixin": _abstract(
        live=core_field("BooleanField", default=True),
        has_unpublished_changes=core_field("BooleanField", default=False),
        first_published_at=core_field("DateTimeField", null=True, db_index=True),
        last_published_at=core_field("DateTimeField", null=True),
        live_revision=core_field("ForeignKey", to=("wagtailcore", "revision"), null=True),
        go_live_at=core_field("DateTimeField", null=True),
        expire_at=core_field("DateTimeField", null=True),
        expired=core_field("BooleanField", default=False),
    ),
    "wagtail.models.RevisionMixin": _abstract(
        latest_revision=core_field("ForeignKey", to=("wagtailcore", "revision"), null=True)
    ),
    "wagtail.models.LockableMixin": _abstract(
        locked=core_field("BooleanField", default=False),
        locked_at=core_field("DateTimeField", null=True),
        locked_by=core_field("ForeignKey", to=("auth", "user"), null=True),
    ),
    "wagtail.models.PreviewableMixin": KnownBase(),
    "wagtail.models.WorkflowMixin": KnownBase(),
    "wagtail.models.TranslatableMixin": KnownBase(
        fields={
            "translation_key": core_field("UUIDField"),
            "locale": core_field("ForeignKey", to=("wagtailcore", "locale")),
        },
        options={"unique_together": (("translation_key", "locale"),)},
    ),
    "wagtail.contrib.settings.models.BaseSiteSetting": _abstract(
        site=core_field("OneToOneField", to=("wagtailcore", "site"))
    ),
    "wagtail.contrib.settings.models.BaseGenericSetting": KnownBase(),
    "wagtail.contrib.forms.models.AbstractFormField": _abstract(
        sort_order=core_field("IntegerField", null=True),
        clean_name=core_field("CharField", max_length=255),
        label=core_field("CharField", max_length=255),
        field_type=core_field("CharField", max_length=16),
        required=core_field("BooleanField", default=True),
        choices=core_field("TextField"),
        default_value=core_field("TextField"),
        help_text=core_field("CharField", max_length=255),
    ),
    "cms.models.pluginmodel.CMSPlugin": KnownBase(concrete=("cms", "cmsplugin")),
    "cms.models.CMSPlugin": KnownBase(concrete=("cms", "cmsplugin")),
}
"""By the dotted name of the class; a class is also known by its name in a module further up."""

_INDEX_ENTRY = {
    "content_type": core_field("ForeignKey", to=_CONTENT_TYPE),
    "object_id": core_field("CharField", max_length=50),
    "title_norm": core_field("FloatField", default=1.0),
}
_ENTRY_OPTIONS = {"unique_together": (("content_type", "object_id"),)}
_ENTRY_TEXT = {
    "autocomplete": core_field("TextField", null=True),
    "title": core_field("TextField"),
    "body": core_field("TextField", null=True),
}
_VECTOR = Field(type=POSTGRESQL["SearchVectorField"], path="django.contrib.postgres.search.SearchVectorField")
_ENTRY_INDEXES = tuple(
    MetaIndex(name=None, fields=(name,), descending=(False,), suffix="gin")
    for name in ("autocomplete", "title", "body")
)

BY_DATABASE: dict[tuple[str, str], KnownBase] = {
    ("modelsearch.abstract_models.AbstractIndexEntry", "postgresql"): KnownBase(
        fields={
            **_INDEX_ENTRY,
            **dict.fromkeys(("autocomplete", "title", "body"), _VECTOR),
            "title_text": core_field("TextField", default=""),
            "body_text": core_field("TextField", default=""),
        },
        options={**_ENTRY_OPTIONS, "indexes": _ENTRY_INDEXES},
    ),
    ("modelsearch.abstract_models.AbstractIndexEntry", ""): KnownBase(
        fields={**_INDEX_ENTRY, **_ENTRY_TEXT}, options=_ENTRY_OPTIONS
    ),
    ("modelsearch.abstract_models.AbstractSQLiteFTSIndexEntry", "sqlite"): KnownBase(fields=_ENTRY_TEXT),
}
"""What differs by database; "" holds for those that are not named."""
