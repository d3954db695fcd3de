"""The constraints that operations of a batch make and drop."""

from __future__ import annotations

from schemalint.catalog import Check, ForeignKey, Index, Name
from schemalint.operations import (
    AddCheck,
    AddColumn,
    AddForeignKey,
    AddIndex,
    ConstraintKind,
    DropConstraint,
    DropIndex,
    Operation,
)
from schemalint.source import Span

Constraint = ForeignKey | Check | Index


def constraints_made(operation: Operation) -> tuple[Constraint, ...]:
    """The constraints that an operation makes by themselves or along with a column."""
    match operation:
        case AddForeignKey(foreign_key=key):
            return (key,)
        case AddCheck(check=check):
            return (check,)
        case AddIndex(index=index) if index.is_constraint:
            return (index,)
        case AddColumn(checks=checks):
            return checks
    return ()


def is_nameless(operation: Operation) -> bool:
    """Whether a constraint is made by itself that no name is given to, by a naming convention either."""
    if isinstance(operation, AddColumn):
        return False
    return any(constraint.name is None for constraint in constraints_made(operation))


def without_constraint(table: Name, constraint: Constraint, span: Span | None) -> DropConstraint:
    """The operation that drops a constraint of a table; of its primary key there is one alone."""
    kind: ConstraintKind = "unique constraint"
    if isinstance(constraint, ForeignKey):
        kind = "foreign key"
    elif isinstance(constraint, Check):
        kind = "check"
    elif constraint.origin == "primary key":
        return DropConstraint(table=table, name=None, kind="primary key", span=span)
    return DropConstraint(table=table, name=constraint.name, kind=kind, columns=constraint.columns, span=span)


def dropped_name(operation: Operation) -> str:
    """The name of the constraint or index that an operation drops; empty for another, or without a name."""
    match operation:
        case DropIndex(index=index):
            return index.name
        case DropConstraint(name=str(name)):
            return name
    return ""
