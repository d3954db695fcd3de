"""What the attributes of a class body are, as far as they may be fields, and what is put beside them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from schemalint.frontends.django import class_decorators
from schemalint.frontends.django.class_additions import ClassChanges, as_set, set_in_body
from schemalint.frontends.django.context import Context
from schemalint.frontends.python_source.bindings import binding_statements, is_unknown
from schemalint.frontends.python_source.definitions import ClassDefinition
from schemalint.frontends.python_source.values import Scope, Unknown, Value
from schemalint.source import Span

_MAY_BE_FIELDS = (ast.Attribute, ast.BoolOp, ast.Call, ast.IfExp, ast.Name, ast.Subscript)


class ClassAttributes:
    """Evaluates the attributes of the classes of one project; `changes` are what its modules do to them."""

    def __init__(self, context: Context, changes: ClassChanges) -> None:
        self._context = context
        self._changes = changes
        self._values: dict[ast.ClassDef, list[tuple[str, Value, Span]]] = {}

    def of(self, definition: ClassDefinition) -> list[tuple[str, Value, Span]]:
        """The attributes of a class, by name and with their places, evaluated once.

        Those of its body come first, with what the body sets on them, then those that are put onto the class.
        """
        found = self._values.get(definition.node)
        if found is None:
            set_on = set_in_body(definition.node)
            found = self._values[definition.node] = [
                (name, self._as_set(value, set_on[name], definition) if name in set_on else value, span)
                for name, value, span in self._in_body(definition)
            ]
            found += self._put_onto(definition)
        return found

    def _in_body(self, definition: ClassDefinition) -> Iterator[tuple[str, Value, Span]]:
        module, evaluator = definition.module, self._context.evaluator
        scope = Scope(module=module, within=definition)
        places = binding_statements(definition.node)
        for name, binding in self._context.project.class_bindings(definition).names.items():
            if isinstance(binding, ast.Constant) and binding.value is None:
                yield name, None, module.span(binding)
            elif isinstance(binding, _MAY_BE_FIELDS) or is_unknown(binding):
                assert isinstance(binding, ast.expr)
                value = evaluator.evaluate(binding, scope)
                if isinstance(value, Unknown) and isinstance(binding, ast.Call):
                    value = evaluator.call(binding, scope)
                yield name, value, module.span(places.get(name, binding))

    def _as_set(self, value: Value, changed: Mapping[str, ast.expr], definition: ClassDefinition) -> Value:
        scope = Scope(module=definition.module, within=definition)
        return as_set(
            value, {name: self._context.evaluator.evaluate(node, scope) for name, node in changed.items()}
        )

    def _put_onto(self, definition: ClassDefinition) -> Iterator[tuple[str, Value, Span]]:
        additions = self._changes.additions(definition.node).items()
        said = [(name, one.module, one.value) for name, one in additions]
        for name, module, node in (*said, *class_decorators.added(definition, self._context.project)):
            yield name, self._context.evaluator.evaluate(node, Scope(module=module)), module.span(node)
