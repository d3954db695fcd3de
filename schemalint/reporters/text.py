"""For people: findings by file, each with its source, the related places with theirs, and the fix."""

from __future__ import annotations

from collections.abc import Iterator

from schemalint.diagnostic import Diagnostic, Region, Related, Report, counted
from schemalint.printable import printable
from schemalint.reporters import Context
from schemalint.source import Sources, UnreadableFile
from schemalint.terminal import Style, excerpt, painter

_SEVERITIES: dict[str, Style] = {"error": "error", "warning": "warning", "info": "info"}
_TABLES_NAMED = 5
"""So many tables are named of those for which the same is to be said at the same place."""


def render(report: Report, sources: Sources, context: Context) -> str:
    """The findings, the decisions taken where that is asked for, and last what was read."""
    paint = painter(colour=context.colour)
    by_path: dict[str, list[Diagnostic]] = {}
    for diagnostic in report.shown():
        by_path.setdefault(diagnostic.region.path, []).append(diagnostic)
    lines: list[str] = []
    for path, diagnostics in by_path.items():
        lines.append(paint("path", printable(context.shown(path))))
        for first, others in _alike(diagnostics):
            lines += _Finding(first, sources, context).lines()
            lines += _likewise(others)
            lines.append("")
    if context.verbose:
        lines += _explained(report, context)
    lines.append(_found(report))
    more = report.summary.not_understood or report.summary.left_out or report.summary.unproved
    hint = " (-v lists them)" if more and not context.verbose else ""
    lines.append(report.summary.sentence() + hint)
    return "\n".join(lines) + "\n"


def _alike(diagnostics: list[Diagnostic]) -> list[tuple[Diagnostic, list[Diagnostic]]]:
    """Each finding with those that one change mends with it: of the tables that share a mixin's column."""
    groups: dict[object, tuple[Diagnostic, list[Diagnostic]]] = {}
    for position, diagnostic in enumerate(diagnostics):
        key: object = position
        if diagnostic.subject.table is not None and diagnostic.fix is not None:
            region = diagnostic.region
            key = (diagnostic.rule, diagnostic.severity, region.start, region.end, diagnostic.fix.title)
        if key in groups:
            groups[key][1].append(diagnostic)
        else:
            groups[key] = (diagnostic, [])
    return list(groups.values())


def _likewise(others: list[Diagnostic]) -> Iterator[str]:
    tables = list(dict.fromkeys(other.subject.table or "" for other in others))
    if tables:
        names = ", ".join(tables[:_TABLES_NAMED])
        more = len(tables) - _TABLES_NAMED
        yield f"    likewise for: {printable(names)}{f' and {more:,} more' if more > 0 else ''}"


class _Finding:
    """One finding on its way into lines; the numbers in its margin share one width."""

    def __init__(self, diagnostic: Diagnostic, sources: Sources, context: Context) -> None:
        self.diagnostic = diagnostic
        self.sources = sources
        self.context = context
        self.paint = painter(colour=context.colour)
        regions = [diagnostic.region, *(related.region for related in diagnostic.related)]
        self.margin = max(len(str(region.start.line)) for region in regions)

    def lines(self) -> Iterator[str]:
        """The message, the source, the related places and the fix."""
        diagnostic, paint = self.diagnostic, self.paint
        style = _SEVERITIES[diagnostic.severity]
        start = diagnostic.region.start
        yield (
            f"  {start.line}:{start.column}  {paint(style, diagnostic.severity)}  "
            f"{paint('message', printable(diagnostic.message))}  {paint('faint', f'[{diagnostic.rule}]')}"
        )
        yield from self._source(diagnostic.region, "^", style)
        for related in diagnostic.related:
            yield from self._related(related)
        if diagnostic.fix is not None:
            yield f"    {paint('fix', 'fix:')} {printable(diagnostic.fix.title)}"

    def _related(self, related: Related) -> Iterator[str]:
        region = related.region
        if region.path == self.diagnostic.region.path:
            place = f"line {region.start.line}"
        else:
            path = printable(self.context.shown(region.path))
            place = f"{path}:{region.start.line}:{region.start.column}"
        yield f"    {printable(related.message)}: {self.paint('faint', place)}"
        yield from self._source(region, "-", "info")

    def _source(self, region: Region, mark: str, style: Style) -> Iterator[str]:
        """The first line of the region with a line of marks under it; nothing where there is no text."""
        try:
            file = self.sources.read(region.path)
        except UnreadableFile:
            return
        line = file.line_bounds(region.start.line)
        first = line[0] + region.start.column - 1
        last = line[0] + region.end.column - 1 if region.end.line == region.start.line else line[1]
        room = max(40, self.context.width - self.margin - 8)
        shown, before, marked = excerpt(file.text, line, (first, last), room)
        if not shown:
            return
        number = str(region.start.line).rjust(self.margin)
        yield f"    {self.paint('faint', f'{number} |')} {shown}".rstrip()
        edge = self.paint("faint", " " * self.margin + " |")
        yield f"    {edge} {' ' * before}{self.paint(style, mark * marked)}"


def _explained(report: Report, context: Context) -> Iterator[str]:
    """Which dialect was chosen and why, and every place that was not understood."""
    if report.decisions:
        yield "decisions:"
        yield from (f"  {printable(decision)}" for decision in report.decisions)
        yield ""
    if report.notices:
        yield "not understood:"
        for notice in report.notices:
            path = printable(context.shown(notice.region.path))
            start = notice.region.start
            yield f"  {path}:{start.line}:{start.column}: {printable(notice.message)}"
        yield ""


def _found(report: Report) -> str:
    """How many findings there are of each severity, how many can be fixed, how many are suppressed."""
    shown = report.shown()
    numbers = dict.fromkeys(_SEVERITIES, 0)
    for diagnostic in shown:
        numbers[diagnostic.severity] += 1
    nouns = {"error": "error", "warning": "warning", "info": "suggestion"}
    found = ", ".join(counted(number, nouns[severity]) for severity, number in numbers.items() if number)
    parts = [f"found {found}" if found else "found nothing to report"]
    fixable = sum(1 for one in shown if one.fix is not None and one.fix.edits and one.fix.safe)
    if fixable:
        parts.append(f"{fixable:,} with a ready fix")
    suppressed = len(report.diagnostics) - len(shown)
    if suppressed:
        parts.append(f"{suppressed:,} suppressed")
    return "; ".join(parts)
