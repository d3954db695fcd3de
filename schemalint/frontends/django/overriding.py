"""Operations of a project's classes that run what their base does: in a `try`, on some databases, one way."""

from __future__ import annotations

import ast
from typing import Literal

from schemalint.frontends.django.changes import Change, Overridden
from schemalint.frontends.django.constructors import first_method, own_classes
from schemalint.frontends.django.context import Context
from schemalint.frontends.django.python_code import Body
from schemalint.frontends.python_source.definitions import ClassDefinition, FunctionDefinition
from schemalint.frontends.python_source.values import Call, Reference, truth
from schemalint.knowledge.dialects import Dialect

_Way = Literal["database_forwards", "database_backwards"]
_WITHOUT_EFFECT = frozenset({"hints", "elidable"})
"""Attributes of operations that do not change what they do to the schema."""


def overridden(call: Call, change: Change, context: Context, dialect: Dialect) -> Change:
    """The change with what the class of its operation makes of it."""
    if not isinstance(call.function, Reference) or not isinstance(call.function.definition, ClassDefinition):
        return change
    classes = own_classes(call.function.definition, context.project)
    forwards = first_method(classes, "database_forwards", context.project)
    backwards = first_method(classes, "database_backwards", context.project)
    runs, may_fail = _runs_base(forwards, "database_forwards", context, dialect)
    is_undone, _ = _runs_base(backwards, "database_backwards", context, dialect)
    if backwards is not None and not any(isinstance(node, ast.Call) for node in ast.walk(backwards.node)):
        is_undone = False
    if runs and is_undone and not may_fail:
        return change
    return Overridden(
        span=change.span,
        irreversible=change.irreversible,
        meant=change.meant,
        change=change,
        may_fail=may_fail,
        runs=runs,
        is_undone=is_undone,
    )


def _runs_base(
    function: FunctionDefinition | None, way: _Way, context: Context, dialect: Dialect
) -> tuple[bool | None, bool]:
    """Whether a method runs the same method of its base, None for not known, and whether that may fail.

    One that never mentions it does something of its own, which is read elsewhere.
    """
    if function is None:
        return True, False
    may_fail = any(isinstance(node, ast.Try) for node in function.node.body)
    if not _mentions(function.node, way):
        return True, may_fail
    path = _Path(Body(function, context, dialect, first=1), way)
    path.follow(function.node.body)
    runs = path.runs_base()
    return None if runs and path.is_changed else runs, may_fail or path.asks_the_database


def _mentions(node: ast.AST, way: _Way) -> bool:
    return any(isinstance(inner, ast.Attribute) and inner.attr == way for inner in ast.walk(node))


class _Path:
    """The ways through a method, and which of them reach its base's.

    `is_changed` where it sets attributes of the operation before; it `asks_the_database` what is there, and
    goes on if its base can do what it does.
    """

    def __init__(self, body: Body, way: _Way) -> None:
        self._body = body
        self._way = way
        self._goes_on = True
        self._reached: bool | None = False
        self._ends: set[bool | None] = set()
        self.is_changed = False
        self.asks_the_database = False

    def runs_base(self) -> bool | None:
        """Whether every way reaches it, or one does where the database is asked; None where some may not."""
        ends = self._ends | {self._reached} if self._goes_on else self._ends
        if self.asks_the_database and True in ends:
            return True
        return next(iter(ends)) if len(ends) == 1 else None

    def follow(self, statements: list[ast.stmt]) -> None:
        """Go on with statements."""
        for statement in statements:
            if not self._goes_on:
                return
            self._step(statement)

    def _step(self, node: ast.stmt) -> None:
        if isinstance(node, ast.If):
            answer = truth(self._body.value(node.test))
            if answer is None:
                asks = _asks_the_database(node.test)
                self.asks_the_database = self.asks_the_database or asks
                self._fork(node.body, node.orelse, asks=asks)
            else:
                self.follow(node.body if answer else node.orelse)
        elif isinstance(node, ast.With):
            self.follow(node.body)
        elif isinstance(node, ast.Try):
            self.follow([*node.body, *node.orelse, *node.finalbody])
        elif isinstance(node, ast.For | ast.While):
            self._fork(node.body, [])
        elif not isinstance(node, ast.FunctionDef | ast.ClassDef):
            self._plain(node)

    def _plain(self, node: ast.stmt) -> None:
        if _mentions(node, self._way):
            self._reached = True
        for target in node.targets if isinstance(node, ast.Assign) else []:
            if isinstance(target, ast.Attribute) and getattr(target.value, "id", None) == "self":
                self.is_changed = self.is_changed or target.attr not in _WITHOUT_EFFECT
        if isinstance(node, ast.Return | ast.Raise):
            self._goes_on = False
            self._ends.add(self._reached)

    def _fork(self, *branches: list[ast.stmt], asks: bool = False) -> None:
        """Each branch may be taken, of a question to the database the one that gets on."""
        before = self._reached
        after: set[bool | None] = set()
        for branch in branches:
            self._reached, self._goes_on = before, True
            self.follow(branch)
            if self._goes_on:
                after.add(self._reached)
        self._goes_on = bool(after)
        self._reached = next(iter(after)) if len(after) == 1 else True if asks and True in after else None


def _asks_the_database(test: ast.expr) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr == "introspection" for node in ast.walk(test))
