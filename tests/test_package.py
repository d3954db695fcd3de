"""The package from outside: what starting it imports, and what its hook asks for."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from schemalint import __version__

ROOT = Path(__file__).parents[1]


def imported_by(*arguments: str) -> set[str]:
    """The modules that a run imports beyond what Python itself starts with."""
    loads = [
        subprocess.run(
            [sys.executable, "-X", "importtime", *command], capture_output=True, text=True, check=True
        )
        for command in (["-c", "import runpy"], ["-m", "schemalint", *arguments])
    ]
    before, after = (set(re.findall(r"\| +([\w.]+)\n", load.stderr)) for load in loads)
    return after - before


def test_the_version_is_told_before_anything_is_imported() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "schemalint", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"schemalint {__version__}\n"
    assert imported_by("--version") <= {"schemalint", "schemalint.__main__"}


def test_a_problem_matcher_needs_no_language() -> None:
    heavy = {"lark", "libcst", "sqlglot", "rich", "tomllib"}
    assert not imported_by("problem-matcher", "--github") & heavy


def test_the_hook_asks_for_the_files_that_we_read() -> None:
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text()
    pattern = re.search(r"files: (\S+)", hooks)
    assert pattern is not None
    for path in ("prisma/schema.prisma", "db/migrations/1.sql", "app/models.py"):
        assert re.search(pattern[1], path)
    for path in ("README.md", "sql/notes.txt", "a.python"):
        assert not re.search(pattern[1], path)


def test_the_changelog_knows_the_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()
    assert "## Unreleased" in text or f"## {__version__}" in text
