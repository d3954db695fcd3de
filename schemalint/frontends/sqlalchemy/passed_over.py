"""Statements that may declare tables and could not be run: they are not understood, and that is said."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from schemalint.catalog import Name
from schemalint.frontends.python_interpreter.namespaces import ModuleObject
from schemalint.frontends.sqlalchemy.model_files import declares
from schemalint.operations import Opaque


def passed_over(modules: Mapping[str, ModuleObject], paths: Iterable[str]) -> dict[str, list[Opaque]]:
    """What was not understood in the given files, by file; those in which all was are left out."""
    found: dict[str, list[Opaque]] = {}
    for path in paths:
        module = modules.get(path)
        if module is None:
            continue
        for statement, reason in module.passed_over.items():
            span = module.source.span(statement)
            text = module.source.file.text[span.start : span.end].encode()
            if declares(text):
                found.setdefault(path, []).append(Opaque(reason=reason, tables=_tables(statement), span=span))
    return found


def _tables(statement: ast.stmt) -> tuple[Name, ...] | None:
    """The table that a class says it is; None where a statement may declare any."""
    if isinstance(statement, ast.ClassDef):
        for inner in statement.body:
            match inner:
                case ast.Assign(targets=[ast.Name(id="__tablename__")], value=ast.Constant(value=str(name))):
                    return (Name(name),)
    return None
