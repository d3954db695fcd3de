"""SARIF 2.1.0 as GitHub code scanning reads it, and as any other consumer may.

Suppressed findings are results with a suppression and its reason. Input that could not be read, and what was
not understood, are notifications of the invocation.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import msgspec

from schemalint.diagnostic import Diagnostic, Fix, Report
from schemalint.finding import SEVERITIES
from schemalint.printable import escaped_json, json_document
from schemalint.reporters import Context
from schemalint.reporters.sarif.descriptors import LEVELS, NOTIFICATIONS, driver
from schemalint.reporters.sarif.line_hash import line_hashes
from schemalint.reporters.sarif.places import BASE, Places, link, message
from schemalint.rule import DocumentedRule, Rule
from schemalint.source import Sources, UnreadableFile

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_MOST_RESULTS = 5_000
"""As many as GitHub shows; it refuses a file with more than 25,000."""
_MOST_BYTES = 10_000_000
"""GitHub refuses a file that is larger when compressed."""


def render(report: Report, sources: Sources, context: Context) -> str:
    """One log with one run, small enough for GitHub."""
    most = _MOST_RESULTS
    while True:
        kept = _most_severe(report.diagnostics, most)
        log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(report, kept, sources, context)]}
        document = json_document(log, indent=1)
        if len(kept) <= 1 or not _too_large(document):
            return escaped_json(document) + "\n"
        most = len(kept) // 2


def _most_severe(diagnostics: tuple[Diagnostic, ...], most: int) -> tuple[Diagnostic, ...]:
    """At most so many diagnostics, in their order: open ones before suppressed, severe ones before others."""
    if len(diagnostics) <= most:
        return diagnostics
    by_weight = sorted(
        range(len(diagnostics)),
        key=lambda index: (
            diagnostics[index].suppression is not None,
            -SEVERITIES.index(diagnostics[index].severity),
        ),
    )
    return tuple(diagnostics[index] for index in sorted(by_weight[:most]))


def _too_large(document: bytes) -> bool:
    if len(document) <= _MOST_BYTES:
        return False
    import zlib

    return len(zlib.compress(document, 6)) > _MOST_BYTES


def _run(report: Report, kept: tuple[Diagnostic, ...], sources: Sources, context: Context) -> dict[str, Any]:
    places = Places(sources, context)
    rules = _rules(kept, context)
    numbers = {rule.name: number for number, rule in enumerate(rules)}
    hashes = _line_hashes(kept, sources)
    return {
        "tool": {"driver": driver(rules)},
        "automationDetails": {"id": "schemalint/"},
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": _notifications(report, len(kept), places),
            }
        ],
        "originalUriBaseIds": {BASE: {"description": {"text": "The top folder of the repository."}}},
        "columnKind": "utf16CodeUnits",
        "results": [
            _result(diagnostic, numbers[diagnostic.rule], hashes.get(diagnostic.region.path, {}), places)
            for diagnostic in kept
        ],
        "properties": {"summary": msgspec.to_builtins(report.summary)},
    }


def _rules(kept: tuple[Diagnostic, ...], context: Context) -> list[DocumentedRule]:
    """The rules that were run, and whatever else has found something, by name."""
    rules = dict(context.rules)
    for diagnostic in kept:
        if diagnostic.rule not in rules:
            rule = Rule(category="reading", severity=diagnostic.severity)
            name = diagnostic.rule
            rules[name] = DocumentedRule(name=name, rule=rule, documentation=name)
    return [rules[name] for name in sorted(rules)]


def _line_hashes(kept: tuple[Diagnostic, ...], sources: Sources) -> dict[str, dict[int, str]]:
    """GitHub's hash of each line that has a finding, by path."""
    lines: defaultdict[str, set[int]] = defaultdict(set)
    for diagnostic in kept:
        lines[diagnostic.region.path].add(diagnostic.region.start.line)
    hashes = {}
    for path, wanted in lines.items():
        try:
            hashes[path] = line_hashes(sources.bytes(path), wanted)
        except UnreadableFile:
            continue
    return hashes


def _result(
    diagnostic: Diagnostic, rule_index: int, line_hashes: dict[int, str], places: Places
) -> dict[str, Any]:
    fingerprints = {"finding/v1": diagnostic.fingerprint()}
    line_hash = line_hashes.get(diagnostic.region.start.line)
    if line_hash is not None:
        fingerprints["primaryLocationLineHash"] = line_hash
    result: dict[str, Any] = {
        "ruleId": diagnostic.rule,
        "ruleIndex": rule_index,
        "level": LEVELS[diagnostic.severity],
        "message": {"text": _message(diagnostic)},
        "locations": [{"physicalLocation": places.physical(diagnostic.region)}],
        "partialFingerprints": fingerprints,
        "properties": {"confidence": diagnostic.confidence},
    }
    if diagnostic.related:
        result["relatedLocations"] = [
            {
                "id": number,
                "physicalLocation": places.physical(related.region),
                "message": {"text": message(related.message)},
            }
            for number, related in enumerate(diagnostic.related, 1)
        ]
    if diagnostic.fix is not None and diagnostic.fix.edits:
        result["fixes"] = [_fix(diagnostic.fix, places)]
    if diagnostic.suppression is not None:
        suppression = {"kind": "inSource" if diagnostic.suppression.kind == "comment" else "external"}
        if diagnostic.suppression.reason:
            suppression["justification"] = message(diagnostic.suppression.reason)
        result["suppressions"] = [suppression]
    return result


def _message(diagnostic: Diagnostic) -> str:
    """The finding, its fix (which GitHub shows nowhere else) and links to the related places."""
    sentences = [f"{message(diagnostic.message)}."]
    if diagnostic.fix is not None:
        sentences.append(f"Fix: {message(diagnostic.fix.title)}.")
    if diagnostic.related:
        links = [link(related.message, number) for number, related in enumerate(diagnostic.related, 1)]
        sentences.append(f"See {', '.join(links)}.")
    return " ".join(sentences)


def _fix(fix: Fix, places: Places) -> dict[str, Any]:
    replacements: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for edit in fix.edits:
        replacement: dict[str, Any] = {
            "deletedRegion": places.offsets(edit.span.path, edit.span.start, edit.span.end)
        }
        if edit.text:
            replacement["insertedContent"] = {"text": edit.text}
        replacements[edit.span.path].append(replacement)
    return {
        "description": {"text": f"{message(fix.title)}."},
        "artifactChanges": [
            {"artifactLocation": places.artifact(path), "replacements": made}
            for path, made in replacements.items()
        ],
    }


def _notifications(report: Report, kept: int, places: Places) -> list[dict[str, Any]]:
    notifications = [
        _notification("unreadable-input", "error", diagnostic.message, places.physical(diagnostic.region))
        for diagnostic in report.diagnostics
        if diagnostic.rule == "unreadable"
    ]
    notifications += (
        _notification("not-understood", "warning", notice.message, places.physical(notice.region))
        for notice in report.notices
    )
    del notifications[_MOST_RESULTS:]
    if kept < len(report.diagnostics):
        text = f"of {len(report.diagnostics):,} findings, the {kept:,} most severe are reported"
        notifications.append(_notification("results-left-out", "warning", text, None))
    return notifications


def _notification(identifier: str, level: str, text: str, place: dict[str, Any] | None) -> dict[str, Any]:
    notification: dict[str, Any] = {
        "descriptor": {"id": identifier, "index": list(NOTIFICATIONS).index(identifier)},
        "level": level,
        "message": {"text": f"{message(text)}."},
    }
    if place is not None:
        notification["locations"] = [{"physicalLocation": place}]
    return notification
