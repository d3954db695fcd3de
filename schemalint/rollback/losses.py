"""What a way back does not bring back, and which rows stand in its way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schemalint import operations as op
from schemalint.catalog import Catalog, Column, Name
from schemalint.knowledge.dialects import MYSQL_FAMILY, Dialect
from schemalint.knowledge.types import base_type, is_serial
from schemalint.operations.rows import Rows
from schemalint.replay import Step


def needs(found: Sequence[op.Operation], dialect: Dialect) -> Iterator[str]:
    """Which columns can be added to empty tables only. MySQL fills them with a value of its own."""
    if dialect in MYSQL_FAMILY:
        return
    for operation in found:
        if isinstance(operation, op.AddColumn) and not _has_value(operation.column):
            name = f"{operation.table}.{operation.column.name}"
            yield f"{name} is NOT NULL without a default: this fails if {operation.table} has rows"


def labels_needed(before: Catalog, after: Catalog) -> Iterator[str]:
    """Which rows a type can't be what it was for."""
    for key, labels in after.types.items():
        left = before.types.get(key)
        if labels is not None and left is not None and (new := [one for one in labels if one not in left]):
            listed = ", ".join(f"'{label}'" for label in new)
            yield f"this fails if a row has {listed} of the type {Name(key[1], key[0])}"


def _has_value(column: Column) -> bool:
    given = column.default is not None or column.generated is not None or column.identity
    return column.nullable or given or is_serial(column.type)


def rows_with_new_labels(steps: Sequence[Step], before: Catalog, after: Catalog) -> str | None:
    """A column of rows that the migration itself makes, which may have a label that is new to its type."""
    new = {
        key[1]
        for key, labels in after.types.items()
        if labels is not None and key in before.types and set(labels) - set(before.types[key] or labels)
    }
    for step in steps if new else ():
        operation = step.operation
        if not isinstance(operation, Rows) or operation.verb not in ("insert", "update"):
            continue
        table = step.before.find(operation.table) if operation.table is not None else None
        for column in table.columns if table is not None else ():
            if base_type(column.type).strip('"') in new:
                return f"{operation.table}.{column.name}"
    return None


def _gone_along(step: Step, named: Name | None) -> Iterator[str]:
    """The tables that CASCADE took, beside the one that is named."""
    known = step.before.find(named) if named is not None else None
    for key, table in step.before.tables.items():
        if key not in step.after.tables and table is not known and table.kind == "table":
            yield f"the rows of {table.name} are gone"


def losses(steps: Sequence[Step]) -> list[str]:
    """What the way up throws away, and what the way back does."""
    found: list[str] = []
    effective = [step for step in steps if step.before is not step.after]
    operations = [step.operation for step in effective]
    renamed = {one.table: one.new_name for one in operations if isinstance(one, op.RenameTable)}
    dropped = {one.table for one in operations if isinstance(one, op.DropTable)}
    for step in effective:
        operation = step.operation
        if isinstance(operation, op.DropTable):
            is_made_anew = operation.table in renamed.values()  # with its rows
            if operation.kind == "table" and not is_made_anew:
                found.append(f"the rows of {operation.table} are gone")
                found += _gone_along(step, operation.table)
        elif isinstance(operation, op.DropSchema):
            found += _gone_along(step, None)
        elif isinstance(operation, op.DropColumn):
            found.append(f"the values of {operation.table}.{operation.column} are gone")
        elif isinstance(operation, op.CreateTable):
            name = renamed.get(operation.table.name, operation.table.name)
            if name == operation.table.name or name not in dropped:
                found.append(f"the rows of {name} go with it")
        elif isinstance(operation, op.AddColumn):
            found.append(f"the values of {operation.table}.{operation.column.name} go with it")
    return list(dict.fromkeys(found))
