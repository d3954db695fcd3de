"""The naming convention of the `target_metadata` in `env.py`: it names what revisions leave unnamed."""

from __future__ import annotations

import ast
import contextlib

from schemalint.frontends.alembic.environment_context import EnvironmentContext
from schemalint.frontends.python_interpreter.interpreter import Interpreter
from schemalint.frontends.python_interpreter.signals import Exhausted, Signal
from schemalint.frontends.python_interpreter.values import Value
from schemalint.frontends.sqlalchemy_constructs.metadata import MetaDataObject


def target_metadata(
    interpreter: Interpreter, environment: EnvironmentContext, path: str
) -> MetaDataObject | None:
    """The one MetaData that an `env.py` configures; None where there is none, or a list of several."""
    module = interpreter.project.parse(path)
    if module is None:
        return None
    expression = _assigned(module.tree.body, "target_metadata") or _configured(module.tree)
    value: Value = None
    if expression is not None:
        with contextlib.suppress(Signal, Exhausted):
            value = interpreter.within_bounds(lambda: _value(interpreter, path, expression))
    return value if isinstance(value, MetaDataObject) else _given(interpreter, environment, path)


def _given(interpreter: Interpreter, environment: EnvironmentContext, path: str) -> MetaDataObject | None:
    """The MetaData in every call of `context.configure` that is reached."""
    with contextlib.suppress(Signal, Exhausted):
        interpreter.within_bounds(lambda: interpreter.module(path))
    given = [call.keywords.get("target_metadata") for call in environment.configured.get(path, [])]
    found = [one for one in given if isinstance(one, MetaDataObject)]
    return found[0] if found and all(one is found[0] for one in given) else None


def _value(interpreter: Interpreter, path: str, expression: ast.expr) -> Value:
    loaded = interpreter.module(path)
    if loaded is None:
        return None
    if isinstance(expression, ast.Name) and expression.id in loaded.frame.variables:
        return interpreter.look_up(expression.id, loaded.frame)
    return interpreter.evaluate(expression, loaded.frame)


def _assigned(body: list[ast.stmt], name: str) -> ast.expr | None:
    """The name itself, if the body assigns to it at its top."""
    for statement in body:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            return ast.copy_location(ast.Name(id=name, ctx=ast.Load()), statement)
    return None


def _configured(tree: ast.Module) -> ast.expr | None:
    """The argument of `context.configure(target_metadata=…)`, where it is written there."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg == "target_metadata" and isinstance(keyword.value, ast.Attribute | ast.Call):
                    return keyword.value
    return None
