"""Makes databases with Django; run by a Python that has it, and imported by none of ours.

Reads jobs from standard input, one JSON object a line, and answers each with a line on standard output.

A job:

- `path`: folders to import from
- `apps`: the apps whose tables are wanted; `others`: those that they need
- `settings`: a module with settings, or null; `values`: settings by name
- `preparation`: a file with functions to call `before` Django is configured and `after`, or null; where
  it sets DJANGO_SETTINGS_MODULE, the settings are those
- `database`: an entry of DATABASES
- `side`: "declared" makes the tables of all models; "migrated" runs all migrations; "undone" goes back,
  behind that, to `target` (app and migration); "walk" runs each migration up, down and up again
  (`walking.py`); "drift" makes nothing, and says what differs (`states.py`)

An answer: `error` (null, or what went wrong), `others`: the tables that are none of the apps', `drift`, and
the `steps` of a walk.
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import runpy
import sys
import traceback
import warnings
from contextlib import suppress
from typing import Any

warnings.simplefilter("ignore")
if not hasattr(inspect, "markcoroutinefunction"):  # all that Django 6 asks of a newer Python
    inspect.markcoroutinefunction = lambda function: function  # type: ignore[attr-defined]


def _configure(job: dict[str, Any]) -> None:
    import django
    from django.conf import settings

    preparation = runpy.run_path(job["preparation"]) if job["preparation"] else {}
    if "before" in preparation:
        preparation["before"](job["database"])
    for folder in reversed(job["path"]):
        sys.path.insert(0, folder)
    if job["database"]["ENGINE"].endswith("mysql"):
        import pymysql  # type: ignore[import-untyped, unused-ignore]

        pymysql.version_info = (2, 2, 1, "final", 0)
        pymysql.install_as_MySQLdb()
    if "DJANGO_SETTINGS_MODULE" not in os.environ:
        settings.configure(**_settings(job))
    django.setup()
    if "after" in preparation:
        preparation["after"](job["side"])


def _settings(job: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {
        "DEFAULT_AUTO_FIELD": "django.db.models.AutoField",
        "SECRET_KEY": "x",
        "STATIC_URL": "/static/",
        "USE_TZ": True,
    }
    if job["settings"] is not None:
        module = importlib.import_module(job["settings"])
        values |= {name: value for name, value in vars(module).items() if name.isupper()}
    values |= job["values"]
    values["DATABASES"] = {"default": job["database"]}
    values["INSTALLED_APPS"] = [*job["others"], *job["apps"]]
    return values


def _declare() -> None:
    from django.apps import apps
    from django.db import connection

    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)


def _make(job: dict[str, Any]) -> list[str]:
    _configure(job)
    from django.apps import apps
    from django.core.management import call_command
    from django.core.management.commands import migrate
    from django.db import connection

    if job["side"] == "declared":
        _declare()
    else:
        # Rows for permissions and content types are nobody's business here, and cost as much as the rest.
        migrate.emit_pre_migrate_signal = migrate.emit_post_migrate_signal = lambda *_, **__: None
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        if job["side"] == "undone":
            call_command("migrate", *job["target"], verbosity=0, interactive=False, skip_checks=True)
    connection.close()
    return [
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True, include_swapped=True)
        if model._meta.app_config.name in job["others"]
    ]


def _answer(job: dict[str, Any]) -> dict[str, Any]:
    try:
        if job["side"] == "drift":
            _configure(job)
            drift = importlib.import_module("states").drift(job["apps"])
            return {"error": None, "others": [], "drift": drift}
        if job["side"] == "walk":
            _configure(job)
            return {
                "error": None,
                "others": [],
                "steps": importlib.import_module("walking").walk(job["apps"]),
            }
        return {"error": None, "others": ["django_migrations", *_make(job)]}
    except (Exception, SystemExit):  # noqa: BLE001 - whatever comes of Django or the project is the answer
        return {"error": traceback.format_exc(), "others": []}


def _in_a_child(job: dict[str, Any]) -> str:
    """The answer as JSON, from a process of its own: Django is configured once in each."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.dup2(2, 1)
        with os.fdopen(writing, "w", encoding="utf-8") as pipe:
            json.dump(_answer(job), pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return answer or json.dumps({"error": "the process ended", "others": []})


def main() -> None:
    """Answers every job."""
    for name in ("core.management", "db.models", "db.migrations.autodetector", "db.backends.postgresql.base"):
        with suppress(Exception):
            importlib.import_module(f"django.{name}")  # so that the children have it
    for line in sys.stdin:
        print(_in_a_child(json.loads(line)), flush=True)


if __name__ == "__main__":
    main()
