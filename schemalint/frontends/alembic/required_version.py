"""Whether the version of Alembic that a project asks for compares types without being told to."""

from __future__ import annotations

from schemalint.frontends.python_source.requirements import Requirements

_FIRST = (1, 12)


def compares_types(requirements: Requirements, environment: str) -> bool:
    """Whether autogenerate compares types unless `env.py` says something else.

    False where a file in the folder of the environment's `env.py`, or in one around it, asks for an older
    version (https://alembic.sqlalchemy.org/en/latest/changelog.html#change-1.12.0).
    """
    return not requirements.ask_for_older("alembic", _FIRST, environment)
