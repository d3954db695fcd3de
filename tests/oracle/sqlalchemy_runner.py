"""Runs SQLAlchemy's `create_all` and Alembic's commands on databases, each task in a process of its own.

A program for a Python that has both libraries. It reads one JSON object a line from its standard input and
answers each with one: `{}`, `{"found": …}` or `{"error": …}`. Every task runs in a fork, so the libraries are
imported once, and no project sees the modules of another.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import random
import re
import sys
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import alembic.autogenerate
import alembic.command
import alembic.config
import alembic.runtime.environment
import alembic.runtime.migration
import alembic.script
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


def _models_of(folder: str) -> list[Any]:
    """Every MetaData of the modules of a folder, all of which are imported."""
    sys.path.insert(0, folder)
    for path in sorted(Path(folder).rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        importlib.import_module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    sqlalchemy.orm.configure_mappers()
    return [one for one in _declared() if not any(one is other for other in _OF_LIBRARIES)]


def models(folder: str, dialect: str, database: str) -> None:
    """Import every module of a folder, and create what all of their MetaData declare."""
    found = _models_of(folder)
    with _engine(dialect, database).begin() as connection:
        for metadata in found:
            metadata.create_all(connection)


def package(module: str, attribute: str, dialect: str, database: str) -> None:
    """Create what a MetaData of an installed package declares; the attribute is a dotted path to it."""
    found: Any = importlib.import_module(module)
    for name in attribute.split("."):
        found = getattr(found, name)
    sqlalchemy.orm.configure_mappers()
    with _engine(dialect, database).begin() as connection:
        found.create_all(connection)


def _config(folder: str) -> alembic.config.Config:
    """The configuration of a project; one without an `env.py` gets a plain one."""
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
    return config


def revisions(folder: str, dialect: str, database: str, command: str, revision: str) -> None:
    """Let Alembic upgrade or downgrade."""
    config = _config(folder)
    with _engine(dialect, database).connect() as connection:
        config.attributes["connection"] = connection
        getattr(alembic.command, command)(config, revision)
        connection.commit()


def autogenerate(folder: str, dialect: str, database: str) -> list[list[str]]:
    """What autogenerate sees in the environment of a project, after all its revisions have been run."""
    config = _config(folder)
    found: list[Any] = []

    def compare(_: Any, context: Any) -> list[Any]:
        found.extend(alembic.autogenerate.compare_metadata(context, context.opts["target_metadata"]))
        return []

    script = alembic.script.ScriptDirectory.from_config(config)
    with _engine(dialect, database).connect() as connection:
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, "heads")
        with alembic.runtime.environment.EnvironmentContext(config, script, fn=compare):
            script.run_env()
    return facts_of(found)


_HEAD = """
import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import mysql, postgresql, sqlite

revision = "1"
down_revision = None


def upgrade():
    """


_CHANGES = (
    (r"^ *op\.create_index\(.*\n", ""),
    (r"^ *sa\.(?:Unique|ForeignKey)Constraint\(.*\n", ""),
    (r"^ *sa\.Column\('(?!id').*nullable=True\),\n", ""),
    (r"nullable=True", "nullable=False"),
    (r"nullable=False", "nullable=True"),
    (r"String\(length=(\d+)\)", r"String(length=1\1)"),
    (r"sa\.String\(\)|sa\.String\(length=\d+\)", "sa.Text()"),
    (r"sa\.(?:Text|DateTime|Date|Float|Boolean|JSON)\(\)", "sa.Integer()"),
    (r"sa\.Integer\(\), nullable=True", "sa.BigInteger(), nullable=True"),
    (r", ondelete='\w+( \w+)?'", ""),
    (r", unique=False", ", unique=True"),
    (r"op\.f\('ix_", "op.f('ixx_"),
    (r"scale=(\d)", r"scale=1\1"),
    (r"timezone=True", "timezone=False"),
    (r", \['(\w+)', '(\w+)'\]", r", ['\2', '\1']"),
)
"""What a person may do to a revision: a pattern of its text, and what takes the place of some finds of it."""


def _changed(body: str, seed: int) -> str:
    """The body of a revision with some facts changed."""
    chance = random.Random(seed)
    for pattern, replacement in _CHANGES:
        for found in reversed(list(re.finditer(pattern, body, re.MULTILINE))):
            if chance.random() < _SHARE:
                body = body[: found.start()] + found.expand(replacement) + body[found.end() :]
    return body


_SHARE = 0.15


def generated(folder: str, dialect: str, database: str, seed: str = "") -> dict[str, Any]:
    """The revision that autogenerate makes of models, and what it still sees after that.

    With a seed the revision is changed before it is run.
    """
    declared = _models_of(folder)
    versions = Path(folder, "migrations", "versions")
    versions.mkdir(parents=True)
    with _engine(dialect, database).connect() as connection:
        context = alembic.runtime.migration.MigrationContext.configure(connection)
        operations = alembic.autogenerate.produce_migrations(context, declared).upgrade_ops
        assert operations is not None
        body = alembic.autogenerate.render_python_code(operations)
        if seed:
            body = _changed(body, int(seed))
        versions.joinpath("1.py").write_text(_HEAD.lstrip() + body + "\n", encoding="utf-8")
        config = _config(folder)
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, "heads")
        found = facts_of(alembic.autogenerate.compare_metadata(context, declared))
    return {"revision": versions.joinpath("1.py").read_text(encoding="utf-8"), "facts": found}


def facts_of(differences: list[Any]) -> list[list[str]]:
    """What `compare_metadata` gives, in words: subject, table, what of it, and "+", "-" or the aspect."""
    facts = set()
    whole = {found[1].fullname for found in differences if found[0] in ("add_table", "remove_table")}
    for found in differences:
        for one in found if isinstance(found, list) else [found]:
            fact = _fact(one)
            if fact[0] == "table" or fact[1] not in whole:
                facts.add(fact)
    return [list(fact) for fact in sorted(facts)]


_CUT = 40
"""Names from a naming convention are told in full, and cut in the database."""


def _fact(found: tuple[Any, ...]) -> tuple[str, str, str, str]:
    kind = found[0]
    sign = {"add": "+", "remove": "-"}.get(kind.partition("_")[0], "")
    if kind in ("add_table", "remove_table"):
        return "table", found[1].fullname, "", sign
    if kind in ("add_column", "remove_column"):
        return "column", _full_name(found[1], found[2]), found[3].name, sign
    if kind.startswith("modify_"):
        aspect = kind.removeprefix("modify_")
        return "column", _full_name(found[1], found[2]), found[3], aspect
    element = found[1]
    columns = f"({', '.join(column.name for column in element.columns)})" if sign else ""
    if kind.endswith("_fk"):
        return "foreign key", element.parent.fullname, columns, sign
    if kind.endswith("_constraint"):
        return "unique constraint", element.table.fullname, columns, sign
    if kind.endswith("_index"):
        return "index", element.table.fullname, element.name[:_CUT], sign
    return kind, "", "", ""


def _full_name(schema: str | None, name: str) -> str:
    return f"{schema}.{name}" if schema else name


_TASKS: dict[str, Callable[..., Any]] = {
    "models": models,
    "package": package,
    "revisions": revisions,
    "autogenerate": autogenerate,
    "generated": generated,
}


def _apart(task: dict[str, str]) -> dict[str, Any]:
    """Do a task in a fork; what it found, or the error that it ended in."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.dup2(2, 1)  # what a project prints is no answer
        done: dict[str, Any] = {}
        try:
            found = _TASKS[task.pop("task")](**task)
            done = {} if found is None else {"found": found}
        except BaseException:  # noqa: BLE001 - whatever a project raises is an answer
            done = {"error": "".join(traceback.format_exc(-2, chain=False))}
        with os.fdopen(writing, "w") as answer:
            json.dump(done, answer)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        message = answer.read()
    os.waitpid(child, 0)
    told: dict[str, Any] = json.loads(message) if message else {"error": "the task was ended"}
    return told


def main() -> None:
    """Answer every line of the standard input."""
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        print(json.dumps(_apart(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
