"""Patterns in the syntax of `.gitignore`, matched as git matches them (gitignore(5)).

Written here because the library for it (pathspec) turns `*a*a*a…` into expressions that backtrack without
end, and a pull request may bring such a file. Most patterns are names or endings and need no regular
expression; one that does is put into one that can't backtrack far, whatever the pattern is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

_SPECIAL = re.compile(r"[*?\[\\]")
_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\s",
    "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}
_NEVER = "(?!)"


class _Pattern(Struct, frozen=True):
    number: int
    negated: bool
    folders_only: bool


class Patterns:
    """The patterns of one file, for paths relative to the folder that the file is in."""

    def __init__(self, text: str) -> None:
        self._names: dict[str, list[_Pattern]] = {}
        self._paths: dict[str, list[_Pattern]] = {}
        self._endings: list[tuple[str, _Pattern]] = []
        self._expressions: list[tuple[re.Pattern[str], _Pattern]] = []
        for number, line in enumerate(text.removeprefix("\ufeff").split("\n")):
            self._add(number, line.removesuffix("\r"))

    def _add(self, number: int, line: str) -> None:
        if line.startswith("#"):
            return
        line = _without_trailing_spaces(line)
        negated = line.startswith("!")
        line = line.removeprefix("!") if negated else line
        pattern = _Pattern(number, negated, line.endswith("/"))
        glob = line.removesuffix("/")
        if not glob:
            return
        anchored = "/" in glob
        glob = glob.removeprefix("/")
        if not _SPECIAL.search(glob):
            (self._paths if anchored else self._names).setdefault(glob, []).append(pattern)
        elif not anchored and glob[0] == "*" and not _SPECIAL.search(glob, 1):
            self._endings.append((glob[1:], pattern))
        else:
            expression = _expression(_components(glob)) if anchored else f"(?:.*/)?{_component(glob)}"
            self._expressions.append((re.compile(rf"(?s:{expression})\Z"), pattern))

    def ignores(self, path: str, *, folder: bool) -> bool | None:
        """Whether a file or folder is ignored: what the last pattern that matches says, None without one."""
        name = path.rpartition("/")[2]
        last = None
        for pattern in self._matching(path, name):
            if (last is None or pattern.number > last.number) and (folder or not pattern.folders_only):
                last = pattern
        return None if last is None else not last.negated

    def _matching(self, path: str, name: str) -> Iterator[_Pattern]:
        yield from self._names.get(name, ())
        yield from self._paths.get(path, ())
        for ending, pattern in self._endings:
            if name.endswith(ending):
                yield pattern
        for expression, pattern in self._expressions:
            if expression.match(path):
                yield pattern


def _without_trailing_spaces(line: str) -> str:
    stripped = line.rstrip(" ")
    backslashes = len(stripped) - len(stripped.rstrip("\\"))
    return line[: len(stripped) + 1] if backslashes % 2 and len(stripped) < len(line) else stripped


def _components(glob: str) -> Iterator[str]:
    """What stands between the slashes; one in a bracket expression is a member of it."""
    start = at = 0
    while at < len(glob):
        if glob[at] == "[":
            _, at = _bracket(glob, at)
        elif glob[at] == "\\" and glob[at + 1 : at + 2] != "/":
            at += 2
        elif glob[at] in "\\/":
            yield glob[start:at]
            at = start = glob.index("/", at) + 1
        else:
            at += 1
    yield glob[start:]


def _expression(components: Iterable[str]) -> str:
    """A pattern with a slash in it. Between two `**`, the first place that fits will do."""
    groups: list[list[str]] = [[]]
    for component in components:
        if len(component) > 1 and not component.strip("*"):
            groups.append([])
        else:
            groups[-1].append(_component(component))
    first, *others = ["/".join(group) for group in groups]
    if not others:
        return first
    *middle, last = others
    parts = [f"{first}/" if first else ""]
    parts += (f"(?>(?:[^/]++/)*?{group}/)" for group in middle if group)
    parts.append(f"(?:[^/]++/)*{last}" if last else ".+")
    return "".join(parts)


def _component(glob: str) -> str:
    """What stands between two slashes. Between two stars, the first place that fits will do."""
    parts = [""]
    at = 0
    while at < len(glob):
        character = glob[at]
        if character == "*":
            parts.append("")
            at += 1
        elif character == "?":
            parts[-1] += "[^/]"
            at += 1
        elif character == "[":
            expression, at = _bracket(glob, at)
            parts[-1] += expression
        elif character == "\\":
            parts[-1] += re.escape(glob[at + 1]) if at + 1 < len(glob) else _NEVER
            at += 2
        else:
            parts[-1] += re.escape(character)
            at += 1
    if not glob:  # two slashes in a row, which no path has
        return _NEVER
    first, *others = parts
    if not others:
        return first
    *middle, last = others
    return first + "".join(f"(?>[^/]*?{part})" for part in middle if part) + f"[^/]*{last}"


def _bracket(glob: str, at: int) -> tuple[str, int]:
    """The bracket expression that opens at `at`, and where it ends; without an end, nothing matches."""
    start = at + 1
    negated = glob[start : start + 1] in ("!", "^")
    at = start + negated
    members: list[str] = []
    while True:
        if at >= len(glob):
            return _NEVER, at
        if glob[at] == "]" and members:
            break
        if glob.startswith("[:", at) and (closing := glob.find(":]", at)) > 0:
            members.append(_CLASSES.get(glob[at + 2 : closing], ""))
            if not members[-1]:
                return _NEVER, len(glob)
            at = closing + 2
            continue
        low, at = _member(glob, at)
        high = low
        if glob.startswith("-", at) and at + 1 < len(glob) and glob[at + 1] != "]":
            high, at = _member(glob, at + 1)
        members.append(f"{re.escape(low)}-{re.escape(high)}" if low <= high else re.escape(low))
    inside = "".join(members)
    if negated:
        return f"[^/{inside}]", at + 1
    return f"(?!/)[{inside}]" if inside else _NEVER, at + 1


def _member(glob: str, at: int) -> tuple[str, int]:
    if glob[at] == "\\" and at + 1 < len(glob):
        at += 1
    return glob[at], at + 1
