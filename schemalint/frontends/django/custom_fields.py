"""The project's own field classes: what constructors make of arguments, and the types that they claim."""

from __future__ import annotations

import ast
from typing import NamedTuple

from msgspec.structs import replace

from schemalint.frontends.django import field_types, known_fields
from schemalint.frontends.django.constructors import followed, method
from schemalint.frontends.django.field_types import FieldType
from schemalint.frontends.python_source.classes import ancestors
from schemalint.frontends.python_source.definitions import ClassDefinition, External, FunctionDefinition
from schemalint.frontends.python_source.evaluate import Evaluator
from schemalint.frontends.python_source.project import Project
from schemalint.frontends.python_source.values import Call, Scope, Unknown, Value

_VENDORS = ("postgresql", "mysql", "sqlite", "oracle")


class Custom(NamedTuple):
    """A class's type, the arguments that reach Django's class under it, and whether that is certain."""

    type: FieldType
    keywords: dict[str, Value]
    certain: bool
    path: str


def read(definition: ClassDefinition, call: Call, project: Project, evaluator: Evaluator) -> Custom | None:
    """What a call of a project's class makes; None where the class is no field."""
    from schemalint.frontends.django.read_field import _keywords

    kind: FieldType | None = None
    certain = True
    own: list[ClassDefinition] = []
    for ancestor in ancestors(project, definition):
        if isinstance(ancestor, ClassDefinition):
            if kind is None:
                own.append(ancestor)
        elif isinstance(ancestor, External) and kind is None:
            kind = field_types.of(ancestor.name) or known_fields.of(ancestor.name)
            if kind is None and known_fields.looks_like_field(ancestor.name, call):
                kind = known_fields.guessed(ancestor.name, call)
                certain = False
    if kind is None:
        return None
    passed = followed(call, own, project, evaluator)
    if passed is None or any(_adds_fields(cls, project) for cls in own):
        certain = False
    call = passed or call
    if kind.relation:  # the classes of relations name no internal type, so a subclass has its own
        kind = replace(kind, internal=definition.node.name)
    kind = _with_claims(kind, own, project, evaluator)
    if any(_is_private(cls, project) for cls in own):
        kind = known_fields.NO_COLUMN
    return Custom(kind, _keywords(call, kind), certain and call.complete, definition.name)


def _adds_fields(cls: ClassDefinition, project: Project) -> bool:
    """Whether the class gives the model more than itself."""
    contributing = method(cls, "contribute_to_class", project)
    if contributing is None:
        return False
    for node in ast.walk(contributing.node):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "add_to_class":
                return True
            inner = node.func.value
            to_super = (
                isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id == "super"
            )
            if node.func.attr == "contribute_to_class" and not to_super and not _passes_self(node):
                return True
    return False


def _is_private(cls: ClassDefinition, project: Project) -> bool:
    """Whether the class keeps itself out of the model's fields (`private_only` of `contribute_to_class`)."""
    contributing = method(cls, "contribute_to_class", project)
    return contributing is not None and any(
        isinstance(node, ast.keyword)
        and node.arg == "private_only"
        and isinstance(node.value, ast.Constant)
        and node.value.value is True
        for node in ast.walk(contributing.node)
    )


def _passes_self(node: ast.Call) -> bool:
    return bool(node.args) and isinstance(node.args[0], ast.Name) and node.args[0].id == "self"


def _with_claims(
    kind: FieldType, classes: list[ClassDefinition], project: Project, evaluator: Evaluator
) -> FieldType:
    """The type with what the classes' own `db_type` and `get_internal_type` say."""
    for cls in classes:
        internal = method(cls, "get_internal_type", project)
        if internal is not None:
            named = _returned(internal, evaluator).get("")
            if isinstance(named, str):
                base = field_types.CORE.get(named)
                kind = replace(
                    kind,
                    internal=named,
                    empty_strings=kind.empty_strings or bool(base and base.empty_strings),
                )
                if base is not None and not kind.known:
                    kind = replace(kind, known=True)
            break
    for cls in classes:
        typed = method(cls, "db_type", project)
        if typed is not None:
            returned = _returned(typed, evaluator)
            if returned and all(value is None for value in returned.values()):
                return replace(kind, column=False)
            claimed = {name: value for name, value in returned.items() if isinstance(value, str)}
            if claimed:
                lowered = {name: value.lower() for name, value in claimed.items()}
                kind = replace(
                    kind, column_type=lowered if len(lowered) > 1 or "" not in lowered else lowered[""]
                )
            break
        if project.class_bindings(cls).names.get("db_type") is not None:
            break
    return kind


def _returned(function: FunctionDefinition, evaluator: Evaluator) -> dict[str, Value]:
    """What a method of a field returns, by the vendor of its connection; "" for those it does not name."""
    found: dict[str, Value] = {}
    scope = Scope(
        module=function.module, names={"self": Unknown("self"), "connection": Unknown("connection")}
    )

    def walk(body: list[ast.stmt], vendor: str) -> bool:
        for statement in body:
            match statement:
                case ast.Return(value=ast.expr() as value):
                    found.setdefault(vendor, evaluator.evaluate(value, scope))
                    return True
                case ast.If():
                    tested = _tested_vendor(statement.test)
                    walk(statement.body, tested if tested is not None else "?")
                    if tested is not None and statement.orelse:
                        walk(statement.orelse, vendor)
        return False

    walk(function.node.body, "")
    found.pop("?", None)
    return found


def _tested_vendor(test: ast.expr) -> str | None:
    """The vendor in `connection.vendor == "postgresql"`, or in a test of the engine's name."""
    for node in ast.walk(test):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for vendor in _VENDORS:
                if vendor in node.value:
                    return vendor
    return None
