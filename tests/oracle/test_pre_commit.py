"""The hook as pre-commit itself runs it, from this repository, on a repository with a changed schema."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.oracle.conftest import missing

_ROOT = Path(__file__).parent.parent.parent
_SCHEMA = """\
datasource db {
  provider = "postgresql"
}

model User {
  id    Int    @id
  posts Post[]
}

model Post {
  id       Int  @id
  author   User @relation(fields: [authorId], references: [id])
  authorId Int
}
"""
_OTHER = _SCHEMA.replace("User", "Reader").replace("Post", "Letter").split("}\n\n", 1)[1]


def _git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.invalid"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is in this repository now, as a repository of its own."""
    if not (_ROOT / ".git").exists():
        missing("no git repository to take the hook from")
    folder = tmp_path_factory.mktemp("schemalint")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=_ROOT,
        check=True,
        capture_output=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if name.split("/")[0] in ("schemalint", "grammars") or "/" not in name:
            source = _ROOT / name
            if source.is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, folder / name)
    _git(folder, "init", "--quiet")
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--message", "all of it")
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository whose committed schemas have findings already."""
    _git(tmp_path, "init", "--quiet")
    (tmp_path / "schema.prisma").write_text(_SCHEMA)
    (tmp_path / "other.prisma").write_text(_OTHER)
    _git(tmp_path, "add", "--all")
    _git(tmp_path, "commit", "--quiet", "--message", "schemas")
    return tmp_path


def _try_repo(project: Path, repository: Path, cache: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pre_commit", "try-repo", str(repository), "schemalint", "--verbose"]
    environment = {**os.environ, "PRE_COMMIT_HOME": str(cache)}
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)


def test_the_hook_reports_what_changed(
    project: Path, repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    if find_spec("pre_commit") is None:
        missing("no pre-commit")
    cache = tmp_path_factory.mktemp("pre-commit")
    schema = project / "schema.prisma"
    schema.write_text(_SCHEMA.replace("id       Int  @id", "id       Int  @id @default(autoincrement())"))
    _git(project, "add", "--all")

    failed = _try_repo(project, repository, cache)
    if "CalledProcessError" in failed.stdout:
        missing(f"pre-commit could not install the hook: {failed.stdout[-500:]}")
    assert failed.returncode == 1, failed.stdout + failed.stderr
    assert "foreign key Post.authorId" in failed.stdout
    assert "Letter" not in failed.stdout

    schema.write_text(
        schema.read_text().replace("  authorId Int\n", "  authorId Int\n\n  @@index([authorId])\n")
    )
    _git(project, "add", "--all")
    passed = _try_repo(project, repository, cache)
    assert passed.returncode == 0, passed.stdout + passed.stderr
