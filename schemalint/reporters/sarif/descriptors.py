"""What SARIF says of the tool and its rules, made of the rules' own documentation."""

from __future__ import annotations

from typing import Any

from schemalint import HOMEPAGE, __version__
from schemalint.documentation import body, plain, section
from schemalint.finding import Severity
from schemalint.rule import DocumentedRule

LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
_PROBLEM_SEVERITIES: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "recommendation"}
_LONGEST_DESCRIPTION = 1024  # GitHub's limit


NOTIFICATIONS = {
    "unreadable-input": "A part of the input could not be read. What stands there was left out.",
    "not-understood": "A statement was not understood. Rules about absence are silent on what it touches.",
    "results-left-out": "There were more findings than code scanning shows. Only the most severe are here.",
}
"""What the tool has to say of a run, besides results."""


def driver(rules: list[DocumentedRule]) -> dict[str, Any]:
    """The tool component."""
    return {
        "name": "schemalint",
        "fullName": f"schemalint {__version__}",
        "organization": "schemalint",
        "product": "schemalint",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": HOMEPAGE,
        "rules": [rule(one) for one in rules],
        "notifications": [
            {
                "id": identifier,
                "name": _name(identifier),
                "shortDescription": {"text": text.partition(". ")[0] + "."},
                "fullDescription": {"text": text},
                "help": {"text": text},
                "helpUri": f"{HOMEPAGE}#{identifier}",
            }
            for identifier, text in NOTIFICATIONS.items()
        ],
    }


def rule(documented: DocumentedRule) -> dict[str, Any]:
    """The reportingDescriptor of a rule."""
    known = documented.rule
    documentation = body(documented.documentation) or documented.summary
    what = plain(section(documented.documentation, "What it does")).partition("\n\n")[0]
    description = " ".join(f"{_sentence(documented.summary)} {what}".split())
    named = {"name": _name(documented.name)} if "-" in documented.name else {}  # it has to differ from the id
    return {
        "id": documented.name,
        **named,
        "shortDescription": {"text": _sentence(documented.summary)},
        "fullDescription": {"text": _cut(description)},
        "help": {"text": plain(documentation), "markdown": documentation},
        "helpUri": f"{HOMEPAGE}#{documented.name}",
        "defaultConfiguration": {"level": LEVELS[known.severity]},
        "properties": {
            "tags": ["database", known.category],
            "precision": known.precision,
            "problem.severity": _PROBLEM_SEVERITIES[known.severity],
        },
    }


def _name(identifier: str) -> str:
    return "".join(word.capitalize() for word in identifier.split("-"))


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _cut(text: str) -> str:
    if len(text) <= _LONGEST_DESCRIPTION:
        return text
    return text[: _LONGEST_DESCRIPTION - 4].rpartition(" ")[0] + " …"
