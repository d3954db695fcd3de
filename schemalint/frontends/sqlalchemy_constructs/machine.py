"""An interpreter that knows SQLAlchemy, SQLModel and Flask-SQLAlchemy."""

from __future__ import annotations

import re
from collections.abc import Mapping

from schemalint.frontends.python_interpreter.interpreter import Interpreter
from schemalint.frontends.python_interpreter.values import Native, Value
from schemalint.frontends.python_source.project import Project
from schemalint.frontends.sqlalchemy_constructs.compiled_types import COMPILES
from schemalint.frontends.sqlalchemy_constructs.connection import SessionClass
from schemalint.frontends.sqlalchemy_constructs.ddl_elements import DDL_ELEMENTS
from schemalint.frontends.sqlalchemy_constructs.effects import SchemaEffects
from schemalint.frontends.sqlalchemy_constructs.flask_sqlalchemy import flask_natives
from schemalint.frontends.sqlalchemy_constructs.inspector import (
    InspectorClass,
    has_column,
    has_index,
    inspect,
)
from schemalint.frontends.sqlalchemy_constructs.known_mixins import known_mixins
from schemalint.frontends.sqlalchemy_constructs.mutable_types import MUTABLE_TYPES
from schemalint.frontends.sqlalchemy_constructs.natives import sqlalchemy_natives
from schemalint.frontends.sqlalchemy_constructs.registries import declarative_natives
from schemalint.frontends.sqlalchemy_constructs.sqlmodel import sqlmodel_natives
from schemalint.frontends.sqlalchemy_constructs.statements import RowStatement
from schemalint.source import Sources, UnreadableFile

OUTSIDE = (
    *("sqlalchemy", "alembic", "sqlmodel", "flask", "flask_sqlalchemy", "flask_migrate"),
    *("pydantic", "typing", "enum"),
)
"""Packages that are never read, even where their files are among the project's."""

CONCERNED = re.compile(
    rb"sqlalchemy|sqlmodel|SQLModel|__tablename__|mapped_column|\bdb\.(?:Model|Column|Table)\b|\balembic\b"
)
"""What the bytes of a file hold that has to do with SQLAlchemy."""


class Look:
    """A look at the bytes of files, before any of them is parsed; each is looked at once."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._concerned: dict[str, bool] = {}

    def concerns(self, path: str) -> bool:
        """Whether a file has to do with SQLAlchemy."""
        found = self._concerned.get(path)
        if found is None:
            try:
                found = CONCERNED.search(self._sources.bytes(path)) is not None
            except UnreadableFile:
                found = False
            self._concerned[path] = found
        return found


def _ways_to_databases() -> dict[str, Value]:
    session = SessionClass("sqlalchemy.Session")
    return {
        "sqlalchemy.inspect": Native("sqlalchemy.inspect", inspect),
        "sqlalchemy.Inspector": InspectorClass("sqlalchemy.Inspector"),
        "sqlalchemy.Session": session,
        "sqlalchemy.sessionmaker": session,
        "sqlalchemy.scoped_session": session,
        "sqlmodel.Session": session,
        "sqlmodel.select": Native("sqlmodel.select", lambda machine, given: RowStatement("select")),
        "oslo_db.sqlalchemy.utils.index_exists": Native("index_exists", has_index),
        "oslo_db.sqlalchemy.utils.column_exists": Native("column_exists", has_column),
    }


def machine(
    project: Project, effects: SchemaEffects, look: Look, more: Mapping[str, Value] | None = None
) -> Interpreter:
    """A new interpreter; `more` are names that only one front end knows."""
    natives: dict[str, Value] = {
        **sqlalchemy_natives(),
        **declarative_natives(),
        **sqlmodel_natives(),
        **flask_natives(),
        **DDL_ELEMENTS,
        **COMPILES,
        **MUTABLE_TYPES,
        **_ways_to_databases(),
        **known_mixins(),
        **(more or {}),
    }
    return Interpreter(project, natives, effects, look.concerns)
