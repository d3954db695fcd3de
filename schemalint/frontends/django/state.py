"""The models of a project at one moment of its history, and what Django makes of each of them.

`ModelState` and `State` are Django's own `ModelState` and `ProjectState`, less what no database sees; a
`Model` is one of them rendered: with its table's name, its primary key, and the fields that Django adds.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from schemalint.catalog import Name
from schemalint.frontends.django.field_types import CORE
from schemalint.frontends.django.fields import Field, ModelKey
from schemalint.frontends.django.model_state import Environment, ModelState
from schemalint.frontends.django.names import stored_name, table_name, truncated

_MAXIMUM_PARENTS = 30


class State:
    """The models at one moment. Never changed in place.

    `unsure` says that there may be models of which nothing is known.
    """

    __slots__ = ("_rendered", "environment", "models", "unsure")

    def __init__(
        self, models: Mapping[ModelKey, ModelState], environment: Environment, *, unsure: bool = False
    ) -> None:
        self.models = models
        self.environment = environment
        self.unsure = unsure
        self._rendered: dict[ModelKey, Model] = {}

    def with_model(self, model: ModelState, instead_of: ModelKey | None = None) -> State:
        """The state with a model added or changed; `instead_of` is the key that it had."""
        models = dict(self.models)
        if instead_of is not None and instead_of != model.key:
            models.pop(instead_of, None)
        models[model.key] = model
        return self.of(models)

    def without(self, key: ModelKey) -> State:
        """The state without a model."""
        return self.of({other: model for other, model in self.models.items() if other != key})

    def of(self, models: Mapping[ModelKey, ModelState]) -> State:
        """The state with these models in the place of all."""
        return State(models, self.environment, unsure=self.unsure)

    def doubted(self, key: ModelKey | None) -> State:
        """The state after something that was not understood: to a model, or, without a key, to any."""
        model = self.models.get(key) if key is not None else None
        if model is not None:
            return self.with_model(replace(model, complete=False, holds=False, unsure=()))
        if key is not None:
            return State(self.models, self.environment, unsure=True)
        models = {
            other: replace(one, complete=False, holds=False, unsure=()) if one.complete or one.holds else one
            for other, one in self.models.items()
        }
        return State(models, self.environment, unsure=True)

    def with_nondeterministic(self, collation: str) -> State:
        """The state with a collation that takes different texts for the same."""
        collations = self.environment.nondeterministic_collations | {collation}
        environment = replace(self.environment, nondeterministic_collations=collations)
        return State(self.models, environment, unsure=self.unsure)

    def within(self, apps: Container[str]) -> State:
        """The models of some apps, with all others at hand to refer to."""
        models = {key: model for key, model in self.models.items() if key[0] in apps}
        others = {key: model for key, model in self.models.items() if key[0] not in apps}
        outside = {**self.environment.outside, **others}
        return State(models, replace(self.environment, outside=outside), unsure=self.unsure)

    def model(self, key: ModelKey) -> Model:
        """A model as Django renders it; one that is not known is guessed after Django's conventions."""
        found = self._rendered.get(key)
        if found is None:
            state = self.models.get(key) or self.environment.outside.get(key)
            if state is None:
                state = ModelState(app=key[0], name=key[1], fields={}, complete=False, outside=True)
            found = self._rendered[key] = Model(state, self)
        return found

    def references(self, key: ModelKey) -> Iterator[tuple[ModelState, Field]]:
        """Every field of every model that refers to a model, or goes through it."""
        for model in self.models.values():
            for field in model.fields.values():
                if key in (field.to, field.through):
                    yield model, field


class Model:
    """A model as Django renders it. `through_of` is the many-to-many field that it was made for, if any."""

    __slots__ = ("_fields", "_pk", "_resolving", "environment", "source", "state", "table", "through_of")

    def __init__(self, source: ModelState, state: State, through_of: Field | None = None) -> None:
        self.source = source
        self.state = state
        self.environment = state.environment
        self.through_of = through_of
        self._fields: list[Field] | None = None
        self._pk: Field | None = None
        self._resolving = False
        self.table = self._table(0)

    @property
    def key(self) -> ModelKey:
        """How models refer to it."""
        return self.source.key

    def option(self, name: str, default: Any = None) -> Any:
        """An option of its Meta."""
        return self.source.options.get(name, default)

    def _table(self, depth: int) -> str:
        if self.option("proxy") is True and self.source.bases and depth < _MAXIMUM_PARENTS:
            parent = self.state.models.get(self.source.bases[0]) or self.environment.outside.get(
                self.source.bases[0]
            )
            if parent is not None and parent is not self.source:
                return Model(parent, self.state)._table(depth + 1) if depth < _MAXIMUM_PARENTS else ""
        written = self.option("db_table")
        if isinstance(written, str) and written:
            return stored_name(written, self.environment.dialect)
        return truncated(f"{self.source.app}_{self.source.name.lower()}", self.environment.dialect)

    @property
    def name(self) -> Name:
        """The name of its table."""
        return table_name(self.table)

    @property
    def managed(self) -> bool:
        """Whether migrations make its table (`Model._meta.can_migrate`)."""
        vendor = self.option("required_db_vendor")
        if isinstance(vendor, str):
            dialect = self.environment.dialect
            if vendor != ("mysql" if dialect == "mariadb" else dialect):
                return False
        return (
            self.option("is_supported", True) is True
            and self.option("managed", True) is not False
            and self.option("proxy") is not True
            and self.option("swapped") is not True
            and not self.source.outside
        )

    @property
    def has_native_uuid(self) -> bool:
        """Whether UUIDs have a type of their own: on MariaDB (from its version 10.7) since Django 5.0."""
        return self.environment.dialect == "mariadb" and self.environment.version >= (5, 0)

    @property
    def fields(self) -> list[Field]:
        """The fields with a column in its own table, in order."""
        if self._fields is None:
            self._fields = self._local_fields()
        return self._fields

    def _local_fields(self) -> list[Field]:
        own = [field for field in self.source.fields.values() if not field.many_to_many]
        own = [field for field in own if field.has_column]
        composite = any(field.type.internal == "CompositePrimaryKey" for field in self.source.fields.values())
        if not composite and not any(field.primary_key for field in own) and self.option("proxy") is not True:
            link = self._parent_link(own)
            if link is not None:
                promoted = link.with_options(primary_key=True)
                own = [promoted if field is link else field for field in own]
                if not any(field is promoted for field in own):
                    own.insert(0, promoted)
            else:
                own.insert(0, self._automatic_key())
        if self.option("order_with_respect_to") and not any(field.name == "_order" for field in own):
            own.append(Field(name="_order", type=CORE["OrderWrt"], path="django.db.models.OrderWrt"))
        return own

    def _parent_link(self, own: list[Field]) -> Field | None:
        """The one-to-one field to the first parent with a table, which is the key of a model below it."""
        for base in self.source.bases:
            parent = self.state.models.get(base) or self.environment.outside.get(base)
            if parent is None:
                parent = ModelState(app=base[0], name=base[1], fields={}, complete=False, outside=True)
            concrete = self._concrete(parent)
            if concrete is None:
                continue
            for field in own:
                if field.to in (base, concrete.key) and (
                    field.option("parent_link") is True or field.auto_created
                ):
                    return field
            return parent_link(concrete)
        return None

    def _concrete(self, parent: ModelState) -> ModelState | None:
        for _ in range(_MAXIMUM_PARENTS):
            if parent.options.get("proxy") is not True:
                return parent
            following = next((self.state.models.get(base) for base in parent.bases), None)
            if following is None:
                return None
            parent = following
        return None

    def _automatic_key(self) -> Field:
        kind = self.environment.auto_field(self.source.app)
        return Field(
            name="id",
            type=CORE.get(kind, CORE["AutoField"]),
            path=f"django.db.models.{kind}",
            options={"primary_key": True},
            certain=self.source.complete,
            auto_created=True,
            assumed=not self.environment.decides_auto_field(self.source.app),
            span=self.source.span,
        )

    @property
    def many_to_many(self) -> list[Field]:
        """Its many-to-many fields, in order."""
        return [field for field in self.source.fields.values() if field.many_to_many]

    @property
    def composite_key(self) -> tuple[str, ...] | None:
        """The columns of a CompositePrimaryKey."""
        for field in self.source.fields.values():
            if field.type.internal == "CompositePrimaryKey":
                names = field.options.get("fields", ())
                found = [self.field(name) for name in names if isinstance(name, str)]
                return tuple(item.column for item in found if item is not None)
        return None

    @property
    def pk(self) -> Field | None:
        """The field that is the primary key; None where it is composite."""
        if self.option("proxy") is True and self.source.bases:
            return self.state.model(self.source.bases[0]).pk if self.source.bases[0] != self.key else None
        return next((field for field in self.fields if field.primary_key), None)

    def field(self, name: str, depth: int = 0) -> Field | None:
        """A field by its name, or by its attribute's; of the parents, too."""
        for field in self.fields:
            if field.name == name:
                return field
        for field in self.fields:
            if field.is_relation and f"{field.name}_id" == name:
                return field
        if name == "pk" and depth == 0:
            return self.pk
        if depth < _MAXIMUM_PARENTS:
            for base in self.source.bases:
                if base in self.state.models and base != self.key:
                    found = self.state.model(base).field(name, depth + 1)
                    if found is not None:
                        return found
        return None

    def named(self, name: str) -> Field | None:
        """A field by its name, with a column or without one."""
        return self.field(name) or self.source.fields.get(name)

    def columns(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The columns of fields by their names; a name that is no field stands for itself."""
        return tuple(self.column(name) or name for name in names)

    def column(self, name: str) -> str | None:
        """The column of a field by its name; None where it is no field."""
        field = self.field(name)
        return field.column if field is not None else self.source.elsewhere.get(name)

    def target_field(self, field: Field) -> Field | None:
        """The field that a foreign key refers to."""
        return self.target(field)[1]

    def target(self, field: Field) -> tuple[Model, Field | None]:
        """The model and the field that a foreign key refers to."""
        if field.to is None:
            return self, None
        other = self if field.to == self.key else self.state.model(field.to)
        name = field.option("to_field")
        found = other.field(name) if isinstance(name, str) else other.pk
        if found is not None and found.is_relation and _refers_to_itself(other, found):
            return other, None
        return other, found

    def target_column(self, field: Field) -> str:
        """The column that a foreign key refers to."""
        found = self.target(field)[1]
        return found.column if found is not None else "id"

    def through(self, field: Field) -> Model | None:
        """The model that Django makes for a many-to-many field; None where one is written."""
        if field.through is not None or field.to is None or "through" in field.options:
            return None
        return Model(_through_state(self, field), self.state, through_of=field)


def _refers_to_itself(model: Model, field: Field) -> bool:
    return field.to == model.key


def parent_link(parent: ModelState, name: str | None = None) -> Field:
    """The one-to-one field by which a model inherits from another's table."""
    return Field(
        name=name or f"{parent.name.lower()}_ptr",
        type=CORE["OneToOneField"],
        path="django.db.models.OneToOneField",
        options={"db_index": True, "unique": True, "parent_link": True},
        to=parent.key,
        auto_created=True,
    )


def _through_state(model: Model, field: Field) -> ModelState:
    """`create_many_to_many_intermediary_model`."""
    assert field.to is not None
    from_name, to_name = model.source.name.lower(), field.to[1]
    if to_name == from_name or field.to == model.key:
        from_name, to_name = f"from_{from_name}", f"to_{to_name}"
    written = field.option("db_table")
    if not isinstance(written, str) or not written:
        table = model.option("db_table") or model.table  # as it is written, however long
        table = table.strip('"') if table.startswith('"') else table
        written = truncated(f"{table}_{field.name}", model.environment.dialect)

    def link(name: str, to: ModelKey) -> Field:
        options = {"db_index": True, "db_constraint": field.db_constraint}
        return Field(
            name=name,
            type=CORE["ForeignKey"],
            path="django.db.models.ForeignKey",
            options=options,
            to=to,
            is_aimed=field.is_aimed,
            span=field.span,
        )

    return ModelState(
        app=model.source.app,
        name=f"{model.source.name}_{field.name}",
        fields={from_name: link(from_name, model.key), to_name: link(to_name, field.to)},
        options={
            "db_table": written,
            "unique_together": ((from_name, to_name),),
            "managed": model.option("managed", True),
        },
        span=field.span,
        complete=field.certain and model.source.complete,
        holds=field.certain and (model.source.complete or model.source.holds),
    )
