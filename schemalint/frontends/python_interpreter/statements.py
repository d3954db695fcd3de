"""What each kind of statement does."""

from __future__ import annotations

import ast
import builtins as python
import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from schemalint.frontends.python_interpreter import deferral, definitions, forks, imports, operators
from schemalint.frontends.python_interpreter.binding import bind, sure_items
from schemalint.frontends.python_interpreter.frames import Frame
from schemalint.frontends.python_interpreter.objects import ClassObject, Instance, NativeClass
from schemalint.frontends.python_interpreter.signals import Broke, Continued, Exhausted, Raised, Returned
from schemalint.frontends.python_interpreter.values import (
    External,
    Native,
    PythonObject,
    Rest,
    Unknown,
    Value,
    is_known,
)

if TYPE_CHECKING:
    from schemalint.frontends.python_interpreter.interpreter import Interpreter

_MAXIMUM_ROUNDS = 10_000


def _expression(interpreter: Interpreter, node: ast.Expr, frame: Frame) -> None:
    if not deferral.changes_no_table(interpreter, node, frame):
        interpreter.evaluate(node.value, frame)


def _assign(interpreter: Interpreter, node: ast.Assign, frame: Frame) -> None:
    if deferral.put_off(interpreter, node, frame):
        return
    value = interpreter.evaluate(node.value, frame)
    for target in node.targets:
        bind(interpreter, target, value, frame)


def _annotated(interpreter: Interpreter, node: ast.AnnAssign, frame: Frame) -> None:
    if frame.is_class and isinstance(node.target, ast.Name) and frame.owner is not None:
        frame.owner.annotations[node.target.id] = node.annotation
        frame.owner.annotation_places[node.target.id] = len(frame.variables)
    if node.value is not None:
        if deferral.put_off(interpreter, node, frame):
            return
        bind(interpreter, node.target, interpreter.evaluate(node.value, frame), frame)


def _augmented(interpreter: Interpreter, node: ast.AugAssign, frame: Frame) -> None:
    target = node.target
    reading: ast.expr = ast.copy_location(_as_load(target), target)
    before = interpreter.evaluate(reading, frame)
    value = interpreter.evaluate(node.value, frame)
    if isinstance(before, list) and isinstance(node.op, ast.Add):
        sure, doubt = sure_items(interpreter, value)
        interpreter.record(before)
        if len(before) + len(sure) > operators.MAXIMUM_LENGTH:
            raise Exhausted
        before += sure if doubt is None else [*sure, Rest(doubt)]
        interpreter.weighed(before)
        return
    if isinstance(before, dict) and isinstance(node.op, ast.BitOr) and isinstance(value, dict):
        for key, entry in value.items():
            interpreter.record(before, key)
            before[key] = entry
        return
    bind(interpreter, target, operators.binary(interpreter, type(node.op), before, value), frame)


def _as_load(target: ast.expr) -> ast.expr:
    match target:
        case ast.Name(id=name):
            return ast.Name(id=name, ctx=ast.Load())
        case ast.Attribute(value=owner, attr=name):
            return ast.Attribute(value=owner, attr=name, ctx=ast.Load())
        case ast.Subscript(value=owner, slice=key):
            return ast.Subscript(value=owner, slice=key, ctx=ast.Load())
    return target


def _delete(interpreter: Interpreter, node: ast.Delete, frame: Frame) -> None:
    for target in node.targets:
        match target:
            case ast.Name(id=name):
                interpreter.record(frame.variables, name)
                frame.variables.pop(name, None)
            case ast.Subscript(value=owner_node, slice=slice_node) if not isinstance(slice_node, ast.Slice):
                owner = interpreter.evaluate(owner_node, frame)
                key = interpreter.evaluate(slice_node, frame)
                if isinstance(owner, dict) and is_known(key):
                    interpreter.record(owner, key)
                    owner.pop(key, None)
                elif isinstance(owner, list) and isinstance(key, int) and -len(owner) <= key < len(owner):
                    interpreter.record(owner)
                    del owner[key]


def _if(interpreter: Interpreter, node: ast.If, frame: Frame) -> None:
    truth = interpreter.truth(interpreter.evaluate(node.test, frame))
    if not isinstance(truth, Unknown):
        interpreter.execute(node.body if truth else node.orelse, frame)
        return
    forks.decide_later(
        interpreter,
        frame,
        truth,
        [lambda: interpreter.execute(node.body, frame), lambda: interpreter.execute(node.orelse, frame)],
    )


def _for(interpreter: Interpreter, node: ast.For | ast.AsyncFor, frame: Frame) -> None:
    sure, doubt = sure_items(interpreter, interpreter.evaluate(node.iter, frame))
    doubts = len(frame.doubts)
    try:
        if len(sure) > _MAXIMUM_ROUNDS:
            raise Exhausted
        for item in sure:
            interpreter.tick()
            bind(interpreter, node.target, item, frame)
            try:
                interpreter.execute(node.body, frame)
            except Continued:
                continue
        if doubt is not None:
            _unknown_round(interpreter, node, doubt, frame)
    except Broke:
        pass
    else:
        interpreter.execute(node.orelse, frame)
    _end_of_loop(interpreter, frame, doubts)


def _unknown_round(
    interpreter: Interpreter, node: ast.For | ast.AsyncFor, doubt: Unknown, frame: Frame
) -> None:
    """A loop that runs an unknown number of times, tried once with an unknown element."""

    def once() -> None:
        bind(interpreter, node.target, Unknown(doubt.reason, about_catalog=doubt.about_catalog), frame)
        with contextlib.suppress(Broke, Continued):
            interpreter.execute(node.body, frame)

    forks.perhaps(interpreter, frame, doubt, once)


def _end_of_loop(interpreter: Interpreter, frame: Frame, doubts: int) -> None:
    """What an undecided `break` or `continue` made doubtful is certain again behind the loop."""
    if not frame.returns:
        while len(frame.doubts) > doubts:
            gone = frame.doubts.pop()
            if gone in interpreter.effects.doubts:
                interpreter.effects.doubts.remove(gone)


def _while(interpreter: Interpreter, node: ast.While, frame: Frame) -> None:
    doubts = len(frame.doubts)
    try:
        for _ in range(_MAXIMUM_ROUNDS):
            truth = interpreter.truth(interpreter.evaluate(node.test, frame))
            if isinstance(truth, Unknown):
                forks.perhaps(interpreter, frame, truth, lambda: _body_once(interpreter, node, frame))
                break
            if not truth:
                break
            before = len(frame.doubts)
            with contextlib.suppress(Continued):
                interpreter.execute(node.body, frame)
            if len(frame.doubts) > before:  # an undecided `break`: once stands for all
                break
        else:
            raise Exhausted
    except Broke:
        pass
    else:
        interpreter.execute(node.orelse, frame)
    _end_of_loop(interpreter, frame, doubts)


def _body_once(interpreter: Interpreter, node: ast.While, frame: Frame) -> None:
    with contextlib.suppress(Broke, Continued):
        interpreter.execute(node.body, frame)


def _with(interpreter: Interpreter, node: ast.With | ast.AsyncWith, frame: Frame) -> None:
    _enter(interpreter, node, 0, frame)


def _enter(interpreter: Interpreter, node: ast.With | ast.AsyncWith, place: int, frame: Frame) -> None:
    if place == len(node.items):
        interpreter.execute(node.body, frame)
        return
    item = node.items[place]
    manager = interpreter.evaluate(item.context_expr, frame)

    def body(value: Value) -> None:
        if item.optional_vars is not None:
            bind(interpreter, item.optional_vars, value, frame)
        _enter(interpreter, node, place + 1, frame)

    if isinstance(manager, Instance):
        definitions.enter_instance(interpreter, manager, body)
    elif isinstance(manager, PythonObject):
        manager.enter(interpreter, body)
    else:
        body(Unknown("what a context manager gives"))


def _try(interpreter: Interpreter, node: ast.Try, frame: Frame) -> None:
    try:
        interpreter.attempts += bool(node.handlers)
        try:
            interpreter.execute(node.body, frame)
        finally:
            interpreter.attempts -= bool(node.handlers)
    except Raised as raised:
        _handle(interpreter, node, raised, frame)
    else:
        interpreter.execute(node.orelse, frame)
    finally:
        if node.finalbody:
            interpreter.execute(node.finalbody, frame)


def _handle(interpreter: Interpreter, node: ast.Try, raised: Raised, frame: Frame) -> None:
    for handler in node.handlers:
        kind = interpreter.evaluate(handler.type, frame) if handler.type is not None else None
        if handler.type is None or catches(kind, raised):
            if handler.name is not None:
                interpreter.bind(handler.name, Unknown("an exception"), frame)
            try:
                interpreter.execute(handler.body, frame)
            except Raised as again:
                raise (raised if again.name == "" and again.value is None else again) from None
            return
    raise raised


def catches(kind: Value, raised: Raised) -> bool:
    """Whether a handler for `kind` handles an exception."""
    if isinstance(kind, tuple | list):
        return any(catches(one, raised) for one in kind)
    name = kind.name if isinstance(kind, External | NativeClass | ClassObject | Native) else ""
    last = name.rpartition(".")[2]
    if last in ("Exception", "BaseException") or not raised.name or isinstance(kind, Unknown):
        return True
    if isinstance(raised.value, Instance) and isinstance(kind, ClassObject):
        return raised.value.cls.is_subclass(kind) is not False
    if name == raised.name or last == raised.name.rpartition(".")[2]:
        return True
    if raised.name.startswith("builtins."):
        mine, theirs = getattr(python, raised.name[9:], None), getattr(python, last, None)
        return isinstance(mine, type) and isinstance(theirs, type) and issubclass(mine, theirs)
    if raised.name.startswith("sqlalchemy.exc."):
        return last.endswith("Error") and name.split(".")[0] != "builtins"
    return False


def _raise(interpreter: Interpreter, node: ast.Raise, frame: Frame) -> None:
    value = interpreter.evaluate(node.exc, frame) if node.exc is not None else None
    raise Raised(exception_name(value), value, meant=True)


def exception_name(value: Value) -> str:
    """The dotted name of the class of what is raised."""
    if isinstance(value, Instance):
        return value.cls.name
    if isinstance(value, External | NativeClass | ClassObject):
        return value.name
    return getattr(value, "exception_name", "")


def _return(interpreter: Interpreter, node: ast.Return, frame: Frame) -> None:
    raise Returned(interpreter.evaluate(node.value, frame) if node.value is not None else None)


def _break(interpreter: Interpreter, node: ast.Break, frame: Frame) -> None:
    raise Broke


def _continue(interpreter: Interpreter, node: ast.Continue, frame: Frame) -> None:
    raise Continued


def _assert(interpreter: Interpreter, node: ast.Assert, frame: Frame) -> None:
    if interpreter.truth(interpreter.evaluate(node.test, frame)) is False:
        raise Raised("builtins.AssertionError")


def _global(interpreter: Interpreter, node: ast.Global, frame: Frame) -> None:
    frame.global_names.update(node.names)


def _nonlocal(interpreter: Interpreter, node: ast.Nonlocal, frame: Frame) -> None:
    frame.nonlocal_names.update(node.names)


def _match(interpreter: Interpreter, node: ast.Match, frame: Frame) -> None:
    subject = interpreter.evaluate(node.subject, frame)
    for case in node.cases:
        answer = _matches(interpreter, case.pattern, subject, frame)
        if answer is True and case.guard is not None:
            answer = interpreter.truth(interpreter.evaluate(case.guard, frame))
        if isinstance(answer, Unknown):
            doubt = answer
            branches = [_branch(interpreter, other.body, frame) for other in node.cases]
            forks.decide_later(interpreter, frame, doubt, [*branches, lambda: None])
            return
        if answer:
            interpreter.execute(case.body, frame)
            return


def _branch(interpreter: Interpreter, body: list[ast.stmt], frame: Frame) -> Callable[[], object]:
    return lambda: interpreter.execute(body, frame)


def _matches(interpreter: Interpreter, pattern: ast.pattern, subject: Value, frame: Frame) -> bool | Unknown:
    match pattern:
        case ast.MatchValue(value=node):
            value = operators.equal(interpreter, interpreter.evaluate(node, frame), subject)
            return interpreter.truth(value)
        case ast.MatchSingleton(value=constant):
            return subject is constant if not isinstance(subject, Unknown) else subject
        case ast.MatchAs(pattern=inner, name=name):
            answer = _matches(interpreter, inner, subject, frame) if inner is not None else True
            if name is not None:
                interpreter.bind(name, subject, frame)
            return answer
        case ast.MatchOr(patterns=patterns):
            doubt: Unknown | None = None
            for one in patterns:
                answer = _matches(interpreter, one, subject, frame)
                if answer is True:
                    return True
                doubt = answer if isinstance(answer, Unknown) else doubt
            return doubt if doubt is not None else False
    return Unknown("a pattern")


def _class(interpreter: Interpreter, node: ast.ClassDef, frame: Frame) -> None:
    interpreter.bind(node.name, definitions.class_made(interpreter, node, frame), frame)


def _function(interpreter: Interpreter, node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame) -> None:
    if deferral.put_off_function(interpreter, node, frame):
        return
    interpreter.bind(node.name, definitions.function_made(interpreter, node, frame), frame)


def _import(interpreter: Interpreter, node: ast.Import, frame: Frame) -> None:
    imports.bind_import(interpreter, node, frame)


def _import_from(interpreter: Interpreter, node: ast.ImportFrom, frame: Frame) -> None:
    imports.bind_import_from(interpreter, node, frame)


STATEMENTS: dict[type[ast.stmt], Callable[[Interpreter, Any, Frame], None]] = {
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Delete: _delete,
    ast.If: _if,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.Raise: _raise,
    ast.Return: _return,
    ast.Break: _break,
    ast.Continue: _continue,
    ast.Assert: _assert,
    ast.Global: _global,
    ast.Nonlocal: _nonlocal,
    ast.Match: _match,
    ast.ClassDef: _class,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
}
