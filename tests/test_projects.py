"""Each project under `tests/projects/` against the report that it should get: `NAME.txt` beside its folder.

SCHEMALINT_UPDATE_GOLDEN=1 writes the reports anew.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_PROJECTS = Path(__file__).parent / "projects"


def _report(project: str, folder: Path = _PROJECTS) -> str:
    command = [sys.executable, "-m", "schemalint", "check", "--format", "concise", "--exit-zero", project]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("project", sorted(path.name for path in _PROJECTS.iterdir() if path.is_dir()))
def test_report_is_the_golden_one(project: str) -> None:
    golden = _PROJECTS / f"{project}.txt"
    report = _report(project)
    if os.environ.get("SCHEMALINT_UPDATE_GOLDEN"):
        golden.write_text(report, encoding="utf-8")
    assert report == golden.read_text(encoding="utf-8")


def _found(project: str, folder: Path = _PROJECTS) -> list[tuple[str, str]]:
    """The rule, and what it is about, of each finding."""
    found = []
    for line in _report(project, folder).splitlines()[:-1]:
        message, _, rule = line.rpartition(" [")
        found.append((rule.rstrip("]"), message.split(": ", 2)[2].split("; ")[0]))
    return found


def test_a_plan_for_indexes_and_what_is_left_of_it() -> None:
    before = _found("trading-before")
    assert len(before) == 13
    assert {rule for rule, _ in before} == {"missing-foreign-key-index"}
    after = _found("trading-after")
    assert [rule for rule, _ in after] == ["redundant-index"] * 3
    assert [message.split("_")[0] for _, message in after] == ["index Trade", "index Action", "index Alert"]


def test_a_plan_that_keeps_redundant_indexes_on_purpose() -> None:
    before = [message for _, message in _found("sign-in-before")]
    assert [message.split()[2] for message in before] == [
        "session.userId",
        "account.userId",
        "twoFactor.userId",
    ]
    after = [rule for rule, _ in _found("sign-in-after")]
    assert after == [
        "duplicate-implicit-index",
        "redundant-index",
        "redundant-index",
        "missing-foreign-key-index",
    ]
    assert _found("sign-in-decided") == []


def test_a_migration_that_adds_foreign_keys_and_forgets_indexes() -> None:
    keys = [
        "api_credentials.user_id",
        "execution_history.snipe_target_id",
        "execution_history.user_id",
        "snipe_targets.user_id",
        "transactions.snipe_target_id",
        "transactions.user_id",
        "user_preferences.user_id",
    ]
    before, after = _found("sniper-before"), _found("sniper-after")
    assert {rule for rule, _ in before + after} == {"missing-foreign-key-index"}
    assert sorted(message.split()[2] for _, message in before) == keys
    assert sorted(message.split()[2] for _, message in after) == keys[1:]


def test_composite_indexes_that_start_with_a_foreign_key() -> None:
    assert _found("audit-before") == []
    after = _found("audit-after")
    assert [rule for rule, _ in after] == ["redundant-index"] * 4
    assert [message.split(" is the beginning of index ")[1].split()[0] for _, message in after] == [
        "reportrun_cust_status_idx",
        "audit_cust_action_idx",
        "audit_user_date_idx",
        "prodcfg_cust_enabled_idx",
    ]


def test_files_given_are_judged_against_their_whole_project(tmp_path: Path) -> None:
    shutil.copytree(_PROJECTS / "audit-after", tmp_path / "audit")
    (tmp_path / "schemalint.toml").touch()
    migrations = "audit/upstream/migrations"
    for path, findings in (
        ("audit/upstream/models.py", 4),
        (f"{migrations}/0010_add_missing_indexes_phase3.py", 4),
        (f"{migrations}/0005_productconfig.py", 1),
        (f"{migrations}/0007_json_columns.py", 0),
    ):
        assert len(_found(path, tmp_path)) == findings, path


def test_revisions_that_make_what_models_lack() -> None:
    """As `alembic check` says of that project, upgraded on PostgreSQL."""
    messages = [message for rule, message in _found("content-jobs") if rule == "schema-drift"]
    assert {message.split(" is ")[0] for message in messages} == {
        "index idx_content_jobs_org_created_desc of content_jobs",
        "index idx_content_jobs_status of content_jobs",
        "index idx_memberships_org_user of memberships",
        "index idx_subscriptions_org_status of subscriptions",
        "index idx_usage_counters_org_period of usage_counters",
        "index uq_billing_events_provider_event_id of billing_events",
    }


def test_revisions_that_repeat_what_models_have() -> None:
    found = [(rule, message) for rule, message in _found("content-jobs") if rule != "schema-drift"]
    assert [rule for rule, _ in found] == [
        "duplicate-implicit-index",
        "duplicate-implicit-index",
        "redundant-unique",
    ]
    assert [message.split(" (")[0] for _, message in found] == [
        "index idx_usage_counters_org_period",
        "index idx_content_jobs_status",
        "unique constraint uq_billing_events_provider_event_id",
    ]
