"""What can be said on the command line: commands, and the options of each."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from schemalint import __version__
from schemalint.knowledge.dialects import DIALECTS

_WHOLE_PROJECT = "folders to read, or files whose whole project is read"


class UsageError(Exception):
    """Something asked for that can't be done; its text says what, and what can."""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, with the way to more."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see {self.prog} --help)")


def parsed(arguments: list[str]) -> argparse.Namespace:
    """The options that the arguments are, `command` among them; `check` where none is named. UsageError.

    Only what is said gets a parser: making those of all commands takes as long as reading twenty files.
    """
    command, rest = _command(arguments)
    parser = _Parser(
        prog="schemalint",
        description="A linter for database schemas and migrations that needs no database.",
    )
    parser.add_argument("-V", "--version", action="version", version=f"schemalint {__version__}")
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", parser_class=_Parser, prog=parser.prog
    )
    for name, (purpose, add_options) in _COMMANDS.items():
        if command in (None, name):
            add_options(commands.add_parser(name, help=purpose))
    return parser.parse_args(rest)


def _command(arguments: list[str]) -> tuple[str | None, list[str]]:
    """The command, None where all of them are asked about, and the arguments with it in front."""
    for argument in arguments:
        if argument in ("-h", "--help", "-V", "--version"):
            return None, arguments
        if not argument.startswith("-"):
            if argument in _COMMANDS and not (argument == "schema" and Path(argument).exists()):
                return argument, arguments
            break
    return "check", ["check", *arguments]


def _add_reading_options(parser: argparse.ArgumentParser, paths: str) -> None:
    parser.add_argument("paths", nargs="*", default=["."], metavar="PATH", help=f"{paths} (default: .)")
    parser.add_argument("--dialect", choices=DIALECTS, metavar="DIALECT", help=", ".join(DIALECTS))


def _check(parser: argparse.ArgumentParser) -> None:
    _add_reading_options(parser, "folders to read, or files to report on, judged against their whole project")
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="say what was decided and not understood"
    )
    parser.add_argument("--select", metavar="NAME,…", help="only these rules or categories")
    parser.add_argument("--ignore", metavar="NAME,…", help="not these rules or categories")
    parser.add_argument(
        "--format", default="text", metavar="FORMAT", help="text (default), concise, json, sarif, github"
    )
    parser.add_argument("--output", metavar="FILE", help="write the report there and not to the terminal")
    parser.add_argument("--exit-zero", action="store_true", help="give exit status 0 in spite of findings")
    parser.add_argument("--statistics", action="store_true", help="count the findings of each rule as well")


def _explain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rule", metavar="RULE")


def _rules(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--markdown", action="store_true", help="with their documentation, in Markdown")


def _schema(parser: argparse.ArgumentParser) -> None:
    _add_reading_options(parser, _WHOLE_PROJECT)
    parser.add_argument("--format", choices=("json",), default="json", help="json (default)")


def _diff(parser: argparse.ArgumentParser) -> None:
    _add_reading_options(parser, _WHOLE_PROJECT)
    parser.add_argument("--format", choices=("text", "sql"), default="text", help="text (default), sql")


def _rollback(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("migration", metavar="MIGRATION", help="its file or its folder")
    parser.add_argument("--dialect", choices=DIALECTS, metavar="DIALECT", help=", ".join(DIALECTS))
    parser.add_argument("--write", action="store_true", help="put it where the tool looks for it")


def _problem_matcher(parser: argparse.ArgumentParser) -> None:
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument("--vscode", action="store_true", help="for tasks.json of Visual Studio Code")
    kind.add_argument("--github", action="store_true", help="for GitHub Actions")


_COMMANDS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "check": ("lint (the default: `schemalint .` works)", _check),
    "explain": ("the documentation of a rule", _explain),
    "rules": ("all rules in a table", _rules),
    "schema": ("print the catalogs as they were rebuilt", _schema),
    "diff": ("what is declared and what migrations make, side by side", _diff),
    "rollback": ("print the down side of a migration", _rollback),
    "problem-matcher": ("print a problem matcher for the concise format", _problem_matcher),
}
