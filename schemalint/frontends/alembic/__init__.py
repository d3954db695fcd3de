"""Alembic: revisions as the history of a database."""

SUFFIXES: tuple[str, ...] = (".py",)
COMPANIONS: tuple[str, ...] = (".ini",)
