"""GitHub Actions workflow commands, which the runner turns into annotations on the changed files.

GitHub shows ten errors, ten warnings and ten notices of a step; the log holds them all, so that the message
says place and rule once more.
"""

from __future__ import annotations

from schemalint.diagnostic import Diagnostic, Report
from schemalint.finding import Severity
from schemalint.printable import printable
from schemalint.reporters import Context
from schemalint.source import Sources

_COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}


def render(report: Report, sources: Sources, context: Context) -> str:
    """One command a finding, and a last line that says what was read."""
    lines = [_command(diagnostic, context) for diagnostic in report.shown()]
    lines.append(report.summary.sentence())
    return "\n".join(lines) + "\n"


def _command(diagnostic: Diagnostic, context: Context) -> str:
    region = diagnostic.region
    properties: dict[str, str | int] = {
        "file": printable(context.from_repository + region.path),
        "line": region.start.line,
        "endLine": region.end.line,
    }
    if region.start.line == region.end.line:  # the checks API refuses columns of a range over several lines
        properties |= {"col": region.start.column, "endColumn": region.end.column}
    properties["title"] = f"schemalint: {diagnostic.rule}"
    message = "\n".join(_sentences(diagnostic, context))
    values = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[diagnostic.severity]} {values}::{_data(message)}"


def _sentences(diagnostic: Diagnostic, context: Context) -> list[str]:
    start = diagnostic.region.start
    path = printable(context.from_repository + diagnostic.region.path)
    lines = [f"{path}:{start.line}:{start.column}: {printable(diagnostic.message)} [{diagnostic.rule}]"]
    for related in diagnostic.related:
        place = f"{printable(context.from_repository + related.region.path)}:{related.region.start.line}"
        lines.append(f"{printable(related.message)}: {place}")
    if diagnostic.fix is not None:
        lines.append(f"fix: {printable(diagnostic.fix.title)}")
    return lines


def _data(text: str) -> str:
    """As @actions/core escapes a message."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str | int) -> str:
    """As @actions/core escapes a property."""
    return _data(str(value)).replace(":", "%3A").replace(",", "%2C")
