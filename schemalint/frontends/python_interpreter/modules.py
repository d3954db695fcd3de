"""Modules and imports: each module is run once, when a name of it is first needed.

Most names of a module are never needed to know its tables. What a name is assigned is therefore put off
where it is a call of something from another module: it is worked out when the name is used.
"""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter import definitions
from schemalint.frontends.python_interpreter.frames import Deferred, Frame, Imported
from schemalint.frontends.python_interpreter.imports import absolute_name, imported
from schemalint.frontends.python_interpreter.namespaces import ModuleObject
from schemalint.frontends.python_interpreter.signals import (
    Exhausted,
    ImportedTooEarly,
    Raised,
    Signal,
)
from schemalint.frontends.python_interpreter.values import (
    MISSING,
    Arguments,
    External,
    Missing,
    Site,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

_MAXIMUM_DEPTH = 30
_MOST_WITHIN_EACH_OTHER = 14
"""Running a module within another takes room on the stack."""


_FAILS = "a statement that ends in an exception"
_TAKES_TOO_LONG = "a statement that takes too long to be followed"
_BEHIND = "a statement behind one that takes too long to be followed"


class TooDeep(Unknown):
    """What a module gives that is not run now, because too many are being run already."""

    __slots__ = ()


def load(interpreter: Interpreter, path: str) -> ModuleObject | None:
    """The module of a file, run to its end; None where it can't be read.

    A statement that fails is passed over: the project's own Python gets further than this one. One that takes
    too long ends the module. The module knows of both.
    """
    module = interpreter.modules.get(path)
    if module is None:
        source = interpreter.project.parse(path)
        if source is None:
            return None
        module = interpreter.modules[path] = ModuleObject(source, interpreter.project.module_name(path))
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
        _pass_over(module, statement, _TAKES_TOO_LONG)
        raise
    finally:
        module.unfinished.pop()


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


# How import statements bind names.


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


_BUILTIN_NAMES = frozenset(dir(builtins))
_MAXIMUM_REEXPORTS = 5


# putting off


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


def passed_over(interpreter: Interpreter, node: ast.Expr, frame: Frame) -> bool:
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
                package = interpreter.project.module_name(path)
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
    found = interpreter.attribute(module, value.name)
    return Unknown(f"the name {value.name}") if isinstance(found, Missing) else found
