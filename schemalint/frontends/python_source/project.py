"""The Python files of a project as modules that import each other: which name means which definition."""

from __future__ import annotations

import ast
import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from schemalint.frontends.python_source.bindings import (
    Binding,
    Bindings,
    Choice,
    ImportedModule,
    ImportedName,
    StarImport,
    Unbound,
    bindings,
)
from schemalint.frontends.python_source.classes import Ancestor, ancestors
from schemalint.frontends.python_source.definitions import (
    Assigned,
    ClassDefinition,
    Definition,
    External,
    FunctionDefinition,
    ModuleDefinition,
)
from schemalint.frontends.python_source.folders import Folders
from schemalint.frontends.python_source.parse import Module, parse
from schemalint.frontends.python_source.requirements import Requirements
from schemalint.reading import Unreadable
from schemalint.source import Sources, Span, UnreadableFile

_MAXIMUM_HOPS = 200


@contextmanager
def without_collection() -> Iterator[None]:
    """Syntax trees are many, and none is garbage while a project is read: looking for cycles only costs."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class Project:
    """Modules are parsed when first asked for, and names are resolved across files without executing any.

    `outside` names packages (dotted) that count as external even where they are among the files, because
    their behaviour is known and not read. `unreadable` collects what could not be parsed. An evaluator sets
    `compute`, which tells what an expression means that is more than a name, and `decide`, which answers
    conditions.
    """

    def __init__(self, sources: Sources, outside: Iterable[str] = ()) -> None:
        self.sources = sources
        self.requirements = Requirements(sources)
        self.outside = tuple(outside)
        self.unreadable: dict[str, Unreadable] = {}
        self.decide: Callable[[Module, ast.expr], bool | None] | None = None
        self.compute: Callable[[Module, ast.expr], Definition | None] | None = None
        self._computing: set[ast.expr] = set()
        self.linearized: dict[ast.ClassDef, list[Ancestor]] = {}
        self.linearizing: set[ast.ClassDef] = set()
        self._modules: dict[str, Module | None] = {}
        self._bindings: dict[str, Bindings] = {}
        self._class_bindings: dict[ast.ClassDef, Bindings] = {}
        self._resolving: set[tuple[str, str]] = set()
        self._returns = 0
        self._resolved: dict[tuple[str, str], Definition | None] = {}
        self._located: dict[tuple[str, str], ModuleDefinition | None] = {}
        self.folders = Folders(path for path in sources.paths if path.endswith(".py"))

    def close(self) -> None:
        """Forget the evaluator, which knows the project in turn: so both go when they are no longer used."""
        self.compute = self.decide = None

    # files and modules

    def parse(self, path: str) -> Module | None:
        """The module of a file; None where it can't be read, and `unreadable` says why."""
        if path not in self._modules:
            self._modules[path] = None
            try:
                file = self.sources.read(path)
            except UnreadableFile as error:
                self.unreadable[path] = Unreadable(Span(path, 0, 0), error.reason)
                return None
            module = parse(file)
            if isinstance(module, Unreadable):
                self.unreadable[path] = module
                return None
            self._modules[path] = module
        return self._modules[path]

    def locate(self, name: str, near: str) -> ModuleDefinition | None:
        """The module or package of that dotted name, as the file `near` would import it; never itself."""
        folder = near.rpartition("/")[0]
        key = (name, folder)
        if key not in self._located:
            self._located[key] = None if self.is_outside(name) else self.folders.locate(name, near)
        found = self._located[key]
        if found is not None and found.path == near and not near.endswith("__init__.py"):
            return self.folders.locate(name, near, other_than=found.root) or found
        return found

    def is_outside(self, name: str) -> bool:
        """Whether a dotted name lies in a package that counts as external."""
        return any(name == package or name.startswith(f"{package}.") for package in self.outside)

    def _is_around_outside(self, name: str) -> bool:
        """Whether a package that counts as external lies in a dotted name."""
        return any(package.startswith(f"{name}.") for package in self.outside)

    def module_of(self, path: str) -> ModuleDefinition:
        """The definition of the module that a file is."""
        return ModuleDefinition(self.folders.module_name(path), path, self.folders.import_root(path))

    # names

    def bindings(self, module: Module) -> Bindings:
        """What the names of the module's own body stand for."""
        found = self._bindings.get(module.path)
        if found is None:
            found = self._bindings[module.path] = bindings(module.tree.body)
        return found

    def class_bindings(self, definition: ClassDefinition) -> Bindings:
        """What the names of a class body stand for."""
        found = self._class_bindings.get(definition.node)
        if found is None:
            found = self._class_bindings[definition.node] = bindings(definition.node.body)
        return found

    def resolve(self, module: Module, name: str) -> Definition | None:
        """What a name of the module's body means: through imports, re-exports, stars and plain aliases.

        None where nothing binds it, or the chain can't be followed.
        """
        key = (module.path, name)
        if key in self._resolved:
            return self._resolved[key]
        if key in self._resolving:
            self._returns += 1
            return None
        self._resolving.add(key)
        returns = self._returns
        try:
            found = self._resolve(module, name)
        except RecursionError:
            return None
        finally:
            self._resolving.discard(key)
        if found is not None or returns == self._returns or not self._resolving:
            self._resolved[key] = found  # nothing that was missed because a chain came back to itself
        return found

    def _resolve(self, module: Module, name: str) -> Definition | None:
        found = self.bindings(module)
        binding = found.names.get(name)
        if binding is not None:
            return self._bound(module, f"{self.folders.module_name(module.path)}.{name}", binding, None)
        externals = []
        for star in reversed(found.stars):
            target = self._imported_module(module, star)
            if isinstance(target, ModuleDefinition) and target.path is not None:
                other = self.parse(target.path)
                if other is not None and self._exports(other, name):
                    definition = self.resolve(other, name)
                    if definition is not None:
                        return definition
            elif isinstance(target, External):
                externals.append(target)
        if len(externals) == 1 and not name.startswith("_"):
            return External(f"{externals[0].name}.{name}")
        return None

    def _exports(self, module: Module, name: str) -> bool:
        listed = self.bindings(module).names.get("__all__")
        if isinstance(listed, ast.List | ast.Tuple) and all(
            isinstance(element, ast.Constant) for element in listed.elts
        ):
            return any(isinstance(element, ast.Constant) and element.value == name for element in listed.elts)
        return not name.startswith("_")

    def _bound(
        self, module: Module, full_name: str, binding: Binding, within: ClassDefinition | None
    ) -> Definition | None:
        match binding:
            case ast.ClassDef():
                return ClassDefinition(full_name, module, binding)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return FunctionDefinition(full_name, module, binding)
            case Choice():
                return self._chosen(module, full_name, binding, within)
            case ImportedModule():
                return self.locate(binding.module, module.path) or External(binding.module)
            case ImportedName():
                return self._imported(module, binding)
            case ast.IfExp(orelse=Unbound()):
                return (
                    self._bound(module, full_name, binding.body, within)
                    if _is_chain(binding.body)
                    else (Assigned(full_name, module, binding, within))
                )
            case ast.Name() | ast.Attribute():
                definition = self.definition(module, binding, within)
                return definition if definition is not None else Assigned(full_name, module, binding, within)
        assert isinstance(binding, ast.expr)
        return Assigned(full_name, module, binding, within)

    def _chosen(
        self, module: Module, full_name: str, choice: Choice, within: ClassDefinition | None
    ) -> Definition | None:
        """What a name means that is bound under a condition; where that is unknown, in the first branch."""
        answer = self.answer(module, choice.test)
        if answer is None:
            binding = choice.one if choice.one is not None else choice.other
        else:
            binding = choice.one if answer else choice.other
        return self._bound(module, full_name, binding, within) if binding is not None else None

    def _imported_module(self, module: Module, imported: StarImport | ImportedName) -> Definition | None:
        name = imported.module
        if imported.level:
            package = self.folders.module_name(module.path).split(".")
            if not module.path.endswith("__init__.py"):
                package = package[:-1]
            package = package[: len(package) - (imported.level - 1)] if imported.level > 1 else package
            name = ".".join([*package, *([name] if name else [])])
            if not name:
                return None
        return self.locate(name, module.path) or External(name)

    def _imported(self, module: Module, imported: ImportedName) -> Definition | None:
        target = self._imported_module(module, imported)
        if target is None:
            return self.locate(imported.name, module.path)
        return self.member(target, imported.name)

    def imported(self, module: Module, statement: ast.stmt, name: str) -> Definition | None:
        """What an import statement that is not at the top of its module binds a name to."""
        binding = bindings([statement]).names.get(name)
        return self._bound(module, name, binding, None) if binding is not None else None

    def member(self, owner: Definition, name: str) -> Definition | None:
        """What `owner.name` is: a name of a module, a submodule, something in a class body or inherited."""
        match owner:
            case External():
                return External(f"{owner.name}.{name}")
            case ModuleDefinition():
                if self.is_outside(f"{owner.name}.{name}"):
                    return External(f"{owner.name}.{name}")
                module = self.parse(owner.path) if owner.path is not None else None
                if module is not None:
                    definition = self.resolve(module, name)
                    if definition is not None:
                        return definition
                elif owner.path is not None:
                    return None  # it could not be read
                inner = f"{owner.name}.{name}"
                submodule = self.locate(inner, f"{owner.root}/x.py" if owner.root else "x.py")
                if submodule is None and (
                    owner.path is None
                    or self._is_around_outside(inner)
                    or self.folders.is_package(owner.root)  # then it may be another one of that name
                ):
                    return External(inner)
                return submodule
            case ClassDefinition():
                for ancestor in ancestors(self, owner):
                    if isinstance(ancestor, ClassDefinition):
                        binding = self.class_bindings(ancestor).names.get(name)
                        if binding is not None:
                            return self._bound(ancestor.module, f"{ancestor.name}.{name}", binding, ancestor)
        return None

    def definition(
        self, module: Module, node: ast.expr, within: ClassDefinition | None = None
    ) -> Definition | None:
        """What a name or a chain of attributes means at a place in the module (in the body of a class)."""
        names: list[str] = []
        while isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or len(names) > _MAXIMUM_HOPS:
            return None
        found: Definition | None = None
        if within is not None:
            binding = self.class_bindings(within).names.get(node.id)
            if binding is not None and not _is_later(binding, node):
                found = self._bound(within.module, f"{within.name}.{node.id}", binding, within)
        if found is None:
            found = self.resolve(module, node.id)
        for name in reversed(names):
            if found is None:
                return None
            found = self.member(found, name)
        return found

    def answer(self, module: Module, test: ast.expr) -> bool | None:
        """Whether a condition holds; None where that is not certain."""
        if self.decide is None or test in self._computing:
            return None
        self._computing.add(test)
        try:
            return self.decide(module, test)
        finally:
            self._computing.discard(test)

    def computed(self, module: Module, node: ast.expr) -> Definition | None:
        """What an expression that is no plain name means, where an evaluator can tell."""
        if self.compute is None or node in self._computing:
            return None
        self._computing.add(node)
        try:
            return self.compute(module, node)
        finally:
            self._computing.discard(node)

    def look_up(self, name: str, near: str) -> Definition | None:
        """What a dotted name in a string means (`"pkg.module.Class"`), as the file `near` would import it."""
        parts = name.split(".")
        if len(parts) > _MAXIMUM_HOPS:
            return None
        for end in range(len(parts), 0, -1):
            found: Definition | None = self.locate(".".join(parts[:end]), near)
            if found is not None:
                for part in parts[end:]:
                    found = self.member(found, part) if found is not None else None
                return found
        return External(name)


def _is_later(binding: Binding, name: ast.Name) -> bool:
    """Whether a name stands before the end of what binds it in a class body: then it means an outer one."""
    if not isinstance(binding, ast.AST):
        return False
    end_line, end_column = getattr(binding, "end_lineno", None), getattr(binding, "end_col_offset", None)
    if end_line is None or end_column is None:
        return False
    return (name.lineno, name.col_offset) < (end_line, end_column)


def _is_chain(node: ast.expr) -> bool:
    return isinstance(node, ast.Name | ast.Attribute)
