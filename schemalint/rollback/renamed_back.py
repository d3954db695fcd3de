"""The old name back: dropping a thing and making it anew would lose what is in there."""

from __future__ import annotations

from msgspec import UNSET

from schemalint import operations as op
from schemalint.catalog import Catalog, Name
from schemalint.replay import Step


def renamed_back(step: Step) -> op.Operation | None:
    """What undoes a step that renames or moves something; None for any other one."""
    operation, before = step.operation, step.before
    if isinstance(operation, op.RenameTable):
        table = before.find(operation.table)
        if table is None:
            return None
        new = operation.new_name
        now = Name(new.name, new.schema if new.schema is not None else table.name.schema)
        return op.RenameTable(table=now, new_name=Name(table.name.name, table.name.schema and new.schema))
    if isinstance(operation, op.RenameColumn):
        return op.RenameColumn(
            table=operation.table, column=operation.new_name, new_name=_spelled(operation, before)
        )
    if isinstance(operation, op.RenameIndex):
        return op.RenameIndex(
            index=Name(operation.new_name, operation.index.schema),
            new_name=operation.index.name,
            table=operation.table,
        )
    if isinstance(operation, op.RenameConstraint):
        return op.RenameConstraint(table=operation.table, name=operation.new_name, new_name=operation.name)
    if isinstance(operation, op.MoveTable):
        table = before.find(operation.table)
        return (
            None
            if table is None
            else op.MoveTable(table=Name(table.name.name, operation.schema), schema=table.name.schema)
        )
    if isinstance(operation, op.RenameSchema):
        return op.RenameSchema(name=operation.new_name, new_name=operation.name)
    if isinstance(operation, op.AlterType) and operation.new_schema is UNSET:
        if operation.rename_label is not None:
            old, new_label = operation.rename_label
            return op.AlterType(name=operation.name, rename_label=(new_label, old))
        if operation.new_name is not None:
            name = Name(operation.new_name, operation.name.schema)
            return op.AlterType(name=name, new_name=operation.name.name)
    return None


def _spelled(operation: op.RenameColumn, before: Catalog) -> str:
    table = before.find(operation.table)
    column = table.column(operation.column, before.dialect) if table is not None else None
    return operation.column if column is None else column.name
