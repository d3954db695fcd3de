"""What a module says that is put off until a name is used.

Most names of a module are never needed to know its tables. What a name is assigned is therefore put off
where it is a call of something from another module: it is worked out when the name is used.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter import definitions
from schemalint.frontends.python_interpreter.frames import Deferred, Frame, Imported
from schemalint.frontends.python_interpreter.imports import absolute_name, imported
from schemalint.frontends.python_interpreter.namespaces import ModuleObject
from schemalint.frontends.python_interpreter.signals import (
    ImportedTooEarly,
    Raised,
)
from schemalint.frontends.python_interpreter.values import (
    Missing,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

from schemalint.frontends.python_interpreter.modules import TooDeep

_MAXIMUM_REEXPORTS = 5


def put_off(interpreter: Interpreter, node: ast.Assign | ast.AnnAssign, frame: Frame) -> bool:
    """Put off what a module assigns to a name by calling something from another module of the project."""
    if frame.outer is not None or not isinstance(node.value, ast.Call):
        return False
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    if len(targets) != 1 or not isinstance(targets[0], ast.Name):
        return False
    if not _is_foreign(interpreter, node.value.func, frame):
        return False
    frame.variables[targets[0].id] = Deferred(node.value, frame)
    return True


def changes_no_table(interpreter: Interpreter, node: ast.Expr, frame: Frame) -> bool:
    """Whether a module's statement is a call of something from elsewhere that changes no table."""
    return (
        frame.outer is None
        and isinstance(node.value, ast.Call)
        and _is_foreign(interpreter, node.value.func, frame)
    )


def put_off_function(
    interpreter: Interpreter, node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame
) -> bool:
    """Put off the decorators of a module's function where they come from another module of the project."""
    if frame.outer is not None or not node.decorator_list:
        return False
    for decorator in node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if not _is_foreign(interpreter, called, frame):
            return False
    frame.variables[node.name] = Deferred(node, frame)
    return True


def _is_foreign(interpreter: Interpreter, node: ast.expr, frame: Frame) -> bool:
    """Whether a chain of attributes starts at something imported that does not concern us."""
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    if not isinstance(node, ast.Name):
        return False
    value = frame.variables.get(node.id)
    if isinstance(value, Deferred):
        return True
    if not isinstance(value, Imported):
        return False
    found = interpreter.project.locate(value.module, value.near)
    if found is None:
        return False
    if value.name is not None:
        inner = interpreter.project.locate(f"{value.module}.{value.name}", value.near)
        found = inner if inner is not None and inner.path is not None else found
    path = found.path
    for _ in range(_MAXIMUM_REEXPORTS):
        if path is None or interpreter.concerns(path):
            return False
        origin = _passed_on_from(interpreter, path, value.name) if path.endswith("__init__.py") else None
        if origin is None:
            return True
        path, value = origin
    return False


def _passed_on_from(
    interpreter: Interpreter, path: str, name: str | None
) -> tuple[str | None, Imported] | None:
    """The file from which a package's `__init__.py` has a name that it only passes on."""
    module = interpreter.project.parse(path)
    for statement in module.tree.body if module is not None and name is not None else ():
        if not isinstance(statement, ast.ImportFrom):
            continue
        for alias in statement.names:
            if (alias.asname or alias.name) in (name, "*"):
                package = interpreter.project.folders.module_name(path)
                origin = absolute_name(statement.module, statement.level, package, path)
                inner = name if alias.name == "*" else alias.name
                located = interpreter.project.locate(origin, path)
                found = Imported(origin, inner, path, at_top=True)
                return (located.path if located is not None else None), found
    return None


def settle(
    interpreter: Interpreter, value: Imported | Deferred, variables: dict[str, Value], name: str
) -> Value:
    """Work out a value that was put off, and remember it."""
    if isinstance(value, Imported):
        try:
            found = _found(interpreter, value)
        except ImportedTooEarly:
            if value.at_top:
                raise
            return Unknown(f"the name {name}")
        except RecursionError:
            return TooDeep(f"the name {name}")
    else:
        if value.running:
            return Unknown(f"the name {name}, which is defined by itself")
        value.running = True
        trails, interpreter.trails = interpreter.trails, []
        try:
            if isinstance(value.node, ast.expr):
                found = interpreter.evaluate(value.node, value.frame)
            else:
                found = definitions.function_made(interpreter, value.node, value.frame)
        except ImportedTooEarly:
            raise
        except Raised:
            found = Unknown(f"the name {name}")
        finally:
            interpreter.trails = trails
            value.running = False
    if variables.get(name) is value and not isinstance(found, TooDeep):
        variables[name] = found
    return found


def _found(interpreter: Interpreter, value: Imported) -> Value:
    module = imported(interpreter, value.module, value.near)
    if value.name is None:
        return module
    if isinstance(module, ModuleObject) and module.frame.variables.get(value.name) is value:
        # a package that imports a module of its own, by its own name
        return imported(interpreter, f"{module.name}.{value.name}", value.near)
    found = interpreter.attribute(module, value.name)
    return Unknown(f"the name {value.name}") if isinstance(found, Missing) else found
