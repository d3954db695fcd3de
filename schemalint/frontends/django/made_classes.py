"""Models that no `class` statement of a module makes but a call: of `type`, or of a function that makes one.

Source: https://docs.python.org/3/library/functions.html#type, with three arguments.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Mapping
from copy import deepcopy

from msgspec import Struct

from schemalint.frontends.python_source.definitions import ClassDefinition, FunctionDefinition
from schemalint.frontends.python_source.evaluate import Evaluator
from schemalint.frontends.python_source.parse import Module
from schemalint.frontends.python_source.values import Scope

_WITHOUT_EFFECT = frozenset({"__module__", "__doc__", "__qualname__"})
"""Attributes that change nothing of a model, as long as its app is known otherwise."""

_LONGEST = 400
"""The parts of the syntax of a function that is followed."""

_Pairs = list[tuple[str, ast.expr]]


class MadeClass(Struct, frozen=True):
    """A class that a call makes, as a class statement in its place would say it.

    `certain` says that the call is sure to make it, in its own module.
    """

    definition: ClassDefinition
    certain: bool


def made_class(module: Module, value: ast.expr, evaluator: Evaluator) -> MadeClass | None:
    """The class that a call on the level of a module makes.

    None where the value is no such call, or its name, bases or attributes can't be told.
    """
    if not isinstance(value, ast.Call):
        return None
    maker: ast.expr | None = value
    certain = True
    if not _is_type(value, module, evaluator):
        function = evaluator.project.definition(module, value.func)
        if not isinstance(function, FunctionDefinition) or len(list(ast.walk(function.node))) > _LONGEST:
            return None
        run = _Run(function, value, is_at_home=function.module is module)
        makers = [
            one for one in run.returned if one is not None and _is_type(one, function.module, evaluator)
        ]
        maker = makers[0] if len(makers) == 1 else None
        certain = run.is_straight and len(run.returned) == 1 and function.module is module
    if not isinstance(maker, ast.Call):
        return None
    own_name = evaluator.project.module_of(module.path).name
    node = _statement(maker, module, evaluator)
    if node is None:
        return None
    ast.copy_location(node, value)
    node.col_offset = 0
    certain = certain and _is_of_module(maker, own_name)
    return MadeClass(ClassDefinition(f"{own_name}.{node.name}", module, node), certain)


def inner_class(definition: ClassDefinition, call: ast.Call, evaluator: Evaluator) -> ClassDefinition | None:
    """The class that a call of `type` makes in the body of another one; None where it is no such call."""
    if not _is_type(call, definition.module, evaluator):
        return None
    node = _statement(call, definition.module, evaluator)
    return (
        None if node is None else ClassDefinition(f"{definition.name}.{node.name}", definition.module, node)
    )


def _is_type(node: ast.expr, module: Module, evaluator: Evaluator) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "type"
        and len(node.args) == 3
        and evaluator.project.definition(module, node.func) is None
    )


def _statement(call: ast.Call, module: Module, evaluator: Evaluator) -> ast.ClassDef | None:
    """The class statement that says what a call of `type` does; None where that can't be told."""
    said, listed, attributes = call.args
    name = evaluator.evaluate(said, Scope(module=module))
    pairs = _pairs(attributes)
    if not isinstance(name, str) or not isinstance(listed, ast.Tuple) or pairs is None:
        return None
    body: list[ast.stmt] = []
    for key, value in pairs:
        if key in _WITHOUT_EFFECT:
            continue
        statement: ast.stmt = ast.Assign(targets=[ast.Name(key, ast.Store())], value=value)
        if isinstance(value, ast.Call) and _is_type(value, module, evaluator):
            inner = _statement(value, module, evaluator)
            if inner is None:
                return None
            inner.name = key
            statement = inner
        body.append(ast.copy_location(statement, value))
    node = ast.ClassDef(name=name, bases=list(listed.elts), keywords=[], body=body, decorator_list=[])
    return ast.copy_location(node, call)


def _is_of_module(call: ast.Call, name: str) -> bool:
    """Whether a call of `type` says the class to be of a module; one that says none makes no model."""
    for key, value in _pairs(call.args[2]) or ():
        if key == "__module__":
            own = isinstance(value, ast.Name) and value.id == "__name__"
            return own or (isinstance(value, ast.Constant) and value.value == name)
    return False


def _pairs(node: ast.expr | None) -> _Pairs | None:
    """The names and values of a dictionary in source; None where not all of them are there."""
    given: list[tuple[ast.expr | None, ast.expr]] = []
    match node:
        case ast.Dict():
            given = list(zip(node.keys, node.values, strict=True))
        case ast.Call(func=ast.Name(id="dict")):
            given = [(None, argument) for argument in node.args]
            given += [
                (None if keyword.arg is None else ast.Constant(keyword.arg), keyword.value)
                for keyword in node.keywords
            ]
        case ast.BinOp(op=ast.BitOr()):
            given = [(None, node.left), (None, node.right)]
        case _:
            return None
    found: _Pairs = []
    for key, value in given:
        if key is None:
            more = _pairs(value)
            if more is None:
                return None
            found += more
        elif isinstance(key, ast.Constant) and isinstance(key.value, str):
            found.append((key.value, value))
        else:
            return None
    return found


class _Run:
    """A function as a call runs it: what it `returned`, in the words of the asking module.

    It `is_straight` where there is no more to it than what is followed. What else it names means the same in
    the asking module only where it `is_at_home` there.
    """

    def __init__(self, function: FunctionDefinition, call: ast.Call, *, is_at_home: bool) -> None:
        self.returned: list[ast.expr | None] = []
        self.is_straight = True
        self._is_at_home = is_at_home
        self._names: dict[str, ast.expr | None] = dict.fromkeys(_bound(function.node.body))
        self._names |= _given(function.node, call)
        for statement in function.node.body:
            self._step(statement)

    def _step(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]):
                self._names[name] = self._said(statement.value)
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name), slice=key)]):
                held, value = self._names.get(name), self._said(statement.value)
                entry = None if value is None else ast.Dict(keys=[key], values=[value])
                self._names[name] = (
                    None if held is None or entry is None else ast.BinOp(held, ast.BitOr(), entry)
                )
            case ast.ClassDef(name=name):
                self._names[name] = self._said(_as_call(statement))
            case ast.Return(value=ast.expr() as value):
                self.returned.append(self._said(value))
            case ast.Expr(value=ast.Constant()):
                pass
            case _:
                self.is_straight = False
                self._names |= dict.fromkeys(_changed(statement))
                for node in ast.walk(statement):
                    if isinstance(node, ast.Return) and node.value is not None:
                        self.returned.append(self._said(node.value))

    def _said(self, node: ast.expr | None) -> ast.expr | None:
        """An expression with what local names stand for in their places; None where that can't be said."""
        if node is None:
            return None
        saying = _Saying(self._names, is_at_home=self._is_at_home)
        found = saying.visit(deepcopy(node))
        return found if isinstance(found, ast.expr) and not saying.has_failed else None


class _Saying(ast.NodeTransformer):
    """Puts expressions in the places of names; it `has_failed` where one of them can't be said."""

    def __init__(self, names: Mapping[str, ast.expr | None], *, is_at_home: bool) -> None:
        self._names = names
        self._is_at_home = is_at_home
        self.has_failed = False

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """What the name stands for."""
        if node.id in self._names:
            found = self._names[node.id]
        else:
            found = node if self._is_at_home or hasattr(builtins, node.id) else None
        self.has_failed = self.has_failed or found is None
        return node if found is None else found


def _as_call(node: ast.ClassDef) -> ast.Call | None:
    """The call of `type` that does what a class statement does, less its methods."""
    if node.decorator_list or node.keywords:
        return None
    keys: list[ast.expr | None] = [ast.Constant("__module__")]
    values: list[ast.expr] = [ast.Name("__name__", ast.Load())]
    for statement in node.body:
        value: ast.expr | None
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                pass
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                pass
            case ast.ClassDef(name=name):
                value = _as_call(statement)
            case ast.FunctionDef() | ast.Pass() | ast.Expr(value=ast.Constant()):
                continue
            case _:
                return None
        if value is None:
            return None
        keys.append(ast.copy_location(ast.Constant(name), statement))
        values.append(value)
    bases = ast.Tuple(list(node.bases), ast.Load())
    arguments = [ast.Constant(node.name), bases, ast.Dict(keys=keys, values=values)]
    call = ast.Call(func=ast.Name("type", ast.Load()), args=arguments, keywords=[])
    return ast.fix_missing_locations(ast.copy_location(call, node))


def _bound(body: list[ast.stmt]) -> Iterator[str]:
    """The names that a function binds itself."""
    for statement in body:
        if isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield statement.name
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id
            elif isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                yield node.name
            elif isinstance(node, ast.alias):
                yield (node.asname or node.name).partition(".")[0]


def _changed(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement may bind, or whose values it may change."""
    yield from _bound([statement])
    for node in ast.walk(statement):
        match node:
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
                yield name
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name))):
                yield name


def _given(function: ast.FunctionDef | ast.AsyncFunctionDef, call: ast.Call) -> dict[str, ast.expr | None]:
    """The expressions that a call gives for the parameters of a function, or that these are by default."""
    listed = function.args
    parameters = [argument.arg for argument in (*listed.posonlyargs, *listed.args)]
    given: dict[str, ast.expr | None] = dict.fromkeys(
        [*parameters, *(argument.arg for argument in listed.kwonlyargs)]
    )
    given |= dict(zip(reversed(parameters), reversed(listed.defaults), strict=False))
    for argument, default in zip(listed.kwonlyargs, listed.kw_defaults, strict=True):
        given[argument.arg] = default
    given |= dict(zip(parameters, call.args, strict=False))
    more: dict[str, ast.expr] = {}
    for keyword in call.keywords:
        if keyword.arg in given:
            given[keyword.arg] = keyword.value
        elif keyword.arg is not None:
            more[keyword.arg] = keyword.value
    if listed.kwarg is not None:
        names: list[ast.expr | None] = [ast.Constant(name) for name in more]
        given[listed.kwarg.arg] = ast.Dict(keys=names, values=list(more.values()))
    if listed.vararg is not None:
        given[listed.vararg.arg] = None
    if any(keyword.arg is None for keyword in call.keywords):
        return dict.fromkeys(given)
    return given
