"""What is wrong with a history as its tool reads it: two files of one version, numbers that are missing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from schemalint.frontends.sql.layouts.versions import leading_number, version
from schemalint.frontends.sql.plan import Plan, Script
from schemalint.knowledge.dialects import Dialect
from schemalint.migration import Migration
from schemalint.reading import Fault
from schemalint.source import Span

Version = object

_NUMBERED = re.compile(r"[vV]?\d+_|[vV]\d+\.")


def faults(plan: Plan, dialect: Dialect, migrations: Iterable[Migration]) -> Iterator[Fault]:
    """The faults of a plan's scripts; their places are those of the migrations that were made of them."""
    spans = {migration.name: migration.span for migration in migrations}
    scripts = [script for script in plan.scripts if script.only_for is None or dialect in script.only_for]
    identify = _VERSIONS.get(plan.layout)
    if identify is not None:
        found = list(_of_one_version(scripts, identify, spans))
        if plan.layout != "golang-migrate" or _is_fresh(found, scripts):
            yield from found
    if plan.layout == "tern":
        yield from _missing_numbers(scripts, spans)
    if plan.layout in ("sqitch", "yoyo"):
        yield from _unknown_parents(scripts, spans)


def _is_fresh(found: list[Fault], scripts: list[Script]) -> bool:
    """Whether the only two migrations of one number are the newest.

    Other tools keep pairs of files as well, some of which go by the whole name: where a history has got
    past such a number, its tool does not mind.
    """
    return len(found) == 1 and found[0].name == scripts[-1].name


def _number(script: Script) -> Version | None:
    found = _NUMBERED.match(script.name)
    return leading_number(script.name) if found else None


def _leading_digits(script: Script) -> Version | None:
    """Dbmate and Supabase compare versions as text."""
    found = re.match(r"\d+", script.name)
    return found[0] if found else None


def _of_diesel(script: Script) -> Version | None:
    """Diesel: what stands before the first underscore, without its dashes."""
    return script.name.partition("_")[0].replace("-", "") or None


def _of_flyway(script: Script) -> Version | None:
    """Flyway: the numbers between V and two underscores; repeatable migrations have none."""
    found = re.match(r"[Vv]([\d._]+?)__", script.name)
    return version(found[1]) if found else None


_VERSIONS: dict[str, Callable[[Script], Version | None]] = {
    "golang-migrate": _number,
    "goose": _number,
    "sqlx": _number,
    "tern": _number,
    "dbmate": _leading_digits,
    "supabase": _leading_digits,
    "diesel": _of_diesel,
    "flyway": _of_flyway,
}
"""How the tools that refuse a version used twice tell it from the name of a migration."""


def _of_one_version(
    scripts: Iterable[Script], identify: Callable[[Script], Version | None], spans: dict[str, Span]
) -> Iterator[Fault]:
    seen: dict[Version, Script] = {}
    for script in scripts:
        found = identify(script)
        if found is None:
            continue
        other = seen.setdefault(found, script)
        if other is script or other.name == script.name:
            continue
        yield Fault(
            kind="heads",
            name=script.name,
            span=spans[script.name],
            message=f"{other.name} and {script.name} have one version",
            others=((spans[other.name], "the other one"),),
        )


def _missing_numbers(scripts: Iterable[Script], spans: dict[str, Span]) -> Iterator[Fault]:
    """Tern refuses a gap, and a first number other than 1 (`migrate.go`)."""
    expected = 1
    for script in scripts:
        number = leading_number(script.name)
        if number is None:
            continue
        if number > expected:
            yield Fault(
                kind="broken",
                name=script.name,
                span=spans[script.name],
                message=f"there is no migration {expected} before {script.name}",
            )
        expected = number + 1


def _unknown_parents(scripts: Iterable[Script], spans: dict[str, Span]) -> Iterator[Fault]:
    """What a migration says that it needs has to be in the history; another project's is not judged."""
    listed = list(scripts)
    known = {script.name for script in listed}
    for script in listed:
        for parent in script.parents or ():
            if parent not in known and ":" not in parent and not parent.startswith(("!", "@")):
                yield Fault(
                    kind="broken",
                    name=script.name,
                    span=spans[script.name],
                    message=f"{script.name} needs {parent}, which is not in the history",
                )
