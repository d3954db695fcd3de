"""The database that Flask-Migrate is given: its `env.py` asks the running application for it.

Source: the templates of Flask-Migrate 4, whose `target_metadata` is that of `extensions["migrate"].db`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from schemalint.frontends.python_interpreter.interpreter import Interpreter
from schemalint.frontends.python_interpreter.signals import Exhausted, Signal
from schemalint.frontends.python_interpreter.values import Value
from schemalint.frontends.sqlalchemy_constructs.flask_sqlalchemy import FlaskDatabase
from schemalint.frontends.sqlalchemy_constructs.metadata import MetaDataObject
from schemalint.source import UnreadableFile


def asks_the_application(text: str) -> bool:
    """Whether an `env.py` is made after Flask-Migrate's."""
    return "extensions['migrate']" in text or 'extensions["migrate"]' in text


def database_metadata(interpreter: Interpreter) -> MetaDataObject | None:
    """The MetaData of the one database that the project gives to `Migrate`; None where there are several."""
    found: list[MetaDataObject] = []
    for path in interpreter.project.sources.ending(".py"):
        try:
            if b"flask_migrate" not in interpreter.project.sources.bytes(path):
                continue
        except UnreadableFile:
            continue
        for expression in _given(interpreter, path):
            metadata = _metadata(interpreter, path, expression)
            if metadata is not None and not any(metadata is other for other in found):
                found.append(metadata)
    return found[0] if len(found) == 1 else None


def _given(interpreter: Interpreter, path: str) -> Iterator[ast.expr]:
    """What is passed as `db`: to `Migrate(app, db)`, or to `migrate.init_app(app, db)`."""
    module = interpreter.project.parse(path)
    for node in ast.walk(module.tree) if module is not None else ():
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name not in ("Migrate", "init_app"):
            continue
        given = [keyword.value for keyword in node.keywords if keyword.arg == "db"] or node.args[1:2]
        yield from (one for one in given if isinstance(one, ast.Name | ast.Attribute))


def _metadata(interpreter: Interpreter, path: str, expression: ast.expr) -> MetaDataObject | None:
    def asked() -> Value:
        loaded = interpreter.module(path)
        database = interpreter.evaluate(expression, loaded.frame) if loaded is not None else None
        if not isinstance(database, FlaskDatabase):
            return None
        return interpreter.attribute(database, "metadata")

    try:
        value = interpreter.within_bounds(asked)
    except (Signal, Exhausted):
        return None
    return value if isinstance(value, MetaDataObject) else None
