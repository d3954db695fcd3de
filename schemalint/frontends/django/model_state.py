"""What is written of a model at one moment of a history, and what holds for all models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from schemalint.frontends.django.fields import Field, ModelKey
from schemalint.frontends.django.meta import MetaConstraint, MetaIndex
from schemalint.frontends.python_source.definitions import ClassDefinition, External
from schemalint.knowledge.dialects import Dialect
from schemalint.source import Span

Together = tuple[tuple[str, ...], ...]


class ModelState(Struct, frozen=True, kw_only=True, eq=False):
    """A model's fields and options. `bases` are the models among its bases, `mixins` other classes there.

    `complete` is False where a base or a field was not understood; `holds` says that there may only be more
    than is known then. `unsure` are the names of fields that were not understood where nothing else is: what
    they may add goes by their names. `elsewhere` are the columns, by name, of fields that only another moment
    of the model has: what is made of them here is made of these columns. `outside` marks a model whose
    sources are not at hand: what is known of it is a fact of ours or a guess, and its table is not made.
    """

    app: str
    name: str
    fields: Mapping[str, Field]
    options: Mapping[str, Any] = {}
    bases: tuple[ModelKey, ...] = ()
    mixins: tuple[ClassDefinition | External, ...] = ()
    complete: bool = True
    holds: bool = False
    unsure: tuple[str, ...] = ()
    elsewhere: Mapping[str, str] = {}
    outside: bool = False
    span: Span | None = None

    @property
    def key(self) -> ModelKey:
        """How models refer to it."""
        return (self.app, self.name.lower())

    def with_field(self, name: str, field: Field) -> ModelState:
        """The model with a field added, or another in its place."""
        return replace(self, fields={**self.fields, name: replace(field, name=name)})

    def with_options(self, **options: Any) -> ModelState:
        """The model with other options."""
        return replace(self, options={**self.options, **options})

    def index(self, name: str) -> MetaIndex | None:
        """The entry of `Meta.indexes` of that name."""
        return next((index for index in self.options.get("indexes", ()) if index.name == name), None)

    def constraint(self, name: str) -> MetaConstraint | None:
        """The entry of `Meta.constraints` of that name."""
        return next((item for item in self.options.get("constraints", ()) if item.name == name), None)


class Environment(Struct, frozen=True, kw_only=True, eq=False):
    """What holds for all models: the database, Django's version, and the class of the keys nobody wrote.

    `names_auto_field` says whether the project itself decides `default_auto_field`; `auto_fields` are those
    of apps that say their own, by label. `outside` are models that are not read. Under one of the
    `nondeterministic_collations` PostgreSQL has no index for LIKE.
    """

    dialect: Dialect
    version: tuple[int, int] = (5, 2)
    default_auto_field: str = "AutoField"
    names_auto_field: bool = True
    auto_fields: Mapping[str, str] = {}
    outside: Mapping[ModelKey, ModelState] = {}
    nondeterministic_collations: frozenset[str] = frozenset()

    def auto_field(self, app: str) -> str:
        """The class of the primary keys that an app's models get by themselves."""
        return self.auto_fields.get(app, self.default_auto_field)

    def decides_auto_field(self, app: str) -> bool:
        """Whether the project itself says which class that is."""
        return self.names_auto_field or app in self.auto_fields
