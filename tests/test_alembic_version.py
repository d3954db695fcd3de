"""Which version of Alembic a project asks for decides whether autogenerate compares types."""

from __future__ import annotations

import pytest

from schemalint.frontends.alembic.required_version import compares_types
from schemalint.frontends.python_source.requirements import Requirements
from schemalint.source import Sources

_OLDER = [
    ("requirements.txt", "flask\nalembic==1.8.1  # pinned\n"),
    ("requirements.txt", "alembic>=1.4,<1.12\n"),
    ("requirements.txt", "alembic[tz] == 1.11.3\n"),
    ("pyproject.toml", 'dependencies = [\n  "alembic==1.10",\n]\n'),
    ("pyproject.toml", '[tool.poetry.dependencies]\nalembic = "1.7.7"\n'),
    ("pyproject.toml", 'alembic = { version = "~1.9", extras = [] }\n'),
    ("poetry.lock", '[[package]]\nname = "alembic"\nversion = "1.6.5"\n'),
    ("uv.lock", '[[package]]\nname = "alembic"\nversion = "1.11.0"\n'),
    ("Pipfile.lock", '{"default": {"alembic": {"hashes": [], "version": "==1.3.1"}}}'),
]
_NEWER = [
    ("requirements.txt", "alembic\n"),
    ("requirements.txt", "alembic>=1.8\n"),
    ("requirements.txt", "alembic==1.12.0\n"),
    ("requirements.txt", "alembic<2.0\n"),
    ("requirements.txt", "alembic-utils==0.8.1\npytest-alembic==0.10\n"),
    ("requirements.txt", "# alembic==1.8.1\n"),
    ("pyproject.toml", 'alembic = "^1.8"\n'),
    ("uv.lock", '[[package]]\nname = "alembic"\nversion = "1.16.4"\n'),
    ("poetry.lock", '[[package]]\nname = "alembic-utils"\nversion = "0.8.1"\n'),
]


@pytest.mark.parametrize(("path", "text"), _OLDER)
def test_an_older_one_does_not(path: str, text: str) -> None:
    assert not compares_types(Requirements(Sources.of({path: text})), "migrations/env.py")
    assert not compares_types(Requirements(Sources.of({f"app/{path}": text})), "app/migrations/env.py")


@pytest.mark.parametrize(("path", "text"), _NEWER)
def test_a_newer_one_does(path: str, text: str) -> None:
    assert compares_types(Requirements(Sources.of({path: text})), "migrations/env.py")


@pytest.mark.parametrize(("path", "text"), _OLDER)
def test_another_project_has_no_say(path: str, text: str) -> None:
    assert compares_types(Requirements(Sources.of({f"other/{path}": text})), "app/migrations/env.py")
