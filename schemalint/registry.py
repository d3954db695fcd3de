"""Rules and front ends, found by looking into their packages: nothing is listed by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from schemalint import frontends, rules
from schemalint.config import Settings
from schemalint.down_side import DownSide
from schemalint.finding import Finding
from schemalint.migration import Migration
from schemalint.modules import module_names
from schemalint.reading import Reading
from schemalint.replay import Replay
from schemalint.rule import DocumentedRule
from schemalint.source import Sources

DownSideWriter = Callable[[Migration, Reading, Replay, Sources], DownSide]


class LoadedRule(DocumentedRule, frozen=True, kw_only=True):
    """A rule ready to run: `subject` is the type that its `check` asks for."""

    subject: type
    check: Callable[[Any], Iterator[Finding]]


@cache
def rule_names() -> tuple[str, ...]:
    """The names of all rules, in alphabetical order; no rule is imported for it."""
    return tuple(sorted(name.replace("_", "-") for name in module_names(rules.__path__)))


@cache
def load_rule(name: str) -> LoadedRule:
    """The rule of that name; KeyError if there is none."""
    if name not in rule_names():
        raise KeyError(name)
    module = import_module(f"schemalint.rules.{name.replace('-', '_')}")
    subject = next(iter(module.check.__annotations__.values()))
    return LoadedRule(
        name=name,
        rule=module.RULE,
        documentation=module.__doc__ or "",
        subject=subject,
        check=module.check,
    )


def all_rules() -> list[LoadedRule]:
    """Every rule."""
    return [load_rule(name) for name in rule_names()]


def selected_rules(settings: Settings) -> list[LoadedRule]:
    """The rules that the settings ask for: a name or a category selects, and ignoring is stronger."""

    def named(rule: LoadedRule, chosen: Iterable[str]) -> bool:
        return any(name in (rule.name, rule.rule.category) for name in chosen)

    return [
        rule
        for rule in all_rules()
        if (not settings.select or named(rule, settings.select)) and not named(rule, settings.ignore)
    ]


@cache
def _front_end_packages() -> tuple[str, ...]:
    return tuple(module_names(frontends.__path__, packages_only=True))


def front_ends_for(paths: Iterable[str]) -> list[str]:
    """The names of the front ends that read some of these paths, by how the paths end."""
    listed = list(paths)
    found = []
    for name in _front_end_packages():
        suffixes = getattr(import_module(f"schemalint.frontends.{name}"), "SUFFIXES", ())
        if suffixes and any(path.endswith(suffixes) for path in listed):
            found.append(name)
    return found


def suffixes() -> tuple[str, ...]:
    """How the paths of all files end that some front end reads, or looks at to understand others."""
    found: set[str] = set()
    for name in _front_end_packages():
        package = import_module(f"schemalint.frontends.{name}")
        found.update(getattr(package, "SUFFIXES", ()), getattr(package, "COMPANIONS", ()))
    return tuple(sorted(found))


def reader(front_end: str) -> ModuleType:
    """The module of a front end that reads sources."""
    return import_module(f"schemalint.frontends.{front_end}.read")


@cache
def writer(front_end: str) -> ModuleType | None:
    """The module of a front end that puts repairs into its own words; None if it has none."""
    try:
        return import_module(f"schemalint.frontends.{front_end}.write")
    except ModuleNotFoundError as error:
        if error.name == f"schemalint.frontends.{front_end}.write":
            return None
        raise


def down_side_writer(front_end: str) -> DownSideWriter:
    """What writes the down side of a migration in the language of a front end."""
    written: DownSideWriter = import_module(f"schemalint.frontends.{front_end}.down_side").down_side
    return written
