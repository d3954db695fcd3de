"""The Meta of a model: which one holds for a class, and what it says.

Source: `ModelBase.__new__` in `django/db/models/base.py`: a class without a Meta has that of its first base.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from schemalint.frontends.django import known_bases
from schemalint.frontends.django.context import Context
from schemalint.frontends.python_source.bindings import binding_statements
from schemalint.frontends.python_source.classes import Ancestor, UnknownBase, ancestors
from schemalint.frontends.python_source.definitions import Assigned, ClassDefinition, External
from schemalint.frontends.python_source.values import Scope, Value
from schemalint.source import Span

MODEL = frozenset(
    {"django.db.models.Model", "django.db.models.base.Model", "django.contrib.gis.db.models.Model"}
)
"""The root of all models, by the names under which it is imported."""


class Metas:
    """Finds the Metas of the classes of one project; `is_model` says which classes are models."""

    def __init__(self, context: Context, is_model: Callable[[ClassDefinition], bool]) -> None:
        self.context = context
        self.project = context.project
        self._is_model = is_model

    def is_harmless(self, name: str) -> bool:
        """Whether a class of another package, by its dotted name, adds nothing unknown to a model."""
        return (
            name in MODEL
            or name in self.context.plain
            or known_bases.is_plain(name)
            or name.startswith("django.")
        )

    def is_abstract(self, definition: ClassDefinition) -> bool:
        """Whether a model's own Meta says `abstract = True`."""
        meta = self.own(definition)
        if meta is None:
            return False
        for ancestor in ancestors(self.project, meta):
            if not isinstance(ancestor, ClassDefinition):
                continue
            if ancestor.node is not meta.node and self._is_meta_of_model(ancestor):
                return False  # Django sets `abstract = False` there once the class is made
            if "abstract" in self.project.class_bindings(ancestor).names:
                member = self.project.member(meta, "abstract")
                return isinstance(member, Assigned) and self.context.evaluator.of(member) is True
        return False

    def _is_meta_of_model(self, definition: ClassDefinition) -> bool:
        owner = self.project.look_up(definition.name.rpartition(".")[0], definition.module.path)
        return isinstance(owner, ClassDefinition) and self._is_model(owner)

    def own(self, definition: ClassDefinition) -> ClassDefinition | None:
        """The Meta that the body of a class has."""
        return self.context.own_meta(definition)

    def of(self, definition: ClassDefinition) -> ClassDefinition | None:
        """The Meta that holds for a class: its own, or that of the first base that is no table's."""
        for ancestor in ancestors(self.project, definition):
            if isinstance(ancestor, ClassDefinition):
                if ancestor.node is not definition.node and self.is_concrete(ancestor):
                    continue
                found = self.own(ancestor)
                if found is not None:
                    return found
        return None

    def comes_from(self, definition: ClassDefinition, base: External) -> bool:
        """Whether the Meta of a class is that of a base of another package, or has it for a base."""
        for ancestor in ancestors(self.project, definition):
            if isinstance(ancestor, External) and self.context.known_base(ancestor.name) is not None:
                return ancestor == base
            if isinstance(ancestor, ClassDefinition) and (meta := self.own(ancestor)) is not None:
                return External(f"{base.name}.Meta") in ancestors(self.project, meta)
        return False

    def is_certain(self, definition: ClassDefinition) -> bool:
        """Whether no base that is not understood may have another Meta than the one that was found."""
        found = self.of(definition)
        for ancestor in ancestors(self.project, definition):
            if isinstance(ancestor, ClassDefinition):
                if found is None or found.name.startswith(f"{ancestor.name}."):
                    return True
            elif isinstance(ancestor, UnknownBase) or not self.is_harmless(ancestor.name):
                return False
        return True

    def is_concrete(self, definition: ClassDefinition) -> bool:
        """Whether a class is a model with a table of its own."""
        return self._is_model(definition) and not self.is_abstract(definition)

    def values(self, definition: ClassDefinition) -> tuple[dict[str, Value], dict[str, Span]]:
        """What the Meta that holds for a class says, and where it says it; nothing where there is none."""
        values: dict[str, Value] = {}
        places: dict[str, Span] = {}
        meta, own = self.of(definition), self.own(definition)
        for ancestor in ancestors(self.project, meta) if meta is not None else ():
            if not isinstance(ancestor, ClassDefinition):
                continue
            statements = binding_statements(ancestor.node)
            for attribute, binding in self.project.class_bindings(ancestor).names.items():
                if attribute in values or not isinstance(binding, ast.expr):
                    continue
                scope = Scope(module=ancestor.module, within=ancestor)
                values[attribute] = self.context.evaluator.evaluate(binding, scope)
                if attribute in statements:
                    places[attribute] = ancestor.module.span(statements[attribute])
        values.pop("abstract", None)
        is_inherited = meta is not None and (own is None or own.node is not meta.node)
        if is_inherited and values.get("proxy") is not True:  # what is a table's own does not come along
            values.pop("proxy", None)
        return values, places

    def says_all(self, definition: ClassDefinition, contributing: Iterable[Ancestor]) -> bool:
        """Whether the body of the Meta that holds for a class, if there is one, says all that it holds.

        `contributing` are the class and the bases that may give it their Meta.
        """
        for ancestor in contributing:
            if isinstance(ancestor, ClassDefinition):
                binding = self.project.class_bindings(ancestor).names.get("Meta")
                found = self.own(ancestor)
                if found is None and binding is not None and not _is_none(binding):
                    return False  # it is made by a call
                if found is not None:
                    break
        meta = self.of(definition)
        for ancestor in ancestors(self.project, meta) if meta is not None else ():
            if isinstance(ancestor, UnknownBase) and not ancestor.text.endswith(".Meta"):
                return False
            if isinstance(ancestor, ClassDefinition) and ancestor.node.decorator_list:
                return False
        return True


def _is_none(binding: object) -> bool:
    return isinstance(binding, ast.Constant) and binding.value is None
