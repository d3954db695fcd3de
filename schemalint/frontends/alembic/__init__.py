"""Alembic: revisions as the history of a database."""

from schemalint.frontends.python_source import REQUIREMENTS

SUFFIXES: tuple[str, ...] = (".py",)
COMPANIONS: tuple[str, ...] = (".ini", *REQUIREMENTS)
