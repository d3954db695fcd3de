"""What a constructor makes of its arguments before it calls the next one: subclasses of Django's classes."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from copy import deepcopy
from itertools import islice

from msgspec.structs import replace

from schemalint.frontends.python_source import container_changes, containers, statements
from schemalint.frontends.python_source.classes import ancestors
from schemalint.frontends.python_source.definitions import ClassDefinition, FunctionDefinition
from schemalint.frontends.python_source.evaluate import Evaluator
from schemalint.frontends.python_source.limits import Exhausted
from schemalint.frontends.python_source.project import Project
from schemalint.frontends.python_source.values import Call, Reference, Scope, Unknown, Value, is_known

_LONGEST = 4_000
"""The parts of a constructor's syntax that are followed; those of people have some hundreds."""


def own_classes(definition: ClassDefinition, project: Project) -> list[ClassDefinition]:
    """The class and its ancestors, up to the first one that is not the project's."""
    found: list[ClassDefinition] = []
    for ancestor in ancestors(project, definition):
        if not isinstance(ancestor, ClassDefinition):
            break
        found.append(ancestor)
    return found


def method(cls: ClassDefinition, name: str, project: Project) -> FunctionDefinition | None:
    """A method that the class itself defines."""
    node = project.class_bindings(cls).names.get(name)
    if isinstance(node, ast.FunctionDef):
        return FunctionDefinition(f"{cls.name}.{name}", cls.module, node)
    return None


def followed(
    call: Call, classes: list[ClassDefinition], project: Project, evaluator: Evaluator
) -> Call | None:
    """The call that reaches the constructor under those of `classes`; None where that can't be told."""
    for cls in classes[:50]:
        constructor = method(cls, "__init__", project)
        if constructor is not None:
            passed = _passed_on(constructor, cls, call, evaluator)
            if passed is None:
                return None
            call = passed
    return call


def _passed_on(
    constructor: FunctionDefinition, cls: ClassDefinition, call: Call, evaluator: Evaluator
) -> Call | None:
    """The call of the next class's constructor that a call ends in; None if that can't be told."""
    if next(islice(ast.walk(constructor.node), _LONGEST, None), None) is not None:
        return None
    bound = Call(
        function=call.function,
        arguments=(_itself(constructor, call), *call.arguments),
        keywords=call.keywords,
        node=call.node,
        module=call.module,
        complete=call.complete,
    )
    names = evaluator.parameters(constructor, bound)
    if names is None:
        return None
    own = _own_name(constructor)
    attributes = {f"{own}.{name}": Unknown() for name in _stored(constructor, own)}
    try:
        return _Constructor(cls, evaluator, {**names, **attributes}, own).run(constructor.node.body, 0)
    except (Exhausted, RecursionError):  # an expression that is too deep to be rewritten
        return None


def _itself(constructor: FunctionDefinition, call: Call) -> Value:
    """What `self` stands for: the class, for the attributes that the constructor does not set."""
    return call.function if isinstance(call.function, Reference) else Unknown("self")


def _own_name(constructor: FunctionDefinition) -> str:
    return constructor.node.args.args[0].arg if constructor.node.args.args else ""


def _stored(constructor: FunctionDefinition, own: str) -> Iterator[str]:
    """The attributes of `self` that a constructor sets."""
    for node in ast.walk(constructor.node):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attribute, ctx=ast.Store()) if name == own:
                yield attribute


class _OwnAttributes(ast.NodeTransformer):
    """Puts names in the place of attributes of `self`, as far as names of that kind are there."""

    def __init__(self, names: Mapping[str, Value]) -> None:
        self.names = names

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """A name for `self.name`."""
        if isinstance(node.value, ast.Name) and f"{node.value.id}.{node.attr}" in self.names:
            return ast.copy_location(ast.Name(id=f"{node.value.id}.{node.attr}", ctx=ast.Load()), node)
        self.generic_visit(node)
        return node


class _Constructor:
    """Follows the statements of an `__init__` up to its call of the next one.

    What it sets on `self`, its parameter `own`, is among the names with a dot in between.
    """

    def __init__(self, cls: ClassDefinition, evaluator: Evaluator, names: dict[str, Value], own: str) -> None:
        self.cls = cls
        self.evaluator = evaluator
        self.names = names
        self.own = own
        self._sets = any("." in name for name in names)

    def run(self, body: list[ast.stmt], depth: int) -> Call | None:
        if depth > 20:
            return None
        for statement in body:
            found = self._statement(statement, depth)
            if found is not None:
                return found
        return None

    def _value(self, node: ast.expr) -> Value:
        return self.evaluator.evaluate(self._seen(node), self._scope())

    def _scope(self) -> Scope:
        return Scope(module=self.cls.module, names=self.names, followed=True)

    def _seen(self, node: ast.expr) -> ast.expr:
        """An expression as the evaluator can read it, which knows names and no attributes of `self`."""
        if not self._sets or not any(isinstance(inner, ast.Attribute) for inner in ast.walk(node)):
            return node
        seen = _OwnAttributes(self.names).visit(deepcopy(node))
        assert isinstance(seen, ast.expr)
        return seen

    def _statement(self, node: ast.stmt, depth: int) -> Call | None:
        match node:
            case ast.Expr(value=ast.Call() as call) | ast.Return(value=ast.Call() as call):
                if _is_constructor_call(call):
                    return self._passed(call)
                self._value(call)
            case ast.Assign():
                value = self._value(node.value)
                for target in node.targets:
                    self._assigned(target, value)
            case ast.AnnAssign(value=ast.expr() as expression):
                self._assigned(node.target, self._value(expression))
            case ast.AugAssign() | ast.Delete():
                self._done(node)
            case ast.If():
                test = self._value(node.test)
                if is_known(test):
                    return self.run(node.body if test else node.orelse, depth + 1)
                before = dict(self.names)
                found = self.run(node.body, depth + 1)
                if found is not None:
                    return found
                then, self.names = self.names, before
                found = self.run(node.orelse, depth + 1)
                self._keep_if_same(then)
                return found
            case ast.Try():
                return self.run(node.body, depth + 1)
            case ast.With():
                return self.run(node.body, depth + 1)
        return None

    def _keep_if_same(self, other: dict[str, Value]) -> None:
        """After two branches, what they set in different ways is not known, less of `kwargs` than all."""
        for name in [*self.names, *(name for name in other if name not in self.names)]:
            now, value = self.names.get(name, other), other.get(name, other)
            if now is value:
                continue
            if isinstance(now, dict) and isinstance(value, dict):
                changed = {key: item for key, item in value.items() if now.get(key) is item}
                unsure = {key: Unknown() for key in {*now, *value} if key not in changed}
                self.names[name] = {**changed, **unsure}
            else:
                self.names[name] = Unknown()

    def _assigned(self, target: ast.expr, value: Value) -> None:
        if isinstance(target, ast.Attribute):
            if isinstance(target.value, ast.Name) and target.value.id == self.own:
                self.names[f"{self.own}.{target.attr}"] = value
        elif isinstance(target, ast.Subscript):
            container_changes.set_item(target, self._value(target.slice), value, self._scope())
        else:
            containers.bind(target, value, self.names)

    def _done(self, node: ast.AugAssign | ast.Delete) -> None:
        statements.done(self.evaluator, node, self._scope())

    def _passed(self, node: ast.Call) -> Call | None:
        seen = self._seen(node)
        assert isinstance(seen, ast.Call)
        value = self.evaluator.call(seen, self._scope())
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name | ast.Attribute):
            return replace(value, arguments=value.arguments[1:])  # Base.__init__(self, …)
        return value


def _is_constructor_call(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr == "__init__"
