"""Mixins of well-known packages, with the columns that they bring.

Sources: `flask_appbuilder/models/mixins.py` (Flask-AppBuilder 4), `sqlalchemy_utils/models.py`
(SQLAlchemy-Utils 0.41), `oslo_db/sqlalchemy/models.py` (oslo.db 17), `__init__.py` and `access_token.py` of
`fastapi_users_db_sqlalchemy` (6 and 7), `flask_dance/consumer/storage/sqla.py` (Flask-Dance 7),
`timestamp.py` of `sqlalchemy_mixins` (2.0).
"""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.frames import Frame
from schemalint.frontends.python_interpreter.objects import ClassObject, NativeClass
from schemalint.frontends.python_interpreter.values import MISSING, Value
from schemalint.frontends.sqlalchemy_constructs.schema_items import ColumnItem

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

_UUID_KEY = "Column(Uuid, primary_key=True)"
_FAB_USER = "Column(Integer, ForeignKey('ab_user.id'), nullable=False)"
_USER = {
    "email": "Column(String(320), unique=True, index=True, nullable=False)",
    "hashed_password": "Column(String(1024), nullable=False)",
    "is_active": "Column(Boolean, nullable=False)",
    "is_superuser": "Column(Boolean, nullable=False)",
    "is_verified": "Column(Boolean, nullable=False)",
}
_OAUTH_ACCOUNT = {
    "oauth_name": "Column(String(100), index=True, nullable=False)",
    "access_token": "Column(String(1024), nullable=False)",
    "expires_at": "Column(Integer, nullable=True)",
    "refresh_token": "Column(String(1024), nullable=True)",
    "account_id": "Column(String(320), index=True, nullable=False)",
    "account_email": "Column(String(320), nullable=False)",
}
_ACCESS_TOKEN = {
    "token": "Column(String(43), primary_key=True)",
    "created_at": "Column(TIMESTAMP(timezone=True), index=True, nullable=False)",
}
_OWNER = "Column(Uuid, ForeignKey('user.id', ondelete='cascade'), nullable=False)"

_MIXINS: dict[str, tuple[str | None, dict[str, str]]] = {
    "flask_appbuilder.models.mixins.AuditMixin": (
        None,
        {
            "created_on": "Column(DateTime, nullable=False)",
            "changed_on": "Column(DateTime, nullable=False)",
            "created_by_fk": _FAB_USER,
            "changed_by_fk": _FAB_USER,
        },
    ),
    "oslo_db.sqlalchemy.models.TimestampMixin": (
        None,
        {"created_at": "Column(DateTime)", "updated_at": "Column(DateTime)"},
    ),
    "oslo_db.sqlalchemy.models.SoftDeleteMixin": (
        None,
        {"deleted_at": "Column(DateTime)", "deleted": "Column(Integer)"},
    ),
    "sqlalchemy_mixins.TimestampsMixin": (
        None,
        dict.fromkeys(("created_at", "updated_at"), "Column(TIMESTAMP(), nullable=False)"),
    ),
    "sqlalchemy_utils.Timestamp": (
        None,
        {"created": "Column(DateTime, nullable=False)", "updated": "Column(DateTime, nullable=False)"},
    ),
    "fastapi_users_db_sqlalchemy.SQLAlchemyBaseUserTable": ("user", _USER),
    "fastapi_users_db_sqlalchemy.SQLAlchemyBaseUserTableUUID": ("user", {"id": _UUID_KEY, **_USER}),
    "fastapi_users_db_sqlalchemy.SQLAlchemyBaseOAuthAccountTable": ("oauth_account", _OAUTH_ACCOUNT),
    "fastapi_users_db_sqlalchemy.SQLAlchemyBaseOAuthAccountTableUUID": (
        "oauth_account",
        {"id": _UUID_KEY, "user_id": _OWNER, **_OAUTH_ACCOUNT},
    ),
    "fastapi_users_db_sqlalchemy.access_token.SQLAlchemyBaseAccessTokenTable": ("accesstoken", _ACCESS_TOKEN),
    "fastapi_users_db_sqlalchemy.access_token.SQLAlchemyBaseAccessTokenTableUUID": (
        "accesstoken",
        {"user_id": _OWNER, **_ACCESS_TOKEN},
    ),
    "flask_dance.consumer.storage.sqla.OAuthConsumerMixin": (
        "flask_dance_{}",
        {
            "id": "Column(Integer, primary_key=True)",
            "provider": "Column(String(50), nullable=False)",
            "created_at": "Column(DateTime, nullable=False)",
            "token": "Column(nullable=False)",  # whose type has changed with the versions
        },
    ),
}
"""By the dotted name of the class: the name of the table, with {} for that of the class, and the columns."""

_OTHER_NAMES = {
    "flask_appbuilder.models.mixins.AuditMixin": "flask_appbuilder.AuditMixin",
    "sqlalchemy_mixins.TimestampsMixin": "sqlalchemy_mixins.timestamp.TimestampsMixin",
    "sqlalchemy_utils.Timestamp": "sqlalchemy_utils.models.Timestamp",
    **{
        name: name.replace("fastapi_users_db_sqlalchemy.", "fastapi_users.db.")
        for name in _MIXINS
        if name.startswith("fastapi_users_db_sqlalchemy.SQLAlchemyBase")
    },
}


class KnownMixin(NativeClass):
    """A class that brings columns, and maybe the table's name, to the models that have it for a base."""

    __slots__ = ("columns", "template")

    def __init__(self, name: str, template: str | None, columns: dict[str, str]) -> None:
        super().__init__(name)
        self.template = template
        self.columns = columns

    def table_name(self, cls: ClassObject) -> str | None:
        """The name that the table of a class has where the class gives it none; None where there is none."""
        return None if self.template is None else self.template.format(cls.name.lower())

    def inherited(self, interpreter: Interpreter, cls: ClassObject, name: str) -> Value:
        """Its columns are copied to the class where that is mapped."""
        return MISSING

    def missing(
        self, interpreter: Interpreter, cls: ClassObject, names: frozenset[str]
    ) -> dict[str, ColumnItem]:
        """Its columns, but for those that the class, or a base before it, defines under the same name."""
        found: dict[str, ColumnItem] = {}
        for name, text in self.columns.items():
            if name in names or cls.find(name)[0] is not MISSING:
                continue
            column = interpreter.evaluate(_expression(text), _frame(interpreter, cls))
            if isinstance(column, ColumnItem):
                column.site = cls.site
                column.name = column.key = name
                for key in column.foreign_keys:
                    key.site = cls.site
                found[name] = column
                cls.variables[name] = column
        return found


@cache
def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _frame(interpreter: Interpreter, cls: ClassObject) -> Frame:
    """Where SQLAlchemy's names are known, whatever the module of the class imports."""
    names = "Column ForeignKey Integer String Boolean DateTime TIMESTAMP Uuid".split()
    return Frame(cls.frame.module, None, {name: interpreter.external(f"sqlalchemy.{name}") for name in names})


def known_mixins() -> dict[str, Value]:
    """The mixins by every name under which they are imported."""
    found: dict[str, Value] = {}
    for name, (table_name, columns) in _MIXINS.items():
        found[name] = KnownMixin(name, table_name, columns)
        if name in _OTHER_NAMES:
            found[_OTHER_NAMES[name]] = found[name]
    return found
