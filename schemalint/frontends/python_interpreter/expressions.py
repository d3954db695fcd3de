"""What each kind of expression is worth."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from schemalint.frontends.python_interpreter import forks, operators
from schemalint.frontends.python_interpreter.binding import bind, sure_items
from schemalint.frontends.python_interpreter.comprehensions import comprehension, dict_comprehension
from schemalint.frontends.python_interpreter.frames import Frame
from schemalint.frontends.python_interpreter.functions import Function
from schemalint.frontends.python_interpreter.namespaces import Namespace
from schemalint.frontends.python_interpreter.objects import SuperObject
from schemalint.frontends.python_interpreter.showing import shown
from schemalint.frontends.python_interpreter.signals import Raised
from schemalint.frontends.python_interpreter.values import (
    MISSING,
    Arguments,
    Missing,
    PartialText,
    PythonObject,
    Rest,
    Site,
    Unknown,
    Value,
    first_unknown,
    rest_of,
    text_of,
)
from schemalint.frontends.python_source import formatting
from schemalint.frontends.python_source.limits import is_large
from schemalint.frontends.python_source.operator_tables import FAULTS

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter


def _constant(interpreter: Interpreter, node: ast.Constant, frame: Frame) -> Value:
    return Unknown("a large number") if is_large(node.value) else node.value


def _name(interpreter: Interpreter, node: ast.Name, frame: Frame) -> Value:
    name = node.id
    return interpreter.look_up(frame.mangled(name) if name[:2] == "__" else name, frame)


def _attribute(interpreter: Interpreter, node: ast.Attribute, frame: Frame) -> Value:
    owner = interpreter.evaluate(node.value, frame)
    name = node.attr
    value = interpreter.attribute(owner, frame.mangled(name) if name[:2] == "__" else name)
    if value is MISSING:
        raise Raised("builtins.AttributeError", node.attr)
    return value


def _elements(interpreter: Interpreter, nodes: list[ast.expr], frame: Frame) -> list[Value]:
    found: list[Value] = []
    for node in nodes:
        if isinstance(node, ast.Starred):
            items = interpreter.items(interpreter.evaluate(node.value, frame))
            found += [Rest(items)] if isinstance(items, Unknown) else items
        else:
            found.append(interpreter.evaluate(node, frame))
    return found


def _list(interpreter: Interpreter, node: ast.List, frame: Frame) -> Value:
    return _elements(interpreter, node.elts, frame)


def _tuple(interpreter: Interpreter, node: ast.Tuple, frame: Frame) -> Value:
    return interpreter.weighed(tuple(_elements(interpreter, node.elts, frame)))


def _set(interpreter: Interpreter, node: ast.Set, frame: Frame) -> Value:
    try:
        return set(_elements(interpreter, node.elts, frame))
    except TypeError:
        return Unknown("a set of what is not hashable")


def _dict(interpreter: Interpreter, node: ast.Dict, frame: Frame) -> Value:
    found: dict[Value, Value] = {}
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        value = interpreter.evaluate(value_node, frame)
        if key_node is None:
            if isinstance(value, dict):
                found.update(value)
            else:
                unknown = first_unknown(value) or Unknown("a dictionary with unknown entries")
                found[Rest(unknown)] = unknown
            continue
        key = interpreter.evaluate(key_node, frame)
        try:
            found[key] = value
        except TypeError:
            return Unknown("a dictionary with keys that are not hashable")
    return found


def _joined(interpreter: Interpreter, node: ast.JoinedStr, frame: Frame) -> Value:
    parts: list[str] = []
    unknown: Unknown | None = None
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            value = interpreter.evaluate(part.value, frame)
            specification = interpreter.evaluate(part.format_spec, frame) if part.format_spec else ""
            text = formatted(interpreter, value, part.conversion, specification)
        else:
            text = interpreter.evaluate(part, frame)
        if isinstance(text, Unknown):
            unknown = unknown or text
        parts.append(text_of(text))
    joined = formatting.joined(parts)
    if joined is None:
        return unknown or Unknown("a long string")
    return joined if unknown is None else PartialText(joined, unknown)


def formatted(interpreter: Interpreter, value: Value, conversion: int, specification: Value) -> Value:
    """One replacement field of an f-string."""
    if isinstance(value, PythonObject):
        if isinstance(value, Unknown):
            return value
        value = shown(interpreter, value)
        if isinstance(value, Unknown):
            return value
    text = formatting.formatted(value, conversion, specification)
    return text if text is not None else first_unknown(value) or Unknown("a string with unknown parts")


def _binary(interpreter: Interpreter, node: ast.BinOp, frame: Frame) -> Value:
    chain = [node]
    while isinstance(chain[-1].left, ast.BinOp):
        chain.append(chain[-1].left)
    value = interpreter.evaluate(chain[-1].left, frame)
    for step in reversed(chain):
        interpreter.tick()
        right = interpreter.evaluate(step.right, frame)
        value = interpreter.weighed(operators.binary(interpreter, type(step.op), value, right))
    return value


def _unary(interpreter: Interpreter, node: ast.UnaryOp, frame: Frame) -> Value:
    value = interpreter.evaluate(node.operand, frame)
    if isinstance(node.op, ast.Not):
        truth = interpreter.truth(value)
        return truth if isinstance(truth, Unknown) else not truth
    symbol = {ast.USub: "-", ast.UAdd: "+", ast.Invert: "~"}[type(node.op)]
    if isinstance(value, PythonObject):
        return value.unary(interpreter, symbol)
    if not isinstance(value, int | float):
        return Unknown(f"the operator {symbol}")
    if symbol == "-":
        return -value
    return value if symbol == "+" or isinstance(value, float) else ~value


def _boolean(interpreter: Interpreter, node: ast.BoolOp, frame: Frame) -> Value:
    """Where an operand can't be decided, a later one still may: `unknown and False` is false."""
    wanted = isinstance(node.op, ast.Or)
    doubt: Unknown | None = None
    value: Value = None
    for position, operand in enumerate(node.values):
        if doubt is None:
            value = interpreter.evaluate(operand, frame)
        else:
            value = _tried_value(interpreter, operand, frame, doubt)
        if position == len(node.values) - 1 and doubt is None:
            return value
        truth = interpreter.truth(value)
        if isinstance(truth, Unknown):
            doubt = truth if doubt is None or not truth.about_catalog else doubt
        elif truth is wanted:
            return value if doubt is None else wanted
    return doubt if doubt is not None else value


def _tried_value(interpreter: Interpreter, node: ast.expr, frame: Frame, doubt: Unknown) -> Value:
    """The value of an expression that may not be evaluated at all, without what evaluating it changes."""
    found: list[Value] = [doubt]

    def evaluate() -> None:
        found[0] = interpreter.evaluate(node, frame)

    forks.perhaps(interpreter, frame, doubt, evaluate)
    return found[0]


def _compare(interpreter: Interpreter, node: ast.Compare, frame: Frame) -> Value:
    left = interpreter.evaluate(node.left, frame)
    value: Value = True
    for operation, right_node in zip(node.ops, node.comparators, strict=True):
        right = interpreter.evaluate(right_node, frame)
        value = operators.compare(
            interpreter, operation, interpreter.weighed(left), interpreter.weighed(right)
        )
        if len(node.ops) == 1:
            return value
        truth = interpreter.truth(value)
        if truth is not True:
            return value
        left = right
    return value


def _conditional(interpreter: Interpreter, node: ast.IfExp, frame: Frame) -> Value:
    truth = interpreter.truth(interpreter.evaluate(node.test, frame))
    if isinstance(truth, Unknown):
        one = _tried_value(interpreter, node.body, frame, truth)
        other = _tried_value(interpreter, node.orelse, frame, truth)
        return forks.merged(one, other, truth)
    return interpreter.evaluate(node.body if truth else node.orelse, frame)


def _subscript(interpreter: Interpreter, node: ast.Subscript, frame: Frame) -> Value:
    owner = interpreter.evaluate(node.value, frame)
    if isinstance(node.slice, ast.Slice):
        edges = [
            interpreter.evaluate(edge, frame) if edge is not None else None
            for edge in (node.slice.lower, node.slice.upper, node.slice.step)
        ]
        if isinstance(owner, list | tuple) and (rest := rest_of(owner)):
            return rest
        if not isinstance(owner, list | tuple | str | bytes) or not all(
            edge is None or isinstance(edge, int) for edge in edges
        ):
            return first_unknown([owner, *edges]) or Unknown("a part of what is unknown")
        try:
            return interpreter.weighed(owner[slice(*edges)])
        except ValueError:
            return Unknown("a part of a sequence")
    key = interpreter.evaluate(node.slice, frame)
    return element(interpreter, owner, key, Site(frame.module.source, node, frame.caller))


def element(interpreter: Interpreter, owner: Value, key: Value, site: Site) -> Value:
    """`owner[key]`."""
    if isinstance(owner, PythonObject):
        return owner.item(interpreter, key)
    if isinstance(key, Unknown):
        return key
    if isinstance(owner, list | tuple) and (rest := rest_of(owner)) and isinstance(key, int):
        sure = next(place for place, value in enumerate(owner) if isinstance(value, Rest))
        return owner[key] if 0 <= key < sure else rest
    try:
        if isinstance(owner, list | tuple | str | bytes | dict):
            return owner[key]
    except FAULTS as error:
        if isinstance(owner, dict):
            factory = getattr(owner, "factory", None)
            if factory is not None:
                interpreter.record(owner, key)
                owner[key] = interpreter.called(factory, Arguments(positional=[], site=site))
                return owner[key]
            if rest := rest_of(owner):
                return rest
        if isinstance(error, LookupError):
            raise Raised(f"builtins.{type(error).__name__}", key) from None
    return Unknown("an element")


def _call(interpreter: Interpreter, node: ast.Call, frame: Frame) -> Value:
    function = interpreter.evaluate(node.func, frame)
    if isinstance(node.func, ast.Name) and not node.args:
        if node.func.id == "super":
            return _super(frame)
        if node.func.id == "globals":
            return Namespace(frame.module.frame.variables)
    arguments = evaluated_arguments(interpreter, node, frame)
    if isinstance(function, Missing):
        return Unknown("a call of what is missing")
    return interpreter.called(function, arguments)


def _super(frame: Frame) -> Value:
    here: Frame | None = frame
    while here is not None and here.owner is None:
        here = here.outer
    if here is None or here.owner is None:
        return Unknown("super()")
    return SuperObject(here.owner, here.receiver)


def evaluated_arguments(interpreter: Interpreter, node: ast.Call, frame: Frame) -> Arguments:
    """What a call passes."""
    complete = True
    positional: list[Value] = []
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            sure, doubt = sure_items(interpreter, interpreter.evaluate(argument.value, frame))
            positional += sure
            complete = complete and doubt is None
        else:
            positional.append(interpreter.evaluate(argument, frame))
    keywords: dict[str, Value] = {}
    for keyword in node.keywords:
        value = interpreter.evaluate(keyword.value, frame)
        if keyword.arg is not None:
            keywords[keyword.arg] = value
        elif isinstance(value, dict):
            keywords.update({key: entry for key, entry in value.items() if isinstance(key, str)})
            complete = complete and rest_of(value) is None
        else:
            complete = False
    return Arguments(
        positional=positional,
        keywords=keywords,
        site=Site(frame.module.source, node, frame.caller),
        complete=complete,
    )


def _lambda(interpreter: Interpreter, node: ast.Lambda, frame: Frame) -> Value:
    return defined(interpreter, node, frame)


def defined(
    interpreter: Interpreter, node: ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame
) -> Function:
    """The function that a definition makes, without its decorators."""
    defaults = [interpreter.evaluate(default, frame) for default in node.args.defaults]
    keyword_defaults = {
        parameter.arg: interpreter.evaluate(default, frame)
        for parameter, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        if default is not None
    }
    outer = frame.visible_from_inside()
    assert outer is not None
    return Function(node, outer, defaults, keyword_defaults)


def _named(interpreter: Interpreter, node: ast.NamedExpr, frame: Frame) -> Value:
    value = interpreter.evaluate(node.value, frame)
    bind(interpreter, node.target, value, frame)
    return value


def _awaited(interpreter: Interpreter, node: ast.Await, frame: Frame) -> Value:
    return interpreter.evaluate(node.value, frame)


def _yield(interpreter: Interpreter, node: ast.Yield, frame: Frame) -> Value:
    value = interpreter.evaluate(node.value, frame) if node.value is not None else None
    return _passed_out(frame, value)


def _yield_from(interpreter: Interpreter, node: ast.YieldFrom, frame: Frame) -> Value:
    sure, doubt = sure_items(interpreter, interpreter.evaluate(node.value, frame))
    for item in sure:
        _passed_out(frame, item)
    if doubt is not None:
        _passed_out(frame, Rest(doubt))
    return Unknown("what a generator returns")


def _passed_out(frame: Frame, value: Value) -> Value:
    here: Frame | None = frame
    while here is not None and here.on_yield is None:
        here = here.outer
    return here.on_yield(value) if here is not None and here.on_yield is not None else None


EXPRESSIONS: dict[type[ast.expr], Callable[[Interpreter, Any, Frame], Value]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.List: _list,
    ast.Tuple: _tuple,
    ast.Set: _set,
    ast.Dict: _dict,
    ast.JoinedStr: _joined,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolean,
    ast.Compare: _compare,
    ast.IfExp: _conditional,
    ast.Subscript: _subscript,
    ast.ListComp: comprehension,
    ast.SetComp: comprehension,
    ast.GeneratorExp: comprehension,
    ast.DictComp: dict_comprehension,
    ast.Lambda: _lambda,
    ast.NamedExpr: _named,
    ast.Await: _awaited,
    ast.Yield: _yield,
    ast.YieldFrom: _yield_from,
}
