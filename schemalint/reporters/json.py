"""One JSON object for programs: every finding, suppressed ones too, and what was read.

Paths are relative to the project's root, lines and columns count from 1, columns in code points, ends are
exclusive. `subject` is what a finding is about, `fingerprint` stays the same when lines move.
"""

from __future__ import annotations

from typing import Any

import msgspec

from schemalint.diagnostic import Diagnostic, Fix, Report
from schemalint.printable import escaped_json, json_document
from schemalint.reporters import Context
from schemalint.source import Edit, Sources


def render(report: Report, sources: Sources, context: Context) -> str:
    """The object, indented."""
    document = {
        "version": 1,
        "findings": [_finding(diagnostic, sources) for diagnostic in report.diagnostics],
        "summary": msgspec.to_builtins(report.summary),
    }
    return escaped_json(json_document(document, indent=2)) + "\n"


def _finding(diagnostic: Diagnostic, sources: Sources) -> dict[str, Any]:
    region, subject, suppression = diagnostic.region, diagnostic.subject, diagnostic.suppression
    return {
        "rule": diagnostic.rule,
        "severity": diagnostic.severity,
        "confidence": diagnostic.confidence,
        "message": diagnostic.message,
        "path": region.path,
        "line": region.start.line,
        "column": region.start.column,
        "end_line": region.end.line,
        "end_column": region.end.column,
        "subject": {
            "table": subject.table,
            "columns": list(subject.columns),
            "name": subject.name,
        },
        "related": [
            {
                "path": related.region.path,
                "line": related.region.start.line,
                "column": related.region.start.column,
                "message": related.message,
            }
            for related in diagnostic.related
        ],
        "fix": None if diagnostic.fix is None else _fix(diagnostic.fix, sources),
        "suppressed": None
        if suppression is None
        else {"kind": suppression.kind, "reason": suppression.reason},
        "fingerprint": diagnostic.fingerprint(),
    }


def _fix(fix: Fix, sources: Sources) -> dict[str, Any]:
    return {
        "title": fix.title,
        "safe": fix.safe,
        "edits": [_edit(edit, sources) for edit in fix.edits],
    }


def _edit(edit: Edit, sources: Sources) -> dict[str, Any]:
    file = sources.read(edit.span.path)
    start, end = file.position(edit.span.start), file.position(edit.span.end)
    return {
        "path": edit.span.path,
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
        "text": edit.text,
    }
