"""The problem matchers' expressions on what the concise format really prints."""

from __future__ import annotations

import json
import re
from typing import Any

from msgspec.structs import replace

from schemalint.cli import problem_matchers
from schemalint.reporters import render
from tests.reporters import samples

EXPECTED = [
    {
        "file": "prisma/schema.prisma",
        "line": "10",
        "column": "3",
        "severity": "warning",
        "message": "index User (email) repeats the index of @unique; remove `@@index([email])`",
        "code": "duplicate-implicit-index",
    },
    {
        "file": "prisma/schema.prisma",
        "line": "15",
        "column": "3",
        "severity": "error",
        "message": "foreign key Post.authorId → User has no index; add `@@index([authorId])`",
        "code": "missing-foreign-key-index",
    },
    {
        "file": "prisma/migrations/1 init/migration.sql",
        "line": "2",
        "column": "1",
        "severity": "info",
        "message": "none of these 12 migrations can be rolled back; write `down.sql` beside it",
        "code": "missing-rollback",
    },
]


def concise() -> str:
    report, sources = samples.findings()
    return render("concise", report, sources, replace(samples.CONTEXT, verbose=True))


def matched(pattern: dict[str, Any], line: str) -> dict[str, str] | None:
    match = re.search(pattern["regexp"], line)
    if match is None:
        return None
    return {name: match[group] for name, group in pattern.items() if isinstance(group, int)}


def test_vscode() -> None:
    document = json.loads(problem_matchers.vscode())
    (task,) = document["tasks"]
    matcher = task["problemMatcher"]
    found = [matched(matcher["pattern"], line) for line in concise().splitlines()]
    assert [match for match in found if match] == EXPECTED
    # What VS Code knows: src/vs/base/common/severity.ts
    assert {match["severity"] for match in found if match} <= {"error", "warning", "info"}
    assert document["version"] == "2.0.0"
    assert "--format concise" in task["command"]


def test_github() -> None:
    """As a runner does it: the first matcher whose expression fits, and a severity that it knows."""
    matchers = json.loads(problem_matchers.github())["problemMatcher"]
    assert len({matcher["owner"] for matcher in matchers}) == len(matchers)
    found = []
    for line in concise().splitlines():
        for matcher in matchers:
            (pattern,) = matcher["pattern"]
            if match := matched(pattern, line):
                found.append({"severity": matcher.get("severity", ""), **match})
                break
    assert found == [{**one, "severity": one["severity"].replace("info", "notice")} for one in EXPECTED]


def test_colour_never_hides_a_line_from_a_matcher() -> None:
    report, sources = samples.findings()
    assert "\x1b" not in render("concise", report, sources, replace(samples.CONTEXT, colour=True))
