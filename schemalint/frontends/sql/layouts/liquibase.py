"""Liquibase formatted SQL: `--changeset author:id` begins a migration, `--rollback` lines take it back."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemalint.frontends.sql.dialect_names import dialect_named, is_dialect
from schemalint.frontends.sql.layouts.changelog import Listed, ordered_files
from schemalint.frontends.sql.layouts.sections import first_line
from schemalint.frontends.sql.plan import Part, Plan, Script
from schemalint.frontends.sql.tree import Tree, base, join
from schemalint.knowledge.dialects import DIALECTS, Dialect
from schemalint.migration import RollbackState
from schemalint.source import SourceFile

_HEADER = "liquibase formatted"
_CHANGESET = re.compile(
    r'(?im)^[ \t]*--[ \t]*changeset[ \t]+(?P<author>"[^"\n]+"|[^:\n]+):[ \t]*'
    r'(?P<id>"[^"\n]+"|\S+)(?P<rest>[^\n]*)$'
)
_ROLLBACK = re.compile(
    r"(?im)^[ \t]*--[ \t]*rollback[ \t]+(?P<line>[^\n]*)$"
    r"|^[ \t]*/\*[ \t]*liquibase[ \t]+rollback[ \t]*\r?\n(?P<block>(?:[^*]|\*(?!/))*+)\*/"
)
_DIRECTIVE = re.compile(r"(?m)^[ \t]*--\w[^\n]*$")
_NOT_NEWLINE = re.compile(r"[^\n]")
_ATTRIBUTE = re.compile(r'(?i)\b(dbms|runInTransaction|endDelimiter)[ \t]*:[ \t]*("[^"\n]*"|\S+)')


def find(tree: Tree) -> Iterator[Plan]:
    """Every root changelog that lists such files, and every folder of them that no changelog is over."""
    roots: set[str] = set()
    for folder in list(tree.folders):
        if folder not in tree.folders or not tree.mentions(folder, _HEADER):
            continue
        own = [name for name in tree.folders[folder] if _is_formatted(tree, join(folder, name))]
        listed = ordered_files(tree, folder)
        if listed is None:
            yield _plan(tree, folder, [join(folder, name) for name in own])
        else:
            if listed.folder not in roots:
                roots.add(listed.folder)
                files = listed.files if listed.complete else _with_others(tree, listed)
                yield _plan(tree, listed.folder, files)
            left = [name for name in own if name in tree.folders.get(folder, ())]
            tree.leave_out(folder, left, "no changelog includes it")
        tree.leave_out_rest(folder, (), "it is no formatted changelog of Liquibase")


def _with_others(tree: Tree, listed: Listed) -> list[str]:
    """The files of a changelog, then those below its folder that it may run by what could not be read."""
    prefix = join(listed.folder, "")
    others = [
        path
        for folder, names in tree.folders.items()
        if join(folder, "").startswith(prefix)
        for name in names
        if (path := join(folder, name)) not in listed.files and _is_formatted(tree, path)
    ]
    return [*listed.files, *sorted(others)]


def _plan(tree: Tree, source: str, files: list[str]) -> Plan:
    scripts: list[Script] = []
    for path in files:
        if not path.lower().endswith(".sql"):
            scripts.append(Script(name=base(path), up=(), program=f"changes in {path}, which is not SQL"))
        elif _is_formatted(tree, path):
            scripts += _scripts(tree, path)
        else:
            scripts.append(Script(name=base(path), up=(Part(path),)))
    return Plan(layout="liquibase", source=source, scripts=tuple(scripts))


def _is_formatted(tree: Tree, path: str) -> bool:
    file = tree.file(path)
    return file is None or _HEADER in file.text[:2000].lower()


def _scripts(tree: Tree, path: str) -> list[Script]:
    """The changesets of a file, whose up and down parts are each read out of one text for all of them."""
    file = tree.file(path)
    if file is None:
        return [Script(name=base(path), up=(Part(path),))]
    text = file.text
    changesets = list(_CHANGESET.finditer(text))
    ends = [following.start() for following in changesets[1:]] + [len(text)]
    rollbacks = list(_ROLLBACK.finditer(text))
    up_text = _up_text(text, list(zip(changesets, ends, strict=True)) if changesets else [])
    down_text = _only_rollbacks(text, rollbacks) if rollbacks else ""
    if not changesets:
        return [Script(name=base(path), up=(Part(path, 0, None, up_text),))]
    scripts = []
    at = 0
    for changeset, end in zip(changesets, ends, strict=True):
        own = []
        while at < len(rollbacks) and rollbacks[at].start() < end:
            if rollbacks[at].start() > changeset.end():
                own.append(rollbacks[at])
            at += 1
        up = Part(path, changeset.end(), end, up_text)
        scripts.append(_script(file, changeset, up, Part(path, changeset.end(), end, down_text), own))
    return scripts


def _attributes(changeset: re.Match[str]) -> dict[str, str]:
    return {name.lower(): value.strip('"') for name, value in _ATTRIBUTE.findall(changeset["rest"])}


def _script(
    file: SourceFile, changeset: re.Match[str], up: Part, down: Part, rollbacks: list[re.Match[str]]
) -> Script:
    attributes = _attributes(changeset)
    author, identifier = changeset["author"].strip().strip('"'), changeset["id"].strip('"')
    state, reason = _stated(rollbacks)
    return Script(
        name=f"{author}:{identifier}",
        up=(up,),
        down=(down,) if rollbacks else None,
        marker=first_line(file, rollbacks[0].start()) if rollbacks else None,
        transactional=attributes.get("runintransaction", "true").lower() != "false",
        rollback=state,
        rollback_reason=reason,
        only_for=_dialects(attributes["dbms"]) if "dbms" in attributes else None,
    )


def _stated(rollbacks: list[re.Match[str]]) -> tuple[RollbackState | None, str | None]:
    """What rollbacks say that are no SQL: that none is required, or which changeset to run again."""
    said = [(found["line"] or found["block"] or "").strip().lower() for found in rollbacks]
    if said and all(words in ("not required", "empty") for words in said):
        return "irreversible", f"rollback {said[0]}"
    if said and all(words.startswith("changesetid:") for words in said):
        return "present", None
    return None, None


def _up_text(text: str, changesets: list[tuple[re.Match[str], int]]) -> str:
    """The text without directives, which are no comments for MySQL, and with semicolons as delimiters."""
    pieces = []
    at = 0
    for changeset, end in changesets:
        delimiter = _attributes(changeset).get("enddelimiter", ";")
        if delimiter != ";" and "\\" not in delimiter and "$" not in delimiter:
            ends = re.compile(rf"(?m){re.escape(delimiter)}[ \t\r]*$")
            pieces.append(text[at : changeset.end()])
            pieces.append(ends.sub(_semicolon, text[changeset.end() : end]))
            at = end
    pieces.append(text[at:])
    return _DIRECTIVE.sub(lambda line: " " * len(line[0]), "".join(pieces))


def _semicolon(found: re.Match[str]) -> str:
    return ";".ljust(len(found[0]))


def _only_rollbacks(text: str, rollbacks: list[re.Match[str]]) -> str:
    """The text with everything but the SQL of rollbacks blanked, offsets kept."""
    pieces = []
    at = 0
    for found in rollbacks:
        group = "line" if found["line"] is not None else "block"
        pieces.append(_NOT_NEWLINE.sub(" ", text[at : found.start(group)]))
        pieces.append(found[group])
        at = found.end(group)
    pieces.append(_NOT_NEWLINE.sub(" ", text[at:]))
    return "".join(pieces)


def _dialects(dbms: str) -> frozenset[Dialect] | None:
    """The databases that a changeset is limited to: `postgresql,h2`, `!oracle`, `all`."""
    words = [word.strip() for word in dbms.split(",") if word.strip()]
    if "all" in words:
        return None
    excluded = {dialect_named(word[1:]) for word in words if word.startswith("!")}
    named = {dialect_named(word) for word in words if not word.startswith("!")}
    wanted = named or set(DIALECTS) - excluded
    return frozenset(word for word in wanted if word is not None and is_dialect(word))  # type: ignore[misc]
