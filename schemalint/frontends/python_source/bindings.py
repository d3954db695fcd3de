"""What the names of a module or a class body stand for, as far as reading it tells."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import TypeGuard

from msgspec import Struct


class ImportedModule(Struct, frozen=True):
    """`import a.b` binds `a`, `import a.b as c` binds the module `a.b`."""

    module: str


class ImportedName(Struct, frozen=True):
    """`from module import name`; `level` counts the dots of a relative import."""

    module: str
    name: str
    level: int


class StarImport(Struct, frozen=True):
    """`from module import *`."""

    module: str
    level: int


class Choice(Struct, frozen=True, eq=False):
    """A name that one or both branches of a condition bind, to more than values."""

    test: ast.expr
    one: Binding | None
    other: Binding | None


Binding = (
    ast.expr | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ImportedModule | ImportedName | Choice
)


class Bindings(Struct, frozen=True):
    """The names of one body, in the order in which they are bound, and its star imports."""

    names: dict[str, Binding]
    stars: tuple[StarImport, ...]


class Unbound(ast.expr):
    """Stands for a name that one of two branches does not bind."""


_MAXIMUM_DEPTH = 60
_CHANGES = frozenset(
    {"insert", "pop", "remove", "clear", "sort", "reverse", "update", "append", "extend", "setdefault"}
)


def bindings(body: Iterable[ast.stmt]) -> Bindings:
    """The bindings that a body leaves behind.

    Later bindings take the place of earlier ones. Of alternatives, the value of a name is a conditional
    expression over them, and anything else a choice; what an `except` binds only stands in for what the
    `try` did not. Lists built up by `append`, `extend` and `+=`, also in loops, become
    the sum that they are. What can't be told is bound to `...`.
    """
    reader = _Reader()
    reader.read(body, reader.names, 0)
    return Bindings(reader.names, tuple(reader.stars))


def binding_statements(node: ast.ClassDef) -> dict[str, ast.stmt]:
    """The statement that binds each name of a class body last."""
    found: dict[str, ast.stmt] = {}
    for statement in node.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]):
                found[name] = statement
            case ast.AnnAssign(target=ast.Name(id=name)):
                found[name] = statement
    return found


class _Reader:
    def __init__(self) -> None:
        self.names: dict[str, Binding] = {}
        self.stars: list[StarImport] = []

    def read(self, body: Iterable[ast.stmt], names: dict[str, Binding], depth: int) -> None:
        if depth > _MAXIMUM_DEPTH:
            return
        for statement in body:
            self.statement(statement, names, depth)

    def statement(self, node: ast.stmt, names: dict[str, Binding], depth: int) -> None:
        match node:
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                names[node.name] = node
            case ast.Assign():
                for target in node.targets:
                    _assign(target, node.value, names)
            case ast.AnnAssign(value=ast.expr() as value):
                _assign(node.target, value, names)
            case ast.AugAssign(target=ast.Name(id=name)):
                _combine(name, node.op, node.value, node, names)
            case ast.Import():
                for alias in node.names:
                    bound = alias.asname or alias.name.partition(".")[0]
                    names[bound] = ImportedModule(alias.name if alias.asname else bound)
            case ast.ImportFrom():
                for alias in node.names:
                    if alias.name == "*":
                        self.stars.append(StarImport(node.module or "", node.level))
                    else:
                        imported = ImportedName(node.module or "", alias.name, node.level)
                        names[alias.asname or alias.name] = imported
            case ast.If():
                self._alternatives(node, names, depth)
            case ast.Try():
                self._attempt(node, names, depth)
            case ast.With():
                self.read(node.body, names, depth + 1)
            case ast.For():
                _loop(node, names)
            case ast.While():
                _forget(node, names)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) as call):
                _mutate(name, method, call, names)
            case ast.Delete():
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        names.pop(target.id, None)

    def _alternatives(self, node: ast.If, names: dict[str, Binding], depth: int) -> None:
        then, otherwise = dict(names), dict(names)
        body = node.body
        if _is_for_type_checkers(node.test):  # nothing of it is run; imports tell what annotations mean
            body = [inner for inner in body if isinstance(inner, ast.Import | ast.ImportFrom)]
        self.read(body, then, depth + 1)
        self.read(node.orelse, otherwise, depth + 1)
        for name in [*then, *(name for name in otherwise if name not in then)]:
            one, other = then.get(name), otherwise.get(name)
            if one is other and one is not None:
                names[name] = one
            elif one is None or other is None:
                names[name] = _in_one_branch(node.test, one, other)
            elif isinstance(one, ast.expr) and isinstance(other, ast.expr):
                names[name] = ast.copy_location(ast.IfExp(test=node.test, body=one, orelse=other), one)
            else:
                names[name] = Choice(node.test, one, other)

    def _attempt(self, node: ast.Try, names: dict[str, Binding], depth: int) -> None:
        before = dict(names)
        self.read(node.body, names, depth + 1)
        self.read(node.orelse, names, depth + 1)
        for handler in node.handlers:
            instead = dict(before)
            self.read(handler.body, instead, depth + 1)
            for name, binding in instead.items():
                wanted = names.setdefault(name, binding)
                if _is_setting(wanted) and binding is not wanted and isinstance(binding, ast.expr):
                    names[name] = _with_default(wanted, binding)
        self.read(node.finalbody, names, depth + 1)


def _is_setting(binding: Binding) -> TypeGuard[ast.Attribute]:
    match binding:
        case ast.Attribute(value=ast.Name(id="settings") | ast.Attribute(attr="settings")):
            return True
    return False


def _with_default(wanted: ast.Attribute, default: ast.expr) -> ast.expr:
    """`try: name = settings.NAME`, `except AttributeError: name = default`, in one expression."""
    call = ast.Call(
        func=ast.Name(id="getattr", ctx=ast.Load()),
        args=[wanted.value, ast.Constant(value=wanted.attr), default],
        keywords=[],
    )
    return ast.fix_missing_locations(ast.copy_location(call, wanted))


def _in_one_branch(test: ast.expr, one: Binding | None, other: Binding | None) -> Binding:
    """What only one branch of a condition binds."""
    bound = one if one is not None else other
    assert bound is not None
    if not isinstance(bound, ast.expr):
        return Choice(test, one, other)
    nothing = ast.copy_location(Unbound(), bound)
    body, orelse = (bound, nothing) if one is not None else (nothing, bound)
    return ast.copy_location(ast.IfExp(test=test, body=body, orelse=orelse), bound)


def unknown(node: ast.AST) -> ast.expr:
    """An expression that nothing is known of."""
    return ast.copy_location(ast.Constant(value=...), node)


def is_unknown(binding: Binding) -> bool:
    """Whether a name is bound to something that can't be told."""
    return isinstance(binding, ast.Constant) and binding.value is ...


def _is_for_type_checkers(test: ast.expr) -> bool:
    match test:
        case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
            return True
    return False


def _assign(target: ast.expr, value: ast.expr, names: dict[str, Binding]) -> None:
    match target:
        case ast.Name(id=name):
            names[name] = _only_instance(name, value, names)
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            if any(isinstance(element, ast.Starred) for element in targets):
                for name in _targets(target):
                    names[name] = unknown(value)
                return
            given = value.elts if isinstance(value, ast.Tuple | ast.List) else None
            for position, element in enumerate(targets):
                if given is not None and len(given) == len(targets):
                    _assign(element, given[position], names)
                else:
                    index = ast.copy_location(ast.Constant(value=position), value)
                    part = ast.Subscript(value=value, slice=index, ctx=ast.Load())
                    _assign(element, ast.copy_location(part, value), names)
        case ast.Subscript(value=ast.Name(id=name), slice=key):
            entry = ast.copy_location(ast.Dict(keys=[key], values=[value]), value)
            _combine(name, ast.BitOr(), entry, value, names)


def _only_instance(name: str, value: ast.expr, names: dict[str, Binding]) -> ast.expr:
    """The value that `Name = Name()` gives the name of a class; the class is kept under a name of its own."""
    former = names.get(name)
    match value:
        case ast.Call(func=ast.Name(id=called)) if called == name and isinstance(former, ast.ClassDef):
            names[f"{name}'"] = former
            function = ast.copy_location(ast.Name(id=f"{name}'", ctx=ast.Load()), value.func)
            call = ast.Call(func=function, args=value.args, keywords=value.keywords)
            return ast.copy_location(call, value)
    return value


def _targets(target: ast.expr) -> list[str]:
    match target:
        case ast.Name(id=name):
            return [name]
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return [name for element in elements for name in _targets(element)]
        case ast.Starred(value=value):
            return _targets(value)
    return []


def _combine(
    name: str, operator: ast.operator, value: ast.expr, node: ast.AST, names: dict[str, Binding]
) -> None:
    before = names.get(name)
    if isinstance(before, ast.expr):
        names[name] = ast.copy_location(ast.BinOp(left=before, op=operator, right=value), node)
    elif before is None:
        names[name] = unknown(node)


def _mutate(name: str, method: str, call: ast.Call, names: dict[str, Binding]) -> None:
    before = names.get(name)
    if not isinstance(before, ast.expr):
        return
    if method == "setdefault" and len(call.args) == 2 and not call.keywords:
        entry = ast.copy_location(ast.Dict(keys=[call.args[0]], values=[call.args[1]]), call)
        names[name] = ast.copy_location(ast.BinOp(left=entry, op=ast.BitOr(), right=before), call)
        return
    added = _added(method, call)
    if added is not None:
        operator: ast.operator = ast.BitOr() if method == "update" else ast.Add()
        _combine(name, operator, added, call, names)
    elif method in _CHANGES:
        names[name] = unknown(call)


def _added(method: str, call: ast.Call) -> ast.expr | None:
    """What a call of `append`, `extend` or `update` adds, as an expression."""
    if call.keywords or len(call.args) != 1 or isinstance(call.args[0], ast.Starred):
        return None
    argument = call.args[0]
    if method == "append":
        return ast.copy_location(ast.List(elts=[argument], ctx=ast.Load()), argument)
    if method == "extend":
        starred = ast.copy_location(ast.Starred(value=argument, ctx=ast.Load()), argument)
        return ast.copy_location(ast.List(elts=[starred], ctx=ast.Load()), argument)
    return argument if method == "update" else None


def _loop(node: ast.For, names: dict[str, Binding]) -> None:
    """`for x in y: name.append(z)` is `name += [z for x in y]`."""
    added = _added_in_loop(node, [], 0)
    if added is None:
        _forget(node, names)
        return
    name, elements = added
    _combine(name, ast.Add(), elements, node, names)


def _added_in_loop(
    node: ast.stmt, generators: Sequence[ast.comprehension], depth: int
) -> tuple[str, ast.expr] | None:
    if depth > 8:
        return None
    match node:
        case ast.For(body=[inner], orelse=[]):
            generator = ast.comprehension(target=node.target, iter=node.iter, ifs=[], is_async=0)
            return _added_in_loop(inner, [*generators, generator], depth + 1)
        case ast.If(body=[inner], orelse=[]) if generators:
            last = generators[-1]
            tests = [*last.ifs, node.test]
            narrowed = ast.comprehension(target=last.target, iter=last.iter, ifs=tests, is_async=0)
            return _added_in_loop(inner, [*generators[:-1], narrowed], depth + 1)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append")) as call):
            if len(call.args) == 1 and not call.keywords:
                return name, _comprehension(call.args[0], generators, node)
        case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=ast.List(elts=[element])):
            return name, _comprehension(element, generators, node)
    return None


def _comprehension(element: ast.expr, generators: Sequence[ast.comprehension], node: ast.AST) -> ast.expr:
    return ast.copy_location(ast.ListComp(elt=element, generators=list(generators)), node)


def _forget(node: ast.For | ast.While, names: dict[str, Binding]) -> None:
    """After a loop that is not understood, nothing is known of what it binds or changes."""
    for inner in ast.walk(node):
        match inner:
            case ast.Assign(targets=targets):
                changed = [name for target in targets for name in _targets(target)]
            case ast.AugAssign(target=ast.Name(id=name)) | ast.AnnAssign(target=ast.Name(id=name)):
                changed = [name]
            case ast.For(target=target):
                changed = _targets(target)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) if method in _CHANGES:
                changed = [name]
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                names.setdefault(name, inner)
                continue
            case _:
                continue
        for name in changed:
            names[name] = unknown(node)
