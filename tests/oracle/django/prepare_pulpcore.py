"""What pulpcore needs before it runs on a PostgreSQL that has no extensions; run by `make_databases.py`."""

from __future__ import annotations

import base64
import os
import tempfile
from pathlib import Path
from typing import Any

_SETTINGS = """
CACHE_ENABLED = False
CONTENT_ORIGIN = "http://example.org"
DATABASES = {{"default": {database!r}}}
DB_ENCRYPTION_KEY = {key!r}
MEDIA_ROOT = STATIC_ROOT = {folder!r}
SECRET_KEY = "x"
"""


def before(database: dict[str, Any]) -> None:
    """Writes the settings file that pulpcore asks for."""
    folder = Path(tempfile.mkdtemp(prefix="schemalint-pulpcore-"))
    key = folder / "key"
    key.write_bytes(base64.urlsafe_b64encode(bytes(32)) + b"\n")
    (folder / "settings.py").write_text(_SETTINGS.format(key=str(key), folder=str(folder), database=database))
    os.environ["PULP_SETTINGS"] = str(folder / "settings.py")
    os.environ["DJANGO_SETTINGS_MODULE"] = "pulpcore.app.settings"


def after(side: str) -> None:
    """Puts a domain over jsonb in the place of the type hstore."""
    from django.contrib.postgres.fields import HStoreField
    from django.contrib.postgres.operations import CreateExtension
    from django.db import connection

    def prepared(_field: Any, value: Any, *_: Any, **__: Any) -> Any:
        return "{}" if isinstance(value, dict) else value

    CreateExtension.database_forwards = lambda *_, **__: None
    HStoreField.get_prep_value = HStoreField.get_db_prep_save = prepared
    with connection.cursor() as cursor:
        cursor.execute("create domain hstore as jsonb")
        cursor.execute(
            "create function hstore(text[], text[]) returns hstore language sql as $$ select '{}'::hstore $$"
        )
        if side == "declared":  # a migration makes it otherwise
            cursor.execute("create domain relative_path as text")
