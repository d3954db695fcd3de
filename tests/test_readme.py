"""What the README says is so: its commands run, its rules and recipes are what the tool prints."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from schemalint.cli import problem_matchers
from schemalint.config.file import read
from schemalint.documentation import reference
from schemalint.registry import all_rules, rule_names

_ROOT = Path(__file__).parent.parent
_README = (_ROOT / "README.md").read_text(encoding="utf-8")
_GENERATED = re.compile(r"(?s)(?<=<!-- rules -->\n).*?(?=<!-- /rules -->)")


def _fences(language: str) -> list[str]:
    fences = re.finditer(r"(?ms)^```(?P<language>[^\n]*)\n(?P<text>.*?)^```$", _README)
    return [fence["text"] for fence in fences if fence["language"] == language]


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "schemalint", *arguments]
    return subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)


def test_rules_are_the_rules() -> None:
    found = _GENERATED.search(_README)
    assert found is not None
    wanted = reference(all_rules())
    if os.environ.get("SCHEMALINT_UPDATE_GOLDEN"):
        (_ROOT / "README.md").write_text(_GENERATED.sub(lambda _: wanted, _README), encoding="utf-8")
    else:
        assert found[0] == wanted


def test_the_first_command_shows_findings() -> None:
    (command,) = (fence for fence in _fences("sh") if "projects" in fence)
    path = command.split()[-1]
    done = _run(path)
    assert done.returncode == 1
    assert "has no index" in done.stdout


def test_the_example_is_what_is_printed() -> None:
    (example,) = (fence for fence in _fences("") if fence.startswith("$ schemalint"))
    command, *shown = example.splitlines()
    printed = _run(*command.split()[2:]).stdout
    assert "\n".join(shown[:-1]) in printed


def test_the_test_command_runs_the_tests() -> None:
    (command,) = re.findall(r"<!-- tests -->\n```sh\n(.*?)\n```", _README)
    assert ".venv/bin/pytest" in command


@pytest.mark.parametrize("name", rule_names())
def test_every_rule_has_a_heading(name: str) -> None:
    assert f"\n### {name}\n" in _README


def test_options_are_those_of_the_command_line() -> None:
    usage = next(fence for fence in _fences("") if fence.startswith("schemalint [check]"))
    commands = ("check", "schema", "diff", "rollback", "problem-matcher")
    helped = "".join(_run(command, "--help").stdout for command in commands)
    for option in re.findall(r"--[a-z-]+", usage):
        assert option in helped, option
    for option in re.findall(r"--[a-z-]+", helped):
        assert option in usage or option in ("--help", "--verbose"), option


def test_the_task_for_visual_studio_code_is_what_is_printed() -> None:
    tasks = [json.loads(fence) for fence in _fences("json")]
    assert json.loads(problem_matchers.vscode()) in tasks


def test_the_configuration_is_one(tmp_path: Path) -> None:
    (fence,) = _fences("toml")
    path = tmp_path / "pyproject.toml"
    path.write_text(fence, encoding="utf-8")
    settings = read(path, ("tool", "schemalint"), {rule.name: rule.rule.category for rule in all_rules()})
    assert settings is not None
    assert settings.fail_on == "warning"
