"""The down side of a revision: the body of its `downgrade`."""

from __future__ import annotations

import ast
import re

from schemalint.down_side import DownSide, Edit, Refusal
from schemalint.frontends.alembic.directive_text import directive
from schemalint.frontends.alembic.rollback import does_nothing, function_named
from schemalint.frontends.python_source.literals import literal, quote_of
from schemalint.frontends.python_source.parse import Module, parse
from schemalint.frontends.sql.down_side import check_is_in_catalog
from schemalint.frontends.sql.script import statements
from schemalint.operations import Migration
from schemalint.reading import Reading, Unreadable
from schemalint.replay import Replay
from schemalint.reversal import WayBack, way_back
from schemalint.source import Sources

_PARAMETER = re.compile(r"(?<![:\w\\]):(?=\w+(?!:))")
"""What `sqlalchemy.text`, which `op.execute` makes of a string, takes for a parameter."""

_INDENTATION = "    "


def down_side(migration: Migration, reading: Reading, replay: Replay, sources: Sources) -> DownSide:
    """The `downgrade` of a revision. Refusal, Inconvertible or Unwritable if there is none."""
    check_is_in_catalog(migration, sources)
    module = parse(sources.read(migration.path))
    if isinstance(module, Unreadable):
        raise Refusal(f"{migration.path}: {module.message}")
    upgrade, downgrade = (function_named(module, name) for name in ("upgrade", "downgrade"))
    if upgrade is None:
        raise Refusal(f"{migration.path} has no `upgrade()` of its own")
    lines = body(way_back(migration, replay, typed=True), quote_of(module.file.text))
    returns = " -> None" if upgrade.returns is not None else ""
    head = f"def downgrade(){returns}:\n"
    text = head + "".join(f"{_INDENTATION}{line}\n" for line in lines)
    if downgrade is None:
        end = len(module.file.text)
        between = "\n\n" if module.file.text.endswith("\n") else "\n\n\n"
        edit = Edit(end, end, between + text)
    else:
        edit = _instead_of_nothing(module, downgrade, lines)
    present = migration.rollback in ("present", "irreversible")
    return DownSide(text=text, path=migration.path, edits=(edit,), present=present)


def body(way: WayBack, quote: str) -> list[str]:
    """The lines of a `downgrade` that goes a way back; comments say what does not come back with it."""
    found = [f"# {words}" for words in way.remarks()]
    written = [directive(operation, way.before.dialect, quote) for operation in way.operations]
    if None in written and way.before.dialect == "sqlite":
        written = [None] * len(written)  # tables are made anew as a whole
    if None not in written:
        found += [line for line in written if line is not None]
    elif way.before.dialect == "sqlite":
        found += [executed(sql, quote) for sql in statements(way.operations, way.after, way.before)]
    else:
        for line, operation in zip(written, way.operations, strict=True):
            if line is not None:
                found.append(line)
            else:
                found += [executed(sql, quote) for sql in statements((operation,), way.after, way.before)]
    return found if way.operations else [*found, "pass"]


def executed(sql: str, quote: str) -> str:
    """`op.execute` of a statement, in which nothing is a parameter."""
    return f"op.execute({literal(_PARAMETER.sub(chr(92) + chr(92) + ':', sql), quote)})"


def _instead_of_nothing(
    module: Module, function: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[str]
) -> Edit:
    """The lines in place of what does nothing in a function, behind its docstring."""
    nothing = [
        statement
        for at, statement in enumerate(function.body)
        if does_nothing(statement) and not (at == 0 and _is_text(statement))
    ]
    first = function.body[0]
    indentation = " " * first.col_offset if first.lineno > function.lineno else _INDENTATION
    text = f"\n{indentation}".join(lines)
    if not nothing:
        end = module.span(first).end
        return Edit(end, end, f"\n{indentation}{text}")
    spans = [module.span(statement) for statement in nothing]
    on_the_same_line = nothing[0].lineno == function.lineno
    return Edit(spans[0].start, spans[-1].end, f"\n{indentation}{text}" if on_the_same_line else text)


def _is_text(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )
