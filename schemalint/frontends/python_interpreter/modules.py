"""Modules and imports: each module is run once, when a name of it is first needed."""

from __future__ import annotations

import ast
import builtins
from functools import partial
from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.frames import Frame
from schemalint.frontends.python_interpreter.imports import imported, module_object
from schemalint.frontends.python_interpreter.namespaces import ModuleObject
from schemalint.frontends.python_interpreter.signals import (
    Exhausted,
    ImportedTooEarly,
    Signal,
)
from schemalint.frontends.python_interpreter.values import (
    MISSING,
    Arguments,
    External,
    Site,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

_MAXIMUM_DEPTH = 30
_MOST_WITHIN_EACH_OTHER = 14
"""Running a module within another takes room on the stack."""

_BUILTIN_NAMES = frozenset(dir(builtins))
_FAILS = "a statement that ends in an exception"
TAKES_TOO_LONG = "a statement that takes too long to be followed"
"""Why a statement is among those that a module passed over, which did not come to its end in time."""

_BEHIND = "a statement behind one that takes too long to be followed"


class TooDeep(Unknown):
    """What a module gives that is not run now, because too many are being run already."""

    __slots__ = ()


def load(interpreter: Interpreter, path: str) -> ModuleObject | None:
    """The module of a file, run to its end; None where it can't be read.

    A statement that fails is passed over: the project's own Python gets further than this one. One that takes
    too long ends the module. The module knows of both.
    """
    module = module_object(interpreter, path)
    if module is None:
        return None
    if module.state == "new":
        if sum(other.state == "running" for other in interpreter.modules.values()) > _MOST_WITHIN_EACH_OTHER:
            return module
        module.state = "running"
        trails, interpreter.trails = interpreter.trails, []
        try:
            interpreter.within_bounds(lambda: _run(interpreter, module))
            module.state = "done"
        except Exhausted:
            module.state = "done"
            for statement in module.source.tree.body:
                if statement not in module.begun:
                    _pass_over(module, statement, _BEHIND)
        except ImportedTooEarly:
            _forget(module)
            if _runs_within(interpreter):
                raise
        finally:
            interpreter.trails = trails
    return module


def _forget(module: ModuleObject) -> None:
    """Make a module new again, after it was run at a time when Python would not have run it."""
    module.state = "new"
    module.begun.clear()
    module.unfinished.clear()
    module.passed_over.clear()
    module.stars.clear()
    module.frame.variables.clear()


def _runs_within(interpreter: Interpreter) -> bool:
    """Whether some module is being run."""
    return any(module.state == "running" for module in interpreter.modules.values())


def _run(interpreter: Interpreter, module: ModuleObject) -> None:
    concerned = interpreter.concerns(module.source.path)
    for statement in module.source.tree.body:
        if concerned or not _only_calls(statement):
            _run_once(interpreter, module, statement)


def _only_calls(statement: ast.stmt) -> bool:
    """`set_up()`: what a function does for which nothing of the module's names is needed."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Name(), args=[], keywords=[])):
            return True
    return False


def _run_once(
    interpreter: Interpreter, module: ModuleObject, statement: ast.stmt, *, ahead: bool = False
) -> None:
    """Run a statement of a module's body, unless it was run before its turn.

    A class or a name asked for ahead that needs what is not there yet is put off; whoever asked goes without.
    """
    if statement in module.begun:
        return
    module.begun.add(statement)
    module.unfinished.append(statement)
    try:
        interpreter.execute([statement], module.frame)
    except ImportedTooEarly:
        if ahead or (isinstance(statement, ast.ClassDef) and _others_run(interpreter, module)):
            module.begun.discard(statement)
            raise
        _pass_over(module, statement, _FAILS)
    except Signal:
        _pass_over(module, statement, _FAILS)
    except (Exhausted, RecursionError, MemoryError):
        _pass_over(module, statement, TAKES_TOO_LONG)
        raise
    finally:
        module.unfinished.pop()


def run_again(interpreter: Interpreter, module: ModuleObject) -> None:
    """Run the classes that failed once more: of modules that import each other, all are there by now."""
    for statement, reason in list(module.passed_over.items()):
        if not isinstance(statement, ast.ClassDef) or reason != _FAILS:
            continue
        if isinstance(module.frame.variables.get(statement.name), Unknown):
            del module.frame.variables[statement.name]
        del module.passed_over[statement]
        module.begun.discard(statement)
        interpreter.within_bounds(partial(_run_once, interpreter, module, statement))


def is_about_to_bind(module: ModuleObject, name: str) -> bool:
    """Whether a statement that binds the name is being run."""
    return module.state == "running" and any(_binds(statement, name) for statement in module.unfinished)


def _others_run(interpreter: Interpreter, module: ModuleObject) -> bool:
    return any(other.state == "running" and other is not module for other in interpreter.modules.values())


def run_ahead(interpreter: Interpreter, module: ModuleObject, name: str) -> bool:
    """Modules that import each other: run the statement that binds a name before its turn comes."""
    if module.state != "running":
        return False
    for statement in module.source.tree.body:
        if statement not in module.begun and _binds(statement, name):
            trails, interpreter.trails = interpreter.trails, []
            module.ahead += 1
            try:
                _run_once(interpreter, module, statement, ahead=True)
            finally:
                interpreter.trails = trails
                module.ahead -= 1
            return name in module.frame.variables
    return False


def _binds(statement: ast.stmt, name: str) -> bool:
    match statement:
        case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
            return statement.name == name
        case ast.Assign(targets=targets):
            return any(isinstance(target, ast.Name) and target.id == name for target in targets)
        case ast.AnnAssign(target=ast.Name(id=bound), value=ast.expr()):
            return bound == name
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            return any((alias.asname or alias.name.partition(".")[0]) == name for alias in aliases)
        case ast.If(body=body, orelse=orelse):
            return any(_binds(inner, name) for inner in (*body, *orelse))
        case ast.Try(body=body, handlers=handlers):
            return any(_binds(inner, name) for inner in body) or any(
                _binds(inner, name) for handler in handlers for inner in handler.body
            )
    return False


def _pass_over(module: ModuleObject, statement: ast.stmt, reason: str) -> None:
    module.passed_over[statement] = reason
    _bind_unknown(statement, module.frame)


def _bind_unknown(statement: ast.stmt, frame: Frame) -> None:
    """After a statement that failed, the names that it would have bound are unknown."""
    match statement:
        case ast.Assign(targets=targets):
            names = [target.id for target in targets if isinstance(target, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.ClassDef(name=name) | ast.FunctionDef(name=name):
            names = [name]
        case _:
            names = []
    for name in names:
        frame.variables.setdefault(name, Unknown(f"the name {name}"))


def attribute(interpreter: Interpreter, module: ModuleObject, name: str) -> Value:
    """`module.name`: a name of its body, or a module within the package."""
    load(interpreter, module.path)
    variables = module.frame.variables
    if name not in variables and not run_ahead(interpreter, module, name) and is_about_to_bind(module, name):
        raise ImportedTooEarly(f"{module.name}.{name}")
    if name in variables:
        return settle_if_needed(interpreter, variables, name)
    value = from_stars(interpreter, module, name)
    if value is not MISSING:
        return value
    if module.path.endswith("__init__.py"):
        inner = f"{module.name}.{name}"
        found = interpreter.project.locate(inner, module.path)
        if found is not None:
            return imported(interpreter, inner, module.path)
    if name == "__name__":
        return module.name
    if name == "__file__":
        return f"/{module.path}"
    if module.state == "new":
        return TooDeep(f"the name {module.name}.{name}")
    getter = variables.get("__getattr__")
    if getter is not None:
        return _given_by_function(interpreter, module, getter, name)
    return Unknown(f"the name {module.name}.{name}")


def _given_by_function(interpreter: Interpreter, module: ModuleObject, getter: Value, name: str) -> Value:
    """A name that the module's own `__getattr__` gives (PEP 562)."""
    if interpreter.depth > _MAXIMUM_DEPTH:
        return Unknown(f"the name {module.name}.{name}")
    function = settle_if_needed(interpreter, module.frame.variables, "__getattr__")
    arguments = Arguments(positional=[name], site=Site(module.source, module.source.tree))
    try:
        value = interpreter.called(function, arguments)
    except ImportedTooEarly:
        raise
    except Signal:
        return Unknown(f"the name {module.name}.{name}")
    if not isinstance(value, Unknown):
        module.frame.variables.setdefault(name, value)
    return value


def settle_if_needed(interpreter: Interpreter, variables: dict[str, Value], name: str) -> Value:
    """The value of a variable, worked out now if it was put off."""
    return interpreter.settled(variables[name], variables, name)


def from_stars(interpreter: Interpreter, module: ModuleObject, name: str) -> Value:
    """A name that a star import may have brought; MISSING if none did."""
    externals: list[External] = []
    for star in reversed(module.stars):
        if isinstance(star, ModuleObject) and star is not module:
            if star.state == "running":
                continue
            load(interpreter, star.path)
            if name in star.frame.variables:
                return settle_if_needed(interpreter, star.frame.variables, name)
            inner = from_stars(interpreter, star, name)
            if inner is not MISSING:
                return inner
        elif isinstance(star, External):
            externals.append(star)
    for external in externals:
        known = interpreter.external(f"{external.name}.{name}")
        if not isinstance(known, External):
            return known
    if len(externals) == 1 and not name.startswith("_") and name not in _BUILTIN_NAMES:
        return interpreter.external(f"{externals[0].name}.{name}")
    return MISSING
