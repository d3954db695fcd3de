"""The models of apps as their classes declare them: what Django's metaclass makes of a class body.

Source: `ModelBase.__new__` in `django/db/models/base.py`, `Options` in `django/db/models/options.py`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from schemalint.frontends.django import known_bases
from schemalint.frontends.django.class_additions import Addition, adding_metaclass, additions
from schemalint.frontends.django.context import Context
from schemalint.frontends.django.fields import Field, ModelKey
from schemalint.frontends.django.meta import with_names_filled_in
from schemalint.frontends.django.model_state import ModelState
from schemalint.frontends.django.options import read_options
from schemalint.frontends.django.state import parent_link
from schemalint.frontends.python_source.bindings import Choice
from schemalint.frontends.python_source.classes import UnknownBase, ancestors, bases
from schemalint.frontends.python_source.definitions import Assigned, ClassDefinition, External
from schemalint.frontends.python_source.parse import Module
from schemalint.frontends.python_source.values import Scope, Unknown, Value
from schemalint.source import Span

_MODEL = frozenset(
    {"django.db.models.Model", "django.db.models.base.Model", "django.contrib.gis.db.models.Model"}
)
_MAXIMUM_DEPTH = 30


class Trouble(Struct, frozen=True, kw_only=True):
    """Something about a model that was not understood; `reason` finishes the sentence "not understood: …"."""

    key: ModelKey
    reason: str
    span: Span


class ModelReader:
    """Reads the model classes of one project."""

    def __init__(self, context: Context, migrated: frozenset[ModelKey] = frozenset()) -> None:
        self.context = context
        self.migrated = migrated
        self.project = context.project
        self.troubles: list[Trouble] = []
        self._values: dict[ast.ClassDef, list[tuple[str, Value, Span]]] = {}
        self._is_model: dict[ast.ClassDef, bool] = {}
        self._added: dict[ast.ClassDef, list[Addition]] = {}

    def extend(self, module: Module) -> None:
        """Take note of what a module adds to the classes of others."""
        for addition in additions(self.project, module):
            self._added.setdefault(addition.definition.node, []).append(addition)

    def classes(self, module: Module) -> Iterator[ClassDefinition]:
        """The classes of a module that are models with a table of their own, in order."""
        for name, binding in self.project.bindings(module).names.items():
            if isinstance(binding, ast.ClassDef | Choice):
                definition = self.project.resolve(module, name)
                if (
                    isinstance(definition, ClassDefinition)
                    and definition.module is module
                    and definition.node.name == name
                    and self.is_model(definition)
                    and not self.is_abstract(definition)
                ):
                    yield definition

    def is_model(self, definition: ClassDefinition) -> bool:
        """Whether a class is a model."""
        found = self._is_model.get(definition.node)
        if found is None:
            found = any(
                isinstance(ancestor, External)
                and (
                    ancestor.name in _MODEL or known_bases.of(ancestor.name, self.context.dialect) is not None
                )
                for ancestor in ancestors(self.project, definition)
            ) or self._is_migrated(definition)
            self._is_model[definition.node] = found
        return found

    def _is_migrated(self, definition: ClassDefinition) -> bool:
        """Whether migrations know a class as a model whose bases tell nothing."""
        return self._is_unsure(definition) and self.context.class_key(definition) in self.migrated

    def _is_unsure(self, definition: ClassDefinition) -> bool:
        """Whether a class has a base that nothing is known of."""
        return any(
            isinstance(ancestor, UnknownBase)
            or (isinstance(ancestor, External) and not self._is_harmless(ancestor.name))
            for ancestor in ancestors(self.project, definition)
        )

    def is_abstract(self, definition: ClassDefinition) -> bool:
        """Whether a model's own Meta says `abstract = True`."""
        meta = self._own_meta(definition)
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
        return isinstance(owner, ClassDefinition) and self.is_model(owner)

    def _own_meta(self, definition: ClassDefinition) -> ClassDefinition | None:
        binding = self.project.class_bindings(definition).names.get("Meta")
        if isinstance(binding, ast.ClassDef):
            return ClassDefinition(f"{definition.name}.Meta", definition.module, binding)
        if binding is None:
            return None
        member = self.project.member(definition, "Meta")
        return member if isinstance(member, ClassDefinition) else None

    def _meta(self, definition: ClassDefinition) -> ClassDefinition | None:
        """The Meta that holds for a class: its own, or that of the first base that is no table's."""
        for ancestor in ancestors(self.project, definition):
            if isinstance(ancestor, ClassDefinition):
                if ancestor.node is not definition.node and self._is_concrete(ancestor):
                    continue
                found = self._own_meta(ancestor)
                if found is not None:
                    return found
        return None

    def _knows_meta(self, definition: ClassDefinition) -> bool:
        """Whether no base that is not understood may have another Meta than the one that was found."""
        found = self._meta(definition)
        for ancestor in ancestors(self.project, definition):
            if isinstance(ancestor, ClassDefinition):
                if found is None or found.name.startswith(f"{ancestor.name}."):
                    return True
            elif isinstance(ancestor, UnknownBase) or not self._is_harmless(ancestor.name):
                return False
        return True

    def _is_concrete(self, definition: ClassDefinition) -> bool:
        return self.is_model(definition) and not self.is_abstract(definition)

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
        removed: set[str] = set()
        complete = certain_so_far = only_fields = understood
        for ancestor in self._contributing(definition):
            if isinstance(ancestor, ClassDefinition):
                before = set(fields)
                certain = self._own_fields(ancestor, key, name, fields, removed)
                if not certain_so_far:  # what was not understood may have them, too
                    fields |= {
                        one: replace(fields[one], certain=False) for one in fields if one not in before
                    }
                complete = complete and certain
                metaclass = adding_metaclass(self.project, ancestor)
                if metaclass is not None:
                    self._trouble(key, f"the metaclass {metaclass} of {name}", span)
                    complete = only_fields = False
            elif isinstance(ancestor, UnknownBase):
                self._trouble(key, f"the base {ancestor.text} of {name}", span)
                complete = certain_so_far = only_fields = False
            else:
                known = known_bases.of(ancestor.name, self.context.dialect)
                if known is not None:
                    options = {**known.options, **options}
                    complete = complete and not known.adds
                    only_fields = only_fields and not known.adds
                    for field_name, field in known.fields.items():
                        if field_name not in fields and field_name not in removed:
                            fields[field_name] = replace(self._aimed(field, key), name=field_name, span=span)
                elif not self._is_harmless(ancestor.name):
                    self._trouble(key, f"the base {ancestor.name} of {name}", span)
                    complete = certain_so_far = only_fields = False
        parents = list(dict.fromkeys(self._parents(definition, 0)))
        if options.get("proxy") is True:  # it has no table that could be uncertain
            self.troubles = [trouble for trouble in self.troubles if trouble.key != key]
        else:
            fields = self._with_parent_links(fields, parents)
        state = ModelState(
            app=key[0],
            name=name,
            fields=fields,
            options=options,
            bases=tuple(parents),
            complete=complete,
            holds=understood and self._knows_meta(definition),
            unsure=tuple(one for one, field in fields.items() if not field.certain) if only_fields else (),
            span=span,
        )
        swappable = options.get("swappable")
        if isinstance(swappable, str):
            swapped = self.context.settings.external(f"django.conf.settings.{swappable}")
            if isinstance(swapped, str) and swapped.lower() != f"{key[0]}.{name}".lower():
                state = state.with_options(swapped=True)
        return state

    def _aimed(self, field: Field, key: ModelKey) -> Field:
        """A field of a known base, with the project's user model and the model itself for a target."""
        if field.to == known_bases.ITSELF:
            return replace(field, to=key)
        if field.to == ("auth", "user"):
            user = self.context.settings.user_model()
            return replace(field, to=self.context.model_key(user, "auth", "user"))
        return field

    def _trouble(self, key: ModelKey, reason: str, span: Span) -> None:
        self.troubles.append(Trouble(key=key, reason=reason, span=span))

    def _is_harmless(self, name: str) -> bool:
        return name in _MODEL or known_bases.is_plain(name) or name.startswith("django.")

    def _contributing(
        self, definition: ClassDefinition
    ) -> Iterator[ClassDefinition | External | UnknownBase]:
        """The class and the bases whose fields become its own: none with a table, nor what is above it."""
        above: set[ast.ClassDef | External] = set()
        for ancestor in ancestors(self.project, definition):
            if isinstance(ancestor, ClassDefinition):
                if ancestor.node in above:
                    continue
                if ancestor.node is not definition.node and self._is_concrete(ancestor):
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
                known = known_bases.of(ancestor.name, self.context.dialect)
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
        removed: set[str],
    ) -> bool:
        """Add the fields that a class body declares, as far as no class before it has them."""
        resolve = self.context.resolver(key[0], name)
        is_model = self.is_model(definition) or self._is_unsure(definition)
        certain = True
        names = self.project.class_bindings(definition).names
        before = set(fields)
        for attribute, value, span in self._attributes(definition):
            if attribute in fields or attribute in removed:
                continue
            if value is None or not is_model:
                removed.add(attribute)
                continue
            field = self.context.fields.read(value, resolve, span)
            if field is None:
                continue
            if field.type.internal in ("", "GenericForeignKey", "GenericRelation") and field.type.known:
                continue
            fields[attribute] = replace(field, name=attribute)
            if not field.certain:
                self._trouble(key, f"the field {attribute} of class {field.path}", span)
                certain = False
        removed.update(name for name in names if name not in fields and name not in before)
        return certain

    def _attributes(self, definition: ClassDefinition) -> list[tuple[str, Value, Span]]:
        """The attributes of a class body that may be fields, evaluated once."""
        found = self._values.get(definition.node)
        if found is None:
            found = []
            module = definition.module
            scope = Scope(module=module, within=definition)
            places = _statements(definition.node)
            for name, binding in self.project.class_bindings(definition).names.items():
                if isinstance(binding, ast.Constant) and binding.value is None:
                    found.append((name, None, module.span(binding)))
                elif isinstance(binding, ast.Call | ast.Name | ast.Attribute | ast.IfExp):
                    value = self.context.evaluator.evaluate(binding, scope)
                    if isinstance(value, Unknown) and isinstance(binding, ast.Call):
                        value = self.context.evaluator.call(binding, scope)
                    place = places.get(name, binding)
                    found.append((name, value, module.span(place)))
            for added in self._added.get(definition.node, ()):
                value = self.context.evaluator.evaluate(added.value, Scope(module=added.module))
                found.append((added.name, value, added.module.span(added.value)))
            self._values[definition.node] = found
        return found

    def values(self, definition: ClassDefinition) -> Iterator[Value]:
        """What the attributes of a class body are, as far as they may be fields."""
        yield from (value for _, value, _ in self._attributes(definition))

    def _parents(self, definition: ClassDefinition, depth: int) -> Iterator[ModelKey]:
        """The models with a table among the bases, the nearest in every line; for a proxy, its base."""
        if depth > _MAXIMUM_DEPTH:
            return
        for base in bases(self.project, definition):
            if isinstance(base, ClassDefinition):
                if self._is_concrete(base) and self.context.meta_value(base, "proxy") is not True:
                    key = self.context.class_key(base)
                    if key is not None:
                        yield key
                elif self.is_model(base) or self._is_unsure(base):
                    yield from self._parents(base, depth + 1)
            elif isinstance(base, External):
                known = known_bases.of(base.name, self.context.dialect)
                if known is not None and known.concrete is not None:
                    yield known.concrete

    @staticmethod
    def _with_parent_links(fields: dict[str, Field], parents: list[ModelKey]) -> dict[str, Field]:
        """The fields with a one-to-one field to each parent that has none."""
        links: dict[str, Field] = {}
        for parent in parents:
            own = [
                name
                for name, field in fields.items()
                if field.type.relation == "one to one" and field.to == parent
            ]
            if own:
                fields[own[0]] = fields[own[0]].with_options(parent_link=True)
            else:
                link = parent_link(ModelState(app=parent[0], name=parent[1], fields={}))
                links[link.name] = replace(link, to=parent)
        if not any(field.primary_key for field in {**links, **fields}.values()) and parents:
            for name, field in {**links, **fields}.items():
                if field.to == parents[0] and field.option("parent_link") is True:
                    promoted = field.with_options(primary_key=True)
                    (links if name in links else fields)[name] = promoted
                    break
        return {**links, **fields}

    # Meta

    def _options(
        self, definition: ClassDefinition, key: ModelKey, name: str, span: Span
    ) -> tuple[dict[str, Any], bool]:
        meta = self._meta(definition)
        if meta is None:
            return {}, True
        values: dict[str, Value] = {}
        places: dict[str, Span] = {}
        own = self._own_meta(definition)
        for ancestor in ancestors(self.project, meta):
            if not isinstance(ancestor, ClassDefinition):
                continue
            statements = _statements(ancestor.node)
            for attribute, binding in self.project.class_bindings(ancestor).names.items():
                if attribute in values or not isinstance(binding, ast.expr):
                    continue
                scope = Scope(module=ancestor.module, within=ancestor)
                values[attribute] = self.context.evaluator.evaluate(binding, scope)
                if attribute in statements:
                    places[attribute] = ancestor.module.span(statements[attribute])
        values.pop("abstract", None)
        if own is None or own.node is not meta.node:  # inherited: what is a table's own does not come along
            values.pop("proxy", None) if values.get("proxy") is not True else None
        options, understood = read_options(values, self.context, places)
        if not understood:
            self._trouble(key, f"the Meta of {name}", span)
        return with_names_filled_in(options, key[0], name), understood


def _statements(node: ast.ClassDef) -> dict[str, ast.stmt]:
    """The statement that binds each name of a class body last."""
    found: dict[str, ast.stmt] = {}
    for statement in node.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]):
                found[name] = statement
            case ast.AnnAssign(target=ast.Name(id=name)):
                found[name] = statement
    return found
