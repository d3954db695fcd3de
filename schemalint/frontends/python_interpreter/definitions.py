"""Classes and functions as their definitions make them, decorators included."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from schemalint.frontends.python_interpreter import expressions
from schemalint.frontends.python_interpreter.binding import sure_items
from schemalint.frontends.python_interpreter.frames import Frame
from schemalint.frontends.python_interpreter.functions import Function, Wrapped, Wrapper
from schemalint.frontends.python_interpreter.objects import ClassObject, Instance
from schemalint.frontends.python_interpreter.signals import Raised
from schemalint.frontends.python_interpreter.values import (
    Alias,
    Arguments,
    External,
    Missing,
    Native,
    PythonObject,
    Site,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


def function_made(
    interpreter: Interpreter, node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame
) -> Value:
    """The value of the name that a `def` binds."""
    function = expressions.defined(interpreter, node, frame)
    if frame.is_class:
        function.owner = frame.owner
    return _decorated(interpreter, node.decorator_list, function, frame)


def _decorated(interpreter: Interpreter, decorators: list[ast.expr], made: Value, frame: Frame) -> Value:
    """A decorator that is not known is taken to leave what it decorates as it is."""
    value = made
    for decorator_node in reversed(decorators):
        decorator = interpreter.evaluate(decorator_node, frame)
        if isinstance(decorator, External | Unknown | Missing) or not isinstance(decorator, PythonObject):
            continue
        site = Site(frame.module.source, decorator_node, frame.caller)
        result = interpreter.called(decorator, Arguments(positional=[value], site=site))
        known = isinstance(decorator, Native | Wrapper | Wrapped) or not isinstance(decorator, Function)
        if not isinstance(result, Unknown | Missing) and (known or result is not None):
            value = result
    return value


def class_made(interpreter: Interpreter, node: ast.ClassDef, frame: Frame) -> Value:
    """The class that a `class` statement makes."""
    bases: list[Value] = []
    for base_node in node.bases:
        if isinstance(base_node, ast.Starred):
            sure, _ = sure_items(interpreter, interpreter.evaluate(base_node.value, frame))
            bases += sure
        else:
            bases.append(interpreter.evaluate(base_node, frame))
    keywords = {
        keyword.arg: interpreter.evaluate(keyword.value, frame) for keyword in node.keywords if keyword.arg
    }
    plain = [base.origin if isinstance(base, Alias) else base for base in bases]
    body = Frame(frame.module, frame, is_class=True)
    body.caller = frame.caller
    site = Site(frame.module.source, node, frame.caller)
    cls = ClassObject(node.name, plain, body.variables, frame, site)
    body.owner = cls
    interpreter.execute(node.body, body)
    body.owner = None
    return _finished(interpreter, cls, node, keywords, frame)


def _finished(
    interpreter: Interpreter, cls: ClassObject, node: ast.ClassDef, keywords: dict[str, Value], frame: Frame
) -> Value:
    for native in list(cls.natives()):
        native.subclassed(interpreter, cls, keywords)
    interpreter.effects.class_made(interpreter, cls)
    _call_init_subclass(interpreter, cls, keywords)
    return _decorated(interpreter, node.decorator_list, cls, frame)


def _call_init_subclass(interpreter: Interpreter, cls: ClassObject, keywords: dict[str, Value]) -> None:
    for base in cls.order[1:]:
        if isinstance(base, ClassObject) and "__init_subclass__" in base.variables:
            value = base.variables["__init_subclass__"]
            function = value.function if isinstance(value, Wrapped) else value
            given = {name: value for name, value in keywords.items() if name != "metaclass"}
            arguments = Arguments(positional=[cls], keywords=given, site=cls.site)
            try:
                interpreter.called(function, arguments)
            except Raised:
                return
            return


def enter_instance(interpreter: Interpreter, manager: Instance, body: Callable[[Value], None]) -> None:
    """`with` on an instance of a class of the program."""
    enter = interpreter.attribute(manager, "__enter__")
    if isinstance(enter, Missing | Unknown):
        enter = interpreter.attribute(manager, "__aenter__")
    site = Site(manager.cls.site.module, manager.cls.site.node)
    value: Value = manager
    if not isinstance(enter, Missing | Unknown):
        value = interpreter.called(enter, Arguments(positional=[], site=site))
    try:
        body(value)
    finally:
        leave = interpreter.attribute(manager, "__exit__")
        if not isinstance(leave, Missing | Unknown):
            interpreter.called(leave, Arguments(positional=[None, None, None], site=site))
