"""Calls of functions that the program defines: parameters, the body, what it returns or yields."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter import forks
from schemalint.frontends.python_interpreter.frames import Frame
from schemalint.frontends.python_interpreter.functions import Function
from schemalint.frontends.python_interpreter.objects import Instance
from schemalint.frontends.python_interpreter.signals import LeftBody, Raised, Returned, Signal
from schemalint.frontends.python_interpreter.values import Arguments, PythonObject, Rest, Site, Unknown, Value

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

_MAXIMUM_YIELDS = 10_000
_DEEPEST_RECURSION = 25


def called_with(interpreter: Interpreter, function: Value, positional: list[Value], site: Site) -> Value:
    """A call with these arguments."""
    return interpreter.called(function, Arguments(positional=positional, site=site))


def run(interpreter: Interpreter, function: Function, arguments: Arguments) -> Value:
    """The value of a call; a generator's are all that it yields.

    A function that calls itself on what is unknown would never end.
    """
    depth = interpreter.running.get(function.node, 0)
    if depth and (interpreter.branches or depth > _DEEPEST_RECURSION):
        return Unknown(f"what {function.name} gives, which calls itself")
    frame = _frame(interpreter, function, arguments)
    interpreter.running[function.node] = depth + 1
    try:
        if isinstance(function.node, ast.Lambda):
            return interpreter.evaluate(function.node.body, frame)
        if is_generator(function):
            return _yielded(interpreter, function, frame)
        return _finished(interpreter, function.node.body, frame)
    finally:
        interpreter.running[function.node] = depth


def _finished(interpreter: Interpreter, body: list[ast.stmt], frame: Frame) -> Value:
    try:
        interpreter.execute(body, frame)
        value = None
    except Returned as returned:
        value = returned.value
    except Raised:
        if not frame.returns:
            raise
        value = frame.returns[0]  # where it perhaps returned before, it did: histories have been run
    finally:
        _settle_doubts(interpreter, frame)
    for other in frame.returns:
        value = forks.merged(value, other, frame.doubts[0] if frame.doubts else Unknown())
    return value


def _settle_doubts(interpreter: Interpreter, frame: Frame) -> None:
    doubts = interpreter.effects.doubts
    for doubt in frame.doubts:
        for place in range(len(doubts) - 1, -1, -1):
            if doubts[place] is doubt:
                del doubts[place]
                break


def _yielded(interpreter: Interpreter, function: Function, frame: Frame) -> Value:
    found: list[Value] = []

    def collect(value: Value) -> Value:
        if len(found) < _MAXIMUM_YIELDS:
            found.append(value)
        return None

    frame.on_yield = collect
    doubts = len(interpreter.effects.doubts)
    assert not isinstance(function.node, ast.Lambda)
    _finished(interpreter, function.node.body, frame)
    if frame.doubts or len(interpreter.effects.doubts) > doubts:
        found.append(Rest(frame.doubts[0] if frame.doubts else Unknown()))
    return found


def run_around(
    interpreter: Interpreter, function: Function, arguments: Arguments, body: Callable[[Value], None]
) -> None:
    """Run a generator function as a context manager: `body` takes the place of its `yield`.

    Where it depends on something undecided which `yield` it is, the body comes after the function.
    """
    frame = _frame(interpreter, function, arguments)
    entered = False
    undecided: list[Value] = []
    depth = len(interpreter.branches)

    def enter(value: Value) -> Value:
        nonlocal entered
        if len(interpreter.branches) > depth:
            undecided.append(value)
        elif not entered:
            entered = True
            try:
                body(value)
            except Raised:
                raise
            except Signal as signal:
                raise LeftBody(signal) from None
        return None

    frame.on_yield = enter
    assert not isinstance(function.node, ast.Lambda)
    try:
        interpreter.execute(function.node.body, frame)
    except Returned:
        pass
    except LeftBody as left:
        raise left.signal from None
    finally:
        _settle_doubts(interpreter, frame)
    if not entered:
        body(_after_all(undecided))


def _after_all(values: list[Value]) -> Value:
    """What was yielded on trial: one object of ours is still what it was, one of the program's may not be."""
    if len(values) == 1 and isinstance(values[0], PythonObject) and not isinstance(values[0], Instance):
        return values[0]
    return Unknown("what the context manager gives")


def run_perhaps(interpreter: Interpreter, function: Function, doubt: Unknown) -> None:
    """Run a function that something unknown was given, in case it is called there."""
    parameters = function.node.args
    count = len(parameters.posonlyargs) + len(parameters.args) - len(function.defaults)
    unknown: list[Value] = [Unknown("an argument") for _ in range(max(count, 0))]
    arguments = Arguments(positional=unknown, site=Site(function.module, function.node))
    if interpreter.depth > 20:
        return
    interpreter.depth += 1
    try:
        forks.perhaps(interpreter, function.frame, doubt, lambda: run(interpreter, function, arguments))
    finally:
        interpreter.depth -= 1


def is_generator(function: Function) -> bool:
    """Whether a function has a `yield` of its own."""
    node = function.node
    known = getattr(node, "_is_generator", None)
    if known is None:
        known = "yield" in function.module.file.text and _has_yield(list(ast.iter_child_nodes(node)))
        node._is_generator = known  # type: ignore[union-attr]
    return bool(known)


def _has_yield(waiting: list[ast.AST]) -> bool:
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            waiting += ast.iter_child_nodes(node)
    return False


def _frame(interpreter: Interpreter, function: Function, arguments: Arguments) -> Frame:
    """The frame of a call, with the parameters as the call sets them. Raised where the two don't fit."""
    frame = Frame(function.frame.module, function.frame)
    site = arguments.site
    elsewhere = site.module.path != function.module.path and function.owner is None
    frame.caller = site.caller or (site if elsewhere else None)
    variables = frame.variables
    node = function.node.args
    positional = [parameter.arg for parameter in (*node.posonlyargs, *node.args)]
    keyword_only = [parameter.arg for parameter in node.kwonlyargs]
    given = arguments.positional
    if not arguments.complete:
        for name in (*positional, *keyword_only):
            variables[name] = Unknown("an argument that is passed on")
    if function.defaults:
        for name, default in zip(positional[-len(function.defaults) :], function.defaults, strict=True):
            variables[name] = default
    variables.update(function.keyword_defaults)
    if len(given) > len(positional) and node.vararg is None:
        raise Raised("builtins.TypeError", f"too many arguments for {function.name}")
    variables.update(zip(positional, given, strict=False))
    if node.vararg is not None:
        rest: list[Value] = list(given[len(positional) :])
        if not arguments.complete:
            rest.append(Rest(Unknown("an argument that is passed on")))
        variables[node.vararg.arg] = tuple(rest)
    others: dict[Value, Value] = {}
    for name, value in arguments.keywords.items():
        if name in positional or name in keyword_only:
            variables[name] = value
        else:
            others[name] = value
    if node.kwarg is not None:
        if not arguments.complete:
            others[Rest(Unknown("an argument that is passed on"))] = Unknown("an argument")
        variables[node.kwarg.arg] = others
    for name in (*positional, *keyword_only):
        if name not in variables:
            variables[name] = Unknown(f"the argument {name}, which is not given")
    frame.owner = function.owner
    frame.receiver = given[0] if given else None
    return frame
