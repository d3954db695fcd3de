"""What a constructor makes of its arguments before it calls the next one: subclasses of Django's classes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from functools import partial
from itertools import islice
from typing import NamedTuple

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


_Onwards = Callable[[Call], "Constructed | None"]
"""What comes of the call that a constructor hands on."""


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


def first_method(
    classes: Iterable[ClassDefinition], name: str, project: Project
) -> FunctionDefinition | None:
    """The method of that name of the first of some classes that has one."""
    return next((found for cls in classes if (found := method(cls, name, project)) is not None), None)


class Constructed(NamedTuple):
    """The call that reaches the constructor under a project's classes, and what is then set on `self`."""

    call: Call
    attributes: Mapping[str, Value]


def followed(
    call: Call,
    classes: Sequence[ClassDefinition],
    project: Project,
    evaluator: Evaluator,
    attributes: Callable[[Call], Mapping[str, Value]] = lambda _: {},
) -> Constructed | None:
    """What comes of a call of the first of `classes`; None where that can't be told.

    `attributes` are those that the constructor under them sets.
    """
    for position, cls in enumerate(classes[:50]):
        constructor = method(cls, "__init__", project)
        if constructor is not None:
            onwards = partial(
                followed,
                classes=classes[position + 1 : 50],
                project=project,
                evaluator=evaluator,
                attributes=attributes,
            )
            return _run(constructor, cls, call, evaluator, onwards)
    return Constructed(call, attributes(call))


def _run(
    constructor: FunctionDefinition, cls: ClassDefinition, call: Call, evaluator: Evaluator, onwards: _Onwards
) -> Constructed | None:
    """What comes of a call of one constructor, which hands it on."""
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
    own = own_name(constructor)
    set_here = {f"{own}.{name}": Unknown() for name in _stored(constructor, own)}
    running = _Constructor(cls, evaluator, {**names, **set_here}, own, onwards)
    try:
        running.run(constructor.node.body, 0)
    except (Exhausted, RecursionError):  # an expression that is too deep to be rewritten
        return running.without_attributes()
    return running.constructed()


def _itself(constructor: FunctionDefinition, call: Call) -> Value:
    """What `self` stands for: the class, for the attributes that the constructor does not set."""
    return call.function if isinstance(call.function, Reference) else Unknown("self")


def own_name(constructor: FunctionDefinition) -> str:
    """What a method calls the object that it belongs to."""
    return constructor.node.args.args[0].arg if constructor.node.args.args else ""


def _stored(constructor: FunctionDefinition, own: str) -> Iterator[str]:
    """The attributes of `self` that a constructor sets."""
    for node in ast.walk(constructor.node):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attribute, ctx=ast.Store()) if name == own:
                yield attribute


class OwnAttributes(ast.NodeTransformer):
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
    """Follows the statements of an `__init__`, and goes on to the next one where it is called.

    What it sets on `self`, its parameter `own`, is among the names with a dot in between.
    """

    def __init__(
        self, cls: ClassDefinition, evaluator: Evaluator, names: dict[str, Value], own: str, onwards: _Onwards
    ) -> None:
        self.cls = cls
        self.evaluator = evaluator
        self.names = names
        self.own = own
        self._onwards = onwards
        self._made: Constructed | None = None
        self._has_called = False

    def constructed(self) -> Constructed | None:
        """What came of it all."""
        if self._made is None:
            return None
        start = f"{self.own}."
        own = {
            name.removeprefix(start): value for name, value in self.names.items() if name.startswith(start)
        }
        return Constructed(self._made.call, {**self._made.attributes, **own})

    def without_attributes(self) -> Constructed | None:
        """What came of it before it could no longer be followed."""
        return Constructed(self._made.call, {}) if self._made is not None else None

    def run(self, body: list[ast.stmt], depth: int) -> None:
        """Go through statements."""
        if depth <= 20:
            for statement in body:
                self._statement(statement, depth)

    def _value(self, node: ast.expr) -> Value:
        return self.evaluator.evaluate(self._seen(node), self._scope())

    def _scope(self) -> Scope:
        return Scope(module=self.cls.module, names=self.names, followed=True)

    def _seen(self, node: ast.expr) -> ast.expr:
        """An expression as the evaluator can read it, which knows names and no attributes of `self`."""
        if not any("." in name for name in self.names) or not any(
            isinstance(inner, ast.Attribute) for inner in ast.walk(node)
        ):
            return node
        seen = OwnAttributes(self.names).visit(deepcopy(node))
        assert isinstance(seen, ast.expr)
        return seen

    def _statement(self, node: ast.stmt, depth: int) -> None:
        match node:
            case ast.Expr(value=ast.Call() as call) | ast.Return(value=ast.Call() as call):
                if _is_constructor_call(call):
                    self._pass_on(call)
                else:
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
                    self.run(node.body if test else node.orelse, depth + 1)
                    return
                before = dict(self.names)
                self.run(node.body, depth + 1)
                then, self.names = self.names, before
                self.run(node.orelse, depth + 1)
                self._keep_if_same(then)
            case ast.Try() | ast.With():
                self.run(node.body, depth + 1)

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

    def _pass_on(self, node: ast.Call) -> None:
        """The call of the next constructor: the first one counts, as the others are on other conditions."""
        if self._has_called:
            return
        self._has_called = True
        seen = self._seen(node)
        assert isinstance(seen, ast.Call)
        call = self.evaluator.call(seen, self._scope())
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name | ast.Attribute):
            call = replace(call, arguments=call.arguments[1:])  # Base.__init__(self, …)
        self._made = self._onwards(call)
        if self._made is not None:
            attributes = {f"{self.own}.{name}": value for name, value in self._made.attributes.items()}
            self.names = {**self.names, **attributes}


def _is_constructor_call(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr == "__init__"
