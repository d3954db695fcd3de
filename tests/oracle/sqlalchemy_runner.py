"""Runs SQLAlchemy's `create_all` and Alembic's commands on databases, each task in a process of its own.

A program for a Python that has both libraries. It reads one JSON object a line from its standard input and
answers each with one: `{}`, or `{"error": …}`. Every task runs in a fork, so the libraries are imported once,
and no project sees the modules of another.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import alembic.command
import alembic.config
import flask_sqlalchemy  # noqa: F401 - imported once for all tasks
import psycopg
import sqlalchemy
import sqlalchemy.dialects.mysql
import sqlalchemy.dialects.postgresql
import sqlalchemy.dialects.sqlite
import sqlalchemy.orm
import sqlmodel  # noqa: F401

_PLAIN_ENVIRONMENT = """
from alembic import context

context.configure(connection=context.config.attributes["connection"], target_metadata=None)
with context.begin_transaction():
    context.run_migrations()
"""


def _declared() -> list[Any]:
    """Every MetaData that has tables."""
    return [one for one in gc.get_objects() if isinstance(one, sqlalchemy.MetaData) and one.tables]


_OF_LIBRARIES = _declared()


def _engine(dialect: str, database: str) -> Any:
    """An engine for a database: a DSN, the socket and name of a MariaDB one, or a file."""
    if dialect == "postgresql":
        return sqlalchemy.create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(database))
    if dialect == "mariadb":
        socket, _, name = database.rpartition(":")
        arguments = {"unix_socket": socket, "user": "root", "database": name}
        return sqlalchemy.create_engine("mysql+pymysql://", connect_args=arguments)
    return sqlalchemy.create_engine(f"sqlite:///{database}")


def models(folder: str, dialect: str, database: str) -> None:
    """Import every module of a folder, and create what all of their MetaData declare."""
    sys.path.insert(0, folder)
    for path in sorted(Path(folder).rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        importlib.import_module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    sqlalchemy.orm.configure_mappers()
    with _engine(dialect, database).begin() as connection:
        for metadata in _declared():
            if not any(metadata is other for other in _OF_LIBRARIES):
                metadata.create_all(connection)


def package(module: str, attribute: str, dialect: str, database: str) -> None:
    """Create what a MetaData of an installed package declares; the attribute is a dotted path to it."""
    found: Any = importlib.import_module(module)
    for name in attribute.split("."):
        found = getattr(found, name)
    sqlalchemy.orm.configure_mappers()
    with _engine(dialect, database).begin() as connection:
        found.create_all(connection)


def revisions(folder: str, dialect: str, database: str, command: str, revision: str) -> None:
    """Let Alembic upgrade or downgrade; a project without an `env.py` gets a plain one."""
    sys.path.insert(0, folder)
    environments = sorted(Path(folder).rglob("env.py"))
    if environments:
        location = environments[0].parent
    else:
        location = next(iter(sorted(Path(folder).rglob("versions")))).parent
        location.joinpath("env.py").write_text(_PLAIN_ENVIRONMENT, encoding="utf-8")
    settings = next(iter(sorted(Path(folder).rglob("alembic.ini"))), None)
    config = alembic.config.Config(settings)
    if settings is None:
        config.set_main_option("script_location", str(location))
    os.chdir(folder)
    with _engine(dialect, database).connect() as connection:
        config.attributes["connection"] = connection
        getattr(alembic.command, command)(config, revision)
        connection.commit()


_TASKS: dict[str, Callable[..., None]] = {"models": models, "package": package, "revisions": revisions}


def _apart(task: dict[str, str]) -> str | None:
    """Do a task in a fork; the error that it ended in, if any."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.dup2(2, 1)  # what a project prints is no answer
        message = ""
        try:
            _TASKS[task.pop("task")](**task)
        except BaseException:  # noqa: BLE001 - whatever a project raises is an answer
            message = "".join(traceback.format_exc(-2, chain=False))
        with os.fdopen(writing, "w") as answer:
            answer.write(message)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        message = answer.read()
    os.waitpid(child, 0)
    return message or None


def main() -> None:
    """Answer every line of the standard input."""
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        error = _apart(json.loads(line))
        print(json.dumps({"error": error} if error else {}), flush=True)


if __name__ == "__main__":
    main()
