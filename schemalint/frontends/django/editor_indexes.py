"""How Django's schema editor runs, and what it does about indexes and constraints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from schemalint import replay
from schemalint.catalog import Catalog, Check, Index, Key, Name
from schemalint.frontends.django import columns, introspection
from schemalint.frontends.django.deferred import Deferred
from schemalint.frontends.django.fields import Field
from schemalint.frontends.django.meta import MetaConstraint, MetaIndex
from schemalint.frontends.django.model_state import Together
from schemalint.frontends.django.names import index_name, meta_index_name, table_name
from schemalint.frontends.django.state import Model
from schemalint.frontends.sql.uncertain import uncertain
from schemalint.knowledge.dialects import Dialect
from schemalint.operations import (
    AddCheck,
    AddIndex,
    DropConstraint,
    DropIndex,
    Operation,
    RenameIndex,
)
from schemalint.source import Span


class IndexEditor:
    """What makes and drops indexes and constraints; its subclasses know what differs between databases."""

    supports_partial_indexes = True
    supports_expression_indexes = True
    supports_covering_indexes = False
    supports_deferrable_unique = False
    supports_nulls_distinct = False
    supports_operator_classes = False
    inline_foreign_keys = False
    unique_together_is_index = False
    drop_index_if_exists = False

    def __init__(self, catalog: Catalog, version: tuple[int, int]) -> None:
        self.catalog = catalog
        self.version = version
        self.dialect: Dialect = catalog.dialect
        self.span: Span | None = None
        self.lenient = False
        self.doubt: str | None = None
        self.follows = True
        self.deferred: list[Deferred] = []
        self.operations: list[Operation] = []

    def run(self, operation: Operation) -> None:
        """Do one operation.

        One that the database would refuse is kept all the same, and replay says so; where the migration
        itself is `lenient`, it is left out. One that a `doubt` is about may happen or not. An editor that
        only makes never looks into the catalog, and needs not follow what comes of it.
        """
        if self.doubt is not None:
            operation = uncertain([operation], self.doubt)[0]
        self.operations.append(operation)
        if not self.follows:
            return
        try:
            self.catalog = replay.apply(self.catalog, operation)
        except replay.Refused:
            if self.lenient:
                self.operations.pop()

    def flush(self) -> None:
        """Run what was put off."""
        for statement in self.deferred:
            self.run(statement.operation(self.dialect))
        self.deferred = []

    def close(self, begun: Catalog) -> None:
        """What a database asks for at the end of a migration that `begun` with that catalog."""

    def take(self) -> list[Operation]:
        """What has been done since the last time."""
        taken, self.operations = self.operations, []
        return taken

    @staticmethod
    def _marked(model: Model, index: Index) -> Index:
        """The table of a many-to-many field is Django's own, and so is all that is on it."""
        return replace(index, framework_made=True) if model.through_of is not None else index

    # indexes of models and fields

    def model_indexes(self, model: Model) -> Iterator[Deferred]:
        """The indexes of a model's fields, then those of its Meta."""
        for field in model.fields:
            yield from self.field_indexes(model, field)
        if self.version < (5, 1):
            for names in model.option("index_together", ()):
                yield self._index_together(model, names)
        for index in model.option("indexes", ()):
            made = self.meta_index(model, index)
            if made is not None:
                yield Deferred(model.table, index=made, span=self.span)

    def field_indexes(self, model: Model, field: Field) -> Iterator[Deferred]:
        """The indexes that a field has by itself."""
        if self.should_be_indexed(model, field):
            yield self.field_index(model, field)

    def should_be_indexed(self, model: Model, field: Field) -> bool:
        """Whether `db_index` makes an index (`_field_should_be_indexed`)."""
        return field.db_index and not field.unique and field.has_column

    def field_index(
        self, model: Model, field: Field, suffix: str = "", operator_class: str | None = None
    ) -> Deferred:
        """The index of one field."""
        words = "ForeignKey" if field.is_relation else "db_index=True"
        if operator_class is not None and field.unique:
            words = "unique=True"
        index = Index(
            name=None,
            keys=(Key(column=field.column, operator_class=operator_class),),
            implied_by=words,
            framework_made=operator_class is not None,  # it comes with the other one, and can't go alone
            span=field.span,
        )
        return Deferred(model.table, index=self._marked(model, index), suffix=suffix, span=self.span)

    def meta_index(self, model: Model, index: MetaIndex) -> Index | None:
        """An entry of `Meta.indexes`; None where the database can't have it."""
        if index.expressions and not self.supports_expression_indexes:
            return None
        writer = columns.writer(model)
        if index.expressions:
            keys = tuple(writer.key(expression) for expression in index.expressions)
        else:
            classes = index.operator_classes if self.supports_operator_classes else ()
            named = model.columns(index.fields)
            keys = tuple(
                Key(
                    column=column,
                    order="desc" if down else "asc",
                    operator_class=classes[place] if place < len(classes) else None,
                )
                for place, (column, down) in enumerate(zip(named, index.descending, strict=True))
            )
        return Index(
            name=self.meta_index_name(model, index),
            keys=keys,
            method=self.method(index.method),
            predicate=writer.condition(index.condition) if self.supports_partial_indexes else None,
            include=model.columns(index.include) if self.supports_covering_indexes else (),
            span=index.span,
        )

    @staticmethod
    def method(method: str) -> str:
        """An access method, as far as the database has it."""
        return "btree"

    @staticmethod
    def meta_index_name(model: Model, index: MetaIndex) -> str:
        """The name of an entry of `Meta.indexes`: the one written, or Django's."""
        if index.name is not None or not index.fields:
            return index.name or ""
        return meta_index_name(model.table, model.columns(index.fields), index.descending, index.suffix)

    def add_index(self, model: Model, index: MetaIndex, *, concurrently: bool = False) -> None:
        """CREATE INDEX."""
        made = self.meta_index(model, index)
        if made is not None:
            self.run(
                AddIndex(table=model.name, index=made, concurrently=concurrently, span=self.span),
            )

    def remove_index(self, model: Model, index: MetaIndex, *, concurrently: bool = False) -> None:
        """DROP INDEX."""
        if not index.expressions or self.supports_expression_indexes:
            self.drop_index(model, self.meta_index_name(model, index), concurrently=concurrently)

    def drop_index(self, model: Model, name: str, *, concurrently: bool = False) -> None:
        """DROP INDEX; one that was only put off so far is not made."""
        table = table_name(model.table)
        if self.version >= (5, 1):
            self.deferred = [item for item in self.deferred if not item.is_index(table, name, self.dialect)]
        self._run_drop_index(table, name, concurrently=concurrently)

    def _run_drop_index(self, table: Name, name: str, *, concurrently: bool = False) -> None:
        self.run(
            DropIndex(
                index=Name(name, table.schema),
                table=table,
                if_exists=self.drop_index_if_exists,
                concurrently=concurrently,
                span=self.span,
            )
        )

    def rename_index(self, model: Model, old: str, new: MetaIndex) -> None:
        """ALTER INDEX … RENAME."""
        table = table_name(model.table)
        new_name = self.meta_index_name(model, new)
        self.run(RenameIndex(index=Name(old, table.schema), new_name=new_name, table=table, span=self.span))

    # constraints of models

    def _supports(self, constraint: MetaConstraint) -> bool:
        """`_unique_supported`, and exclusion constraints where there are any."""
        if constraint.kind == "check":
            return True
        if constraint.kind == "exclusion":
            return self.supports_operator_classes
        return (
            (constraint.condition is None or self.supports_partial_indexes)
            and (not constraint.deferrable or self.supports_deferrable_unique)
            and (not constraint.include or self.supports_covering_indexes)
            and (not constraint.expressions or self.supports_expression_indexes)
            and (constraint.nulls_distinct is None or self.supports_nulls_distinct)
        )

    @staticmethod
    def _is_unique_index(constraint: MetaConstraint) -> bool:
        """Whether a unique constraint has to be made as an index."""
        return constraint.kind == "unique" and bool(
            constraint.condition is not None
            or constraint.include
            or constraint.operator_classes
            or constraint.expressions
        )

    def _inline_constraint(
        self, model: Model, constraint: MetaConstraint
    ) -> tuple[Index | None, Check | None]:
        """A constraint as part of CREATE TABLE; what can't be part of it is put off."""
        if not self._supports(constraint):
            return None, None
        if constraint.kind == "check":
            return None, self._check(model, constraint)
        if (
            constraint.kind == "exclusion"
            or self._is_unique_index(constraint)
            or constraint.nulls_distinct is not None
        ):
            self.deferred.append(
                Deferred(model.table, index=self._constraint_index(model, constraint), span=self.span)
            )
            return None, None
        return self._constraint_index(model, constraint), None

    def _check(self, model: Model, constraint: MetaConstraint) -> Check:
        text = columns.writer(model).condition(constraint.condition) or "TRUE"
        mentioned = (field.column for field in model.fields if f'"{field.column}"' in text.replace("`", '"'))
        return Check(name=constraint.name, expression=text, columns=tuple(mentioned), span=constraint.span)

    def _constraint_index(self, model: Model, constraint: MetaConstraint) -> Index:
        writer = columns.writer(model)
        if constraint.kind == "exclusion":
            pairs = [pair for pair in constraint.expressions if isinstance(pair, list | tuple) and pair]
            keys = tuple(writer.key(pair[0]) for pair in pairs)
        elif constraint.expressions:
            keys = tuple(writer.key(expression) for expression in constraint.expressions)
        else:
            classes = constraint.operator_classes if self.supports_operator_classes else ()
            keys = tuple(
                Key(column=column, operator_class=classes[place] if place < len(classes) else None)
                for place, column in enumerate(model.columns(constraint.fields))
            )
        is_index = self._is_unique_index(constraint)
        return Index(
            name=constraint.name,
            keys=keys,
            unique=constraint.kind == "unique",
            method=constraint.method,
            predicate=writer.condition(constraint.condition),
            include=model.columns(constraint.include),
            nulls_distinct=constraint.nulls_distinct is not False,
            origin="exclusion constraint"
            if constraint.kind == "exclusion"
            else ("explicit" if is_index else "unique constraint"),
            immediate=not constraint.deferrable,
            deferred=constraint.deferred,
            span=constraint.span,
        )

    def add_constraint(self, model: Model, constraint: MetaConstraint, *, validated: bool = True) -> None:
        """ADD CONSTRAINT, or CREATE UNIQUE INDEX."""
        if not self._supports(constraint):
            return
        table = table_name(model.table)
        if constraint.kind == "check":
            check = replace(self._check(model, constraint), validated=validated)
            self.run(AddCheck(table=table, check=check, span=self.span))
        else:
            index = self._constraint_index(model, constraint)
            self.run(AddIndex(table=table, index=index, span=self.span))

    def remove_constraint(self, model: Model, constraint: MetaConstraint) -> None:
        """DROP CONSTRAINT, or DROP INDEX."""
        if not self._supports(constraint):
            return
        if self._is_unique_index(constraint):
            self._run_drop_index(table_name(model.table), constraint.name)
        else:
            self.drop_constraint(model, constraint.name)

    def drop_constraint(self, model: Model, name: str) -> None:
        """DROP CONSTRAINT of any kind."""
        self.run(DropConstraint(table=table_name(model.table), name=name, span=self.span))

    def drop_unique(self, model: Model, name: str) -> None:
        """DROP a unique constraint."""
        self.drop_constraint(model, name)

    # together

    def _unique_together(self, model: Model, names: tuple[str, ...]) -> Deferred:
        index = Index(
            name=None,
            keys=tuple(Key(column=column) for column in model.columns(names)),
            unique=True,
            origin="explicit" if self.unique_together_is_index else "unique constraint",
            implied_by=None if model.through_of is not None else "unique_together",
            span=self._option_span(model, "unique_together"),
        )
        return Deferred(model.table, index=self._marked(model, index), suffix="_uniq", span=self.span)

    @staticmethod
    def _option_span(model: Model, option: str) -> Span | None:
        span = model.option(f"{option} span")
        return span if isinstance(span, Span) else model.source.span

    def alter_unique_together(self, model: Model, old: Together, new: Together) -> None:
        """Drop and make unique constraints over several columns."""
        for names in _difference(old, new):
            self._delete_composed_index(model, names, unique=True)
        for names in _difference(new, old):
            self.run(self._unique_together(model, names).operation(self.dialect))

    def alter_index_together(self, model: Model, old: Together, new: Together) -> None:
        """Drop and make indexes over several columns."""
        for names in _difference(old, new):
            self._delete_composed_index(model, names, unique=False)
        for names in _difference(new, old):
            self.run(self._index_together(model, names).operation(self.dialect))

    def create_index_together(self, model: Model) -> None:
        """The indexes that come apart from CREATE TABLE: since Django 5.1 the operation makes them."""
        if self.version >= (5, 1):
            self.alter_index_together(model, (), model.option("index_together", ()))

    def _index_together(self, model: Model, names: tuple[str, ...]) -> Deferred:
        index = Index(
            name=None,
            keys=tuple(Key(column=column) for column in model.columns(names)),
            implied_by="index_together",
            span=self._option_span(model, "index_together"),
        )
        return Deferred(model.table, index=index, suffix="_idx", span=self.span)

    def _delete_composed_index(self, model: Model, names: tuple[str, ...], *, unique: bool) -> None:
        exclude = {item.name for item in model.option("constraints", ())}
        exclude |= {self.meta_index_name(model, index) for index in model.option("indexes", ())}
        named = model.columns(names)
        if unique:
            for item in self.deferred:  # made in the same migration, and not run yet
                waiting = item.index is not None and item.index.unique and item.suffix == "_uniq"
                if waiting and item.table == model.table and item.columns == named:
                    self.deferred.remove(item)
                    return
        table = table_name(model.table)
        found = list(
            introspection.names(self.catalog, table, named, unique=True, primary_key=False, exclude=exclude)
            if unique
            else introspection.names(self.catalog, table, named, index=True, unique=False, exclude=exclude)
        )
        default = index_name(model.table, named, "_uniq" if unique else "_idx", self.dialect)
        if unique and default in found:
            found = [default]
        name = found[0] if len(found) == 1 else default
        if unique:
            self.drop_unique(model, name)
        else:
            self.drop_index(model, name)


def _difference(one: Together, other: Together) -> Iterable[tuple[str, ...]]:
    return [names for names in dict.fromkeys(one) if names not in other]
