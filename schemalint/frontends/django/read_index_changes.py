"""Calls of migration operations on indexes and constraints to changes."""

from __future__ import annotations

from collections.abc import Callable

from schemalint.frontends.django import index_changes, meta
from schemalint.frontends.django.changes import Change, NotUnderstood
from schemalint.frontends.django.operation_reader import Reader
from schemalint.frontends.python_source.values import Call
from schemalint.source import Span


def _add_index(concurrently: bool) -> Callable[[Reader, Call, Span], Change]:
    def read(reader: Reader, call: Call, span: Span) -> Change:
        index = meta.read_index(call.argument(1, "index"), reader.context.project, span)
        if index is None or index.name is None:
            raise NotUnderstood("an index of a class that is not known")
        return index_changes.AddIndex(span=span, key=reader.key(call), index=index, concurrently=concurrently)

    return read


def _remove_index(concurrently: bool) -> Callable[[Reader, Call, Span], Change]:
    def read(reader: Reader, call: Call, span: Span) -> Change:
        name = reader.text(call, 1, "name")
        return index_changes.RemoveIndex(
            span=span, key=reader.key(call), name=name, concurrently=concurrently
        )

    return read


def _rename_index(reader: Reader, call: Call, span: Span) -> Change:
    old_name, old_fields = call.argument(2, "old_name"), call.argument(3, "old_fields")
    return index_changes.RenameIndex(
        span=span,
        key=reader.key(call),
        new_name=reader.text(call, 1, "new_name"),
        old_name=old_name if isinstance(old_name, str) else None,
        old_fields=tuple(name for name in old_fields if isinstance(name, str))
        if isinstance(old_fields, list | tuple)
        else (),
    )


def _add_constraint(validated: bool) -> Callable[[Reader, Call, Span], Change]:
    def read(reader: Reader, call: Call, span: Span) -> Change:
        constraint = meta.read_constraint(call.argument(1, "constraint"), reader.context.project, span)
        if constraint is None:
            raise NotUnderstood("a constraint of a class that is not known")
        return index_changes.AddConstraint(
            span=span, key=reader.key(call), constraint=constraint, validated=validated
        )

    return read


def _alter_constraint(reader: Reader, call: Call, span: Span) -> Change:
    constraint = meta.read_constraint(call.argument(2, "constraint"), reader.context.project, span)
    if constraint is None:
        raise NotUnderstood("a constraint of a class that is not known")
    name = reader.text(call, 1, "name")
    return index_changes.AlterConstraint(span=span, key=reader.key(call), name=name, constraint=constraint)


def _remove_constraint(reader: Reader, call: Call, span: Span) -> Change:
    return index_changes.RemoveConstraint(span=span, key=reader.key(call), name=reader.text(call, 1, "name"))


def _validate_constraint(reader: Reader, call: Call, span: Span) -> Change:
    return index_changes.ValidateConstraint(
        span=span, key=reader.key(call), name=reader.text(call, 1, "name")
    )


INDEX_READERS: dict[str, Callable[[Reader, Call, Span], Change]] = {
    "AddIndex": _add_index(False),
    "AddIndexConcurrently": _add_index(True),
    "RemoveIndex": _remove_index(False),
    "RemoveIndexConcurrently": _remove_index(True),
    "RenameIndex": _rename_index,
    "AddConstraint": _add_constraint(True),
    "AddConstraintNotValid": _add_constraint(False),
    "AlterConstraint": _alter_constraint,
    "RemoveConstraint": _remove_constraint,
    "ValidateConstraint": _validate_constraint,
}
"""By the name of the operation."""
