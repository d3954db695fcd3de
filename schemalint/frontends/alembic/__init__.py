"""Alembic: revisions as the history of a database."""

from schemalint.frontends.python_source import METADATA_OF_WHEEL, REQUIREMENTS

SUFFIXES: tuple[str, ...] = (".py",)
COMPANIONS: tuple[str, ...] = (".ini", *REQUIREMENTS, METADATA_OF_WHEEL)
