"""The command line: exit statuses, what is reported of named files, and bad input of every kind."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_PROJECTS = Path(__file__).parent / "projects"
_SCHEMA = _PROJECTS / "trading-before" / "prisma" / "schema.prisma"


def _run(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "schemalint", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert "a fault of its own" not in done.stderr, done.stderr
    return done


def _concise(*arguments: str | Path, cwd: Path) -> list[str]:
    done = _run("check", "--format", "concise", *arguments, cwd=cwd)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout.splitlines()[:-1]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a Prisma schema that has findings."""
    shutil.copytree(_SCHEMA.parent, tmp_path / "prisma")
    (tmp_path / ".git").mkdir()
    return tmp_path


def test_status_is_0_without_findings(tmp_path: Path) -> None:
    (tmp_path / "schema.prisma").write_text("model A {\n  id Int @id\n}\n")
    assert _run(".", cwd=tmp_path).returncode == 0


def test_status_is_1_with_findings(project: Path) -> None:
    assert _run(cwd=project).returncode == 1
    assert _run("--exit-zero", cwd=project).returncode == 0


def test_severity_and_fail_on_decide_the_status(project: Path) -> None:
    (project / "schemalint.toml").write_text('fail-on = "error"\n')
    assert _run(".", cwd=project).returncode == 0
    (project / "schemalint.toml").write_text('fail-on = "error"\nseverity = {index = "error"}\n')
    assert _run(".", cwd=project).returncode == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing.prisma"], "there is no such file or folder"),
        (["--select", "missing-foreign-key-indx"], "did you mean missing-foreign-key-index?"),
        (["--format", "yaml"], "there is no format"),
        (["--dialect", "oracle"], "invalid choice"),
        (["explain", "nothing"], "there is no rule"),
        (["--nonsense"], "--nonsense"),
        (["problem-matcher"], "required"),
    ],
)
def test_status_is_2_with_wrong_usage(arguments: list[str], said: str, project: Path) -> None:
    done = _run(*arguments, cwd=project)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""


def test_status_is_2_with_a_wrong_configuration(project: Path) -> None:
    (project / "schemalint.toml").write_text('selct = ["index"]\n')
    done = _run(".", cwd=project)
    assert done.returncode == 2
    assert "schemalint.toml:1:1: " in done.stderr
    assert "select" in done.stderr


def test_a_named_file_is_judged_against_its_project(project: Path) -> None:
    folder = project / "prisma" / "migrations" / "1_init"
    folder.mkdir(parents=True)
    (folder / "migration.sql").write_text(
        'CREATE TABLE "Customer" ("id" TEXT NOT NULL, CONSTRAINT "Customer_pkey" PRIMARY KEY ("id"));\n'
        'CREATE TABLE "User" ("id" TEXT NOT NULL, "customerId" TEXT,'
        ' CONSTRAINT "User_pkey" PRIMARY KEY ("id"));\n'
        'ALTER TABLE "User" ADD CONSTRAINT "User_customerId_fkey" FOREIGN KEY ("customerId")'
        ' REFERENCES "Customer"("id");\n'
    )
    (folder.parent / "migration_lock.toml").write_text('provider = "postgresql"\n')
    whole = _concise("--select", "index", ".", cwd=project)
    caused = _concise("--select", "index", "prisma/migrations/1_init/migration.sql", cwd=project)
    assert len(whole) == 13
    assert len(caused) == 1
    assert "User.customerId" in caused[0]


def test_a_changed_file_without_findings_is_silent(project: Path) -> None:
    (project / "other.prisma").write_text("model Other {\n  id Int @id\n}\n")
    assert _concise("other.prisma", cwd=project) == []


def test_a_file_in_the_history_of_several_databases_is_reported_once(tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    folder.mkdir()
    for dialect in ("mysql", "postgres"):
        (folder / f"20240101000000_a.{dialect}.up.sql").write_text("CREATE TABLE a (b int);\n")
    (folder / "20240101000000_a.down.sql").write_text("-- nothing\n")
    (line,) = _concise(cwd=tmp_path)
    assert "[missing-rollback]" in line


def test_paths_are_relative_to_the_working_directory(project: Path) -> None:
    (line, *_) = _concise("schema.prisma", cwd=project / "prisma")
    assert line.startswith("schema.prisma:")
    (line, *_) = _concise(project / "prisma", cwd=project)
    assert line.startswith("prisma/schema.prisma:")


def test_a_file_outside_the_working_directory(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (line, *_) = _concise(project / "prisma" / "schema.prisma", cwd=elsewhere)
    assert "schema.prisma:" in line


def test_output_goes_to_a_file(project: Path) -> None:
    done = _run("--format", "json", "--output", "report.json", cwd=project)
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(json.loads((project / "report.json").read_text())["findings"]) == 13
    assert _run("--output", "no/such/folder", cwd=project).returncode == 2


def test_schema_prints_catalogs(project: Path) -> None:
    document = json.loads(_run("schema", cwd=project).stdout)
    (catalog,) = document["catalogs"]
    assert (catalog["kind"], catalog["side"], catalog["dialect"]) == (
        "prisma-schema",
        "declared",
        "postgresql",
    )
    assert "Trade" in [table["name"] for table in catalog["tables"]]


def test_explain_prints_the_documentation(tmp_path: Path) -> None:
    printed = _run("explain", "missing-foreign-key-index", cwd=tmp_path).stdout
    for heading in ("What it does", "Why is this bad?", "Example", "Use instead", "References"):
        assert f"## {heading}" in printed


def test_rules_prints_every_rule(tmp_path: Path) -> None:
    assert "missing-rollback" in _run("rules", cwd=tmp_path).stdout


def test_nothing_to_read_is_said(tmp_path: Path) -> None:
    done = _run(".", cwd=tmp_path)
    assert done.returncode == 0
    assert "no schema and no migration was found" in done.stdout


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("schema.prisma", b"", 0),
        ("schema.prisma", b"\xef\xbb\xbf", 0),
        ("schema.prisma", b"model A {\n  id Int @id // \xff\xfe\n}\n", 1),
        ("schema.prisma", b"model A {\r\n  id Int @id\r\n}\r\n", 0),
        ("schema.prisma", b"model A {\0}\n", 1),
        ("schema.prisma", b"model A {", 1),
        ("migrations/1_a.sql", b"", 0),
        ("migrations/1_a.sql", b"CREATE TABLE a (id int -- never closed", 0),
        ("migrations/1_a.sql", b"\xff\xfeCREATE TABLE a (id int);", 1),
        ("migrations/1_a.sql", b"((((((((((" * 1000, 0),
        ("migrations/1_a.sql", b"SELECT '" + b"x" * 100_000, 0),
    ],
)
def test_bad_files_give_no_traceback(name: str, content: bytes, status: int, tmp_path: Path) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    (tmp_path / "schemalint.toml").write_text('rollback = "off"\n')
    done = _run(".", cwd=tmp_path)
    assert done.returncode == status, done.stdout + done.stderr


def test_no_name_is_obeyed_by_a_terminal(tmp_path: Path) -> None:
    done = _run("\x1b[31m\n::error::x", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == "schemalint: \\x1b[31m\n\\x3a:error::x: there is no such file or folder\n"


def test_a_folder_called_like_a_file(tmp_path: Path) -> None:
    (tmp_path / "x.prisma").mkdir()
    (tmp_path / "x.sql").mkdir()
    (tmp_path / "x.prisma" / "schema.prisma").write_text("model A {\n  id Int @id\n}\n")
    assert _run(".", cwd=tmp_path).returncode == 0
    assert _run("x.prisma", cwd=tmp_path).returncode == 0


def test_a_real_schema_cut_off_anywhere(tmp_path: Path) -> None:
    lines = _SCHEMA.read_text().splitlines(keepends=True)
    for count in range(0, len(lines), 20):
        (tmp_path / "schema.prisma").write_text("".join(lines[:count]))
        assert _run("schema.prisma", cwd=tmp_path).returncode in (0, 1)


def test_a_closed_pipe_is_no_fault(project: Path) -> None:
    command = f"{sys.executable} -m schemalint . | head -c 10"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    done = subprocess.run(
        command, shell=True, cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    assert "fault" not in done.stderr
