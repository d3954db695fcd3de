"""One line a finding, which problem matchers and editors read: `path:line:column: severity: message [rule]`.

Never in colour: a matcher sees what a terminal would hide.
"""

from __future__ import annotations

from schemalint.diagnostic import Report
from schemalint.printable import printable
from schemalint.reporters import Context
from schemalint.source import Sources


def render(report: Report, sources: Sources, context: Context) -> str:
    """The findings, and a last line that says what was read."""
    lines = []
    for diagnostic in report.shown():
        path = printable(context.shown(diagnostic.region.path))
        start = diagnostic.region.start
        fix = f"; {diagnostic.fix.title}" if diagnostic.fix is not None else ""
        message = printable(diagnostic.message + fix)
        lines.append(
            f"{path}:{start.line}:{start.column}: {diagnostic.severity}: {message} [{diagnostic.rule}]"
        )
    lines.append(report.summary.sentence())
    return "\n".join(lines) + "\n"
