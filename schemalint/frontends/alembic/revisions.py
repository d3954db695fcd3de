"""Revision files: what each says of itself, before its functions are run."""

from __future__ import annotations

import ast
import re

from msgspec import Struct

from schemalint.frontends.python_source.evaluate import Evaluator
from schemalint.frontends.python_source.parse import Module
from schemalint.frontends.python_source.project import Project
from schemalint.frontends.python_source.values import Scope
from schemalint.source import Sources, Span, UnreadableFile

_REVISION = re.compile(rb"^revision\b", re.MULTILINE)
_DOWN_REVISION = re.compile(rb"^down_revision\b", re.MULTILINE)


class Revision(Struct, frozen=True, eq=False, kw_only=True):
    """One revision: its id, those it follows (`down`), those it merely waits for (`depends_on`), labels."""

    id: str
    path: str
    module: Module
    span: Span
    down: tuple[str, ...]
    depends_on: tuple[str, ...]
    labels: tuple[str, ...]

    @property
    def parents(self) -> tuple[str, ...]:
        """Everything that has to be run before."""
        return tuple(dict.fromkeys((*self.down, *self.depends_on)))


def revision_files(sources: Sources) -> list[str]:
    """The files that say of themselves that they are revisions."""
    found = []
    for path in sources.ending(".py"):
        try:
            data = sources.bytes(path)
        except UnreadableFile:
            continue
        if _REVISION.search(data) and _DOWN_REVISION.search(data):
            found.append(path)
    return found


def read_revision(project: Project, evaluator: Evaluator, path: str) -> Revision | None:
    """The revision of a file; None where it can't be parsed or its id can't be told."""
    module = project.parse(path)
    if module is None:
        return None
    names = project.bindings(module).names

    def value(name: str) -> object:
        bound = names.get(name)
        return evaluator.evaluate(bound, Scope(module=module)) if isinstance(bound, ast.expr) else None

    identifier = value("revision")
    if not isinstance(identifier, str) or not identifier:
        return None
    return Revision(
        id=identifier,
        path=path,
        module=module,
        span=_place(module),
        down=_ids(value("down_revision")),
        depends_on=_ids(value("depends_on")),
        labels=_ids(value("branch_labels")),
    )


def _ids(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list | tuple | frozenset):
        return (
            tuple(sorted(one for one in value if isinstance(one, str)))
            if isinstance(value, frozenset)
            else tuple(one for one in value if isinstance(one, str))
        )
    return ()


def _place(module: Module) -> Span:
    """Where to report about a revision as a whole: the line that gives its id."""
    for statement in module.tree.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        if any(isinstance(target, ast.Name) and target.id == "revision" for target in targets):
            return module.span(statement)
    return module.file.span(0, 0)
