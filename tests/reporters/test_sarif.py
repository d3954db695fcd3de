"""What SARIF holds: limits, suppressions, notifications, rules."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from msgspec.structs import replace

from schemalint.diagnostic import Report, Suppression
from schemalint.documentation import plain
from schemalint.finding import Subject
from schemalint.reporters import render, sarif
from schemalint.source import Sources
from tests.reporters import samples


def run_of(report: Report, sources: Sources) -> dict[str, Any]:
    log = json.loads(render("sarif", report, sources, samples.CONTEXT))
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def many(count: int) -> tuple[Report, Sources]:
    """So many findings, one after the other an error, a warning, a suggestion and a suppressed error."""
    sources = Sources.of({"a.sql": "select 1;\n" * 10})
    place = samples.region(sources, "a.sql", "select")
    kinds = [
        samples.diagnostic("missing-rollback", "m", place, Subject(), "error"),
        samples.diagnostic("missing-rollback", "m", place, Subject(), "warning"),
        samples.diagnostic("missing-rollback", "m", place, Subject(), "info"),
    ]
    kinds.append(replace(kinds[0], suppression=Suppression("comment", None)))
    diagnostics = tuple(replace(kinds[number % 4], message=str(number)) for number in range(count))
    return replace(samples.clean()[0], diagnostics=diagnostics), sources


def test_past_five_thousand_the_most_severe_are_kept_in_their_order() -> None:
    run = run_of(*many(12_000))
    results = run["results"]
    assert len(results) == 5_000
    levels = [result["level"] for result in results]
    assert (levels.count("error"), levels.count("warning")) == (3_000, 2_000)
    assert not any("suppressions" in result for result in results)
    numbers = [int(result["message"]["text"].removesuffix(".")) for result in results]
    assert numbers == sorted(numbers)
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"] == "of 12,000 findings, the 5,000 most severe are reported."
    assert notification["descriptor"]["id"] == "results-left-out"


def test_five_thousand_fit() -> None:
    run = run_of(*many(5_000))
    assert len(run["results"]) == 5_000
    assert run["invocations"][0]["toolExecutionNotifications"] == []


def test_a_log_that_would_be_refused_for_its_size_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "_MOST_BYTES", 100_000)
    report, sources = many(400)
    numbers = random.Random(0)
    noisy = [replace(one, message=numbers.randbytes(500).hex()) for one in report.diagnostics]
    log = render("sarif", replace(report, diagnostics=tuple(noisy)), sources, samples.CONTEXT)
    run = json.loads(log)["runs"][0]
    assert 0 < len(run["results"]) < 400
    assert {result["level"] for result in run["results"]} == {"error"}
    assert "most severe" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


def test_suppressions_say_who_and_why() -> None:
    report, sources = samples.findings()
    suppressed = [result for result in run_of(report, sources)["results"] if "suppressions" in result]
    assert [result["ruleId"] for result in suppressed] == ["redundant-index"]
    assert suppressed[0]["suppressions"] == [{"kind": "inSource", "justification": "the planner prefers it"}]
    baseline = replace(report.diagnostics[0], suppression=Suppression("baseline", None))
    (result,) = run_of(replace(report, diagnostics=(baseline,)), sources)["results"]
    assert result["suppressions"] == [{"kind": "external"}]


def test_unreadable_input_is_a_result_and_a_notification() -> None:
    run = run_of(*samples.unreadable())
    notifications = run["invocations"][0]["toolExecutionNotifications"]
    assert [(one["descriptor"]["id"], one["level"]) for one in notifications] == [
        *[("unreadable-input", "error")] * 3,
        ("not-understood", "warning"),
    ]
    assert [result["level"] for result in run["results"]] == ["error"] * 3
    descriptors = run["tool"]["driver"]["notifications"]
    assert all(
        descriptors[one["descriptor"]["index"]]["id"] == one["descriptor"]["id"] for one in notifications
    )
    fingerprints = [sorted(result["partialFingerprints"]) for result in run["results"]]
    assert fingerprints[0] == fingerprints[1] == ["finding/v1", "primaryLocationLineHash"]
    assert fingerprints[2] == ["finding/v1"]  # the system does not give the file


def test_rules_are_documented() -> None:
    run = run_of(*samples.findings())
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert list(rules) == sorted(samples.RULES)
    rule = rules["missing-rollback"]
    assert rule["name"] == "MissingRollback"
    assert rule["properties"] == {
        "tags": ["database", "rollback"],
        "precision": "high",
        "problem.severity": "warning",
    }
    assert rule["fullDescription"]["text"].startswith("A migration cannot be rolled back. Reports it, with")
    assert "## Example" in rule["help"]["markdown"]
    assert "link (https://www.postgresql.org/docs/current/ddl.html)" in rule["help"]["text"]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_a_long_description_is_cut_between_words() -> None:
    rule = samples.RULES["missing-rollback"]
    documentation = f"Short.\n\n## What it does\n\n{'word ' * 400}\n"
    context = replace(samples.CONTEXT, rules={"missing-rollback": replace(rule, documentation=documentation)})
    log = json.loads(render("sarif", *samples.clean(), context))
    text = log["runs"][0]["tool"]["driver"]["rules"][0]["fullDescription"]["text"]
    assert len(text) <= 1024
    assert text.endswith("word …")


def test_documentation_as_plain_text() -> None:
    markdown = "## Example\n\nSee [this](https://example.org).\n\n```sql\nselect 1;\n```\n\nDone."
    assert plain(markdown) == "Example:\n\nSee this (https://example.org).\n\n    select 1;\n\nDone."
