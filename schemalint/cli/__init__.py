"""The command line: what was asked for, to what it takes, to an exit status.

0: nothing to report; 1: findings as severe as `fail-on` asks for; 2: wrong usage or configuration, or a
fault of ours.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from schemalint.cli.arguments import UsageError, parsed

if TYPE_CHECKING:
    from schemalint.config import Settings
    from schemalint.diagnostic import Report
    from schemalint.engine import Project

_OK, _FINDINGS, _WRONG, _INTERRUPTED = 0, 1, 2, 130


_kept: list[object] = []
"""What the process need not free, as it is about to end."""


def main(arguments: list[str]) -> int:
    """Run the command line and give its exit status."""
    gc.disable()  # a run is over before a collection would have paid
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        return _run(arguments)
    except UsageError as error:
        _complain(str(error))
        return _WRONG
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _WRONG
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as error:
        if os.environ.get("SCHEMALINT_DEBUG"):
            raise
        _complain(
            f"a fault of its own: {type(error).__name__}: {error}\n"
            "Please report it; SCHEMALINT_DEBUG=1 shows where it happened."
        )
        return _WRONG


def _complain(text: str) -> None:
    """Say what went wrong, with names of files and of what is in them that a terminal does not obey."""
    from schemalint.printable import printable

    print("\n".join(map(printable, f"schemalint: {text}".split("\n"))), file=sys.stderr)


def _run(arguments: list[str]) -> int:
    options = parsed(arguments)
    command: str = options.command
    if command == "explain":
        return _explain(options.rule)
    if command == "rules":
        return _rules(markdown=options.markdown)
    if command == "problem-matcher":
        return _problem_matcher(github=options.github)
    if command == "schema":
        return _schema(options)
    if command == "diff":
        return _diff(options)
    if command == "rollback":
        return _rollback(options)
    return _check(options)


def _settings(options: argparse.Namespace, root: Path) -> Settings:
    """The project's settings, with what the command line says on top."""
    from schemalint.config.file import ConfigurationError, load

    try:
        settings = load(root, _categories())
    except ConfigurationError as error:
        raise UsageError(f"wrong configuration\n{error}") from error
    if options.dialect is not None:
        settings = replace(settings, dialect=options.dialect)
    for option in ("select", "ignore"):
        written = getattr(options, option, None)
        if written is not None:
            names = tuple(name.strip() for name in written.split(",") if name.strip())
            _check_names(names)
            settings = replace(settings, **{option: names})
    return settings


def _categories() -> dict[str, str]:
    """The names of all rules with their categories."""
    from schemalint.registry import all_rules

    return {rule.name: rule.rule.category for rule in all_rules()}


def _check_names(names: tuple[str, ...]) -> None:
    known = _categories()
    for name in names:
        if name not in known and name not in known.values():
            raise UsageError(f"there is no rule or category {name!r}{_suggestion(name, known)}")


def _suggestion(name: str, known: dict[str, str]) -> str:
    from difflib import get_close_matches

    matches = get_close_matches(name, [*known, *known.values()], n=1)
    return f"; did you mean {matches[0]}?" if matches else "; `schemalint rules` lists them"


class _Scope:
    """What a run reads, and what of it is reported."""

    def __init__(self, root: Path, project: Project, reported: frozenset[str] | None) -> None:
        self.root = root
        self.project = project
        self._reported = reported

    def is_reported(self, path: str) -> bool:
        """Whether findings in a file are shown."""
        return self._reported is None or path in self._reported


def _read(options: argparse.Namespace, otherwise: Path | None = None) -> _Scope:
    """Read what the paths ask for: folders as they are, files with the whole of their project.

    `otherwise` is the project of files that no repository and no configuration says the project of.
    """
    from schemalint.discover import discover
    from schemalint.engine import Project
    from schemalint.project import loader, project_root
    from schemalint.registry import suffixes
    from schemalint.source import Sources

    paths = [Path(path) for path in options.paths]
    for path in paths:
        if not os.path.lexists(path):
            raise UsageError(f"{path}: there is no such file or folder")
    root = project_root(paths, otherwise)
    settings = _settings(options, root)
    folders = all(path.is_dir() for path in paths)
    wanted = discover(root, paths, settings.exclude, suffixes())
    found = wanted if folders else discover(root, [root, *paths], settings.exclude, suffixes())
    sources = Sources(found.paths, loader(root))
    project = Project(sources, settings, found.problems)
    _kept[:] = [project]
    return _Scope(root, project, None if folders else frozenset(wanted.paths))


def _check(options: argparse.Namespace) -> int:
    from schemalint.engine import check, fails
    from schemalint.project import inside, prefix, repository_root
    from schemalint.registry import selected_rules
    from schemalint.reporters import Context, formats, render
    from schemalint.terminal import wants_colour, width

    if options.format not in formats():
        raise UsageError(f"there is no format {options.format!r}; there are {', '.join(formats())}")
    scope = _read(options)
    report = check(scope.project, scope.is_reported)
    context = Context(
        rules={rule.name: rule for rule in selected_rules(scope.project.settings)},
        from_working_directory=prefix(scope.root, Path.cwd()),
        inside=inside(Path.cwd(), scope.root),
        from_repository=prefix(scope.root, repository_root(scope.root)),
        verbose=options.verbose,
        colour=options.output is None and wants_colour(sys.stdout),
        width=width(),
    )
    text = render(options.format, report, scope.project.sources, context)
    _write(text, options.output)
    if options.statistics:
        _print_statistics(report)
    failed = fails(report, scope.project.settings.fail_on) and not options.exit_zero
    return _FINDINGS if failed else _OK


def _write(text: str, output: str | None) -> None:
    if output is None:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    try:
        Path(output).write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
    except OSError as error:
        raise UsageError(f"{output}: {error.strerror}") from error


def _print_statistics(report: Report) -> None:
    for rule, count in Counter(diagnostic.rule for diagnostic in report.shown()).most_common():
        print(f"{count:6,}  {rule}", file=sys.stderr)


def _schema(options: argparse.Namespace) -> int:
    from schemalint.catalog_json import catalog_document
    from schemalint.printable import escaped_json, json_document

    scope = _read(options)
    document = catalog_document(scope.project.databases, scope.project.sources)
    _write(escaped_json(json_document(document, indent=1)) + "\n", None)
    return _OK


def _diff(options: argparse.Namespace) -> int:
    from schemalint.cli.diff import as_sql, as_text

    scope = _read(options)
    form = as_sql if options.format == "sql" else as_text
    text = form(scope.project.databases)
    _write(text, None)
    return _FINDINGS if text else _OK


def _rollback(options: argparse.Namespace) -> int:
    from schemalint.cli.rollback import down_side, write_down_side
    from schemalint.down_side import Refusal
    from schemalint.printable import printable

    options.paths = [options.migration]
    path = Path(options.migration)
    if path.is_dir():
        options.paths = sorted(str(file) for file in path.iterdir() if file.is_file()) or [str(path)]
    scope = _read(options, Path.cwd())  # a migration is nothing without its history
    own = Path(os.path.relpath(os.path.realpath(path), scope.root)).as_posix()
    sources = scope.project.sources
    try:
        down = down_side(scope.project.databases, sources, own)
    except Refusal as refusal:
        raise UsageError(str(refusal)) from refusal
    if not options.write:
        _write(down.text, None)
        return _OK
    if down.present:
        raise UsageError(f"{own} has a down side already")
    try:
        write_down_side(down, sources, scope.root / down.path)
    except Refusal as refusal:
        raise UsageError(str(refusal)) from refusal
    print(f"wrote {printable(down.path)}")
    return _OK


def _explain(name: str) -> int:
    from schemalint.registry import load_rule, rule_names

    if name not in rule_names():
        raise UsageError(f"there is no rule {name!r}{_suggestion(name, _categories())}")
    rule = load_rule(name)
    print(f"# {name}\n\n{rule.documentation.strip()}")
    return _OK


def _rules(*, markdown: bool) -> int:
    from schemalint.registry import all_rules

    rules = all_rules()
    if markdown:
        from schemalint.documentation import reference

        print(reference(rules), end="")
        return _OK
    width = max(len(rule.name) for rule in rules)
    for rule in rules:
        print(f"{rule.name:{width}}  {rule.rule.category:9}  {rule.rule.severity:8}  {rule.summary}")
    return _OK


def _problem_matcher(*, github: bool) -> int:
    from schemalint.cli import problem_matchers

    print(problem_matchers.github() if github else problem_matchers.vscode(), end="")
    return _OK
