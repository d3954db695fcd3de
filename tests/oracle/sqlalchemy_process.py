"""Asks SQLAlchemy and Alembic, in a process that has them, to make real databases.

SCHEMALINT_SQLALCHEMY_PYTHON names another Python than this one: one with other versions of them.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemalint.knowledge.dialects import Dialect
from schemalint.source import Sources
from tests.oracle import mysql, postgresql, sqlite
from tests.pages import Section

if TYPE_CHECKING:
    import pytest

DIALECTS: tuple[Dialect, ...] = ("postgresql", "sqlite", "mariadb")

_RUNNER = Path(__file__).with_name("sqlalchemy_runner.py")


class RunnerMissingError(Exception):
    """There is no Python that has SQLAlchemy and Alembic."""


class Runner:
    """The process that does the tasks, and the Python that it runs on."""

    def __init__(self, process: subprocess.Popen[str], python: str) -> None:
        self._process = process
        self._python = python

    def folder_of(self, package: str) -> Path | None:
        """Where an installed package lies; None if it is not installed."""
        program = (
            "import importlib.util, sys; found = importlib.util.find_spec(sys.argv[1]);"
            "print(found.submodule_search_locations[0] if found else '')"
        )
        command = [self._python, "-c", program, package]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return Path(done.stdout.strip()) if done.stdout.strip() else None

    def ask(self, task: Mapping[str, str]) -> str | None:
        """Do one task; the error that it ended in, if any."""
        error: str | None = self.answer(task).get("error")
        return error

    def answer(self, task: Mapping[str, str]) -> dict[str, Any]:
        """Do one task; what it `found`, or the `error` that it ended in."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(dict(task)) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        told: dict[str, Any] = json.loads(line) if line else {"error": "the runner ended"}
        return told


@contextmanager
def runner() -> Iterator[Runner]:
    """A runner, ended afterwards. RunnerMissingError where the libraries are not installed."""
    python = os.environ.get("SCHEMALINT_SQLALCHEMY_PYTHON", sys.executable)
    needed = "import alembic, flask_sqlalchemy, psycopg, pymysql, sqlalchemy, sqlmodel"
    asked = subprocess.run([python, "-c", needed], capture_output=True, text=True, check=False)
    if asked.returncode:
        raise RunnerMissingError(asked.stderr.strip().rpartition("\n")[2])
    with subprocess.Popen(
        [python, "-P", str(_RUNNER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Runner(process, python)
        assert process.stdin is not None
        process.stdin.close()


@dataclass(frozen=True)
class Target:
    """An empty database: where the runner finds it, and what it is asked for its catalog."""

    dialect: Dialect
    address: str
    catalog: Callable[[], dict[str, Any]]


def target(dialect: Dialect, request: pytest.FixtureRequest, folder: Path) -> Target:
    """An empty database of a dialect, dropped after the test."""
    if dialect == "postgresql":
        dsn: str = request.getfixturevalue("postgresql_database")
        return Target(dialect, dsn, lambda: postgresql.catalog(dsn))
    if dialect == "mariadb":
        connection = request.getfixturevalue("mariadb_database")
        with connection.cursor() as cursor:
            cursor.execute("select database()")
            ((name,),) = cursor.fetchall()
        socket = request.getfixturevalue("mariadb_socket")
        return Target(dialect, f"{socket}:{name}", lambda: mysql.catalog(connection))
    path = folder / "database.sqlite"

    def sqlite_catalog() -> dict[str, Any]:
        with closing(sqlite3.connect(path)) as connection:
            return sqlite.catalog(connection)

    return Target(dialect, str(path), sqlite_catalog)


def dialects_of(section: Section) -> tuple[Dialect, ...]:
    """The databases that a section's sources are for: those noted on them, or all."""
    notes = {note for fence in section.fences if fence.language == "python" for note in fence.notes}
    return tuple(dialect for dialect in DIALECTS if not notes or dialect in notes)


def package_sources(folder: Path) -> Sources:
    """The Python files of an installed package."""
    above = folder.parent
    return Sources(
        [str(path.relative_to(above)) for path in folder.rglob("*.py")],
        lambda path: (above / path).read_bytes(),
    )


def write_project(files: Mapping[str, str], folder: Path) -> None:
    """Put the files of a project below a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
