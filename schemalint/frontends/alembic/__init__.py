"""Alembic: revisions as the history of a database."""

SUFFIXES: tuple[str, ...] = (".py",)
COMPANIONS: tuple[str, ...] = (
    ".ini",
    *("pyproject.toml", "requirements.txt", "poetry.lock", "uv.lock", "Pipfile.lock"),
)
