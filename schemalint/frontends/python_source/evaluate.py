"""Expressions to values, without executing anything: what is not certain stays a symbol or is unknown."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from schemalint.frontends.python_source import builtin_calls, calls, containers, operators
from schemalint.frontends.python_source.definitions import (
    Assigned,
    ClassDefinition,
    Definition,
    External,
    FunctionDefinition,
    ModuleDefinition,
)
from schemalint.frontends.python_source.limits import MAXIMUM_DEPTH, MAXIMUM_STEPS, Exhausted, is_large
from schemalint.frontends.python_source.parse import Module
from schemalint.frontends.python_source.project import Project
from schemalint.frontends.python_source.values import (
    BoundFunction,
    Call,
    Combination,
    Lambda,
    Member,
    Reference,
    Scope,
    Unknown,
    Value,
    truth,
)


class Evaluator:
    """Evaluates expressions of a project. One may be kept for a whole run: values of names are remembered.

    `known` tells the value of something external by its dotted name, `known_call` that of a call of
    something external, `known_member` that of an attribute of a symbol, `computed` that of a name of a module
    and what its expression says; or `...` where they know none.
    """

    def __init__(
        self,
        project: Project,
        known: Callable[[str], Value] | None = None,
        known_call: Callable[[Call], Value] | None = None,
        known_member: Callable[[Value, str], Value] | None = None,
        computed: Callable[[Assigned, Value], Value] | None = None,
    ) -> None:
        self.project = project
        self._known = known
        self._known_call = known_call
        self._known_member = known_member
        self._computed = computed
        self.steps = 0
        project.compute = self._definition
        project.decide = self._decide
        self._assigned: dict[ast.expr, Value] = {}
        self._in_progress: set[ast.expr] = set()
        self._depth = 0

    def evaluate(self, node: ast.expr, scope: Scope) -> Value:
        """The value of an expression. Never raises; `Unknown` where nothing certain can be said."""
        if self._depth:
            return self.value(node, scope)
        self.steps = 0
        try:
            return self.value(node, scope)
        except (Exhausted, RecursionError):
            return Unknown("an expression that is too large or too deep")
        finally:
            self._depth = 0
            self._in_progress.clear()

    def _definition(self, module: Module, node: ast.expr) -> Definition | None:
        value = self.evaluate(node, Scope(module=module))
        return value.definition if isinstance(value, Reference) else None

    def _decide(self, module: Module, test: ast.expr) -> bool | None:
        return truth(self.evaluate(test, Scope(module=module)))

    def of(self, definition: Assigned) -> Value:
        """The value of an assigned name."""
        return self.evaluate(definition.value, Scope(module=definition.module, within=definition.within))

    def value(self, node: ast.expr, scope: Scope) -> Value:
        """A part of what is being evaluated; Unknown if it lies too deep. Exhausted if that is too much."""
        self.steps += 1
        if self.steps > MAXIMUM_STEPS:
            raise Exhausted
        if self._depth > MAXIMUM_DEPTH:
            return Unknown("a part of an expression that is too deep")
        method = _METHODS.get(type(node))
        if method is None:
            return Unknown(f"an expression ({type(node).__name__})")
        self._depth += 1
        try:
            return method(self, node, scope)
        finally:
            self._depth -= 1

    def _constant(self, node: ast.Constant, _scope: Scope) -> Value:
        if is_large(node.value):
            return Unknown("a large number")
        return node.value if node.value is not ... else Unknown()

    def _name(self, node: ast.Name, scope: Scope) -> Value:
        if node.id in scope.names:
            return scope.names[node.id]
        definition = self.project.definition(scope.module, node, scope.within)
        if definition is None:
            if node.id in builtin_calls.NAMES and node.id not in self.project.bindings(scope.module).names:
                return builtin_calls.Builtin(node.id)
            return Unknown(f"the name {node.id}")
        return self.defined(definition)

    def defined(self, definition: Definition) -> Value:
        """The value of what a name means."""
        if not isinstance(definition, Assigned):
            if self._known is not None and isinstance(definition, External):
                value = self._known(definition.name)
                if value is not ...:
                    return value
            return Reference(definition)
        node = definition.value
        if node in self._assigned:
            return self._assigned[node]
        if node in self._in_progress:
            return Unknown("a name that is defined by itself")
        self._in_progress.add(node)
        scope = Scope(module=definition.module, within=definition.within)
        value = self.value(node, scope)
        if definition.within is None and self._computed is not None:
            computed = self._computed(definition, value)
            value = computed if computed is not ... else value
        self._in_progress.discard(node)
        self._assigned[node] = value
        return value

    def imported(self, module: Module, statement: ast.stmt, name: str) -> Value:
        """What an import within a function binds a name to."""
        definition = self.project.imported(module, statement, name)
        return self.defined(definition) if definition is not None else Unknown(f"the name {name}")

    def known_call(self, call: Call) -> Value:
        """The value of a call of something external; `...` where nothing is known of it."""
        return self._known_call(call) if self._known_call is not None else ...

    def parameters(self, function: FunctionDefinition, call: Call) -> dict[str, Value] | None:
        """The parameters of a function as a call sets them; None where the two don't fit."""
        return calls.parameters(self, function, call)

    def call(self, node: ast.Call, scope: Scope) -> Call:
        """A call with its function and arguments evaluated, itself not."""
        if self._depth:
            return calls.prepared(self, node, scope)
        self.steps = 0
        try:
            return calls.prepared(self, node, scope)
        except (Exhausted, RecursionError):
            return Call(function=Unknown(), node=node, module=scope.module, complete=False)
        finally:
            self._depth = 0
            self._in_progress.clear()

    def items(self, value: Value) -> list[Value] | None:
        """What iterating over a value gives; None where that is not known."""
        if isinstance(value, Reference) and self._known_member is not None:
            value = self._known_member(value, "__iter__")
        return builtin_calls.items(value)

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Value:
        owner = self.value(node.value, scope)
        return self.attribute(owner, node.attr)

    def attribute(self, owner: Value, name: str) -> Value:
        """`owner.name`."""
        if isinstance(owner, Reference):
            definition = self.project.member(owner.definition, name)
            if isinstance(definition, FunctionDefinition) and calls.is_class_method(definition.node):
                return BoundFunction(owner, definition)
            if definition is not None:
                return self.defined(definition)
            if name == "__name__" and isinstance(owner.definition, ClassDefinition | FunctionDefinition):
                return owner.definition.node.name
            if isinstance(owner.definition, ModuleDefinition):
                return calls.attribute_by_hook(self, owner.definition, name)
            value = self._known_member(owner, name) if self._known_member is not None else ...
            return value if value is not ... else Member(owner, name)
        if isinstance(owner, Unknown):
            return owner
        if isinstance(owner, Call):
            function = owner.function
            if isinstance(function, Reference) and isinstance(function.definition, ClassDefinition):
                value = calls.member_of_instance(self, owner, name)
                if not isinstance(value, Unknown | Member):
                    return value
            for argument in owner.arguments:
                if isinstance(argument, dict) and name in argument:
                    return argument[name]  # settings objects are made of a dictionary of defaults
            return Member(owner, name)
        if isinstance(owner, Member | Combination | Lambda | BoundFunction):
            value = self._known_member(owner, name) if self._known_member is not None else ...
            return value if value is not ... else Member(owner, name)
        if name in builtin_calls.METHODS:
            return builtin_calls.BoundMethod(owner, name)
        return Unknown(f"an attribute {name}")


def _lambda(_evaluator: Evaluator, node: ast.Lambda, scope: Scope) -> Value:
    return Lambda(node, scope.module)


def _named(evaluator: Evaluator, node: ast.NamedExpr, scope: Scope) -> Value:
    return evaluator.value(node.value, scope)


_METHODS: dict[type[ast.expr], Callable[[Evaluator, Any, Scope], Value]] = {
    ast.Constant: Evaluator._constant,
    ast.Name: Evaluator._name,
    ast.Attribute: Evaluator._attribute,
    ast.Call: calls.call,
    ast.List: containers.list_,
    ast.Tuple: containers.tuple_,
    ast.Set: containers.set_,
    ast.Dict: containers.dict_,
    ast.JoinedStr: containers.joined,
    ast.BinOp: operators.binary,
    ast.UnaryOp: operators.unary,
    ast.BoolOp: operators.boolean,
    ast.Compare: operators.compare,
    ast.IfExp: operators.conditional,
    ast.Subscript: operators.subscript,
    ast.ListComp: containers.comprehension,
    ast.SetComp: containers.comprehension,
    ast.GeneratorExp: containers.comprehension,
    ast.DictComp: containers.dict_comprehension,
    ast.Lambda: _lambda,
    ast.NamedExpr: _named,
}
