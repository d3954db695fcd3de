"""The down side of a revision: the body of its `downgrade`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from schemalint.down_side import DownSide, Edit, Refusal
from schemalint.frontends.alembic.directive_text import directive
from schemalint.frontends.alembic.rollback import function_named
from schemalint.frontends.alembic.untold_types import untold_type
from schemalint.frontends.python_source.literals import literal, quote_of, strings
from schemalint.frontends.python_source.parse import Module, parse
from schemalint.frontends.sql.down_side import check_is_in_catalog
from schemalint.frontends.sql.script import statements, view_statements
from schemalint.migration import Migration
from schemalint.operations import PresumeTable
from schemalint.reading import Reading, Unreadable
from schemalint.replay import Replay
from schemalint.rollback.reversal import WayBack, way_back
from schemalint.source import Sources

_PARAMETER = re.compile(r"(?<![:\w\\]):(?=\w+(?!:))")
"""What `sqlalchemy.text`, which `op.execute` makes of a string, takes for a parameter."""

_OF_SEQUENCES = frozenset({"CreateSequence", "DropSequence"})
"""Elements of SQLAlchemy that make and drop what is in no catalog here."""

_LINE_END = re.compile(r"\r?\n|\r")
_INDENTATION = "    "


def down_side(migration: Migration, reading: Reading, replay: Replay, sources: Sources) -> DownSide:
    """The `downgrade` of a revision. Refusal, Inconvertible or Unwritable if there is none."""
    module = parse(sources.read(migration.path))
    if isinstance(module, Unreadable):
        raise Refusal(f"{migration.path}: {module.message}")
    names = ("upgrade", "downgrade")
    if function_named(module, f"upgrade_{reading.database}") is not None:
        names = (f"upgrade_{reading.database}", f"downgrade_{reading.database}")
    upgrade, downgrade = (function_named(module, name) for name in names)
    others = ast.Module([one for one in module.tree.body if one is not downgrade], [])
    check_is_in_catalog(migration, "\n".join(strings(others)))
    for called in (*migration.beside, *_called(others)):
        if called in _OF_SEQUENCES or called in migration.beside:
            raise Refusal(f"{migration.name} has no way back that is known: {called} is not followed here")
    if upgrade is None:
        raise Refusal(f"{migration.path} has no `{names[0]}()` of its own")
    way = way_back(migration, replay, typed=True)
    if (reason := untold_type(way)) is not None:
        raise Refusal(f"{migration.name} has no way back that is known: {reason}")
    asked = next((one.table for one in migration.up if isinstance(one, PresumeTable)), None)
    if asked is not None:
        raise Refusal(
            f"{migration.name} asks whether there is a table {asked}, which its history does not make"
        )
    name = operations_name(module)
    lines = body(way, quote_of(module.file.text), name or "op")
    if name is None and way.does_something:
        lines.insert(0, "from alembic import op")
    returns = " -> None" if upgrade.returns is not None else ""
    head = f"def {names[1]}(){returns}:\n"
    text = head + "".join(f"{_INDENTATION}{line}\n" for line in lines)
    if downgrade is None:
        end = len(module.file.text)
        between = "\n\n" if module.file.text.endswith("\n") else "\n\n\n"
        edit = Edit(end, end, between + text)
    else:
        edit = _instead_of_nothing(module, downgrade, lines)
    present = migration.rollback in ("present", "irreversible")
    return DownSide(text=text, path=migration.path, edits=(edit,), present=present)


def _called(tree: ast.AST) -> Iterator[str]:
    """The names, without what stands before a dot, of all that is called."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
                yield name


def body(way: WayBack, quote: str, op: str = "op") -> list[str]:
    """The lines of a `downgrade` that goes a way back; comments say what does not come back with it.

    `op` is what the file calls Alembic's operations.
    """
    found = [f"# {words}" for words in way.remarks()]
    written = [directive(operation, way.before.dialect, quote, op) for operation in way.operations]
    if None in written and way.before.dialect == "sqlite":  # tables are made anew as a whole
        calls = [executed(sql, quote) for sql in statements(way.operations, way.after, way.before)]
    else:
        calls = []
        for line, operation in zip(written, way.operations, strict=True):
            if line is not None:
                calls.append(line)
            else:
                calls += [executed(sql, quote) for sql in statements((operation,), way.after, way.before)]
    dropped = (executed(sql, quote) for sql in view_statements(way.views_dropped, way.after))
    made = (executed(sql, quote) for sql in view_statements(way.views_made, way.before))
    calls = [*dropped, *calls, *made]
    return [*found, *(f"{op}.{call}" for call in calls)] if calls else [*found, "pass"]


def executed(sql: str, quote: str) -> str:
    """`execute` of a statement, in which nothing is a parameter."""
    escaped = _PARAMETER.sub(r"\\:", sql)
    return f"execute({literal(escaped, quote)})"


def operations_name(module: Module) -> str | None:
    """What `alembic.op` is called in the body of a module; None where it has no name there."""
    found = None
    for statement in module.tree.body:
        if isinstance(statement, ast.ImportFrom) and statement.module == "alembic" and not statement.level:
            for alias in statement.names:
                found = alias.asname or alias.name if alias.name == "op" else found
        elif isinstance(statement, ast.Import):
            for alias in statement.names:
                found = alias.asname or alias.name if alias.name == "alembic.op" else found
    return found


def _instead_of_nothing(
    module: Module, function: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[str]
) -> Edit:
    """The lines in place of what does nothing in a function, behind its docstring."""
    text = module.file.text
    first, last = function.body[0], module.span(function.body[-1]).end
    start = module.span(first).start
    margin = _margin(text, start)
    if margin is None:  # the body stands behind the colon
        indentation = f"\n{_margin(text, module.span(function).start) or ''}{_INDENTATION}"
        kept = [module.source(first)] if _is_text(first) else []
        return Edit(len(text[:start].rstrip()), last, indentation + indentation.join([*kept, *lines]))
    indentation = f"\n{margin}"
    if not _is_text(first):
        return Edit(start, last, indentation.join(lines))
    if len(function.body) > 1:
        return Edit(module.span(function.body[1]).start, last, indentation.join(lines))
    line_end = _LINE_END.search(text, last)
    end = len(text) if line_end is None else line_end.start()
    return Edit(end, end, indentation + indentation.join(lines))


def _margin(text: str, at: int) -> str | None:
    """What a line begins with in front of a place in it; None if that is more than white space."""
    margin = re.split(r"[\r\n]", text[:at])[-1]
    return margin if not margin.strip() else None


def _is_text(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )
