"""Alembic: revisions as the history of a database."""

REQUIREMENTS: tuple[str, ...] = (
    "pyproject.toml",
    "requirements.txt",
    "poetry.lock",
    "uv.lock",
    "Pipfile.lock",
)
"""Where a project says which versions it wants, or has."""

SUFFIXES: tuple[str, ...] = (".py",)
COMPANIONS: tuple[str, ...] = (".ini", *REQUIREMENTS)
