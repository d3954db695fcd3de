"""Models that no `class` statement makes but a call: of `type`, or of a function that returns what it makes.

Source: https://docs.python.org/3/library/functions.html#type, with three arguments.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from msgspec import Struct

from schemalint.frontends.python_source.definitions import ClassDefinition, FunctionDefinition
from schemalint.frontends.python_source.evaluate import Evaluator
from schemalint.frontends.python_source.parse import Module
from schemalint.frontends.python_source.values import Scope, Value

_WITHOUT_EFFECT = frozenset({"__module__", "__doc__", "__qualname__"})
"""Attributes that change nothing of a model, as long as its app is known otherwise."""


def made_class(module: Module, value: ast.expr, evaluator: Evaluator) -> ClassDefinition | None:
    """The class that a call on the level of a module makes, as a class statement there would say it.

    None where the value is no such call, or its name, bases or attributes can't be told.
    """
    if not isinstance(value, ast.Call):
        return None
    if _is_type(value, module, evaluator):
        return _Making(module, module, evaluator, {}, {}).made(value, value)
    function = evaluator.project.definition(module, value.func)
    if not isinstance(function, FunctionDefinition):
        return None
    makers = [one for one in _returned(function.node) if _is_type(one, function.module, evaluator)]
    if len(makers) != 1:
        return None
    names = evaluator.parameters(function, evaluator.call(value, Scope(module=module)))
    if names is None:
        return None
    given = _given(function.node, value)
    for statement in function.node.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]):
                given.pop(name, None)
                scope = Scope(module=function.module, names=names)
                names[name] = evaluator.evaluate(statement.value, scope)
    return _Making(module, function.module, evaluator, names, given).made(makers[0], value)


class _Making(Struct, frozen=True):
    """A call of `type` in the module `within`, on behalf of one in `module`.

    `names` are what it knows by name, `given` the expressions that stand for its parameters.
    """

    module: Module
    within: Module
    evaluator: Evaluator
    names: Mapping[str, Value]
    given: Mapping[str, ast.expr]

    def made(self, call: ast.Call, place: ast.Call) -> ClassDefinition | None:
        """The class, standing where it is asked for."""
        said, listed, attributes = call.args
        name = self.evaluator.evaluate(said, Scope(module=self.within, names=self.names))
        if not isinstance(listed, ast.Tuple) or not isinstance(attributes, ast.Dict):
            return None
        bases = [self._expression(base) for base in listed.elts]
        body = [self._attribute(*pair) for pair in zip(attributes.keys, attributes.values, strict=True)]
        if not isinstance(name, str) or None in bases or None in body:
            return None
        node = ast.ClassDef(
            name=name,
            bases=[base for base in bases if base is not None],
            keywords=[],
            body=[statement for statement in body if statement is not None],
            decorator_list=[],
        )
        ast.copy_location(node, place)
        node.col_offset = 0
        return ClassDefinition(
            f"{self.evaluator.project.module_of(self.module.path).name}.{name}", self.module, node
        )

    def _expression(self, node: ast.expr) -> ast.expr | None:
        """An expression as the asking module can say it."""
        if isinstance(node, ast.Name) and node.id in self.given:
            return self.given[node.id]
        own = any(isinstance(inner, ast.Name) and inner.id in self.names for inner in ast.walk(node))
        is_sayable = isinstance(node, ast.Constant) or (self.within is self.module and not own)
        return node if is_sayable else None

    def _attribute(self, key: ast.expr | None, value: ast.expr) -> ast.stmt | None:
        """An attribute of the class as a statement of its body."""
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str) or key.value == "Meta":
            return None
        expression = ast.Constant(None) if key.value in _WITHOUT_EFFECT else self._expression(value)
        if expression is None:
            return None
        assignment = ast.Assign(targets=[ast.Name(key.value, ast.Store())], value=expression)
        return ast.copy_location(assignment, value)


def _is_type(node: ast.Call, module: Module, evaluator: Evaluator) -> bool:
    return (
        isinstance(node.func, ast.Name)
        and node.func.id == "type"
        and len(node.args) == 3
        and evaluator.project.definition(module, node.func) is None
    )


def _returned(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.Call]:
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Call):
            yield node.value


def _given(function: ast.FunctionDef | ast.AsyncFunctionDef, call: ast.Call) -> dict[str, ast.expr]:
    """The expressions that a call gives for the parameters of a function."""
    parameters = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    given = dict(zip(parameters, call.args, strict=False))
    return given | {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None}
