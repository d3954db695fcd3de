"""From sources to a report: read, pair the sides, run the rules, and make the findings ready to show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from schemalint.catalog import Catalog
from schemalint.comments import language_of
from schemalint.config import Settings
from schemalint.diagnostic import Diagnostic, Fix, Notice, Region, Related, Report, Summary, Suppression
from schemalint.finding import SEVERITIES, Finding, Severity
from schemalint.grouping import databases, originals
from schemalint.knowledge.dialects import Dialect
from schemalint.reading import Reading, Unreadable
from schemalint.redundant_indexes import redundant_indexes
from schemalint.registry import LoadedRule, all_rules, front_ends_for, reader, selected_rules, writer
from schemalint.rule import Database, History, RedundantIndex, TableSides, UndoneMigration, UnusedIgnore
from schemalint.several_databases import other_dialects
from schemalint.source import Position, Sources, Span, UnreadableFile
from schemalint.suppress import Suppressions

if TYPE_CHECKING:
    from schemalint.rollback.verdicts import Rollback


class Project:
    """A project that has been read: its sources, its readings, and its databases.

    `originals` says which databases are copies of which other ones, by their positions.
    `problems` are files that could not be looked at when the project was searched.
    """

    def __init__(self, sources: Sources, settings: Settings, problems: Iterable[UnreadableFile] = ()) -> None:
        self.sources = sources
        self.settings = settings
        self.readings: list[Reading] = []
        self.unreadable = [
            Unreadable(Span(problem.path, 0, 0), f"can't be read: {problem.reason}") for problem in problems
        ]
        self._origins: dict[str, tuple[str, Dialect]] = {}
        languages: dict[str, str] = {}
        for front_end in front_ends_for(sources.paths):
            for reading in reader(front_end).read(sources, settings):
                self.readings.append(reading)
                self.unreadable += reading.unreadable
                for path in reading.paths:
                    self._origins.setdefault(path, (front_end, reading.dialect))
                languages[reading.kind] = front_end
        for (kind, dialect), wanted in other_dialects(self.readings).items():
            for_it = replace(settings, dialect=dialect, databases={})
            self.readings += [
                replace(one, dialect_reason="a history of these models is for it")
                for one in reader(languages[kind]).read(sources, for_it)
                if one.declares in wanted
            ]
        self.databases = databases(self.readings, settings)
        self.unproved: list[Rollback] = []  # what was not understood about rollbacks, by the rules that ask
        self.originals = originals(self.databases)
        for database in self.databases:
            for side, catalog in (
                (database.declared, database.declared_catalog),
                (database.migrated, database.migrated_catalog),
            ):
                if side is not None and catalog is not None:
                    for path in _paths(catalog):  # of mixins, and of functions that several files call
                        self._origins.setdefault(path, (languages[side.kind], side.dialect))

    def is_outdated(self, position: int, table: str | None) -> bool:
        """Whether a table of a copy is in the original as well, which has a history to know it better by."""
        copy, original = self.databases[position], self.databases[self.originals[position]]
        if copy.migrated is not None or original.declared is None or original.migrated_catalog is None:
            return False
        name = (table or "").rpartition(".")[2]
        return any(known == name for _, known in original.migrated_catalog.tables)

    def fix(self, finding: Finding) -> Fix | None:
        """The finding's repair in the words of the language that it is written in."""
        if finding.repair is None:
            return None
        front_end, _ = self._origins.get(finding.repair.span.path, (None, None))
        module = writer(front_end) if front_end is not None else None
        return None if module is None else module.fix(finding.repair, self.sources)

    def region(self, span: Span) -> Region:
        """A span in lines and columns."""
        try:
            file = self.sources.read(span.path)
        except UnreadableFile:
            return Region(path=span.path, start=Position(1, 1), end=Position(1, 1))
        return Region(path=span.path, start=file.position(span.start), end=file.position(span.end))

    def suppressions(self, rules: Mapping[str, str]) -> dict[str, Suppressions]:
        """What the comments of each file silence; `rules` are all rules with their categories."""
        found: dict[str, Suppressions] = {}
        for path, (_, dialect) in self._origins.items():
            language = language_of(path, dialect)
            try:
                file = self.sources.read(path)
            except UnreadableFile:
                continue
            if language is not None and (suppressions := Suppressions.of(file, language, rules)):
                found[path] = suppressions
        return found


def _paths(catalog: Catalog) -> set[str]:
    """The files that something of a catalog stands in."""
    spans: list[Span | None] = []
    for table in catalog.tables.values():
        spans.append(table.span)
        spans += [column.span for column in table.columns]
        spans += [index.span for index in table.indexes]
        spans += [key.span for key in table.foreign_keys]
    return {span.path for span in spans if span is not None}


def check(project: Project, is_reported: Callable[[str], bool] = lambda path: True) -> Report:
    """Run the selected rules on a project.

    A finding is reported if its place, or a place that caused it, lies in a file for which `is_reported`
    says so; everything is judged against the whole project all the same.
    """
    rules = selected_rules(project.settings)
    suppressions = project.suppressions({rule.name: rule.rule.category for rule in all_rules()})
    diagnostics = []
    seen = set()
    told: dict[int | None, set[tuple[object, ...]]] = {}
    for finding, rule, position in _findings(project, rules):
        same = (finding.rule, finding.span.path, finding.span.start, finding.span.end, finding.message)
        if same in seen:  # a file that belongs to the history of several databases
            continue
        seen.add(same)
        region = project.region(finding.span)
        suppression = None
        if region.path in suppressions:
            last = region.end.line - (region.end.column == 1 and region.end.line > region.start.line)
            suppression = suppressions[region.path].match(finding.rule, region.start.line, last)
        if rule.rule.category == "index":
            about = _without_database(finding)
            told.setdefault(position, set()).add(about)
            if position in project.originals and (
                about in told.get(project.originals[position], ())
                or project.is_outdated(position, finding.subject.table)
            ):
                continue
        places = [finding.span.path, *(place.span.path for place in finding.related)]
        if any(map(is_reported, places)):
            fix = project.fix(finding)
            diagnostics.append(_diagnostic(project, finding, rule, region, fix, suppression))
    for finding, rule, fix in _unused(suppressions, rules):
        if is_reported(finding.span.path):
            region = project.region(finding.span)
            diagnostics.append(_diagnostic(project, finding, rule, region, fix, None))
    diagnostics.sort(key=_order)
    return Report(
        diagnostics=tuple(diagnostics),
        notices=tuple(_notices(project)),
        decisions=tuple(_decisions(project)),
        summary=_summary(project),
    )


def _without_database(finding: Finding) -> tuple[object, ...]:
    """What a finding in a copy of a database has in common with the one in the original."""
    subject = finding.subject
    if subject.table is None:
        return finding.rule, subject.name
    return finding.rule, subject.table.rpartition(".")[2], subject.columns


def _findings(
    project: Project, rules: Iterable[LoadedRule]
) -> Iterator[tuple[Finding, LoadedRule, int | None]]:
    """What the rules find, and the position of the database that each is about."""
    by_subject: dict[type, list[LoadedRule]] = {}
    for rule in rules:
        by_subject.setdefault(rule.subject, []).append(rule)
    for subject, position in _subjects(project, frozenset(by_subject)):
        for rule in by_subject.get(type(subject), ()):
            for finding in rule.check(subject):
                yield finding, rule, position


def _subjects(project: Project, wanted: frozenset[type]) -> Iterator[tuple[object, int | None]]:
    """Everything in the project that some rule asks for, copies of a database after the original."""
    if Unreadable in wanted:
        for place in project.unreadable:
            yield place, None
    positions = range(len(project.databases))
    for position in sorted(positions, key=lambda position: position in project.originals):
        database = project.databases[position]
        if Database in wanted:
            yield database, position
        if wanted & {TableSides, RedundantIndex}:
            for table in database.tables():
                yield table, position
                if RedundantIndex in wanted:
                    for redundant in redundant_indexes(table):
                        yield redundant, position
        if History in wanted and database.migrated is not None:
            yield History(database=database, reading=database.migrated), position
        if UndoneMigration in wanted and database.rollback_policy != "off":
            for undone in _undone(project, database):
                yield undone, position


def _undone(project: Project, database: Database) -> Iterator[UndoneMigration]:
    """The rollback of each migration; those of which nothing can be said are written down."""
    if database.migrated is None or database.replay is None:
        return
    if not any(migration.rollback == "present" for migration in database.migrated.migrations):
        return
    from schemalint.rollback.verdicts import rollbacks  # a history without down sides does without

    for rollback in rollbacks(
        database.migrated.migrations,
        database.replay,
        by_name=database.migrated.layout != "django",
        declared=database.declared_catalog,
    ):
        if rollback.verdict == "unknown":
            project.unproved.append(rollback)
        yield UndoneMigration(database=database, rollback=rollback)


def _unused(
    suppressions: Mapping[str, Suppressions], rules: Iterable[LoadedRule]
) -> Iterator[tuple[Finding, LoadedRule, Fix | None]]:
    """The findings about comments that silence nothing, which can be told only after all the others."""
    run = {rule.name for rule in rules}
    asking = [rule for rule in rules if rule.subject is UnusedIgnore]
    for silenced in suppressions.values():
        for unused in silenced.unused(run):
            subject = UnusedIgnore(
                span=unused.span, message=unused.message, severity=unused.severity, names=unused.names
            )
            for rule in asking:
                for finding in rule.check(subject):
                    yield finding, rule, unused.fix


def _diagnostic(
    project: Project,
    finding: Finding,
    rule: LoadedRule,
    region: Region,
    fix: Fix | None,
    suppression: Suppression | None,
) -> Diagnostic:
    settings = project.settings
    severity: Severity = (
        settings.severity.get(finding.rule)
        or settings.severity.get(rule.rule.category)
        or finding.severity
        or rule.rule.severity
    )
    return Diagnostic(
        rule=finding.rule,
        severity=severity,
        confidence=finding.confidence,
        message=finding.message,
        region=region,
        subject=finding.subject,
        related=tuple(Related(project.region(place.span), place.message) for place in finding.related),
        fix=fix,
        suppression=suppression,
        database=finding.database,
    )


def _order(diagnostic: Diagnostic) -> tuple[object, ...]:
    start = diagnostic.region.start
    return (diagnostic.region.path, start.line, start.column, diagnostic.rule, diagnostic.message)


def fails(report: Report, fail_on: Severity) -> bool:
    """Whether some finding that is not suppressed is as severe as `fail_on`, or more."""
    least = SEVERITIES.index(fail_on)
    return any(
        SEVERITIES.index(diagnostic.severity) >= least
        for diagnostic in report.diagnostics
        if diagnostic.suppression is None
    )


def _notices(project: Project) -> Iterator[Notice]:
    for reading in project.readings:
        for operation in reading.not_understood():
            if operation.span is not None:
                yield Notice(project.region(operation.span), operation.reason)
    for rollback in project.unproved:
        migration = rollback.migration
        place = project.region(migration.rollback_span or migration.span)
        yield Notice(place, f"the rollback of {migration.name}: {rollback.reason}")


def _decisions(project: Project) -> Iterator[str]:
    for reading in project.readings:
        yield f"{reading.source}: {reading.kind}, {reading.dialect}, because {reading.dialect_reason}"
    for copy, original in sorted(project.originals.items()):
        one, other = (_source(project.databases[position]) for position in (copy, original))
        yield f"{one}: a copy of {other}, where what both call for is reported"
    yield from _left_out(project.sources.left_out)


def _source(database: Database) -> str:
    reading = database.declared or database.migrated
    assert reading is not None
    return reading.source


def _left_out(files: Mapping[str, str]) -> Iterator[str]:
    """What was not read and why, one line for the files of a folder that have the reason in common."""
    groups: dict[tuple[str, str], list[str]] = {}
    for path, reason in sorted(files.items()):
        folder, slash, name = path.rpartition("/")
        groups.setdefault((folder + slash, reason), []).append(name)
    for (folder, reason), names in groups.items():
        shown = f"{folder}{names[0]}" if len(names) == 1 else f"{folder or './'} ({len(names):,} files)"
        yield f"{shown}: not read: {reason}"


def _summary(project: Project) -> Summary:
    return Summary(
        databases=len(project.databases),
        migrations=sum(len(reading.migrations) for reading in project.readings),
        tables=sum(_table_count(database) for database in project.databases),
        statements=sum(reading.statements for reading in project.readings),
        not_understood=sum(len(reading.not_understood()) for reading in project.readings),
        left_out=len(project.sources.left_out),
        unproved=len(project.unproved),
    )


def _table_count(database: Database) -> int:
    return sum(1 for _ in database.tables())
