"""Import statements: the modules and names that they mean."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter.frames import Frame, Imported
from schemalint.frontends.python_interpreter.namespaces import ModuleObject, NamespacePackage
from schemalint.frontends.python_interpreter.protocol_buffers import GENERATED, names_of_generated
from schemalint.frontends.python_interpreter.values import Unknown, Value

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


def bind_import(interpreter: Interpreter, node: ast.Import, frame: Frame) -> None:
    """`import a.b.c [as d]`."""
    near, at_top = frame.module.path, frame.outer is None
    for alias in node.names:
        if alias.asname:
            interpreter.bind(alias.asname, Imported(alias.name, None, near, at_top=at_top), frame)
        else:
            first = alias.name.partition(".")[0]
            interpreter.bind(first, Imported(first, None, near, at_top=at_top), frame)


def bind_import_from(interpreter: Interpreter, node: ast.ImportFrom, frame: Frame) -> None:
    """`from a import b`."""
    near = frame.module.path
    module = _absolute(node.module, node.level, frame.module)
    for alias in node.names:
        if alias.name == "*":
            if frame.outer is None:
                frame.module.stars.append(imported(interpreter, module, near))
        else:
            interpreter.bind(
                alias.asname or alias.name,
                Imported(module, alias.name, near, at_top=frame.outer is None),
                frame,
            )


def imported_names(body: list[ast.stmt], module: str, path: str) -> list[str]:
    """The absolute names of what the statements of a module import: modules, and names that may be some."""
    found: list[str] = []
    for statement in body:
        if isinstance(statement, ast.Import):
            found += [alias.name for alias in statement.names]
        elif isinstance(statement, ast.ImportFrom):
            name = absolute_name(statement.module, statement.level, module, path)
            found += [name, *(f"{name}.{alias.name}" for alias in statement.names)]
    return found


def _absolute(name: str | None, level: int, module: ModuleObject) -> str:
    return absolute_name(name, level, module.name, module.path)


def absolute_name(name: str | None, level: int, module: str, path: str) -> str:
    """The absolute name of what `from ..x import` names in a file."""
    if not level:
        return name or ""
    package = module.split(".")
    if not path.endswith("__init__.py"):
        package = package[:-1]
    if level > 1:
        package = package[: len(package) - (level - 1)]
    return ".".join([*package, *([name] if name else [])])


def imported(interpreter: Interpreter, name: str, near: str) -> Value:
    """What `import name` gives: a module, a package without a file, or what is known of another package."""
    if not name:
        return NamespacePackage("", near)
    found = interpreter.project.locate(name, near)
    if found is None:
        return interpreter.external(name)
    if found.path is None:
        return NamespacePackage(name, near)
    module = module_object(interpreter, found.path)
    return module if module is not None else Unknown(f"the module {name}, which can't be read")


def module_object(interpreter: Interpreter, path: str) -> ModuleObject | None:
    """The module of a file, not yet run."""
    module = interpreter.modules.get(path)
    if module is None:
        source = interpreter.project.parse(path)
        if source is None:
            return None
        module = interpreter.modules[path] = ModuleObject(
            source, interpreter.project.folders.module_name(path)
        )
        names = names_of_generated(source.tree) if path.endswith(GENERATED) else None
        if names is not None:
            module.frame.variables.update(names)
            module.state = "done"
    return module
