"""The down side of a Django migration: `reverse_sql` for each RunSQL that has none.

Every other operation takes itself back, or is code of the project's own.
"""

from __future__ import annotations

import ast
import re

from schemalint.down_side import DownSide, Edit, Refusal
from schemalint.frontends.python_source.literals import literal, quote_of, strings
from schemalint.frontends.python_source.parse import Module, parse
from schemalint.frontends.sql.down_side import check_is_in_catalog, script
from schemalint.migration import Migration
from schemalint.operations.rows import Rows
from schemalint.reading import Reading, Unreadable
from schemalint.replay import Replay
from schemalint.rollback.reversal import WayBack, way_back_of
from schemalint.source import Sources, Span

_BEHIND = re.compile(r"#[^\r\n]*|\)")
"""What may stand behind an argument besides a comma."""


def down_side(migration: Migration, reading: Reading, replay: Replay, sources: Sources) -> DownSide:
    """What is missing of a migration's way back; all of it if nothing is.

    Refusal, Inconvertible or Unwritable if it isn't known.
    """
    module = parse(sources.read(migration.path))
    if isinstance(module, Unreadable):
        raise Refusal(f"{migration.path}: {module.message}")
    check_is_in_catalog(migration, "\n".join(strings(module.tree)))
    calls = _calls(module)
    present = all(map(_has_reverse, calls))
    if not calls:
        missing = migration.rollback_reason or "all of its operations take themselves back"
        raise Refusal(f"{migration.name} has no RunSQL; {missing}")
    quote = quote_of(module.file.text)
    shown, edits = [], []
    if not present:
        calls = [call for call in calls if not _has_reverse(call)]
    for call in calls:
        way = _way_back(migration, replay, module.span(call))
        if way is None and not _is_noop(call):
            shown.append(f"# line {call.lineno} changes rows alone: whether they come back is yours to say\n")
            continue
        if way is not None and way.does_something:
            written = _argument(script(way), quote)
        else:
            written = f"reverse_sql={module.source(call.func)}.noop"
        if len(calls) > 1:
            shown.append(f"# line {call.lineno}\n")
        shown.append(f"{written},\n")
        edits.append(_edit(module, call, written))
    if not edits:
        raise Refusal(f"{migration.name} has no way back that is known: its SQL changes rows alone")
    return DownSide(text="".join(shown), path=migration.path, edits=tuple(edits), present=present)


def _calls(module: Module) -> list[ast.Call]:
    """The calls of RunSQL in their order."""
    found = [
        node
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id == "RunSQL")
            or (isinstance(node.func, ast.Attribute) and node.func.attr == "RunSQL")
        )
    ]
    return sorted(found, key=lambda node: (node.lineno, node.col_offset))


def _has_reverse(call: ast.Call) -> bool:
    return len(call.args) > 1 or any(keyword.arg in ("reverse_sql", None) for keyword in call.keywords)


def _is_noop(call: ast.Call) -> bool:
    """Whether a RunSQL is given `RunSQL.noop`."""
    given = [*call.args[:1], *(one.value for one in call.keywords if one.arg == "sql")]
    return any(isinstance(one, ast.Attribute) and one.attr == "noop" for one in given)


def _way_back(migration: Migration, replay: Replay, span: Span) -> WayBack | None:
    """What undoes what the call at `span` does; None where that is in no catalog."""
    steps = [
        step
        for step in replay.steps
        if step.migration is migration
        and step.operation.span is not None
        and span.start <= step.operation.span.start < span.end
    ]
    if not steps or all(isinstance(step.operation, Rows) for step in steps):
        return None
    return way_back_of(steps, typed=True)


def _argument(sql: str, quote: str) -> str:
    several = sql.count("\n") > 1
    return f"reverse_sql={literal(f'{chr(10)}{sql}' if several else sql.rstrip(), quote)}"


def _edit(module: Module, call: ast.Call, written: str) -> Edit:
    """Put an argument behind those that a call has, on a line of its own where they are."""
    end = module.span(call).end - 1
    last = max(
        (module.span(argument).end for argument in (*call.args, *(one.value for one in call.keywords))),
        default=end,
    )
    for closing in _BEHIND.finditer(module.file.text, last, end):
        last = closing.end() if closing[0] == ")" else last  # brackets around it are no part of an argument
    if "\n" not in module.file.text[last:end]:
        return Edit(last, end, f", {written}")
    column = call.args[0].col_offset if call.args else call.keywords[0].col_offset
    return Edit(last, last, f",\n{' ' * column}{written}")
