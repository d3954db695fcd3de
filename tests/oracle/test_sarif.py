"""SARIF of every kind of run, through Microsoft's validator with the rules of GitHub code scanning."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from schemalint.diagnostic import Report
from schemalint.reporters import render
from schemalint.source import Sources
from tests.oracle.conftest import missing
from tests.oracle.sarif_multitool import Multitool, MultitoolMissing
from tests.reporters import samples

PROJECTS = Path(__file__).parents[1] / "projects"


@pytest.fixture(scope="module")
def multitool() -> Multitool:
    try:
        return Multitool.found()
    except MultitoolMissing as error:
        missing(str(error))


def _many() -> tuple[Report, Sources]:
    report, sources = samples.findings()
    return replace(report, diagnostics=report.diagnostics * 1500), sources


@pytest.mark.parametrize(
    "sample",
    [samples.findings, samples.clean, samples.nothing, samples.unreadable, samples.hostile, _many],
    ids=lambda sample: sample.__name__,
)
def test_a_report(multitool: Multitool, tmp_path: Path, sample: Callable[[], tuple[Report, Sources]]) -> None:
    report, sources = sample()
    log = render("sarif", report, sources, replace(samples.CONTEXT, from_repository="apps/a b/"))
    assert multitool.complaints(log, tmp_path) == []


@pytest.mark.parametrize("project", ["sign-in-after", "sign-in-decided", "trading-before"])
def test_a_run_on_a_project(multitool: Multitool, tmp_path: Path, project: str) -> None:
    log = _run(PROJECTS / project)
    assert json.loads(log)["runs"][0]["results"]
    assert multitool.complaints(log, tmp_path) == []


def test_a_run_on_broken_input(multitool: Multitool, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "schema.prisma").write_bytes(b"model User {\n  id Int @id\n  posts Post[\n}\nmodel \xff {\n")
    log = _run(folder)
    assert json.loads(log)["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert multitool.complaints(log, tmp_path) == []


def test_the_validator_does_complain(multitool: Multitool, tmp_path: Path) -> None:
    log = json.loads(render("sarif", *samples.findings(), samples.CONTEXT))
    del log["runs"][0]["results"][0]["locations"]
    rule = log["runs"][0]["tool"]["driver"]["rules"][0]
    rule["name"] = rule["id"]
    complaints = multitool.complaints(json.dumps(log), tmp_path)
    assert any(complaint.startswith("error") for complaint in complaints)
    assert any(complaint.startswith("warning") for complaint in complaints)


def _run(folder: Path) -> str:
    command = [sys.executable, "-m", "schemalint", "check", "--format", "sarif", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout
