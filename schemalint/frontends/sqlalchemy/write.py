"""Repairs in SQLAlchemy's words: what to change in a model or a `Table`."""

from __future__ import annotations

import re

from schemalint.diagnostic import Fix
from schemalint.finding import Repair
from schemalint.frontends.python_source.literals import literal
from schemalint.frontends.python_source.wording import on_one_line
from schemalint.operations import AddIndex, DropConstraint, DropIndex, Operation
from schemalint.source import Sources, UnreadableFile

_ITEM = re.compile(r"(?:\w+\.)*(?:\w*Index|\w*Constraint)\s*\(")
_ATTRIBUTE = re.compile(r"\b(?:index|unique)\s*=\s*True\b")


def fix(repair: Repair, sources: Sources) -> Fix | None:
    """What to write in the model; None where it can't be said."""
    titles = []
    for operation in repair.operations:
        span = repair.span if operation.span is None or len(repair.operations) == 1 else operation.span
        try:
            words = sources.read(span.path).excerpt(span)
        except UnreadableFile:
            return None
        title = _title(operation, words)
        if title is None:
            return None
        titles.append(title)
    return Fix(title=" and ".join(titles), safe=repair.safe) if titles else None


def _title(operation: Operation, words: str) -> str | None:
    if isinstance(operation, AddIndex):
        return _addition(operation)
    if isinstance(operation, DropIndex | DropConstraint):
        return _removal(operation, words)
    return None


def _addition(operation: AddIndex) -> str:
    columns = operation.index.columns
    if len(columns) == 1:
        return f"add `index=True` to `{columns[0]}`"
    name = "_".join(["ix", operation.table.name, *columns])
    return f"add `Index({', '.join(map(literal, [name, *columns]))})` to `{operation.table.name}`"


def _removal(operation: DropIndex | DropConstraint, words: str) -> str | None:
    if _ITEM.match(words):
        return f"remove `{on_one_line(words)}`"
    written = [re.sub(r"\s", "", match[0]) for match in _ATTRIBUTE.finditer(words)]
    if isinstance(operation, DropConstraint):
        written = [word for word in written if word.startswith("unique")] or written
    elif "index=True" in written and "unique=True" not in written:
        written = ["index=True"]
    if not written:
        return None
    return f"remove {' and '.join(f'`{word}`' for word in dict.fromkeys(written))}"
