"""The `RunSQL`s of a Django migration: each needs a way back of its own; Django undoes the rest by itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from schemalint.operations import Migration, Operation
from schemalint.replay import Replay
from schemalint.source import SourceFile

_RUN = re.compile(r"(?:\w+\.)*\w*RunSQL\w*\s*\(")


class Run(Struct, frozen=True, kw_only=True):
    """One `RunSQL`, as a migration of its own; `line` is where it stands, `is_undone` if it has a reverse."""

    migration: Migration
    replay: Replay
    line: int
    is_undone: bool


def runs(migration: Migration, replay: Replay, file: SourceFile) -> Iterator[Run]:
    """Every `RunSQL` of a migration that does something to the schema, in order."""
    steps = [step for step in replay.steps if step.migration is migration]
    for (path, start, end), group in groupby(steps, key=lambda step: _place(step.operation)):
        text = file.text[start:end] if path == file.path else ""
        if _RUN.match(text) is None:
            continue
        own = list(group)
        alone = replace(migration, up=tuple(step.operation for step in own), down=())
        troubles = tuple(
            replace(trouble, migration=alone)
            for trouble in replay.troubles
            if trouble.migration is migration and _place(trouble.operation) == (path, start, end)
        )
        yield Run(
            migration=alone,
            replay=Replay(
                catalog=own[-1].after,
                steps=tuple(replace(step, migration=alone) for step in own),
                troubles=troubles,
            ),
            line=file.text.count("\n", 0, start) + 1,
            is_undone=_is_undone(text),
        )


def _place(operation: Operation) -> tuple[str, int, int]:
    span = operation.span
    return ("", 0, 0) if span is None else (span.path, span.start, span.end)


def _is_undone(text: str) -> bool:
    """Whether the call has a second argument, or one of that name."""
    try:
        call = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    if not isinstance(call, ast.Call):
        return False
    return len(call.args) > 1 or any(keyword.arg == "reverse_sql" for keyword in call.keywords)
