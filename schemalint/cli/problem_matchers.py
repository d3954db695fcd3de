"""Ready-made problem matchers for the `concise` format: what VS Code and GitHub Actions need to read it."""

from __future__ import annotations

from typing import Any

import msgspec

_PLACE = r"^(.+?):(\d+):(\d+): "
_MESSAGE = r": (.+) \[([a-z][a-z0-9-]*)\]$"
_GROUPS = {"file": 1, "line": 2, "column": 3}


def vscode() -> str:
    """A `tasks.json` with a task that lints the workspace and fills the Problems panel."""
    task = {
        "label": "schemalint",
        "type": "shell",
        "command": "schemalint check --format concise",
        "presentation": {"reveal": "silent"},
        "problemMatcher": {
            "owner": "schemalint",
            "source": "schemalint",
            "fileLocation": ["relative", "${workspaceFolder}"],
            "pattern": {
                "regexp": f"{_PLACE}(error|warning|info){_MESSAGE}",
                **_GROUPS,
                "severity": 4,
                "message": 5,
                "code": 6,
            },
        },
    }
    return _json({"version": "2.0.0", "tasks": [task]})


def github() -> str:
    """A matcher file for `::add-matcher::`.

    A runner knows the severities error, warning and notice, and ignores a line with another one: ours of
    level info get a matcher of their own, which says notice.
    """
    matchers = [
        {
            "owner": "schemalint",
            "pattern": [
                {
                    "regexp": f"{_PLACE}(error|warning){_MESSAGE}",
                    **_GROUPS,
                    "severity": 4,
                    "message": 5,
                    "code": 6,
                }
            ],
        },
        {
            "owner": "schemalint-info",
            "severity": "notice",
            "pattern": [{"regexp": f"{_PLACE}info{_MESSAGE}", **_GROUPS, "message": 4, "code": 5}],
        },
    ]
    return _json({"problemMatcher": matchers})


def _json(document: dict[str, Any]) -> str:
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"
