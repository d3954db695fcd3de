"""The models of apps as their classes declare them: what Django's metaclass makes of a class body.

Source: `ModelBase.__new__` in `django/db/models/base.py`, `Options` in `django/db/models/options.py`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from schemalint.frontends.django.bases_of_packages import ITSELF
from schemalint.frontends.django.class_additions import ClassChanges
from schemalint.frontends.django.class_attributes import ClassAttributes
from schemalint.frontends.django.class_makers import Makers
from schemalint.frontends.django.class_metas import MODEL, Metas
from schemalint.frontends.django.companion_fields import companion
from schemalint.frontends.django.context import Context
from schemalint.frontends.django.fields import Field, ModelKey
from schemalint.frontends.django.made_classes import MadeClass, made_class
from schemalint.frontends.django.meta import with_names_filled_in
from schemalint.frontends.django.model_state import ModelState
from schemalint.frontends.django.options import read_options
from schemalint.frontends.django.parent_links import parents_of, with_parent_links
from schemalint.frontends.python_source.bindings import Choice
from schemalint.frontends.python_source.classes import UnknownBase, ancestors
from schemalint.frontends.python_source.definitions import ClassDefinition, External
from schemalint.frontends.python_source.parse import Module
from schemalint.frontends.python_source.values import Call, Member, Scope, Unknown, Value, is_known
from schemalint.source import Span


class Trouble(Struct, frozen=True, kw_only=True):
    """Something about a model that was not understood; `reason` finishes the sentence "not understood: …"."""

    key: ModelKey
    reason: str
    span: Span


class ModelReader:
    """Reads the model classes of one project."""

    def __init__(
        self, context: Context, migrated: Mapping[ModelKey, frozenset[str]], *, translated: bool
    ) -> None:
        """`migrated` are the names of the fields that migrations know of each model.

        `translated` says that fields may have others beside them, one for each language.
        """
        self.translated = translated
        self.context = context
        self.migrated = migrated
        self.project = context.project
        self.changes = ClassChanges(context.project)
        self._attributes = ClassAttributes(context, self.changes)
        self.troubles: list[Trouble] = []
        self._is_model: dict[ast.ClassDef, bool] = {}
        self.metas = Metas(context, self.is_model)
        self.makers = Makers(context.project)

    def classes(self, module: Module) -> Iterator[ClassDefinition]:
        """The classes of a module that are models with a table of their own, in order.

        A class that a call may make is one if migrations know its model.
        """
        for name, binding in self.project.bindings(module).names.items():
            if isinstance(binding, ast.ClassDef | Choice):
                definition = self.project.resolve(module, name)
                if (
                    isinstance(definition, ClassDefinition)
                    and definition.module is module
                    and definition.node.name == name
                    and self.is_model(definition)
                    and not self.metas.is_abstract(definition)
                ):
                    yield definition
            elif isinstance(binding, ast.Call):
                made = made_class(module, binding, self.context.evaluator)
                if made is not None and self._is_made(made):
                    yield made.definition

    def _is_made(self, made: MadeClass) -> bool:
        """Whether a class that a call makes is a model with a table."""
        definition = made.definition
        if not self.is_model(definition) or self.metas.is_abstract(definition):
            return False
        return made.certain or self.context.class_key(definition) in self.migrated

    def is_model(self, definition: ClassDefinition) -> bool:
        """Whether a class is a model."""
        found = self._is_model.get(definition.node)
        if found is None:
            found = any(
                isinstance(ancestor, External)
                and (ancestor.name in MODEL or self.context.known_base(ancestor.name) is not None)
                for ancestor in ancestors(self.project, definition)
            ) or self._is_migrated(definition)
            self._is_model[definition.node] = found
        return found

    def is_modelled(self, definition: ClassDefinition) -> bool:
        """Whether a class is a model, or may be one."""
        return self.is_model(definition) or self._is_unsure(definition)

    def _is_migrated(self, definition: ClassDefinition) -> bool:
        """Whether migrations know a class as a model whose bases tell nothing."""
        return self._is_unsure(definition) and self.context.class_key(definition) in self.migrated

    def _is_unsure(self, definition: ClassDefinition) -> bool:
        """Whether a class has a base that nothing is known of."""
        return any(
            isinstance(ancestor, UnknownBase)
            or (isinstance(ancestor, External) and not self.metas.is_harmless(ancestor.name))
            for ancestor in ancestors(self.project, definition)
        )

    # one model

    def read(self, definition: ClassDefinition) -> ModelState | None:
        """The model of a class; None where no app has it."""
        key = self.context.class_key(definition)
        if key is None:
            return None
        name = definition.node.name
        span = definition.module.header_span(definition.node)
        options, understood = self._options(definition, key, name, span)
        fields: dict[str, Field] = {}
        hidden: dict[str, list[ClassDefinition]] = {}
        complete = certain_so_far = only_fields = understood
        added: list[str] = []
        for ancestor in self._contributing(definition):
            if isinstance(ancestor, ClassDefinition):
                before = set(fields)
                certain = self._own_fields(ancestor, key, name, fields, hidden, options)
                if not certain_so_far:  # what was not understood may have them, too
                    fields |= {
                        one: replace(fields[one], certain=False) for one in fields if one not in before
                    }
                complete = complete and certain
            elif isinstance(ancestor, UnknownBase):
                self._trouble(key, f"the base {ancestor.text} of {name}", span)
                complete = certain_so_far = only_fields = False
            else:
                known = self.context.known_base(ancestor.name)
                if known is not None:
                    if self.metas.comes_from(definition, ancestor):
                        options = {**known.options, **options}
                    complete = complete and not known.adds
                    added += known.adds
                    for field_name, field in known.fields.items():
                        if field_name not in fields and not self._is_hidden(field_name, ancestor, hidden):
                            fields[field_name] = replace(self._aimed(field, key), name=field_name, span=span)
                elif not self.metas.is_harmless(ancestor.name):
                    self._trouble(key, f"the base {ancestor.name} of {name}", span)
                    complete = certain_so_far = only_fields = False
        for maker in self.makers.adding(definition):
            self._trouble(key, f"{maker} of {name}", span)
            complete = only_fields = False
        for ancestor in reversed(list(self._contributing(definition))):
            self._alter(ancestor, definition, fields)
        doubtful = self._doubtful(definition, self.migrated.get(key, frozenset()) - fields.keys(), fields)
        for one in doubtful:
            self._trouble(key, f"the field {one} of class {name}", span)
        complete = complete and not doubtful
        parents = list(dict.fromkeys(parents_of(definition, self.context, self.metas, self.is_modelled)))
        if options.get("proxy") is True:  # it has no table that could be uncertain
            self.troubles = [trouble for trouble in self.troubles if trouble.key != key]
        else:
            fields = with_parent_links(fields, parents, certain=not doubtful)
        state = ModelState(
            app=key[0],
            name=name,
            fields=fields,
            options=options,
            bases=tuple(parents),
            complete=complete,
            holds=understood and self.metas.is_certain(definition),
            unsure=(*doubtful, *added, *(one for one in fields if not fields[one].certain))
            if only_fields
            else (),
            span=span,
        )
        swapped = self.context.settings.swaps(options.get("swappable"), key[0], name)
        return state.with_options(swapped=True) if swapped else state

    def _doubtful(
        self, definition: ClassDefinition, undeclared: AbstractSet[str], fields: Mapping[str, Field]
    ) -> list[str]:
        """Those of the fields that only migrations know which a class may have without being seen to."""
        if not undeclared:
            return []
        found = {one for one in undeclared if self.translated and _is_after_field(one, fields)}
        found |= undeclared & self.makers.assigned(definition)
        settled: set[str] = set()
        for ancestor in self._contributing(definition):
            if isinstance(ancestor, ClassDefinition):
                open_names = undeclared - settled
                found |= {one for one in open_names if self.changes.may_add(ancestor.node, one)}
                for attribute, value, _ in self._attributes.of(ancestor):
                    if attribute in open_names:
                        settled.add(attribute)
                        if isinstance(value, Unknown | Call | Member) and not self._is_other(
                            attribute, value
                        ):
                            found.add(attribute)
        return sorted(found)

    def _is_other(self, attribute: str, value: Value) -> bool:
        """Whether an attribute is a field of another name."""
        field = self.context.fields.read(value, lambda _: None)
        return field is not None and _named(field, attribute).name != attribute

    def _alter(
        self,
        ancestor: ClassDefinition | External | UnknownBase,
        model: ClassDefinition,
        fields: dict[str, Field],
    ) -> None:
        """What is set on the fields of a class, and of a class above it before the model is made."""
        if isinstance(ancestor, UnknownBase):
            return
        for one in self.changes.alterations(ancestor):
            if one.field not in fields:
                continue
            is_own = isinstance(ancestor, ClassDefinition) and ancestor.node is model.node
            before = one.module is model.module and one.value.lineno < model.node.lineno
            value = self.context.evaluator.evaluate(one.value, Scope(module=one.module))
            if one.runs and is_known(value) and (is_own or before):
                fields[one.field] = fields[one.field].with_options(**{one.argument: value})
            elif one.module is not model.module or is_own or before:
                fields[one.field] = replace(fields[one.field], certain=False)

    def _aimed(self, field: Field, key: ModelKey) -> Field:
        """A field of a known base, with the project's user model and the model itself for a target."""
        if field.to == ITSELF:
            return replace(field, to=key)
        if field.to == ("auth", "user"):
            user = self.context.settings.user_model()
            return replace(field, to=self.context.model_key(user, "auth", "user"))
        return field

    def _trouble(self, key: ModelKey, reason: str, span: Span) -> None:
        self.troubles.append(Trouble(key=key, reason=reason, span=span))

    def _contributing(
        self, definition: ClassDefinition
    ) -> Iterator[ClassDefinition | External | UnknownBase]:
        """The class and the bases whose fields become its own: none with a table, nor what is above it."""
        above: set[ast.ClassDef | External] = set()
        for ancestor in ancestors(self.project, definition):
            if isinstance(ancestor, ClassDefinition):
                if ancestor.node in above:
                    continue
                if ancestor.node is not definition.node and self.metas.is_concrete(ancestor):
                    for other in ancestors(self.project, ancestor):
                        if isinstance(other, ClassDefinition):
                            above.add(other.node)
                        elif isinstance(other, External):
                            above.add(other)
                    continue
                yield ancestor
            elif isinstance(ancestor, External):
                if ancestor in above:
                    continue
                known = self.context.known_base(ancestor.name)
                if known is None or known.concrete is None:
                    yield ancestor
            else:
                yield ancestor

    def _own_fields(
        self,
        definition: ClassDefinition,
        key: ModelKey,
        name: str,
        fields: dict[str, Field],
        hidden: dict[str, list[ClassDefinition]],
        options: dict[str, Any],
    ) -> bool:
        """Add the fields that a class body declares, as far as no class before it has them.

        `hidden` are the names that classes bind to something else, with these classes. Of the `options`
        goes the order by a field that migrations don't know (`ModelState.from_model`).
        """
        resolve = self.context.resolver(key[0], name)
        is_model = self.is_modelled(definition)
        certain = True
        names = self.project.class_bindings(definition).names
        before = set(fields)
        for attribute, value, span in self._attributes.of(definition):
            if attribute in fields or self._is_hidden(attribute, definition, hidden):
                continue
            if value is None or not is_model:
                continue
            field = self.context.fields.read(value, resolve, span)
            if field is None:
                continue
            if _is_private(field):
                if options.get("order_with_respect_to") == attribute:  # which migrations leave out
                    options["order_with_respect_to"] = None
                continue
            own = _named(field, attribute)
            fields[own.name] = own
            beside = companion(own)
            if beside is not None:
                fields.setdefault(beside.name, beside)
            for made in (own, beside):
                if made is not None and not made.certain:
                    self._trouble(key, f"the field {made.name} of class {made.path}", span)
                    certain = False
        for one in names:
            if one not in fields and one not in before:
                hidden.setdefault(one, []).append(definition)
        return certain

    def _is_hidden(
        self,
        name: str,
        definition: ClassDefinition | External,
        hidden: Mapping[str, Sequence[ClassDefinition]],
    ) -> bool:
        """Whether a class before this one has something else of that name, and hides a field by that.

        A base that is a model does so for its own bases only, any other for all that come after it.
        """
        return any(
            not self.is_model(holder) or definition in ancestors(self.project, holder)
            for holder in hidden.get(name, ())
        )

    def attributes(self, definition: ClassDefinition) -> Iterator[tuple[Value, Span]]:
        """What the attributes of a class body are, as far as they may be fields, and where that is said."""
        yield from ((value, span) for _, value, span in self._attributes.of(definition))

    # Meta

    def _options(
        self, definition: ClassDefinition, key: ModelKey, name: str, span: Span
    ) -> tuple[dict[str, Any], bool]:
        """The options of a model, and whether all of them were understood."""
        options: dict[str, Any] = {}
        understood = self.metas.says_all(definition, self._contributing(definition))
        understood = understood and not self.makers.change_options(definition)
        if understood:
            values, places = self.metas.values(definition)
            options, understood = read_options(values, self.context, places)
        if not understood:
            self._trouble(key, f"the Meta of {name}", span)
        return with_names_filled_in(options, key[0], name), understood


def _named(field: Field, attribute: str) -> Field:
    """A field under the name that it is given, or its attribute's (`Field.set_attributes_from_name`)."""
    given = field.options.get("name") or attribute
    known = isinstance(given, str)
    return replace(field, name=given if known else attribute, certain=field.certain and known)


def _is_private(field: Field) -> bool:
    """Whether a field is none of those that migrations know of its model."""
    return field.type.known and field.type.internal in ("", "GenericForeignKey", "GenericRelation")


def _is_after_field(name: str, fields: Mapping[str, Field]) -> bool:
    """Whether a name is that of a field and what tells it from others: `title_en`."""
    return any(name[:end] in fields for end, letter in enumerate(name) if letter == "_")
