"""Entries of `Meta.indexes` and `Meta.constraints`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from schemalint.frontends.django.classes import django_name
from schemalint.frontends.python_source.project import Project
from schemalint.frontends.python_source.values import Call, Member, Reference, Unknown, Value
from schemalint.source import Span

ConstraintKind = Literal["unique", "check", "exclusion"]

_SUFFIXES = {
    "Index": "idx",
    "PostgresIndex": "idx",
    "BTreeIndex": "btree",
    "HashIndex": "hash",
    "GinIndex": "gin",
    "GistIndex": "gist",
    "SpGistIndex": "spgist",
    "BrinIndex": "brin",
    "BloomIndex": "bloom",
}
_METHODS = {"idx": "btree"}


class MetaIndex(Struct, frozen=True, kw_only=True, eq=False):
    """`Index(fields=…)` or one of its kin. `method` is "" for the database's own default."""

    name: str | None
    fields: tuple[str, ...] = ()
    descending: tuple[bool, ...] = ()
    expressions: tuple[Value, ...] = ()
    condition: Value = None
    include: tuple[str, ...] = ()
    operator_classes: tuple[str, ...] = ()
    suffix: str = "idx"
    span: Span | None = None

    @property
    def method(self) -> str:
        """The access method."""
        return _METHODS.get(self.suffix, self.suffix)


class MetaConstraint(Struct, frozen=True, kw_only=True, eq=False):
    """A unique, check or exclusion constraint.

    `expressions` of an exclusion constraint are pairs of expression and operator.
    """

    kind: ConstraintKind
    name: str
    fields: tuple[str, ...] = ()
    expressions: tuple[Value, ...] = ()
    condition: Value = None
    include: tuple[str, ...] = ()
    operator_classes: tuple[str, ...] = ()
    deferrable: bool = False
    deferred: bool = False
    nulls_distinct: bool | None = None
    method: str = "btree"
    span: Span | None = None


def read_index(value: Value, project: Project, span: Span | None = None) -> MetaIndex | None:
    """An index of `Meta.indexes` or of an operation; None where it is none that is known."""
    if not isinstance(value, Call):
        return None
    kind = django_name(value.function, project).rpartition(".")[2]
    suffix = _SUFFIXES.get(kind)
    fields = value.keywords.get("fields", ())
    if suffix is None or not value.complete or not _are_strings(fields):
        return None
    if not fields and not value.arguments:  # which Django refuses
        return None
    name = value.keywords.get("name")
    if isinstance(name, Unknown):
        return None
    classes = value.keywords.get("opclasses", ())
    return MetaIndex(
        name=name if isinstance(name, str) and name else None,
        fields=tuple(field.removeprefix("-") for field in fields),
        descending=tuple(field.startswith("-") for field in fields),
        expressions=value.arguments,
        condition=value.keywords.get("condition"),
        include=_strings(value.keywords.get("include")),
        operator_classes=_strings(classes),
        suffix=suffix,
        span=span or value.module.span(value.node),
    )


def read_constraint(value: Value, project: Project, span: Span | None = None) -> MetaConstraint | None:
    """A constraint of `Meta.constraints` or of an operation; None where it is none that is known."""
    if not isinstance(value, Call):
        return None
    kind = django_name(value.function, project).rpartition(".")[2]
    place = span or value.module.span(value.node)
    name = value.keywords.get("name")
    if not isinstance(name, str) or not value.complete:
        return None
    if kind == "CheckConstraint":
        condition = value.keywords.get("condition", value.keywords.get("check"))
        return MetaConstraint(kind="check", name=name, condition=condition, span=place)
    if kind == "UniqueConstraint":
        fields = value.keywords.get("fields", ())
        if not _are_strings(fields) or not (fields or value.arguments):
            return None
        distinct = value.keywords.get("nulls_distinct")
        return MetaConstraint(
            kind="unique",
            name=name,
            fields=tuple(fields),
            expressions=value.arguments,
            condition=value.keywords.get("condition"),
            include=_strings(value.keywords.get("include")),
            operator_classes=_strings(value.keywords.get("opclasses")),
            deferrable=_is_given(value.keywords.get("deferrable")),
            deferred=_is_deferred(value.keywords.get("deferrable")),
            nulls_distinct=distinct if isinstance(distinct, bool) else None,
            span=place,
        )
    if kind == "ExclusionConstraint":
        pairs = value.keywords.get("expressions", ())
        if not pairs:
            return None
        method = value.keywords.get("index_type", "GIST")
        return MetaConstraint(
            kind="exclusion",
            name=name,
            expressions=tuple(pairs) if isinstance(pairs, list | tuple) else (),
            condition=value.keywords.get("condition"),
            include=_strings(value.keywords.get("include")),
            deferrable=_is_given(value.keywords.get("deferrable")),
            deferred=_is_deferred(value.keywords.get("deferrable")),
            method=method.lower() if isinstance(method, str) and method else "gist",
            span=place,
        )
    return None


def _is_given(value: Value) -> bool:
    return isinstance(value, Reference | Member | Call) or bool(value and not isinstance(value, Unknown))


def _is_deferred(value: Value) -> bool:
    """Whether it is `Deferrable.DEFERRED`, and not `Deferrable.IMMEDIATE`."""
    name = value.name if isinstance(value, Reference | Member) else ""
    return name.rpartition(".")[2] == "DEFERRED"


def _are_strings(value: Value) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)


def _strings(value: Value) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        return ()
    return tuple(item for item in value if isinstance(item, str))


def with_names_filled_in(options: dict[str, Any], app: str, name: str) -> dict[str, Any]:
    """Names of indexes and constraints with `%(app_label)s` and `%(class)s` filled in."""
    words: Mapping[str, str] = {"app_label": app.lower(), "class": name.lower()}

    def filled(item: Any) -> Any:
        if isinstance(item, MetaIndex | MetaConstraint) and item.name and "%(" in item.name:
            text = item.name
            for word, value in words.items():
                text = text.replace(f"%({word})s", value)
            return replace(item, name=text)
        return item

    for option in ("indexes", "constraints"):
        if option in options:
            options[option] = tuple(filled(item) for item in options[option])
    return options
