"""Calls of field classes to fields: `models.CharField(max_length=10)`, and the project's own classes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from schemalint.frontends.django import custom_fields, field_types, known_fields
from schemalint.frontends.django.field_arguments import arguments_by_name
from schemalint.frontends.django.field_copies import copied
from schemalint.frontends.django.field_types import FieldType
from schemalint.frontends.django.fields import Field, ModelKey
from schemalint.frontends.django.known_apps import label_of
from schemalint.frontends.django.settings import UnlessSet
from schemalint.frontends.python_source.classes import UnknownBase, ancestors
from schemalint.frontends.python_source.definitions import ClassDefinition, External, FunctionDefinition
from schemalint.frontends.python_source.evaluate import Evaluator
from schemalint.frontends.python_source.project import Project
from schemalint.frontends.python_source.values import Call, Reference, Unknown, Value
from schemalint.source import Span

Resolve = Callable[[Value], ModelKey | None]
"""Which model the target of a relation means."""

_FLAGS = ("null", "unique", "primary_key", "db_index", "db_constraint")
_NAMES = ("db_column", "to_field", "db_table")
"""Arguments without which a table is not known."""


def plain_field(call: Call) -> Field | None:
    """A field of one of Django's own classes that refers to nothing."""
    kind = field_types.of(call.name)
    if kind is None:
        return None
    return Field(
        type=kind,
        path=field_types.canonical(call.name),
        options={**kind.defaults, **arguments_by_name(call, kind)},
    )


class FieldReader:
    """Reads the fields of a project, its own field classes included."""

    def __init__(self, project: Project, evaluator: Evaluator) -> None:
        self.project = project
        self.evaluator = evaluator

    def read(self, value: Value, resolve: Resolve, span: Span | None = None) -> Field | None:
        """The field that a value is; None where it is certainly none."""
        if not isinstance(value, Call):
            return None
        if not isinstance(value.function, Reference):
            original = copied(value, self.evaluator)
            if original is not None:
                return self.read(original, resolve, span)
            if not (isinstance(value.function, Unknown) or known_fields.has_field_arguments(value)):
                return None
            return self.guess(value, resolve, span)
        definition = value.function.definition
        lost: Mapping[str, Value] = {}
        if isinstance(definition, ClassDefinition):
            custom = custom_fields.read(definition, value, self.project, self.evaluator)
            if custom is not None:
                kind, keywords, certain, path, lost = custom
            elif self._may_be_field(definition, value):
                kind, certain, path = known_fields.guessed(definition.name, value), False, definition.name
                keywords = dict(value.keywords)
            else:
                return None
        elif isinstance(definition, External):
            known = field_types.of(definition.name) or known_fields.of(definition.name)
            if known is None:
                if not known_fields.looks_like_field(definition.name, value):
                    return self._wrapped(value, resolve, span)
                known = known_fields.guessed(definition.name, value)
            kind, certain, path = known, known.known, field_types.canonical(definition.name)
            keywords = arguments_by_name(value, kind)
        elif isinstance(definition, FunctionDefinition) and self._gives_field(definition):
            kind, certain, path = known_fields.guessed(definition.name, value), False, definition.name
            keywords = dict(value.keywords)
        else:
            return None
        field = self.field(kind, keywords, path, resolve, span, certain=certain and value.complete)
        return replace(field, lost=lost) if lost else field

    def _wrapped(self, value: Call, resolve: Resolve, span: Span | None) -> Field | None:
        """The field that something is given, and gives back: as it is known to, or in all likelihood."""
        known = known_fields.WRAPPERS.get(value.name)
        if len(value.arguments) != 1 or (value.keywords and known is None):
            return None
        field = self.read(value.arguments[0], resolve, span)
        if field is None:
            return None
        if known is not None:
            return replace(field, type=known, path=value.name)
        return replace(field, certain=False, path=value.name)

    def guess(self, call: Call, resolve: Resolve, span: Span | None = None) -> Field:
        """The field that a call makes of which no more is known than that it makes one."""
        kind = known_fields.guessed(call.name, call)
        return self.field(kind, call.keywords, call.name or "(computed)", resolve, span, certain=False)

    def _may_be_field(self, definition: ClassDefinition, call: Call) -> bool:
        """Whether a class with bases that are not known is a field's, to all appearances."""
        return known_fields.looks_like_field(definition.name, call) and any(
            isinstance(ancestor, UnknownBase) for ancestor in ancestors(self.project, definition)
        )

    def _gives_field(self, function: FunctionDefinition) -> bool:
        """Whether a function that could not be followed gives a field, going by what it returns."""
        for node in ast.walk(function.node):
            if isinstance(node, ast.Return) and isinstance(node.value, ast.Call):
                made = self.project.definition(function.module, node.value.func)
                if made is None or isinstance(made, FunctionDefinition):
                    continue
                call = Call(function=Reference(made), node=node.value, module=function.module)
                if self.read(call, lambda _: None) is not None:
                    return True
        return False

    @staticmethod
    def _is_aimed(target: Value) -> bool:
        """Whether the target of a relation is known: a setting that is elsewhere may decide it.

        So may the configuration of an app that is elsewhere, which may say another label than its package.
        """
        if isinstance(target, Call):
            return target.name.startswith("django.")
        if isinstance(target, str):
            return not isinstance(target, UnlessSet)
        if not isinstance(target, Reference):
            return False
        if isinstance(target.definition, External):
            return label_of(target.name) is not None
        return isinstance(target.definition, ClassDefinition) or not _is_constant(target.name)

    def field(
        self,
        kind: FieldType,
        keywords: Mapping[str, Value],
        path: str,
        resolve: Resolve,
        span: Span | None,
        *,
        certain: bool,
    ) -> Field:
        """The field of a class with these arguments.

        To have no length is to have that of the class, as migrations leave it out (`Field.deconstruct`).
        """
        if keywords.get("max_length", 0) is None:
            keywords = {name: value for name, value in keywords.items() if name != "max_length"}
        worked_out = {default: Unknown() for option, default in kind.computed.items() if option in keywords}
        options: dict[str, Any] = {**kind.defaults, **worked_out, **keywords}
        options |= {name: bool(options[name]) for name in _FLAGS if isinstance(options.get(name), str)}
        certain = (
            certain
            and all(isinstance(options.get(name), bool | int | None) for name in _FLAGS)
            and all(isinstance(options.get(name), str | None) for name in _NAMES)
            and not isinstance(options.get("through"), Unknown)
        )
        field = Field(type=kind, path=path, options=options, span=span, certain=certain)
        if kind.relation:
            target = options.get("to", kind.to)
            to = resolve(target if target is not None else kind.to)
            through = options.get("through")
            field = replace(
                field,
                to=to,
                through=resolve(through) if through is not None else None,
                is_aimed=self._is_aimed(target if target is not None else kind.to),
                certain=certain and to is not None,
            )
        base = options.get("base_field", options.get("output_field"))
        if base is not None and kind.internal in ("ArrayField", "GeneratedField"):
            field = replace(field, base=self.read(base, resolve))
        return field


def _is_constant(name: str) -> bool:
    return name.rpartition(".")[2].isupper()
