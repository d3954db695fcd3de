"""The project's own field classes: what constructors make of arguments, and the types that they claim."""

from __future__ import annotations

import ast
from collections.abc import Container, Mapping
from copy import deepcopy
from functools import partial
from typing import NamedTuple

from msgspec.structs import replace

from schemalint.frontends.django import field_types, known_fields
from schemalint.frontends.django.constructors import OwnAttributes, first_method, followed, method, own_name
from schemalint.frontends.django.field_arguments import arguments_by_name
from schemalint.frontends.django.field_deconstruction import unwritten
from schemalint.frontends.django.field_types import FieldType
from schemalint.frontends.python_source import containers
from schemalint.frontends.python_source.classes import ancestors
from schemalint.frontends.python_source.definitions import ClassDefinition, External, FunctionDefinition
from schemalint.frontends.python_source.evaluate import Evaluator
from schemalint.frontends.python_source.project import Project
from schemalint.frontends.python_source.values import Call, Reference, Scope, Unknown, Value, truth

_VENDORS = ("postgresql", "mysql", "sqlite", "oracle")
_FALSE = ("primary_key", "unique", "blank", "null", "db_index")
_UNSET = ("max_length", "max_digits", "decimal_places", "db_column", "db_collation", "size")
"""What a field's attributes are where its call does not say."""


class Custom(NamedTuple):
    """A class's type, the arguments that reach Django's class under it, and whether that is certain.

    Those that are `lost` on the way through a migration reach it with these values there.
    """

    type: FieldType
    keywords: dict[str, Value]
    certain: bool
    path: str
    lost: dict[str, Value]


def read(definition: ClassDefinition, call: Call, project: Project, evaluator: Evaluator) -> Custom | None:
    """What a call of a project's class makes; None where the class is no field."""
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
    given = arguments_by_name(call, kind)
    attributes = partial(_attributes, kind=kind)
    made = followed(call, own, project, evaluator, attributes)
    kept_back = unwritten(own, given, project)
    written = _as_written(call, kept_back.removed)
    copied = made if written is call else followed(written, own, project, evaluator, attributes)
    if made is None or any(_adds_fields(cls, project) for cls in own):
        certain = False
    call = made.call if made is not None else call
    if kind.relation:  # the classes of relations name no internal type, so a subclass has its own
        kind = replace(kind, internal=definition.node.name)
    kind = _with_claims(kind, own, project, evaluator, made.attributes if made is not None else {})
    if any(_is_private(cls, project) for cls in own):
        kind = known_fields.NO_COLUMN
    keywords = arguments_by_name(call, kind)
    copy = arguments_by_name(copied.call, kind) if copied is not None else {}
    lost = {name: value for name, value in copy.items() if name in given and keywords.get(name) is not value}
    lost |= {name: copy.get(name) for name in kept_back.removed}
    lost |= dict.fromkeys(kept_back.decided, Unknown("what `deconstruct` decides"))
    return Custom(kind, keywords, certain and call.complete, definition.name, lost)


def _as_written(call: Call, removed: Container[str]) -> Call:
    """The call that a migration makes: less what is `removed` from it, and what Django takes for granted."""
    kept = {
        name: value
        for name, value in call.keywords.items()
        if name not in removed and not (name in _FALSE and value is False)
    }
    return call if len(kept) == len(call.keywords) else replace(call, keywords=kept)


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


def _attributes(call: Call, kind: FieldType) -> dict[str, Value]:
    """What Django's class sets on a field: its arguments, under their own names for the most part."""
    given = {**kind.defaults, **arguments_by_name(call, kind)}
    return {**dict.fromkeys(_UNSET, None), **dict.fromkeys(_FALSE, False), **given}


def _with_claims(
    kind: FieldType,
    classes: list[ClassDefinition],
    project: Project,
    evaluator: Evaluator,
    attributes: Mapping[str, Value],
) -> FieldType:
    """The type with what the classes' own `db_type` and `get_internal_type` say of a field's attributes."""
    internal = first_method(classes, "get_internal_type", project)
    if internal is not None:
        named = _Claim(internal, classes[0], evaluator, attributes).by_vendor().get("")
        if isinstance(named, str):
            base = field_types.CORE.get(named)
            kind = replace(
                kind,
                internal=named,
                empty_strings=kind.empty_strings or bool(base and base.empty_strings),
                known=kind.known or base is not None,
            )
    for cls in classes:
        typed = method(cls, "db_type", project)
        if typed is not None:
            returned = _Claim(typed, classes[0], evaluator, attributes).by_vendor()
            if returned and all(value is None for value in returned.values()):
                return replace(kind, column=False)
            claimed = {
                name: value.lower() if isinstance(value, str) else ""
                for name, value in returned.items()
                if value is not None
            }
            if claimed:
                kind = replace(
                    kind, column_type=claimed if len(claimed) > 1 or "" not in claimed else claimed[""]
                )
            break
        if project.class_bindings(cls).names.get("db_type") is not None:
            break
    return kind


class _Claim:
    """What a method of a field returns for each database, where the field has certain attributes."""

    def __init__(
        self,
        function: FunctionDefinition,
        cls: ClassDefinition,
        evaluator: Evaluator,
        attributes: Mapping[str, Value],
    ) -> None:
        own = own_name(function)
        self._function = function
        self._evaluator = evaluator
        self._found: dict[str, Value] = {}
        self._names: dict[str, Value] = {
            **{argument.arg: Unknown(argument.arg) for argument in function.node.args.args},
            own: Reference(cls),
            **{f"{own}.{name}": value for name, value in attributes.items()},
        }

    def by_vendor(self) -> dict[str, Value]:
        """The values by the vendor of the connection; "" for those that it does not name."""
        self._walk(self._function.node.body, "")
        return self._found

    def _walk(self, body: list[ast.stmt], vendor: str) -> bool:
        """Go through statements for a vendor; whether that ends the method."""
        for statement in body:
            match statement:
                case ast.Return(value=ast.expr() as value):
                    if not _asks_base(value):
                        self._found.setdefault(vendor, self._value(value))
                    return True
                case ast.Assign(targets=[target]):
                    containers.bind(target, self._value(statement.value), self._names)
                case ast.If() if (tested := _tested_vendor(statement.test)) is not None:
                    self._walk(statement.body, tested)
                    if statement.orelse and self._walk(statement.orelse, vendor):
                        return True
                case ast.If():
                    answer = truth(self._value(statement.test))
                    if answer is None and any(isinstance(node, ast.Return) for node in ast.walk(statement)):
                        self._found.setdefault(vendor, Unknown("a condition"))
                        return True
                    if answer is not None and self._walk(
                        statement.body if answer else statement.orelse, vendor
                    ):
                        return True
        return False

    def _value(self, node: ast.expr) -> Value:
        seen = OwnAttributes(self._names).visit(deepcopy(node))
        return self._evaluator.evaluate(seen, Scope(module=self._function.module, names=self._names))


def _asks_base(value: ast.expr) -> bool:
    """Whether a method returns what that of its base does."""
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"
        for node in ast.walk(value)
    )


def _tested_vendor(test: ast.expr) -> str | None:
    """The vendor in `connection.vendor == "postgresql"`, or in a test of the engine's name."""
    for node in ast.walk(test):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for vendor in _VENDORS:
                if vendor in node.value:
                    return vendor
    return None
