"""Which version of a package a project says that it uses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from posixpath import dirname

from schemalint.frontends.python_source import METADATA_OF_WHEEL, REQUIREMENTS
from schemalint.source import Sources, UnreadableFile

Version = tuple[int, int]
"""Major and minor."""

_NAMES = tuple(f"/{name}" for name in REQUIREMENTS)


def exact_versions(text: str, package: str) -> list[Version]:
    """The versions that a file of requirements asks for exactly, or that a lock file has."""
    return [_version(match) for pattern in _exact(package) for match in pattern.finditer(text)]


def version_below(text: str, package: str) -> Version | None:
    """The version that a file of requirements says is too new: `package<5`, `package = "^4.1"`."""
    match = _bound(package).search(text)
    if match is not None:
        return _version(match)
    match = _caret(package).search(text)
    return (int(match[1]) + 1, 0) if match is not None else None


def asks_for_older(text: str, package: str, first: Version) -> bool:
    """Whether a file of requirements asks for a version of a package before `first`."""
    below = version_below(text, package)
    return any(version < first for version in exact_versions(text, package)) or (
        below is not None and below <= first
    )


def files_of_requirements(sources: Sources, package: str) -> Iterator[tuple[str, str]]:
    """The files that may ask for a package, those of outer folders first: each one's folder and its text."""
    wheel = _only_wheel(sources)
    found = [path for path in sources.ending(*REQUIREMENTS) if f"/{path}".endswith(_NAMES)]
    for path in sorted([*found, *wheel], key=lambda path: (path.count("/"), path)):
        try:
            text = sources.read(path).text
        except UnreadableFile:
            continue
        if package in text.lower():
            yield (dirname(dirname(path)), _wanted_by(text)) if path in wheel else (dirname(path), text)


def _only_wheel(sources: Sources) -> list[str]:
    """The metadata of the one wheel that has all the code; none of those that a project has installed."""
    found = sources.ending(METADATA_OF_WHEEL)
    if len(found) != 1:
        return []
    folder = dirname(dirname(found[0]))
    prefix = f"{folder}/" if folder else ""
    return found if all(path.startswith(prefix) for path in sources.ending(".py")) else []


def _wanted_by(metadata: str) -> str:
    """What a wheel wants, line by line as in `requirements.txt`; older ones put versions in brackets."""
    headers = re.split(r"\n\s*\n", metadata, maxsplit=1)[0]
    wanted = re.findall(r"(?mi)^Requires-Dist:[ \t]*(.*)$", headers)
    return "\n".join(line.replace("(", "").replace(")", "") for line in wanted)


def required_version(sources: Sources, package: str, known: Sequence[Version]) -> Version | None:
    """The newest of the known versions that a project allows; None where no file says.

    A file that names one stands before those that name a limit, and one of an outer folder before others.
    """
    texts = [text for _, text in files_of_requirements(sources, package)]
    for text in texts:
        exact = [version for version in exact_versions(text, package) if version in known]
        if exact:
            return max(exact)
    for text in texts:
        bound = version_below(text, package)
        allowed = [version for version in known if bound is not None and version < bound]
        if allowed:
            return max(allowed)
    return None


class Requirements:
    """What the files of requirements among `sources` ask for; each question is put to them once."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._older: dict[tuple[str, Version], list[str]] = {}

    def ask_for_older(self, package: str, first: Version, near: str) -> bool:
        """Whether a file in the folder of `near`, or in one around it, asks for a version before `first`."""
        folders = self._older.get((package, first))
        if folders is None:
            folders = self._older[package, first] = [
                folder
                for folder, text in files_of_requirements(self._sources, package)
                if asks_for_older(text, package, first)
            ]
        return any(not folder or near.startswith(f"{folder}/") for folder in folders)


def _version(match: re.Match[str]) -> Version:
    return int(match[1]), int(match[2] or 0)


@cache
def _exact(package: str) -> tuple[re.Pattern[str], ...]:
    name, version = re.escape(package), r"(\d{1,4})\.(\d{1,4})"
    same = r"(?:==|~=(?=\s*\d+\.\d+\.\d))"  # PEP 440: ~=4.2 allows 4.3, ~=4.2.0 does not
    return (
        re.compile(rf"(?mi)^[ \t\"'\[]*{name}(?:\[[^\]\n]*\])?\s*{same}\s*{version}"),
        re.compile(rf"(?mi)^name = \"{name}\"\s*\nversion = \"{version}"),
        re.compile(rf"(?mi)^{name}\s*=\s*(?:\{{[^}}\n]*version\s*=\s*)?\"(?:==|~)?{version}"),
        re.compile(rf"(?i)\"{name}\":\s*\{{[^}}]{{0,4000}}\"version\":\s*\"=={version}"),
    )


@cache
def _caret(package: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?mi)^{re.escape(package)}\s*=\s*(?:\{{[^}}\n]*version\s*=\s*)?\"\^([1-9]\d{{0,3}})\b"
    )


@cache
def _bound(package: str) -> re.Pattern[str]:
    name = rf"{re.escape(package)}(?:\[[^\]\n]*\])?(?![\w.-])"
    return re.compile(rf"(?mi)^[ \t\"'\[]*{name}[^#\n\"';]*<\s*(\d{{1,4}})(?:\.(\d{{1,4}}))?")
