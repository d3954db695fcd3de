"""Calls as values: the project's own functions followed as far as that is certain, methods included.

Followed is a body of assignments, changes of lists and dictionaries, imports, conditions that are known,
loops over what is known, and a `return`. So settings objects with properties and defaults, a common way to
configure packages, give their values, and functions the fields of models that they make.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from schemalint.frontends.python_source import builtin_calls, container_changes, containers, statements
from schemalint.frontends.python_source.bindings import bindings
from schemalint.frontends.python_source.definitions import (
    Assigned,
    ClassDefinition,
    External,
    FunctionDefinition,
    ModuleDefinition,
)
from schemalint.frontends.python_source.limits import MAXIMUM_STEPS, Exhausted
from schemalint.frontends.python_source.values import (
    BoundFunction,
    Call,
    Lambda,
    Member,
    Reference,
    Scope,
    Unknown,
    Value,
    truth,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_source.evaluate import Evaluator

_PROPERTIES = frozenset({"property", "cached_property", "classproperty", "lazy_property"})
_MAXIMUM_STATEMENTS = 40


def prepared(evaluator: Evaluator, node: ast.Call, scope: Scope) -> Call:
    """A call with its function and arguments evaluated, itself not."""
    function = evaluator.value(node.func, scope)
    complete = True
    arguments: list[Value] = []
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            items = builtin_calls.items(evaluator.value(argument.value, scope))
            complete = complete and items is not None
            arguments += items or []
        else:
            arguments.append(evaluator.value(argument, scope))
    keywords: dict[str, Value] = {}
    for keyword in node.keywords:
        value = evaluator.value(keyword.value, scope)
        if keyword.arg is not None:
            keywords[keyword.arg] = value
        elif isinstance(value, dict) and all(isinstance(key, str) for key in value):
            keywords.update(value)
        else:
            complete = False
    while isinstance(function, Call) and function.name == "functools.partial" and function.arguments:
        complete = complete and function.complete
        arguments = [*function.arguments[1:], *arguments]
        keywords = {**function.keywords, **keywords}
        function = function.arguments[0]
    return Call(
        function=function,
        arguments=tuple(arguments),
        keywords=keywords,
        node=node,
        module=scope.module,
        complete=complete,
    )


def call(evaluator: Evaluator, node: ast.Call, scope: Scope) -> Value:
    """The value of a call; the call itself where that is not certain."""
    if scope.followed:
        value = container_changes.by_method(evaluator, node, scope)
        if value is not ...:
            return value
    return called(evaluator, prepared(evaluator, node, scope))


def called(evaluator: Evaluator, made: Call) -> Value:
    """The value of a call whose function and arguments are known."""
    function = made.function
    if isinstance(function, Unknown):
        return function
    if isinstance(function, Reference) and isinstance(function.definition, FunctionDefinition):
        return _followed(evaluator, function.definition, made)
    if isinstance(function, BoundFunction):
        bound = Call(
            function=Reference(function.function),
            arguments=(function.owner, *made.arguments),
            keywords=made.keywords,
            node=made.node,
            module=made.module,
            complete=made.complete,
        )
        value = _followed(evaluator, function.function, bound)
        return made if value is bound else value
    if isinstance(function, Lambda):
        return _lambda(evaluator, function, made)
    if isinstance(function, builtin_calls.Builtin) and function.name == "getattr":
        return _attribute_by_name(evaluator, made)
    if isinstance(function, Reference) and isinstance(function.definition, External):
        value = evaluator.known_call(made)
        if value is not ...:
            return value
    return builtin_calls.called(made)


def _attribute_by_name(evaluator: Evaluator, made: Call) -> Value:
    """`getattr(owner, name, default)`; the default where nothing of that name is known."""
    if len(made.arguments) not in (2, 3) or not isinstance(made.arguments[1], str):
        return made
    found = evaluator.attribute(made.arguments[0], made.arguments[1])
    if len(made.arguments) == 3 and _is_unknown(found):
        return made.arguments[2]
    return found


def _is_unknown(value: Value) -> bool:
    if isinstance(value, Reference):
        return isinstance(value.definition, External)
    return isinstance(value, Unknown | Member)


def _lambda(evaluator: Evaluator, function: Lambda, made: Call) -> Value:
    names = _parameters(evaluator, function.node.args, Scope(module=function.module), made)
    if names is None or not made.complete:
        return Unknown("a call of a lambda")
    return evaluator.value(function.node.body, Scope(module=function.module, names=names))


def _followed(evaluator: Evaluator, function: FunctionDefinition, made: Call) -> Value:
    """What a project's function returns; the call itself where that is not certain."""
    asynchronous = isinstance(function.node, ast.AsyncFunctionDef)
    if asynchronous or not made.complete or _is_decorated(function.node):
        return made
    if len(function.node.body) > _MAXIMUM_STATEMENTS:
        return made
    names = parameters(evaluator, function, made)
    if names is None:
        return made
    scope = followed_scope(function, names, made)
    try:
        value = _returned(evaluator, function, function.node.body, scope)
    except container_changes.NotFollowed:
        return made
    return made if value is ... or isinstance(value, Unknown) else value


def followed_scope(function: FunctionDefinition, names: dict[str, Value], made: Call) -> Scope:
    """Where the statements of a function stand that a call runs."""
    given = (*made.arguments, *made.keywords.values())
    lent = tuple(value for value in given if isinstance(value, list | dict))
    return Scope(module=function.module, names=names, followed=True, lent=lent)


def _is_decorated(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether something may stand between a call and the body; properties and caches do not matter."""
    for decorator in node.decorator_list:
        name = _name(decorator)
        if name not in _PROPERTIES and name not in ("staticmethod", "classmethod", "lru_cache", "cache"):
            return True
    return False


def _name(decorator: ast.expr) -> str:
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    if isinstance(target, ast.Attribute):
        return target.attr
    return target.id if isinstance(target, ast.Name) else ""


def _returned(
    evaluator: Evaluator, function: FunctionDefinition, body: list[ast.stmt], scope: Scope
) -> Value:
    """What the statements return; `...` where they end without a return, Unknown where that is unsure."""
    names = statements.names_of(scope)
    for statement in body:
        match statement:
            case ast.Return(value=None):
                return None
            case ast.Return(value=ast.expr() as result):
                return evaluator.value(result, scope)
            case ast.Import() | ast.ImportFrom():
                for name in bindings([statement]).names:
                    names[name] = evaluator.imported(function.module, statement, name)
            case ast.FunctionDef(name=name):
                names[name] = _inner_function(function, statement, names)
            case ast.If():
                answer = truth(evaluator.value(statement.test, scope))
                if answer is None:
                    return Unknown("a condition")
                value = _returned(evaluator, function, statement.body if answer else statement.orelse, scope)
                if value is not ...:
                    return value
            case ast.For():
                value = _repeated(evaluator, function, statement, scope)
                if value is not ...:
                    return value
            case _:
                if not statements.done(evaluator, statement, scope):
                    return Unknown("a function that does more than to return")
    return ...


def _repeated(evaluator: Evaluator, function: FunctionDefinition, loop: ast.For, scope: Scope) -> Value:
    """What a loop over values that are known returns."""
    items = evaluator.items(evaluator.value(loop.iter, scope))
    if items is None:
        return Unknown("a loop over unknown values")
    for item in items:
        evaluator.steps += 1
        if evaluator.steps > MAXIMUM_STEPS:
            raise Exhausted
        if not containers.bind(loop.target, item, statements.names_of(scope)):
            return Unknown("a loop over unknown values")
        value = _returned(evaluator, function, loop.body, scope)
        if value is not ...:
            return value
    return _returned(evaluator, function, loop.orelse, scope)


def _inner_function(function: FunctionDefinition, node: ast.FunctionDef, names: dict[str, Value]) -> Value:
    """A function within a function, where it uses no name of that one: it is read as one of the module."""
    if any(isinstance(inner, ast.Name) and inner.id in names for inner in ast.walk(node)):
        return Unknown("a function that depends on a call")
    return Reference(FunctionDefinition(f"{function.name}.{node.name}", function.module, node))


def member_of_instance(evaluator: Evaluator, owner: Call, name: str) -> Value:
    """`owner.name`, where `owner` is made by a call of a project's class."""
    assert isinstance(owner.function, Reference)
    cls = owner.function.definition
    assert isinstance(cls, ClassDefinition)
    member = evaluator.project.member(cls, name)
    if isinstance(member, FunctionDefinition):
        if _is_property(member.node):
            made = Call(function=Reference(member), arguments=(owner,), node=owner.node, module=owner.module)
            value = _followed(evaluator, member, made)
            return Unknown(f"the property {name}") if value is made else value
        return BoundFunction(owner, member)
    if isinstance(member, Assigned):
        return evaluator.defined(member)
    if member is not None:
        return Reference(member)
    return _set_by_constructor(evaluator, cls, owner, name)


def is_class_method(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a method is given the class that it is called on."""
    return any(_name(decorator) == "classmethod" for decorator in node.decorator_list)


def _is_property(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(
        (decorator.attr if isinstance(decorator, ast.Attribute) else getattr(decorator, "id", ""))
        in _PROPERTIES
        for decorator in node.decorator_list
    )


def _set_by_constructor(evaluator: Evaluator, cls: ClassDefinition, owner: Call, name: str) -> Value:
    """An attribute that `__init__` sets in so many words."""
    constructor = evaluator.project.member(cls, "__init__")
    if isinstance(constructor, FunctionDefinition):
        for statement in constructor.node.body:
            match statement:
                case ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self"), attr=attribute)]) if (
                    attribute == name
                ):
                    made = Call(
                        function=owner.function,
                        arguments=(owner, *owner.arguments),
                        keywords=owner.keywords,
                        node=owner.node,
                        module=owner.module,
                        complete=owner.complete,
                    )
                    names = parameters(evaluator, constructor, made)
                    if names is not None:
                        scope = Scope(module=constructor.module, names=names)
                        return evaluator.value(statement.value, scope)
    return Member(owner, name)


def attribute_by_hook(evaluator: Evaluator, module: ModuleDefinition, name: str) -> Value:
    """`module.name` where the module has no such name but a function `__getattr__`."""
    hook = evaluator.project.member(module, "__getattr__")
    if not isinstance(hook, FunctionDefinition) or not hook.node.args.args:
        return Unknown(f"the name {module.name}.{name}")
    names: dict[str, Value] = {hook.node.args.args[0].arg: name}
    value = _returned(evaluator, hook, hook.node.body, Scope(module=hook.module, names=names, followed=True))
    return Unknown(f"the name {module.name}.{name}") if value is ... else value


def parameters(evaluator: Evaluator, function: FunctionDefinition, made: Call) -> dict[str, Value] | None:
    """The parameters of a function as a call sets them; None where the two don't fit."""
    return _parameters(evaluator, function.node.args, Scope(module=function.module), made)


def _parameters(
    evaluator: Evaluator, arguments: ast.arguments, scope: Scope, made: Call
) -> dict[str, Value] | None:
    positional = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    if len(made.arguments) > len(positional) and arguments.vararg is None:
        return None
    names: dict[str, Value] = {}
    for name, default in zip(reversed(positional), reversed(arguments.defaults), strict=False):
        names[name] = evaluator.value(default, scope)
    for keyword, default_or_none in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if default_or_none is not None:
            names[keyword.arg] = evaluator.value(default_or_none, scope)
    names.update(zip(positional, made.arguments, strict=False))
    if arguments.vararg is not None:
        names[arguments.vararg.arg] = tuple(made.arguments[len(positional) :])
    expected = {*positional, *(keyword.arg for keyword in arguments.kwonlyargs)}
    names.update({name: value for name, value in made.keywords.items() if name in expected})
    rest = {name: value for name, value in made.keywords.items() if name not in expected}
    if arguments.kwarg is not None:
        names[arguments.kwarg.arg] = rest
    elif rest:
        return None
    return names if all(name in names for name in expected) else None
