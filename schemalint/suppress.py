"""Comments that silence findings: `schemalint: ignore[rule, category] because …`.

Where one counts:

- behind code, or before it on its line: for that line;
- on lines of its own: for the line below, with any further comments between them, and not past an empty line;
- `schemalint: ignore-file[…]` before the first line of code (a docstring is none): for the whole file.

A finding whose place takes several lines is silenced from any of them, and from above the first: the comment
names the rule, so wherever it stands in the element, it is the element that is meant.

What silences nothing is reported, so that no comment outlives its reason: where the rule finds nothing, where
no rule has that name, and where there is none (a bare `ignore` would silence whatever comes later).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec import Struct

from schemalint.comments import Comment, Comments, Language
from schemalint.diagnostic import Fix, Suppression
from schemalint.finding import Severity
from schemalint.source import Edit, SourceFile, Span

RULE = "unused-ignore"
"""The rule under which unused suppressions are reported."""

_MARKER = "schemalint:"
_DIRECTIVE = re.compile(r"(?<![\w`])schemalint:[ \t]*+([\w-]++)[ \t]*+(?:\[([^\[\]\n]*+)\])?")
_BECAUSE = re.compile(r"[\s:,.\u2013\u2014-]*+(?:because\b)?+[\s:,]*+", re.IGNORECASE)
_WORD = re.compile(r"\w")


class Unused(Struct, frozen=True, kw_only=True):
    """A comment, or a name in one, that silences nothing; `names` are those it is about, as written."""

    span: Span
    message: str
    severity: Severity
    names: tuple[str, ...]
    fix: Fix | None = None


class _Directive(Struct, kw_only=True):
    """One `ignore` or `ignore-file` as it is written. `problem` says why it is not in force."""

    start: int
    end: int
    word: str
    names: tuple[str, ...]
    reason: str | None
    comment: Comment
    problem: str | None
    used: set[str]


class Suppressions:
    """What the comments of one file silence."""

    def __init__(self, file: SourceFile, rules: Mapping[str, str]) -> None:
        self._file = file
        self._rules = rules
        self._directives: list[_Directive] = []
        self._of_file: dict[str, _Directive] = {}
        self._of_lines: dict[str, dict[int, _Directive]] = defaultdict(dict)
        self._lines: dict[str, list[int]] = {}

    @classmethod
    def of(cls, file: SourceFile, language: Language, rules: Mapping[str, str]) -> Suppressions:
        """The suppressions in a file. `rules` are the names of all rules with their categories."""
        found = cls(file, rules)
        if _MARKER in file.text:
            comments = Comments(file.text, language)
            for directive in _directives(file.text, comments):
                found._directives.append(directive)
                if directive.problem is None:
                    found._enforce(directive, comments)
            found._lines = {name: sorted(lines) for name, lines in found._of_lines.items()}
        return found

    def __bool__(self) -> bool:
        return bool(self._directives)

    def match(self, rule: str, first_line: int, last_line: int) -> Suppression | None:
        """What silences a finding of `rule` at these lines, and is of use by that; None if nothing does.

        To be asked of every finding in the file, also of those that are not reported.
        """
        names = [name for name in (rule, self._rules.get(rule)) if name is not None]
        for name in names:
            lines = self._lines.get(name, [])
            position = bisect_left(lines, first_line)
            if position < len(lines) and lines[position] <= last_line:
                return _use(self._of_lines[name][lines[position]], name)
        for name in names:
            if name in self._of_file:
                return _use(self._of_file[name], name)
        return None

    def unused(self, run: Collection[str]) -> Iterator[Unused]:
        """What silenced nothing, as far as that can be told after the rules in `run` were run."""
        known = {*self._rules, *self._rules.values()}
        for directive in self._directives:
            if directive.problem is not None:
                yield self._unused(directive, directive.problem, "warning", directive.names)
                continue
            idle = []
            for name in directive.names:
                if name not in known:
                    message = f"there is no rule or category `{name}`{_suggestion(name, known)}"
                    yield self._unused(directive, message, "warning", (name,))
                elif name not in directive.used and self._was_run(name, run):
                    idle.append(name)
            if idle:
                message = f"`{directive.word}[{', '.join(idle)}]` silences nothing"
                yield self._unused(directive, message, "info", tuple(idle), self._fix(directive, idle))

    def _enforce(self, directive: _Directive, comments: Comments) -> None:
        if directive.word == "ignore-file":
            for name in directive.names:
                self._of_file.setdefault(name, directive)
            return
        comment = directive.comment
        offsets = [comment.start, max(comment.start, comment.end - 1)]
        if comment.alone and (code := comments.code_below(comment)) is not None:
            offsets.append(code)
        for line in {self._file.position(offset).line for offset in offsets}:
            for name in directive.names:
                self._of_lines[name].setdefault(line, directive)

    def _was_run(self, name: str, run: Collection[str]) -> bool:
        return all(rule in run for rule, category in self._rules.items() if name in (rule, category))

    def _unused(
        self,
        directive: _Directive,
        message: str,
        severity: Severity,
        names: tuple[str, ...],
        fix: Fix | None = None,
    ) -> Unused:
        span = self._file.span(directive.start, directive.end)
        return Unused(span=span, message=message, severity=severity, names=names, fix=fix)

    def _fix(self, directive: _Directive, idle: Iterable[str]) -> Fix | None:
        kept = ", ".join(name for name in directive.names if name not in idle)
        if kept:
            start = self._file.text.index("[", directive.start) + 1
            edit = Edit(self._file.span(start, directive.end - 1), kept)
            return Fix(title=f"leave `{directive.word}[{kept}]`", edits=(edit,))
        span = self._removable(directive)
        return None if span is None else Fix(title="remove the comment", edits=(Edit(span, ""),))

    def _removable(self, directive: _Directive) -> Span | None:
        """The comment with its line, or with the space before it; None where it says something else too."""
        text = self._file.text
        start, end = directive.comment.start, directive.comment.end
        line_start = text.rfind("\n", 0, start) + 1
        if _DIRECTIVE.search(text, directive.end, end) or _WORD.search(text, start, directive.start):
            return None
        if directive.comment.alone:
            start, end = line_start, text.find("\n", end) + 1 or len(text)
        else:
            start = line_start + len(text[line_start:start].rstrip())
            end -= text.startswith("\r", end - 1)
        return self._file.span(start, end)


def _use(directive: _Directive, name: str) -> Suppression:
    directive.used.add(name)
    return Suppression("comment", directive.reason)


def _directives(text: str, comments: Comments) -> Iterator[_Directive]:
    found = [(match, comments.around(match.start())) for match in _DIRECTIVE.finditer(text)]
    for position, (match, comment) in enumerate(found):
        if comment is None:
            continue
        word = match[1]
        names = tuple(name for name in re.split(r"[\s,]+", match[2] or "") if name)
        problem = None
        if word not in ("ignore", "ignore-file"):
            meant = _suggestion(word, ("ignore", "ignore-file"))
            if not meant:
                continue  # said to another part of the program
            problem = f"`schemalint: {word}` has no meaning{meant}"
        elif not names:
            problem = f"`{word}` without a rule or category silences nothing; write `{word}[rule]`"
        elif word == "ignore-file" and not comments.is_above_all_code(match.start()):
            problem = "`ignore-file` counts only above the first line of code"
        end = comment.end
        if position + 1 < len(found):
            end = min(end, found[position + 1][0].start())
        reason = text[match.end() : end].removesuffix("*/")
        yield _Directive(
            start=match.start(),
            end=match.end(),
            word=word,
            names=names,
            reason=" ".join(_BECAUSE.sub("", reason, count=1).split()) or None,
            comment=comment,
            problem=problem,
            used=set(),
        )


def _suggestion(word: str, meant: Collection[str]) -> str:
    from difflib import get_close_matches

    like = get_close_matches(word.lower().replace("_", "-"), meant, 1)
    return f"; did you mean `{like[0]}`?" if like else ""
